"""Recording what was promised, and what came of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from commitments.enums import EventKind, Origin
from commitments.models import Commitment, CommitmentEvent
from commitments.services.commitments import create_commitment, edit_commitment
from commitments.services.events import correct_making, record_event, retract_event
from commitments.standing import standing
from common.versions import StaleRowError
from members.enums import Audience, Role
from tests.factories import (
    make_commitment,
    make_event,
    make_institution,
    make_measure,
    make_meeting,
    make_section,
    make_user,
)

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

MADE = dt.date(2014, 9, 23)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def facts(**changed: Any) -> dict[str, Any]:
    return {
        "by": make_user(Role.SECRETARIAT),
        "institution": make_institution(),
        "wording": "Une circulaire aux préfets",
        "made_on": MADE,
        "meeting": make_meeting(MADE),
        **changed,
    }


def fields(error: pytest.ExceptionInfo[ValidationError]) -> set[str]:
    return set(error.value.message_dict)


# --- Commitments ------------------------------------------------------------------------------------------------------


def test_a_commitment_is_recorded_with_the_event_that_made_it() -> None:
    measure = make_measure()
    commitment = create_commitment(
        **facts(deadline_words="avant la fin de l’année 2014", measures=[measure])
    )
    event = commitment.events.get()
    assert commitment.slug == "une-circulaire-aux-prefets"
    assert list(commitment.measures.all()) == [measure]
    assert (event.kind, event.on, event.late_from) == (EventKind.MADE, MADE, day("2015-01-01"))
    assert (event.deadline_words, event.meeting) == (
        "avant la fin de l’année 2014",
        commitment.meeting,
    )


def test_two_commitments_in_the_same_words_have_two_addresses() -> None:
    first, second = create_commitment(**facts()), create_commitment(**facts())
    assert (first.slug, second.slug) == (
        "une-circulaire-aux-prefets",
        "une-circulaire-aux-prefets-2",
    )


@pytest.mark.parametrize("word", ["ajouter", "suivi", "comparaison"])
def test_no_commitment_takes_an_address_of_the_site(word: str) -> None:
    assert create_commitment(**facts(wording=word)).slug == f"{word}-2"
    with pytest.raises(ValidationError) as error:
        create_commitment(**facts(slug=word))
    assert fields(error) == {"slug"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"deadline_words": "quand les poules auront des dents"}, "late_from"),
        ({"deadline_words": "fin 2013", "late_from": dt.date(2014, 1, 1)}, "late_from"),
        ({"deadline_words": "fin 2013"}, "deadline_words"),
        ({"late_from": dt.date(2015, 1, 1)}, "deadline_words"),
        ({"made_on": dt.date(2999, 1, 1)}, "on"),
        ({"wording": ""}, "wording"),
        ({"meeting": None}, "meeting"),
        ({"audience": Audience.NAMED}, "audience"),
        ({"quote": "x" * 3_001}, "quote"),
    ],
)
def test_what_does_not_hold_is_refused_at_its_field_and_nothing_is_kept(
    changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as error:
        create_commitment(**facts(**changed))
    assert fields(error) == {field}
    assert not Commitment.objects.exists()


def test_a_section_of_another_meeting_is_refused() -> None:
    with pytest.raises(ValidationError) as error:
        create_commitment(**facts(section=make_section()))
    assert fields(error) == {"section"}


@pytest.mark.parametrize("role", [Role.MEMBER, Role.GUEST, Role.ADMINISTRATOR])
def test_only_the_secretariat_records(role: Role) -> None:
    with pytest.raises(PermissionDenied):
        create_commitment(**facts(by=make_user(role)))
    commitment = make_commitment()
    with pytest.raises(PermissionDenied):
        record_event(
            commitment=commitment, by=make_user(role), kind=EventKind.NO_NEWS, on=day("2015-01-22")
        )
    assert CommitmentEvent.objects.count() == 1


def edited(commitment: Commitment, **changed: Any) -> dict[str, Any]:
    return {
        "commitment": commitment,
        "version": commitment.version,
        "by": make_user(Role.SECRETARIAT),
        "institution": commitment.institution,
        "wording": commitment.wording,
        "function": "",
        "quote": "",
        "origin": Origin.MEETING,
        "meeting": commitment.meeting,
        "section": None,
        "source": None,
        "locator": "",
        "measures": [],
        "parent": None,
        "position": 0,
        "remark": "",
        "audience": commitment.audience,
        **changed,
    }


def test_only_the_coordinator_makes_public_or_takes_back() -> None:
    commitment = make_commitment()
    with pytest.raises(PermissionDenied):
        edit_commitment(**edited(commitment, audience=Audience.PUBLIC))
    coordinator = make_user(Role.COORDINATOR)
    public = edit_commitment(**edited(commitment, audience=Audience.PUBLIC, by=coordinator))
    with pytest.raises(PermissionDenied):
        edit_commitment(**edited(public, audience=Audience.MEMBERS))
    with pytest.raises(PermissionDenied):
        create_commitment(**facts(audience=Audience.PUBLIC))


def test_a_stale_save_is_refused() -> None:
    commitment = make_commitment()
    edit_commitment(**edited(commitment, wording="Autrement"))
    with pytest.raises(StaleRowError):
        edit_commitment(**edited(commitment, wording="Encore autrement"))


def test_commitments_are_not_part_of_each_other() -> None:
    whole = make_commitment()
    part = make_commitment(parent=whole)
    with pytest.raises(ValidationError) as error:
        edit_commitment(**edited(whole, parent=part))
    assert fields(error) == {"parent"}


# --- Events -----------------------------------------------------------------------------------------------------------


def record(commitment: Commitment, kind: str, on: str, **told: Any) -> CommitmentEvent:
    return record_event(
        commitment=commitment, by=make_user(Role.SECRETARIAT), kind=kind, on=day(on), **told
    )


def test_a_postponement_keeps_both_deadlines() -> None:
    commitment = create_commitment(**facts(deadline_words="pour fin 2014"))
    record(commitment, EventKind.POSTPONED, "2014-12-20", deadline_words="avant le 31 mars 2015")
    found = standing(commitment.events.all(), day("2015-03-01"))
    assert found is not None
    assert (found.postponed, found.late_from) == (1, day("2015-03-31"))
    assert commitment.events.get(kind=EventKind.MADE).late_from == day("2015-01-01")


@pytest.mark.parametrize(
    ("kind", "on", "told", "field"),
    [
        (EventKind.NO_NEWS, "2014-09-22", {}, "on"),
        (EventKind.NO_NEWS, "2999-01-01", {}, "on"),
        (EventKind.ANSWERED, "2015-01-22", {}, "kind"),
        (EventKind.MADE, "2015-01-22", {}, "kind"),
        (EventKind.RETRACTED, "2015-01-22", {}, "kind"),
        (EventKind.POSTPONED, "2015-01-22", {}, "deadline_words"),
        (
            EventKind.POSTPONED,
            "2014-10-01",
            {"deadline_words": "avant le 1er décembre 2014"},
            "deadline_words",
        ),
        (EventKind.POSTPONED, "2015-01-22", {"deadline_words": "bientôt"}, "late_from"),
        (EventKind.POSTPONED, "2015-01-22", {"deadline_words": "fin 2013"}, "deadline_words"),
        (EventKind.REMINDED, "2015-01-22", {"text": "x" * 2_001}, "text"),
    ],
)
def test_an_event_that_does_not_follow_is_refused_at_its_field(
    kind: str, on: str, told: dict[str, Any], field: str
) -> None:
    commitment = create_commitment(**facts(deadline_words="pour fin 2014"))
    with pytest.raises(ValidationError) as error:
        record(commitment, kind, on, **told)
    assert fields(error) == {field}
    assert commitment.events.count() == 1


def test_nothing_follows_what_was_kept() -> None:
    commitment = make_commitment()
    record(commitment, EventKind.KEPT, "2015-01-22")
    with pytest.raises(ValidationError) as error:
        record(commitment, EventKind.REMINDED, "2015-02-01")
    assert fields(error) == {"on"}
    # What happened before it can still be told…
    record(commitment, EventKind.REMINDED, "2015-01-02")
    # …but not an end before another end.
    with pytest.raises(ValidationError):
        record(commitment, EventKind.BROKEN, "2014-12-01")


def test_a_broken_promise_may_be_kept_after_all() -> None:
    commitment = make_commitment()
    record(commitment, EventKind.BROKEN, "2015-01-22")
    with pytest.raises(ValidationError):
        record(commitment, EventKind.NO_NEWS, "2015-02-01")
    record(commitment, EventKind.KEPT, "2015-03-01")
    assert commitment.events.count() == 3


def test_an_event_is_put_in_its_place_unless_a_later_one_forbids_it() -> None:
    commitment = make_commitment()
    record(commitment, EventKind.REMINDED, "2015-04-21")
    record(commitment, EventKind.ANSWERED, "2015-05-02")
    record(commitment, EventKind.NO_NEWS, "2015-01-22")
    assert [event.kind for event in commitment.events.order_by("on")] == [
        EventKind.MADE,
        EventKind.NO_NEWS,
        EventKind.REMINDED,
        EventKind.ANSWERED,
    ]
    with pytest.raises(ValidationError) as error:
        record(commitment, EventKind.KEPT, "2015-02-01")
    assert fields(error) == {"on"}


@time_machine.travel("2015-06-01T10:00:00+02:00", tick=False)
def test_a_mistake_is_retracted_in_words() -> None:
    commitment = make_commitment()
    wrong = record(commitment, EventKind.KEPT, "2015-01-22")
    by = make_user(Role.SECRETARIAT)
    with pytest.raises(ValidationError) as error:
        retract_event(event=wrong, by=by, text=" ")
    assert fields(error) == {"text"}
    retraction = retract_event(event=wrong, by=by, text="Ce n’était pas cette circulaire.")
    assert (retraction.kind, retraction.on) == (EventKind.RETRACTED, day("2015-06-01"))
    record(commitment, EventKind.REMINDED, "2015-04-21")


def test_what_others_rest_on_is_not_retracted() -> None:
    commitment = make_commitment()
    reminder = record(commitment, EventKind.REMINDED, "2015-04-21")
    record(commitment, EventKind.ANSWERED, "2015-05-02")
    made = commitment.events.get(kind=EventKind.MADE)
    by = make_user(Role.SECRETARIAT)
    for event in (reminder, made):
        with pytest.raises(ValidationError):
            retract_event(event=event, by=by, text="Erreur")
    assert commitment.events.count() == 3


def test_a_commitment_recorded_by_mistake_is_promised_no_more() -> None:
    commitment = make_commitment()
    by = make_user(Role.SECRETARIAT)
    retract_event(event=commitment.events.get(), by=by, text="Rien n’a été promis.")
    assert standing(commitment.events.all(), day("2026-01-01")) is None


def test_when_it_was_made_is_corrected_without_losing_what_was_written() -> None:
    commitment = make_commitment(made_on=MADE)
    record(commitment, EventKind.NO_NEWS, "2015-01-22")
    by = make_user(Role.SECRETARIAT)
    with pytest.raises(ValidationError) as error:
        correct_making(commitment=commitment, by=by, on=day("2015-02-01"), text="")
    assert fields(error) == {"on"}
    correct_making(
        commitment=commitment,
        by=by,
        on=day("2014-09-24"),
        text="Le lendemain.",
        deadline_words="pour fin 2014",
    )
    found = standing(commitment.events.all(), day("2015-01-22"))
    assert found is not None
    assert (found.made_on, found.late_from) == (day("2014-09-24"), day("2015-01-01"))
    assert commitment.events.filter(kind=EventKind.MADE).count() == 2


@pytest.mark.parametrize("act", [retract_event, correct_making])
def test_only_the_secretariat_corrects(act: Callable[..., object]) -> None:
    commitment = make_commitment()
    event = make_event(commitment, EventKind.NO_NEWS, day("2015-01-22"))
    told: dict[str, Any] = (
        {"event": event}
        if act is retract_event
        else {"commitment": commitment, "on": day("2014-09-24")}
    )
    with pytest.raises(PermissionDenied):
        act(by=make_user(Role.MEMBER), text="Erreur", **told)

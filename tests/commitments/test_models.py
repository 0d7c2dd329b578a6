"""What the database itself holds to, whoever writes in it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, IntegrityError, transaction

from commitments.enums import EventKind, LetterStatus, LetterStepKind
from commitments.models import (
    Commitment,
    CommitmentEvent,
    Letter,
    LetterCopy,
    LetterEnclosure,
    LetterReply,
    LetterStep,
)
from members.enums import Audience, Role
from tests.factories import (
    make_commitment,
    make_event,
    make_institution,
    make_letter,
    make_meeting_paper,
    make_section,
    make_user,
)

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

DAY = dt.date(2015, 4, 21)


def refused(act: Callable[[], object]) -> None:
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        act()


# --- The past ---------------------------------------------------------------------------------------------------------


def test_an_event_is_neither_changed_nor_deleted() -> None:
    event = make_event(make_commitment(), EventKind.NO_NEWS, dt.date(2015, 1, 22))
    rows = CommitmentEvent.objects.filter(pk=event.pk)
    refused(lambda: rows.update(text="Autrement"))
    refused(lambda: rows.update(on=dt.date(2015, 1, 23)))
    refused(lambda: rows.delete())
    event.refresh_from_db()
    assert (event.text, event.on) == ("", dt.date(2015, 1, 22))


def test_a_signed_letter_is_neither_changed_nor_deleted() -> None:
    letter = make_letter(status=LetterStatus.SIGNED)
    rows = Letter.objects.filter(pk=letter.pk)
    refused(lambda: rows.update(body="Autre chose"))
    refused(lambda: rows.update(is_locked=False))
    refused(lambda: rows.delete())
    rows.update(status=LetterStatus.SENT)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.SENT


def test_a_signed_letter_keeps_its_copies_and_enclosures() -> None:
    letter = make_letter()
    copy = LetterCopy.objects.create(
        letter=letter, institution=make_institution(), wording="La MIPROF"
    )
    enclosure = LetterEnclosure.objects.create(
        letter=letter, label="Synthèse", meeting_paper=make_meeting_paper()
    )
    Letter.objects.filter(pk=letter.pk).update(
        status=LetterStatus.SIGNED, is_locked=True, reference="2015-1", dated_on=DAY
    )
    refused(lambda: LetterCopy.objects.filter(pk=copy.pk).update(wording="Une autre"))
    refused(lambda: LetterCopy.objects.filter(pk=copy.pk).delete())
    refused(lambda: LetterEnclosure.objects.filter(pk=enclosure.pk).delete())
    refused(
        lambda: LetterCopy.objects.create(
            letter=letter, institution=make_institution(), wording="De plus"
        )
    )


def test_steps_and_replies_are_facts() -> None:
    letter = make_letter(status=LetterStatus.SENT)
    step = LetterStep.objects.create(letter=letter, kind=LetterStepKind.SIGNED, on=DAY)
    reply = LetterReply.objects.create(letter=letter, dated_on=DAY, summary="Rien de neuf.")
    refused(lambda: LetterStep.objects.filter(pk=step.pk).update(note="Autrement"))
    refused(lambda: LetterStep.objects.filter(pk=step.pk).delete())
    refused(lambda: LetterReply.objects.filter(pk=reply.pk).update(summary="Tout"))
    refused(lambda: LetterReply.objects.filter(pk=reply.pk).delete())


def test_a_letter_is_never_for_anyone() -> None:
    letter = make_letter()
    refused(lambda: Letter.objects.filter(pk=letter.pk).update(audience=Audience.PUBLIC))


def test_only_a_promise_made_or_postponed_has_a_deadline() -> None:
    commitment = make_commitment()
    refused(
        lambda: CommitmentEvent.objects.create(
            commitment=commitment, kind=EventKind.REMINDED, on=DAY, late_from=DAY
        )
    )


# --- Who sees it ------------------------------------------------------------------------------------------------------


def test_commitments_are_seen_by_audience() -> None:
    named = make_user(Role.MEMBER)
    rows = {
        "public": make_commitment(audience=Audience.PUBLIC),
        "members": make_commitment(audience=Audience.MEMBERS),
        "named": make_commitment(audience=Audience.NAMED, people=[named]),
        "secretariat": make_commitment(audience=Audience.SECRETARIAT),
    }

    def seen(user: object) -> set[str]:
        visible = set(Commitment.objects.visible_to(user).values_list("pk", flat=True))  # type: ignore[arg-type]
        events = CommitmentEvent.objects.visible_to(user)  # type: ignore[arg-type]
        assert set(events.values_list("commitment", flat=True)) == visible
        return {name for name, row in rows.items() if row.pk in visible}

    assert seen(AnonymousUser()) == {"public"}
    assert seen(make_user(Role.ADMINISTRATOR)) == {"public"}
    assert seen(make_user(Role.GUEST)) == {"public"}
    assert seen(make_user(Role.MEMBER)) == {"public", "members"}
    assert seen(named) == {"public", "members", "named"}
    assert seen(make_user(Role.SECRETARIAT)) == set(rows)


def test_a_quote_is_for_whoever_may_read_its_section() -> None:
    named = make_user(Role.MEMBER)
    section = make_section(audience=Audience.NAMED, people=[named])
    type(section.minutes).objects.filter(pk=section.minutes_id).update(
        status="circulated", circulated_at=dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
    )
    commitment = make_commitment(section=section, quote="Mot pour mot")
    assert commitment.quote_for(named) == "Mot pour mot"
    assert commitment.quote_for(make_user(Role.SECRETARIAT)) == "Mot pour mot"
    assert commitment.quote_for(make_user(Role.MEMBER)) == ""
    assert commitment.quote_for(AnonymousUser()) == ""


def test_a_letter_is_for_the_members_once_sent() -> None:
    member, named = make_user(Role.MEMBER), make_user(Role.MEMBER)
    make_letter()
    make_letter(status=LetterStatus.SIGNED)
    sent = make_letter(status=LetterStatus.SENT)
    restricted = make_letter(status=LetterStatus.SENT, audience=Audience.NAMED, people=[named])
    assert set(Letter.objects.visible_to(member)) == {sent}
    assert set(Letter.objects.visible_to(named)) == {sent, restricted}
    assert Letter.objects.visible_to(make_user(Role.SECRETARIAT)).count() == 4
    for nobody in (AnonymousUser(), make_user(Role.GUEST), make_user(Role.ADMINISTRATOR)):
        assert not Letter.objects.visible_to(nobody).exists()


def test_events_recorded_by_mistake_do_not_stand() -> None:
    commitment = make_commitment()
    wrong = make_event(commitment, EventKind.KEPT, dt.date(2014, 12, 1))
    make_event(commitment, EventKind.RETRACTED, dt.date(2014, 12, 2), retracts=wrong)
    standing = CommitmentEvent.objects.filter(commitment=commitment).standing()
    assert [event.kind for event in standing] == [EventKind.MADE]

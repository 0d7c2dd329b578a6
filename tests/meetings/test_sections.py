"""Writing sections: their order, their readers, their history, and what adoption forbids."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from common.versions import StaleRowError
from meetings.enums import MinutesStatus
from meetings.models import AgendaItem, Decision, Minutes, MinutesSection
from meetings.services.sections import (
    add_section,
    autosave_section,
    date_minutes,
    delete_section,
    edit_section,
    move_section,
    rename_section,
    start_minutes,
    take_agenda,
)
from members.enums import Audience, Role
from tests.factories import (
    FOUND_ON,
    make_group,
    make_institution,
    make_measure,
    make_meeting,
    make_minutes,
    make_plan,
    make_section,
    make_session,
    make_user,
)

if TYPE_CHECKING:
    from members.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary() -> User:
    return make_user(Role.SECRETARIAT)


def draft() -> Minutes:
    return make_minutes(status=MinutesStatus.DRAFT)


def facts(section: MinutesSection, **changes: Any) -> dict[str, Any]:
    """What the form of a section sends, unchanged but for these."""
    return {
        "heading": section.heading,
        "number": section.number,
        "level": section.level,
        "text": section.text,
        "session": section.session,
        "audience": section.audience,
        "people": list(section.named_people.all()),
        "groups": list(section.named_groups.all()),
        "measures": list(section.measures.all()),
        "institutions": list(section.institutions.all()),
        "proposes_measure": section.proposes_measure,
        **changes,
    }


def order_of(minutes: Minutes) -> list[tuple[int, str]]:
    return list(minutes.sections.order_by("position").values_list("position", "heading"))


def texts_in_history(section: MinutesSection) -> list[tuple[str, str]]:
    rows = MinutesSection.history.filter(id=section.pk).order_by("history_date", "history_id")
    return [(row.text, row.history_user.name if row.history_user else "") for row in rows]


def test_minutes_are_begun_once(secretary: User) -> None:
    meeting = make_meeting()
    assert start_minutes(meeting=meeting, by=secretary, dated_on=FOUND_ON).dated_on == FOUND_ON
    with pytest.raises(ValidationError):
        start_minutes(meeting=meeting, by=secretary)
    assert Minutes.objects.count() == 1


@pytest.mark.parametrize("role", [Role.MEMBER, Role.GUEST, Role.ADMINISTRATOR])
def test_only_the_secretariat_writes(role: Role) -> None:
    by, section = make_user(role), make_section()
    minutes, before = section.minutes, MinutesSection.history.count()
    typed: dict[str, Any] = {"heading": "", "number": "", "text": "Autre"}
    for attempt in (
        lambda: start_minutes(meeting=make_meeting(), by=by),
        lambda: add_section(minutes=minutes, by=by),
        lambda: take_agenda(minutes=minutes, by=by),
        lambda: date_minutes(minutes=minutes, version=1, by=by, dated_on=None),
        lambda: edit_section(section=section, version=1, by=by, **facts(section)),
        lambda: autosave_section(section=section, version=1, by=by, **typed),
        lambda: rename_section(section=section, version=1, by=by, number="", heading="", level=1),
        lambda: move_section(section=section, by=by, places=1),
        lambda: delete_section(section=section, version=1, by=by),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert MinutesSection.history.count() == before


def test_sections_stand_where_they_are_put(secretary: User) -> None:
    minutes = draft()
    one = add_section(minutes=minutes, by=secretary, heading="un")
    three = add_section(minutes=minutes, by=secretary, heading="trois")
    add_section(minutes=minutes, by=secretary, heading="deux", after=one)
    assert order_of(minutes) == [(1, "un"), (2, "deux"), (3, "trois")]
    move_section(section=three, by=secretary, places=-1)
    assert order_of(minutes) == [(1, "un"), (2, "trois"), (3, "deux")]
    move_section(section=one, by=secretary, places=5)
    assert order_of(minutes) == [(1, "trois"), (2, "deux"), (3, "un")]
    delete_section(section=three, version=1, by=secretary)
    assert order_of(minutes) == [(1, "deux"), (2, "un")]
    elsewhere = make_section()
    with pytest.raises(ValidationError):
        add_section(minutes=minutes, by=secretary, after=elsewhere)


def test_moving_a_section_stops_nobody_who_writes_in_it(secretary: User) -> None:
    minutes = draft()
    one, two = (add_section(minutes=minutes, by=secretary, heading=name) for name in "ab")
    move_section(section=one, by=secretary, places=1)
    for section in (one, two):
        autosave_section(
            section=section, version=1, by=secretary, heading="", number="", text="Écrit."
        )
    assert order_of(minutes) == [(1, ""), (2, "")]
    assert set(MinutesSection.history.filter(id=one.pk).values_list("position", flat=True)) == {
        1,
        2,
    }


def test_agenda_gives_a_section_a_point(secretary: User) -> None:
    minutes = draft()
    measure = make_measure()
    first = AgendaItem.objects.create(meeting=minutes.meeting, title="Accueil", position=1)
    first.measures.add(measure)
    second = AgendaItem.objects.create(meeting=minutes.meeting, title="Suites", position=2)
    for rank in (2, 1):
        AgendaItem.objects.create(
            meeting=minutes.meeting, title=f"Suite {rank}", position=rank, parent=second
        )
    take_agenda(minutes=minutes, by=secretary)
    rows: Any = minutes.sections.order_by("position")
    assert [(row.number, row.heading, row.level) for row in rows] == [
        ("1", "Accueil", 1),
        ("2", "Suites", 1),
        ("2.1", "Suite 1", 2),
        ("2.2", "Suite 2", 2),
    ]
    assert list(rows[0].measures.all()) == [measure]
    with pytest.raises(ValidationError):
        take_agenda(minutes=minutes, by=secretary)


def test_explicit_save_keeps_everything_and_its_history(secretary: User) -> None:
    section = add_section(minutes=draft(), by=secretary, text="Avant")
    session = make_session(section.minutes.meeting)
    group, named = make_group(), make_user()
    measure, institution = make_measure(), make_institution()
    edited = edit_section(
        section=section,
        version=1,
        by=secretary,
        **facts(
            section,
            text="Après\r\nla pause",
            session=session,
            audience=Audience.NAMED,
            people=[named],
            groups=[group],
            measures=[measure],
            institutions=[institution],
            proposes_measure="4 bis",
        ),
    )
    row = MinutesSection.objects.get(pk=section.pk)
    assert (row.version, row.text, row.session, row.proposes_measure) == (
        2,
        "Après\nla pause",
        session,
        "4 bis",
    )
    assert [*row.named_people.all(), *row.named_groups.all()] == [named, group]
    assert [*row.measures.all(), *row.institutions.all()] == [measure, institution]
    assert [text for text, _by in texts_in_history(row)] == ["Avant", "Après\nla pause"]
    # Names that are no longer read are not kept.
    edit_section(
        section=edited, version=2, by=secretary, **facts(edited, audience=Audience.SECRETARIAT)
    )
    assert not edited.named_people.exists()
    assert not edited.named_groups.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"audience": Audience.NAMED}, "audience"),
        ({"audience": "cousins"}, "audience"),
        ({"level": 5}, "level"),
        ({"text": "a" * 100_001}, "text"),
        ({"heading": "a" * 501}, "heading"),
    ],
)
def test_wrong_section_is_refused_by_field(
    secretary: User, changes: dict[str, Any], field: str
) -> None:
    section = add_section(minutes=draft(), by=secretary, text="Avant")
    with pytest.raises(ValidationError) as refused:
        edit_section(section=section, version=1, by=secretary, **facts(section, **changes))
    assert field in refused.value.message_dict or field == "level"
    row = MinutesSection.objects.get(pk=section.pk)
    assert (row.version, row.text) == (1, "Avant")


def test_session_is_one_of_the_meeting(secretary: User) -> None:
    elsewhere = make_meeting().sessions.get()
    with pytest.raises(ValidationError) as refused:
        add_section(minutes=draft(), by=secretary, session=elsewhere)
    assert "session" in refused.value.message_dict
    assert not MinutesSection.objects.exists()


def test_minutes_speak_of_the_measures_of_one_plan(secretary: User) -> None:
    one, other = make_plan(), make_plan()
    minutes = draft()
    section = add_section(minutes=minutes, by=secretary, measures=[make_measure(one)])
    with pytest.raises(ValidationError) as refused:
        add_section(minutes=minutes, by=secretary, measures=[make_measure(other)])
    assert "measures" in refused.value.message_dict
    with pytest.raises(ValidationError):
        add_section(
            minutes=draft(), by=secretary, measures=[make_measure(one), make_measure(other)]
        )
    assert list(MinutesSection.objects.all()) == [section]
    # A section alone in its minutes may change plan.
    edit_section(
        section=section,
        version=1,
        by=secretary,
        **facts(section, measures=[make_measure(other)]),
    )


def test_only_who_publishes_opens_a_section_to_anyone_or_closes_it(secretary: User) -> None:
    coordinator = make_user(Role.COORDINATOR)
    minutes = draft()
    with pytest.raises(PermissionDenied):
        add_section(minutes=minutes, by=secretary, audience=Audience.PUBLIC)
    section = add_section(minutes=minutes, by=secretary)
    opened = facts(section, audience=Audience.PUBLIC)
    with pytest.raises(PermissionDenied):
        edit_section(section=section, version=1, by=secretary, **opened)
    section = edit_section(section=section, version=1, by=coordinator, **opened)
    # The secretariat goes on writing it.
    section = edit_section(section=section, version=2, by=secretary, **facts(section, text="Suite"))
    with pytest.raises(PermissionDenied):
        edit_section(
            section=section,
            version=3,
            by=secretary,
            **facts(section, audience=Audience.MEMBERS),
        )
    assert add_section(minutes=minutes, by=None, audience=Audience.PUBLIC).audience == "public"


def test_autosave_raises_the_version_and_writes_no_history(secretary: User) -> None:
    section = add_section(minutes=draft(), by=secretary, text="Un")
    for version, text in enumerate(["Un deux", "Un deux trois"], start=1):
        section = autosave_section(
            section=section, version=version, by=secretary, heading="Titre", number="I", text=text
        )
    row = MinutesSection.objects.get(pk=section.pk)
    assert (row.version, row.text, row.heading, row.number) == (3, "Un deux trois", "Titre", "I")
    assert [text for text, _by in texts_in_history(row)] == ["Un"]
    with pytest.raises(StaleRowError) as stale:
        autosave_section(
            section=section, version=2, by=secretary, heading="", number="", text="Perdu"
        )
    assert stale.value.current.text == "Un deux trois"


def test_what_another_hand_had_autosaved_joins_the_history(secretary: User) -> None:
    other = make_user(Role.SECRETARIAT)
    section = add_section(minutes=draft(), by=secretary, text="Un")
    typed: dict[str, Any] = {"heading": "", "number": ""}
    autosave_section(section=section, version=1, by=secretary, text="Un deux", **typed)
    autosave_section(section=section, version=2, by=other, text="Tout autre", **typed)
    assert texts_in_history(section)[1:] == [("Un deux", secretary.name)]
    autosave_section(section=section, version=3, by=other, text="Tout autre chose", **typed)
    assert len(texts_in_history(section)) == 2
    edit_section(section=section, version=4, by=secretary, **facts(section, text="Fin", heading=""))
    assert [text for text, _by in texts_in_history(section)] == [
        "Un",
        "Un deux",
        "Tout autre chose",
        "Fin",
    ]


def test_what_an_earlier_sitting_had_autosaved_joins_the_history(secretary: User) -> None:
    section = add_section(minutes=draft(), by=secretary, text="Un")
    typed: dict[str, Any] = {"heading": "", "number": ""}
    autosave_section(section=section, version=1, by=secretary, text="Long texte", **typed)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
        autosave_section(section=section, version=2, by=secretary, text="", **typed)
    assert [text for text, _by in texts_in_history(section)] == ["Un", "Long texte"]


def test_deleted_section_leaves_its_words_in_the_history(secretary: User) -> None:
    section = add_section(minutes=draft(), by=secretary, text="Un")
    autosave_section(
        section=section, version=1, by=secretary, heading="", number="", text="Un deux"
    )
    delete_section(section=section, version=2, by=secretary)
    assert texts_in_history(section)[-1][0] == "Un deux"
    assert not MinutesSection.objects.exists()


def test_section_is_not_deleted_with_what_it_holds_unless_that_is_said(secretary: User) -> None:
    section = add_section(minutes=draft(), by=secretary)
    Decision.objects.create(section=section, text="Écrire")
    with pytest.raises(ValidationError):
        delete_section(section=section, version=1, by=secretary)
    with pytest.raises(StaleRowError):
        delete_section(section=section, version=7, by=secretary, with_parts=True)
    assert Decision.objects.exists()
    delete_section(section=section, version=1, by=secretary, with_parts=True)
    assert not Decision.objects.exists()


def test_adopted_words_are_locked_and_their_readers_are_not() -> None:
    by = make_user(Role.COORDINATOR)
    section = make_section(make_minutes(status=MinutesStatus.ADOPTED))
    typed: dict[str, Any] = {"heading": section.heading, "number": "", "text": "Autre"}
    for attempt in (
        lambda: add_section(minutes=section.minutes, by=by),
        lambda: edit_section(section=section, version=1, by=by, **facts(section, text="Autre")),
        lambda: autosave_section(section=section, version=1, by=by, **typed),
        lambda: rename_section(section=section, version=1, by=by, number="", heading="a", level=1),
        lambda: move_section(section=section, by=by, places=1),
        lambda: delete_section(section=section, version=1, by=by),
        lambda: date_minutes(minutes=section.minutes, version=1, by=by, dated_on=FOUND_ON),
    ):
        with pytest.raises(ValidationError) as refused:
            attempt()
        assert refused.value.code == "locked"
    changes: dict[str, Any] = {"audience": Audience.PUBLIC, "measures": [make_measure()]}
    edit_section(section=section, version=1, by=by, **facts(section, **changes))
    row = MinutesSection.objects.get(pk=section.pk)
    assert (row.audience, row.measures.count(), row.text) == ("public", 1, section.text)


def test_rename_raises_the_version(secretary: User) -> None:
    section = add_section(minutes=draft(), by=secretary)
    rename_section(section=section, version=1, by=secretary, number="II", heading="Suite", level=2)
    with pytest.raises(StaleRowError):
        rename_section(section=section, version=1, by=secretary, number="", heading="", level=1)
    row = MinutesSection.objects.get(pk=section.pk)
    assert (row.number, row.heading, row.level, row.version) == ("II", "Suite", 2, 2)

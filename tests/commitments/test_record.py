"""The record of an institution: every figure on it, as of a day, and for whom."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.enums import EventKind, LetterStatus, LetterStepKind, SentBy
from commitments.fates import Fate, parts_of
from commitments.figures import Letters, Meetings, lines_of
from commitments.models import Commitment, LetterReply, LetterStep
from commitments.record import record_of, tally
from meetings.enums import Capacity, Presence
from meetings.models import Attendance
from members.enums import Audience, Role
from plan.models import InstitutionAttachment
from tests.factories import (
    make_commitment,
    make_event,
    make_institution,
    make_letter,
    make_meeting,
    make_session,
    make_user,
)

if TYPE_CHECKING:
    from commitments.models import Letter
    from commitments.record import Record
    from meetings.models import Meeting
    from members.models import User
    from plan.models import Institution
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

MADE = dt.date(2014, 9, 23)
LATE = dt.date(2015, 1, 1)
ON = dt.date(2015, 4, 21)


@pytest.fixture
def ministry() -> Institution:
    return make_institution(key="interieur", name="Ministère de l’Intérieur")


@pytest.fixture
def member() -> User:
    return make_user(Role.MEMBER)


def promise(of: Institution, *events: tuple[str, dt.date], **fields: Any) -> Commitment:
    row = make_commitment(institution=of, **{"made_on": MADE, "late_from": LATE, **fields})
    for kind, on in events:
        later = {"deadline_words": "fin mars", "late_from": dt.date(2015, 4, 1)}
        make_event(row, EventKind(kind), on, **(later if kind == EventKind.POSTPONED else {}))
    return row


def send(letter: Letter, on: dt.date, *, answered: dt.date | None = None) -> Letter:
    LetterStep.objects.create(letter=letter, kind=LetterStepKind.SENT, on=on, sent_by=SentBy.POST)
    if answered:
        LetterReply.objects.create(letter=letter, dated_on=answered, summary="Une réponse.")
    return letter


def come(meeting: Meeting, who: Institution, presence: Presence = Presence.PRESENT) -> None:
    Attendance.objects.create(
        meeting=meeting, institution=who, presence=presence, capacity=Capacity.INTERLOCUTOR
    )


def read(ministry: Institution, reader: Any, on: dt.date = ON) -> Record:
    return record_of(ministry, reader, on)


# --- Fates --------------------------------------------------------------------------------------------------------------


def test_fates_add_up_to_what_was_promised(ministry: Institution, member: User) -> None:
    day = dt.date(2015, 2, 1)
    promise(ministry)
    promise(ministry, ("reminded", day))
    promise(ministry, ("kept", day))
    promise(ministry, ("partly_kept", day))
    promise(ministry, ("broken", day))
    promise(ministry, ("overtaken", day))
    promise(ministry, late_from=None)
    promise(make_institution())
    figures = read(ministry, member).figures
    assert {fate: number for fate, number in figures.fates.items() if number} == {
        Fate.LATE: 2,
        Fate.KEPT: 1,
        Fate.PARTLY_KEPT: 1,
        Fate.BROKEN: 1,
        Fate.OVERTAKEN: 1,
        Fate.WAITING: 1,
    }
    assert figures.promised == 7
    assert figures.due == 5


@pytest.mark.parametrize(
    ("on", "fate"),
    [
        (dt.date(2014, 9, 23), Fate.WAITING),
        (dt.date(2014, 12, 31), Fate.WAITING),
        (dt.date(2015, 1, 1), Fate.LATE),
        (dt.date(2015, 1, 22), Fate.LATE),
        (dt.date(2015, 6, 1), Fate.KEPT),
    ],
)
def test_the_record_is_as_of_its_day(
    on: dt.date, fate: Fate, ministry: Institution, member: User
) -> None:
    promise(
        ministry,
        ("no_news", dt.date(2015, 1, 22)),
        ("reminded", ON),
        ("kept", dt.date(2015, 6, 1)),
    )
    assert read(ministry, member, on).figures.fates == {fate: 1}
    assert read(ministry, member, dt.date(2014, 9, 22)).figures.promised == 0


def test_fates_say_what_the_standing_says(ministry: Institution, member: User) -> None:
    for kind in EventKind:
        if kind not in {EventKind.MADE, EventKind.RETRACTED}:
            promise(ministry, (kind, dt.date(2015, 2, 1)))
            promise(ministry, (kind, dt.date(2015, 2, 1)), late_from=None)
    rows: Any = Commitment.objects.visible_to(member).standing_on(ON)
    said = {row.pk: (row.is_late, row.late_from) for row in rows}
    lines = lines_of(member, ON)
    assert len(lines) == len(said) == 18
    for line in lines:
        assert (line.is_late, line.late_from) == said[line.pk]


def test_what_was_recorded_by_mistake_counts_for_nothing(
    ministry: Institution, member: User
) -> None:
    row = promise(ministry, ("reminded", dt.date(2015, 2, 1)))
    mistake = make_event(row, EventKind.KEPT, dt.date(2015, 2, 2))
    reminder = make_event(row, EventKind.REMINDED, dt.date(2015, 2, 3))
    for event in (mistake, reminder):
        make_event(row, EventKind.RETRACTED, dt.date(2015, 2, 4), retracts=event)
    figures = read(ministry, member).figures
    assert figures.fates == {Fate.LATE: 1}
    assert figures.reminded == 1


def test_the_stretches_of_a_bar_fill_it() -> None:
    parts = parts_of({Fate.KEPT: 1, Fate.LATE: 1, Fate.WAITING: 1}, width=100)
    assert sum(part.width for part in parts) == 100
    assert [part.x for part in parts] == [0, 33, 33, 67, 67, 100]
    assert all(part.width == 0 for part in parts_of({}))


# --- Delays -------------------------------------------------------------------------------------------------------------


def test_an_open_promise_is_late_to_the_day_and_a_kept_one_to_when_it_was_kept(
    ministry: Institution, member: User
) -> None:
    promise(ministry)
    promise(ministry, ("kept", dt.date(2015, 1, 10)))
    promise(ministry, ("partly_kept", dt.date(2015, 1, 1)))
    # In time, broken, overtaken, without a deadline: of these there is no delay.
    promise(ministry, ("kept", dt.date(2014, 12, 31)))
    promise(ministry, ("broken", dt.date(2015, 2, 1)))
    promise(ministry, ("overtaken", dt.date(2015, 2, 1)))
    promise(ministry, late_from=None)
    figures = read(ministry, member).figures
    assert sorted(figures.delays) == [1, 10, 111]
    assert figures.longest_delay == 111
    assert figures.average_delay == 41


def test_a_new_deadline_is_the_one_that_counts(ministry: Institution, member: User) -> None:
    promise(ministry, ("postponed", dt.date(2015, 1, 15)))
    promise(ministry, ("postponed", dt.date(2015, 1, 15)), ("kept", dt.date(2015, 2, 1)))
    figures = read(ministry, member).figures
    assert figures.delays == [21]
    assert figures.postponed == 2


def test_without_delays_there_is_no_average(ministry: Institution, member: User) -> None:
    figures = read(ministry, member).figures
    assert figures.average_delay is None
    assert figures.longest_delay == 0


def test_silent_is_a_reminder_of_thirty_days_and_nothing_since(
    ministry: Institution, member: User
) -> None:
    promise(ministry, ("reminded", ON - dt.timedelta(days=30)))
    promise(ministry, ("reminded", ON - dt.timedelta(days=29)))
    promise(ministry, ("reminded", dt.date(2015, 2, 1)), ("answered", dt.date(2015, 3, 1)))
    figures = read(ministry, member).figures
    assert figures.silent == 1
    assert figures.reminded == 3


# --- Letters and meetings -----------------------------------------------------------------------------------------------


def test_letters_are_those_sent_by_the_day_with_the_median_of_their_answers(
    ministry: Institution, member: User
) -> None:
    sent: dict[str, Any] = {"institution": ministry, "status": LetterStatus.SENT}
    send(make_letter(**sent), dt.date(2015, 1, 1), answered=dt.date(2015, 1, 11))
    send(make_letter(**sent), dt.date(2015, 1, 1), answered=dt.date(2015, 1, 31))
    send(make_letter(**sent), dt.date(2015, 1, 1), answered=dt.date(2015, 5, 1))
    send(make_letter(**sent), dt.date(2015, 5, 1))
    make_letter(institution=ministry)
    letters = read(ministry, member).figures.letters
    assert letters is not None
    assert (letters.sent, letters.answered, letters.median_days) == (3, 2, 20)
    assert Letters().median_days is None


def test_letters_are_those_that_the_reader_may_read(ministry: Institution, member: User) -> None:
    hidden = make_letter(
        institution=ministry, status=LetterStatus.SENT, audience=Audience.SECRETARIAT
    )
    send(hidden, dt.date(2015, 1, 1))
    assert read(ministry, member).figures.letters == Letters()
    secretary = read(ministry, make_user(Role.SECRETARIAT)).figures.letters
    assert secretary is not None
    assert secretary.sent == 1
    # To who reads none a zero would be false.
    assert read(ministry, AnonymousUser()).figures.letters is None


def test_presence_is_what_was_written_and_silence_is_no_absence(
    ministry: Institution, member: User
) -> None:
    came, excused, unwritten, later, cancelled = (
        make_meeting(on, cancelled_at=at)
        for on, at in [
            (MADE, None),
            (MADE, None),
            (MADE, None),
            (dt.date(2015, 5, 1), None),
            (MADE, dt.datetime(2014, 9, 1, tzinfo=dt.UTC)),
        ]
    )
    for meeting in (came, excused, unwritten, later, cancelled):
        meeting.institutions.add(ministry)
    come(came, ministry)
    come(came, make_institution())
    come(excused, ministry, Presence.EXCUSED)
    come(later, ministry)
    hosted = make_meeting(MADE)
    make_session(hosted, on=MADE, host=ministry)
    figures = read(ministry, member).figures
    assert figures.meetings == Meetings(asked=4, came=2, excused=1)
    assert figures.meetings.unwritten == 1


@pytest.mark.parametrize("role", [None, Role.GUEST, Role.ADMINISTRATOR])
def test_who_may_not_see_who_came_is_told_nothing_of_it(
    role: Role | None, ministry: Institution
) -> None:
    meeting = make_meeting(MADE, is_public=True)
    meeting.institutions.add(ministry)
    reader = make_user(role) if role else AnonymousUser()
    assert read(ministry, reader).figures.meetings is None


# --- Who it was attached to ---------------------------------------------------------------------------------------------


def test_what_it_was_attached_to_is_told_in_turn_with_the_days_that_are_known(
    ministry: Institution, member: User
) -> None:
    spans = [(dt.date(2013, 1, 3), None), (None, dt.date(2014, 8, 26)), (dt.date(2016, 1, 1), None)]
    for place, (since, until) in enumerate(spans):
        InstitutionAttachment.objects.create(
            institution=ministry,
            attached_to=make_institution(name=f"Ministère {place + 1}"),
            since=since,
            until=until,
            position=place,
        )
    hierarchy = read(ministry, member).hierarchy
    assert hierarchy is not None
    # What came after the day is not known on it.
    assert [step.to.name for step in hierarchy.steps] == ["Ministère 1", "Ministère 2"]
    assert hierarchy.uri.startswith("data:image/svg+xml;base64,")
    assert hierarchy.words.index("Ministère 1") < hierarchy.words.index("Ministère 2")
    assert "2013" in hierarchy.steps[0].when
    assert "2014" in hierarchy.steps[1].when
    assert read(make_institution(), member).hierarchy is None


# --- The page -----------------------------------------------------------------------------------------------------------


def address(institution: Institution, on: dt.date | None = ON) -> str:
    return f"/institutions/{institution.key}/engagements/" + (f"?le={on}" if on else "")


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (None, {"public"}),
        (Role.GUEST, {"public"}),
        (Role.ADMINISTRATOR, {"public"}),
        (Role.MEMBER, {"public", "members"}),
        (Role.SECRETARIAT, {"public", "members", "named", "secretariat"}),
    ],
)
def test_each_reader_finds_and_counts_what_they_may_read(
    who: Role | None, seen: set[str], ministry: Institution, client_as: ClientAs
) -> None:
    for audience in Audience:
        promise(ministry, wording=f"Promesse pour {audience.value}.", audience=audience)
    client = client_as(who)
    html = client.get(address(ministry)).content.decode()
    assert {each.value for each in Audience if f"Promesse pour {each.value}." in html} == seen
    assert f"<strong>{len(seen)}</strong>" in html
    panel = client.get(address(ministry), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in panel
    assert f"<strong>{len(seen)}</strong>" in panel


def test_a_guest_finds_what_names_them(ministry: Institution, client_as: ClientAs) -> None:
    guest = make_user(Role.GUEST)
    promise(ministry, wording="Pour eux.", audience=Audience.NAMED, people=[guest])
    assert "Pour eux." in client_as(guest).get(address(ministry)).content.decode()
    other = client_as(make_user(Role.GUEST)).get(address(ministry)).content.decode()
    assert "Pour eux." not in other


def test_late_ones_come_first_the_longest_late_at_the_top(
    ministry: Institution, client_as: ClientAs
) -> None:
    promise(ministry, ("kept", dt.date(2015, 1, 1)), wording="Tenu.")
    promise(ministry, wording="En cours.", late_from=None)
    promise(ministry, wording="Un peu tard.", late_from=dt.date(2015, 4, 1))
    promise(ministry, wording="Très tard.", late_from=dt.date(2015, 1, 1))
    html = client_as(Role.MEMBER).get(address(ministry)).content.decode()
    places = [html.index(words) for words in ("Très tard.", "Un peu tard.", "Tenu.", "En cours.")]
    assert places == sorted(places)


def test_the_page_is_there_without_any_promise_and_without_a_day(
    ministry: Institution, client_as: ClientAs
) -> None:
    response = client_as(None).get(address(ministry, None))
    assert response.status_code == 200
    assert 'class="empty"' in response.content.decode()
    assert client_as(None).get("/institutions/nulle-part/engagements/").status_code == 404


@pytest.mark.parametrize("day", ["hier", "2015-02-31", "2999-01-01"])
def test_a_day_that_makes_no_sense_is_said_at_its_field(
    day: str, ministry: Institution, client_as: ClientAs
) -> None:
    response = client_as(None).get(address(ministry, None), {"le": day})
    assert response.status_code == 422
    assert 'id="le-error"' in response.content.decode()


def test_pages_of_promises_follow_each_other(ministry: Institution, client_as: ClientAs) -> None:
    for number in range(32):
        promise(ministry, wording=f"Promesse n° {number:02}.")
    client = client_as(Role.MEMBER)
    first = client.get(address(ministry)).content.decode()
    second = client.get(f"{address(ministry)}&page=2").content.decode()
    assert first.count('class="record-wording"') == 30
    assert second.count('class="record-wording"') == 2
    assert f"?le={ON}&amp;page=2" in first


def test_the_list_of_institutions_counts_what_the_reader_may_know(
    ministry: Institution, member: User
) -> None:
    promise(ministry)
    promise(ministry, audience=Audience.SECRETARIAT)
    other = make_institution()
    assert tally(member, [ministry.pk, other.pk]) == {ministry.pk: 1}
    assert tally(AnonymousUser(), [ministry.pk]) == {}


def test_as_many_queries_for_twenty_promises_as_for_one(
    ministry: Institution, client_as: ClientAs
) -> None:
    client = client_as(Role.MEMBER)
    counts = []
    for number in (1, 20):
        for _ in range(number):
            promise(ministry, ("reminded", dt.date(2015, 2, 1)))
        client.get(address(ministry))
        with CaptureQueriesContext(connection) as queries:
            client.get(address(ministry))
        counts.append(len(queries))
    assert 0 < counts[0] == counts[1] < 30

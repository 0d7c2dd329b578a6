"""The meetings that the documents of 2013 to 2015 tell of, as `data/reunions` gives them."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import defaultdict
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from meetings.enums import MeetingKind, MinutesStatus
from meetings.loader import load_meetings
from meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    FollowUp,
    Meeting,
    MeetingPaper,
    Minutes,
    MinutesSection,
    Question,
    Session,
)
from members.enums import Audience, Role
from members.models import Association
from tests.factories import make_mandate, make_stranger, make_user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker

    from members.models import User

DATA = settings.BASE_DIR / "data"
MEETINGS = DATA / "reunions"
SEPTEMBER, JANUARY, SESSIONS = (
    "reunion-2013-09-13",
    "reunion-2014-01-31",
    "rencontres-2014-10-22",
)
# They acted in public: ministers, heads of institutions, the coordinator of the plan.
OFFICE_HOLDERS = {
    "Bernard Cazeneuve",
    "Christine Lazerges",
    "Danielle Bousquet",
    "Marisol Touraine",
    "Najat Vallaud-Belkacem",
    "Nicolas Le Coz",
    "Pascale Boistard",
    "Robert Gelly",
    "Élisabeth Moiron-Braud",
    "Éric Panloup",
}


@pytest.fixture(scope="module", autouse=True)
def real_meetings(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Loaded once: each test works in a transaction within this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_plan", str(DATA / "traite-2014-2016"), stdout=StringIO())
        for kind, name in (
            ("associations", "associations"),
            ("participations", "participations"),
            ("groups", "groupes"),
        ):
            file = str(DATA / "collectif" / f"{name}.csv")
            call_command("import_members", kind, file, stdout=StringIO())
        call_command("load_meetings", str(MEETINGS), stdout=StringIO())
        with django_db_blocker.block():
            yield
        transaction.set_rollback(True)


pytestmark = pytest.mark.django_db


def member_of(slug: str) -> User:
    person = make_stranger()
    make_mandate(person, Association.objects.get(slug=slug))
    return person


def section(slug: str, heading: str) -> MinutesSection:
    return MinutesSection.objects.get(minutes__meeting__slug=slug, heading=heading)


def test_everything_is_there_and_comes_once() -> None:
    def counts() -> list[int]:
        kinds = (
            Meeting, Session, AgendaItem, Attendance, MeetingPaper, Question, Minutes,
            MinutesSection, Decision, FollowUp,
        )  # fmt: skip
        return [kind._default_manager.count() for kind in kinds]

    before = counts()
    by_kind = {kind: Meeting.objects.filter(kind=kind).count() for kind in MeetingKind}
    assert by_kind == {"internal": 4, "institution": 6, "hearing": 10, "outside": 12}

    report = load_meetings(MEETINGS)
    assert not report.has_changes
    assert len(report.notes) == sum(by_kind.values())
    assert counts() == before


def test_who_was_there_is_what_the_participations_say() -> None:
    with (DATA / "collectif" / "participations.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file, delimiter=";"))[1:]
    signed = "2015-04-21"
    wanted = defaultdict(set)
    for association, day, _occasion in rows:
        if day != signed:
            wanted[day].add(association)
    found = defaultdict(set)
    for line in Attendance.objects.filter(
        meeting__slug__in=[SEPTEMBER, JANUARY, SESSIONS], association__isnull=False
    ).select_related("session", "association", "meeting"):
        assert line.association is not None
        on = line.session.on if line.session else line.meeting.sessions.get().on
        found[on.isoformat()].add(line.association.slug)
    assert found == wanted


def test_five_sessions_are_told_in_one_document_at_two_kinds_of_host() -> None:
    sessions = list(Session.objects.filter(meeting__slug=SESSIONS).order_by("on"))
    assert [session.on for session in sessions] == [
        dt.date(2014, 10, 22),
        dt.date(2014, 11, 7),
        dt.date(2014, 11, 18),
        dt.date(2014, 12, 17),
        dt.date(2015, 1, 5),
    ]
    assert [session.host.key if session.host else "" for session in sessions] == [
        "min-interieur", "", "", "", "",
    ]  # fmt: skip
    assert all("Secours Catholique" in session.place for session in sessions[1:])


def test_each_measure_of_january_2014_is_tied_to_its_section() -> None:
    sections: Any = MinutesSection.objects.filter(
        minutes__meeting__slug=JANUARY, number__startswith="Mesure "
    )
    numbers = [each.number.removeprefix("Mesure ") for each in sections]
    plain = [str(number) for number in range(1, 24)]
    assert sorted(numbers) == sorted([*plain, "4 bis", "11 bis"])
    assert numbers.index("4 bis") == numbers.index("4") + 1
    for each in sections:
        number = each.number.removeprefix("Mesure ")
        tied = list(each.measures.values_list("number", flat=True))
        if number in {"4 bis", "11 bis"}:
            assert (tied, each.proposes_measure) == ([], number)
        else:
            assert (tied, each.proposes_measure) == ([number], "")


def test_measure_22_was_spoken_of_in_january_october_and_april() -> None:
    reader = make_user(Role.MEMBER)
    sections: Any = MinutesSection.objects.visible_to(reader).filter(measures__number="22")
    days = {row.said_on for row in sections.with_day()}
    papers: Any = MeetingPaper.objects.visible_to(reader).filter(measures__number="22")
    days |= {paper.dated_on for paper in papers}
    assert {dt.date(2014, 1, 31), dt.date(2014, 10, 22), dt.date(2015, 4, 21)} <= days


def test_minutes_are_circulated_on_their_day_and_none_is_adopted() -> None:
    """No document says that a later meeting adopted them."""
    rows = Minutes.objects.order_by("dated_on")
    assert [minutes.meeting.slug for minutes in rows] == [SEPTEMBER, JANUARY, SESSIONS]
    for minutes in rows:
        assert minutes.status == MinutesStatus.CIRCULATED
        assert minutes.circulated_at is not None
        assert minutes.circulated_at.date() == minutes.dated_on


def test_what_is_not_to_be_passed_on_is_for_the_group_that_made_it() -> None:
    inside, outside = member_of("amicale-du-nid"), member_of("hors-la-rue")
    secret = section(SESSIONS, "Le document de travail")
    assert secret.audience == Audience.NAMED
    assert secret in MinutesSection.objects.visible_to(inside)
    assert secret not in MinutesSection.objects.visible_to(outside)
    papers = MeetingPaper.objects.filter(meeting__slug=SESSIONS)
    kept = [paper for paper in papers if paper.audience != Audience.MEMBERS]
    assert {paper.audience for paper in kept} == {Audience.NAMED, Audience.SECRETARIAT}
    assert len(kept) == 2
    assert not set(kept) & set(MeetingPaper.objects.visible_to(outside))
    assert not Meeting.objects.filter(is_public=True).exists()


def test_meetings_follow_each_other() -> None:
    pairs = Meeting.objects.exclude(previous=None).values_list("slug", "previous__slug")
    assert dict(pairs) == {
        "rencontre-2013-10-04": SEPTEMBER,
        "reunion-2014-02-17": JANUARY,
        SESSIONS: "rencontre-2014-09-23",
        "reunion-2015-02-02": SESSIONS,
    }


def test_promises_have_who_and_by_when() -> None:
    letter = FollowUp.objects.get(institution__key="min-interieur")
    assert (letter.due_words, letter.due_on) == ("pour fin 2014", dt.date(2014, 12, 31))
    assert letter.done_on is None
    assert FollowUp.objects.filter(due_on=dt.date(2013, 10, 18)).exists()
    asked = FollowUp.objects.get(done_on=dt.date(2015, 4, 21))
    assert asked.section == letter.section


def test_questions_to_the_miprof_are_all_there_and_some_are_answered() -> None:
    questions: Any = Question.objects.filter(meeting__slug=SESSIONS, institution__key="miprof")
    assert questions.count() == 14
    assert {question.sent_on for question in questions} == {dt.date(2014, 11, 7)}
    assert 0 < questions.filter(answered_on=dt.date(2014, 11, 18)).count() < 14


def test_nobody_is_named_but_who_held_an_office() -> None:
    names = set(Attendance.objects.exclude(name="").values_list("name", flat=True))
    assert names == OFFICE_HOLDERS
    text = "\n".join(path.read_text(encoding="utf-8") for path in MEETINGS.glob("*.yaml"))
    assert not re.search(r"[\w.]+@[\w.]+|\b0[1-9](?:[ .]?\d\d){4}\b|\+33", text)

"""The commitments and the letter that the documents of 2013 to 2017 tell of, as `data/engagements` gives them."""

from __future__ import annotations

import csv
import datetime as dt
import re
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from commitments.enums import EventKind, LetterStatus, LetterStepKind, State
from commitments.letter_pdf import members_on
from commitments.loader import load_commitments
from commitments.models import Commitment, CommitmentEvent, Letter
from commitments.standing import standing
from members.enums import Audience, Role
from members.models import Association
from tests.factories import make_stranger, make_user
from tests.meetings.test_real_meetings import OFFICE_HOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker

DATA = settings.BASE_DIR / "data"
COMMITMENTS = DATA / "engagements"
CIRCULAR = "circulaire-aux-prefets"
# Those that a document which anyone may read tells of.
PUBLIC_SOURCES = {
    "circulaire-justice-2015-01-22",
    "cncdh-evaluation-2017",
    "decret-2016-1467",
    "loi-2016-444",
    "plan-2014-05-14",
}


@pytest.fixture(scope="module", autouse=True)
def real_commitments(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
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
        call_command("load_meetings", str(DATA / "reunions"), stdout=StringIO())
        call_command("load_commitments", str(COMMITMENTS), stdout=StringIO())
        with django_db_blocker.block():
            yield
        transaction.set_rollback(True)


pytestmark = pytest.mark.django_db


def named(slug: str) -> Commitment:
    return Commitment.objects.get(slug=slug)


def standing_on(on: str) -> Any:
    return Commitment.objects.standing_on(dt.date.fromisoformat(on))


@pytest.mark.parametrize(
    ("on", "state", "is_late"),
    [
        ("2014-09-23", State.PROMISED, False),
        ("2014-10-22", State.PROMISED, False),
        ("2014-12-31", State.PROMISED, False),
        ("2015-01-01", State.LATE, True),
        ("2015-01-21", State.LATE, True),
        ("2015-01-22", State.NO_NEWS, True),
        ("2015-04-20", State.NO_NEWS, True),
        ("2015-04-21", State.REMINDED, True),
        ("2026-11-21", State.REMINDED, True),
    ],
)
def test_the_circular_stands_as_the_documents_tell_on_each_day(
    on: str, state: State, is_late: bool
) -> None:
    row = standing_on(on).get(slug=CIRCULAR)
    assert (row.state, row.is_late) == (state, is_late)
    told = standing(named(CIRCULAR).events.all(), dt.date.fromisoformat(on))
    assert told is not None
    assert (told.state, told.is_late) == (state, is_late)


def test_the_circular_was_not_promised_before_the_minister_did() -> None:
    assert not standing_on("2014-09-22").filter(slug=CIRCULAR).exists()


def test_the_circular_has_seven_points_each_due_by_the_end_of_2014() -> None:
    points: Any = named(CIRCULAR).parts.order_by("position")
    assert [point.position for point in points] == [1, 2, 3, 4, 5, 6, 7]
    for point in points:
        made, no_news, *_rest = point.events.order_by("on", "pk")
        assert (made.kind, made.deadline_words) == (EventKind.MADE, "pour fin 2014")
        assert made.late_from == dt.date(2015, 1, 1)
        assert (no_news.kind, no_news.on) == (EventKind.NO_NEWS, dt.date(2015, 1, 22))
        assert point.section is not None
        assert point.section.heading == "La lettre attendue aux préfets"


# What the documents say of each, as it stood when the last of them was written.
STANDING_IN_2017 = {
    "accueil-des-victimes-en-prefecture": State.PROMISED,
    "application-uniforme-du-ceseda": State.BROKEN,
    "campagne-d-information-2015": State.BROKEN,
    "delai-de-reflexion-de-trois-mois": State.BROKEN,
    "fonds-pour-les-victimes": State.PARTLY_KEPT,
    "lancement-du-plan": State.KEPT,
    "ligne-budgetaire-separee": State.PARTLY_KEPT,
    "outil-pour-les-inspecteurs-du-travail": State.PROMISED,
    "reunion-avec-les-ministres": State.OVERTAKEN,
    "reunions-regulieres-avec-le-collectif": State.PARTLY_KEPT,
}


def test_each_stands_in_2017_as_the_documents_say() -> None:
    rows = standing_on("2017-07-06").filter(slug__in=STANDING_IN_2017)
    assert {row.slug: row.state for row in rows} == STANDING_IN_2017


def test_three_months_of_reflection_were_there_on_a_monday_and_gone_on_the_thursday() -> None:
    slug = "delai-de-reflexion-de-trois-mois"
    for on, state in ((27, State.PROMISED), (29, State.PROMISED), (30, State.BROKEN)):
        assert standing_on(f"2014-01-{on}").get(slug=slug).state == state


def test_the_tool_of_the_inspectors_is_late_once_september_is_over() -> None:
    slug = "outil-pour-les-inspecteurs-du-travail"
    for on, is_late in (("2017-09-30", False), ("2017-10-01", True)):
        assert standing_on(on).get(slug=slug).is_late is is_late


def test_the_launch_was_late_then_postponed_then_late_then_kept() -> None:
    slug = "lancement-du-plan"
    for on, state, postponed in (
        ("2013-12-31", State.PROMISED, 0),
        ("2014-01-01", State.LATE, 0),
        ("2014-01-31", State.PROMISED, 1),
        ("2014-02-13", State.LATE, 1),
        ("2014-05-14", State.KEPT, 1),
    ):
        row = standing_on(on).get(slug=slug)
        assert (row.state, row.postponed) == (state, postponed)


def test_all_that_the_documents_tell_is_there() -> None:
    assert Commitment.objects.count() == 50
    assert Commitment.objects.filter(parent=None).count() == 37
    assert CommitmentEvent.objects.count() == 111
    assert set(CommitmentEvent.objects.values_list("kind", flat=True)) == (
        # Nobody answered; nothing was recorded by mistake.
        set(EventKind.values) - {EventKind.ANSWERED, EventKind.RETRACTED}
    )
    # Each says where it is read.
    assert not Commitment.objects.filter(source=None).exists()
    without = CommitmentEvent.objects.filter(source=None, letter=None)
    assert not without.exists()


def test_the_letter_reminds_the_minister_and_has_no_answer() -> None:
    letter = Letter.objects.get()
    assert (letter.institution.key, letter.dated_on) == ("min-interieur", dt.date(2015, 4, 21))
    assert letter.status == LetterStatus.SENT
    assert letter.reference
    assert not letter.replies.exists()
    assert list(letter.steps.values_list("kind", flat=True)) == [
        LetterStepKind.SIGNED,
        LetterStepKind.SENT,
    ]
    assert sorted(letter.copies.values_list("institution__key", flat=True)) == [
        "cncdh",
        "greta",
        "miprof",
        "miprof",
        "union-europeenne",
    ]
    enclosure = letter.enclosures.get()
    assert enclosure.meeting_paper is not None
    assert enclosure.meeting_paper.meeting.slug == "rencontre-2014-09-23"
    reminded = CommitmentEvent.objects.filter(letter=letter)
    assert {event.commitment.slug for event in reminded} == {
        CIRCULAR,
        # The letter speaks neither of training nor of tools to identify victims, the two last points.
        "circulaire-1-accueil-en-prefecture",
        "circulaire-2-application-de-la-loi",
        "circulaire-3-titre-de-sejour-rapide",
        "circulaire-4-mineurs-et-delits-forces",
        "circulaire-5-coordination-locale",
    }
    assert {(event.kind, event.on) for event in reminded} == {
        (EventKind.REMINDED, dt.date(2015, 4, 21))
    }


def test_strangers_read_only_what_public_documents_tell() -> None:
    public: Any = Commitment.objects.visible_to(make_stranger())
    assert public.count() == 15
    for commitment in public:
        assert commitment.meeting is None
        assert commitment.section is None
        events = commitment.events.all()
        assert {event.source.key for event in events if event.source} <= PUBLIC_SOURCES
        assert not any(event.meeting or event.section or event.letter for event in events)
    assert not Letter.objects.visible_to(make_stranger()).exists()


def test_members_read_all_of_it() -> None:
    member = make_user(Role.MEMBER)
    assert Commitment.objects.visible_to(member).count() == 50
    assert Letter.objects.visible_to(member).count() == 1
    assert not Commitment.objects.exclude(audience__in=[Audience.PUBLIC, Audience.MEMBERS]).exists()


def test_nobody_is_named() -> None:
    """Offices and associations, no person: neither a cabinet's, nor even those who spoke in public."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in COMMITMENTS.glob("*.yaml"))
    assert not re.search(r"\bM\. [A-ZÉ]|\bMme [A-ZÉ]|@|\+33|\b0\d(?: \d\d){4}\b", text)
    for name in OFFICE_HOLDERS:
        assert name.split()[-1] not in text
    # Words of the documents are told in our own.
    assert "quote:" not in text


def test_loading_twice_doubles_nothing() -> None:
    before = [kind.objects.count() for kind in (Commitment, CommitmentEvent, Letter)]
    report = load_commitments(COMMITMENTS)
    assert not report.has_changes
    assert [kind.objects.count() for kind in (Commitment, CommitmentEvent, Letter)] == before


def test_the_associations_that_signed_the_letter_are_those_printed_on_it() -> None:
    with (DATA / "collectif" / "participations.csv").open(encoding="utf-8-sig", newline="") as file:
        signed = {
            row["Association"]
            for row in csv.DictReader(file, delimiter=";")
            if row["Date"] == "2015-04-21"
        }
    names = set(Association.objects.filter(slug__in=signed).values_list("name", flat=True))
    assert len(names) == 23
    letter = Letter.objects.get()
    assert letter.lists_members
    assert letter.dated_on is not None
    assert names == set(members_on(letter.dated_on))

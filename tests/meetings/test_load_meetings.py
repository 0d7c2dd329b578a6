"""Loading meetings from files: all of them through the services, or nothing with every mistake on its line."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation
from jsonschema import Draft202012Validator

from measures.importer.problems import PlanFilesError
from measures.importer.schema import FORMATS, MESSAGES, PATTERNS, TYPES, read_schema
from meetings.enums import DecisionMeans, MinutesStatus
from meetings.loader import SCHEMA, load_meetings
from meetings.models import AgendaItem, Meeting, Minutes, MinutesSection
from members.enums import Audience
from tests.factories import (
    make_association,
    make_group,
    make_institution,
    make_measure,
    make_meeting,
    make_plan,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from measures.importer.problems import Problem

pytestmark = pytest.mark.django_db

WHOLE = """\
plan: petit-plan
meetings:
  - slug: premiere
    title: Première réunion
    kind: internal
    public: true
    group: petit-groupe
    quorum: 2
    institutions: [mission]
    sessions:
      - on: 2014-01-31
        starts_at: 10:00
        ends_at: "13:00"
        place: Ici
        host: mission
      - on: 2014-02-01
    agenda:
      - title: Le plan
        length: 30
        measures: ["4 bis"]
        parts:
          - title: Une partie
    attendance:
      - association: presente
        session: 2014-01-31
      - association: excusee
        presence: represented
        represented_by: presente
      - institution: mission
        name: Membre 1
        function: Présidente
        capacity: interlocutor
    papers:
      - title: Une pièce
        dated_on: 2014-01-30
        audience: named
        groups: [petit-groupe]
        measures: ["4 bis"]
    questions:
      - text: Que ferez-vous ?
        institution: mission
        sent_on: 2014-01-15
        answer: Rien encore.
        answered_on: 2014-01-31
    minutes:
      dated_on: 2014-02-02
      circulated_on: 2014-02-03
      remarks_until: 2014-02-20
      adopted_at: seconde
      sections:
        - number: I.1
          heading: Une section
          level: 2
          text: Ce qui fut dit.
          session: 2014-02-01
          measures: ["4 bis"]
          institutions: [mission]
          decisions:
            - text: Écrire.
              means: vote
              votes_for: 7
              votes_against: 0
          follow_ups:
            - text: Répondre.
              institution: mission
              due_words: bientôt
              due_on: 2014-03-01
        - heading: Une autre
          audience: named
          groups: [petit-groupe]
          proposes_measure: 4 ter
  - slug: seconde
    title: Seconde réunion
    kind: institution
    previous: premiere
    sessions: [{on: 2014-03-05}]
"""


@pytest.fixture(autouse=True)
def _site() -> Iterator[None]:
    """What the files refer to, and English, in which mistakes are read here."""
    make_measure(make_plan(slug="petit-plan"), number="4 bis")
    make_institution(key="mission")
    make_group(slug="petit-groupe")
    make_association(slug="presente")
    make_association(slug="excusee")
    with translation.override("en"):
        yield


def write(folder: Path, text: str = WHOLE) -> Path:
    (folder / "reunions.yaml").write_text(text, encoding="utf-8")
    return folder


def refused(folder: Path, old: str, new: str) -> tuple[list[Problem], int]:
    """The problems of a file with one mistake, and the line of the sign ¶ in it. Nothing was written."""
    before, found, after = WHOLE.partition(old)
    assert found
    assert "¶" in new
    text = before + new + after
    line = text[: text.index("¶")].count("\n") + 1
    with pytest.raises(PlanFilesError) as refusal:
        load_meetings(write(folder, text.replace("¶", "")))
    assert not Meeting.objects.exists()
    return refusal.value.problems, line


def test_a_file_becomes_meetings_with_all_that_hangs_on_them(tmp_path: Path) -> None:
    report = load_meetings(write(tmp_path))
    assert {kind.__name__: count.added for kind, count in report.counts.items()} == {
        "Meeting": 2,
        "AgendaItem": 2,
        "Attendance": 3,
        "MeetingPaper": 1,
        "Question": 1,
        "Minutes": 1,
        "MinutesSection": 2,
        "Decision": 1,
        "FollowUp": 1,
    }
    meeting = Meeting.objects.get(slug="premiere")
    assert (meeting.is_public, meeting.quorum) == (True, 2)
    assert meeting.group is not None
    first, second = meeting.sessions.order_by("on")
    assert (first.starts_at, first.ends_at) == (dt.time(10), dt.time(13))
    assert first.host == meeting.institutions.get()
    part = AgendaItem.objects.get(title="Une partie")
    assert part.parent is not None
    assert part.parent.measures.get().number == "4 bis"
    represented = meeting.attendances.get(presence="represented")
    assert represented.represented_by is not None
    assert represented.represented_by.slug == "presente"
    paper = meeting.papers.get()
    assert paper.audience == Audience.NAMED
    assert paper.named_groups.get() == meeting.group
    assert meeting.questions.get().answered_on == first.on
    section = MinutesSection.objects.get(heading="Une section")
    assert (section.number, section.level, section.session) == ("I.1", 2, second)
    decision = section.decisions.get()
    assert (decision.means, decision.votes_for) == (DecisionMeans.VOTE, 7)
    assert section.follow_ups.get().due_on == dt.date(2014, 3, 1)
    assert MinutesSection.objects.get(heading="Une autre").proposes_measure == "4 ter"


def test_minutes_have_the_life_that_the_file_tells(tmp_path: Path) -> None:
    load_meetings(write(tmp_path))
    minutes = Minutes.objects.get()
    assert minutes.status == MinutesStatus.ADOPTED
    assert minutes.circulated_at is not None
    assert timezone.localdate(minutes.circulated_at) == dt.date(2014, 2, 3)
    assert minutes.remarks_until == dt.date(2014, 2, 20)
    assert minutes.adopted_at_meeting == Meeting.objects.get(slug="seconde")
    assert minutes.adopted_on == dt.date(2014, 3, 5)
    assert not minutes.sections.filter(is_locked=False).exists()


def test_minutes_without_a_day_of_circulation_are_a_draft(tmp_path: Path) -> None:
    life = "      circulated_on: 2014-02-03\n      remarks_until: 2014-02-20\n      adopted_at: seconde\n"
    load_meetings(write(tmp_path, WHOLE.replace(life, "")))
    assert Minutes.objects.get().status == MinutesStatus.DRAFT


def test_what_the_site_has_stays_as_it_is(tmp_path: Path) -> None:
    load_meetings(write(tmp_path))
    meeting = Meeting.objects.get(slug="premiere")
    meeting.title = "Corrigé sur le site"
    meeting.save()

    report = load_meetings(write(tmp_path))
    assert not report.has_changes
    assert ["premiere" in note or "seconde" in note for note in report.notes] == [True, True]
    meeting.refresh_from_db()
    assert meeting.title == "Corrigé sur le site"
    assert MinutesSection.objects.count() == 2


def test_a_meeting_may_follow_one_that_the_site_has(tmp_path: Path) -> None:
    make_meeting(dt.date(2013, 9, 13), slug="ancienne")
    load_meetings(write(tmp_path, WHOLE.replace("previous: premiere", "previous: ancienne")))
    assert Meeting.objects.get(slug="seconde").previous == Meeting.objects.get(slug="ancienne")


def test_a_dry_run_tells_and_writes_nothing(tmp_path: Path) -> None:
    output = StringIO()
    call_command("load_meetings", str(write(tmp_path)), "--dry-run", stdout=output)
    assert "2" in output.getvalue()
    assert not Meeting.objects.exists()


MISTAKES = {
    "unknown measure": ('measures: ["4 bis"]', '¶measures: ["4 ter"]', "“4 ter”"),
    "unknown association": ("association: presente", "association: ¶absente", "“absente”"),
    "unknown representative": ("represented_by: presente", "represented_by: ¶personne", "“personne”"),
    "unknown institution": ("institutions: [mission]", "institutions: [¶missions]", "“mission”?"),
    "unknown host": ("host: mission", "host: ¶nulle-part", "“nulle-part”"),
    "unknown group": ("group: petit-groupe", "group: ¶grand", "“grand”"),
    "unknown plan": ("plan: petit-plan", "plan: ¶grand-plan", "“grand-plan”"),
    "unknown previous": ("previous: premiere", "previous: ¶zeroieme", "“zeroieme”"),
    "unknown adopter": ("adopted_at: seconde", "adopted_at: ¶troisieme", "“troisieme”"),
    "end before beginning": ('ends_at: "13:00"', 'ends_at: ¶"09:00"', "09:00"),
    "end without beginning": ("starts_at: 10:00\n        ends_at", "¶ends_at", "begins"),
    "no such hour": ("starts_at: 10:00", "starts_at: ¶25:00", "25:00"),
    "no such day": ("on: 2014-02-01", "on: ¶2014-02-30", "2014-02-30"),
    "doubled slug": ("slug: seconde", "slug: ¶premiere", "reunions.yaml:3"),
    "adopted at itself": ("adopted_at: seconde", "adopted_at: ¶premiere", "later"),
    "adopted at an earlier meeting": (
        "adopted_at: seconde",
        "adopted_at: ¶ancienne",
        "later",
    ),
    "adopted and not circulated": (
        "circulated_on: 2014-02-03\n      remarks_until: 2014-02-20\n      adopted_at",
        "¶adopted_at",
        "circulated",
    ),
    "follows a later meeting": (
        "title: Première réunion\n",
        "title: Première réunion\n    previous: ¶seconde\n",
        "before",
    ),
    "session of another day": ("session: 2014-02-01", "session: ¶2014-02-02", "no session"),
    "named nobody": (
        "audience: named\n        groups: [petit-groupe]\n        measures",
        "¶audience: named\n        measures",
        "groups",
    ),
    "groups without named": ("audience: named\n        groups", "¶groups", "named"),
    "nobody was there": ("- association: presente\n        session", "- ¶session", "association"),
    "unknown name": ("    kind: internal", "    ¶sort: internal", "sort"),
    "unknown kind": ("kind: internal", "kind: ¶réunion", "internal"),
    "missing title": ("- title: Une pièce\n        dated_on", "- ¶dated_on", "title"),
    "measure without quotes": ('measures: ["4 bis"]', "measures: [¶4]", "4"),
    # What only the services know.
    "answer without a day": ("        answered_on: 2014-01-31\n", "¶", ""),
    "remarks before circulation": ("remarks_until: 2014-02-20", "remarks_until: ¶2014-01-20", ""),
    "vote without a count": ("              votes_for: 7\n", "¶", ""),
    "follow-up for nobody": ("              institution: mission\n              due", "              ¶due", ""),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_on_its_line_and_nothing_is_written(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    if "ancienne" in new:
        # On the site and not in the files.
        new = new.replace("ancienne", "tres-ancienne")
        meeting = make_meeting(dt.date(2013, 9, 13), slug="tres-ancienne")
        with pytest.raises(PlanFilesError) as refusal:
            load_meetings(write(tmp_path, WHOLE.replace(old, new.replace("¶", ""))))
        assert list(Meeting.objects.all()) == [meeting]
        assert any(words in problem.message for problem in refusal.value.problems)
        return
    problems, line = refused(tmp_path, old, new)
    told = [problem for problem in problems if words in str(problem)]
    assert told, problems
    # What a service refuses is told where its entry begins.
    assert told[0].place.line == line if words else abs(told[0].place.line - line) <= 6
    assert told[0].place.file == "reunions.yaml"


def test_measures_need_the_plan_they_are_of(tmp_path: Path) -> None:
    with pytest.raises(PlanFilesError) as refusal:
        load_meetings(write(tmp_path, WHOLE.replace("plan: petit-plan\n", "")))
    assert {problem.place.name for problem in refusal.value.problems} == {"measures"}


def test_the_command_tells_every_mistake(tmp_path: Path) -> None:
    text = WHOLE.replace("host: mission", "host: nulle-part").replace(
        "group: petit", "group: grand"
    )
    with pytest.raises(CommandError) as failure:
        call_command("load_meetings", str(write(tmp_path, text)), stdout=StringIO())
    lines = str(failure.value).splitlines()
    assert [line.partition(" ")[0] for line in lines[1:]] == [
        "reunions.yaml:7:",
        "reunions.yaml:15:",
    ]


def test_the_schema_is_one_and_says_everything_in_our_words() -> None:
    schema = read_schema(SCHEMA)
    Draft202012Validator.check_schema(schema)
    silent = {"$schema", "$ref", "$defs", "title", "description", "properties", "items"}

    def nodes(node: Any) -> Iterator[dict[str, Any]]:
        yield node
        for name in ("properties", "$defs"):
            for child in node.get(name, {}).values():
                yield from nodes(child)
        if "items" in node:
            yield from nodes(node["items"])

    for node in nodes(schema):
        assert node.keys() - silent <= MESSAGES.keys()
        assert node.get("type", "string") in TYPES
        assert node.get("pattern", next(iter(PATTERNS))) in PATTERNS
        assert node.get("format", "date") in FORMATS
        assert node.get("type") != "object" or node["additionalProperties"] is False

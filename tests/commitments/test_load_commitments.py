"""Loading commitments from files: all of them through the services, or nothing with every mistake on its line."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from jsonschema import Draft202012Validator

from commitments.enums import EventKind, LetterStatus, Origin, SentBy
from commitments.loader import SCHEMA, load_commitments
from commitments.models import Commitment, CommitmentEvent, Letter
from measures.importer.problems import PlanFilesError
from measures.importer.schema import FORMATS, MESSAGES, PATTERNS, TYPES, read_schema
from meetings.enums import MeetingKind
from meetings.models import MeetingPaper
from members.enums import Audience
from tests.factories import (
    make_group,
    make_institution,
    make_measure,
    make_meeting,
    make_minutes,
    make_plan,
    make_section,
    make_source,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from measures.importer.problems import Problem

pytestmark = pytest.mark.django_db

WHOLE = """\
plan: petit-plan
commitments:
  - slug: circulaire
    institution: ministere
    function: Ministre
    wording: Écrire aux préfets
    quote: Je leur écrirai.
    meeting: rencontre
    section: La circulaire
    source: compte-rendu
    locator: p. 2
    measures: ["4 bis"]
    remark: Dit deux fois.
    audience: named
    groups: [petit-groupe]
    made:
      on: 2014-09-23
      text: En réunion.
      deadline_words: pour fin 2014
    events:
      - kind: no_news
        on: 2015-01-22
        text: Rien.
        section: La circulaire
      - kind: postponed
        on: 2015-02-01
        text: Plus tard.
        deadline_words: avant sa sortie
        late_from: 2015-09-01
        source: compte-rendu
        locator: p. 3
      - kind: kept
        on: 2015-12-01
        text: Tenu après la réponse.
    parts:
      - slug: accueil
        wording: Mieux accueillir
        made:
          on: 2014-10-22
      - slug: formation
        institution: ecole
        wording: Former
        audience: members
        made:
          on: 2014-10-22
  - slug: loi
    institution: ministere
    wording: Appliquer la loi
    origin: law
    source: compte-rendu
    audience: public
    made:
      on: 2014-10-22
letters:
  - institution: ministere
    addressee: Monsieur le ministre
    address: |-
      1 rue du Test
      75000 Paris
    salutation: Monsieur le Ministre,
    subject: La circulaire
    body: Où en est-elle ?
    closing: Respectueusement.
    dated_on: 2015-04-21
    signatory: La présidente
    commitments: [formation]
    copies:
      - institution: ecole
        wording: Madame la Directrice
    enclosures:
      - label: Synthèse
        meeting: rencontre
        paper: Synthèse de la rencontre
        dated_on: 2014-09-23
        summary: Ce qui fut dit.
    sent:
      on: 2015-04-22
      by: registered
      note: Accusé de réception.
    replies:
      - on: 2015-05-04
        summary: Elle part.
"""


@pytest.fixture(autouse=True)
def _site() -> Iterator[None]:
    """What the files refer to, and English, in which mistakes are read here."""
    make_measure(make_plan(slug="petit-plan"), number="4 bis")
    ministry = make_institution(key="ministere")
    make_institution(key="ecole")
    make_group(slug="petit-groupe")
    make_source(key="compte-rendu")
    meeting = make_meeting(dt.date(2014, 9, 23), slug="rencontre", kind=MeetingKind.INSTITUTION)
    meeting.institutions.add(ministry)
    minutes = make_minutes(meeting)
    make_section(minutes, heading="La circulaire")
    make_section(minutes, heading="Deux fois")
    make_section(minutes, heading="Deux fois")
    with translation.override("en"):
        yield


def write(folder: Path, text: str = WHOLE) -> Path:
    (folder / "engagements.yaml").write_text(text, encoding="utf-8")
    return folder


def refused(folder: Path, old: str, new: str) -> tuple[list[Problem], int]:
    """The problems of a file with one mistake, and the line of the sign ¶ in it. Nothing was written."""
    before, found, after = WHOLE.partition(old)
    assert found
    assert "¶" in new
    text = before + new + after
    line = text[: text.index("¶")].count("\n") + 1
    with pytest.raises(PlanFilesError) as refusal:
        load_commitments(write(folder, text.replace("¶", "")))
    for kind in (Commitment, CommitmentEvent, Letter, MeetingPaper):
        assert not kind.objects.exists()
    return refusal.value.problems, line


def test_a_file_becomes_commitments_with_what_came_of_them(tmp_path: Path) -> None:
    report = load_commitments(write(tmp_path))
    assert {kind.__name__: count.added for kind, count in report.counts.items()} == {
        "Commitment": 4,
        # Four made, three that the file tells, one reminder and one answer by the letter.
        "CommitmentEvent": 9,
        "Letter": 1,
        "MeetingPaper": 1,
    }
    row = Commitment.objects.get(slug="circulaire")
    assert (row.institution.key, row.function) == ("ministere", "Ministre")
    assert (row.quote, row.remark, row.locator) == ("Je leur écrirai.", "Dit deux fois.", "p. 2")
    assert row.meeting is not None
    assert row.section is not None
    assert row.section.heading == "La circulaire"
    assert row.measures.get().number == "4 bis"
    assert row.audience == Audience.NAMED
    assert row.named_groups.get().slug == "petit-groupe"
    made, no_news, postponed, kept = row.events.order_by("on", "pk")
    assert (made.kind, made.text) == (EventKind.MADE, "En réunion.")
    assert (made.deadline_words, made.late_from) == ("pour fin 2014", dt.date(2015, 1, 1))
    # A section without a meeting is of the commitment's own.
    assert (no_news.meeting, no_news.section) == (row.meeting, row.section)
    assert (postponed.deadline_words, postponed.late_from) == (
        "avant sa sortie",
        dt.date(2015, 9, 1),
    )
    assert (postponed.meeting, postponed.locator) == (None, "p. 3")
    assert kept.kind == EventKind.KEPT
    law = Commitment.objects.get(slug="loi")
    assert (law.origin, law.audience) == (Origin.LAW, Audience.PUBLIC)


def test_a_part_takes_from_the_whole_what_it_does_not_say(tmp_path: Path) -> None:
    load_commitments(write(tmp_path))
    whole = Commitment.objects.get(slug="circulaire")
    parts: Any = whole.parts.order_by("position")
    first, second = parts
    assert (first.slug, second.slug) == ("accueil", "formation")
    for part in (first, second):
        assert (part.meeting, part.section) == (whole.meeting, whole.section)
        assert (part.source, part.locator) == (whole.source, "p. 2")
        assert part.function == "Ministre"
        # Not what is its own: the words, the measures, what came of it.
        assert (part.quote, part.remark) == ("", "")
        assert not part.measures.exists()
    assert (first.institution, second.institution.key) == (whole.institution, "ecole")
    assert (first.audience, first.named_groups.count()) == (Audience.NAMED, 1)
    assert (second.audience, second.named_groups.count()) == (Audience.MEMBERS, 0)


def test_a_letter_has_the_life_that_the_file_tells(tmp_path: Path) -> None:
    load_commitments(write(tmp_path))
    letter = Letter.objects.get()
    assert letter.status == LetterStatus.ANSWERED
    assert (letter.dated_on, letter.audience) == (dt.date(2015, 4, 21), Audience.MEMBERS)
    assert letter.address == "1 rue du Test\n75000 Paris"
    assert letter.reference
    assert letter.copies.get().institution.key == "ecole"
    paper = letter.enclosures.get().meeting_paper
    assert paper is not None
    assert (paper.title, paper.meeting.slug) == ("Synthèse de la rencontre", "rencontre")
    sent = letter.steps.get(kind="sent")
    assert (sent.on, sent.sent_by) == (dt.date(2015, 4, 22), SentBy.REGISTERED)
    part = Commitment.objects.get(slug="formation")
    assert [(event.kind, event.on) for event in part.events.order_by("on", "pk")] == [
        (EventKind.MADE, dt.date(2014, 10, 22)),
        (EventKind.REMINDED, dt.date(2015, 4, 22)),
        (EventKind.ANSWERED, dt.date(2015, 5, 4)),
    ]


def test_a_letter_may_end_without_an_answer(tmp_path: Path) -> None:
    silent = "    silent:\n      on: 2015-07-01\n      note: Rien reçu.\n"
    text = WHOLE[: WHOLE.index("    replies:")] + silent
    load_commitments(write(tmp_path, text))
    assert Letter.objects.get().status == LetterStatus.SILENT
    last = Commitment.objects.get(slug="formation").events.order_by("on", "pk").last()
    assert last is not None
    assert (last.kind, last.on) == (EventKind.NO_NEWS, dt.date(2015, 7, 1))


def test_a_paper_that_the_meeting_has_is_enclosed_as_it_is(tmp_path: Path) -> None:
    load_commitments(write(tmp_path))
    again = WHOLE[WHOLE.index("letters:") :].replace(
        "subject: La circulaire", "subject: La même circulaire"
    )
    load_commitments(write(tmp_path, again.replace("        summary: Ce qui fut dit.\n", "")))
    assert Letter.objects.count() == 2
    assert MeetingPaper.objects.count() == 1


def test_what_the_site_has_stays_as_it_is(tmp_path: Path) -> None:
    load_commitments(write(tmp_path))
    row = Commitment.objects.get(slug="loi")
    row.wording = "Corrigé sur le site"
    row.save()

    report = load_commitments(write(tmp_path))
    assert not report.has_changes
    assert len(report.notes) == 5
    row.refresh_from_db()
    assert row.wording == "Corrigé sur le site"
    assert (Commitment.objects.count(), CommitmentEvent.objects.count()) == (4, 9)
    assert (Letter.objects.count(), MeetingPaper.objects.count()) == (1, 1)


def test_a_part_may_be_added_to_what_the_site_has(tmp_path: Path) -> None:
    load_commitments(write(tmp_path))
    more = "      - slug: outils\n        wording: Outiller\n        made: {on: 2014-10-22}\n"
    before, found, after = WHOLE.partition("  - slug: loi\n")
    report = load_commitments(write(tmp_path, before + more + found + after))
    assert report.counts[Commitment].added == 1
    whole = Commitment.objects.get(slug="circulaire")
    assert whole.parts.get(slug="outils").position == 3


def test_a_dry_run_tells_and_writes_nothing(tmp_path: Path) -> None:
    output = StringIO()
    call_command("load_commitments", str(write(tmp_path)), "--dry-run", stdout=output)
    assert "9" in output.getvalue()
    assert not Commitment.objects.exists()
    assert not MeetingPaper.objects.exists()


MISTAKES = {
    "unknown plan": ("plan: petit-plan", "plan: ¶grand-plan", "“grand-plan”"),
    "unknown measure": ('measures: ["4 bis"]', '¶measures: ["4 ter"]', "“4 ter”"),
    "unknown institution": ("institution: ministere", "institution: ¶ministeres", "“ministere”?"),
    "unknown meeting": ("meeting: rencontre", "meeting: ¶rencontres", "“rencontre"),
    "unknown section": ("section: La circulaire", "section: ¶La circulation", "“La circulaire”?"),
    "section that is twice": ("section: La circulaire", "section: ¶Deux fois", "Several"),
    "unknown source": ("source: compte-rendu", "source: ¶compte-rendus", "“compte-rendu”?"),
    "unknown group": ("groups: [petit-groupe]", "groups: [¶grand-groupe]", "“grand-groupe”"),
    "named nobody": ("audience: named\n    groups: [petit-groupe]", "¶audience: named", "groups"),
    "groups without named": ("audience: named\n    groups", "¶groups", "named"),
    "doubled slug": ("slug: accueil", "slug: ¶circulaire", "engagements.yaml:3"),
    "nobody promises": ("slug: loi\n    institution: ministere", "¶slug: loi", "institution"),
    "made nowhere": ("- slug: loi\n    institution: ministere\n    wording: Appliquer la loi\n    origin: law",
                     "- ¶slug: loi\n    institution: ministere\n    wording: Appliquer la loi", "meeting"),
    "deadline that tells no day": ("deadline_words: pour fin 2014", "deadline_words: ¶bientôt", "“bientôt”"),
    "deadline before the promise": ("deadline_words: pour fin 2014", "deadline_words: ¶pour fin 2013", "before"),
    "late before the promise": ("late_from: 2015-09-01", "late_from: ¶2015-01-01", "before"),
    "deadline without words": ("        deadline_words: avant sa sortie\n        late", "        ¶late", "as it was said"),
    "deadline of what is no promise": ("text: Rien.", "text: Rien.\n        ¶deadline_words: fin 2015", "postponed"),
    "no such day": ("on: 2015-12-01", "on: ¶2015-11-31", "2015-11-31"),
    "unknown kind": ("kind: kept", "kind: ¶tenu", "kept"),
    "made twice": ("kind: kept", "kind: ¶made", "kept"),
    "unknown name": ("    quote: Je", "    ¶citation: Je", "citation"),
    "missing wording": ("- slug: loi\n    institution: ministere\n    wording: Appliquer la loi",
                        "- ¶slug: loi\n    institution: ministere", "wording"),
    "measure without quotes": ('measures: ["4 bis"]', "measures: [¶4]", "4"),
    "unknown commitment": ("commitments: [formation]", "commitments: [¶formations]", "“formation”?"),
    "unknown copy": ("- institution: ecole\n        wording: Mad", "- institution: ¶ecoles\n        wording: Mad", "“ecole”?"),
    "unknown enclosure": ("paper: Synthèse de la rencontre\n        dated_on: 2014-09-23\n        summary: Ce qui fut dit.",
                          "paper: ¶Synthèse", "summary"),
    "answered and not sent": ("    sent:\n      on: 2015-04-22\n      by: registered\n      note: Accusé de réception.\n    replies",
                              "    ¶replies", "sent"),
    "sent by e-mail": ("by: registered", "by: ¶email", "post"),
    # What only the services know.
    "event in the future": ("on: 2015-12-01", "on: ¶2999-12-01", ""),
    "after it was settled": ("kind: no_news\n        on: 2015-01-22", "kind: ¶kept\n        on: 2015-01-22", ""),
    "answer to no reminder": ("kind: no_news\n", "kind: ¶answered\n", ""),
    "sent before it was written": ("on: 2015-04-22\n      by", "on: ¶2015-04-20\n      by", "The letter is of 21"),
    "answered before it was sent": ("- on: 2015-05-04", "- on: ¶2015-04-21", "was sent on 22"),
    "letter wider than its commitment": ("commitments: [formation]", "¶commitments: [circulaire]", ""),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_on_its_line_and_nothing_is_written(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    problems, line = refused(tmp_path, old, new)
    told = [problem for problem in problems if words in str(problem)]
    assert told, problems
    assert told[0].place.file == "engagements.yaml"
    # What a service refuses is told in the entry concerned.
    assert told[0].place.line == line if words else abs(told[0].place.line - line) <= 30


def test_measures_need_the_plan_they_are_of(tmp_path: Path) -> None:
    with pytest.raises(PlanFilesError) as refusal:
        load_commitments(write(tmp_path, WHOLE.replace("plan: petit-plan\n", "")))
    assert {problem.place.name for problem in refusal.value.problems} == {"measures"}


def test_the_command_tells_every_mistake(tmp_path: Path) -> None:
    text = WHOLE.replace("source: compte-rendu", "source: rien", 1).replace(
        "pour fin 2014", "bientôt"
    )
    with pytest.raises(CommandError) as failure:
        call_command("load_commitments", str(write(tmp_path, text)), stdout=StringIO())
    lines = str(failure.value).splitlines()
    assert [line.partition(" ")[0] for line in lines[1:]] == [
        "engagements.yaml:10:",
        "engagements.yaml:19:",
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

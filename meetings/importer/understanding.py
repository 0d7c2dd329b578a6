"""What minutes say of their meeting: title, days, agenda, who was there, next meeting, which measures. Nothing is written."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from common.text import fold
from meetings.importer.blocks import Kind
from meetings.importer.compare import Difference, differences, words_of, words_of_sections
from meetings.importer.dates import after_the_time, find_dating, find_days, find_hours
from meetings.importer.headings import (
    Draft,
    drafts_of,
    is_named_number,
    opens_a_list_of_people,
    plain,
    split_number,
)
from meetings.importer.matching import Names, other_spellings
from meetings.importer.participants import Participant, participants_of
from meetings.importer.taken import words_only_in
from meetings.mentions import find_among, numbers_of
from meetings.models.minutes import SECTION_LIMIT
from members.enums import Audience

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from meetings.importer.blocks import Block, Document
    from members.models import Association
    from plan.models import Institution, Plan

TITLE_LIMIT, PLACE_LIMIT, POINT_LIMIT = 200, 200, 300
MOST_POINTS = 60
_LONGEST_FACT = 250
# Of an agenda that is neither numbered nor a list: the length of a line, and how many.
_LINE, _FEW = 150, 20
_LONGEST_POINT = 1_000
_TITLE = re.compile(
    r"compte[- ]rendu|proces[- ]verbal|releve de decisions|document de travail|\breunion\b|\brencontres?\b"
)
_NEXT = re.compile(r"prochaines? (?:reunions?|rencontres?|dates?)\b")
_CONTENTS = re.compile(r"sommaire|table des matieres|(?:(?:a )?l'?\s?)?ordre du jour")
# “Date : 12 mars 2015, 10h-12h30, Secours Catholique, Paris”; “Lieu : …”; a line that is hours and no more.
_WHEN = re.compile(r"(?:dates?|jour|quand|horaires?|heures?)\b[^:]{0,30}:")
_WHERE = re.compile(r"(?:(?:lieu|adresse)(?: de la (?:reunion|rencontre|seance))?|ou)\s*:")
_AT_AN_HOUR = re.compile(r"(?:de |a |entre )?\d{1,2}\s*(?:heures?|h\s*\d{0,2})\b")
_PLACE = re.compile(
    r"(?:,|\d|h|\)|^)\s*(?:au|à la|à l[’']|aux|chez|AU|A LA|AUX|CHEZ)\s+"
    r"(?P<place>(?:[A-ZÀ-Ý]|siège\b|ministère\b|salle\b|local\b).+)"
)
_KEPT_BACK = re.compile(
    r"ne (?:pas|doit pas|doivent pas|peut pas) (?:etre )?(?:diffus|communiqu|circul|transm)|non[- ]diffus"
    r"|(?:document|texte|compte[- ]rendu|note|releve)s? (?:strictement )?confidentiel|^\W*confidentiel\W*$"
    r"|diffusion restreinte|ne pas faire circuler"
)


@dataclass
class NextMeeting:
    words: str
    on: dt.date
    starts_at: dt.time | None = None
    ends_at: dt.time | None = None
    place: str = ""


@dataclass
class Understanding:
    """What is proposed, to be corrected before anything is written. `differences` is empty, or nothing may be."""

    title: str
    days: list[dt.date]
    sections: list[Draft]
    starts_at: dt.time | None = None
    ends_at: dt.time | None = None
    place: str = ""
    dated_on: dt.date | None = None
    participants: list[Participant] = field(default_factory=list)
    agenda: list[str] = field(default_factory=list)
    next_meeting: NextMeeting | None = None
    audience: str = Audience.MEMBERS
    kept_back_words: str = ""
    left_out: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    word_count: int = 0

    def only_in(self, draft: Draft, *, told: Iterable[str] | None = None) -> list[str]:
        """The words of a section that was taken as agenda or attendance which are nowhere else; `told`, what is kept of it."""
        if told is None:
            told = [
                *self.agenda,
                *(one.kept_words for one in self.participants if not one.is_person),
            ]
        return words_only_in(draft, [self.title, *told])

    def is_said_twice(self, draft: Draft) -> bool:
        return draft.is_taken and not self.only_in(draft)

    def session_of(self, draft: Draft) -> dt.date | None:
        """The day that a section tells of, where the meeting had several and its heading names one."""
        if len(self.days) < 2:
            return None
        named = [day for day in find_days(draft.title) if day in self.days]
        return named[0] if len(named) == 1 else None


def understand(
    document: Document,
    *,
    plan: Plan | None,
    associations: Iterable[Association],
    institutions: Iterable[Institution],
) -> Understanding:
    """What the document says, with the associations and institutions that its list may name."""
    left_out = list(document.left_out)
    drafts = _bounded(drafts_of(document.blocks, left_out=left_out))
    before = words_of(document.source, is_markdown=document.is_markdown)
    after = words_of_sections(
        draft.compared(counts_items=document.counts_items) for draft in drafts
    )
    title, title_place = _title(document.blocks)
    days, day_words = _days(document.blocks, title, title_place)
    facts = [day_words, *_facts_near(document.blocks, title_place, days)]
    starts_at, ends_at = next(filter(any, map(find_hours, facts)), (None, None))
    if plan is not None:
        _tie(drafts, numbers_of(plan))
    kept_back = _kept_back(document.blocks)
    return Understanding(
        title=title,
        days=days,
        sections=drafts,
        starts_at=starts_at,
        ends_at=ends_at,
        place=_place(facts, document.blocks, title_place),
        dated_on=_dating(document.blocks),
        participants=participants_of(
            drafts, days, Names(associations, other_spellings()), Names(institutions, {})
        ),
        agenda=_agenda(drafts),
        next_meeting=_next(drafts, days),
        audience=Audience.NAMED if kept_back else Audience.MEMBERS,
        kept_back_words=kept_back,
        left_out=left_out,
        differences=differences(before, after),
        word_count=len(before),
    )


def _bounded(drafts: Sequence[Draft]) -> list[Draft]:
    """A text longer than a section may hold goes on in sections without a heading."""
    bounded: list[Draft] = []
    for draft in drafts:
        blocks, draft.blocks, length = draft.blocks, [], 0
        bounded.append(draft)
        for block in blocks:
            if length and length + len(block.text) + 2 > SECTION_LIMIT:
                bounded.append(Draft(level=draft.level, kind="rest", under=draft.under))
                length = 0
            bounded[-1].blocks.append(block)
            length += len(block.text) + 2
    return bounded


def _tie(drafts: Sequence[Draft], numbers: Sequence[str]) -> None:
    """To the measures that the heading names, then the text; a number that the plan has not is proposed, not mapped."""
    for draft in drafts:
        # A list of contents, or an agenda, says where measures are spoken of; it does not speak of them.
        is_contents = _CONTENTS.match(fold(draft.heading)) is not None
        named = [] if is_contents else find_among(draft.title, numbers)
        said = [] if is_contents else find_among(draft.text, numbers)
        above = draft.under.measures[:1] if draft.under is not None and draft.under.number else []
        every = [number for mention in [*named, *said] for number in mention.numbers]
        draft.measures = list(dict.fromkeys([*above, *every]))
        proposed = [number for mention in named for number in mention.proposed]
        if proposed and fold(draft.number).startswith("mesure"):
            draft.proposes = proposed[0]
        if draft.under is not None and draft.under.proposes:
            draft.proposes = draft.under.proposes


def _title(blocks: Sequence[Block]) -> tuple[str, int]:
    """The words that name the meeting, and the place of their block."""
    first = [(place, plain(block.text)) for place, block in enumerate(blocks[:15])]
    for place, words in first:
        if _TITLE.search(fold(words)) and len(words) <= TITLE_LIMIT and not _label(words):
            return words, place
    for place, words in first:
        if blocks[place].kind is Kind.HEADING:
            return words[:TITLE_LIMIT], place
    for place, words in first:
        subject = re.match(r"objets?\s*:\s*(?=\S)", words, re.IGNORECASE)
        if subject is not None:
            return words[subject.end() :][:TITLE_LIMIT].rstrip(" ,"), place
    return (first[0][1][:TITLE_LIMIT], 0) if first else ("", 0)


def _label(words: str) -> bool:
    """Whether words that speak of a meeting are no title: a label, or a sentence."""
    return words.rstrip().endswith((":", ".")) or fold(words).startswith(
        ("prochaine", "releve des", "objet")
    )


def _days(blocks: Sequence[Block], title: str, place: int) -> tuple[list[dt.date], str]:
    """From the title, what follows it, the dating of the text; and the words that they were found in."""
    near = [
        plain(block.text) for block in blocks[place + 1 : place + 6] if block.kind is not Kind.LIST
    ]
    for words in [title, *near]:
        days = find_days(words)
        # Days told in a sentence may be any other's.
        is_sentence = words is not title and words.endswith(".")
        if days and not is_sentence and not find_dating(words) and len(words) <= 400:
            return sorted(days), words
    dated = _dating(blocks)
    return ([dated] if dated else []), title


def _dating(blocks: Sequence[Block]) -> dt.date | None:
    edges = [*blocks[:12], *blocks[-4:]]
    return next((day for block in edges if (day := find_dating(plain(block.text)))), None)


def _facts_near(blocks: Sequence[Block], place: int, days: Sequence[dt.date]) -> list[str]:
    """Lines about the title that tell when and where, of this meeting and of no other."""
    lines = [
        line
        for block in blocks[place + 1 : place + 8]
        if block.kind is not Kind.TABLE
        for line in map(plain, block.text.splitlines())
        if len(line) <= _LONGEST_FACT
        and not find_dating(line)
        and set(find_days(line)) <= set(days)
    ]
    at_an_hour = [line for line in lines if _AT_AN_HOUR.match(fold(line))]
    return [
        line
        for line in lines
        if _WHEN.match(fold(line))
        or _WHERE.match(fold(line))
        or (find_days(line) and not line.endswith("."))
        # Several of them are a programme.
        or at_an_hour == [line]
    ]


def _place(facts: Sequence[str], blocks: Sequence[Block], title_place: int) -> str:
    for line in facts:
        where = _WHERE.match(fold(line))
        after = line.split(":", 1)[1] if where is not None else after_the_time(line)
        # Nothing but a sign parts it from the hours, or from the day where the line is about nothing else.
        is_apart = find_hours(line)[0] is not None or _WHEN.match(fold(line)) is not None
        match = re.match(
            r"[\s)]*(?:[,;–—-]\s*)(?:au |aux |à la |à l[’']|chez )?(?P<place>(?:\d+|siège|salle|ministère|local)\b.+|[A-ZÀ-Ý].+)",
            after if where is None else f", {after.strip()}",
        )
        if match is not None and (where is not None or is_apart):
            return match["place"].strip(" .,;")[:PLACE_LIMIT]
    near = blocks[title_place + 1 : title_place + 2]
    for text in [*facts, *(plain(block.text) for block in near if len(block.text) < 100)]:
        match = _PLACE.search(text)
        if match is not None:
            return match["place"].strip(" .,;")[:PLACE_LIMIT]
    return ""


def _agenda(drafts: Sequence[Draft]) -> list[str]:
    """The points of the first list that is one, without their numbers and the pages that follow them."""
    is_next = False
    for draft in drafts:
        is_next = (is_next and draft.is_agenda) or _NEXT.match(fold(draft.heading)) is not None
        if not draft.is_agenda or is_next:
            continue
        points = _points(draft)
        if points:
            draft.is_taken = True
            return points[:MOST_POINTS]
    return []


def _points(draft: Draft) -> list[str]:
    """Items of lists and numbered lines; short lines where there are neither. The first plain paragraph ends them."""
    marked, bare = [], []
    for block in draft.blocks:
        lines = block.text.splitlines() if block.kind is not Kind.TABLE else []
        for written in lines:
            if len(written) > _LONGEST_POINT:
                continue
            line, is_item = re.subn(r"^\s*(?:[-*+●•]|\d+[.)])\s+", "", written)
            words = re.sub(r"[\s.…·]*(?:p\.?\s*\d+|[.…]{3,}\s*\d*)\s*$", "", plain(line))
            number, heading = split_number(words)
            # “Mesure 22” is no number of the line: it is what the point is about.
            point = words if is_named_number(number) else heading
            if not point or opens_a_list_of_people(heading):
                continue
            if block.kind is Kind.LIST or is_item or (number and heading):
                marked.append(point)
            elif marked:
                return marked
            elif len(point) < _LINE:
                bare.append(point)
    return marked or bare[:_FEW]


def _next(drafts: Sequence[Draft], days: Sequence[dt.date]) -> NextMeeting | None:
    year = days[-1].year if days else None
    candidates = [
        f"{plain(draft.heading)} {plain(draft.text)}"
        for draft in drafts
        if _NEXT.match(fold(draft.heading))
    ]
    lines = [
        plain(re.sub(r"^\s*[-*+]\s+", "", line))
        for draft in drafts
        for line in draft.text.splitlines()
        if _NEXT.search(fold(line))
    ]
    candidates += sorted(lines, key=lambda line: "collectif" not in fold(line))
    for words in candidates:
        found = find_days(words, year=year)
        if not found:
            continue
        on = found[0]
        if days and on <= days[-1] and str(on.year) not in words:
            on = next(iter(find_days(words, year=on.year + 1)), on)
        if days and on <= days[-1]:
            continue
        starts_at, ends_at = find_hours(words)
        place = re.search(r"(?:\d|h)\s+(?:au|à la|à l[’'])\s+([A-ZÀ-Ý][^.;]+)", words)
        return NextMeeting(
            words[:400], on, starts_at, ends_at, place[1].strip()[:PLACE_LIMIT] if place else ""
        )
    return None


def _kept_back(blocks: Sequence[Block]) -> str:
    """The words by which a document asks not to be circulated."""
    for block in blocks:
        match = _KEPT_BACK.search(fold(block.text))
        if match is not None:
            return plain(block.text)[max(0, match.start() - 80) : match.end() + 80]
    return ""

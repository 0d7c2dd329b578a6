"""The list of those who were there, read as attendance by association: persons' names are not taken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from common.text import fold
from meetings.enums import Capacity, Presence
from meetings.importer.blocks import Kind
from meetings.importer.dates import find_days
from meetings.importer.headings import opens_a_list_of_people, plain
from members.models import Association

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from meetings.importer.headings import Draft
    from meetings.importer.matching import Names
    from plan.models import Institution

LABEL_LIMIT = 200
MOST, MOST_LINES = 100, 1_000
_INLINE = re.compile(
    r"(?:les )?(?:associations|membres|personnes|organisations|participants)(?: qui etaient)? presente?s?\b[^:]{0,120}:\s*"
    r"|(?:etaient )?(?P<excused>excuses?|excusees?)(?: a la reunion)?\s*:\s*|etaient presents?(?: a la reunion)?\s*:\s*"
)
_NO_ENTRY = re.compile(
    r"compte-rendu|https?:|www\.|@|^collectif\b|^coordination\b|^secretariat\b|^\[|^pj\b"
)
_SPOKESMEN = re.compile(
    r"(?:interlocut\w+|representants?|pour)\s+(?:au|a la|de la|du|de l'|a l'|des|le|la|l')\s*",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b(?:association|amicale|action|agir|armee|collectif|comite|commission|confederation|conseil|delegation|federation"
    r"|fondation|foyer|ministere|mission|mouvement|ong|ordre|organisation|reseau|secours|service|syndicat|union|lobby"
    r"|coordination|secretariat|france|europe\w*|international\w*)\b"
)
_COORDINATION = re.compile(r"coordination|coordonne|coordinat")


@dataclass
class Participant:
    """One line of the list. `label` is who it names, `row` whom that is here; `is_person`: it names a person alone."""

    words: str
    label: str
    row: Association | Institution | None
    capacity: str = Capacity.MEMBER
    presence: str = Presence.PRESENT
    on: dt.date | None = None
    is_person: bool = False

    @property
    def association(self) -> Association | None:
        return self.row if isinstance(self.row, Association) else None

    @property
    def institution(self) -> Institution | None:
        return None if isinstance(self.row, Association) else self.row


def participants_of(
    drafts: Sequence[Draft], days: Sequence[dt.date], associations: Names, institutions: Names
) -> list[Participant]:
    """The lines of every list of people, each association once a day."""
    found: list[Participant] = []
    for presence, on, line in islice(_lines(drafts, days), MOST_LINES):
        one = _read(line, presence, on, associations, institutions)
        if one is not None:
            _take(found, one)
    return found[:MOST]


def _lines(
    drafts: Sequence[Draft], days: Sequence[dt.date]
) -> Iterator[tuple[str, dt.date | None, str]]:
    level: int | None = None
    for draft in drafts:
        if level is not None and draft.level <= level and not draft.lists_people:
            level = None
        if draft.lists_people:
            level = draft.level
        on = next((day for day in find_days(draft.title) if day in days), None)
        on = on if len(days) > 1 else None
        if level is None:
            yield from ((presence, on, line) for presence, line in _in_a_sentence(draft))
            continue
        is_excused = re.match(r"excuse|absent|associations excuse", fold(draft.heading)) is not None
        presence = Presence.EXCUSED if is_excused else Presence.PRESENT
        for block in draft.blocks:
            text = block.text
            if block.kind is Kind.TABLE:
                text = "\n".join(
                    " : ".join(
                        cell
                        for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))
                        if cell.strip()
                    )
                    for line in text.splitlines()
                    if not re.fullmatch(r"[|\s:-]+", line)
                )
            for line in text.splitlines():
                words = plain(re.sub(r"^\s*(?:[-*+]|\d+[.)])\s+", "", line))
                if opens_a_list_of_people(words) and words.rstrip().endswith(":"):
                    presence = Presence.EXCUSED if "excuse" in fold(words) else Presence.PRESENT
                elif ";" in words and words.count(";") > 1:
                    yield from ((presence, on, part.strip()) for part in words.split(";"))
                else:
                    yield presence, on, words


def _in_a_sentence(draft: Draft) -> Iterator[tuple[str, str]]:
    """“Les associations présentes étaient les suivantes : A : … ; B, …”"""
    for block in draft.blocks:
        words = plain(block.text)
        match = _INLINE.match(fold(words)) if block.kind is Kind.PARAGRAPH else None
        if match is None or len(fold(words)) != len(words):
            opening = re.match(r"[^:]{0,160}:\s*", words)
            match = (
                _INLINE.match(fold(opening[0]))
                if opening and block.kind is Kind.PARAGRAPH
                else None
            )
            if match is None or opening is None:
                continue
            rest = words[opening.end() :]
        else:
            rest = words[match.end() :]
        presence = Presence.EXCUSED if match["excused"] else Presence.PRESENT
        mark = ";" if ";" in rest else ","
        for part in rest.split(mark):
            yield presence, part.strip(" .")


def _read(
    line: str, presence: str, on: dt.date | None, associations: Names, institutions: Names
) -> Participant | None:
    words = line.strip(" .;•")
    folded = fold(words)
    if len(words) < 2 or _NO_ENTRY.search(folded):
        return None
    spokesmen = _SPOKESMEN.match(words)
    label = words[spokesmen.end() :] if spokesmen else words
    label = re.split(r"\s+:(?:\s+|$)|:\s+|:$|,\s+", label, maxsplit=1)[0].strip()[:LABEL_LIMIT]
    if not label:
        return None
    row = associations.find(label) or institutions.find(label)
    capacity = _capacity(folded, row, is_spokesman=spokesmen is not None)
    is_person = row is None and not spokesmen and _looks_like_a_person(label)
    return Participant(words[:500], label, row, capacity, presence, on, is_person)


def _capacity(folded: str, row: object, *, is_spokesman: bool) -> str:
    if is_spokesman or (row is not None and not isinstance(row, Association)):
        return Capacity.INTERLOCUTOR
    if _COORDINATION.search(folded):
        return Capacity.COORDINATION
    return Capacity.SECRETARIAT if "secretariat" in folded else Capacity.MEMBER


def _looks_like_a_person(label: str) -> bool:
    """Two to four words with capitals, none of which is one of an organisation's: its name is not to be kept."""
    bare = re.sub(r"^(?:M\.|MM\.|Mme|Mmes|Mlle|Dr|Me)\s+", "", label)
    if bare != label:
        return True
    words = bare.split()
    return (
        2 <= len(words) <= 5
        and all(word[0].isupper() or word in {"de", "du", "d’", "la", "le", "et"} for word in words)
        and _ORGANISATION.search(fold(bare)) is None
        and not re.search(r"[()/]", bare)
    )


def _take(found: list[Participant], one: Participant) -> None:
    """An association named on several lines is there once, as the most telling of them."""
    rank = [Capacity.MEMBER, Capacity.SECRETARIAT, Capacity.COORDINATION, Capacity.INTERLOCUTOR]
    for other in found:
        same = other.row == one.row if one.row is not None else other.label == one.label
        if same and other.on == one.on:
            if rank.index(Capacity(one.capacity)) > rank.index(Capacity(other.capacity)):
                other.capacity = one.capacity
            return
    found.append(one)

"""The list of those who were there, read as attendance by association: persons' names are not taken."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from common.text import fold
from meetings.enums import Capacity, Presence
from meetings.importer.blocks import Kind
from meetings.importer.dates import find_days
from meetings.importer.headings import plain
from meetings.importer.labels import is_label, read_label
from members.models import Association

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from meetings.importer.blocks import Block
    from meetings.importer.headings import Draft
    from meetings.importer.labels import Label
    from meetings.importer.matching import Names
    from plan.models import Institution

LABEL_LIMIT = 200
MOST, MOST_LINES = 100, 1_000
# Of one line: what is read of it as a list, and in how many of its pieces a name is looked for to tell whether it is one.
LINE_LIMIT, MOST_PIECES = 5_000, 30
# Not between brackets.
OUTSIDE = r"(?![^()]*\))"
_HEAD_OF_COLUMN = re.compile(
    r"(?:associations?|organisations?|organismes?|structures?|noms?(?: et prenoms?)?|prenoms?|personnes?|fonctions?|qualite|signatures?"
    r"|representants?|emargement)"
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
    def kept_words(self) -> str:
        """The words by which it stays: the document's own where nobody is recognised."""
        return self.label if self.row is None else f"{self.row.name} {self.row.acronym}"

    @property
    def institution(self) -> Institution | None:
        return None if isinstance(self.row, Association) else self.row


def participants_of(
    drafts: Sequence[Draft], days: Sequence[dt.date], associations: Names, institutions: Names
) -> list[Participant]:
    """The lines of every list of people, each association once a day."""
    found: list[Participant] = []
    reader = _Reader(associations, institutions)
    for entry in islice(_entries(drafts, days, reader), MOST_LINES):
        one = reader.read(entry)
        if one is not None:
            _take(found, one)
    return found[:MOST]


@dataclass(frozen=True)
class _Entry:
    """Words that should name somebody. `is_said`: they were cut out of a sentence, which may speak of other things."""

    words: str
    presence: str = Presence.PRESENT
    capacity: str = Capacity.MEMBER
    on: dt.date | None = None
    is_said: bool = False


def _entries(drafts: Sequence[Draft], days: Sequence[dt.date], reader: _Reader) -> Iterator[_Entry]:
    level: int | None = None
    for draft in drafts:
        if level is not None and draft.level <= level and not draft.lists_people:
            level = None
        if draft.lists_people:
            level = draft.level
        on = next((day for day in find_days(draft.title) if day in days), None)
        on = on if len(days) > 1 else None
        opening = _Entry("", on=on, is_said=level is None)
        draft.is_taken = level is not None and bool(draft.blocks)
        if draft.lists_people:
            # “Excusés ce jour” is one as well.
            label = read_label(draft.heading) or read_label(f"{draft.heading} :", is_in_a_list=True)
            opening = _under(opening, label) if label is not None else opening
            if label is not None and (rest := draft.heading[label.end :]):
                yield from _cut(rest, replace(opening, is_said=True), reader)
        yield from _entries_of(draft, opening, reader, is_list=draft.kind == "people")
        if draft.kind == "people":
            level = None


def _under(entry: _Entry, label: Label) -> _Entry:
    if label.presence is None:
        return entry
    return replace(entry, presence=label.presence, capacity=label.capacity)


def _entries_of(
    draft: Draft, opening: _Entry, reader: _Reader, *, is_list: bool
) -> Iterator[_Entry]:
    """Of a section that is a list, every line; of another, what follows a label on its line, or right under it."""
    is_in_a_list, was_labelled, is_told = not opening.is_said, False, False
    for block in draft.blocks:
        is_open = is_in_a_list or (was_labelled and block.kind is not Kind.PARAGRAPH)
        is_near, was_labelled = is_in_a_list or was_labelled, False
        for line, presence in _lines(block):
            words = plain(re.sub(r"^\s*(?:[-*+]|\d+[.)])\s+", "", line)).rstrip("\\ ")
            entry = replace(opening, presence=presence) if presence else opening
            label = read_label(words, is_in_a_list=is_near)
            if label is not None and not presence:
                if label.presence is None and is_told:
                    # “Excusés : A. Pour le ministère : B”: those who are excused were told before.
                    opening = replace(opening, presence=Presence.PRESENT, capacity=Capacity.MEMBER)
                opening = entry = _under(opening, label)
                is_open = is_near = was_labelled = True
                is_told = label.presence is not None and label.end < len(words)
                if label.side:
                    yield replace(entry, words=words[: label.end])
                    named = _cut(words[label.end :], entry, reader)
                    yield from (one for one in named if reader.find(one.words) is not None)
                else:
                    yield from _cut(words[label.end :], entry, reader)
            elif not is_open:
                continue
            elif is_list or presence or words.count(";") > 1 or reader.names_several(words):
                yield from _cut(words, entry, reader)
                is_list = False
            else:
                yield replace(entry, words=words)


def _lines(block: Block) -> Iterator[tuple[str, str]]:
    """The lines of a block; those of a table by its columns, with the presence that the head of one says."""
    if block.kind is not Kind.TABLE:
        yield from ((line, "") for line in block.text.splitlines())
        return
    rows = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        for line in block.text.splitlines()
        if not re.fullmatch(r"[|\s:-]+", line)
    ]
    heads = [read_label(plain(cell)) if is_label(plain(cell)) else None for cell in rows[0]]
    if sum(head is not None for head in heads) < 2:
        yield from ((" : ".join(filter(None, row)), "") for row in rows)
        return
    for row in rows[1:]:
        names = " : ".join(
            cell for cell, head in zip(row, heads, strict=False) if cell and not head
        )
        for cell, head in zip(row, heads, strict=False):
            if cell and head and head.presence:
                # A cross, in the column of one’s presence, beside one’s name.
                yield names or cell, head.presence


def _cut(text: str, entry: _Entry, reader: _Reader) -> Iterator[_Entry]:
    return (replace(entry, words=words) for words in reader.cut(text))


class _Reader:
    """Lines read with the names that are known."""

    def __init__(self, associations: Names, institutions: Names) -> None:
        self.associations, self.institutions = associations, institutions
        self._found: dict[str, Association | Institution | None] = {}

    def find(self, words: str) -> Association | Institution | None:
        if words not in self._found:
            row = self.associations.find(words) or self.institutions.find(words)
            self._found[words] = row
        return self._found[words]

    def names_several(self, line: str) -> bool:
        """Whether a line without any label is a list all the same: “A, B et C”, not “A, a person and another”."""
        if ":" in line or not re.search(r"[,;]| et ", line):
            return False
        return (
            len({id(row) for words in self.cut(line, MOST_PIECES) if (row := self.find(words))}) > 1
        )

    def cut(self, text: str, most: int = MOST) -> list[str]:
        """“A, B (x, y) et C” → A, B (x, y), C: at semicolons where there are some, otherwise at commas."""
        text = text[:LINE_LIMIT]
        mark = ";" if re.search(rf";{OUTSIDE}", text) else ","
        pieces = [one.strip(" .") for one in re.split(rf"{mark}{OUTSIDE}", text)]
        pieces = self._whole_names([one for one in pieces if one][:most])
        if not pieces:
            return []
        return [part for piece in pieces[:-1] for part in self._parted(piece)] + self._parted(
            pieces[-1], is_last=len(pieces) > 1
        )

    def _whole_names(self, pieces: list[str]) -> list[str]:
        """Pieces put together again where a name has commas of its own."""
        whole, start = [], 0
        while start < len(pieces):
            for end in range(min(start + 4, len(pieces)), start, -1):
                words = ", ".join(pieces[start:end])
                if end == start + 1 or self.associations.has(words) or self.institutions.has(words):
                    whole.append(words)
                    start = end
                    break
        return whole

    def _parted(self, words: str, *, is_last: bool = False) -> list[str]:
        """“A et B” as two, where both are known, or one is and the whole is not; “Justice et Paix” is one."""
        if ":" in words or re.search(rf",{OUTSIDE}", words):
            return [words]
        sides = [
            (words[: mark.start()], words[mark.end() :])
            for mark in re.finditer(rf"\s+et\s+{OUTSIDE}", words)
        ]
        known = [(self.find(a), self.find(b)) for a, b in sides]
        for (a, b), (one, other) in zip(sides, known, strict=True):
            if one is not None and other is not None and one != other:
                return [*self._parted(a), b]
        if not sides or self.associations.has(words) or self.institutions.has(words):
            return [words]
        a, b = sides[-1]
        is_named = re.match(r"(?:l['’]|la |le |les )?[A-ZÀ-Ý]", b) is not None
        is_role = _COORDINATION.search(fold(b)) or "secretariat" in fold(b)
        whole = self.find(words)
        if is_named and not is_role and (is_last or (whole is not None and " " in b)):
            return [words] if whole is not None and not is_last else [a, b]
        return [words]

    def read(self, entry: _Entry) -> Participant | None:
        words = entry.words.strip(" .;•")
        folded = fold(words)
        if len(words) < 2 or _NO_ENTRY.search(folded):
            return None
        spokesmen = _SPOKESMEN.match(words)
        label = words[spokesmen.end() :] if spokesmen else words
        label = re.split(rf"\s+:(?:\s+|$)|:\s+|:$|,\s+{OUTSIDE}", label, maxsplit=1)[0].strip()
        label = self._without_persons(label)[:LABEL_LIMIT]
        if not label or is_label(label) or _HEAD_OF_COLUMN.fullmatch(fold(label)):
            return None
        row = self.find(label)
        if row is None and entry.is_said and (label[0].islower() or find_days(label)):
            return None
        capacity = _capacity(folded, row, entry.capacity, is_spokesman=spokesmen is not None)
        presence = entry.presence
        if presence == Presence.REPRESENTED and not isinstance(row, Association):
            presence = Presence.EXCUSED
        is_person = row is None and not spokesmen and _looks_like_a_person(label)
        return Participant(words[:500], label, row, capacity, presence, entry.on, is_person)

    def _without_persons(self, label: str) -> str:
        """“Cercle (Membre Un, Membre Deux)” → “Cercle”; “Membre Un (Maison Ouverte)” → “Maison Ouverte”, where it is known."""
        match = re.fullmatch(r"(?P<whole>[^()]+?)\s*\((?P<inside>[^()]*)\)", label)
        if match is None:
            return label
        if _looks_like_a_person(match["whole"]) and self.find(match["whole"]) is None:
            return match["inside"] if self.find(match["inside"]) is not None else label
        inside = re.split(r",\s*|\s+et\s+", match["inside"])
        are_persons = all(_looks_like_a_person(one) and self.find(one) is None for one in inside)
        return match["whole"] if are_persons else label


def _capacity(folded: str, row: object, said: str, *, is_spokesman: bool) -> str:
    if not isinstance(row, Association) and (is_spokesman or row is not None):
        return Capacity.INTERLOCUTOR
    if said != Capacity.MEMBER:
        return said
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
    rank = [
        Capacity.MEMBER,
        Capacity.GUEST,
        Capacity.SECRETARIAT,
        Capacity.COORDINATION,
        Capacity.INTERLOCUTOR,
    ]
    for other in found:
        same = other.row == one.row if one.row is not None else other.label == one.label
        if same and other.on == one.on:
            if rank.index(Capacity(one.capacity)) > rank.index(Capacity(other.capacity)):
                other.capacity = one.capacity
            return
    found.append(one)

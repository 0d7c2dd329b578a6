"""Which association, or institution, a document names: by its acronym, its name, another known spelling, or nearly."""

from __future__ import annotations

import re
import tomllib
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from common.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from members.models import Association
    from plan.models import Institution

_SMALL_WORDS = {
    "a",
    "au",
    "aux",
    "contre",
    "d",
    "de",
    "des",
    "du",
    "en",
    "et",
    "l",
    "la",
    "le",
    "les",
    "pour",
    "sur",
}
# Of a word in which a slip of the pen is one: how long it is, and how alike the other.
_LONG, _ALIKE = 6, 0.8


@cache
def other_spellings() -> dict[str, list[str]]:
    """By key of association, the other names that documents give it."""
    return tomllib.loads(Path(__file__).with_name("spellings.toml").read_text("utf-8"))


def key_of(name: str) -> str:
    """A name without accents, capitals and signs: “Justice et Paix-France” → “justice et paix france”."""
    return " ".join(re.findall(r"\w+", fold(name)))


class Names:
    """The names of some rows. Certain ones first: a name that could be two rows' is nobody's."""

    def __init__(
        self, rows: Iterable[Association | Institution], spellings: dict[str, list[str]]
    ) -> None:
        self.rows: dict[str, Association | Institution | None] = {}
        self.acronyms: dict[str, Association | Institution | None] = {}
        self.full: list[tuple[str, Association | Institution]] = []
        for row in rows:
            key = str(getattr(row, "slug", "") or getattr(row, "key", ""))
            if row.acronym:
                self._add(self.acronyms, key_of(row.acronym), row)
            for name in [row.name, *spellings.get(key, [])]:
                self._add(self.rows, key_of(name), row)
                self.full.append((key_of(name), row))

    @staticmethod
    def _add(
        names: dict[str, Association | Institution | None], key: str, row: Association | Institution
    ) -> None:
        names[key] = row if names.get(key, row) == row else None

    def find(self, label: str) -> Association | Institution | None:
        """The row that a label names, or None when none is sure."""
        parts = _parts(label)
        for part in parts:
            if (row := self.acronyms.get(part) or self.rows.get(part)) is not None:
                return row
        for part in parts:
            if (row := self._beginning(part) or self._nearly(part)) is not None:
                return row
        return None

    def has(self, name: str) -> bool:
        """Whether these very words are the name of a row."""
        return self.rows.get(key_of(name)) is not None

    def _beginning(self, part: str) -> Association | Institution | None:
        """“Secours catholique” is the only name that begins with these words; the other way round too."""
        words = part.split()
        if len(_telling(part)) < 2:
            return None
        found = {
            row.pk: row
            for name, row in self.full
            if _starts(name.split(), words)
            or (len(name.split()) > 1 and _starts(words, name.split()))
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def _nearly(self, part: str) -> Association | Institution | None:
        """The only name whose words are the same but for a slip in long ones: “Pont” is no slip for “Port”."""
        found = {row.pk: row for name, row in self.full if _alike(_telling(name), _telling(part))}
        return next(iter(found.values())) if len(found) == 1 else None


def _telling(name: str) -> list[str]:
    return [word for word in name.split() if word not in _SMALL_WORDS]


def _alike(one: list[str], other: list[str]) -> bool:
    return len(one) == len(other) and all(
        a == b
        or (
            min(len(a), len(b)) >= _LONG
            and SequenceMatcher(a=a, b=b, autojunk=False).ratio() >= _ALIKE
        )
        for a, b in zip(one, other, strict=True)
    )


def _starts(words: list[str], beginning: list[str]) -> bool:
    return words[: len(beginning)] == beginning


def _parts(label: str) -> list[str]:
    """A label and what its brackets, dashes and strokes part: “Comité … / CCEM”, “… (FEP)”."""
    pieces = [label, *re.findall(r"\(([^)]*)\)", label)]
    bare = re.sub(r"\([^)]*\)", " ", label)
    pieces += [bare, *re.split(r"\s+[-–—/]\s+|\s*/\s*", bare)]
    pieces += re.split(r"\s+et\s+(?=(?:la |le )?(?:coordination|secretariat|secrétariat))", bare)
    return list(
        dict.fromkeys(
            key
            for piece in pieces
            if (
                key := key_of(re.sub(r"^\s*(?:l['’]|la |le |les )", "", piece, flags=re.IGNORECASE))
            )
        )
    )

"""Nothing is dropped in silence: the words that went in and the words to be stored, one after the other."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from meetings.importer.blocks import SOFT_HYPHEN, lowered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ADDRESS = re.compile(r"(?<=\])\((?:https?://|mailto:|www\.)[^\s()]*(?:\([^\s()]*\)[^\s()]*)*\)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|&<>~=-])")
_EMPHASIS = re.compile(r"(?<!\\)\*+")
_WORD = re.compile(r"[^\W_]+")
MOST_SHOWN = 30
# Beyond this many pairs of words, only the place of the first difference is told.
MOST_COMPARED = 4_000_000


@dataclass(frozen=True)
class Difference:
    """Words that went in and are not stored (`missing`), or are stored and did not go in (`added`), and those before."""

    after: str
    missing: str
    added: str


def words_of(text: str, *, is_markdown: bool = True) -> list[str]:
    """The words of a text: letters and figures. Of Markdown, without marks and addresses of links."""
    text = lowered(unicodedata.normalize("NFC", text)).replace(SOFT_HYPHEN, "")
    if is_markdown:
        text = _ADDRESS.sub("", text)
        text = _EMPHASIS.sub("", text)
        text = _ESCAPED.sub(r"\1", text)
    return _WORD.findall(text)


def differences(before: Sequence[str], after: Sequence[str]) -> list[Difference]:
    """What two rows of words do not share, in order; empty when they are equal, word for word."""
    if list(before) == list(after):
        return []
    found = []
    # Only what lies between the equal ends is compared: the comparison is slow on long texts.
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if len(old) * len(new) > MOST_COMPARED:
        around = before[max(0, start - 6) : start]
        return [Difference(" ".join(around), " ".join(old[:40]), " ".join(new[:40]))]
    for kind, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=True).get_opcodes():
        if kind != "equal":
            around = before[max(0, start + a - 6) : start + a]
            found.append(Difference(" ".join(around), " ".join(old[a:b]), " ".join(new[c:d])))
        if len(found) == MOST_SHOWN:
            break
    return found


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def words_of_sections(sections: Iterable[tuple[str, str, str]]) -> list[str]:
    """The words of sections given as number, heading and text."""
    words: list[str] = []
    for number, heading, text in sections:
        words += words_of(number) + words_of(heading) + words_of(text)
    return words

"""What is shown of a text that was found: the place where the words are, and the words marked."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe

from common.search.words import stem_of
from common.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

# Characters of a snippet, and how many of them stand before the first word.
LENGTH = 260
BEFORE = 60
# Matches that are looked at to choose a place.
ENOUGH = 300


def _spellings() -> dict[str, str]:
    """Every way in which a word may begin where its stem begins with a letter."""
    found: dict[str, str] = {}
    for number in range(0xC0, 0x180):
        sign = chr(number)
        if sign.isalpha():
            first = fold(sign)[:1]
            found[first] = found.get(first, first) + sign
    return found


SPELLINGS = _spellings()


def marked(text: str, stems: Collection[str]) -> SafeString:
    """The whole text, the words of these stems marked."""
    return _marked(text, _places(text, stems))


def snippet(text: str, stems: Collection[str]) -> SafeString:
    """Where most of the words stand together, the first such place; else the beginning of the text."""
    places = _places(text, stems)
    start = max(0, _best(places) - BEFORE) if places else 0
    end = min(len(text), start + LENGTH)
    if start:
        start = _next_space(text, start, _best(places))
    if end < len(text):
        end = max(text.rfind(" ", start, end), text.rfind("\n", start, end), start) or end
        end = end if end > start else min(len(text), start + LENGTH)
    inside = [
        (first - start, last - start, stem)
        for first, last, stem in places
        if start <= first and last <= end
    ]
    shown = _marked(text[start:end], inside)
    return mark_safe(("… " if start else "") + shown + (" …" if end < len(text) else ""))  # noqa: S308 (escaped above)


def _places(text: str, stems: Collection[str]) -> list[tuple[int, int, str]]:
    """The words of these stems. Only those that begin as one of them does are stemmed."""
    if not stems:
        return []
    beginnings = "|".join(sorted({_beginning(stem) for stem in stems}))
    candidates = re.finditer(rf"(?<![^\W_])(?:{beginnings})[^\W_]*", text, re.IGNORECASE)
    found = []
    for match in candidates:
        stem = stem_of(match[0])
        if stem in stems:
            found.append((match.start(), match.end(), stem))
            if len(found) == ENOUGH:
                break
    return found


def _beginning(stem: str) -> str:
    first = SPELLINGS.get(stem[0], stem[0])
    # The second letter of a stem may be within the first sign of the word: “œuvre”.
    return f"[{first}]" if len(first) > 1 else first


def _best(places: Sequence[tuple[int, int, str]]) -> int:
    """Where the window begins that holds most of the different words."""
    best, most = places[0][0], 0
    for index, (start, _end, _stem) in enumerate(places):
        within = set()
        for _first, last, stem in places[index:]:
            if last > start + LENGTH - BEFORE:
                break
            within.add(stem)
        if len(within) > most:
            best, most = start, len(within)
    return best


def _next_space(text: str, start: int, limit: int) -> int:
    """The beginning of the next word, not to cut one in two."""
    found = re.compile(r"\s").search(text, start, limit)
    return found.end() if found else limit


def _marked(text: str, places: Sequence[tuple[int, int, str]]) -> SafeString:
    parts, done = [], 0
    for start, end, _stem in places:
        parts += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
        done = end
    parts.append(escape(text[done:]))
    return mark_safe("".join(parts))  # noqa: S308 (each part is escaped)

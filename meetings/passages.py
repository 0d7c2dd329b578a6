"""Finding, in the source of a text, the words that somebody chose on its page."""

from __future__ import annotations

import re

# What the page does not print of Markdown: calls of notes, the address of a link, marks of emphasis, of titles, of
# lists, of tables.
_UNPRINTED = re.compile(
    r"\[@[^\]\n]{0,300}\]|\^\[[^\]]{0,2000}\]|\]\([^)\s]{0,2000}\)|\\(?=[^\w\s])|[*_`#>|\[\]]|^[ \t]*(?:[-+]|\d{1,9}[.)])(?=\s)|\s+",
    re.MULTILINE,
)
_SAME = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "“": '"', "”": '"'})


def find_passage(text: str, passage: str) -> list[tuple[int, int]]:
    """Where a passage stands in a text, as it is or as its page prints it: spaces, apostrophes and marks left aside."""
    exact = [match.span() for match in re.finditer(re.escape(passage), text)] if passage else []
    if exact:
        return exact
    signs, places = _printed(text)
    wanted, _places = _printed(passage)
    if not wanted:
        return []
    found = []
    start = signs.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        found.append((places[start], places[end - 1] + 1))
        start = signs.find(wanted, end)
    return found


def _printed(text: str) -> tuple[str, list[int]]:
    """The signs that a reader sees, without spaces, and the place of each in the text."""
    signs: list[str] = []
    places: list[int] = []
    position = 0
    for match in [*_UNPRINTED.finditer(text), None]:
        end = match.start() if match else len(text)
        signs.append(text[position:end].translate(_SAME))
        places.extend(range(position, end))
        position = match.end() if match else end
    return "".join(signs), places

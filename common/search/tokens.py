"""The tokens of an entry: each word with a sign before it that says where it stands and who it may be shown to.

A word of an entry that may be shown to anyone is another token than the same word elsewhere. A stranger's search thus
reads nothing of what is restricted, not even to set it aside: neither its answer nor its time depends on it.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from common.search.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from common.search.registry import Document

OPEN, CLOSED = "o", "c"
ANYWHERE, TITLE = "w", "t"
FACET = "f"
# Between two texts, so that no phrase runs from one into the other. Never looked for.
GAP = "z"
# PostgreSQL keeps no place past these: what lies beyond is found as words but not as a phrase, on SQLite neither.
PLACES = 16_000
TIMES = 250


def tokens_of(kind: str, document: Document) -> str:
    """What the databases index of a document."""
    reach = OPEN if document.is_open else CLOSED
    title = [word.stem for word in words(document.title)]
    return " ".join(
        chain(
            [reach + FACET + facet_token("kind", kind)],
            [reach + FACET + facet_token(name, key) for name, key in _facets(document)],
            [reach + TITLE + stem for stem in dict.fromkeys(title)],
            _placed(reach + ANYWHERE, title, (word.stem for word in words(document.body))),
        )
    )


def facet_token(name: str, key: int | str) -> str:
    """What an entry has of a facet: its kind, a measure, an institution."""
    return "".join(sign for sign in f"{name}{key}" if sign.isalnum())


def _facets(document: Document) -> Iterator[tuple[str, int]]:
    for name, keys in sorted(document.facets.items()):
        for key in sorted(set(keys)):
            yield name, key


def _placed(prefix: str, *texts: Iterable[str]) -> Iterator[str]:
    """Words in their places, as long as PostgreSQL counts them; then each once, with gaps between."""
    times: Counter[str] = Counter()
    beyond: dict[str, None] = {}
    place = 0
    for stems in texts:
        yield GAP
        for stem in stems:
            place += 1
            times[stem] += 1
            if place < PLACES:
                yield GAP if times[stem] > TIMES else prefix + stem
            elif times[stem] == 1:
                beyond[stem] = None
    for stem in beyond:
        yield GAP
        yield prefix + stem

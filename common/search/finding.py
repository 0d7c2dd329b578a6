"""Asking the index: first where the words are, which only this module knows; then, of those rows, the ones that the reader
may see, in the statement that reads them, so that no count, no page and no snippet can tell of anything else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from common.search.places import day_of, places_between, row_of
from common.search.registry import KINDS
from common.search.tokens import ANYWHERE, CLOSED, FACET, OPEN, TITLE, facet_token
from common.search.vendors import SYNTAXES, TABLE
from common.search.visibility import condition
from common.statements import kept_cursor

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from django.db.models import Model

    from common.search.queries import Query
    from common.search.registry import Registered
    from common.search.vendors import Syntax
    from common.search.visibility import Condition

PAGE_SIZE = 20
# Beyond these nobody reads, and counting all the answers would take longer than finding these.
MOST = 100
# Rows that match, before it is asked which of them may be seen: enough for a hundred to remain of them, most of the time.
LOOKED_AT = 160


@dataclass(frozen=True)
class Narrowed:
    """Where to look: among rows of some kinds (of all, when empty), of a span of days, about some things.

    `facets` are ids by kind of facet: one of each kind is enough.
    """

    kinds: Sequence[type[Model]] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    facets: Mapping[str, Sequence[int]] = field(default_factory=dict)


class Hit(NamedTuple):
    """What is shown of an entry."""

    place: int
    kind: str
    title: str
    context: str
    body: str
    # As the database writes it.
    address: str

    @property
    def row(self) -> int:
        return row_of(self.place)

    @property
    def dated_on(self) -> dt.date | None:
        return day_of(self.place)

    @property
    def target(self) -> tuple[str, Sequence[str | int], str, Mapping[str, str]]:
        """The parts of its `common.search.Address`."""
        route, args, anchor, query = json.loads(self.address)
        return route, args, anchor, query


@dataclass(frozen=True)
class Found:
    """One page of answers, and how many there are in all, `MOST` at the most: `is_more` when there are others."""

    entries: Sequence[Hit] = ()
    total: int = 0
    is_more: bool = False
    page: int = 1

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE_SIZE)

    @property
    def previous(self) -> int:
        """The page before, 0 before the first."""
        return self.page - 1

    @property
    def next(self) -> int:
        """The page after, 0 after the last."""
        return self.page + 1 if self.page < self.pages else 0


def find(query: Query, *, user: Any, narrowed: Narrowed, page: int = 1) -> Found:
    """Those with all the words in their title first; among them those without a day, then the latest.

    Raises LookupError for a page that is not there. Two queries, three for a phrase, or as many more for every eight times
    as many rows that must be looked at to find a hundred that may be seen. When nothing has the words, the same: time tells
    nothing.
    """
    kinds = [kind for kind in KINDS.values() if not narrowed.kinds or kind.model in narrowed.kinds]
    syntax = SYNTAXES[connection.vendor]
    visible = condition(kinds, user)
    found = Found()
    if not visible.is_never and 1 <= page <= MOST // PAGE_SIZE:
        matches = list(_matches(query, narrowed, kinds, user, syntax))
        span = places_between(narrowed.since, narrowed.until)
        walks = syntax.walks if any(len(stems) > 1 for stems in query.wanted) else (0,)
        some, is_all = LOOKED_AT, False
        while not (found.is_more or is_all):
            places, is_all = _first_places(syntax, matches, span, some, walks)
            found = _page(syntax, places, visible, page)
            some *= 8
    if page != 1 and not found.entries:
        message = f"There is no page {page}."
        raise LookupError(message)
    return found


def _first_places(
    syntax: Syntax,
    matches: Sequence[str],
    span: tuple[int, int],
    some: int,
    walks: Sequence[int],
) -> tuple[list[int], bool]:
    """Where the first so many rows that match stand, in order, and whether they are known to be all."""
    rows: list[tuple[int, int]] = []
    with connection.cursor() as cursor:
        for walk in walks:
            cursor.execute(*syntax.first(matches, span, some, walk))
            rows = cursor.fetchall()
            if len(rows) >= some:
                break
    places: list[int] = []
    for grade in range(len(matches)):
        places += sorted(place for place, own_grade in rows if own_grade == grade)
        if len(places) >= some:
            # What stands after the last of a grade is not known, and comes before the next grade.
            return places[:some], False
    return places, True


def _page(syntax: Syntax, places: list[int], visible: Condition, page: int) -> Found:
    """Of the rows at these places, those that may be seen: asked and read in one statement, so at one moment."""
    statement = (
        f"SELECT page.total, {', '.join(f'entry.{name}' for name in Hit._fields)} FROM"  # noqa: S608 (our own names)
        " (SELECT hit.place, hit.rank, COUNT(*) OVER () AS total"
        f" FROM {syntax.among} WHERE {visible.sql} ORDER BY hit.rank LIMIT %s OFFSET %s) AS page"
        f" JOIN {TABLE} AS entry ON entry.place = page.place ORDER BY page.rank"
    )
    values = [syntax.listed(places), *visible.values, PAGE_SIZE, (page - 1) * PAGE_SIZE]
    with kept_cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    total = rows[0][0] if rows else 0
    return Found([Hit(*row[1:]) for row in rows], min(total, MOST), total > MOST, page)


def _matches(
    query: Query, narrowed: Narrowed, kinds: Sequence[Registered], user: Any, syntax: Syntax
) -> Iterator[str]:
    """What to look for: what has all the words in its title, then what has them elsewhere."""
    # What a stranger may see stands under tokens of its own: nothing else is even looked at.
    reaches = [OPEN, CLOSED] if user.is_authenticated else [OPEN]
    anywhere = syntax.any_of(_match(query, narrowed, kinds, reach, syntax) for reach in reaches)
    if not query.wanted:
        yield anywhere
        return
    titles = syntax.any_of(
        syntax.any_of([syntax.all_of(reach + TITLE + stem for stem in sorted(query.stems))])
        for reach in reaches
    )
    yield syntax.all_of([titles, anywhere])
    yield syntax.but_not(anywhere, titles)


def _match(
    query: Query, narrowed: Narrowed, kinds: Sequence[Registered], reach: str, syntax: Syntax
) -> str:
    """One that is found under this reach has all that is wanted, and nothing that is not."""

    def phrase(stems: Sequence[str]) -> str:
        return syntax.one_after_another(reach + ANYWHERE + stem for stem in stems)

    parts = [phrase(stems) for stems in query.wanted]
    parts += [
        syntax.any_of(reach + FACET + facet_token(name, key) for key in keys)
        for name, keys in narrowed.facets.items()
    ]
    if narrowed.kinds or not parts:
        parts.append(
            syntax.any_of(reach + FACET + facet_token("kind", kind.kind) for kind in kinds)
        )
    match = f"({syntax.all_of(parts)})"
    if not query.unwanted:
        return match
    return f"({syntax.but_not(match, syntax.any_of(map(phrase, query.unwanted)))})"

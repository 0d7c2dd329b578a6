"""Asking the index. Who may see a row is asked in the statement that finds it, so that no count, no page and no
snippet can tell of anything else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection

from common.models import SearchEntry
from common.search.places import places_between
from common.search.registry import KINDS
from common.search.tokens import ANYWHERE, CLOSED, FACET, OPEN, TITLE, facet_token
from common.search.vendors import SYNTAXES, TABLE
from common.search.visibility import Condition, condition

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from django.db.models import Model

    from common.search.queries import Query
    from common.search.registry import Registered
    from common.search.vendors import Syntax

PAGE_SIZE = 20
# Beyond these nobody reads, and counting all the answers would take longer than finding these.
MOST = 100


@dataclass(frozen=True)
class Narrowed:
    """Where to look: among rows of some kinds (of all, when empty), of a span of days, about some things.

    `facets` are ids by kind of facet: one of each kind is enough.
    """

    kinds: Sequence[type[Model]] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    facets: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """One page of answers, and how many there are in all, `MOST` at the most: `is_more` when there are others."""

    entries: Sequence[SearchEntry] = ()
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
    """Those with all the words in their title first; among them those without a day, then the latest. One query.

    Raises LookupError for a page that is not there.
    """
    kinds = [kind for kind in KINDS.values() if not narrowed.kinds or kind.model in narrowed.kinds]
    syntax = SYNTAXES[connection.vendor]
    visible = condition(kinds, user, syntax.place)
    rows: list[SearchEntry] = []
    if not visible.is_never and 1 <= page <= MOST // PAGE_SIZE:
        statement, values = _statement(query, narrowed, kinds, user, syntax, visible)
        rows = list(
            SearchEntry.objects.raw(statement, [*values, PAGE_SIZE, (page - 1) * PAGE_SIZE])
        )
    if not rows:
        if page != 1:
            message = f"There is no page {page}."
            raise LookupError(message)
        return Found()
    total: int = rows[0].total  # type: ignore[attr-defined] # counted by the statement
    return Found(rows, min(total, MOST), total > MOST, page)


def _statement(
    query: Query,
    narrowed: Narrowed,
    kinds: Sequence[Registered],
    user: Any,
    syntax: Syntax,
    visible: Condition,
) -> tuple[str, list[Any]]:
    """The page of what the grades give, with how many they give in all, `MOST` and one at the most."""
    matches = list(_matches(query, narrowed, kinds, user, syntax))
    span = places_between(narrowed.since, narrowed.until)
    graded, values = syntax.graded(matches, span, visible.sql, visible.values, MOST + 1)
    statement = (
        f"SELECT entry.*, page.total FROM (SELECT place, grade, COUNT(*) OVER () AS total FROM"  # noqa: S608 (our own names)
        f" (SELECT * FROM ({graded}) AS graded ORDER BY grade, place LIMIT {MOST + 1}) AS most"
        f" ORDER BY grade, place LIMIT %s OFFSET %s) AS page"
        f" JOIN {TABLE} AS entry ON entry.place = page.place ORDER BY page.grade, page.place"
    )
    return statement, values


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

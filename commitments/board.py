"""The list of commitments as of a day: how many stand how, then a page of them, the late ones first.

How all of them stand is told by their timelines; the page's own rows are then read whole. The number of queries does not
depend on how many there are.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator

from commitments.enums import State
from commitments.filters import LATE, STATE
from commitments.models import Commitment
from commitments.standing import OPEN
from commitments.timelines import Stand, known_since, stands_on

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.contrib.auth.models import AnonymousUser
    from django.core.paginator import Page

    from commitments.filters import CommitmentFilter
    from members.models import User

PAGE_SIZE = 30
# Units of the drawing.
BAR_WIDTH = 100
LEAST_WIDTH = 2


@dataclass(frozen=True)
class Count:
    """How many stand in one state, and how long that is beside the longest."""

    state: State
    number: int
    width: int
    late: int
    """How many of them are late."""


@dataclass(frozen=True)
class Board:
    counts: Sequence[Count]
    since: dt.date
    """The first day of which something can be told."""
    total: int
    late: int
    page: Page[Any]


def board_of(shown: CommitmentFilter, user: User | AnonymousUser, page: str | None) -> Board:
    """What this reader sees of the commitments that the filters keep. A constant number of queries.

    Counts are of all the states, so that one may go from one to the other: the filter by state does not narrow them.
    """
    on = shown.as_of.on
    keys = list(shown.in_all_states.order_by().values_list("pk", flat=True))
    stand = stands_on(keys, on)
    numbers = Counter(one.state for one in stand)
    late = Counter(one.state for one in stand if one.is_late)
    longest = max(numbers.values(), default=0)
    state, only_late = shown.asked(STATE), shown.asked(LATE)
    if state:
        stand = [one for one in stand if one.state == state]
    if only_late:
        stand = [one for one in stand if one.is_late]
    found = Paginator(sorted(stand, key=_rank), PAGE_SIZE).get_page(page)
    chosen = [one.pk for one in found.object_list]
    rows: dict[int, Any] = (
        Commitment.objects.visible_to(user)
        .standing_on(on)
        .select_related("institution")
        .prefetch_related("measures__plan")
        .in_bulk(chosen)
    )
    # A row that somebody took back between the two is left out.
    found.object_list = [_with_delay(rows[key], on) for key in chosen if key in rows]
    return Board(
        counts=[
            Count(each, numbers[each], _width(numbers[each], longest), late[each])
            for each in State
            if numbers[each]
        ],
        since=known_since(keys) or on,
        total=numbers.total(),
        late=late.total(),
        page=found,
    )


def _with_delay(row: Any, on: dt.date) -> Any:
    """With `days_late`, the first late day included."""
    row.days_late = (on - row.late_from).days + 1 if row.is_late else 0
    return row


def _rank(one: Stand) -> tuple[int, int, int]:
    """Late ones first, the longest late at the top; then those awaited, the soonest due first; then those settled."""
    if one.is_late:
        return 0, one.late_from, one.pk
    return (1, one.late_from, one.pk) if one.state in OPEN else (2, -one.pk, 0)


def _width(number: int, longest: int) -> int:
    return max(LEAST_WIDTH, round(BAR_WIDTH * number / longest)) if longest else 0

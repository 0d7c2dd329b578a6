"""The list of commitments as of a day: how many stand how, then a page of them, the late ones first.

How all of them stand is told by their timelines; the page's own rows are then read with their events. The number of
queries does not depend on how many there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import F

from commitments.enums import State
from commitments.filters import LATE, STATE
from commitments.models import CommitmentEvent
from commitments.standing import standing
from commitments.timelines import read_timelines
from measures.models import Measure

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.core.paginator import Page

    from commitments.filters import CommitmentFilter
    from commitments.models import Commitment
    from commitments.standing import Standing

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
class Row:
    """A commitment of the page, how it stood, and the measures that it is about: `plan__slug`, `number`, `short_title`."""

    commitment: Commitment
    standing: Standing
    measures: Sequence[Any]


@dataclass(frozen=True)
class Board:
    counts: Sequence[Count]
    since: dt.date
    """The first day of which something can be told."""
    total: int
    late: int
    page: Page[Any]


def board_of(shown: CommitmentFilter, page: str | None) -> Board:
    """What stands in the list of the commitments that the filters keep. A constant number of queries.

    Counts are of all the states, so that one may go from one to the other: the filter by state does not narrow them.
    """
    on = shown.as_of.on
    keys = set(shown.in_all_states.order_by().values_list("pk", flat=True))
    timelines = read_timelines()
    ranking = timelines.ranking_on(on).among(keys)
    numbers: Counter[State] = Counter()
    late: Counter[State] = Counter()
    for stand, number in ranking.numbers.items():
        numbers[stand.state] += number
        late[stand.state] += number if stand.is_late else 0
    longest = max(numbers.values(), default=0)
    state, only_late = shown.asked(STATE), shown.asked(LATE)
    if state or only_late:
        ranking = ranking.that(
            lambda stand: (stand.is_late or not only_late) and state in {None, "", stand.state}
        )
    found: Page[Any] = Paginator(ranking.keys, PAGE_SIZE).get_page(page)
    found.object_list = _rows(list(found.object_list), shown.queryset, on)
    return Board(
        counts=[
            Count(each, numbers[each], _width(numbers[each], longest), late[each])
            for each in State
            if numbers[each]
        ],
        since=timelines.known_since(keys) or on,
        total=numbers.total(),
        late=late.total(),
        page=found,
    )


def _rows(keys: Sequence[int], visible: Any, on: dt.date) -> list[Row]:
    """The commitments of a page in its order, of those that the reader may see. Three queries."""
    rows = visible.select_related("institution").in_bulk(keys)
    events: dict[int, list[Any]] = defaultdict(list)
    # As plain rows: ten times as many as there are commitments, they are not made into models for a page.
    for event in CommitmentEvent.objects.filter(commitment__in=keys).values_list(
        "commitment_id",
        "pk",
        "kind",
        "on",
        "deadline_words",
        "late_from",
        "retracts_id",
        named=True,
    ):
        events[event.commitment_id].append(event)
    measures: dict[int, list[Any]] = defaultdict(list)
    for measure in (
        Measure.objects.filter(commitments__in=keys)
        .annotate(commitment=F("commitments"))
        .values_list("commitment", "plan__slug", "number", "short_title", named=True)
    ):
        measures[measure.commitment].append(measure)
    found = [(rows.get(key), standing(events[key], on), measures[key]) for key in keys]
    # One that somebody took back between the two is left out.
    return [Row(row, stands, about) for row, stands, about in found if row and stands]


def _width(number: int, longest: int) -> int:
    return max(LEAST_WIDTH, round(BAR_WIDTH * number / longest)) if longest else 0

"""The status board: every measure of a plan, by priority, as seen by one assessor on one day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch

from measures.enums import Involvement
from measures.models import Assessment, Measure, MeasureInstitution
from plan.enums import Meaning

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from plan.models import Institution, Level, Plan, Priority

BAR_WIDTH = 280
BAR_HEIGHT = 24


@dataclass(frozen=True)
class View:
    """What one assessor finds of a measure; `finding` is None where nothing was found yet."""

    assessor: Institution
    finding: Assessment | None

    @property
    def level(self) -> Level | None:
        return self.finding.level if self.finding else None

    @property
    def meaning(self) -> str:
        return self.level.meaning if self.level else Meaning.UNKNOWN


@dataclass(frozen=True)
class Tile:
    """A measure on the board: the view that is shown, then those of the other assessors."""

    measure: Measure
    view: View
    others: Sequence[View]

    @property
    def leads(self) -> list[Institution]:
        return [
            row.institution
            for row in self.measure.involvements.all()
            if row.involvement == Involvement.LEAD
        ]


@dataclass(frozen=True)
class Count:
    """How many measures stand at a level; `level` is None for those not assessed."""

    level: Level | None
    number: int

    @property
    def meaning(self) -> str:
        return self.level.meaning if self.level else Meaning.UNKNOWN


@dataclass(frozen=True)
class BarPart:
    """A stretch of a priority's bar, in the bar's own units."""

    count: Count
    x: int
    width: int

    @property
    def middle(self) -> int:
        return self.x + self.width // 2


@dataclass(frozen=True)
class Group:
    """A priority with its measures and the bar that sums them up."""

    priority: Priority
    tiles: Sequence[Tile]
    counts: Sequence[Count]

    @property
    def bar(self) -> list[BarPart]:
        parts, done = [], 0
        for count in self.counts:
            start = round(BAR_WIDTH * done / len(self.tiles))
            done += count.number
            parts.append(BarPart(count, start, round(BAR_WIDTH * done / len(self.tiles)) - start))
        return parts


@dataclass(frozen=True)
class Board:
    groups: Sequence[Group]
    counts: Sequence[Count]
    """Every level of the plan's scale, from the most to the least implemented, then those not assessed if any."""
    total: int


def read_board(plan: Plan, *, on: dt.date, assessor: Institution) -> Board:
    """Read the board in a constant number of queries: levels, assessors, priorities, measures, leads, findings."""
    levels = list(reversed(plan.scale.levels.all()))
    assessors = [assessor, *[other for other in plan.assessors.all() if other.pk != assessor.pk]]
    findings = {
        (finding.measure_id, finding.assessor_id): finding
        for finding in Assessment.objects.in_force(on)
        .filter(measure__plan=plan)
        .select_related("level")
        .only("measure_id", "assessor_id", "level", "lacks_information", "assessed_on")
    }
    tiles: dict[int, list[Tile]] = {}
    for measure in _measures(plan):
        views = [View(each, findings.get((measure.pk, each.pk))) for each in assessors]
        tiles.setdefault(measure.priority_id, []).append(Tile(measure, views[0], views[1:]))
    groups = [
        Group(priority, tiles[priority.pk], _count(tiles[priority.pk], levels, with_empty=False))
        for priority in plan.priorities.all()
        if priority.pk in tiles
    ]
    every_tile = [tile for group in groups for tile in group.tiles]
    return Board(groups, _count(every_tile, levels, with_empty=True), len(every_tile))


def _measures(plan: Plan) -> list[Measure]:
    leads = MeasureInstitution.objects.filter(involvement=Involvement.LEAD).select_related(
        "institution"
    )
    return list(
        Measure.objects.filter(plan=plan)
        .only("number", "number_key", "short_title", "title", "plan", "priority")
        .prefetch_related(Prefetch("involvements", queryset=leads))
    )


def _count(tiles: Sequence[Tile], levels: Sequence[Level], *, with_empty: bool) -> list[Count]:
    by_level = Counter(tile.view.level.pk if tile.view.level else None for tile in tiles)
    counts = [Count(level, by_level[level.pk]) for level in levels]
    if not with_empty:
        counts = [count for count in counts if count.number]
    return [*counts, Count(None, by_level[None])] if by_level[None] else counts

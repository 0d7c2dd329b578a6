"""What the site already holds that the files of a plan may refer to, or must not contradict. Read in a few queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from measures.models import Assessment, Evaluation, Measure, Source
from plan.models import Institution, Plan

# What names an assessment in the files: the number of its measure, the key of its assessor, its day.
Finding = tuple[str, str, dt.date]


class Corrections:
    """The assessments of a plan, tied to those that correct them."""

    def __init__(self, rows: list[Assessment]) -> None:
        self._rows = {row.pk: row for row in rows}
        self._named: dict[Finding, list[Assessment]] = defaultdict(list)
        self._corrected_by: dict[int, list[Assessment]] = defaultdict(list)
        for row in rows:
            self._named[self.name_of(row)].append(row)
            if row.supersedes_id is not None:
                self._corrected_by[row.supersedes_id].append(row)

    @staticmethod
    def name_of(row: Assessment) -> Finding:
        return row.measure.number, row.assessor.key, row.assessed_on

    def line(self, finding: Finding) -> list[Assessment]:
        """The published rows of a finding, with what they correct and what corrects them, oldest first.

        A correction may have another day than what it corrects: it still belongs to the same line.
        """
        line: dict[int, Assessment] = {}
        waiting = list(self._named.get(finding, ()))
        while waiting:
            row = waiting.pop()
            if row.pk in line or row.is_draft:
                continue
            line[row.pk] = row
            waiting += self._corrected_by.get(row.pk, [])
            if row.supersedes_id is not None:
                waiting.append(self._rows[row.supersedes_id])
        return [line[pk] for pk in sorted(line)]

    def in_force(self, line: list[Assessment]) -> list[Assessment]:
        """Those of a line that no published row corrects."""
        return [
            row
            for row in line
            if all(later.is_draft for later in self._corrected_by.get(row.pk, ()))
        ]

    @cached_property
    def holders(self) -> dict[tuple[str, int], list[Assessment]]:
        """Who made each numbered recommendation, by the key of the assessor and the number."""
        holders = defaultdict(list)
        for row in self._rows.values():
            for recommendation in row.recommendations.all():
                holders[row.assessor.key, recommendation.number].append(row)
        return holders


@dataclass
class Known:
    """What the site holds. `plan` is the plan of these files, if it has been loaded before."""

    plan: Plan | None
    # The predecessor of every plan, by slug.
    predecessors: dict[str, str | None]
    institutions: set[str]
    sources: set[str]
    # The plan of every evaluation, by key.
    evaluations: dict[str, str]
    # The numbers of the measures, by the slug of their plan.
    measures: dict[str, set[str]]
    corrections: Corrections
    # Keys of levels that assessments carry.
    levels_in_use: set[str] = field(default_factory=set)


def read_known(slug: str) -> Known:
    """Read what matters to the plan that has this slug, in six queries and four more when it is there already."""
    plan = Plan.objects.select_for_update().filter(slug=slug).first()
    measures = defaultdict(set)
    for plan_slug, number in Measure.objects.order_by().values_list("plan__slug", "number"):
        measures[plan_slug].add(number)
    rows: list[Assessment] = []
    if plan is not None:
        rows = list(
            Assessment.objects.filter(measure__plan=plan)
            .select_related("measure", "assessor", "level")
            .prefetch_related("citations", "recommendations")
            .order_by("pk")
        )
    return Known(
        plan=plan,
        predecessors=dict(Plan.objects.order_by().values_list("slug", "predecessor__slug")),
        institutions=set(Institution.objects.order_by().values_list("key", flat=True)),
        sources=set(Source.objects.order_by().values_list("key", flat=True)),
        evaluations=dict(Evaluation.objects.order_by().values_list("key", "plan__slug")),
        measures=measures,
        corrections=Corrections(rows),
        levels_in_use={row.level.key for row in rows if row.level is not None},
    )

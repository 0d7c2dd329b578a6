"""Everything published about one measure, as seen by one assessor on one day: what its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch

from common.markdown import render
from measures.board import View
from measures.charts import Row, chart
from measures.checks import table_findings
from measures.citations import page_notes
from measures.enums import Involvement, Placement
from measures.models import Assessment, AssessmentSource, Box, FigureTable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

    from common.markdown import Note
    from measures.charts import Chart
    from measures.checks import WrongTotal
    from measures.models import Measure
    from measures.models.assessments import AssessmentQuerySet
    from plan.models import Institution


@dataclass(frozen=True)
class PrintedTable:
    """A table of figures with what does not add up in it, by (series key, period)."""

    table: FigureTable
    findings: dict[tuple[str, str], WrongTotal]

    @property
    def periods(self) -> list[str]:
        first = next(iter(self.table.series.all()), None)
        return [figure.period for figure in first.figures.all()] if first else []

    @property
    def chart(self) -> Chart | None:
        rows = [
            Row(
                row.key,
                row.label,
                [part.key for part in row.parts.all()],
                [figure.value for figure in row.figures.all()],
            )
            for row in self.table.series.all()
        ]
        return chart(rows, self.periods)

    @property
    def has_provisional(self) -> bool:
        return any(
            figure.is_provisional for row in self.table.series.all() for figure in row.figures.all()
        )


@dataclass(frozen=True)
class Dossier:
    measure: Measure
    view: View
    others: Sequence[View]
    timeline: Sequence[Assessment]
    """Every published assessment up to the day, the newest first."""
    narrative: Assessment | None
    """The assessment whose texts are shown; the level in force may be newer."""
    reason: SafeString
    actions: SafeString
    observations: SafeString
    boxes: Sequence[tuple[Box, SafeString]]
    tables: Sequence[PrintedTable]
    notes: Sequence[Note]
    leads: Sequence[Institution]
    partners: Sequence[Institution]

    @property
    def tables_with_actions(self) -> list[PrintedTable]:
        return [each for each in self.tables if each.table.placement == Placement.ACTIONS]

    @property
    def tables_with_observations(self) -> list[PrintedTable]:
        return [each for each in self.tables if each.table.placement == Placement.OBSERVATIONS]

    @property
    def is_text_older(self) -> bool:
        """Whether the level was settled by another assessment than the one whose texts are shown."""
        finding = self.view.finding
        return (
            finding is not None and self.narrative is not None and finding.pk != self.narrative.pk
        )

    @property
    def shared_with(self) -> Measure | None:
        """The measure whose page holds the observations that are common to both."""
        shared = self.narrative.observations_with if self.narrative else None
        return shared.measure if shared else None


def latest_finding(timeline: Sequence[Assessment], assessor: Institution) -> Assessment | None:
    """The first of these, newest first, by which the assessor settled a level or said that it could not."""
    return next(
        (
            each
            for each in timeline
            if each.assessor_id == assessor.pk and (each.level_id or each.lacks_information)
        ),
        None,
    )


def read_dossier(measure: Measure, *, on: dt.date, assessor: Institution) -> Dossier:
    """Read a measure's published record in a constant number of queries."""
    timeline = list(with_everything(Assessment.objects.as_of(on).filter(measure=measure)))
    narrative = next(
        (each for each in timeline if each.assessor_id == assessor.pk and has_narrative(each)), None
    )
    finding = latest_finding(timeline, assessor)
    assessors = [each for each in measure.plan.assessors.all() if each.pk != assessor.pk]
    tables = FigureTable.objects.as_of(on).filter(measure=measure, assessor=assessor)
    boxes = list(Box.objects.as_of(on).filter(measure=measure, assessor=assessor))
    texts = [
        finding.reason if finding else "",
        narrative.state_actions if narrative else "",
        narrative.observations if narrative else "",
    ]
    notes = page_notes([*texts, *(box.text for box in boxes)])
    reason, actions, observations = (render(text, notes) for text in texts)
    involvements = list(measure.involvements.select_related("institution"))
    return Dossier(
        measure=measure,
        view=View(assessor, finding),
        others=[View(each, latest_finding(timeline, each)) for each in assessors],
        timeline=timeline,
        narrative=narrative,
        reason=reason,
        actions=actions,
        observations=observations,
        boxes=[(box, render(box.text, notes)) for box in boxes],
        tables=[
            _printed(table) for table in tables.prefetch_related("series__figures", "series__parts")
        ],
        notes=notes.notes,
        leads=[row.institution for row in involvements if row.involvement == Involvement.LEAD],
        partners=[
            row.institution for row in involvements if row.involvement == Involvement.PARTNER
        ],
    )


def has_narrative(assessment: Assessment) -> bool:
    """The same as `AssessmentQuerySet.with_narrative`, for a row at hand."""
    return bool(
        assessment.state_actions or assessment.observations or assessment.observations_with_id
    )


def with_everything(assessments: AssessmentQuerySet) -> AssessmentQuerySet:
    """With what a page prints of an assessment: who, level, asks, sources."""
    citations = AssessmentSource.objects.select_related("source")
    return assessments.select_related(
        "level", "assessor", "evaluation", "observations_with__measure"
    ).prefetch_related("recommendations__addressee", Prefetch("citations", queryset=citations))


def _printed(table: FigureTable) -> PrintedTable:
    return PrintedTable(
        table, {(found.series, found.period): found for found in table_findings(table)}
    )

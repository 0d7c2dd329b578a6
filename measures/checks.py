"""What does not add up: sums that differ from their parts, a level given although the information was lacking.

Pure functions on rows already read: pages, the report and the pre-flight ask the same questions here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from measures.enums import FigureState
from plan.enums import Meaning

if TYPE_CHECKING:
    from decimal import Decimal

    from measures.models import Assessment, FigureTable, Series


@dataclass(frozen=True)
class WrongTotal:
    """A printed total that is not the sum of its printed parts. The printed figure stays as it is."""

    series: str
    label: str
    period: str
    printed: Decimal
    computed: Decimal


@dataclass(frozen=True)
class LevelWithoutInformation:
    """A level is printed over a text that says it could not be assessed (measure 14 of the 2017 evaluation)."""

    level: str


def table_findings(table: FigureTable) -> list[WrongTotal]:
    """The totals of a table that are wrong, in reading order.

    Reads `series`, their `figures` and `parts`: prefetch them. A total is compared only when every part has a number
    for the period: an empty cell and “n.d.” are not zero.
    """
    numbers = {series.pk: _numbers(series) for series in table.series.all()}
    findings = []
    for series in table.series.all():
        parts = [numbers[part.pk] for part in series.parts.all() if part.pk in numbers]
        if not parts:
            continue
        for period, printed in numbers[series.pk].items():
            if any(period not in part for part in parts):
                continue
            computed = sum((part[period] for part in parts[1:]), start=parts[0][period])
            if computed != printed:
                findings.append(WrongTotal(series.key, series.label, period, printed, computed))
    return findings


def assessment_findings(assessment: Assessment) -> list[LevelWithoutInformation]:
    """What an assessment says against itself. Reads `level`: select it with the assessment."""
    if (
        assessment.lacks_information
        and assessment.level is not None
        and assessment.level.meaning != Meaning.UNKNOWN
    ):
        return [LevelWithoutInformation(assessment.level.label)]
    return []


def _numbers(series: Series) -> dict[str, Decimal]:
    return {
        figure.period: figure.value
        for figure in series.figures.all()
        if figure.state == FigureState.NUMBER and figure.value is not None
    }

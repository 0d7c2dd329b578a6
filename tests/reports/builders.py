"""Rows that only reports look at: tables of figures, boxed texts, sections of an evaluation."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from measures.enums import FigureState
from measures.models import (
    EvaluationSection,
    Figure,
    FigureTable,
    Series,
    ThematicRecommendation,
    Theme,
)
from tests.factories import FOUND_ON

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from measures.models import Evaluation
    from plan.models import Plan

Value = str | None

_numbers = count(1)


def make_table(
    plan: Plan,
    rows: Mapping[str, Sequence[Value]],
    *,
    totals: Mapping[str, Sequence[str]] | None = None,
    periods: Sequence[str] = ("2014", "2015", "2016"),
    **fields: Any,
) -> FigureTable:
    """`rows` are label → values (None: empty cell, "n.d.": not available); `totals` are label → labels added up."""
    number = next(_numbers)
    fields.setdefault("assessor", plan.lead_assessor)
    fields.setdefault("key", f"table-{number}")
    fields.setdefault("caption", f"Tableau de chiffres {number}")
    fields.setdefault("unit", "personnes")
    fields.setdefault("published_on", FOUND_ON)
    fields.setdefault("source_text", "Ministère, 2016")
    table = FigureTable.objects.create(plan=plan, position=number, **fields)
    series = {}
    for position, (label, values) in enumerate(rows.items()):
        series[label] = Series.objects.create(
            table=table, key=label.lower(), label=label, position=position
        )
        for index, (period, value) in enumerate(zip(periods, values, strict=True)):
            state = {None: FigureState.EMPTY, "n.d.": FigureState.NOT_AVAILABLE}.get(
                value, FigureState.NUMBER
            )
            Figure.objects.create(
                series=series[label],
                period=period,
                position=index,
                state=state,
                value=Decimal(value or 0) if state == FigureState.NUMBER else None,
            )
    for label, parts in (totals or {}).items():
        series[label].parts.set([series[part] for part in parts])
    return table


def make_section(evaluation: Evaluation, role: str, text: str) -> EvaluationSection:
    return EvaluationSection.objects.create(
        evaluation=evaluation, role=role, title=f"Section {role}", text=text
    )


def make_proposal(
    evaluation: Evaluation, text: str = "Proposer", number: str = "I"
) -> ThematicRecommendation:
    theme, _created = Theme.objects.get_or_create(
        evaluation=evaluation, number=number, defaults={"position": 0, "title": f"Thème {number}"}
    )
    return ThematicRecommendation.objects.create(
        theme=theme, position=theme.proposals.count(), text=text
    )

"""Writes tables of figures, exactly as printed, and boxed texts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from measures.enums import FigureState, Placement
from measures.importer.rows import refusals, write
from measures.importer.values import day, entries, texts
from measures.models import Box, Figure, FigureTable, Series

if TYPE_CHECKING:
    from measures.importer.context import Context
    from measures.importer.files import Item

# A cell as (period, position, state, value, provisional), a series as (key, label, position, keys of its parts, cells).
_Cell = tuple[str, int, str, Decimal | None, bool]
_Series = tuple[str, str, int, frozenset[str], list[_Cell]]


def write_tables(context: Context) -> None:
    rows = {
        row.key: row
        for row in FigureTable.objects.filter(plan=context.plan).prefetch_related(
            "series__figures", "series__parts"
        )
    }
    items = context.files.items("figures")
    for key in sorted(rows.keys() - {item["key"] for item in items}):
        context.report.notes.append(
            _("The table “%(key)s” is on the site and not in the files: it stays as it is.")
            % {"key": key}
        )
    for position, item in enumerate(items):
        row = rows.get(item["key"])
        series = _wanted_series(item)
        parts_differ = series != (_current_series(row) if row else [])
        table = write(
            context.report,
            item,
            FigureTable,
            row,
            {
                **_printed(context, item, position),
                **texts(item, "caption", "unit", "source_text", "note", "remark"),
                "source": context.sources[item["source"]] if "source" in item else None,
                "placement": item.get("placement", Placement.ACTIONS),
            },
            parts_differ=parts_differ,
        )
        if parts_differ:
            with refusals(item):
                _write_series(table, series)


def write_boxes(context: Context) -> None:
    rows = {row.key: row for row in Box.objects.filter(plan=context.plan)}
    items = context.files.items("boxes")
    for key in sorted(rows.keys() - {item["key"] for item in items}):
        context.report.notes.append(
            _("The boxed text “%(key)s” is on the site and not in the files: it stays as it is.")
            % {"key": key}
        )
    for position, item in enumerate(items):
        values = {**_printed(context, item, position), **texts(item, "title", "text")}
        write(context.report, item, Box, rows.get(item["key"]), values)


def _printed(context: Context, item: Item, position: int) -> dict[str, Any]:
    """What tables and boxed texts have in common: who printed them, when and where."""
    return {
        "key": item["key"],
        "plan": context.plan,
        "measure": context.measures[item["measure"]] if "measure" in item else None,
        "assessor": context.institutions[item["assessor"]],
        "published_on": day(item, "published_on"),
        "position": position,
    }


def _wanted_series(item: Item) -> list[_Series]:
    return [
        (
            series["key"],
            series["label"],
            rank,
            frozenset(series.get("total_of", [])),
            [
                _cell(
                    period, position, value, is_provisional=period in series.get("provisional", [])
                )
                for position, (period, value) in enumerate(
                    zip(item["periods"], series["values"], strict=True)
                )
            ],
        )
        for rank, series in enumerate(entries(item, "series"))
    ]


def _cell(period: str, position: int, value: Any, *, is_provisional: bool) -> _Cell:
    if value is None:
        return period, position, FigureState.EMPTY, None, is_provisional
    if isinstance(value, str):
        return period, position, FigureState.NOT_AVAILABLE, None, is_provisional
    return period, position, FigureState.NUMBER, Decimal(value), is_provisional


def _current_series(table: FigureTable) -> list[_Series]:
    return [
        (
            series.key,
            series.label,
            series.position,
            frozenset(part.key for part in series.parts.all()),
            [
                (cell.period, cell.position, cell.state, cell.value, cell.is_provisional)
                for cell in series.figures.all()
            ],
        )
        for series in table.series.all()
    ]


def _write_series(table: FigureTable, wanted: list[_Series]) -> None:
    Series.objects.filter(table=table).delete()
    rows = {
        key: Series.objects.create(table=table, key=key, label=label, position=rank)
        for key, label, rank, _parts, _cells in wanted
    }
    for key, _label, _rank, parts, _cells in wanted:
        rows[key].parts.set([rows[part] for part in parts])
    Figure.objects.bulk_create(
        Figure(
            series=rows[key],
            period=period,
            position=position,
            state=state,
            value=value,
            is_provisional=is_provisional,
        )
        for key, _label, _rank, _parts, cells in wanted
        for period, position, state, value, is_provisional in cells
    )

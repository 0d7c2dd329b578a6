"""The drawing of a table of figures: the same curves on the page of a measure and in the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import drawings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

# A curve needs three points to say something, and the eye follows four curves at most.
POINTS_FOR_A_CURVE = 3
MOST_CURVES = 4


@dataclass(frozen=True)
class Row:
    """A series of a table: its value for each period, `None` where there is none, and the keys it is the total of."""

    key: str
    label: str
    parts: Sequence[str]
    values: Sequence[Decimal | None]


@dataclass(frozen=True)
class Chart:
    """A picture as a `data:` address, and what it shows in words."""

    uri: str
    words: str


def chart(rows: Sequence[Row], periods: Sequence[str]) -> Chart | None:
    """The curves of a table, when one of its series has at least three numbers."""
    lines = [
        drawings.Curve(row.label, row.values)
        for row in _worth_drawing(rows)
        if sum(value is not None for value in row.values) >= POINTS_FOR_A_CURVE
    ][:MOST_CURVES]
    if not lines:
        return None
    words = _("Curves of the table: %(series)s, from %(first)s to %(last)s.") % {
        "series": ", ".join(line.label for line in lines),
        "first": periods[0],
        "last": periods[-1],
    }
    return Chart(drawings.curves(lines, periods), words)


def _worth_drawing(rows: Sequence[Row]) -> list[Row]:
    """The grand total and its parts where the table adds up; every series where it does not."""
    parts = {key for row in rows for key in row.parts}
    grand = [row for row in rows if row.parts and row.key not in parts]
    if not grand:
        return list(rows)
    return [row for row in rows if row in grand or any(row.key in total.parts for total in grand)]

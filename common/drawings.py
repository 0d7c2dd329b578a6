"""Drawings as SVG, for pages and reports: bars, curves and the QR code.

Drawn here rather than by a chart library: the same figures must give the same bytes (pygal writes the date and random
names into its pictures), and a curve must be told from another in black and white, by its strokes and its points.
Nothing here knows what is counted.
"""

from __future__ import annotations

import base64
import math
import textwrap
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import qrcode  # type: ignore[import-untyped]
from django.utils.html import escape

from common.typography import number

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

FONT = "Source Sans 3, sans-serif"
INK = "#1b1d2a"
MUTED = "#565b6e"
LINE = "#d5d8e2"
BANDS = ("#e8edfb", "#ffffff")


@dataclass(frozen=True)
class Part:
    """A part of a bar. `tone` is `full`, `partial`, `none` or `unknown`: colour and hatching."""

    tone: str
    count: int


@dataclass(frozen=True)
class Curve:
    """A series of figures, `None` where there is none: the curve stops and starts again."""

    label: str
    values: Sequence[Decimal | None]


def as_uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _svg(width: float, height: float, body: Sequence[str]) -> str:
    return as_uri(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}"'
        f' height="{_n(height)}" font-family="{FONT}">{"".join(body)}</svg>'
    )


def _n(value: float) -> str:
    """A coordinate, the same on every machine."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


# --- Bars -------------------------------------------------------------------------------------------------------------

FILLS = {"full": "#1d6237", "partial": "#fdf1dc", "none": "#ffffff", "unknown": "#eceef3"}
STROKES = {"full": "#1d6237", "partial": "#7d4b00", "none": "#9c1f1c", "unknown": "#4a5061"}


def bar(
    parts: Sequence[Part], *, width: float = 1580, height: float = 90, numbers: bool = True
) -> str:
    """One bar cut by counts: plain, hatched, empty, dotted. Each part carries its number where it has room."""
    total = sum(part.count for part in parts) or 1
    body, left = [], 0.0
    for part in parts:
        if not part.count:
            continue
        wide = width * part.count / total
        stroke = STROKES[part.tone]
        body.append(
            f'<rect x="{_n(left + 2)}" y="2" width="{_n(max(wide - 4, 0.5))}" height="{_n(height - 4)}"'
            f' fill="{FILLS[part.tone]}" stroke="{stroke}" stroke-width="4"'
            + (' stroke-dasharray="10 8"/>' if part.tone == "unknown" else "/>")
        )
        if part.tone == "partial" and wide > 12:
            body.append(_hatching(left + 4, left + wide - 4, 4, height - 4, stroke))
        if numbers and wide > _count_width(part, height) + 12:
            body.append(_count(part, left + wide / 2, height))
        left += wide
    return _svg(width, height, body)


def _hatching(left: float, right: float, top: float, bottom: float, colour: str) -> str:
    """Slanted lines that stay in a rectangle."""
    lines, tall, x = [], bottom - top, left - (bottom - top) + 14
    while x < right:
        x1, y1 = (x, bottom) if x >= left else (left, bottom - (left - x))
        x2, y2 = (x + tall, top) if x + tall <= right else (right, top + (x + tall - right))
        lines.append(f"M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}")
        x += 14
    return f'<path d="{"".join(lines)}" stroke="{colour}" stroke-width="2.5" fill="none"/>'


def _count_width(part: Part, height: float) -> float:
    """The room that the number of a part takes."""
    return height * 0.58 * (0.5 + 0.5 * len(str(part.count)))


def _count(part: Part, x: float, height: float) -> str:
    size, wide, patch = height * 0.58, _count_width(part, height), ""
    if part.tone == "partial":
        patch = (
            f'<rect x="{_n(x - wide / 2)}" y="{_n(height * 0.16)}" width="{_n(wide)}" height="{_n(height * 0.68)}"'
            f' fill="{FILLS["partial"]}"/>'
        )
    colour = "#ffffff" if part.tone == "full" else INK
    return (
        f'{patch}<text x="{_n(x)}" y="{_n(height / 2 + size * 0.34)}" font-size="{_n(size)}" font-weight="600"'
        f' text-anchor="middle" fill="{colour}">{part.count}</text>'
    )


# --- Curves -----------------------------------------------------------------------------------------------------------

# (colour, dashes, point): any two differ without their colours.
PENS = [
    ("#1d3a8a", "", "disc"),
    ("#7d4b00", "16 9", "square"),
    ("#1d6237", "4 8", "triangle"),
    ("#9c1f1c", "24 8 4 8", "diamond"),
]


def curves(series: Sequence[Curve], periods: Sequence[str], *, width: float = 560) -> str:
    """At most four curves over the same periods, with a scale from zero and a legend below."""
    series = series[: len(PENS)]
    values = [value for one in series for value in one.values if value is not None]
    top = _round_up(max([*values, Decimal(0)]))
    left, right, height, base = 74.0, width - 22.0, 300.0, 268.0
    body = []
    for step in range(5):
        value = top * step / 4
        y = base - (base - 14) * step / 4
        body.append(
            f'<path d="M{_n(left)} {_n(y)}H{_n(right)}" stroke="{LINE if step else MUTED}" stroke-width="1.5"/>'
        )
        body.append(_words(number(value), left - 10, y + 8, anchor="end"))
    across = [
        left + 16 + (right - left - 32) * index / max(1, len(periods) - 1)
        for index in range(len(periods))
    ]
    for x, period in zip(across, periods, strict=True):
        body.append(_words(period, x, base + 30, anchor="middle"))
    for one, pen in zip(series, PENS, strict=False):
        points = [
            None if value is None else (x, base - (base - 14) * float(value / top))
            for x, value in zip(across, one.values, strict=True)
        ]
        body.append(_curve(points, pen))
    y = height + 34
    for one, (colour, dashes, point) in zip(series, PENS, strict=False):
        body.append(
            f'<path d="M{_n(left - 60)} {_n(y - 7)}h56" stroke="{colour}" stroke-width="4"'
            f' stroke-dasharray="{dashes or "none"}"/>{_point(left - 32, y - 7, point, colour)}'
        )
        for line in textwrap.wrap(one.label, width=44):
            body.append(_words(line, left + 12, y, colour=INK))
            y += 27
        y += 5
    return _svg(width, y - 10, body)


def _round_up(value: Decimal) -> Decimal:
    """A scale that ends on a round number and is cut in four round parts."""
    if value <= 0:
        return Decimal(4)
    unit = Decimal(10) ** math.floor(math.log10(value))
    for factor in ("1", "1.2", "1.6", "2", "2.4", "3.2", "4", "6", "8", "10"):
        if value <= unit * Decimal(factor):
            return unit * Decimal(factor)
    return unit * 10


def _curve(points: Sequence[tuple[float, float] | None], pen: tuple[str, str, str]) -> str:
    colour, dashes, point = pen
    path, pen_is_up = "", True
    for spot in points:
        if spot is not None:
            path += f"{'M' if pen_is_up else 'L'}{_n(spot[0])} {_n(spot[1])}"
        pen_is_up = spot is None
    marks = "".join(_point(*spot, point, colour) for spot in points if spot is not None)
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="4" stroke-dasharray="{dashes or "none"}"/>{marks}'


def _point(x: float, y: float, shape: str, colour: str) -> str:
    if shape == "disc":
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="8" fill="{colour}"/>'
    outline = {
        "square": "M-7-7H7V7H-7Z",
        "triangle": "M0-9L9 7H-9Z",
        "diamond": "M0-10L10 0L0 10L-10 0Z",
    }[shape]
    return f'<path transform="translate({_n(x)} {_n(y)})" d="{outline}" fill="#ffffff" stroke="{colour}" stroke-width="3.5"/>'


def _words(text: str, x: float, y: float, *, anchor: str = "start", colour: str = MUTED) -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" font-size="23" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


# --- What follows one another --------------------------------------------------------------------------------------------


def ribbon(spans: Sequence[tuple[dt.date | None, dt.date | None]], *, width: float = 560) -> str:
    """Numbered stretches that follow one another, from left to right, of the same length whatever they lasted.

    Where a day is known that one ends or the next begins, a plain line bears it; a dashed one elsewhere.
    """
    left, right, top, bottom = 76.0, width - 76.0, 12.0, 60.0
    wide = (right - left) / max(1, len(spans))
    body = []
    for place in range(len(spans)):
        x = left + wide * place
        body.append(
            f'<rect x="{_n(x)}" y="{_n(top)}" width="{_n(wide)}" height="{_n(bottom - top)}" fill="{BANDS[place % 2]}"/>'
            f'<text x="{_n(x + wide / 2)}" y="{_n(bottom - 15)}" font-size="26" font-weight="600" text-anchor="middle"'
            f' fill="{INK}">{place + 1}</text>'
        )
    ends = [None, *(until for _since, until in spans)]
    starts = [*(since for since, _until in spans), None]
    for place, (end, start) in enumerate(zip(ends, starts, strict=True)):
        x, day = left + wide * place, start or end
        dashes = "" if day else ' stroke-dasharray="5 5"'
        body.append(
            f'<path d="M{_n(x)} {_n(top - 8)}V{_n(bottom + 8)}" stroke="{INK if day else MUTED}" stroke-width="2.5"{dashes}/>'
        )
        if day:
            body.append(_words(f"{day:%d/%m/%Y}", x, bottom + 32, anchor="middle", colour=INK))
    return _svg(width, bottom + 42, body)


# --- QR code ----------------------------------------------------------------------------------------------------------


def qr_code(text: str) -> str:
    """An address that a telephone can read from paper."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    squares = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(matrix)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    side = len(matrix)
    return _svg(side, side, [f'<path d="{squares}" fill="{INK}"/>'])

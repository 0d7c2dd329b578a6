"""The thread of a commitment as a picture: what happened when, and since when it is late."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commitments.standing import CLOSED_KINDS, DEADLINE_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from commitments.models import CommitmentEvent

# Units of the drawing: marks are 16 wide.
WIDTH, MARGIN, MARK = 480, 14, 16
BASE = 36
FOOT = 12
ROW = 19
MOST_YEARS = 12
# Years without any news take no more room than what happened.
SHORT_WHILE = dt.timedelta(days=180)


@dataclass(frozen=True)
class Dot:
    event: CommitmentEvent
    x: float
    y: int
    """Of its left and upper corner: those of the same days stand above one another."""
    middle: float
    foot: int


@dataclass(frozen=True)
class Span:
    x: float
    width: float


@dataclass(frozen=True)
class Tick:
    x: float
    words: str


@dataclass(frozen=True)
class Drawing:
    height: int
    base: int
    dots: Sequence[Dot]
    late: Sequence[Span]
    deadlines: Sequence[float]
    years: Sequence[Tick]
    since: dt.date
    until: dt.date
    goes_on: bool
    """Whether it is cut before the day that it is drawn for, since nothing more happened."""


def draw(events: Sequence[CommitmentEvent], on: dt.date) -> Drawing | None:
    """What had happened by a day. None where nothing had, or all of it that very day."""
    past = [event for event in events if event.on <= on]
    if not past:
        return None
    deadlines = [event for event in past if event.kind in DEADLINE_KINDS and event.late_from]
    since = past[0].on
    marked = [event.on for event in past] + [each.late_from for each in deadlines if each.late_from]
    last = max(marked)
    until = min(max(on, last), last + max(last - since, SHORT_WHILE))
    if until <= since:
        return None
    days = (until - since).days

    def x(day: dt.date) -> float:
        return round(MARGIN + (day - since).days * (WIDTH - 2 * MARGIN) / days, 1)

    rows: list[float] = []
    placed: list[tuple[CommitmentEvent, float, int]] = []
    for event in past:
        middle = x(event.on)
        row = next((row for row, last in enumerate(rows) if middle - last >= MARK + 2), len(rows))
        if row == len(rows):
            rows.append(middle)
        rows[row] = middle
        placed.append((event, middle, row))
    base = BASE + ROW * (len(rows) - 1)
    years = [dt.date(year, 1, 1) for year in range(since.year + 1, until.year + 1)]
    step = 1 + len(years) // MOST_YEARS
    return Drawing(
        height=base + 28,
        base=base,
        dots=[
            Dot(
                event,
                round(middle - MARK / 2, 1),
                base - FOOT - MARK - ROW * row,
                middle,
                base - FOOT - ROW * row,
            )
            for event, middle, row in placed
        ],
        late=[
            Span(x(start), round(x(min(end, until)) - x(start), 1))
            for start, end in _late(past, on)
        ],
        deadlines=[x(event.late_from) for event in deadlines if event.late_from],
        years=[Tick(x(day), str(day.year)) for day in years[::step]],
        since=since,
        until=until,
        goes_on=until < on,
    )


def _late(past: Sequence[CommitmentEvent], on: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Each time that it was late, from the first late day to the day on which it no longer was."""
    spans: list[tuple[dt.date, dt.date]] = []
    late_from: dt.date | None = None
    for event in past:
        ends = event.kind in DEADLINE_KINDS or event.kind in CLOSED_KINDS
        if ends and late_from is not None and event.on > late_from:
            spans.append((late_from, event.on))
        if event.kind in CLOSED_KINDS:
            late_from = None
        if event.kind in DEADLINE_KINDS:
            late_from = event.late_from
    if late_from is not None and late_from <= on:
        spans.append((late_from, on))
    return spans

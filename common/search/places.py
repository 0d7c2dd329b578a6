"""Where a row stands among the answers, as one number that every database sorts alike."""

from __future__ import annotations

import datetime as dt

# Bits of a place, from the left: the day, the kind, the row.
KIND_BITS, ROW_BITS = 5, 35
KIND_MASK, ROW_MASK = (1 << KIND_BITS) - 1, (1 << ROW_BITS) - 1


def place_of(day: dt.date | None, number: int, row: int) -> int:
    """What has no day comes first, then the latest day; within a day the kind decides, then the row."""
    return (_rank(day) << KIND_BITS | number) << ROW_BITS | row


def row_of(place: int) -> int:
    return place & ROW_MASK


def day_of(place: int) -> dt.date | None:
    rank = place >> KIND_BITS + ROW_BITS
    return dt.date.fromordinal(dt.date.max.toordinal() + 1 - rank) if rank else None


def places_between(first: dt.date | None, last: dt.date | None) -> tuple[int, int]:
    """The lowest place of a span of days, and the one after its highest. What has no day is in no span but the whole."""
    low = _rank(last or dt.date.max) if first or last else 0
    high = _rank(first or dt.date.min) + 1
    return low << KIND_BITS + ROW_BITS, high << KIND_BITS + ROW_BITS


def _rank(day: dt.date | None) -> int:
    return 0 if day is None else dt.date.max.toordinal() - day.toordinal() + 1

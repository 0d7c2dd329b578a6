"""Stretches of days that have a name in the calendar, and their parts."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ONE_DAY = dt.timedelta(days=1)
SEASONS = {"printemps": (3, 21), "ete": (6, 21), "automne": (9, 23), "hiver": (12, 22)}


class UnknownError(Exception):
    """These words name no time that we know."""


@dataclass(frozen=True)
class Span:
    """A stretch of days, both ends in it. `turn` is the day on which what was due before it is late."""

    first: dt.date
    last: dt.date
    turn: dt.date

    def late_from(self, *, before: bool) -> dt.date:
        return self.turn if before else self.last + ONE_DAY


@dataclass(frozen=True)
class NamedTime:
    """What words name: a stretch of days of every year, or the one that they told (`year`).

    `parts` tells into what its beginning, middle and end cut it: “months”, “days” of a month, “week”; “day” and “part” have none.
    """

    of_year: Callable[[int], Span]
    year: int | None = None
    parts: str = "months"

    def spans(self, said_on: dt.date) -> list[Span]:
        """Those that may be meant, the earliest first."""
        if self.year is not None:
            return [self.of_year(self.year)]
        found = []
        # Eight years on, for 29 February around a century that has none.
        for year in range(said_on.year - 1, said_on.year + 9):
            try:
                found.append(self.of_year(year))
            except ValueError:
                continue
        return found


def months_on(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def fixed(span: Span, *, parts: str = "day") -> NamedTime:
    return NamedTime(lambda _year: span, span.first.year, parts=parts)


def mapped(named: NamedTime, change: Callable[[Span], Span], parts: str = "part") -> NamedTime:
    return NamedTime(lambda year: change(named.of_year(year)), named.year, parts=parts)


def one_day(day: dt.date) -> Span:
    return Span(day, day, day)


def stretch(first: dt.date, end: dt.date) -> Span:
    """From a day up to another that is no longer in it."""
    return Span(first, end - ONE_DAY, first)


def week_of(day: dt.date) -> Span:
    monday = day - dt.timedelta(days=day.weekday())
    return stretch(monday, monday + dt.timedelta(days=7))


def months_from(year: int, month: int, count: int) -> Span:
    first = dt.date(year, month, 1)
    return stretch(first, months_on(first, count))


def months_of(month: int, count: int) -> Callable[[int], Span]:
    return lambda year: months_from(year, month, count)


def day_of(month: int, day: int) -> Callable[[int], Span]:
    return lambda year: one_day(dt.date(year, month, day))


def year_of(year: int) -> Span:
    return months_from(year, 1, 12)


def school_year(year: int) -> Span:
    return months_from(year, 9, 12)


def summer_holidays(year: int) -> Span:
    return stretch(dt.date(year, 7, 8), dt.date(year, 9, 1))


def christmas(year: int) -> Span:
    return stretch(dt.date(year, 12, 24), dt.date(year + 1, 1, 2))


def quarters(number: int, months: int) -> Callable[[int], Span]:
    last = 12 // months
    number = last if number == -1 else number
    if number > last:
        raise UnknownError
    return months_of((number - 1) * months + 1, months)


def season_of(name: str) -> Callable[[int], Span]:
    names = list(SEASONS)
    following = SEASONS[names[(names.index(name) + 1) % 4]]
    return lambda year: stretch(
        dt.date(year, *SEASONS[name]), dt.date(year + (name == "hiver"), *following)
    )


def part_of(named: NamedTime, third: int) -> NamedTime:
    """The beginning, middle or end of a time."""
    if named.parts in {"day", "part"}:
        raise UnknownError
    return mapped(named, lambda span: _third(span, third, named.parts))


def _third(span: Span, third: int, parts: str) -> Span:
    end = span.last + ONE_DAY
    days = (end - span.first).days
    if days < 3:
        raise UnknownError
    months = round(days / 30.4)
    if parts == "months" and months % 3 == 0 and months:
        # A year, a semester, a quarter, a season.
        cuts = [months_on(span.first, months * part // 3) for part in range(3)]
        middle = months_on(span.first, months // 2) + dt.timedelta(days=15 if months % 2 else 0)
    elif parts == "week":
        cuts = [span.first + dt.timedelta(days=ahead) for ahead in (0, 2, 4)]
        middle = cuts[1]
    elif parts == "days":
        cuts = [span.first + dt.timedelta(days=ahead) for ahead in (0, 10, 20)]
        middle = span.first + dt.timedelta(days=14)
    else:
        cuts = [span.first + dt.timedelta(days=days * part // 3) for part in range(3)]
        middle = span.first + dt.timedelta(days=days // 2)
    cuts.append(end)
    turn = [span.first, middle, end][third]
    return Span(cuts[third], cuts[third + 1] - ONE_DAY, turn)


def half(span: Span, ordinal: int) -> Span:
    if ordinal not in {1, 2, -1}:
        raise UnknownError
    end = span.last + ONE_DAY
    days = (end - span.first).days
    months = round(days / 30.4)
    middle = (
        months_on(span.first, months // 2)
        if months > 1 and months % 2 == 0
        else span.first + dt.timedelta(days=(days + 1) // 2)
    )
    return stretch(span.first, middle) if ordinal == 1 else stretch(middle, end)


def days_of(span: Span, ordinal: int, days: int) -> Span:
    """The nth week or fortnight of a month; the last one is its last days."""
    end = span.last + ONE_DAY
    if ordinal == -1:
        return stretch(end - dt.timedelta(days=days), end)
    if ordinal > (2 if days == 15 else 4):
        raise UnknownError
    first = span.first + dt.timedelta(days=(ordinal - 1) * days)
    last = days == 15 and ordinal == 2
    return stretch(first, end if last else first + dt.timedelta(days=days))

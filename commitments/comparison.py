"""What institutions promised and what came of it, side by side: the columns, how each is counted, and their order."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.fates import Fate
from commitments.figures import Figures, Letters, audiences_of, figures_of, lines_of
from common.text import fold
from common.typography import number
from plan.models import Institution

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from django.contrib.auth.models import AnonymousUser
    from django.utils.functional import _StrPromise

    from commitments.fates import Part
    from members.models import User

SORT = "tri"
NAME, SHARE, DEFAULT = "nom", "part", "-promis"


@dataclass(frozen=True)
class Column:
    """A column of numbers: its name in addresses, its head, how it is counted, and its value, None where there is none."""

    key: str
    label: _StrPromise
    counted: _StrPromise
    value: Callable[[Figures], float | None]
    bound: str = ""
    """What of the figures must be there for it: `letters`, `meetings`, or nothing."""
    out_of: Callable[[Figures], float | None] | None = None
    """Of how many: the page says “3 / 5”, and sorts by the share."""
    is_shown: bool = True
    """Or in the file only."""

    def rank(self, figures: Figures) -> float | None:
        value, of = self.value(figures), self.out_of and self.out_of(figures)
        if value is None or self.out_of is None:
            return value
        return value / of if of else None

    def words(self, figures: Figures) -> str:
        value = self.value(figures)
        if value is None:
            return "–"
        if self.out_of is not None:
            of = self.out_of(figures)
            return f"{number(int(value))} / {number(int(of))}" if of else "–"
        return f"{value} %" if self.key == SHARE else number(int(value))


def _share(figures: Figures) -> float | None:
    return None if figures.are_few else 100 * figures.kept / figures.due


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)


def _sent(figures: Figures) -> float | None:
    return figures.letters.sent if figures.letters else None


def _asked(figures: Figures) -> float | None:
    return figures.meetings.asked if figures.meetings else None


COLUMNS = (
    Column(
        "promis",
        gettext_lazy("Promised"),
        gettext_lazy(
            "Every promise made by that day that you may read. A promise of several points and each of its points count each for one."
        ),
        lambda figures: figures.promised,
    ),
    Column(
        "tenus",
        gettext_lazy("Kept"),
        gettext_lazy(
            "Kept whole by that day, in time or late. Those kept in part stand in the bar."
        ),
        lambda figures: figures.kept,
    ),
    Column(
        SHARE,
        gettext_lazy("Share kept"),
        gettext_lazy(
            "Those kept whole, of those of which one can say: kept, partly kept, late and broken. Those under way or overtaken by events are left out; under five there is no share."
        ),
        lambda figures: _rounded(_share(figures)),
    ),
    Column(
        "retard",
        gettext_lazy("Late"),
        gettext_lazy(
            "Open and past the last deadline given, whatever was said of it since. Without a deadline that tells a day a promise is never late."
        ),
        lambda figures: figures.of(Fate.LATE),
    ),
    Column(
        "rompus",
        gettext_lazy("Broken"),
        gettext_lazy("Given up or refused, as the record says."),
        lambda figures: figures.of(Fate.BROKEN),
    ),
    Column(
        "silence",
        gettext_lazy("No answer"),
        gettext_lazy("Reminded thirty days before or more, and nothing since. Most are late too."),
        lambda figures: figures.silent,
    ),
    Column(
        "moyen",
        gettext_lazy("Average delay"),
        gettext_lazy(
            "In days, over the promises that are late or were kept late: from the first late day after the last deadline given, that day included, to that day, or to the day it was kept. Those in time do not lower it."
        ),
        lambda figures: figures.average_delay,
    ),
    Column(
        "long",
        gettext_lazy("Longest delay"),
        gettext_lazy("In days, counted in the same way."),
        lambda figures: figures.longest_delay or None,
    ),
    Column(
        "reports",
        gettext_lazy("Deadlines put off"),
        gettext_lazy("How many times a deadline was put off: twice for a promise put off twice."),
        lambda figures: figures.postponed,
    ),
    Column(
        "rappels",
        gettext_lazy("Reminders needed"),
        gettext_lazy("How many times one of its promises was reminded, by letter or otherwise."),
        lambda figures: figures.reminded,
    ),
    Column(
        "courriers",
        gettext_lazy("Letters sent"),
        gettext_lazy("Letters sent to it, without the copies."),
        _sent,
        "letters",
        is_shown=False,
    ),
    Column(
        "reponses",
        gettext_lazy("Letters answered"),
        gettext_lazy(
            "How many letters had an answer by that day, of those sent to it, without the copies."
        ),
        lambda figures: figures.letters.answered if figures.letters else None,
        "letters",
        _sent,
    ),
    Column(
        "delai",
        gettext_lazy("Days to answer"),
        gettext_lazy(
            "The median, over the letters that were answered: half took less, half took more."
        ),
        lambda figures: _rounded(figures.letters.median_days) if figures.letters else None,
        "letters",
    ),
    Column(
        "reunions",
        gettext_lazy("Meetings held"),
        gettext_lazy("Meetings held to which it was asked, or at its house."),
        _asked,
        "meetings",
        is_shown=False,
    ),
    Column(
        "presences",
        gettext_lazy("Meetings attended"),
        gettext_lazy(
            "How many meetings it came to, of those held to which it was asked, or at its house. Where those present were not written down, it is not said to have been absent."
        ),
        lambda figures: figures.meetings.came if figures.meetings else None,
        "meetings",
        _asked,
    ),
)


class Cell(NamedTuple):
    key: str
    label: str
    words: str


@dataclass(frozen=True)
class Head:
    """The head of a column: how it is sorted now, in the words of ARIA, and what a click asks for."""

    label: str
    is_sorted: str
    next: str


@dataclass(frozen=True)
class Row:
    """An institution; None for all of them together."""

    institution: Institution | None
    figures: Figures
    labels: Mapping[Column, str]
    """Of the columns that are shown."""

    @property
    def cells(self) -> list[Cell]:
        return [
            Cell(column.key, label, column.words(self.figures))
            for column, label in self.labels.items()
        ]

    @property
    def parts(self) -> list[Part]:
        """Those of its bar that are there."""
        return [part for part in self.figures.parts if part.number]


@dataclass(frozen=True)
class Comparison:
    """Those who promised something by a day, as one reader may know it, in the order that was asked for."""

    on: dt.date
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: Row
    audiences: Collection[str]
    sort: str

    @property
    def name_head(self) -> Head:
        return _head(NAME, _("Institution"), self.sort)

    @property
    def heads(self) -> list[Head]:
        return [_head(column.key, str(column.label), self.sort) for column in self.shown]

    @property
    def shown(self) -> list[Column]:
        return [column for column in self.columns if column.is_shown]

    @property
    def orders(self) -> list[tuple[str, str]]:
        """Every order that can be chosen, with its words."""
        down = _("%(column)s: the most first")
        orders = [(NAME, _("By name"))]
        orders += [(f"-{each.key}", down % {"column": each.label}) for each in self.shown]
        up = _("%(column)s: the least first")
        orders += [
            (each.key, up % {"column": each.label}) for each in self.shown if each.key == self.sort
        ]
        if self.sort == f"-{NAME}":
            orders.append((self.sort, _("By name, from the end")))
        return orders


def compare(user: User | AnonymousUser, on: dt.date, sort: str = DEFAULT) -> Comparison:
    """Read it in a constant number of queries. An order that is not known is the usual one."""
    lines = lines_of(user, on)
    figures = figures_of(user, on, lines)
    institutions = Institution.objects.visible_to(user).in_bulk(list(figures))
    total = _together(figures.values())
    columns = [
        column
        for column in COLUMNS
        if not column.bound or any(getattr(each, column.bound) for each in figures.values())
    ]
    known = {NAME: None, **{column.key: column for column in columns if column.is_shown}}
    sort = sort if sort.removeprefix("-") in known else DEFAULT
    # Translated once, not once for each row.
    labels = {column: str(column.label) for column in columns if column.is_shown}
    rows = [
        Row(institutions[key], each, labels) for key, each in figures.items() if key in institutions
    ]
    return Comparison(
        on=on,
        columns=columns,
        rows=_sorted(rows, known[sort.removeprefix("-")], is_down=sort.startswith("-")),
        total=Row(None, total, labels),
        audiences=audiences_of(lines, figures.values()),
        sort=sort,
    )


def _sorted(rows: Iterable[Row], column: Column | None, *, is_down: bool) -> list[Row]:
    """By one column, those of no value last whichever way; those alike by name, which no column stands for."""
    found = sorted(rows, key=lambda row: fold(str(row.institution)))
    if column is None:
        return found[::-1] if is_down else found
    ranks = [(column.rank(row.figures), row) for row in found]
    known = [(rank, row) for rank, row in ranks if rank is not None]
    known.sort(key=lambda pair: pair[0], reverse=is_down)
    return [row for _rank, row in known] + [row for rank, row in ranks if rank is None]


def _head(key: str, label: str, sort: str) -> Head:
    if sort.removeprefix("-") != key:
        # The largest first, but for names.
        return Head(label, "", key if key == NAME else f"-{key}")
    is_down = sort.startswith("-")
    return Head(label, "descending" if is_down else "ascending", key if is_down else f"-{key}")


def _together(figures: Iterable[Figures]) -> Figures:
    """All institutions as if they were one: averages are of all promises, not of averages."""
    every = list(figures)
    fates: Counter[Fate] = Counter()
    for each in every:
        fates.update(each.fates)
    letters = [each.letters for each in every if each.letters is not None]
    return Figures(
        fates=fates,
        silent=sum(each.silent for each in every),
        delays=[days for each in every for days in each.delays],
        postponed=sum(each.postponed for each in every),
        reminded=sum(each.reminded for each in every),
        letters=Letters(
            sum(each.sent for each in letters), [days for each in letters for days in each.days]
        )
        if letters
        else None,
        # Several may have come to one meeting: a sum of meetings would be of none.
        meetings=None,
    )


# --- As a file ----------------------------------------------------------------------------------------------------------


def headers_of(comparison: Comparison) -> list[str]:
    return [
        _("Institution"),
        _("As it stood on"),
        *(fate.words(2) for fate in Fate),
        *(str(column.label) for column in comparison.columns),
    ]


def lines_for(comparison: Comparison) -> Iterator[list[Any]]:
    """The same as rows of a table, under `headers_of`."""
    for row in comparison.rows:
        yield [
            str(row.institution),
            comparison.on,
            *(part.number for part in row.figures.parts),
            *(column.value(row.figures) for column in comparison.columns),
        ]

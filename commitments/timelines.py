"""How every commitment stands on any day, at once: for a list of ten thousand that is asked for day after day.

Events are only ever added, so a process keeps what it has read of them, four columns wide, and reads on from there. To
find how a commitment stands on a day is then to look for that day among its own. What is kept says nothing of who may
see what: whoever asks brings the rows that they may see.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Subquery, Value

from commitments.enums import EventKind, State
from commitments.models import CommitmentEvent
from commitments.standing import CLOSED_KINDS, DEADLINE_KINDS, PENDING_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

NEVER = dt.date.max.toordinal()
_Read = tuple[int, dt.datetime | None, int]
NOTHING: _Read = (0, None, 0)


class Stand(NamedTuple):
    """How one commitment stands. Days are whole numbers, as `date.toordinal` counts them."""

    pk: int
    state: str
    is_late: bool
    late_from: int
    """`NEVER` where nothing makes it late."""


class _Line:
    """The days of one commitment on which something happened, with what it was and what is due from then on."""

    __slots__ = ("events", "told")

    def __init__(self) -> None:
        # Tuples of plain values: the collector of garbage does not walk through them again and again.
        self.events: tuple[tuple[int, int, str, int], ...] = ()
        # Replaced whole: another thread may be reading it.
        self.told: tuple[tuple[int, ...], tuple[str, ...], tuple[int, ...]] = ((), (), ())

    def tell(self, mistakes: set[int]) -> None:
        """Say it anew from the events, less those recorded by mistake."""
        counted = sorted(event for event in self.events if event[1] not in mistakes)
        deadlines = []
        deadline = NEVER
        for _on, _pk, kind, late_from in counted:
            if kind in DEADLINE_KINDS:
                deadline = late_from
            deadlines.append(deadline)
        days = tuple(event[0] for event in counted)
        self.told = (days, tuple(event[2] for event in counted), tuple(deadlines))


class _Timelines:
    def __init__(self) -> None:
        self._lock = Lock()
        self._forget()

    def _forget(self) -> None:
        self._lines: dict[int, _Line] = defaultdict(_Line)
        self._mistakes: set[int] = set()
        # The last event that was read, when it was recorded, and how many were.
        self._read: _Read = NOTHING

    @property
    def lines(self) -> dict[int, _Line]:
        return self._lines

    def read_on(self) -> dict[int, _Line]:
        """Every line, up to date. One query when nothing was added, three otherwise."""
        found = _newest()
        with self._lock:
            if found != self._read:
                if not _is_there(self._read):
                    self._forget()
                self._add()
                if found != self._read:
                    # Added out of order: from the beginning.
                    self._forget()
                    self._add()
            return self._lines

    def _add(self) -> None:
        """Read the events that come after the last one known."""
        touched: set[int] = set()
        last, recorded_at, number = self._read
        for pk, recorded_at, commitment, on, kind, late_from, retracts in _rows(after=last):  # noqa: B007 (the last one is kept)
            last, number = pk, number + 1
            touched.add(commitment)
            if kind == EventKind.RETRACTED and retracts is not None:
                self._mistakes.add(retracts)
                continue
            due = late_from.toordinal() if late_from is not None else NEVER
            self._lines[commitment].events += ((on.toordinal(), pk, kind, due),)
        self._read = (last, recorded_at, number)
        for commitment in touched:
            self._lines[commitment].tell(self._mistakes)


TIMELINES = _Timelines()


def stands_on(keys: Iterable[int], on: dt.date) -> list[Stand]:
    """How the commitments with these primary keys stand at the end of a day, less those not made yet.

    As `commitments.standing` says it; a test holds them together.
    """
    lines = TIMELINES.read_on()
    day = on.toordinal()
    found = []
    for pk in keys:
        line = lines.get(pk)
        if line is None:
            continue
        days, kinds, deadlines = line.told
        place = bisect_right(days, day) - 1
        if place < 0:
            continue
        kind, late_from = kinds[place], deadlines[place]
        is_late = late_from <= day and kind not in CLOSED_KINDS
        if kind in PENDING_KINDS:
            kind = State.LATE.value if is_late else State.PROMISED.value
        found.append(Stand(pk, kind, is_late, late_from))
    return found


def known_since(keys: Iterable[int]) -> dt.date | None:
    """The first day on which something happened to one of these commitments, as `stands_on` last read. No query."""
    lines = TIMELINES.lines
    first = [lines[pk].told[0][0] for pk in keys if pk in lines and lines[pk].told[0]]
    return dt.date.fromordinal(min(first)) if first else None


def _newest() -> _Read:
    number = (
        CommitmentEvent.objects.order_by().values(all=Value(1)).annotate(n=Count("pk")).values("n")
    )
    rows = CommitmentEvent.objects.order_by("-pk").values_list(
        "pk", "recorded_at", Subquery(number)
    )
    return rows.first() or NOTHING


def _is_there(read: _Read) -> bool:
    """Whether the last event that was read is still that one: a backup may have been put back."""
    pk, recorded_at, _number = read
    if recorded_at is None:
        return False
    return CommitmentEvent.objects.filter(pk=pk, recorded_at=recorded_at).exists()


def _rows(
    *, after: int
) -> Iterable[tuple[int, dt.datetime, int, dt.date, str, dt.date | None, int | None]]:
    return (
        CommitmentEvent.objects.filter(pk__gt=after)
        .order_by("pk")
        .values_list("pk", "recorded_at", "commitment_id", "on", "kind", "late_from", "retracts_id")
    )

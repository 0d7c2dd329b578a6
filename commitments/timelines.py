"""How every commitment stands on any day, at once: for a list of ten thousand that is asked for day after day.

Events are only ever added, so a process keeps what it has read of them, a few columns wide, and reads on from there. To
find how a commitment stands on a day is then to look for that day among its own; the order in which all of them stand on
the days last asked for is kept as well. What is kept says nothing of who may see what: whoever asks brings the rows that
they may see.
"""

from __future__ import annotations

import datetime as dt
from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import compress
from operator import itemgetter
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, OuterRef, Subquery, Value

from commitments.enums import EventKind
from commitments.models import CommitmentEvent
from commitments.standing import DEADLINE_KINDS, OPEN, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from commitments.standing import Stand

NEVER = dt.date.max.toordinal()
# Rankings that are kept, of a hundred kilobytes for ten thousand commitments.
DAYS = 16
# Events. Whoever records at the same time as others may be seen after them, though numbered before: to notice it, that
# many of the last ones are counted. Counting all of them takes longer than the rest of a page.
LATELY = 10_000

KINDS = [kind for kind in EventKind if kind != EventKind.RETRACTED]
_PLACES = {kind.value: place for place, kind in enumerate(KINDS)}
# How one may stand: after each kind, before its deadline is over and from then on. A small number tells it (`number_of`).
STANDS = [state_of(kind, is_overdue=over) for kind in KINDS for over in (False, True)]
# Late ones first; then those awaited; then those settled.
_GROUPS = [0 if stand.is_late else 1 if stand.state in OPEN else 2 for stand in STANDS]


def number_of(kind: int, due: int, day: int) -> int:
    """The place in `STANDS` of one whose last kind and last deadline are these."""
    return 2 * kind + (due <= day)


_Event = tuple[int, int, int, int]
_Read = tuple[int, dt.datetime | None, int]
NOTHING: _Read = (0, None, 0)


class Line(NamedTuple):
    """What happened to a commitment, in order: on which days, what it was, and what is due from then on.

    Days are whole numbers, as `date.toordinal` counts them; kinds are their places in `KINDS`. Where nothing makes it
    late, `NEVER` is due.
    """

    days: tuple[int, ...]
    kinds: bytes
    due: tuple[int, ...]

    def place_on(self, day: int) -> int:
        """Where the last event by the end of a day is; below zero before the first."""
        return bisect_right(self.days, day) - 1

    def due_on(self, day: int) -> int:
        """Its first late day, as known at the end of a day by which it was made."""
        return self.due[self.place_on(day)]


@dataclass(frozen=True)
class Ranking:
    """Commitments as they stand on a day, in their order: their primary keys, and beside each its place in `STANDS`."""

    keys: Sequence[int]
    stands: bytes

    def among(self, keys: Collection[int]) -> Ranking:
        """Of these commitments alone, in the same order."""
        return self._where(list(map(keys.__contains__, self.keys)))

    def that(self, is_wanted: Callable[[Stand], bool]) -> Ranking:
        wanted = {number for number, stand in enumerate(STANDS) if is_wanted(stand)}
        return self._where(list(map(wanted.__contains__, self.stands)))

    def _where(self, kept: Sequence[bool]) -> Ranking:
        return Ranking(tuple(compress(self.keys, kept)), bytes(compress(self.stands, kept)))

    @property
    def numbers(self) -> Counter[Stand]:
        """How many stand how."""
        found: Counter[Stand] = Counter()
        for number, times in Counter(self.stands).items():
            found[STANDS[number]] += times
        return found


class Timelines:
    """What is known of all commitments at one moment. It does not change: another thread may be reading it."""

    def __init__(self, lines: Mapping[int, Line]) -> None:
        self.lines = lines
        self._by_age = sorted(lines, key=lambda pk: lines[pk].days[0])
        self._ranking_on = lru_cache(maxsize=DAYS)(partial(_ranking_on, lines))

    def ranking_on(self, on: dt.date) -> Ranking:
        """All that were made by the end of a day: late ones first, the longest late at the top; then those awaited, the
        soonest due first; then those settled.
        """
        return self._ranking_on(on.toordinal())

    def known_since(self, keys: Collection[int]) -> dt.date | None:
        """The first day on which something happened to one of these commitments."""
        first = next((pk for pk in self._by_age if pk in keys), None)
        return None if first is None else dt.date.fromordinal(self.lines[first].days[0])


def _ranking_on(lines: Mapping[int, Line], day: int) -> Ranking:
    groups: list[list[tuple[int, int, int]]] = [[], [], []]
    for pk, (days, kinds, deadlines) in lines.items():
        place = bisect_right(days, day) - 1
        if place >= 0:
            due = deadlines[place]
            number = number_of(kinds[place], due, day)
            groups[_GROUPS[number]].append((due, pk, number))
    late, awaited, settled = groups
    late.sort()
    awaited.sort()
    settled.sort(key=itemgetter(1), reverse=True)
    rows = [*late, *awaited, *settled]
    return Ranking(
        tuple(pk for _due, pk, _number in rows), bytes(number for _due, _pk, number in rows)
    )


class _Reader:
    """Reads the events that were added since the last time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._forget()

    def _forget(self) -> None:
        # Plain values in plain tuples: the collector of garbage does not walk through them again and again.
        self._events: dict[int, tuple[_Event, ...]] = defaultdict(tuple)
        self._mistakes: set[int] = set()
        self._keys = array("q")
        self._read = NOTHING
        self._timelines = Timelines({})

    def forget(self) -> None:
        with self._lock:
            self._forget()

    def read_on(self) -> Timelines:
        """Up to date. One query when nothing was added, four otherwise."""
        found = _newest()
        with self._lock:
            if found != self._read:
                if not _is_there(self._read):
                    self._forget()
                self._add()
                if _newest() != self._read:
                    # Added out of order: from the beginning.
                    self._forget()
                    self._add()
            return self._timelines

    def _add(self) -> None:
        """Read the events that come after the last one known."""
        touched: set[int] = set()
        last, recorded_at, _number = self._read
        for pk, recorded_at, commitment, on, kind, late_from, retracts in _rows(after=last):  # noqa: B007 (the last one is kept)
            last = pk
            self._keys.append(pk)
            touched.add(commitment)
            if retracts is not None:
                self._mistakes.add(retracts)
                continue
            due = late_from.toordinal() if late_from is not None else NEVER
            self._events[commitment] += ((on.toordinal(), pk, _PLACES[kind], due),)
        lately = len(self._keys) - bisect_right(self._keys, last - LATELY)
        self._read = (last, recorded_at, lately)
        # Those of which nothing is left had been recorded by mistake.
        told = {pk: _line(self._events[pk], self._mistakes) for pk in touched}
        lines = {**self._timelines.lines, **told}
        self._timelines = Timelines({pk: line for pk, line in lines.items() if line.days})


def _line(events: Iterable[_Event], mistakes: Collection[int]) -> Line:
    """The events of a commitment in order, less those recorded by mistake, as in `commitments.standing.effective`."""
    counted = sorted(event for event in events if event[1] not in mistakes)
    deadlines = []
    deadline = NEVER
    for _on, _pk, kind, due in counted:
        if KINDS[kind] in DEADLINE_KINDS:
            deadline = due
        deadlines.append(deadline)
    return Line(
        tuple(event[0] for event in counted),
        bytes(event[2] for event in counted),
        tuple(deadlines),
    )


_READER = _Reader()
read_timelines = _READER.read_on
# For tests, in which primary keys and instants come back.
forget_timelines = _READER.forget


def _newest() -> _Read:
    """The last event, when it was recorded, and how many of the last numbers were given to an event."""
    lately = CommitmentEvent.objects.order_by().filter(pk__gt=OuterRef("pk") - LATELY)
    number = lately.values(all=Value(1)).annotate(n=Count("pk")).values("n")
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

"""Who may see what is found, as one condition of the statement that finds it.

Writing that condition takes ten times longer than the database needs to answer, and it is the same for everybody of one
kind but for their own key. So it is written for a stand-in of each kind, once a day since mandates begin and end, and
the reader's key put in its place (`members.prepared` does so for single questions). Were `visible` to ask more of
somebody than their kind and their key, the stand-in would be given less than the reader, never more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils import timezone

from common.search.places import KIND_MASK, ROW_BITS, ROW_MASK

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from common.search.registry import Registered

# No row's key, so that it is known again among the values.
STAND_IN = -7_777_000


@dataclass(frozen=True)
class Readers:
    """What the room of people knows of them: the kind of a reader, and a stand-in of a kind, with a key."""

    kind_of: Callable[[Any], str]
    stand_in: Callable[[str, int], Any]


@dataclass(frozen=True)
class Condition:
    """SQL with its values; `is_never` when there is nothing of these kinds that the reader may see."""

    sql: str
    values: tuple[Any, ...]

    @property
    def is_never(self) -> bool:
        return not self.sql


class _Written:
    """Conditions of one day."""

    readers: Readers
    of_day: tuple[dt.date | None, dict[tuple[Any, ...], Condition]] = (None, {})


def know_readers(readers: Readers) -> None:
    """For the room of people, when the site starts."""
    _Written.readers = readers


def forget_conditions() -> None:
    """For tests that change what `visible` says."""
    _Written.of_day = (None, {})


def condition(kinds: Sequence[Registered], user: Any) -> Condition:
    """That the row at the place `hit.place` is one that somebody may see."""
    readers, today = _Written.readers, timezone.localdate()
    day, written = _Written.of_day
    if day != today:
        # Replaced whole: another thread may still be reading the old one.
        written = {}
        _Written.of_day = (today, written)
    kind = readers.kind_of(user)
    key = (connection.vendor, kind, *(each.number for each in kinds))
    if key not in written:
        written[key] = _write(kinds, readers.stand_in(kind, STAND_IN))
    found = written[key]
    own = user.pk or 0
    return Condition(
        found.sql, tuple(own if value == STAND_IN else value for value in found.values)
    )


def _write(kinds: Sequence[Registered], reader: Any) -> Condition:
    number = f"((hit.place >> {ROW_BITS}) & {KIND_MASK})"
    row = RawSQL(f"hit.place & {ROW_MASK}", ())  # noqa: S611 (our own names)
    parts, values = [], []
    for kind in kinds:
        rows = kind.visible(reader)
        if not rows.query.where and not rows.query.is_sliced:
            # All of them: there is nothing to ask of a row, and planning to ask it takes longer than the search.
            parts.append(f"{number} = {kind.number}")
            continue
        # Of each row by itself rather than among all of them: those would be gathered for the first that is found, and
        # the time would tell that there is one.
        rows = rows.filter(pk=row).order_by().values("pk")
        try:
            sql, given = rows.query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            continue
        parts.append(f"({number} = {kind.number} AND EXISTS ({sql}))")
        values += given
    return Condition(" OR ".join(parts), tuple(values))

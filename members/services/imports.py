"""Importing a table: all of it or nothing, and first to see what it would do."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from common.versions import StaleRowError
from members.importer.files import header_key
from members.importer.kinds import Done, Kind, Outcome, WrongLineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from members.importer.files import Line, Table

# More than that nobody reads: the rest has the same reasons.
ERROR_LIMIT = 200


@dataclass(frozen=True)
class Mistake:
    """What is wrong, at its cell. `row` is a spreadsheet's number, 0 when the whole table is meant."""

    row: int
    column: str
    header: str
    words: str

    def __str__(self) -> str:
        if not self.row:
            return self.words
        place = _("line %(row)s") % {"row": self.row}
        if self.header:
            place += ", " + _("column %(letter)s (%(header)s)") % {
                "letter": self.column,
                "header": self.header,
            }
        return f"{place}: {self.words}"


@dataclass
class Report:
    """What an import does, or would do."""

    mistakes: list[Mistake] = field(default_factory=list)
    ignored: Sequence[str] = ()
    done: list[tuple[int, Done]] = field(default_factory=list)

    def _with(self, outcome: Outcome) -> list[tuple[int, Done]]:
        return [(row, done) for row, done in self.done if done.outcome == outcome]

    @property
    def added(self) -> list[tuple[int, Done]]:
        return self._with(Outcome.ADDED)

    @property
    def changed(self) -> list[tuple[int, Done]]:
        return self._with(Outcome.CHANGED)

    @property
    def unchanged(self) -> list[tuple[int, Done]]:
        return self._with(Outcome.UNCHANGED)

    @property
    def changes_something(self) -> bool:
        return bool(self.added or self.changed)

    @property
    def fingerprint(self) -> str:
        """The same for two imports that do the same: what was shown is what is confirmed."""
        told = repr([(row, one.outcome.value, one.name, one.differences) for row, one in self.done])
        return hashlib.sha256(told.encode()).hexdigest()


def check_import(*, kind: Kind, table: Table) -> Report:
    """What importing the table would do. Nothing stays written."""
    with transaction.atomic():
        report = _take_all(kind, table, why="")
        transaction.set_rollback(True)
    return report


def write_import(*, kind: Kind, table: Table, fingerprint: str = "") -> tuple[Report, bool]:
    """Import the table in one transaction. Returns what it does, and whether it was written.

    It is not when one line is wrong, or when it does something else than what `fingerprint` was shown for.
    """
    with transaction.atomic():
        report = _take_all(kind, table, why=str(_("Import of a file")))
        is_as_shown = not fingerprint or report.fingerprint == fingerprint
        written = not report.mistakes and is_as_shown
        if not written:
            transaction.set_rollback(True)
    return report, written


def _take_all(kind: Kind, table: Table, *, why: str) -> Report:
    wanted = {header_key(header): header for header in kind.wanted().values()}
    known = {header_key(header) for header in kind.columns.values()}
    missing = [header for key, header in wanted.items() if key not in table.headers]
    report = Report(ignored=[head for head in table.headers if head and head not in known])
    if missing:
        words = _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}
        report.mistakes.append(Mistake(0, "", "", words))
        return report
    seen: dict[tuple[str, ...], int] = {}
    for line in table.lines:
        try:
            report.done.append((line.number, _take(kind, line, seen, why)))
        except WrongLineError as error:
            report.mistakes += _mistakes(kind, table, line, error)
        if len(report.mistakes) >= ERROR_LIMIT:
            words = _("And so on: correct these first.")
            report.mistakes.append(Mistake(0, "", "", words))
            break
    return report


def _take(kind: Kind, line: Line, seen: dict[tuple[str, ...], int], why: str) -> Done:
    values = kind.values(line.cells)
    identity = kind.identity(values)
    first = seen.setdefault(identity, line.number)
    if first != line.number:
        raise WrongLineError({"": [_("Line %(row)s says this already.") % {"row": first}]})
    try:
        # A line that is refused half-way leaves nothing for the next ones to stumble on.
        with transaction.atomic():
            return kind.take(values, why)
    except StaleRowError as error:
        words = _("“%(name)s” is changed by an earlier line, or by somebody else meanwhile.")
        raise WrongLineError({"": [words % {"name": error.current}]}) from error


def _mistakes(kind: Kind, table: Table, line: Line, error: WrongLineError) -> list[Mistake]:
    found = []
    for name, messages in error.errors.items():
        header = kind.columns.get(name, "")
        place = header_key(header)
        letter = (
            get_column_letter(list(table.headers).index(place) + 1)
            if header and place in table.headers
            else ""
        )
        found += [Mistake(line.number, letter, header, str(words)) for words in messages]
    return found

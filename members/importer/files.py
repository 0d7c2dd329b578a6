"""Tables as people send them (CSV, XLSX, cells pasted from a spreadsheet) and as the site writes them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import openpyxl
import tablib
from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from common.text import fold
from common.uploads import WrongContentError, check_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Cell = str | int | float | bool | dt.date | dt.datetime | None

# Each line added costs some milliseconds, and a request may not take half a minute.
ROW_LIMIT = 1_500
BYTE_LIMIT = 1_000_000
# Inside an XLSX file, which is an archive: what it may unfold to.
UNFOLDED_LIMIT = 30_000_000
COLUMN_LIMIT = 60
# Lines looked at, the empty ones included.
LINE_LIMIT = 10_000
DELIMITERS = (";", ",", "\t")
# Days that a spreadsheet keeps as numbers: from 1900 to 2100, counted from the day before 1900.
FIRST_SERIAL, LAST_SERIAL = 1, 73_050
SERIAL_ORIGIN = dt.datetime(1899, 12, 30)  # noqa: DTZ001 (a day of a calendar, in no time zone)
# What a spreadsheet would take for a formula. OWASP, “CSV injection”.
RISKY = re.compile(r"'*[=+\-@\t\r]")


class UnreadableFileError(Exception):
    """The file is no table that can be read; the message says what to do."""


@dataclass(frozen=True)
class Line:
    """One line of a table, by header. `number` is the one that a spreadsheet shows."""

    number: int
    cells: dict[str, Cell]


@dataclass(frozen=True)
class Table:
    headers: Sequence[str]
    lines: Sequence[Line]


def header_key(text: object) -> str:
    """Headers alike but for accents, capitals and spaces are the same one."""
    return " ".join(fold(str(text or "")).split())


def read_table(content: bytes, headers: Iterable[str]) -> Table:
    """The table in a file. `headers` are those looked for, by which the delimiter is recognised.

    Raises UnreadableFileError.
    """
    if len(content) > BYTE_LIMIT:
        raise UnreadableFileError(
            _("This file is too big: %(limit)s kB at most. Cut it in two.")
            % {"limit": BYTE_LIMIT // 1000}
        )
    if content.startswith(b"PK"):
        return _table(_xlsx_lines(content))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFileError(_("This is an old Excel file: save it as XLSX or CSV."))
    return read_text(_decoded(content), headers)


def read_text(text: str, headers: Iterable[str]) -> Table:
    """The table in a text: CSV, or cells pasted from a spreadsheet. Raises UnreadableFileError."""
    if len(text) > BYTE_LIMIT:
        raise UnreadableFileError(
            _("This text is too long: %(limit)s characters at most. Cut it in two.")
            % {"limit": BYTE_LIMIT}
        )
    if "\0" in text:
        raise UnreadableFileError(_("This is not a table: neither CSV nor XLSX."))
    text = text.removeprefix("\ufeff")
    wanted = {header_key(header) for header in headers}
    try:
        tables = [
            list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
            for delimiter in DELIMITERS
        ]
    except csv.Error as error:
        raise UnreadableFileError(
            _("This table cannot be read: a quotation mark is not closed, or a cell is too long.")
        ) from error

    def known(lines: list[list[str]]) -> int:
        first = next((line for line in lines if any(cell.strip() for cell in line)), [])
        return sum(header_key(cell) in wanted for cell in first)

    best = max(tables, key=known)
    return _table(best)


def _decoded(content: bytes) -> str:
    encodings = ["utf-16"] if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError(_("This is not a table: neither CSV nor XLSX."))


def _xlsx_lines(content: bytes) -> list[list[Cell]]:
    try:
        check_type("table.xlsx", io.BytesIO(content))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unfolded = sum(part.file_size for part in archive.infolist())
        if unfolded > UNFOLDED_LIMIT:
            raise UnreadableFileError(
                _("This file unfolds to far more than a table of associations: it was not read.")
            )
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            sheet = book.active
            if sheet is None:
                raise UnreadableFileError(_("This spreadsheet has no sheet."))
            return list(_cells(sheet))
        finally:
            book.close()
    except UnreadableFileError:
        raise
    except WrongContentError as error:
        raise UnreadableFileError(str(error)) from error
    except Exception as error:
        # The library meets a broken file with whatever it stumbles on.
        raise UnreadableFileError(
            _("This spreadsheet cannot be read: open it, save it as XLSX again, and send that.")
        ) from error


def _cells(sheet: Any) -> Iterator[list[Cell]]:
    # What the file says of its own size is not to be believed.
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_col=COLUMN_LIMIT, values_only=True), start=1):
        if number > LINE_LIMIT:
            raise UnreadableFileError(_too_many())
        yield list(row)


def _too_many() -> str:
    return _("This table has too many lines: %(limit)s at most. Cut it in two.") % {
        "limit": ROW_LIMIT
    }


def _table(lines: Sequence[Sequence[Cell]]) -> Table:
    """The first line that is not empty holds the headers; empty lines are skipped."""
    headers: list[str] = []
    found: list[Line] = []
    for number, cells in enumerate(lines, start=1):
        if not any(_is_filled(cell) for cell in cells):
            continue
        if not headers:
            headers = [header_key(cell) for cell in cells]
            continue
        found.append(Line(number, dict(zip(headers, cells, strict=False))))
        if len(found) > ROW_LIMIT:
            raise UnreadableFileError(_too_many())
    if not headers:
        raise UnreadableFileError(_("There is nothing in it."))
    twice = {header for header in headers if header and headers.count(header) > 1}
    if twice:
        raise UnreadableFileError(
            _("These columns are there twice: %(names)s.") % {"names": ", ".join(sorted(twice))}
        )
    return Table(headers, found)


def _is_filled(cell: Cell) -> bool:
    return cell is not None and str(cell).strip() != ""


# --- One cell ---------------------------------------------------------------------------------------------------------


def text_of(cell: Cell) -> str:
    """A cell as text: spaces around taken off, line ends alike, what was neutralised given back."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        cell = cell.date()
    text = str(cell).replace("\r\n", "\n").replace("\r", "\n")
    return restored(text.strip())


def day_of(cell: Cell) -> str:
    """A day as ISO writes it, from a date, a spreadsheet's number, “13/09/2013” or ISO; else the text as it is."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if FIRST_SERIAL <= cell <= LAST_SERIAL:
            return (SERIAL_ORIGIN + dt.timedelta(days=int(cell))).date().isoformat()
        return str(cell)
    text = text_of(cell)
    french = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text)
    if french:
        day, month, year = map(int, french.groups())
        return f"{year:04d}-{month:02d}-{day:02d}"
    # Spreadsheets print the hour of a day's beginning.
    return re.sub(r"^(\d{4}-\d{2}-\d{2})[T ]00:00(:00)?$", r"\1", text)


def neutral(text: str) -> str:
    """The text behind an apostrophe when a spreadsheet would take it for a formula."""
    return f"'{text}" if RISKY.match(text) else text


def restored(text: str) -> str:
    """What `neutral` was given."""
    return text[1:] if text.startswith("'") and RISKY.match(text) else text


# --- Writing ----------------------------------------------------------------------------------------------------------


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """As spreadsheets in French open it: semicolons, and the mark by which they know UTF-8."""
    table = _dataset(headers, ([_printed(cell) for cell in row] for row in rows))
    text: str = table.export("csv", delimiter=";", lineterminator="\n")
    return ("\ufeff" + text).encode()


def write_xlsx(headers: Sequence[str], rows: Iterable[Sequence[Cell]], title: str) -> bytes:
    """Days as days; texts that could be formulas behind an apostrophe."""
    table = _dataset(
        headers,
        ([_bare(cell) if isinstance(cell, str) else cell for cell in row] for row in rows),
    )
    table.title = title
    content: bytes = table.export("xlsx")
    return content


def _dataset(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Any:
    table = tablib.Dataset(headers=list(headers))
    for row in rows:
        table.append(list(row))
    return table


def _bare(text: str) -> str:
    return neutral(ILLEGAL_CHARACTERS_RE.sub("", text))


def _printed(cell: Cell) -> str:
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return "" if cell is None else neutral(str(cell))

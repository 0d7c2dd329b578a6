"""Values of entries that may be malformed: what cannot be read is None, the schema has already named it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from measures.importer.files import Item, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from measures.importer.problems import Place


def entries(item: Item, name: str) -> Iterator[Item]:
    """The entries of a list; what is no entry is passed over."""
    rows = item.get(name)
    if isinstance(rows, Rows):
        yield from (row for row in rows if isinstance(row, Item))


def text_of(item: Item, name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) and value else None


def day_of(item: Item, name: str) -> dt.date | None:
    value = text_of(item, name)
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError:
        return None


def whole_of(item: Item, name: str) -> int | None:
    value = item.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def elements(item: Item, name: str) -> Iterator[tuple[Any, Place]]:
    rows = item.get(name)
    if isinstance(rows, Rows):
        for index, value in enumerate(rows):
            yield value, rows.at(index)


def words_of(item: Item, name: str) -> Iterator[tuple[str, Place]]:
    for value, place in elements(item, name):
        if isinstance(value, str):
            yield value, place


def day(item: Item, name: str) -> dt.date | None:
    """A day of a checked entry."""
    return dt.date.fromisoformat(item[name]) if name in item else None


def texts(item: Item, *names: str) -> dict[str, str]:
    """Texts of a checked entry; one that is not given is empty."""
    return {name: item.get(name, "") for name in names}

"""Who did what, over every table that keeps a history, and who took which named file.

Nothing is written for it: each history is asked for its newest rows, whatever their number, so a page costs one query a
table. A table that gets a history is in the journal without a word more.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import ForeignKey
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.changes import BOOKKEEPING, changes_in, label_of
from members.models import FileReading

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from django.db import models

    from common.changes import Change
    from members.models import User

PAGE_SIZE = 50
# What names a row, in order of preference; failing that, the rows that it belongs to.
NAMES = ("title", "heading", "name", "short", "number", "email", "year", "key")
OWNERS = (
    "plan",
    "measure",
    "meeting",
    "section",
    "paper",
    "application",
    "group",
    "call",
    "association",
    "person",
)
# Where a file is stored, and its fingerprint, are the machine's.
SILENT = BOOKKEEPING | {"file", "file_sha256", "file_size"}
READING = "members.filereading"


@dataclass(frozen=True)
class Entry:
    """One act of somebody, or of the program when `by` is None."""

    at: dt.datetime
    key: str
    """The table and the row of its history: what the page of the entry is addressed by."""
    by: User | None
    kind: str
    act: str
    label: str
    why: str

    @property
    def has_page(self) -> bool:
        return not self.key.startswith(READING)


def kinds() -> dict[str, type[models.Model]]:
    """The tables that keep a history, by the word that names them in an address."""
    return {
        model._meta.label_lower: model
        for model in apps.get_models()
        if hasattr(model, "history") and not hasattr(model, "instance_type")
    }


def entries(
    *, before: dt.datetime, by: User | None = None, kind: str = "", size: int = PAGE_SIZE
) -> list[Entry]:
    """The newest acts before an instant. One query a table; `kind` is one of `kinds`, or empty for all."""
    found: list[Iterable[Entry]] = [
        _of_table(name, model, before, by, size)
        for name, model in kinds().items()
        if kind in {"", name}
    ]
    if kind in {"", READING}:
        found.append(_readings(before, by, size))
    return list(islice(merge(*found, key=_instant, reverse=True), size))


def change(kind: str, pk: int) -> Change | None:
    """What one act changed, field by field; None when there is no such row. Two queries."""
    model: Any = kinds().get(kind)
    record = model.history.filter(history_id=pk).first() if model is not None else None
    if record is None:
        return None
    line = model.history.filter(id=record.id, history_id__lte=pk)
    return changes_in(line, model, lambda row, _before: _sentence(model, row), silent=SILENT)[-1]


def _instant(entry: Entry) -> dt.datetime:
    return entry.at


def _of_table(
    name: str, model: Any, before: dt.datetime, by: User | None, size: int
) -> Iterator[Entry]:
    records = model.history.filter(history_date__lt=before)
    if by is not None:
        records = records.filter(history_user=by)
    owners = _owners(model)
    rows = records.select_related("history_user", *owners).order_by("-history_date", "-history_id")
    for row in rows[:size]:
        yield Entry(
            at=row.history_date,
            key=f"{name}/{row.history_id}",
            by=row.history_user,
            kind=label_of(model._meta),
            act=_act(row.history_type),
            label=_label(row, owners),
            why=row.history_change_reason or "",
        )


def _readings(before: dt.datetime, by: User | None, size: int) -> Iterator[Entry]:
    rows = FileReading.objects.filter(at__lt=before).select_related("person")
    if by is not None:
        rows = rows.filter(person=by)
    for row in rows.order_by("-at", "-pk")[:size]:
        yield Entry(
            at=row.at,
            key=f"{READING}/{row.pk}",
            by=row.person,
            kind=label_of(FileReading._meta),
            act=pgettext("audit", "read"),
            label=row.title,
            why="",
        )


def _owners(model: type[models.Model]) -> list[str]:
    fields = {field.name: field for field in model._meta.concrete_fields}
    if any(name in fields and not fields[name].blank for name in NAMES):
        return []
    return [name for name in OWNERS if isinstance(fields.get(name), ForeignKey)]


def _label(row: Any, owners: list[str]) -> str:
    for name in NAMES:
        value = getattr(row, name, "")
        if value:
            return str(value)
    return " – ".join(str(getattr(row, name)) for name in owners if getattr(row, name))


def _act(history_type: str) -> str:
    acts = {
        "+": pgettext("audit", "added"),
        "~": pgettext("audit", "changed"),
        "-": pgettext("audit", "removed"),
    }
    return acts[history_type]


def _sentence(model: type[models.Model], row: Any) -> str:
    return _("%(kind)s: %(act)s") % {
        "kind": label_of(model._meta),
        "act": _act(row.history_type),
    }

"""The history of a row as people read it: who changed what, when and why, with word differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils.translation import gettext as _

from common.differences import word_differences
from common.typography import long_date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Sequence

    from django.utils.safestring import SafeString

# Characters of a reason, as the library stores them.
REASON_LIMIT = 100
# What every save changes: it says nothing to a reader.
BOOKKEEPING = frozenset({"id", "version"})


@dataclass(frozen=True)
class FieldChange:
    label: str
    difference: SafeString


@dataclass(frozen=True)
class Change:
    """One save of a row."""

    at: dt.datetime
    by: str
    """Name of the person, or an empty text when the program loaded it."""
    what: str
    why: str
    fields: Sequence[FieldChange]


def changes_in(
    records: Any,
    model: type[Model],
    what: Callable[[Any, Any], str],
    *,
    silent: Collection[str] = BOOKKEEPING,
) -> list[Change]:
    """Changes told by historical rows of one model, the oldest first. One query.

    `what` names a change from its row and the one before (None for the first); fields in `silent` are not compared.
    """
    related = [field.name for field in model._meta.concrete_fields if field.is_relation]
    rows = records.select_related("history_user", *related).order_by("history_date", "history_id")
    last: dict[Any, Any] = {}
    changes = []
    for row in rows:
        before = last.get(row.id)
        changes.append(
            Change(
                at=row.history_date,
                by=row.history_user.name if row.history_user else "",
                what=what(row, before),
                why=row.history_change_reason or getattr(row, "reason", ""),
                fields=_fields(model, before, row, silent),
            )
        )
        last[row.id] = row
    return changes


def explain(row: Any, why: str) -> None:
    """Let the history say why, when the row is saved next. What is longer than a line of it is cut."""
    row._change_reason = why.strip()[:REASON_LIMIT]


def newest_first(*changes: Sequence[Change]) -> list[Change]:
    """Several lists of changes as one."""
    return sorted((one for some in changes for one in some), key=_instant, reverse=True)


def _instant(change: Change) -> dt.datetime:
    return change.at


def _fields(
    model: type[Model], before: Any, after: Any, silent: Collection[str]
) -> list[FieldChange]:
    changes = []
    for field in model._meta.concrete_fields:
        if field.name in silent or not hasattr(after, field.attname):
            continue
        old, new = words_of(before, field) if before else "", words_of(after, field)
        if old != new:
            changes.append(FieldChange(label_of(field), word_differences(old, new)))
    return changes


def label_of(field: Any) -> str:
    label = str(field.verbose_name)
    return label[:1].upper() + label[1:]


def words_of(row: Any, field: Any) -> str:
    """What a field of a row says, as its page would print it."""
    return as_words(getattr(row, field.name), field)


def as_words(value: Any, field: Any) -> str:
    """A value as the page of its model's field would print it."""
    if value is None or value == "":
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return long_date(value) if hasattr(value, "isoformat") else str(value)

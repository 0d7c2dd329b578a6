"""The history of a measure for those who may edit it: who changed what, when and why, with word differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils.translation import gettext as _

from common.differences import word_differences
from common.typography import long_date
from measures.enums import AssessmentStatus
from measures.models import Assessment, Measure

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

# Bookkeeping that every save changes: it says nothing to a reader.
SILENT_FIELDS = {
    "version",
    "number_key",
    "published_at",
    "published_by",
    "created_at",
    "created_by",
    "id",
}


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


def changes_of(measure: Measure) -> list[Change]:
    """Every change of the measure and of its assessments, drafts included, the newest first."""
    assessments = Assessment.history.filter(measure_id=measure.pk)
    changes = [*_changes(measure.history.all(), Measure), *_changes(assessments, Assessment)]
    return sorted(changes, key=lambda change: change.at, reverse=True)


def _changes(records: Any, model: type[Model]) -> list[Change]:
    related = [field.name for field in model._meta.concrete_fields if field.is_relation]
    rows = list(
        records.select_related("history_user", *related).order_by("history_date", "history_id")
    )
    last: dict[Any, Any] = {}
    changes = []
    for row in rows:
        changes.append(
            Change(
                at=row.history_date,
                by=row.history_user.name if row.history_user else "",
                what=_what(row, last.get(row.id)),
                why=row.history_change_reason or getattr(row, "reason", ""),
                fields=_fields(model, last.get(row.id), row),
            )
        )
        last[row.id] = row
    return changes


def _what(row: Any, before: Any) -> str:
    if not isinstance(row.instance, Assessment):
        return _("Measure recorded") if row.history_type == "+" else _("Measure changed")
    whom = row.assessor.short_name
    if row.history_type == "-":
        return _("Draft of %(assessor)s discarded") % {"assessor": whom}
    if row.status == AssessmentStatus.PUBLISHED:
        return _("Assessment of %(assessor)s published") % {"assessor": whom}
    if before is None:
        return _("Draft of %(assessor)s begun") % {"assessor": whom}
    return _("Draft of %(assessor)s changed") % {"assessor": whom}


def _fields(model: type[Model], before: Any, after: Any) -> list[FieldChange]:
    changes = []
    for field in model._meta.concrete_fields:
        if field.name in SILENT_FIELDS or not hasattr(after, field.attname):
            continue
        old, new = _words(before, field) if before else "", _words(after, field)
        if old != new:
            label = str(field.verbose_name)
            changes.append(FieldChange(label[:1].upper() + label[1:], word_differences(old, new)))
    return changes


def _words(row: Any, field: Any) -> str:
    value = getattr(row, field.name)
    if value is None or value == "":
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return long_date(value) if hasattr(value, "isoformat") else str(value)

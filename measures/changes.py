"""The history of a measure for those who may edit it: who changed what, when and why, with word differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.changes import BOOKKEEPING, changes_in, newest_first
from measures.enums import AssessmentStatus
from measures.models import Assessment, Measure

if TYPE_CHECKING:
    from common.changes import Change

SILENT_FIELDS = BOOKKEEPING | {
    "number_key",
    "published_at",
    "published_by",
    "created_at",
    "created_by",
}


def changes_of(measure: Measure) -> list[Change]:
    """Every change of the measure and of its assessments, drafts included, the newest first."""
    assessments = Assessment.history.filter(measure_id=measure.pk)
    return newest_first(
        changes_in(measure.history.all(), Measure, _what_of_measure, silent=SILENT_FIELDS),
        changes_in(assessments, Assessment, _what_of_assessment, silent=SILENT_FIELDS),
    )


def _what_of_measure(row: Any, _before: Any) -> str:
    return _("Measure recorded") if row.history_type == "+" else _("Measure changed")


def _what_of_assessment(row: Any, before: Any) -> str:
    whom = row.assessor.short_name
    if row.history_type == "-":
        return _("Draft of %(assessor)s discarded") % {"assessor": whom}
    if row.status == AssessmentStatus.PUBLISHED:
        return _("Assessment of %(assessor)s published") % {"assessor": whom}
    if before is None:
        return _("Draft of %(assessor)s begun") % {"assessor": whom}
    return _("Draft of %(assessor)s changed") % {"assessor": whom}

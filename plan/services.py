"""Changes to plans that leave a trace or touch more than one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from plan.models import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable


def mark_changed(plans: Iterable[Plan]) -> None:
    """Raise the revision of plans whose public face has changed, inside the transaction that changes it.

    Renderings of published rows are kept under the plan's revision: whoever reads the new revision can only have
    renderings of the new rows.
    """
    Plan.objects.filter(pk__in=[plan.pk for plan in plans]).update(revision=F("revision") + 1)

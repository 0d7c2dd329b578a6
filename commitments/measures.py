"""What was promised on measures, on a day, as one reader may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F

from commitments.follow_up import late_on, standing_rows
from commitments.models import Commitment
from measures.models import Measure

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from django.contrib.auth.models import AnonymousUser

    from members.models import User
    from plan.models import Plan


@dataclass(frozen=True)
class LateOn:
    """A measure, and the primary keys of the promises that are late on it."""

    measure: Measure
    commitments: Collection[int]


def on_measure(measure: Measure, user: User | AnonymousUser, on: dt.date) -> Any:
    """Every promise on a measure: the late ones first, then by deadline, then those without one by day."""
    return (
        standing_rows(user, on)
        .filter(pk__in=_links().filter(measure=measure).values("commitment"))
        .order_by("-is_late", F("late_from").asc(nulls_last=True), "made_on", "pk")
    )


def late_by_measure(plan: Plan, user: User | AnonymousUser, on: dt.date) -> list[LateOn]:
    """The measures of a plan on which promises are late, in their order. Two queries."""
    late = late_on(user, on).order_by().values("pk")
    found: dict[int, list[int]] = {}
    links = _links().filter(measure__plan=plan, commitment__in=late)
    for measure, commitment in links.values_list("measure", "commitment"):
        found.setdefault(measure, []).append(commitment)
    measures = Measure.objects.visible_to(user).filter(pk__in=found)
    return [
        LateOn(row, found[row.pk]) for row in measures.only("number", "number_key", "short_title")
    ]


def _links() -> Any:
    return Commitment.measures.through._default_manager

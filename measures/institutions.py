"""An institution as its page shows it: what it was attached to, what it leads, what it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils import timezone

from measures.board import View
from measures.enums import Involvement
from measures.models import Assessment, Measure, MeasureInstitution, Recommendation
from plan.enums import InstitutionKind
from plan.models import Institution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from members.models import User
    from plan.models import InstitutionAttachment


@dataclass(frozen=True)
class Part:
    """A measure that an institution leads or takes part in, as the plan's lead assessor sees it today."""

    measure: Measure
    view: View


@dataclass(frozen=True)
class InstitutionFile:
    """What anyone may know of an institution."""

    institution: Institution
    attachments: Sequence[InstitutionAttachment]
    attached: Sequence[InstitutionAttachment]
    """Those that are, or were, attached to it."""
    leads: Sequence[Part]
    takes_part: Sequence[Part]
    asked: Sequence[Recommendation]


def institutions_by_kind(
    user: User | AnonymousUser,
) -> list[tuple[str, list[Institution]]]:
    """Every institution under its kind, with `leads` and `takes_part`, how many measures it does so in. One query."""
    rows = Institution.objects.visible_to(user).annotate(
        leads=_involved(Involvement.LEAD), takes_part=_involved(Involvement.PARTNER)
    )
    found: dict[str, list[Institution]] = {}
    for row in rows:
        found.setdefault(row.kind, []).append(row)
    return [(str(kind.label), found[kind.value]) for kind in InstitutionKind if kind.value in found]


def read_institution(institution: Institution, user: User | AnonymousUser) -> InstitutionFile:
    """Read what is public of an institution in a constant number of queries."""
    rows = list(
        MeasureInstitution.objects.filter(institution=institution)
        .select_related("measure__plan__lead_assessor")
        .order_by("-measure__plan__starts_on", "measure__priority__position", "measure__number_key")
    )
    findings = _findings([row.measure for row in rows])
    parts = {
        row.measure_id: Part(
            row.measure,
            View(
                row.measure.plan.lead_assessor,
                findings.get((row.measure_id, row.measure.plan.lead_assessor_id)),
            ),
        )
        for row in rows
    }
    return InstitutionFile(
        institution=institution,
        attachments=list(institution.attachments.select_related("attached_to")),
        attached=list(institution.attached_institutions.select_related("institution")),
        leads=[parts[row.measure_id] for row in rows if row.involvement == Involvement.LEAD],
        takes_part=[
            parts[row.measure_id] for row in rows if row.involvement == Involvement.PARTNER
        ],
        asked=list(_asked(institution, user)),
    )


def _involved(involvement: Involvement) -> Any:
    return Count("involvements", filter=Q(involvements__involvement=involvement))


def _findings(measures: Sequence[Measure]) -> dict[tuple[int, int], Assessment]:
    found = (
        Assessment.objects.in_force(timezone.localdate())
        .filter(measure__in=[measure.pk for measure in measures])
        .select_related("level")
    )
    return {(each.measure_id, each.assessor_id): each for each in found}


def _asked(institution: Institution, user: User | AnonymousUser) -> QuerySet[Recommendation, Any]:
    in_force = Assessment.objects.as_of(timezone.localdate())
    return (
        Recommendation.objects.visible_to(user)
        .filter(addressee=institution, assessment__in=in_force)
        .select_related("assessment__measure__plan", "assessment__assessor")
        .order_by("-assessment__assessed_on", "number", "pk")
    )

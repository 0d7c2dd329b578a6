"""Measures and what was found about them: anyone reads what is published, drafts are for those who may see them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny

from common.endpoints import ReadOnlyViewSet
from measures.api.filters import (
    AssessmentFilterSet,
    FigureTableFilterSet,
    MeasureApiFilter,
    RecommendationFilterSet,
    SourceFilterSet,
)
from measures.api.serializers import (
    AssessmentSerializer,
    FigureTableSerializer,
    MeasureSerializer,
    RecommendationSerializer,
    SourceSerializer,
)
from measures.models import (
    Assessment,
    AssessmentSource,
    FigureTable,
    Measure,
    MeasureInstitution,
    MeasureSuccession,
    Recommendation,
    Source,
)
from measures.viewpoints import AnyPlanViewpoint, Viewpoint
from plan.models import Plan

# Anything else is the slug of no plan, and some signs PostgreSQL cannot even be asked about.
SLUG = re.compile(r"[-\w]+")

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from measures.models.assessments import AssessmentQuerySet
    from measures.models.measures import MeasureQuerySet


class MeasureViewSet(ReadOnlyViewSet[Measure]):
    """Measures, each with the finding in force for an assessor (`par`) on a day (`le`).

    Without them: for each plan's lead assessor, today.
    """

    permission_classes = [AllowAny]
    serializer_class = MeasureSerializer
    address = {"plan": "plan__slug", "number": "number"}
    filterset_class = MeasureApiFilter
    orderings = {
        "numero": ("plan", "priority__position", "number_key", "pk"),
        "titre": ("title", "pk"),
    }
    detail_parameters = {"par": _("Assessed by"), "le": _("As it stood on")}

    def get_queryset(self) -> MeasureQuerySet:
        return (
            Measure.objects.visible_to(self.request.user)
            .select_related("plan__lead_assessor", "priority")
            .prefetch_related(
                Prefetch("involvements", MeasureInstitution.objects.select_related("institution")),
                Prefetch(
                    "successions", MeasureSuccession.objects.select_related("successor__plan")
                ),
            )
        )

    def get_filterset(self, queryset: Any) -> MeasureApiFilter:
        query = self.request.query_params
        # An unknown plan is refused by its own filter.
        plans = Plan.objects.visible_to(self.request.user).for_page()
        slug = query.get("plan", "")
        plan = plans.filter(slug=slug).first() if SLUG.fullmatch(slug) else None
        viewpoint = (
            AnyPlanViewpoint.from_query(query)
            if plan is None
            else Viewpoint.from_query(plan, query)
        )
        return MeasureApiFilter(query, queryset, viewpoint=viewpoint, request=self.request)

    def paginate_queryset(self, queryset: Any) -> list[Any] | None:
        measures = super().paginate_queryset(queryset)
        self._attach_findings(measures or [])
        return measures

    def get_object(self) -> Measure:
        measure = super().get_object()
        viewpoint = Viewpoint.from_query(measure.plan, self.request.query_params)
        if viewpoint.errors:
            raise ValidationError({name: [text] for name, text in viewpoint.errors.items()})
        row: Any = measure
        rows = viewpoint.annotate(Measure.objects.visible_to(self.request.user).filter(pk=row.pk))
        row.finding_id = rows.values_list("finding_id", flat=True).get()  # type: ignore[misc] # annotated
        self._attach_findings([row])
        return measure

    def _attach_findings(self, measures: Sequence[Any]) -> None:
        """Give each measure its `finding` from its `finding_id`, in one query."""
        wanted = [measure.finding_id for measure in measures if measure.finding_id]
        findings = (
            Assessment.objects.published().select_related("level", "assessor").in_bulk(wanted)
        )
        for measure in measures:
            measure.finding = findings.get(measure.finding_id)


class AssessmentViewSet(ReadOnlyViewSet[Assessment]):
    """What was found about measures, the newest first, with its sources and recommendations.

    Published ones for anyone; drafts for those who take part in the collective's work.
    """

    permission_classes = [AllowAny]
    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilterSet
    orderings = {
        "date": ("assessed_on", "pk"),
        "mesure": (
            "measure__plan", "measure__priority__position", "measure__number_key", "assessed_on", "pk",
        ),
    }  # fmt: skip

    def get_queryset(self) -> AssessmentQuerySet:
        visible = Assessment.objects.visible_to(self.request.user)
        return visible.select_related(
            "measure__plan", "assessor", "evaluation", "level"
        ).prefetch_related(
            Prefetch("citations", AssessmentSource.objects.select_related("source")),
            "recommendations__addressee",
            # What one may see says nothing of what one may not: these rows pass the same door.
            Prefetch("observations_with", visible),
            Prefetch("supersedes", visible),
            Prefetch("superseded_by", visible),
        )


class RecommendationViewSet(ReadOnlyViewSet[Recommendation]):
    """What assessments ask for. A number is permanent in its assessor's series."""

    permission_classes = [AllowAny]
    serializer_class = RecommendationSerializer
    filterset_class = RecommendationFilterSet
    orderings = {"numero": ("number", "pk"), "date": ("assessment__assessed_on", "number", "pk")}

    def get_queryset(self) -> QuerySet[Recommendation]:
        visible = Recommendation.objects.visible_to(self.request.user)
        return visible.select_related(
            "assessment__measure__plan", "assessment__assessor", "addressee"
        ).prefetch_related(Prefetch("repeats", visible), Prefetch("repeated_by", visible))


class SourceViewSet(ReadOnlyViewSet[Source]):
    """The one library of sources that every text cites by key."""

    permission_classes = [AllowAny]
    serializer_class = SourceSerializer
    address = {"key": "key"}
    filterset_class = SourceFilterSet
    orderings = {"cle": ("key", "pk"), "date": ("dated_on", "pk")}

    def get_queryset(self) -> QuerySet[Source]:
        return Source.objects.visible_to(self.request.user)


class FigureTableViewSet(ReadOnlyViewSet[FigureTable]):
    """Statistical tables as printed, with the totals that are not the sum of their parts."""

    permission_classes = [AllowAny]
    serializer_class = FigureTableSerializer
    address = {"plan": "plan__slug", "key": "key"}
    filterset_class = FigureTableFilterSet
    orderings = {"position": ("plan", "position", "pk"), "date": ("published_on", "pk")}

    def get_queryset(self) -> QuerySet[FigureTable]:
        return (
            FigureTable.objects.visible_to(self.request.user)
            .select_related("plan", "measure__plan", "assessor", "source")
            .prefetch_related("series__figures", "series__parts")
        )

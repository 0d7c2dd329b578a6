"""Measures and what was found about them, read by anyone as far as published; drafts by their own readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny

from common.api import KnownValueFilter, ReadOnlyViewSet
from measures.api.serializers import (
    AssessmentSerializer,
    FigureTableSerializer,
    MeasureSerializer,
    RecommendationSerializer,
    SourceSerializer,
)
from measures.enums import AssessmentStatus, SourceKind
from measures.filters import MeasureFilter
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
from plan.api.views import PlanFilter
from plan.models import Institution, Level, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from measures.models.assessments import AssessmentQuerySet
    from measures.models.measures import MeasureQuerySet


class MeasureNumberFilter(KnownValueFilter):
    """`?mesure=22`, wherever rows are about a measure."""

    def __init__(self, field_name: str) -> None:
        super().__init__(Measure.objects.visible_to, "number", field_name=field_name, label=_("Measure"))


class AssessorFilter(KnownValueFilter):
    """`?par=cncdh`: the institution that made the finding."""

    def __init__(self, field_name: str) -> None:
        super().__init__(
            Institution.objects.visible_to, "key", field_name=field_name, label=_("Assessed by")
        )


class DayFilter(CharFilter):
    ...


class PlanMeasureFilter(MeasureFilter):
    """The page's filters, over every plan unless one is named."""

    plan = PlanFilter("plan__slug")


class MeasureViewSet(ReadOnlyViewSet[Measure]):
    """Measures, each with the finding in force for an assessor (`par`) on a day (`le`).

    Without them: for each plan's lead assessor, today.
    """

    permission_classes = [AllowAny]
    serializer_class = MeasureSerializer
    address = {"plan": "plan__slug", "number": "number"}
    filterset_class = PlanMeasureFilter
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
                Prefetch("successions", MeasureSuccession.objects.select_related("successor__plan")),
            )
        )

"""Plans, priorities and institutions, read by anyone: they are published texts of the State."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import AllowAny

from common.endpoints import ReadOnlyViewSet
from plan.api.serializers import InstitutionSerializer, PlanSerializer, PrioritySerializer
from plan.filters import InstitutionFilterSet, PriorityFilterSet
from plan.models import Institution, Plan, Priority

if TYPE_CHECKING:
    from django.db.models import QuerySet


class PlanViewSet(ReadOnlyViewSet[Plan]):
    """National action plans, with the scale by which each is assessed."""

    permission_classes = [AllowAny]
    serializer_class = PlanSerializer
    address = {"plan": "slug"}
    orderings = {"debut": ("starts_on", "pk"), "titre": ("title", "pk")}

    def get_queryset(self) -> QuerySet[Plan]:
        return (
            Plan.objects.visible_to(self.request.user)
            .select_related("predecessor", "scale", "lead_assessor")
            .prefetch_related("scale__levels", "assessors", "versions", "milestones")
        )


class PriorityViewSet(ReadOnlyViewSet[Priority]):
    """The parts of a plan, numbered as printed."""

    permission_classes = [AllowAny]
    serializer_class = PrioritySerializer
    address = {"plan": "plan__slug", "number": "number"}
    filterset_class = PriorityFilterSet
    orderings = {"position": ("plan", "position", "pk")}

    def get_queryset(self) -> QuerySet[Priority]:
        plans = Plan.objects.visible_to(self.request.user)
        return Priority.objects.filter(plan__in=plans).select_related("plan")


class InstitutionViewSet(ReadOnlyViewSet[Institution]):
    """Ministries, missions, authorities and bodies, with what each was attached to, and when."""

    permission_classes = [AllowAny]
    serializer_class = InstitutionSerializer
    address = {"key": "key"}
    filterset_class = InstitutionFilterSet
    orderings = {"nom": ("name", "pk"), "cle": ("key", "pk")}

    def get_queryset(self) -> QuerySet[Institution]:
        return Institution.objects.visible_to(self.request.user).prefetch_related(
            "attachments__attached_to"
        )

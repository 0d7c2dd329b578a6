"""Meetings, sections of minutes and follow-ups, each reader those that they may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from rest_framework.permissions import AllowAny

from common.endpoints import ReadOnlyViewSet
from measures.models import Measure
from meetings.api.filters import FollowUpFilterSet, MeetingFilterSet, SectionFilterSet
from meetings.api.serializers import FollowUpSerializer, MeetingSerializer, SectionSerializer
from meetings.models import FollowUp, Meeting, MinutesSection

if TYPE_CHECKING:
    from django.db.models import QuerySet


class MeetingViewSet(ReadOnlyViewSet[Meeting]):
    """Meetings, the latest first."""

    permission_classes = [AllowAny]
    serializer_class = MeetingSerializer
    address = {"slug": "slug"}
    filterset_class = MeetingFilterSet

    def get_queryset(self) -> QuerySet[Meeting]:
        return Meeting.objects.visible_to(self.request.user).in_order().prefetch_related("sessions")


class SectionViewSet(ReadOnlyViewSet[MinutesSection]):
    """Sections of minutes, in the order in which things were said."""

    permission_classes = [AllowAny]
    serializer_class = SectionSerializer
    filterset_class = SectionFilterSet
    orderings = {"date": ("said_on", "minutes", "position", "pk")}

    def get_queryset(self) -> QuerySet[MinutesSection]:
        # The queryset of every room's restricted rows does not know which row it is of.
        rows: Any = MinutesSection.objects.visible_to(self.request.user)
        sections: QuerySet[MinutesSection] = (
            rows.with_day()
            .select_related("minutes__meeting")
            .prefetch_related(
                Prefetch(
                    "measures", Measure.objects.visible_to(self.request.user).select_related("plan")
                ),
                "institutions",
                "decisions",
                "follow_ups__association",
                "follow_ups__institution",
                "errata",
            )
            .order_by("said_on", "minutes", "position", "pk")
        )
        return sections


class FollowUpViewSet(ReadOnlyViewSet[FollowUp]):
    """What was to be done after a meeting, by whom and by when."""

    permission_classes = [AllowAny]
    serializer_class = FollowUpSerializer
    filterset_class = FollowUpFilterSet
    orderings = {"echeance": ("due_on", "pk")}

    def get_queryset(self) -> QuerySet[FollowUp]:
        rows: Any = FollowUp.objects.visible_to(self.request.user)
        follow_ups: QuerySet[FollowUp] = rows.select_related(
            "section", "association", "institution"
        ).order_by("-section__minutes", "pk")
        return follow_ups

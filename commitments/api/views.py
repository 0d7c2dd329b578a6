"""Commitments as they stand on a day, and letters, each reader those that they may see."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError as InvalidError
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny

from commitments.api.filters import CommitmentFilterSet, LetterFilterSet
from commitments.api.serializers import CommitmentSerializer, LetterSerializer
from commitments.models import Commitment, CommitmentEvent, Letter
from common.endpoints import ReadOnlyViewSet
from measures.models import Measure
from measures.viewpoints import parse_day
from meetings.models import MinutesSection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


class CommitmentViewSet(ReadOnlyViewSet[Commitment]):
    """Commitments made by a day (`le`, today without it), as they stood then."""

    permission_classes = [AllowAny]
    serializer_class = CommitmentSerializer
    address = {"slug": "slug"}
    filterset_class = CommitmentFilterSet
    orderings = {"date": ("made_on", "pk"), "echeance": ("late_from", "pk")}
    detail_parameters = {"le": _("As it stood on")}

    def get_queryset(self) -> QuerySet[Commitment]:
        user = self.request.user
        on = self._day()
        events = CommitmentEvent.objects.visible_to(user).standing().filter(on__lte=on)
        rows: Any = Commitment.objects.visible_to(user)
        if self.detail:
            rows = rows.standing_on(on)
        commitments: QuerySet[Commitment] = (
            rows.select_related("institution")
            .prefetch_related(
                Prefetch("measures", Measure.objects.visible_to(user).select_related("plan")),
                Prefetch("events", events.order_by("on", "pk"), to_attr="events_of_day"),
                Prefetch(
                    "parts",
                    Commitment.objects.visible_to(user).order_by("position", "pk"),
                    to_attr="parts_seen",
                ),
            )
            .order_by("pk")
        )
        return commitments

    def paginate_queryset(self, queryset: Any) -> list[Any] | None:
        page = super().paginate_queryset(queryset)
        self._sections = _sections_read(self.request.user, page or [])
        return page

    def get_object(self) -> Commitment:
        commitment: Commitment = super().get_object()
        self._sections = _sections_read(self.request.user, [commitment])
        return commitment

    def get_serializer_context(self) -> dict[str, Any]:
        return {
            **super().get_serializer_context(),
            "sections_read": getattr(self, "_sections", set()),
        }

    def _day(self) -> dt.date:
        """The day asked for. Of a list, what is no day is refused by its filter."""
        text = self.request.query_params.get("le", "")
        try:
            return parse_day(text) if text else timezone.localdate()
        except InvalidError as error:
            if self.detail:
                raise ValidationError({"le": error.messages}) from error
            return timezone.localdate()


class LetterViewSet(ReadOnlyViewSet[Letter]):
    """Letters of the collective, the latest first."""

    permission_classes = [AllowAny]
    serializer_class = LetterSerializer
    filterset_class = LetterFilterSet

    def get_queryset(self) -> QuerySet[Letter]:
        user = self.request.user
        rows: Any = Letter.objects.visible_to(user)
        letters: QuerySet[Letter] = (
            rows.select_related("institution")
            .prefetch_related(
                "copies__institution",
                "steps",
                Prefetch(
                    "commitments",
                    Commitment.objects.visible_to(user).order_by("pk"),
                    to_attr="commitments_seen",
                ),
            )
            .order_by("-dated_on", "-pk")
        )
        return letters


def _sections_read(user: Any, commitments: Iterable[Commitment]) -> set[int]:
    """Of the sections that these quote, those that somebody may read. One query."""
    asked = {row.section_id for row in commitments if row.section_id is not None}
    if not asked:
        return set()
    return set(
        MinutesSection.objects.visible_to(user).filter(pk__in=asked).values_list("pk", flat=True)
    )

"""The read API: every room's endpoints under one address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from commitments.api.views import CommitmentViewSet, LetterViewSet
from common.endpoints import ReadOnlyViewSet, Router
from measures.api.views import (
    AssessmentViewSet,
    FigureTableViewSet,
    MeasureViewSet,
    RecommendationViewSet,
    SourceViewSet,
)
from meetings.api.views import FollowUpViewSet, MeetingViewSet, SectionViewSet
from plan.api.views import InstitutionViewSet, PlanViewSet, PriorityViewSet

if TYPE_CHECKING:
    from rest_framework.request import Request

app_name = "api"

ENDPOINTS: dict[str, type[ReadOnlyViewSet[Any]]] = {
    "plans": PlanViewSet,
    "priorities": PriorityViewSet,
    "measures": MeasureViewSet,
    "assessments": AssessmentViewSet,
    "recommendations": RecommendationViewSet,
    "sources": SourceViewSet,
    "figure-tables": FigureTableViewSet,
    "institutions": InstitutionViewSet,
    "meetings": MeetingViewSet,
    "minutes-sections": SectionViewSet,
    "follow-ups": FollowUpViewSet,
    "commitments": CommitmentViewSet,
    "letters": LetterViewSet,
}

router = Router()
for name, view in ENDPOINTS.items():
    router.register(name, view, basename=name)


class RootView(APIView):
    """What there is to read, and where."""

    permission_classes = [AllowAny]
    schema = None

    def get(self, request: Request) -> Response:
        names = {name: f"api:{name}-list" for name in ENDPOINTS}
        names |= {"schema": "api:schema", "docs": "api:docs"}
        return Response(
            {name: reverse(address, request=request) for name, address in names.items()}
        )


# Its script comes from an address of its own and its page has no inline style: nothing to allow in the policy.
docs = SpectacularSwaggerSplitView.as_view(
    url_name="api:schema", template_name="api/docs.html", permission_classes=[AllowAny]
)

urlpatterns = [
    path("", RootView.as_view(), name="root"),
    path("schema/", SpectacularAPIView.as_view(permission_classes=[AllowAny]), name="schema"),
    path("docs/", docs, name="docs"),
    *router.urls,
]

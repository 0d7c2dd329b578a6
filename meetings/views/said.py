"""What was said of a measure or of an institution: pages of their own, and panels of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from measures.models import Measure
from meetings.said import meetings_with, said_of_institution, said_of_measure
from plan.models import Institution

if TYPE_CHECKING:
    from django.http import HttpRequest

PAGE_SIZE = 30
PANELS = {
    "said_measure": "meetings/_said.html",
    "said_institution": "meetings/_said.html",
    "institution_meetings": "meetings/_institution_meetings.html",
}
PAGES = {
    "said_measure": "meetings/said_measure.html",
    "said_institution": "meetings/said_institution.html",
    "institution_meetings": "meetings/institution_meetings.html",
}


@require_safe
@login_not_required
@vary_on_headers("HX-Request")
def said_measure(request: HttpRequest, plan: str, number: str) -> HttpResponse:
    """What was said of a measure, as this reader may know it."""
    measures = Measure.objects.visible_to(request.user).select_related("plan", "priority")
    measure = get_object_or_404(measures, plan__slug=plan, number=number)
    page = said_of_measure(measure, request.user, request.GET.get("page"))
    context = {"measure": measure, "plan": measure.plan, "page": page, "room": "measures"}
    return _shown(request, "said_measure", context)


@require_safe
@login_not_required
@vary_on_headers("HX-Request")
def said_institution(request: HttpRequest, key: str) -> HttpResponse:
    """What was said of an institution, as this reader may know it."""
    institution = _institution(request, key)
    page = said_of_institution(institution, request.user, request.GET.get("page"))
    return _shown(
        request,
        "said_institution",
        {"institution": institution, "page": page, "room": "institutions"},
    )


@require_safe
@login_not_required
@vary_on_headers("HX-Request")
def institution_meetings(request: HttpRequest, key: str) -> HttpResponse:
    """Meetings with an institution, or at its house, that this reader may know of."""
    institution = _institution(request, key)
    rows = meetings_with(institution, request.user)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return _shown(
        request,
        "institution_meetings",
        {"institution": institution, "page": page, "room": "institutions"},
    )


def _institution(request: HttpRequest, key: str) -> Institution:
    return get_object_or_404(Institution.objects.visible_to(request.user), key=key)


def _shown(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """A page; or, for the page of another room that holds it, its list alone."""
    template = PANELS[name] if request.headers.get("HX-Request") else PAGES[name]
    return render(request, template, {"address": request.path, **context})

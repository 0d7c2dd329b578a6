"""The board, the list of measures, a measure's page and its history. Anyone may read what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from common.fragments import kept
from measures.board import read_board
from measures.changes import changes_of
from measures.dossier import read_dossier
from measures.enums import Involvement
from measures.filters import MeasureFilter
from measures.models import Assessment, Measure, MeasureInstitution
from measures.perms import can_assess, can_see_history
from measures.viewpoints import Viewpoint
from members.perms import is_reader_of_papers
from plan.models import Plan

if TYPE_CHECKING:
    from django.http import HttpRequest


PAGE_SIZE = 50


@require_safe
@login_not_required
@vary_on_headers("HX-Request")
def home(request: HttpRequest) -> HttpResponse:
    """The board of the newest plan; before any plan is loaded, how to load one."""
    plan = Plan.objects.visible_to(request.user).for_page().first()
    if plan is None:
        return render(request, "measures/no_plan.html", {"room": "board"})
    return _board(request, plan)


@require_safe
@login_not_required
def plans(request: HttpRequest) -> HttpResponse:
    rows = Plan.objects.visible_to(request.user).select_related("predecessor")
    return render(request, "measures/plans.html", {"plans": rows, "room": "board"})


@require_safe
@login_not_required
@vary_on_headers("HX-Request")
def board(request: HttpRequest, plan: str) -> HttpResponse:
    return _board(request, _plan(request, plan))


def _board(request: HttpRequest, plan: Plan) -> HttpResponse:
    viewpoint = Viewpoint.from_query(plan, request.GET)
    may_assess = can_assess(request.user)

    def build() -> str:
        rows = read_board(plan, on=viewpoint.on, assessor=viewpoint.assessor)
        context = {"board": rows, "plan": plan, "viewpoint": viewpoint, "can_assess": may_assess}
        return render_to_string("measures/_board.html", context)

    def build_controls() -> str:
        assessors = [
            plan.lead_assessor,
            *(one for one in plan.assessors.all() if one != plan.lead_assessor),
        ]
        context = {
            "plan": plan,
            "viewpoint": viewpoint,
            "assessors": assessors,
            "milestones": plan.milestones.all(),
            "since": plan.known_since(),
        }
        return render_to_string("measures/_viewpoint.html", context, request=None)

    place = (plan.pk, plan.revision, viewpoint.on, viewpoint.assessor.pk)
    context = {
        "plan": plan,
        "room": "board",
        "viewpoint": viewpoint,
        "controls": build_controls()
        if viewpoint.errors
        else kept("controls", *place, viewpoint.is_today, build=build_controls),
        "tiles": kept("board", *place, viewpoint.is_today, may_assess, build=build),
        "drafts": _drafts(request, plan),
    }
    return render(request, "measures/board.html", context)


@require_safe
@login_not_required
@vary_on_headers("HX-Request", "HX-Target")
def measure_list(request: HttpRequest, plan: str) -> HttpResponse:
    """Measures by filters in the address, fifty a page; htmx asks for the results alone."""
    shown_plan = _plan(request, plan)
    viewpoint = Viewpoint.from_query(shown_plan, request.GET)
    may_assess = can_assess(request.user)
    part = (
        "measures/_list.html"
        if request.headers.get("HX-Target") == "results"
        else "measures/_filtered_list.html"
    )

    def build() -> str:
        return render_to_string(part, _list_context(request, viewpoint, may_assess=may_assess))

    asked = [request.GET.get(name, "") for name in ("priorite", "niveau", "institution", "page")]
    if request.GET.get("q") or viewpoint.errors:
        # What people type is theirs, and too various to be worth keeping.
        listing = build()
    else:
        place = (
            shown_plan.pk,
            shown_plan.revision,
            viewpoint.on,
            viewpoint.assessor.pk,
            viewpoint.is_today,
        )
        listing = kept("list", part, *place, may_assess, *map(quote, asked), build=build)
    if part == "measures/_list.html":
        return HttpResponse(listing)
    context = {"plan": shown_plan, "room": "measures", "viewpoint": viewpoint, "listing": listing}
    return render(request, "measures/list.html", context)


def _list_context(
    request: HttpRequest, viewpoint: Viewpoint, *, may_assess: bool
) -> dict[str, Any]:
    # What is kept is built for a stranger: nothing of this reader can stay in it.
    measures = Measure.objects.visible_to(AnonymousUser()).filter(plan=viewpoint.plan)
    filters = MeasureFilter(request.GET, measures, viewpoint=viewpoint)
    page = Paginator(filters.qs.select_related("priority"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    rows: list[Any] = list(page.object_list)  # measures with the `finding_id` of their viewpoint
    leads = MeasureInstitution.objects.filter(involvement=Involvement.LEAD).select_related(
        "institution"
    )
    prefetch_related_objects(rows, Prefetch("involvements", queryset=leads))
    findings = (
        Assessment.objects.published()
        .select_related("level")
        .in_bulk([row.finding_id for row in rows if row.finding_id])
    )
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "plan": viewpoint.plan,
        "viewpoint": viewpoint,
        "filters": filters,
        "page": page,
        "rows": [(row, findings.get(row.finding_id)) for row in rows],
        "query": query.urlencode(),
        "can_assess": may_assess,
    }


@require_safe
@login_not_required
@vary_on_headers("HX-Request")
def detail(request: HttpRequest, plan: str, number: str) -> HttpResponse:
    measure = _measure(request, plan, number)
    viewpoint = Viewpoint.from_query(measure.plan, request.GET)

    def build() -> str:
        dossier = read_dossier(measure, on=viewpoint.on, assessor=viewpoint.assessor)
        context = {
            "dossier": dossier,
            "measure": measure,
            "plan": measure.plan,
            "viewpoint": viewpoint,
        }
        return render_to_string("measures/_dossier.html", context)

    place = (
        measure.plan_id,
        measure.plan.revision,
        measure.pk,
        viewpoint.on,
        viewpoint.assessor.pk,
    )
    context = {
        "plan": measure.plan,
        "measure": measure,
        "room": "measures",
        "viewpoint": viewpoint,
        "dossier": kept("dossier", *place, viewpoint.is_today, build=build),
        "drafts": _drafts(request, measure.plan, measure=measure),
        "can_assess": can_assess(request.user),
        "can_see_history": can_see_history(request.user),
    }
    return render(request, "measures/detail.html", context)


@require_safe
def history(request: HttpRequest, plan: str, number: str) -> HttpResponse:
    """Who changed what, when and why, for those who may edit."""
    measure = _measure(request, plan, number)
    if not can_see_history(request.user):
        # The matrix hides histories: for others there is none.
        raise Http404
    context = {
        "plan": measure.plan,
        "measure": measure,
        "room": "measures",
        "changes": changes_of(measure),
    }
    return render(request, "measures/history.html", context)


def _plan(request: HttpRequest, slug: str) -> Plan:
    return get_object_or_404(Plan.objects.visible_to(request.user).for_page(), slug=slug)


def _measure(request: HttpRequest, plan: str, number: str) -> Measure:
    measures = Measure.objects.visible_to(request.user).select_related(
        "plan__lead_assessor", "plan__scale", "priority"
    )
    return get_object_or_404(measures, plan__slug=plan, number=number)


def _drafts(request: HttpRequest, plan: Plan, measure: Measure | None = None) -> list[Assessment]:
    """Drafts that this reader may see: never part of what is kept for everyone."""
    if not is_reader_of_papers(request.user):
        return []
    drafts = Assessment.objects.visible_to(request.user).drafts().filter(measure__plan=plan)
    if measure is not None:
        drafts = drafts.filter(measure=measure)
    return list(drafts.select_related("measure", "assessor", "level", "created_by"))

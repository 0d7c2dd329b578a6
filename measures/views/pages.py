"""The board, the list of measures, a measure's page and its history. Anyone may read what is published."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from common.fragments import kept_page
from common.prepared import Prepared
from measures import panels
from measures.board import read_board
from measures.changes import changes_of
from measures.dossier import read_dossier
from measures.enums import Involvement
from measures.filters import MeasureFilter
from measures.models import Assessment, Measure, MeasureInstitution
from measures.perms import can_assess, can_see_history
from measures.viewpoints import ASSESSOR, DAY, Viewpoint
from members.perms import is_reader_of_papers
from plan.models import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest


PAGE_SIZE = 50
# Characters of a filter's value. Longer ones are no key of ours.
LONGEST_KEPT = 60


# What every page asks first, of rows that anyone may see. In the same breath, whether there are drafts at all: which of
# them a reader may see is asked of `visible_to` when there are.
def _plans() -> QuerySet[Plan, tuple[Any, ...]]:
    drafts = Assessment.objects.drafts().filter(measure__plan=OuterRef("pk"))
    plans = Plan.objects.visible_to(AnonymousUser()).annotate(has_drafts=Exists(drafts))
    return plans.values_list("has_drafts", "pk", "revision")


NEWEST_PLAN = Prepared(_plans)
PLAN = Prepared(lambda slug: _plans().filter(slug=slug).order_by(), str)
MEASURE = Prepared(
    lambda slug, number: (
        Measure.objects.visible_to(AnonymousUser())
        .filter(plan__slug=slug, number=number)
        .order_by()
        .annotate(has_drafts=Exists(Assessment.objects.drafts().filter(measure=OuterRef("pk"))))
        .values_list("has_drafts", "plan_id", "plan__revision", "pk")
    ),
    str,
    str,
)


@require_safe
@login_not_required
@vary_on_headers("HX-Request")
def home(request: HttpRequest) -> HttpResponse:
    """The board of the newest plan; before any plan is loaded, how to load one."""
    found = NEWEST_PLAN.first()
    if found is None:
        return render(request, "measures/no_plan.html", {"room": "board"})
    return _board(request, Shown(request, *found))


@require_safe
@login_not_required
def plans(request: HttpRequest) -> HttpResponse:
    rows = Plan.objects.visible_to(request.user).select_related("predecessor")
    return render(request, "measures/plans.html", {"plans": rows, "room": "board"})


@require_safe
@login_not_required
@vary_on_headers("HX-Request")
def board(request: HttpRequest, plan: str) -> HttpResponse:
    return _board(request, _found(request, PLAN.first(plan)))


def _board(request: HttpRequest, shown: Shown) -> HttpResponse:
    may_assess = can_assess(request.user)

    def context() -> dict[str, Any]:
        plan, viewpoint = shown.plan, shown.viewpoint
        return {
            "plan": plan,
            "room": "board",
            "viewpoint": viewpoint,
            "assessors": [
                plan.lead_assessor,
                *(one for one in plan.assessors.all() if one != plan.lead_assessor),
            ],
            "milestones": plan.milestones.all(),
            "since": plan.known_since(),
            "board": read_board(plan, on=viewpoint.on, assessor=viewpoint.assessor),
            "can_assess": may_assess,
            "panels": panels.BOARD.on(plan.slug, query=viewpoint.query_string),
        }

    return _page(
        request,
        "measures/board.html",
        shown,
        may_assess,
        context=context,
        drafts=_drafts(request, shown),
    )


@require_safe
@login_not_required
@vary_on_headers("HX-Request", "HX-Target")
def measure_list(request: HttpRequest, plan: str) -> HttpResponse:
    """Measures by filters in the address, fifty a page; htmx asks for the results alone."""
    shown = _found(request, PLAN.first(plan))
    may_assess = can_assess(request.user)

    def context() -> dict[str, Any]:
        return _list_context(request, shown.viewpoint, may_assess=may_assess)

    if request.headers.get("HX-Target") == "results":
        return HttpResponse(render_to_string("measures/_list.html", context()))
    asked = [request.GET.get(name, "") for name in ("priorite", "niveau", "institution", "page")]
    # What people type is theirs, and too various to be worth keeping.
    if request.GET.get("q") or any(len(value) > LONGEST_KEPT for value in asked):
        return render(request, "measures/list.html", context())
    key = (may_assess, *map(quote, asked))
    return _page(request, "measures/list.html", shown, *key, context=context)


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
    # Known parameters only: this is kept, and must hold nothing that one reader made up.
    query = {name: request.GET[name] for name in filters.filters if request.GET.get(name)}
    return {
        "plan": viewpoint.plan,
        "viewpoint": viewpoint,
        "filters": filters,
        "page": page,
        "rows": [(row, findings.get(row.finding_id)) for row in rows],
        "query": urlencode(query),
        "room": "measures",
        "can_assess": may_assess,
    }


@require_safe
@login_not_required
@vary_on_headers("HX-Request")
def detail(request: HttpRequest, plan: str, number: str) -> HttpResponse:
    shown = _found(request, MEASURE.first(plan, number))
    may_assess, may_see_history = can_assess(request.user), can_see_history(request.user)

    def context() -> dict[str, Any]:
        measure = _measure(request, plan, number)
        viewpoint = shown.viewpoint
        return {
            "plan": measure.plan,
            "measure": measure,
            "room": "measures",
            "viewpoint": viewpoint,
            "dossier": read_dossier(measure, on=viewpoint.on, assessor=viewpoint.assessor),
            "can_assess": may_assess,
            "can_see_history": may_see_history,
            "panels": panels.MEASURE.on(plan, number, query=viewpoint.query_string),
        }

    return _page(
        request,
        "measures/detail.html",
        shown,
        may_assess,
        may_see_history,
        context=context,
        drafts=_drafts(request, shown),
    )


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


class Shown:
    """What a page shows, and from where. Only what the key of a kept page needs is read at once."""

    def __init__(
        self,
        request: HttpRequest,
        has_drafts: bool,  # noqa: FBT001 (a column of the questions above)
        plan_pk: int,
        revision: int,
        measure_pk: int | None = None,
    ) -> None:
        self.request = request
        self.has_drafts = has_drafts
        self.plan_pk = plan_pk
        self.revision = revision
        self.measure_pk = measure_pk

    @cached_property
    def plan(self) -> Plan:
        return Plan.objects.visible_to(self.request.user).for_page().get(pk=self.plan_pk)

    @cached_property
    def viewpoint(self) -> Viewpoint:
        return Viewpoint.from_query(self.plan, self.request.GET)

    @cached_property
    def is_default(self) -> bool:
        """Whether nothing was said of the viewpoint."""
        return not any(self.request.GET.get(name) for name in (ASSESSOR, DAY))

    @property
    def has_errors(self) -> bool:
        return not self.is_default and bool(self.viewpoint.errors)

    @property
    def key(self) -> tuple[object, ...]:
        place = (self.plan_pk, self.revision, self.measure_pk)
        if self.is_default:
            # Who leads the assessment cannot change without the revision: no need to read it.
            return (*place, timezone.localdate())
        viewpoint = self.viewpoint
        return (*place, viewpoint.on, viewpoint.assessor.pk, viewpoint.is_today)


def _found(request: HttpRequest, row: tuple[Any, ...] | None) -> Shown:
    if row is None:
        raise Http404
    return Shown(request, *row)


def _page(
    request: HttpRequest,
    template: str,
    shown: Shown,
    *key: object,
    context: Callable[[], dict[str, Any]],
    **holes: str,
) -> HttpResponse:
    if shown.has_errors:
        # They quote what was typed.
        return render(request, template, {**context(), **holes})
    return kept_page(request, template, *shown.key, *key, context=context, **holes)


def _measure(request: HttpRequest, plan: str, number: str) -> Measure:
    measures = Measure.objects.visible_to(request.user).select_related(
        "plan__lead_assessor", "plan__scale", "priority"
    )
    return get_object_or_404(measures, plan__slug=plan, number=number)


def _drafts(request: HttpRequest, shown: Shown) -> SafeString:
    """Drafts that this reader may see: never part of what is kept for everyone."""
    if not (shown.has_drafts and is_reader_of_papers(request.user)):
        return SafeString()
    drafts = Assessment.objects.visible_to(request.user).drafts()
    if shown.measure_pk is None:
        drafts = drafts.filter(measure__plan=shown.plan_pk)
    else:
        drafts = drafts.filter(measure=shown.measure_pk)
    context = {
        "plan": shown.plan,
        "measure": shown.measure_pk,
        "drafts": drafts.select_related("measure", "assessor", "level", "created_by"),
    }
    return render_to_string("measures/_drafts.html", context)

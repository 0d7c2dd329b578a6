"""Promises on the pages of the plan: those on a measure, and how many are late on each, as far as the reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from commitments.days import AsOf
from commitments.escalation import advice_for
from commitments.follow_up import counts_on, late_on, line_of
from commitments.measures import late_by_measure, on_measure
from commitments.perms import can_edit_commitments
from measures.models import Measure
from plan.models import Plan

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PAGE_SIZE = 20
# Of those that wait longest, for the secretariat, beside the board.
PRESSING = 3


@require_safe
@login_not_required
@vary_on_headers("HX-Request")
def board(request: HttpRequest, plan: str) -> HttpResponse:
    """Promises late on a day, measure by measure; for the secretariat, what waits. To htmx, with a mark for each tile."""
    shown = get_object_or_404(Plan.objects.visible_to(request.user), slug=plan)
    as_of = AsOf.from_query(request.GET)
    late = late_by_measure(shown, request.user, as_of.on)
    may_edit = can_edit_commitments(request.user)
    context: dict[str, Any] = {
        "plan": shown,
        "as_of": as_of,
        "late": late,
        "total": len({pk for each in late for pk in each.commitments}),
        "is_in_place": bool(request.headers.get("HX-Request")),
        "waiting": counts_on(request.user, as_of.on) if may_edit else [],
        "pressing": [],
        "room": "board",
    }
    if may_edit:
        rows = list(late_on(request.user, as_of.on)[:PRESSING])
        advice = advice_for(rows, as_of.on)
        context["pressing"] = [line_of(row, as_of.on, advice) for row in rows]
    template = "commitments/_board.html" if context["is_in_place"] else "commitments/board.html"
    return render(request, template, context)


@require_safe
@login_not_required
@vary_on_headers("HX-Request")
def measure(request: HttpRequest, plan: str, number: str) -> HttpResponse:
    """The promises on a measure as they stand on a day: a page of its own, and a panel of the measure's."""
    measures = Measure.objects.visible_to(request.user).select_related("plan")
    shown = get_object_or_404(measures, plan__slug=plan, number=number)
    as_of = AsOf.from_query(request.GET)
    rows = Paginator(on_measure(shown, request.user, as_of.on), PAGE_SIZE)
    page = rows.get_page(request.GET.get("page"))
    context = {
        "measure": shown,
        "plan": shown.plan,
        "as_of": as_of,
        "page": page,
        "lines": [line_of(row, as_of.on) for row in page],
        "can_edit": can_edit_commitments(request.user),
        "room": "measures",
    }
    in_place = bool(request.headers.get("HX-Request"))
    template = "commitments/_measure.html" if in_place else "commitments/measure.html"
    return render(request, template, context)

"""Reports: those that are published, for anyone; those under way, for the secretariat and the coordinator."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from common.downloads import serve
from plan.models import Plan
from reports.forms import ExportForm
from reports.models import STEPS, Export
from reports.perms import can_make_reports, can_see_work
from reports.preflight import check_snapshot
from reports.services import publish_export, request_export, withdraw_export
from reports.snapshot import build_snapshot

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from members.models import User

PAGE_SIZE = 25
# A report still waiting after this says that perhaps no worker runs.
LATE_AFTER = dt.timedelta(minutes=1)


@require_safe
@login_not_required
def export_list(request: HttpRequest) -> HttpResponse:
    """Published reports; for the coordinator, the form, what the pre-flight finds and the work under way."""
    return _list(request, _form(request, request.GET) if can_make_reports(request.user) else None)


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    if not can_make_reports(request.user):
        raise PermissionDenied
    form = _form(request, request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    wanted = {name: form.cleaned_data[name] for name in ("plan", "assessor", "on")}
    export = request_export(**wanted, by=_user(request))
    if export.requested_by_id != request.user.pk or export.started_at is not None:
        messages.info(request, _("This report is already being made: here is how it goes."))
    return redirect(export)


@require_safe
@login_not_required
@vary_on_headers("HX-Request")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How one report goes. The page can be left and found again; with htmx only the state is asked for again."""
    export = _get(request, pk)
    former = (
        Export.objects.visible_to(request.user)
        .done()
        .of_same_report(export)
        .order_by("-finished_at")
        .first()
        if not export.is_done
        else None
    )
    context = {
        "export": export,
        "former": former,
        "steps": STEPS,
        "is_late": export.is_waiting and export.requested_at < timezone.now() - LATE_AFTER,
        "room": "reports",
        "plan": export.plan,
        "can_publish": can_make_reports(request.user),
        "can_see_work": can_see_work(request.user),
    }
    template = "reports/_state.html" if request.headers.get("HX-Request") else "reports/detail.html"
    return render(request, template, context)


@require_safe
@login_not_required
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    export = _get(request, pk)
    if not export.is_done:
        raise Http404
    return serve(export)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    export = _get(request, pk)
    try:
        publish_export(export=export, by=_user(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The report is published: anyone can read it."))
    return redirect(export)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    export = _get(request, pk)
    withdraw_export(export=export, by=_user(request))
    messages.success(
        request, _("The report is withdrawn: only the secretariat and the coordinator see it.")
    )
    return redirect(export)


def _user(request: HttpRequest) -> User:
    """Whoever is logged in: the middleware lets nobody else come so far."""
    return cast("User", request.user)


def _get(request: HttpRequest, pk: int) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.user).for_page(), pk=pk)


def _form(request: HttpRequest, data: Any) -> ExportForm:
    """Filled in with what was asked; on first sight, the newest plan as its lead assessor last found it."""
    if request.method == "POST" or "plan" in data:
        return ExportForm(data, user=_user(request))
    plan = Plan.objects.visible_to(request.user).for_page().first()
    if plan is None:
        return ExportForm(user=_user(request))
    return ExportForm({"plan": plan.slug, "assessor": plan.lead_assessor.key}, user=_user(request))


def _list(request: HttpRequest, form: ExportForm | None, *, status: int = 200) -> HttpResponse:
    visible = Export.objects.visible_to(request.user).for_page()
    context: dict[str, Any] = {
        "published": visible.published().order_by("-on", "-published_at"),
        "room": "reports",
        "plan": Plan.objects.visible_to(request.user).for_page().first(),
        "can_make": form is not None,
        "can_see_work": can_see_work(request.user),
    }
    if context["can_see_work"]:
        context["work"] = Paginator(visible, PAGE_SIZE).get_page(request.GET.get("page"))
    if form is not None:
        context["form"] = form
        if form.is_bound and form.is_valid():
            snapshot = build_snapshot(
                form.cleaned_data["plan"],
                on=form.cleaned_data["on"],
                assessor=form.cleaned_data["assessor"],
            )
            context["chosen"] = form.cleaned_data["plan"]
            context["on"] = form.cleaned_data["on"]
            context["assessor"] = form.cleaned_data["assessor"]
            context["findings"] = check_snapshot(snapshot)
            context["is_blocked"] = any(finding.is_blocking for finding in context["findings"])
    return render(request, "reports/list.html", context, status=status)

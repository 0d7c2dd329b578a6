"""Yearly reports: the calls, who answered, who has not, the reminder and the compilation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from members.forms.yearly_reports import AnswerForm, CallForm
from members.importer.files import write_csv
from members.models import Mandate, ReportCall
from members.perms import (
    can_answer_calls,
    can_call_for_reports,
    can_export_reports,
    is_reader_of_papers,
)
from members.services.yearly_reports import (
    RemindedLatelyError,
    asked,
    open_call,
    people_to_remind,
    record_answer,
    remind,
    silent,
)

if TYPE_CHECKING:
    from django.http import HttpRequest

    from members.models.associations import AssociationQuerySet

HEADERS = ("Année", "Association", "Titre", "Adresse", "Reçu le")


@require_safe
def report_call_list(request: HttpRequest) -> HttpResponse:
    if not is_reader_of_papers(request.user):
        raise Http404
    calls = ReportCall.objects.visible_to(request.user).annotate(answers=Count("reports"))
    context = {
        "calls": [(call, _days_left(call)) for call in calls],
        "can_open": can_call_for_reports(request.user),
        "room": "members",
    }
    return render(request, "members/reports/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_call_open(request: HttpRequest) -> HttpResponse:
    if not can_call_for_reports(request.user):
        if is_reader_of_papers(request.user):
            raise PermissionDenied
        raise Http404
    form = CallForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                call = open_call(**form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                messages.success(
                    request, _("The %(year)s reports are asked for.") % {"year": call.year}
                )
                return redirect(call)
    return render(
        request, "members/reports/open.html", {"form": form, "room": "members"}, status=status
    )


@require_safe
def report_call_detail(request: HttpRequest, year: int) -> HttpResponse:
    """Who answered and who has not: six queries, whatever their number."""
    call = _call(request, year)
    own = set(_answerable(request, call).values_list("pk", flat=True))
    context = {
        "call": call,
        "days_left": _days_left(call),
        "reports": _answers(call),
        "silent": silent(call),
        "own": own,
        "can_remind": can_call_for_reports(request.user),
        "can_export": can_export_reports(request.user),
        "room": "members",
    }
    return render(request, "members/reports/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_call_answer(request: HttpRequest, year: int) -> HttpResponse:
    """Give a report's address, or correct it: for any association, or for one's own."""
    call = _call(request, year)
    associations = _answerable(request, call)
    if not (can_call_for_reports(request.user) or associations.exists()):
        raise PermissionDenied
    chosen = request.GET.get("association", "")
    association = associations.filter(slug=chosen).first() if chosen else None
    if chosen and association is None:
        raise Http404
    answered = call.reports.filter(association=association).first() if association else None
    if request.method != "POST":
        initial: dict[str, Any] = {"association": association}
        if answered is not None:
            initial |= {
                "title": answered.title,
                "url": answered.url,
                "received_on": answered.received_on,
            }
        form = AnswerForm(associations=associations, initial=initial)
        return _answer_sheet(request, call, form)
    form = AnswerForm(request.POST, associations=associations)
    if not form.is_valid():
        return _answer_sheet(request, call, form, status=422)
    try:
        record_answer(call=call, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _answer_sheet(request, call, form, status=422)
    messages.success(
        request,
        _("The report of %(name)s is recorded.") % {"name": form.cleaned_data["association"]},
    )
    return redirect(call)


def _answer_sheet(
    request: HttpRequest, call: ReportCall, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    context = {"call": call, "form": form, "room": "members"}
    return render(request, "members/reports/answer.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def report_call_remind(request: HttpRequest, year: int) -> HttpResponse:
    """A page that says how many mails will leave, then sends them."""
    call = _call(request, year)
    if not can_call_for_reports(request.user):
        raise PermissionDenied
    was_late = False
    if request.method == "POST":
        try:
            sent = remind(call=call, again=request.POST.get("again") == "yes")
        except RemindedLatelyError:
            was_late = True
        else:
            words = ngettext("%(number)d mail is sent.", "%(number)d mails are sent.", sent)
            messages.success(request, words % {"number": sent})
            return redirect(call)
    context = {
        "call": call,
        "mails": len(people_to_remind(call)),
        "silent": silent(call),
        "was_reminded_lately": was_late,
        "room": "members",
    }
    return render(request, "members/reports/remind.html", context, status=409 if was_late else 200)


@require_safe
def report_call_compilation(request: HttpRequest, year: int) -> HttpResponse:
    call = _call(request, year)
    context = {"call": call, "reports": _answers(call), "silent": silent(call), "room": "members"}
    return render(request, "members/reports/compilation.html", context)


@require_safe
def report_call_export(request: HttpRequest, year: int) -> HttpResponse:
    call = _call(request, year)
    if not can_export_reports(request.user):
        raise PermissionDenied
    rows = [
        [call.year, row.association.name, row.title, row.url, row.received_on]
        for row in _answers(call)
    ]
    return HttpResponse(
        write_csv(HEADERS, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="rapports-{call.year}.csv"'},
    )


def _call(request: HttpRequest, year: int) -> ReportCall:
    return get_object_or_404(ReportCall.objects.visible_to(request.user), year=year)


def _answers(call: ReportCall) -> Any:
    return call.reports.select_related("association").order_by("association__name", "pk")


def _answerable(request: HttpRequest, call: ReportCall) -> AssociationQuerySet:
    """Associations that this person may answer for."""
    rows = asked(call)
    if can_call_for_reports(request.user):
        return rows
    if not can_answer_calls(request.user):
        return rows.none()
    live = Mandate.objects.visible_to(request.user).live_on(timezone.localdate())
    own = live.filter(person=request.user.pk)
    return rows.filter(pk__in=own.values("association"))


def _days_left(call: ReportCall) -> int:
    """Days until the deadline; below zero, it is over."""
    return (call.deadline - timezone.localdate()).days

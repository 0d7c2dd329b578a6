"""The agenda as the secretariat makes it: point by point, by buttons, and from what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.versions import StaleRowError
from meetings.dossier import points_of
from meetings.forms.agenda import ItemForm, MoveForm, OutcomeForm, content_of, words_of
from meetings.services import agenda as services
from meetings.services.next_agenda import add_proposed, proposals_for
from meetings.views.doors import (
    FORM_METHODS,
    changed_by,
    differences_of,
    editable_meeting,
    person_of,
    posted,
)

if TYPE_CHECKING:
    from django.http import HttpRequest

    from meetings.models import AgendaItem, Meeting


@require_safe
def agenda(request: HttpRequest, slug: str) -> HttpResponse:
    """The points with their buttons, and a form for one more."""
    meeting = editable_meeting(request, slug)
    points = points_of(meeting, request.user)
    return _page(request, meeting, ItemForm(user=person_of(request), points=points), points)


@require_POST
def agenda_add(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = editable_meeting(request, slug)
    points = points_of(meeting, request.user)
    form = ItemForm(request.POST, user=person_of(request), points=points)
    if form.is_valid():
        try:
            services.add_item(meeting=meeting, by=person_of(request), **form.content())
        except ValidationError as error:
            form.add_errors(error)
        else:
            messages.success(request, _("The point is added."))
            return redirect("meetings:agenda", meeting.slug)
    return _page(request, meeting, form, points, status=422)


@require_http_methods(FORM_METHODS)
def agenda_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    meeting, item = _item(request, slug, pk)
    form = _form(request, meeting, item, posted(request))
    if request.method != "POST":
        return _form_page(request, meeting, item, form)
    if not form.is_valid():
        return _form_page(request, meeting, item, form, status=422)
    try:
        services.edit_item(
            item=item,
            by=person_of(request),
            stamp=form.cleaned_data["stamp"] or 0,
            **form.content(),
        )
    except StaleRowError as error:
        return _stale(request, meeting, error.current, form)
    except ValidationError as error:
        form.add_errors(error)
        return _form_page(request, meeting, item, form, status=422)
    messages.success(request, _("The point is saved."))
    return redirect("meetings:agenda", meeting.slug)


@require_POST
def agenda_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    meeting, item = _item(request, slug, pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    services.move_item(item=item, by=person_of(request), steps=form.cleaned_data["steps"])
    return redirect(_at(meeting, item))


@require_POST
def agenda_outcome(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Dealt with or put off, by a button beside the point."""
    meeting, item = _item(request, slug, pk)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    services.set_outcome(item=item, by=person_of(request), outcome=form.cleaned_data["outcome"])
    return redirect(_at(meeting, item))


@require_http_methods(FORM_METHODS)
def agenda_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A page that says what will happen, then the deletion."""
    meeting, item = _item(request, slug, pk)
    if request.method == "POST":
        services.delete_item(item=item, by=person_of(request))
        messages.success(request, _("The point is taken off the agenda."))
        return redirect("meetings:agenda", meeting.slug)
    words = _("The history keeps that it was there.")
    if item.parts.exists():
        words = _("The points under it go with it. The history keeps that they were there.")
    context = {
        "meeting": meeting,
        "title": _("Take this point off the agenda?"),
        "what": item.title,
        "words": words,
        "action": _("Take it off"),
        "back": _at(meeting, item),
        "room": "meetings",
    }
    return render(request, "meetings/confirm.html", context)


@require_http_methods(FORM_METHODS)
def agenda_prepare(request: HttpRequest, slug: str) -> HttpResponse:
    """What is open, with boxes: the chosen ones are added to the agenda."""
    meeting = editable_meeting(request, slug)
    status, error = 200, ""
    if request.method == "POST":
        try:
            added = add_proposed(
                meeting=meeting, by=person_of(request), keys=request.POST.getlist("proposals")
            )
        except ValidationError as refused:
            status, error = 422, " ".join(refused.messages)
        else:
            messages.success(
                request,
                ngettext(
                    "%(number)s point is added to the agenda.",
                    "%(number)s points are added to the agenda.",
                    len(added),
                )
                % {"number": len(added)},
            )
            return redirect("meetings:agenda", meeting.slug)
    context = {
        "meeting": meeting,
        "proposals": proposals_for(meeting, person_of(request)),
        "chosen": request.POST.getlist("proposals"),
        "is_sent": request.method == "POST",
        "error": error,
        "room": "meetings",
    }
    return render(request, "meetings/agenda_prepare.html", context, status=status)


def _item(request: HttpRequest, slug: str, pk: int) -> tuple[Meeting, AgendaItem]:
    meeting = editable_meeting(request, slug)
    return meeting, get_object_or_404(meeting.agenda.select_related("parent"), pk=pk)


def _at(meeting: Meeting, item: AgendaItem) -> str:
    """Back to the point, so that the keyboard is where it was."""
    address: str = redirect("meetings:agenda", meeting.slug).url
    return f"{address}#point-{item.pk}"


def _form(request: HttpRequest, meeting: Meeting, item: AgendaItem, data: Any) -> ItemForm:
    return ItemForm(
        data,
        user=person_of(request),
        points=points_of(meeting, request.user),
        item=item,
        stamp=services.stamp_of(item),
    )


def _stale(
    request: HttpRequest, meeting: Meeting, current: AgendaItem, form: ItemForm
) -> HttpResponse:
    """Both texts, and the form as it was typed: saving again replaces the other's, knowingly."""
    data = request.POST.copy()
    data["stamp"] = str(services.stamp_of(current))
    return _form_page(
        request,
        meeting,
        current,
        _form(request, meeting, current, data),
        status=409,
        is_stale=True,
        differences=differences_of(form, words_of(content_of(current)), words_of(form.content())),
        changed_by=changed_by(current),
    )


def _form_page(
    request: HttpRequest,
    meeting: Meeting,
    item: AgendaItem,
    form: ItemForm,
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    context = {
        "meeting": meeting,
        "title": _("Change a point"),
        "form": form,
        "back": f"{_at(meeting, item)}",
        "room": "meetings",
        **extra,
    }
    return render(request, "meetings/row_form.html", context, status=status)


def _page(
    request: HttpRequest, meeting: Meeting, form: ItemForm, points: Any, *, status: int = 200
) -> HttpResponse:
    context = {"meeting": meeting, "points": points, "form": form, "room": "meetings"}
    return render(request, "meetings/agenda.html", context, status=status)

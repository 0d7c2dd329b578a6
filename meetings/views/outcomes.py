"""Decisions and follow-ups written under a section, and the list of everything that is to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.versions import StaleRowError
from meetings.forms.sections import CloseForm, DecisionForm, FollowUpFilterForm, FollowUpForm
from meetings.models import Decision, FollowUp
from meetings.perms import can_write_minutes
from meetings.services import decisions, follow_ups
from meetings.views.doors import FORM_METHODS, changed_by, differences_of, person_of, posted
from meetings.views.editor import STALE, WRONG, writable_section
from meetings.views.writing import section_page
from members.forms.papers import VersionForm
from members.services.papers import own_associations

if TYPE_CHECKING:
    from django.http import HttpRequest

    from meetings.models import MinutesSection

PAGE_SIZE = 50


@require_POST
def decision_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    section = writable_section(request, slug, pk)
    form = DecisionForm(request.POST, prefix="decision")
    if form.is_valid():
        try:
            decisions.add_decision(section=section, by=person_of(request), **form.content())
        except ValidationError as error:
            form.add_errors(error)
        else:
            return _written(request, section, _("The decision is added."))
    return _refused(request, section, decision_form=form)


@require_POST
def follow_up_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    section = writable_section(request, slug, pk)
    form = FollowUpForm(request.POST, prefix="follow_up", user=person_of(request))
    if form.is_valid():
        try:
            follow_ups.add_follow_up(section=section, by=person_of(request), **form.content())
        except ValidationError as error:
            form.add_errors(error)
        else:
            return _written(request, section, _("The follow-up is added."))
    return _refused(request, section, follow_up_form=form)


@require_http_methods(FORM_METHODS)
def decision_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    decision = _writable(request, Decision, slug, pk)
    return _edit(
        request,
        decision,
        DecisionForm(posted(request), decision=decision),
        lambda version, content: decisions.edit_decision(
            decision=decision, version=version, by=person_of(request), **content
        ),
        _("The decision is saved."),
    )


@require_http_methods(FORM_METHODS)
def follow_up_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    follow_up = _writable(request, FollowUp, slug, pk)
    return _edit(
        request,
        follow_up,
        FollowUpForm(posted(request), follow_up=follow_up, user=person_of(request)),
        lambda version, content: follow_ups.edit_follow_up(
            follow_up=follow_up, version=version, by=person_of(request), **content
        ),
        _("The follow-up is saved."),
    )


@require_http_methods(FORM_METHODS)
def decision_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    decision = _writable(request, Decision, slug, pk)
    return _delete(
        request,
        decision,
        lambda version: decisions.delete_decision(
            decision=decision, version=version, by=person_of(request)
        ),
        _("The decision is deleted."),
    )


@require_http_methods(FORM_METHODS)
def follow_up_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    follow_up = _writable(request, FollowUp, slug, pk)
    return _delete(
        request,
        follow_up,
        lambda version: follow_ups.delete_follow_up(
            follow_up=follow_up, version=version, by=person_of(request)
        ),
        _("The follow-up is deleted."),
    )


@require_safe
def follow_up_list(request: HttpRequest) -> HttpResponse:
    """What is to be done: late first, then by day; one’s own associations’, or everyone’s; done, the last first."""
    today = timezone.localdate()
    form = FollowUpFilterForm(request.GET)
    own = own_associations(request.user)
    rows: Any = FollowUp.objects.visible_to(request.user)
    rows = rows.select_related("association", "institution", "section__minutes__meeting")
    if not form.is_valid():
        rows = rows.none()
    elif form.cleaned_data["etat"] == "fait":
        rows = rows.exclude(done_on=None).order_by("-done_on", "-pk")
    else:
        rows = rows.open().order_by(F("due_on").asc(nulls_last=True), "pk")
    if form.is_valid() and form.cleaned_data["qui"] == "moi":
        rows = rows.filter(association__in=own)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "today": today,
        "own": own,
        "can_close": can_write_minutes(request.user),
        "is_done": form.is_valid() and form.cleaned_data["etat"] == "fait",
        "is_filtered": bool(request.GET),
        "query": _parameters(request),
        "room": "meetings",
    }
    return render(request, "meetings/follow_ups/list.html", context)


@require_http_methods(FORM_METHODS)
def follow_up_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Done, and what came of it; an empty day opens it again. Adopted minutes do not forbid it."""
    rows: Any = FollowUp.objects.visible_to(request.user)
    rows = rows.select_related("section__minutes__meeting", "association", "institution")
    follow_up: FollowUp = get_object_or_404(rows, pk=pk)
    if not can_write_minutes(request.user):
        raise PermissionDenied
    initial = {
        "version": follow_up.version,
        "done_on": follow_up.done_on or timezone.localdate(),
        "done_note": follow_up.done_note,
    }
    form = CloseForm(posted(request), initial=initial)
    status, more = 200, {}
    if request.method == "POST":
        status = WRONG
        if form.is_valid():
            try:
                follow_ups.close_follow_up(
                    follow_up=follow_up, by=person_of(request), **form.cleaned_data
                )
            except StaleRowError as error:
                status, more = STALE, _compared(form, error.current)
                form = CloseForm(_on_version(request, error.current))
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The follow-up is saved."))
                return redirect("meetings:follow-ups")
    context = {
        "follow_up": follow_up,
        "form": form,
        "is_stale": status == STALE,
        "room": "meetings",
        **more,
    }
    return render(request, "meetings/follow_ups/close.html", context, status=status)


def _writable(request: HttpRequest, model: Any, slug: str, pk: int) -> Any:
    """404 to whom the section is hidden, 403 to who reads it and does not write it."""
    rows = model.objects.visible_to(request.user).select_related("section__minutes__meeting")
    row = get_object_or_404(rows, pk=pk, section__minutes__meeting__slug=slug)
    if not can_write_minutes(request.user):
        raise PermissionDenied
    return row


def _edit(request: HttpRequest, row: Any, form: Any, save: Any, words: str) -> HttpResponse:
    status, more = 200, {}
    if request.method == "POST":
        status = WRONG
        if form.is_valid():
            try:
                save(form.cleaned_data["version"] or 0, form.content())
            except StaleRowError as error:
                status, more = STALE, _compared(form, error.current)
                form.data = _on_version(request, error.current)
            except ValidationError as error:
                form.add_errors(error)
            else:
                return _written(request, row.section, words)
    context = _about(row, form=form, is_stale=status == STALE, **more)
    return render(request, "meetings/editor/outcome_edit.html", context, status=status)


def _delete(request: HttpRequest, row: Any, delete: Any, words: str) -> HttpResponse:
    form = VersionForm(posted(request), initial={"version": row.version})
    status = 200
    if request.method == "POST":
        status = WRONG
        if form.is_valid():
            try:
                delete(form.cleaned_data["version"])
            except StaleRowError as error:
                row, status = error.current, STALE
                form = VersionForm(initial={"version": row.version})
            except ValidationError as error:
                form.add_errors(error)
            else:
                return _written(request, row.section, words)
    context = _about(row, form=form, is_stale=status == STALE)
    return render(request, "meetings/editor/outcome_delete.html", context, status=status)


def _about(row: Any, **more: Any) -> dict[str, Any]:
    section = row.section
    return {
        "row": row,
        "is_decision": isinstance(row, Decision),
        "section": section,
        "meeting": section.minutes.meeting,
        "room": "meetings",
        **more,
    }


def _compared(form: Any, current: Any) -> dict[str, Any]:
    names = [name for name in form.cleaned_data if name != "version"]
    saved = {name: str(getattr(current, name) or "") for name in names}
    typed = {name: str(form.cleaned_data[name] or "") for name in names}
    return {
        "differences": differences_of(form, saved, typed),
        "changed_by": changed_by(current),
    }


def _on_version(request: HttpRequest, current: Any) -> Any:
    typed = request.POST.copy()
    typed["version"] = str(current.version)
    return typed


def _written(request: HttpRequest, section: MinutesSection, words: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "meetings/editor/_outcomes.html", _outcomes(request, section))
    messages.success(request, words)
    address = reverse("meetings:editor-section", args=[section.minutes.meeting.slug, section.pk])
    return redirect(f"{address}#outcomes")


def _refused(request: HttpRequest, section: MinutesSection, **forms: Any) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        context = {**_outcomes(request, section), **forms}
        return render(request, "meetings/editor/_outcomes.html", context, status=WRONG)
    return section_page(request, section, status=WRONG, is_unsaved=False, **forms)


def _outcomes(request: HttpRequest, section: MinutesSection) -> dict[str, Any]:
    """What the list of decisions and follow-ups shows, with its two forms."""
    return {
        "meeting": section.minutes.meeting,
        "section": section,
        "decisions": section.decisions.all(),
        "follow_ups": section.follow_ups.select_related("association", "institution"),
        "decision_form": DecisionForm(prefix="decision"),
        "follow_up_form": FollowUpForm(prefix="follow_up", user=person_of(request)),
    }


def _parameters(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()

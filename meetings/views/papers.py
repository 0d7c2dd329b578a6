"""Papers of a meeting: the page of one, what the secretariat changes, and the file on its way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.downloads import serve
from common.versions import StaleRowError
from meetings.forms.papers import MeetingPaperForm
from meetings.models import MeetingPaper
from meetings.perms import can_edit_meeting_papers
from meetings.services import papers as services
from meetings.views.doors import (
    FORM_METHODS,
    changed_by,
    differences_of,
    meeting_for,
    person_of,
    posted,
    visible_meeting,
)
from members.enums import Audience
from members.forms.papers import ReplaceForm, VersionForm
from members.services.papers import record_reading

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from meetings.models import Meeting


@require_http_methods(FORM_METHODS)
def paper_add(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = meeting_for(request, slug, can_edit_meeting_papers)
    form = MeetingPaperForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        user=person_of(request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.add_meeting_paper(
                meeting=meeting,
                by=person_of(request),
                uploaded=form.cleaned_data["file"],
                **form.content(),
            )
        except ValidationError as error:
            form.add_errors(error)
        else:
            messages.success(request, _("The paper is added."))
            return redirect(f"{meeting.get_absolute_url()}#pieces")
    return _form_page(
        request, meeting, None, form, status=422 if form.errors else 200, title=_("Add a paper")
    )


@require_http_methods(FORM_METHODS)
def paper_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    meeting, paper = _editable(request, slug, pk)
    form = MeetingPaperForm(posted(request), user=person_of(request), row=paper)
    if request.method != "POST":
        return _form_page(request, meeting, paper, form)
    if not form.is_valid():
        return _form_page(request, meeting, paper, form, status=422)
    try:
        services.edit_meeting_paper(
            paper=paper,
            version=form.cleaned_data["version"] or 0,
            by=person_of(request),
            **form.content(),
        )
    except StaleRowError as error:
        return _stale(request, meeting, error.current, form)
    except ValidationError as error:
        form.add_errors(error)
        return _form_page(request, meeting, paper, form, status=422)
    messages.success(request, _("The paper is saved."))
    return redirect(f"{meeting.get_absolute_url()}#pieces")


@require_http_methods(FORM_METHODS)
def paper_replace(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Its file, or another; a file sent on an old version is refused, and must be chosen again."""
    meeting, paper = _editable(request, slug, pk)
    form, status = ReplaceForm(initial={"version": paper.version}), 200
    if request.method == "POST":
        form, status = ReplaceForm(request.POST, request.FILES), 422
        if form.is_valid():
            try:
                services.replace_meeting_file(
                    paper=paper,
                    version=form.cleaned_data["version"],
                    by=person_of(request),
                    uploaded=form.cleaned_data["file"],
                )
            except StaleRowError as error:
                paper, status = error.current, 409
                form = ReplaceForm(initial={"version": paper.version})
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The file is kept."))
                return redirect(f"{meeting.get_absolute_url()}#pieces")
    context = {
        "meeting": meeting,
        "paper": paper,
        "form": form,
        "is_stale": status == 409,
        "room": "meetings",
    }
    return render(request, "meetings/paper_replace.html", context, status=status)


@require_http_methods(FORM_METHODS)
def paper_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A page that says what will happen, then the deletion."""
    meeting, paper = _editable(request, slug, pk)
    form, status = VersionForm(posted(request), initial={"version": paper.version}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.delete_meeting_paper(
                    paper=paper, version=form.cleaned_data["version"], by=person_of(request)
                )
            except StaleRowError as error:
                paper, status = error.current, 409
                form = VersionForm(initial={"version": paper.version})
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The paper is deleted."))
                return redirect(f"{meeting.get_absolute_url()}#pieces")
    context = {
        "meeting": meeting,
        "title": _("Delete this paper?"),
        "what": paper.title,
        "words": _(
            "It leaves the meeting, and its file is deleted from the server. This cannot be undone; the history keeps that there was one, and who deleted it."
        ),
        "action": _("Delete the paper"),
        "form": form,
        "is_stale": status == 409,
        "back": f"{meeting.get_absolute_url()}#pieces",
        "room": "meetings",
    }
    return render(request, "meetings/confirm.html", context, status=status)


@require_safe
@login_not_required
def paper_download(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    meeting = visible_meeting(request, slug)
    paper = _paper(request, meeting, pk)
    if paper.audience == Audience.NAMED and paper.file and request.method == "GET":
        record_reading(person=person_of(request), row=paper)
    return serve(paper)


def _paper(request: HttpRequest, meeting: Meeting, pk: int) -> MeetingPaper:
    rows: Any = MeetingPaper.objects.visible_to(request.user).filter(meeting=meeting)
    paper: MeetingPaper = get_object_or_404(rows, pk=pk)
    return paper


def _editable(request: HttpRequest, slug: str, pk: int) -> tuple[Meeting, MeetingPaper]:
    meeting = visible_meeting(request, slug)
    paper = _paper(request, meeting, pk)
    if not can_edit_meeting_papers(request.user):
        raise PermissionDenied
    return meeting, paper


def _stale(
    request: HttpRequest, meeting: Meeting, current: MeetingPaper, form: MeetingPaperForm
) -> HttpResponse:
    """Both texts, and the form as it was typed: saving again replaces the other's, knowingly."""
    data = request.POST.copy()
    data["version"] = str(current.version)
    return _form_page(
        request,
        meeting,
        current,
        MeetingPaperForm(data, user=person_of(request), row=current),
        status=409,
        is_stale=True,
        differences=differences_of(
            form, form.words_of(form.content_of(current)), form.words_of(form.cleaned_data)
        ),
        changed_by=changed_by(current),
    )


def _form_page(
    request: HttpRequest,
    meeting: Meeting,
    paper: MeetingPaper | None,
    form: MeetingPaperForm,
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    context = {
        "meeting": meeting,
        "title": _("Change a paper"),
        "paper": paper,
        "form": form,
        "back": f"{meeting.get_absolute_url()}#pieces",
        "room": "meetings",
        **extra,
    }
    return render(request, "meetings/paper_form.html", context, status=status)

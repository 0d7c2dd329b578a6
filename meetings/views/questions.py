"""Questions sent to an institution before a meeting, and its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.versions import StaleRowError
from meetings.forms.papers import QuestionForm
from meetings.models import Question
from meetings.perms import can_edit_meeting_papers
from meetings.services import questions as services
from meetings.views.doors import (
    FORM_METHODS,
    changed_by,
    differences_of,
    meeting_for,
    person_of,
    posted,
    visible_meeting,
)
from members.forms.papers import VersionForm

if TYPE_CHECKING:
    from django.http import HttpRequest

    from meetings.models import Meeting


@require_http_methods(FORM_METHODS)
def question_add(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = meeting_for(request, slug, can_edit_meeting_papers)
    form = QuestionForm(posted(request), user=person_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.add_question(meeting=meeting, by=person_of(request), **form.content())
        except ValidationError as error:
            form.add_errors(error)
        else:
            messages.success(request, _("The question is added."))
            return redirect(f"{meeting.get_absolute_url()}#questions")
    status = 422 if form.errors else 200
    return _form_page(request, meeting, form, status=status, title=_("Add a question"))


@require_http_methods(FORM_METHODS)
def question_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    meeting, question = _editable(request, slug, pk)
    form = QuestionForm(posted(request), user=person_of(request), row=question)
    if request.method != "POST":
        return _form_page(request, meeting, form, question=question)
    if not form.is_valid():
        return _form_page(request, meeting, form, status=422, question=question)
    try:
        services.edit_question(
            question=question,
            version=form.cleaned_data["version"] or 0,
            by=person_of(request),
            **form.content(),
        )
    except StaleRowError as error:
        return _stale(request, meeting, error.current, form)
    except ValidationError as error:
        form.add_errors(error)
        return _form_page(request, meeting, form, status=422, question=question)
    messages.success(request, _("The question is saved."))
    return redirect(f"{meeting.get_absolute_url()}#questions")


@require_http_methods(FORM_METHODS)
def question_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A page that says what will happen, then the deletion."""
    meeting, question = _editable(request, slug, pk)
    form, status = VersionForm(posted(request), initial={"version": question.version}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.delete_question(
                    question=question, version=form.cleaned_data["version"], by=person_of(request)
                )
            except StaleRowError as error:
                question, status = error.current, 409
                form = VersionForm(initial={"version": question.version})
            else:
                messages.success(request, _("The question is deleted."))
                return redirect(f"{meeting.get_absolute_url()}#questions")
    context = {
        "meeting": meeting,
        "title": _("Delete this question?"),
        "what": question.text,
        "words": _("It leaves the meeting with its answer; the history keeps that there was one."),
        "action": _("Delete the question"),
        "form": form,
        "is_stale": status == 409,
        "back": f"{meeting.get_absolute_url()}#questions",
        "room": "meetings",
    }
    return render(request, "meetings/confirm.html", context, status=status)


def _editable(request: HttpRequest, slug: str, pk: int) -> tuple[Meeting, Question]:
    meeting = visible_meeting(request, slug)
    rows: Any = Question.objects.visible_to(request.user).filter(meeting=meeting)
    question: Question = get_object_or_404(rows, pk=pk)
    if not can_edit_meeting_papers(request.user):
        raise PermissionDenied
    return meeting, question


def _stale(
    request: HttpRequest, meeting: Meeting, current: Question, form: QuestionForm
) -> HttpResponse:
    """Both texts, and the form as it was typed: saving again replaces the other's, knowingly."""
    data = request.POST.copy()
    data["version"] = str(current.version)
    return _form_page(
        request,
        meeting,
        QuestionForm(data, user=person_of(request), row=current),
        status=409,
        question=current,
        is_stale=True,
        differences=differences_of(
            form, form.words_of(form.content_of(current)), form.words_of(form.cleaned_data)
        ),
        changed_by=changed_by(current),
    )


def _form_page(
    request: HttpRequest,
    meeting: Meeting,
    form: QuestionForm,
    *,
    status: int = 200,
    question: Question | None = None,
    **extra: Any,
) -> HttpResponse:
    context = {
        "meeting": meeting,
        "title": _("Change a question"),
        "form": form,
        "question": question,
        "back": f"{meeting.get_absolute_url()}#questions",
        "room": "meetings",
        **extra,
    }
    return render(request, "meetings/row_form.html", context, status=status)

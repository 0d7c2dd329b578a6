"""The list of meetings, the page of one, and what the secretariat changes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, F, Prefetch, Q, When
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from common.versions import StaleRowError
from meetings.dossier import dossier_of
from meetings.filters import MeetingFilter
from meetings.forms.meetings import CopyForm, MeetingForm, SessionFormSet
from meetings.models import Meeting, Minutes
from meetings.perms import (
    can_edit_meeting_papers,
    can_edit_meetings,
    can_have_calendar,
    can_import_minutes,
    can_publish_meetings,
    can_write_minutes,
)
from meetings.services import meetings as services
from meetings.views.doors import (
    FORM_METHODS,
    changed_by,
    differences_of,
    editable_meeting,
    person_of,
    posted,
    visible_meeting,
)
from members.perms import is_reader_of_papers

if TYPE_CHECKING:
    from django.http import HttpRequest

PAGE_SIZE = 30
ADD_SESSION = "add_session"


@require_safe
@login_not_required
@vary_on_headers("HX-Request")
def meeting_list(request: HttpRequest) -> HttpResponse:
    """Those to come, the next one first, then the past ones, the last one first."""
    today = timezone.localdate()
    dated: Any = Meeting.objects.visible_to(request.user).with_days()
    rows = (
        dated.annotate(is_past=Case(When(last_on__lt=today, then=True), default=False))
        .order_by("is_past", Case(When(Q(is_past=False), then=F("first_on"))), "-first_on", "-pk")
        .prefetch_related(
            "sessions",
            Prefetch(
                "minutes",
                queryset=Minutes.objects.visible_to(request.user),
                to_attr="shown_minutes",
            ),
        )
    )
    filters = MeetingFilter(request.GET, queryset=rows, request=request)
    page = Paginator(filters.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "filters": filters,
        "page": page,
        "query": query.urlencode(),
        "is_filtered": any(query.values()),
        "can_edit": can_edit_meetings(request.user),
        "can_have_calendar": can_have_calendar(request.user),
        "can_import": can_import_minutes(request.user),
        "reads_papers": is_reader_of_papers(request.user),
        "room": "meetings",
    }
    is_fragment = getattr(request, "htmx", False)
    return render(request, "meetings/_list.html" if is_fragment else "meetings/list.html", context)


@require_safe
@login_not_required
def meeting_detail(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = visible_meeting(request, slug)
    user = request.user
    context = {
        "meeting": meeting,
        "dossier": dossier_of(meeting, user),
        "can_edit": can_edit_meetings(user),
        "can_edit_papers": can_edit_meeting_papers(user),
        "can_write_minutes": can_write_minutes(user),
        "reads_papers": is_reader_of_papers(user),
        "is_over": services.is_over(meeting),
        "room": "meetings",
    }
    return render(request, "meetings/detail.html", context)


@require_http_methods(FORM_METHODS)
def meeting_create(request: HttpRequest) -> HttpResponse:
    if not can_edit_meetings(request.user):
        # Who reads papers knows that some are added; nobody else does.
        if is_reader_of_papers(request.user):
            raise PermissionDenied
        raise Http404
    return _write(request, None)


@require_http_methods(FORM_METHODS)
def meeting_edit(request: HttpRequest, slug: str) -> HttpResponse:
    return _write(request, editable_meeting(request, slug))


@require_http_methods(FORM_METHODS)
def meeting_copy(request: HttpRequest, slug: str) -> HttpResponse:
    """Another day for a meeting of the same kind, with the same points."""
    meeting = editable_meeting(request, slug)
    form = CopyForm(posted(request), initial={"title": meeting.title})
    if request.method == "POST" and form.is_valid():
        try:
            copy = services.copy_meeting(
                meeting=meeting, by=person_of(request), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_errors(error)
        else:
            messages.success(request, _("The meeting is copied: check its day and its agenda."))
            return redirect(copy)
    context = {
        "meeting": meeting,
        "title": _("Copy the meeting to another day"),
        "words": _(
            "The copy has the same sessions and agenda, none of the papers, and asks nobody yet."
        ),
        "form": form,
        "back": meeting.get_absolute_url(),
        "room": "meetings",
    }
    return render(request, "meetings/row_form.html", context, status=422 if form.errors else 200)


def _write(request: HttpRequest, meeting: Meeting | None) -> HttpResponse:
    """One form for the meeting and its sittings. “Add a session” gives it back with one more line, and saves nothing."""
    form = MeetingForm(posted(request), user=person_of(request), meeting=meeting)
    sessions = SessionFormSet(posted(request), meeting=meeting)
    if request.method != "POST":
        return _form_page(request, meeting, form, sessions)
    if ADD_SESSION in request.POST:
        return _form_page(request, meeting, *_with_one_more(request, meeting))
    if not (form.is_valid() & sessions.is_valid()):
        return _form_page(request, meeting, form, sessions, status=422)
    facts = {**form.content(), "sessions": sessions.facts(), "by": person_of(request)}
    try:
        if meeting is None:
            saved = services.create_meeting(**facts)
        else:
            version = form.cleaned_data["version"] or 0
            saved = services.edit_meeting(meeting=meeting, version=version, **facts)
    except StaleRowError as error:
        return _stale(request, error.current, form, sessions)
    except ValidationError as error:
        form.add_errors(error)
        return _form_page(request, meeting, form, sessions, status=422)
    messages.success(request, _("The meeting is saved."))
    return redirect(saved)


def _with_one_more(
    request: HttpRequest, meeting: Meeting | None
) -> tuple[MeetingForm, SessionFormSet]:
    data = request.POST.copy()
    total = SessionFormSet.count_in(data) + 1
    data["sessions-TOTAL_FORMS"] = str(min(total, services.MOST_SESSIONS))
    form = MeetingForm(data, user=person_of(request), meeting=meeting)
    sessions = SessionFormSet(data, meeting=meeting)
    # What is typed is shown as it is: it will be judged when it is sent to be saved.
    form.hold_errors()
    sessions.hold_errors()
    return form, sessions


def _stale(
    request: HttpRequest, current: Meeting, form: MeetingForm, sessions: SessionFormSet
) -> HttpResponse:
    """Both texts, and the form as it was typed: saving again replaces the other's, knowingly."""
    saved = {**MeetingForm.words_of(current)}
    differences = differences_of(form, saved, form.typed_words())
    told = SessionFormSet.words_of(current), sessions.typed_words()
    data = request.POST.copy()
    data["version"] = str(current.version)
    return _form_page(
        request,
        current,
        MeetingForm(data, user=person_of(request), meeting=current),
        SessionFormSet(data, meeting=current),
        status=409,
        is_stale=True,
        differences=[*differences, *SessionFormSet.differences(*told)],
        changed_by=changed_by(current),
    )


def _form_page(
    request: HttpRequest,
    meeting: Meeting | None,
    form: MeetingForm,
    sessions: SessionFormSet,
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    context = {
        "meeting": meeting,
        "form": form,
        "sessions": sessions,
        "can_publish": can_publish_meetings(request.user),
        "room": "meetings",
        **extra,
    }
    return render(request, "meetings/form.html", context, status=status)

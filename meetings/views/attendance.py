"""Who was there, as the secretariat writes it down: a quick list of the associations, then everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.differences import word_differences
from common.versions import StaleRowError
from meetings.forms.attendance import AttendanceForm, LineForm, told
from meetings.perms import can_edit_meetings
from meetings.quorum import quorum_of
from meetings.services import attendance as services
from meetings.views.doors import FORM_METHODS, meeting_for, person_of, posted

if TYPE_CHECKING:
    from django.http import HttpRequest

    from meetings.models import Attendance, Meeting


@require_http_methods(FORM_METHODS)
def attendance(request: HttpRequest, slug: str) -> HttpResponse:
    """One line for each association, prefilled from the answers; saved together, and refused on an old list."""
    meeting = meeting_for(request, slug, can_edit_meetings)
    lines = services.lines_of(meeting)
    stamp = services.stamp_of(meeting)
    forms = _line_forms(posted(request), lines)
    if request.method != "POST":
        return _page(request, meeting, forms, stamp=stamp)
    # Every one is asked, so that all that is wrong is said at once.
    if sum(not form.is_valid() for form in forms):
        return _page(request, meeting, forms, stamp=_posted_stamp(request), status=422)
    typed = [form.typed_line() for form in forms]
    try:
        services.save_lines(
            meeting=meeting, by=person_of(request), stamp=_posted_stamp(request), lines=typed
        )
    except StaleRowError:
        differences = word_differences(told([line for line in lines if line.row]), told(typed))
        return _page(
            request, meeting, forms, stamp=stamp, status=409, is_stale=True, differences=differences
        )
    except ValidationError as error:
        return _page(
            request,
            meeting,
            forms,
            stamp=_posted_stamp(request),
            status=422,
            errors=error.messages,
        )
    messages.success(request, _("Who was there is written down."))
    return redirect("meetings:attendance", meeting.slug)


@require_http_methods(FORM_METHODS)
def attendance_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody else than the associations of the list: an interlocutor, a guest, a second representative."""
    meeting = meeting_for(request, slug, can_edit_meetings)
    form = AttendanceForm(posted(request), user=person_of(request), meeting=meeting)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_attendance(meeting=meeting, by=person_of(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_errors(error)
        else:
            messages.success(request, _("The line is added."))
            return redirect("meetings:attendance", meeting.slug)
    return _form_page(request, meeting, form, _("Add somebody who was there"))


@require_http_methods(FORM_METHODS)
def attendance_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    meeting, row = _row(request, slug, pk)
    form = AttendanceForm(posted(request), user=person_of(request), meeting=meeting, attendance=row)
    if request.method == "POST" and form.is_valid():
        # What the form does not ask, since the meeting has one session, stays as it is.
        content = {"session": row.session, **form.cleaned_data}
        try:
            services.edit_attendance(attendance=row, by=person_of(request), **content)
        except ValidationError as error:
            form.add_errors(error)
        else:
            messages.success(request, _("The line is saved."))
            return redirect("meetings:attendance", meeting.slug)
    return _form_page(request, meeting, form, _("Correct who was there"))


@require_http_methods(FORM_METHODS)
def attendance_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    meeting, row = _row(request, slug, pk)
    if request.method == "POST":
        services.delete_attendance(attendance=row, by=person_of(request))
        messages.success(request, _("The line is taken off."))
        return redirect("meetings:attendance", meeting.slug)
    context = {
        "meeting": meeting,
        "title": _("Take this line off the list?"),
        "what": str(row),
        "words": _("The list of those who were there loses this line; the history keeps it."),
        "action": _("Take it off"),
        "back": redirect("meetings:attendance", meeting.slug).url,
        "room": "meetings",
    }
    return render(request, "meetings/confirm.html", context)


def _row(request: HttpRequest, slug: str, pk: int) -> tuple[Meeting, Attendance]:
    meeting = meeting_for(request, slug, can_edit_meetings)
    rows = meeting.attendances.select_related("association", "institution", "session", "person")
    return meeting, get_object_or_404(rows, pk=pk)


def _line_forms(data: Any, lines: list[services.Line]) -> list[LineForm]:
    associations = {str(line.association.pk): line.association for line in lines}
    for line in lines:
        if line.represented_by is not None:
            associations.setdefault(str(line.represented_by.pk), line.represented_by)
    return [LineForm(data, line=line, associations=associations) for line in lines]


def _posted_stamp(request: HttpRequest) -> int:
    text = request.POST.get("stamp", "")
    return int(text) if text.isdecimal() and len(text) < 18 else -1


def _page(
    request: HttpRequest,
    meeting: Meeting,
    forms: list[LineForm],
    *,
    stamp: int,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    rows = list(
        meeting.attendances.select_related(
            "association", "institution", "person", "session", "represented_by"
        )
    )
    in_list = {form.line.row.pk for form in forms if form.line.row is not None}
    context = {
        "meeting": meeting,
        "forms": forms,
        "stamp": stamp,
        "others": [row for row in rows if row.pk not in in_list],
        "is_new": not rows,
        "quorum": quorum_of(meeting, rows),
        "is_stale": False,
        "differences": "",
        "errors": [],
        "has_errors": status == 422,
        "room": "meetings",
        **extra,
    }
    return render(request, "meetings/attendance.html", context, status=status)


def _form_page(
    request: HttpRequest, meeting: Meeting, form: AttendanceForm, title: str
) -> HttpResponse:
    context = {
        "meeting": meeting,
        "title": title,
        "form": form,
        "back": redirect("meetings:attendance", meeting.slug).url,
        "room": "meetings",
    }
    status = 422 if form.errors else 200
    return render(request, "meetings/row_form.html", context, status=status)

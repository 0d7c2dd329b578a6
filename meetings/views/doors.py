"""How the pages of a meeting are opened: the row through `visible_to`, then the verb, else 404 or 403."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from common.differences import word_differences
from meetings.models import Meeting
from meetings.perms import can_edit_meetings
from members.perms import is_reader_of_papers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest

    from members.models import User

FORM_METHODS = ["GET", "HEAD", "POST"]


def person_of(request: HttpRequest) -> User:
    """Whoever is logged in: nobody else comes so far."""
    return cast("User", request.user)


def posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def visible_meeting(request: HttpRequest, slug: str) -> Meeting:
    rows = Meeting.objects.visible_to(request.user).with_days().select_related("group", "previous")
    return get_object_or_404(rows, slug=slug)


def editable_meeting(request: HttpRequest, slug: str) -> Meeting:
    """404 to whom the meeting is hidden, 403 to who may see it and not change it."""
    meeting = visible_meeting(request, slug)
    if not can_edit_meetings(request.user):
        raise PermissionDenied
    return meeting


def meeting_for(request: HttpRequest, slug: str, may: Callable[[Any], bool]) -> Meeting:
    """For what only readers of papers know of: 404 to anyone else, 403 to a reader without the verb."""
    meeting = visible_meeting(request, slug)
    if not may(request.user):
        if is_reader_of_papers(request.user):
            raise PermissionDenied
        raise Http404
    return meeting


def differences_of(
    form: Any, saved: Mapping[str, str], typed: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What a stale form changes, field by field, from the saved text to the one typed."""
    return [
        (form[name].label, word_differences(saved[name], typed[name]))
        for name in saved
        if name in form.fields and saved[name] != typed[name]
    ]


def changed_by(row: Any) -> User | None:
    """Who saved a row last."""
    last = row.history.select_related("history_user").first()
    return last.history_user if last else None

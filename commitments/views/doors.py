"""How the pages of a commitment are opened: the row through `visible_to`, then the verb, else 404 or 403."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from commitments.models import Commitment
from commitments.perms import can_edit_commitments
from meetings.models import MinutesSection
from members.forms.papers import KEY_LENGTH
from members.perms import is_reader_of_papers

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from plan.models import Institution


def visible_commitment(request: HttpRequest, slug: str) -> Commitment:
    rows: Any = Commitment.objects.visible_to(request.user)
    rows = rows.select_related("institution", "meeting", "section", "source", "parent")
    commitment: Commitment = get_object_or_404(rows, slug=slug)
    return commitment


def commitment_for(request: HttpRequest, slug: str, may: Callable[[Any], bool]) -> Commitment:
    """404 to whom it is hidden, 403 to who may see it without the verb."""
    commitment = visible_commitment(request, slug)
    if not may(request.user):
        raise PermissionDenied
    return commitment


def section_asked(request: HttpRequest) -> Any:
    """The section of minutes that one comes from (`?section=`), with the day on which it was said; None without one."""
    asked = request.GET.get("section", "")
    if not asked.isdecimal() or len(asked) >= KEY_LENGTH:
        return None
    rows: Any = MinutesSection.objects.visible_to(request.user)
    shown = rows.with_day().select_related("minutes__meeting")
    return get_object_or_404(
        shown.prefetch_related("measures", "institutions", "minutes__meeting__institutions"),
        pk=int(asked),
    )


def bodies_of(section: Any) -> list[Institution]:
    """Whom a section is about; else whom its meeting was with."""
    return list(section.institutions.all()) or list(section.minutes.meeting.institutions.all())


def check_may_write(request: HttpRequest) -> None:
    """For pages about no commitment yet: only who reads papers knows that some are recorded."""
    if not can_edit_commitments(request.user):
        if is_reader_of_papers(request.user):
            raise PermissionDenied
        raise Http404

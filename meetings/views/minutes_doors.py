"""How the pages about some minutes are opened: the row through `visible_to`, then the verb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from meetings.models import Minutes
from members.perms import is_reader_of_papers

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


def minutes_for(request: HttpRequest, slug: str, may: Callable[[Any], bool]) -> Minutes:
    """404 to whom they are hidden, and to whoever does not read papers; 403 to a reader without the verb."""
    rows = Minutes.objects.visible_to(request.user).select_related("meeting")
    minutes = get_object_or_404(rows, meeting__slug=slug)
    if not may(request.user):
        if is_reader_of_papers(request.user):
            raise PermissionDenied
        raise Http404
    return minutes

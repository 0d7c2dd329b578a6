"""Deadlines for calendar programs, at the secret address of somebody's calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from commitments.calendar import deadlines_of
from commitments.perms import can_have_deadlines
from meetings.calendar import CONTENT_TYPE
from meetings.services.calendars import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
@login_not_required
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The deadlines that the owner of the address may see today. Wrong, withdrawn, or of somebody without them: 404."""
    person = reader_of(secret)
    if person is None or not can_have_deadlines(person):
        raise Http404
    response = HttpResponse(deadlines_of(person), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = 'attachment; filename="vigie-engagements.ics"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response

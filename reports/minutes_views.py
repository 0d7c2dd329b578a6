"""Minutes as a PDF: asked for, followed while it is made, and given to whoever it was made for.

Only who is logged in may ask: each copy is made for one reader. A stranger prints the page of public minutes.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from common.downloads import serve
from meetings.models import Minutes
from members.services.papers import record_reading
from reports.minutes_files import is_current, request_minutes_export
from reports.models import STEPS, MinutesExport

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from members.models import User

# A copy still waiting after this says that perhaps no worker runs.
LATE_AFTER = dt.timedelta(minutes=1)


@require_safe
@vary_on_headers("HX-Request")
def minutes_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """How one's copy goes, and the button that asks for it. With htmx only the state is asked for again."""
    minutes = _minutes(request, slug)
    export = _latest(request, minutes)
    is_ready = export is not None and export.is_done
    context = {
        "minutes": minutes,
        "meeting": minutes.meeting,
        "export": export,
        "is_outdated": is_ready and export is not None and not is_current(export),
        "steps": STEPS,
        "is_late": export is not None
        and export.is_waiting
        and export.requested_at < timezone.now() - LATE_AFTER,
        "room": "meetings",
    }
    is_fragment = request.headers.get("HX-Request")
    template = "reports/_minutes_state.html" if is_fragment else "reports/minutes_detail.html"
    return render(request, template, context)


@require_POST
def minutes_create(request: HttpRequest, slug: str) -> HttpResponse:
    export = request_minutes_export(minutes=_minutes(request, slug), by=_user(request))
    return redirect(export)


@require_safe
def minutes_pdf(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One's own copy when it is ready and says what one may read today; otherwise the page on which to ask for it."""
    minutes = _minutes(request, slug)
    export = _latest(request, minutes)
    if export is None or not export.is_done:
        return redirect("reports:minutes", slug=slug)
    if not is_current(export):
        messages.info(
            request,
            _("These minutes, or what you may read of them, have changed: ask for the file again."),
        )
        return redirect("reports:minutes", slug=slug)
    response = serve(export)
    if export.is_personal and request.method == "GET":
        record_reading(person=_user(request), row=minutes)
    return response


def _user(request: HttpRequest) -> User:
    """Whoever is logged in: the middleware lets nobody else come so far."""
    return cast("User", request.user)


def _minutes(request: HttpRequest, slug: str) -> Minutes:
    visible = Minutes.objects.visible_to(request.user).select_related("meeting")
    return get_object_or_404(visible, meeting__slug=slug)


def _latest(request: HttpRequest, minutes: Minutes) -> MinutesExport | None:
    mine = MinutesExport.objects.visible_to(request.user).filter(minutes=minutes)
    return mine.select_related("minutes__meeting", "requested_by").first()

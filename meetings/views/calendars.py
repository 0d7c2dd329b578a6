"""Meetings by month, and the address by which a calendar program reads one's own."""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Max, Min, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meetings.calendar import CONTENT_TYPE, FILE_NAME, calendar_of, invitation_of
from meetings.models import CalendarLink, Meeting, Session
from meetings.panels import FEEDS
from meetings.perms import can_edit_meetings, can_have_calendar
from meetings.services import calendars as services
from meetings.views.doors import FORM_METHODS, person_of, visible_meeting
from members.adapters import SITE_NAME
from members.mail import site_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest

MONTH = re.compile(r"(\d{4})-(\d{2})")
YEARS = range(1990, 2101)


@dataclass(frozen=True)
class Day:
    on: dt.date
    is_of_month: bool
    sessions: Sequence[Session]


@require_safe
@login_not_required
def calendar(request: HttpRequest) -> HttpResponse:
    """One month as a table, a list on a phone; strangers see what is public."""
    today = timezone.localdate()
    first = _month(request.GET.get("mois", ""), today)
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    visible = Meeting.objects.visible_to(request.user)
    sessions: dict[dt.date, list[Session]] = {}
    rows = Session.objects.filter(
        on__range=(weeks[0][0], weeks[-1][-1]), meeting__in=visible.values("pk")
    )
    for session in rows.select_related("meeting").order_by("on", "starts_at", "pk"):
        sessions.setdefault(session.on, []).append(session)
    earliest, latest = _reach(visible, today)
    is_empty = not any((day.year, day.month) == (first.year, first.month) for day in sessions)
    before, after = first - dt.timedelta(days=1), (first + dt.timedelta(days=31)).replace(day=1)
    context = {
        "first": first,
        "weeks": [
            [Day(day, day.month == first.month, sessions.get(day, [])) for day in week]
            for week in weeks
        ],
        "days": weeks[0],
        "before": before.replace(day=1) if before >= earliest else None,
        "after": after if after <= latest else None,
        "today": today,
        "is_empty": is_empty,
        "nearest": _nearest(visible, first) if is_empty else {},
        "can_edit": can_edit_meetings(request.user),
        "can_have_calendar": can_have_calendar(request.user),
        "room": "meetings",
    }
    return render(request, "meetings/calendar.html", context)


def _reach(visible: QuerySet[Meeting], today: dt.date) -> tuple[dt.date, dt.date]:
    """Between which days links lead from month to month: those of the meetings that one may see, and today."""
    days = Session.objects.filter(meeting__in=visible.values("pk")).aggregate(
        first=Min("on"), last=Max("on")
    )
    return min(days["first"] or today, today), max(days["last"] or today, today)


def _nearest(visible: QuerySet[Meeting], first: dt.date) -> dict[str, dt.date | None]:
    """The last day with a meeting before an empty month, and the first one after it."""
    return Session.objects.filter(meeting__in=visible.values("pk")).aggregate(
        before=Max("on", filter=Q(on__lt=first)), after=Min("on", filter=Q(on__gt=first))
    )


@never_cache
@require_http_methods(FORM_METHODS)
def calendar_link(request: HttpRequest) -> HttpResponse:
    """The page of one's own address; a POST makes one, shown once, in the place of the former."""
    _check_may_have(request)
    address, others = "", []
    feeds = [feed for feed in FEEDS if feed.may_have(request.user)]
    if request.method == "POST":
        secret = services.make_link(person=person_of(request))
        address = site_address(reverse("meetings:feed", args=[secret]))
        others = [(feed, site_address(feed.address(secret))) for feed in feeds]
    link = CalendarLink.objects.visible_to(request.user).live().first()
    context = {
        "link": link,
        "address": address,
        "feeds": feeds,
        "others": others,
        "room": "meetings",
    }
    return render(request, "meetings/calendar_link.html", context)


@require_POST
def calendar_link_withdraw(request: HttpRequest) -> HttpResponse:
    _check_may_have(request)
    services.withdraw_link(person=person_of(request))
    messages.success(request, _("The address is withdrawn: it answers nothing any more."))
    return redirect("meetings:calendar-link")


@require_safe
@login_not_required
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The meetings that the owner of the address may see today. Wrong, withdrawn, or of somebody who left: 404."""
    person = services.reader_of(secret)
    if person is None:
        raise Http404
    meetings = Meeting.objects.visible_to(person).prefetch_related("sessions").order_by("pk")
    return _file(calendar_of(meetings, name=SITE_NAME), "vigie.ics")


@require_safe
@login_not_required
def invitation(request: HttpRequest, slug: str) -> HttpResponse:
    """One meeting, for a calendar program."""
    return _file(invitation_of(visible_meeting(request, slug)), FILE_NAME)


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _month(text: str, today: dt.date) -> dt.date:
    if not text:
        return today.replace(day=1)
    found = MONTH.fullmatch(text)
    if found is None or int(found[1]) not in YEARS or not 1 <= int(found[2]) <= 12:
        raise Http404
    return dt.date(int(found[1]), int(found[2]), 1)


def _check_may_have(request: HttpRequest) -> None:
    """The administrator sees no more of the meetings than anyone, and has no calendar of them."""
    if not can_have_calendar(request.user):
        raise Http404

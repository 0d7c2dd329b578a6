"""Deadlines as calendar programs read them (RFC 5545): whole days, what is promised, by whom, and its address."""

from __future__ import annotations

import datetime as dt
import heapq
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from commitments.follow_up import standing_rows
from commitments.models import Commitment
from commitments.standing import OPEN
from commitments.timelines import NEVER, read_timelines
from common.typography import french
from members.adapters import SITE_NAME
from members.mail import site_address

if TYPE_CHECKING:
    from members.models import User

# Nobody looks for a deadline further back in a calendar, nor among more of them; `commitments.panels` says so.
DAYS_BACK = 365
MOST = 500


def deadlines_of(person: User) -> bytes:
    """The open promises that somebody may see today and that have a date, in their language: those to come and those of
    the last year, the nearest ones if they are many. Three queries.
    """
    today = timezone.localdate()
    rows = standing_rows(person, today).filter(pk__in=_nearest(person, today))
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{SITE_NAME}//{SITE_NAME}//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    with override(person.language):
        # What calendar programs call it, long before RFC 7986 gave it a name.
        name = _("%(site)s – deadlines") % {"site": SITE_NAME}
        calendar.add("x-wr-calname", name)
        for row in rows.order_by("late_from", "pk"):
            calendar.add_component(_event(row))
    content: bytes = calendar.to_ical()
    return content


def _nearest(person: User, today: dt.date) -> list[int]:
    visible = set(Commitment.objects.visible_to(person).order_by().values_list("pk", flat=True))
    timelines, day = read_timelines(), today.toordinal()
    still_open = timelines.ranking_on(today).among(visible).that(lambda stand: stand.state in OPEN)
    due = {pk: timelines.lines[pk].due_on(day) for pk in still_open.keys}
    shown = [pk for pk, on in due.items() if day - DAYS_BACK <= on < NEVER]
    return heapq.nsmallest(MOST, shown, key=lambda pk: abs(due[pk] - day))


def _event(commitment: Any) -> icalendar.Event:
    # The last day on which it is kept in time.
    on = commitment.late_from - dt.timedelta(days=1)
    event = icalendar.Event()
    event.add("uid", f"engagement-{commitment.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", timezone.now())
    event.add("summary", french(_summary(commitment)))
    event.add(
        "description", french(_("Deadline: %(words)s") % {"words": commitment.deadline_words})
    )
    event.add("dtstart", on)
    event.add("dtend", commitment.late_from)
    event.add("transp", "TRANSPARENT")
    event.add("url", site_address(commitment.get_absolute_url()))
    return event


def _summary(commitment: Any) -> str:
    values = {"who": commitment.institution.short_name, "what": commitment.wording}
    if commitment.is_late:
        return _("Late: %(what)s (%(who)s)") % values
    return _("Due: %(what)s (%(who)s)") % values

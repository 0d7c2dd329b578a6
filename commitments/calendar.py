"""Deadlines as calendar programs read them (RFC 5545): whole days, what is promised, by whom, and its address."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from commitments.follow_up import standing_rows
from commitments.standing import OPEN
from common.typography import french
from members.adapters import SITE_NAME
from members.mail import site_address

if TYPE_CHECKING:
    from members.models import User


def deadlines_of(person: User) -> bytes:
    """The open promises that somebody may see today and that have a date, in their language. One query."""
    today = timezone.localdate()
    rows = standing_rows(person, today).filter(state__in=OPEN, late_from__isnull=False)
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

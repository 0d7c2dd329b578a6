"""Meetings as calendar programs read them (RFC 5545): day, hours, title, place and address, nothing else."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.utils import timezone

from meetings.models import Session
from members.adapters import SITE_NAME
from members.mail import site_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetings.models import Meeting

PARIS = ZoneInfo("Europe/Paris")
MAIL_TYPE = "text/calendar"
CONTENT_TYPE = f"{MAIL_TYPE}; charset=utf-8"
FILE_NAME = "invitation.ics"
CANCELLATION_NAME = "annulation.ics"
# The rule of the European Union since 1996 (directive 2000/84/EC): the last Sundays of March and October.
SUMMER = {"FREQ": "YEARLY", "BYMONTH": 3, "BYDAY": "-1SU"}
WINTER = {"FREQ": "YEARLY", "BYMONTH": 10, "BYDAY": "-1SU"}


def calendar_of(meetings: Iterable[Meeting], *, name: str = "", method: str = "PUBLISH") -> bytes:
    """One event for each sitting. The meetings come with their sessions: no query when these are prefetched."""
    calendar = _calendar(method)
    if name:
        # What calendar programs call it, long before RFC 7986 gave it a name.
        calendar.add("x-wr-calname", name)
    now = timezone.now()
    for meeting in meetings:
        for session in meeting.sessions.all():
            calendar.add_component(_event(meeting, session, now))
    content: bytes = calendar.to_ical()
    return content


def invitation_of(meeting: Meeting) -> bytes:
    """The file that goes with a convocation; of a cancelled meeting, what takes it off the calendar."""
    return calendar_of([meeting], method="CANCEL" if meeting.cancelled_at else "PUBLISH")


def cancellation_of(meeting: Meeting) -> bytes | None:
    """What takes off calendars the sittings that a convened meeting no longer has; None when it has them all."""
    if meeting.convened_at is None:
        return None
    kept = {session.pk for session in meeting.sessions.all()}
    gone = Session.history.filter(
        meeting=meeting.pk, history_type="-", history_date__gte=meeting.convened_at
    )
    taken_off = [row.instance for row in gone.order_by("history_date") if row.id not in kept]
    if not taken_off:
        return None
    calendar, now = _calendar("CANCEL"), timezone.now()
    for session in taken_off:
        event = _event(meeting, session, now)
        event["status"] = "CANCELLED"
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _calendar(method: str) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{SITE_NAME}//{SITE_NAME}//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_paris())
    return calendar


def _event(meeting: Meeting, session: Session, now: dt.datetime) -> icalendar.Event:
    event = icalendar.Event()
    # The same as long as the session lives, so that a change replaces what was there.
    event.add("uid", f"{meeting.uid}-{session.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", meeting.version)
    event.add("dtstamp", now)
    event.add("summary", meeting.title)
    event.add("organizer", f"mailto:{settings.DEFAULT_FROM_EMAIL}")
    event.add("status", "CANCELLED" if meeting.cancelled_at else "CONFIRMED")
    event.add("url", site_address(meeting.get_absolute_url()))
    if session.place:
        event.add("location", session.place)
    if session.starts_at is None:
        # The hour is not known: the day, until the next one begins.
        event.add("dtstart", session.on)
        event.add("dtend", session.on + dt.timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        return event
    event.add("dtstart", dt.datetime.combine(session.on, session.starts_at, PARIS))
    if session.ends_at is not None:
        event.add("dtend", dt.datetime.combine(session.on, session.ends_at, PARIS))
    return event


def _paris() -> icalendar.Timezone:
    zone = icalendar.Timezone()
    zone.add("tzid", PARIS.key)
    winter, summer = dt.timedelta(hours=1), dt.timedelta(hours=2)
    standard, daylight = icalendar.TimezoneStandard(), icalendar.TimezoneDaylight()
    standard.add("dtstart", dt.datetime(1996, 10, 27, 3))  # noqa: DTZ001 (local by definition)
    standard.add("rrule", WINTER)
    standard.add("tzoffsetfrom", summer)
    standard.add("tzoffsetto", winter)
    standard.add("tzname", "CET")
    daylight.add("dtstart", dt.datetime(1996, 3, 31, 2))  # noqa: DTZ001
    daylight.add("rrule", SUMMER)
    daylight.add("tzoffsetfrom", winter)
    daylight.add("tzoffsetto", summer)
    daylight.add("tzname", "CEST")
    zone.add_component(standard)
    zone.add_component(daylight)
    return zone

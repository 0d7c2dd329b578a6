"""What this room holds about a person, for that person: what they wrote and answered, not what they read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from members.services.own_data import add_kind

if TYPE_CHECKING:
    from members.models import User

Rows = list[dict[str, Any]]


def register() -> None:
    """Called when the site starts."""
    add_kind("meetings_asked_to", _invitees)
    add_kind("meetings_attended", _attendances)
    add_kind("annotations", _annotations)
    add_kind("corrections", _corrections)
    add_kind("minutes_read", _visits)
    add_kind("calendar_links", _calendar_links)


def _invitees(person: User) -> Rows:
    rows = person.meetings_asked_to.select_related("meeting", "association", "represented_by")
    return [
        {
            "meeting": row.meeting.title,
            "association": row.association.name if row.association else "",
            "sent_at": row.sent_at,
            "answer": row.answer,
            "represented_by": row.represented_by.name if row.represented_by else "",
            "answered_at": row.answered_at,
        }
        for row in rows
    ]


def _attendances(person: User) -> Rows:
    rows = person.attendances.select_related("meeting")
    return [
        {"meeting": row.meeting.title, "as": row.capacity, "presence": row.presence} for row in rows
    ]


def _annotations(person: User) -> Rows:
    return [dict(row) for row in person.annotations.values("added_at", "text")]


def _corrections(person: User) -> Rows:
    rows = person.corrections.values("added_at", "replacement", "reason", "state", "answer")
    return [dict(row) for row in rows]


def _visits(person: User) -> Rows:
    rows = person.minutes_visits.values("minutes", "last_at", "before_at")
    return [dict(row) for row in rows]


def _calendar_links(person: User) -> Rows:
    rows = person.calendar_links.values("created_at", "withdrawn_at")
    return [dict(row) for row in rows]

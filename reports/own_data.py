"""What this room holds about a person, for that person: the files that were made for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from members.services.own_data import add_kind

if TYPE_CHECKING:
    from members.models import User


def register() -> None:
    """Called when the site starts."""
    add_kind("minutes_files", _minutes_files)


def _minutes_files(person: User) -> list[dict[str, Any]]:
    rows = person.minutes_exports.select_related("minutes__meeting")
    return [
        {
            "minutes": row.minutes.meeting.title,
            "asked_for_at": row.requested_at,
            "finished_at": row.finished_at,
            "status": row.status,
            "bears_name": row.is_personal,
        }
        for row in rows
    ]

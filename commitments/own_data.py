"""What this room holds about a person, for that person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from members.services.own_data import add_kind

if TYPE_CHECKING:
    from members.models import User


def register() -> None:
    """Called when the site starts."""
    add_kind("weekly_mails_of_commitments", _digests)


def _digests(person: User) -> list[dict[str, Any]]:
    rows = person.commitment_digests.values("week", "sent_at")
    return [dict(row) for row in rows]

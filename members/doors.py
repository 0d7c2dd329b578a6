"""Who may come in today, in words of the database that need not be written anew for each request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    import datetime as dt

# `User.objects.who_may_come_in`, of a row of members_user that is active; a test compares the two.
MAY_COME_IN = """(
    members_user.role NOT IN ('member', 'guest')
    OR members_user.role = 'member' AND EXISTS (
        SELECT 1 FROM members_mandate
        WHERE person_id = members_user.id AND since <= %s AND (until IS NULL OR until > %s))
    OR members_user.role = 'guest' AND EXISTS (
        SELECT 1 FROM members_guestaccess
        WHERE person_id = members_user.id AND since <= %s AND until > %s)
)"""


def days() -> list[dt.date]:
    """What `MAY_COME_IN` asks for."""
    return [timezone.localdate()] * 4

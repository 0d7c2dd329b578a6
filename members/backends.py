"""Who is logged in, read by a query that is already written."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend as LibraryBackend
from django.utils import timezone

from members.models import User

# `User.objects.who_may_come_in`, in words that need not be written anew for each request; a test compares the two.
READ = """
SELECT members_user.*, (
    role NOT IN ('member', 'guest')
    OR role = 'member' AND EXISTS (
        SELECT 1 FROM members_mandate
        WHERE person_id = members_user.id AND since <= %s AND (until IS NULL OR until > %s))
    OR role = 'guest' AND EXISTS (
        SELECT 1 FROM members_guestaccess
        WHERE person_id = members_user.id AND since <= %s AND until > %s)
) AS may_come_in
FROM members_user WHERE id = %s AND is_active
"""


class AuthenticationBackend(LibraryBackend):  # type: ignore[misc] # published without types
    def get_user(self, user_id: int) -> User | None:
        """At every request: a mandate that ended, or an account that was closed, is felt at the next page."""
        today = timezone.localdate()
        for user in User.objects.raw(READ, [today, today, today, today, user_id]):
            return user if user.may_come_in else None
        return None

    def user_can_authenticate(self, user: User) -> bool:
        """Asked when somebody logs in."""
        return user.is_active and user.may_come_in

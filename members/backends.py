"""Who is logged in, read by a query that is already written."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend as LibraryBackend

from members.doors import MAY_COME_IN, days
from members.models import User
from members.sessions import account_read

READ = f"""
SELECT members_user.*, {MAY_COME_IN} AS may_come_in
FROM members_user WHERE id = %s AND is_active
"""  # noqa: S608 (our own words only)


class AuthenticationBackend(LibraryBackend):  # type: ignore[misc] # published without types
    def get_user(self, user_id: int) -> User | None:
        """At every request: a mandate that ended, or an account that was closed, is felt at the next page."""
        user = account_read(user_id)
        for row in [user] if user is not None else User.objects.raw(READ, [*days(), user_id]):
            return row if row.may_come_in else None
        return None

    def user_can_authenticate(self, user: User) -> bool:
        """Asked when somebody logs in."""
        return user.is_active and user.may_come_in

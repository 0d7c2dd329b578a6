"""Who is logged in, read by a query that is already written."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend as LibraryBackend

from members.models import User

READ = "SELECT * FROM members_user WHERE id = %s"


class AuthenticationBackend(LibraryBackend):  # type: ignore[misc] # published without types
    def get_user(self, user_id: int) -> User | None:
        """At every request: a role that was taken away, or an account that was closed, is felt at the next page."""
        for user in User.objects.raw(READ, [user_id]):
            return user if self.user_can_authenticate(user) else None
        return None

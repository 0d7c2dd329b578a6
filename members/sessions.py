"""Sessions in the database, read with the account that they are of: every page of somebody logged in begins with it."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

from members.doors import MAY_COME_IN, days

if TYPE_CHECKING:
    from collections.abc import Iterator

    from members.models import User

# The library writes down whose session each is. Where it has not, `members.backends` asks for the account by itself.
READ = f"""
SELECT members_user.*, {MAY_COME_IN} AS may_come_in, django_session.session_data AS session_data
FROM django_session
LEFT JOIN usersessions_usersession ON usersessions_usersession.session_key = django_session.session_key
LEFT JOIN members_user ON members_user.id = usersessions_usersession.user_id AND members_user.is_active
WHERE django_session.session_key = %s AND django_session.expire_date > %s
"""  # noqa: S608 (our own words only)


class SessionStore(db.SessionStore):
    account: User | None = None

    def load(self) -> dict[str, Any]:
        from members.models import User

        now = connection.ops.adapt_datetimefield_value(timezone.now())
        for row in User.objects.raw(READ, [*days(), self.session_key, now]):
            self.account = row if row.pk else None
            found: dict[str, Any] = self.decode(row.session_data)  # type: ignore[attr-defined] # read beside the account
            return found
        # As the parent does: a key that is nobody's is not taken up.
        self._session_key = None
        return {}


_reading: ContextVar[SessionStore | None] = ContextVar("session being read", default=None)


@contextmanager
def accounts_read_with(session: SessionStore) -> Iterator[None]:
    """Within the block, `account_read` gives the account that a request's session was read with."""
    token = _reading.set(session)
    try:
        yield
    finally:
        _reading.reset(token)


def account_read(pk: int) -> User | None:
    """The account of this key, if the session was read with it."""
    session = _reading.get()
    account = session.account if session is not None else None
    return account if account is not None and account.pk == pk else None

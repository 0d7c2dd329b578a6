"""Sessions in the database, read by a query that is already written: every page of somebody logged in begins with it."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

READ = (
    "SELECT session_key, session_data, expire_date FROM django_session"
    " WHERE session_key = %s AND expire_date > %s"
)


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        for session in Session.objects.raw(READ, [self.session_key, now]):
            found: dict[str, Any] = self.decode(session.session_data)
            return found
        # As the parent does: a key that is nobody's is not taken up.
        self._session_key = None
        return {}

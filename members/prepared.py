"""Questions that depend on who asks, written once for each kind of people: see `common.prepared`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from common.prepared import Prepared
from members.access import ANONYMOUS, kind_of
from members.models import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from common.prepared import Asked


class PreparedForReaders:
    """The rows of a `values_list` queryset that begins with `visible_to`, for whoever reads.

    The queryset is made for a stand-in, of whom only the kind is known: were `visible_to` to ask more of somebody, the
    stand-in would be given less than the reader, never more. It is made again every day, since mandates begin and end.
    """

    def __init__(
        self,
        rows: Callable[..., QuerySet[Any, tuple[Any, ...]]],
        *kinds: type[str | int],
    ) -> None:
        self.rows = rows
        self.kinds = kinds
        self._of_day: tuple[dt.date | None, dict[str, Prepared]] = (None, {})

    def first(self, user: User | AnonymousUser, *values: str | int) -> tuple[Any, ...] | None:
        """The first row alone. One query."""
        return self._for(user).first(user.pk or 0, *values)

    def all(self, user: User | AnonymousUser, *values: str | int) -> list[tuple[Any, ...]]:
        """Every row. One query."""
        return self._for(user).all(user.pk or 0, *values)

    def asked(self, user: User | AnonymousUser, *values: str | int) -> Asked:
        """For `common.prepared.every_row_of`."""
        return self._for(user).asked(user.pk or 0, *values)

    def _for(self, user: User | AnonymousUser) -> Prepared:
        today, kind = timezone.localdate(), kind_of(user)
        day, questions = self._of_day
        if day != today:
            # Replaced whole: another thread may still be asking the old ones.
            questions = {}
            self._of_day = (today, questions)
        if kind not in questions:
            questions[kind] = Prepared(
                lambda person, *values: self.rows(stand_in(kind, person), *values),
                int,
                *self.kinds,
            )
        return questions[kind]


def stand_in(kind: str, pk: int) -> User | AnonymousUser:
    if kind == ANONYMOUS:
        return AnonymousUser()
    somebody = User(pk=pk, role=kind, is_active=True)
    somebody.may_come_in = True
    return somebody


def instant(words: str) -> dt.datetime:
    """An instant as a database writes it: in UTC, which SQLite does not say."""
    read = dt.datetime.fromisoformat(words)
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)

"""What is open and may go on an agenda; and where higher rooms add theirs, without being known here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from django.contrib.auth.models import AnonymousUser
    from django.utils.functional import _StrPromise

    from meetings.models import AgendaItem, Meeting
    from members.models import User


@dataclass(frozen=True)
class Proposal:
    """Something open. `title` is what every reader of the agenda will read, `detail` what whoever prepares it reads.

    What it comes from may be secret to others: of that, the title says only what kind of thing it is. A higher room
    gives the heading of its proposals, with a `remark` under them, and ties the point to what it was made from.
    """

    key: str
    kind: str
    title: str
    detail: str
    is_checked: bool
    origin: dict[str, Any]
    heading: _StrPromise | str = ""
    remark: _StrPromise | str = ""
    tie: Callable[[AgendaItem], None] | None = None


@dataclass(frozen=True)
class OpenThings:
    """What a higher room proposes to whoever prepares a meeting of that day, and what points were made from.

    `origins` gives, by primary key of points, words and addresses of what the reader may see of it. One query.
    """

    propose: Callable[[Meeting, User, dt.date], Iterable[Proposal]]
    origins: Callable[
        [User | AnonymousUser, Collection[int]], Mapping[int, Sequence[tuple[str, str]]]
    ]


OTHERS: list[OpenThings] = []

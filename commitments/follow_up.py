"""What waits for the secretariat on a day: silent after a reminder, late, soon due, without a date. As each may see it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from commitments.enums import EventKind
from commitments.models import Commitment
from commitments.standing import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.contrib.auth.models import AnonymousUser
    from django.utils.functional import _StrPromise

    from commitments.escalation import Advice
    from members.models import User

# Within so many days a deadline is soon.
SOON = dt.timedelta(days=30)
# After so many days a reminder has had no answer.
PATIENCE = dt.timedelta(days=30)
NO_ADVICE: Mapping[int, Advice] = MappingProxyType({})


@dataclass(frozen=True)
class Waiting:
    """One of the lists: its name in addresses, its words, what stands there when it is empty, and whose it is."""

    key: str
    label: _StrPromise
    meaning: _StrPromise
    empty: _StrPromise
    condition: Callable[[dt.date], Q]
    order: str

    def rows(self, user: User | AnonymousUser, on: dt.date) -> Any:
        return standing_rows(user, on).filter(self.condition(on)).order_by(self.order, "pk")


@dataclass(frozen=True)
class Line:
    """A commitment that stands on a day, how late it is, and the step suggested."""

    commitment: Commitment
    days_late: int
    advice: Advice | None


def standing_rows(user: User | AnonymousUser, on: dt.date) -> Any:
    """What somebody may see, as it stands on a day, with who promised."""
    return Commitment.objects.visible_to(user).standing_on(on).select_related("institution")


def late_on(user: User | AnonymousUser, on: dt.date) -> Any:
    """Still open and past their deadline, the longest overdue first; those without an answer are among them."""
    return standing_rows(user, on).filter(is_late=True).order_by("late_from", "pk")


def silent_on(user: User | AnonymousUser, on: dt.date) -> Any:
    """Whose last news is a reminder that nobody answered for thirty days, the oldest first."""
    return SILENT.rows(user, on)


def soon_on(user: User | AnonymousUser, on: dt.date) -> Any:
    """Open, and late within the next thirty days, the first due first."""
    return SOON_DUE.rows(user, on)


def undated_on(user: User | AnonymousUser, on: dt.date) -> Any:
    """Open, and never late: no deadline was given, or its words tell no date. The oldest first."""
    return UNDATED.rows(user, on)


def counts_on(user: User | AnonymousUser, on: dt.date) -> list[tuple[Waiting, int]]:
    """How many stand in each list. One query."""
    wanted = {f"n{place}": each.condition(on) for place, each in enumerate(LISTS)}
    found = (
        standing_rows(user, on)
        .order_by()
        .aggregate(**{name: Count("pk", filter=condition) for name, condition in wanted.items()})
    )
    return list(zip(LISTS, found.values(), strict=True))


def line_of(commitment: Any, on: dt.date, advice: Mapping[int, Advice] = NO_ADVICE) -> Line:
    """`commitment` stands on that day (`standing_on`). Late days count from the first on, that one included."""
    days = (on - commitment.late_from).days + 1 if commitment.is_late else 0
    return Line(commitment, days, advice.get(commitment.pk))


def _is_silent(on: dt.date) -> Q:
    return Q(last_kind=EventKind.REMINDED, last_on__lte=on - PATIENCE)


def _is_late(on: dt.date) -> Q:
    """Less the silent ones: a promise stands in one list."""
    return Q(is_late=True) & ~_is_silent(on)


def _is_soon_due(on: dt.date) -> Q:
    return Q(state__in=OPEN, late_from__gt=on, late_from__lte=on + SOON) & ~_is_silent(on)


def _has_no_date(on: dt.date) -> Q:
    return Q(state__in=OPEN, late_from=None) & ~_is_silent(on)


SILENT = Waiting(
    "sans-reponse",
    _("No answer"),
    _("Reminded thirty days ago or more, and nothing since."),
    _("Every reminder was answered, or is less than thirty days old."),
    _is_silent,
    "last_on",
)
LATE = Waiting(
    "en-retard",
    _("Late"),
    _("Past the deadline, and not waiting for an answer to a reminder."),
    _("No promise is late. They come here by themselves, on their first late day."),
    _is_late,
    "late_from",
)
SOON_DUE = Waiting(
    "bientot",
    _("Soon due"),
    _("Late within the next thirty days if nothing comes."),
    _("No deadline falls within the next thirty days."),
    _is_soon_due,
    "late_from",
)
UNDATED = Waiting(
    "sans-date",
    _("Without a date"),
    _("Promised without a deadline, or in words that tell no date: they will never be late."),
    _("Every open promise has a deadline with a date."),
    _has_no_date,
    "made_on",
)
# What has its hour; what has none waits on the page.
TIMELY = (SILENT, LATE, SOON_DUE)
LISTS = (*TIMELY, UNDATED)

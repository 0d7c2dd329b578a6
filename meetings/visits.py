"""When somebody last read minutes, and what is new to them since."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils import timezone

from common.prepared import Prepared
from meetings.models import Decision, Erratum, FollowUp, MinutesVisit
from members.prepared import instant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from meetings.reading import Told
    from members.models import User

# Whoever comes back within the hour is still reading: what was new stays marked.
ONE_VISIT = dt.timedelta(hours=1)
VISIT = Prepared(
    lambda minutes, person: (
        MinutesVisit.objects.filter(minutes=minutes, person=person)
        .order_by()
        .values_list(Cast("last_at", CharField()), Cast("before_at", CharField()))
    ),
    int,
    int,
)


@dataclass(frozen=True)
class News:
    """What was added since a visit, by primary key."""

    since: dt.datetime
    sections: Collection[int]
    decisions: Collection[int]
    follow_ups: Collection[int]
    errata: Collection[int]

    def __bool__(self) -> bool:
        return bool(self.sections or self.decisions or self.follow_ups or self.errata)


def note_visit(minutes: int, person: User) -> dt.datetime | None:
    """Write down that somebody reads minutes now. Returns when their visit before began; None if this is the first.

    One query while the visit lasts, three when one begins.
    """
    now = timezone.now()
    found = VISIT.first(minutes, person.pk)
    if found and now - instant(found[0]) <= ONE_VISIT:
        return instant(found[1]) if found[1] else None
    visit, is_first = MinutesVisit.objects.get_or_create(
        minutes_id=minutes, person=person, defaults={"last_at": now}
    )
    if not is_first and now - visit.last_at > ONE_VISIT:
        visit.before_at, visit.last_at = visit.last_at, now
        visit.save(update_fields=["before_at", "last_at"])
    return visit.before_at


def news_since(
    since: dt.datetime,
    told: Told,
    written: Iterable[tuple[int, str | None]],
) -> News:
    """Of what a reader is given, what was added since. One query for each of decisions,
    follow-ups and errata, where there are any."""
    decisions = [row[1] for row in told.decisions]
    follow_ups = [row[1] for row in told.follow_ups]
    errata = [row[1] for row in told.errata]
    return News(
        since=since,
        sections={pk for pk, at in written if at and instant(at) > since},
        decisions=_added_since(Decision, decisions, since),
        follow_ups=_added_since(FollowUp, follow_ups, since),
        errata=set(
            Erratum.objects.filter(pk__in=errata, added_at__gt=since).values_list("pk", flat=True)
        )
        if errata
        else set(),
    )


def _added_since(
    model: type[Decision | FollowUp], pks: list[int], since: dt.datetime
) -> Collection[int]:
    """They bear no hour: the first row of their history does."""
    if not pks:
        return set()
    added = model.history.filter(id__in=pks, history_type="+", history_date__gt=since)
    return set(added.values_list("id", flat=True))

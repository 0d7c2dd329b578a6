"""What institutions promised and what came of it, in numbers, as of a day and for one reader's eyes.

Every promise is in one of six fates, so that they add up; its parts count each for one, like itself. Six queries at the
most, whatever the number of promises, of their events and of institutions.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, OuterRef, Subquery

from commitments.enums import EventKind, LetterStepKind
from commitments.fates import Fate, Part, fate_of, parts_of
from commitments.follow_up import PATIENCE
from commitments.models import Commitment, Letter, LetterReply, LetterStep
from commitments.perms import can_read_letters
from commitments.timelines import KINDS, NEVER, STANDS, number_of, read_timelines
from meetings.enums import Presence
from meetings.models import Attendance, Meeting, Session
from meetings.perms import can_see_attendance
from members.enums import Audience

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.contrib.auth.models import AnonymousUser

    from members.models import User

# Of fewer promises that should have been kept by now a share says nothing: one more or less changes everything.
FEW = 5

_FATES = [fate_of(stand) for stand in STANDS]
_POSTPONED, _REMINDED = KINDS.index(EventKind.POSTPONED), KINDS.index(EventKind.REMINDED)


class Line(NamedTuple):
    """A promise as it is counted: its last event and its last deadline by the day `on`."""

    on: dt.date
    pk: int
    institution: int
    audience: str
    made_on: dt.date
    last_kind: EventKind
    last_on: dt.date
    late_from: dt.date | None
    fate: Fate
    postponed: int
    """How many times its deadline was put off."""
    reminded: int

    @property
    def is_late(self) -> bool:
        return self.fate is Fate.LATE

    @property
    def is_silent(self) -> bool:
        """Reminded thirty days ago or more, and nothing since."""
        return self.last_kind is EventKind.REMINDED and self.last_on <= self.on - PATIENCE

    @property
    def delay(self) -> int:
        """Days from the first late day on, that day included: to the day when it is late, to the day it was kept when
        it was kept after its deadline. 0 when it was in time, or has no deadline that tells a day.
        """
        if self.late_from is None:
            return 0
        if self.fate is Fate.LATE:
            return (self.on - self.late_from).days + 1
        if self.fate is Fate.KEPT or self.fate is Fate.PARTLY_KEPT:
            return max(0, (self.last_on - self.late_from).days + 1)
        return 0


@dataclass(frozen=True)
class Letters:
    """Letters sent, those answered, and how many days each of these took."""

    sent: int = 0
    days: Sequence[int] = ()
    audiences: frozenset[str] = frozenset()

    @property
    def answered(self) -> int:
        return len(self.days)

    @property
    def median_days(self) -> float | None:
        return statistics.median(self.days) if self.days else None


@dataclass(frozen=True)
class Meetings:
    """Meetings held that an institution was asked to: where it came, was excused, or where nothing is written of it."""

    asked: int = 0
    came: int = 0
    excused: int = 0

    @property
    def unwritten(self) -> int:
        return self.asked - self.came - self.excused


@dataclass(frozen=True)
class Figures:
    """What one institution promised and what came of it. `letters` and `meetings` are None where the reader may see none."""

    fates: Mapping[Fate, int] = field(default_factory=dict)
    silent: int = 0
    delays: Sequence[int] = ()
    """Of those that are late or were kept late, in days."""
    postponed: int = 0
    """How many times a deadline was put off."""
    reminded: int = 0
    """How many times it had to be reminded."""
    letters: Letters | None = None
    meetings: Meetings | None = None

    @property
    def promised(self) -> int:
        return sum(self.fates.values())

    def of(self, *fates: Fate) -> int:
        """How many had one of these fates."""
        return sum(self.fates.get(fate, 0) for fate in fates)

    @property
    def parts(self) -> list[Part]:
        return parts_of(self.fates)

    @property
    def kept(self) -> int:
        return self.of(Fate.KEPT)

    @property
    def due(self) -> int:
        """Those of which one can say whether they were kept: kept, partly kept, late, broken."""
        return self.of(Fate.KEPT, Fate.PARTLY_KEPT, Fate.LATE, Fate.BROKEN)

    @property
    def average_delay(self) -> int | None:
        """To the nearest day."""
        return round(statistics.fmean(self.delays)) if self.delays else None

    @property
    def longest_delay(self) -> int:
        return max(self.delays, default=0)

    @property
    def are_few(self) -> bool:
        """Too few to make a share of."""
        return self.due < FEW


def lines_of(user: User | AnonymousUser, on: dt.date, institution: int | None = None) -> list[Line]:
    """The promises that somebody may see, of one institution or of all, as they stood on a day. Two queries."""
    rows: Any = Commitment.objects.visible_to(user).filter(**_of("institution", institution))
    known = read_timelines().lines
    day, date = on.toordinal(), dt.date.fromordinal
    found = []
    for pk, body, audience in rows.order_by().values_list("pk", "institution", "audience"):
        line = known.get(pk)
        place = -1 if line is None else line.place_on(day)
        if line is None or place < 0:
            continue
        days, kinds, deadlines = line
        kind, due, past = kinds[place], deadlines[place], kinds[: place + 1]
        found.append(
            Line(
                on,
                pk,
                body,
                audience,
                made_on=date(days[0]),
                last_kind=KINDS[kind],
                last_on=date(days[place]),
                late_from=None if due == NEVER else date(due),
                fate=_FATES[number_of(kind, due, day)],
                postponed=past.count(_POSTPONED),
                reminded=past.count(_REMINDED),
            )
        )
    return found


def figures_of(
    user: User | AnonymousUser,
    on: dt.date,
    lines: Iterable[Line],
    institution: int | None = None,
) -> dict[int, Figures]:
    """The figures of each institution of some lines, by key; or of one institution, though there be no line of it."""
    by_institution: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_institution[line.institution].append(line)
    if institution is not None:
        by_institution.setdefault(institution, [])
    letters = letters_to(user, on, institution)
    meetings = meetings_with(user, on, institution)
    return {
        key: Figures(
            fates=Counter(line.fate for line in some),
            silent=sum(line.is_silent for line in some),
            delays=[delay for line in some if (delay := line.delay)],
            postponed=sum(line.postponed for line in some),
            reminded=sum(line.reminded for line in some),
            letters=None if letters is None else letters.get(key, Letters()),
            meetings=None if meetings is None else meetings.get(key, Meetings()),
        )
        for key, some in by_institution.items()
    }


def _of(path: str, institution: int | None) -> dict[str, int]:
    return {} if institution is None else {path: institution}


def letters_to(
    user: User | AnonymousUser, on: dt.date, institution: int | None = None
) -> dict[int, Letters] | None:
    """Letters sent by a day, by addressee. None for a reader of no letter: to them a zero would be false. One query."""
    mine = {"letter": OuterRef("pk")}
    sent = LetterStep.objects.filter(**mine, kind=LetterStepKind.SENT, on__lte=on)
    replies = LetterReply.objects.filter(**mine, dated_on__lte=on)
    rows: Any = Letter.objects.visible_to(user).filter(**_of("institution", institution))
    found: dict[int, list[tuple[str, int | None]]] = defaultdict(list)
    for key, audience, sent_on, answered_on in (
        rows.annotate(
            sent_on=Subquery(sent.order_by("on", "pk").values("on")[:1]),
            answered_on=Subquery(replies.order_by("dated_on", "pk").values("dated_on")[:1]),
        )
        .filter(sent_on__isnull=False)
        .order_by()
        .values_list("institution", "audience", "sent_on", "answered_on")
    ):
        days = None if answered_on is None else max(0, (answered_on - sent_on).days)
        found[key].append((audience, days))
    if not found and not can_read_letters(user):
        return None
    return {
        key: Letters(
            sent=len(some),
            days=[days for _audience, days in some if days is not None],
            audiences=frozenset(audience for audience, _days in some),
        )
        for key, some in found.items()
    }


def meetings_with(
    user: User | AnonymousUser, on: dt.date, institution: int | None = None
) -> dict[int, Meetings] | None:
    """Meetings held by a day that each institution was asked to. None for whoever may not see who came. Three queries.

    At its own house an institution came. Of one that the list of those present does not name, nothing is said.
    """
    if not can_see_attendance(user):
        return None
    begun = Session.objects.filter(meeting=OuterRef("pk"), on__lte=on)
    held = Meeting.objects.visible_to(user).filter(Exists(begun), cancelled_at=None).values("pk")
    asked: Any = Meeting.institutions.through._default_manager.filter(meeting__in=held)
    hosted = Session.objects.filter(meeting__in=held, host__isnull=False)
    written = Attendance.objects.filter(meeting__in=held, institution__isnull=False)
    pairs = asked.filter(**_of("institution", institution)).values_list("institution", "meeting")
    hosts = hosted.filter(**_of("host", institution)).order_by().values_list("host", "meeting")
    came: set[tuple[int | None, int]] = set(hosts)
    excused: set[tuple[int | None, int]] = set()
    for key, meeting, presence in (
        written.filter(**_of("institution", institution))
        .order_by()
        .values_list("institution", "meeting", "presence")
    ):
        (came if presence == Presence.PRESENT else excused).add((key, meeting))
    counts = [
        Counter(key for key, _meeting in some if key is not None)
        for some in ({*pairs, *came, *excused}, came, excused - came)
    ]
    return {key: Meetings(*(count[key] for count in counts)) for key in counts[0]}


def audiences_of(lines: Iterable[Line], figures: Iterable[Figures]) -> set[str]:
    """Whom what was counted is for: whoever passes it on must know."""
    found = {line.audience for line in lines}
    for each in figures:
        if each.letters is not None:
            found |= each.letters.audiences
        if each.meetings is not None:
            found.add(Audience.MEMBERS)
    return found

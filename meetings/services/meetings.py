"""Meetings: calling one into being, changing its facts, taking it as a pattern."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import resolve
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from common.search import index
from common.text import fold
from meetings.enums import MeetingKind
from meetings.models import AgendaItem, Meeting, Session
from meetings.perms import can_edit_meetings, can_publish_meetings

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from members.models import User, WorkingGroup
    from plan.models import Institution

# A meeting told in one document had five; a mistake of the hand has thousands.
MOST_SESSIONS = 30
SLUG_LIMIT = 80


@dataclass(frozen=True)
class SessionFacts:
    """What is known of one sitting. `pk` says which sitting of the meeting it is, when the meeting is edited."""

    on: dt.date
    starts_at: dt.time | None = None
    ends_at: dt.time | None = None
    title: str = ""
    place: str = ""
    room: str = ""
    host: Institution | None = None
    pk: int | None = None


@transaction.atomic
def create_meeting(
    *,
    by: User | None,
    title: str,
    sessions: Sequence[SessionFacts],
    slug: str = "",
    purpose: str = "",
    kind: str = MeetingKind.INTERNAL,
    is_public: bool = False,
    group: WorkingGroup | None = None,
    institutions: Collection[Institution] = (),
    quorum: int | None = None,
    previous: Meeting | None = None,
) -> Meeting:
    """Add a meeting with its sittings; without a slug, one is made from its first day and its title.

    `by` is None only for commands. Raises PermissionDenied, ValidationError by field.
    """
    check_may_edit(by)
    _check_may_publish(by, is_wished=is_public, is_now=False)
    _check_sessions(sessions)
    meeting = Meeting(
        slug=slug or _free_slug(min(facts.on for facts in sessions), title),
        title=title,
        purpose=purpose,
        kind=kind,
        is_public=is_public,
        group=group,
        quorum=quorum,
        previous=previous,
    )
    meeting.full_clean()
    _check_address(meeting)
    meeting.save()
    meeting.institutions.set(institutions)
    _set_sessions(meeting, sessions)
    index(meeting)
    return meeting


@transaction.atomic
def edit_meeting(
    *,
    meeting: Meeting,
    version: int,
    by: User | None,
    title: str,
    sessions: Sequence[SessionFacts],
    slug: str = "",
    purpose: str = "",
    kind: str = MeetingKind.INTERNAL,
    is_public: bool = False,
    group: WorkingGroup | None = None,
    institutions: Collection[Institution] = (),
    quorum: int | None = None,
    previous: Meeting | None = None,
) -> Meeting:
    """Save over the version that was read; an empty slug keeps the address. A sitting not given is taken off.

    Raises PermissionDenied, StaleRowError, ValidationError by field (`sessions` for those of the sittings).
    """
    check_may_edit(by)
    _check_sessions(sessions)
    current = Meeting.lock_version(meeting.pk, version)
    _check_may_publish(by, is_wished=is_public, is_now=current.is_public)
    current.slug = slug or current.slug
    current.title, current.purpose, current.kind = title, purpose, kind
    current.is_public, current.group, current.quorum = is_public, group, quorum
    current.previous = previous
    current.full_clean()
    _check_address(current)
    _check_no_circle(current)
    current.save()
    current.institutions.set(institutions)
    _set_sessions(current, sessions)
    index(current)
    return current


@transaction.atomic
def copy_meeting(*, meeting: Meeting, by: User, title: str, on: dt.date) -> Meeting:
    """Make a meeting of the same kind on another day, with the same sittings and points, none of its papers or people.

    What a point was made from stays with the first meeting: it was open on that day. Raises PermissionDenied,
    ValidationError.
    """
    check_may_edit(by)
    sessions = list(meeting.sessions.all())
    first = min((session.on for session in sessions), default=on)
    copy = create_meeting(
        by=by,
        title=title,
        sessions=[
            SessionFacts(
                on=on + (session.on - first),
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                title=session.title,
                place=session.place,
                room=session.room,
                host=session.host,
            )
            for session in sessions
        ]
        or [SessionFacts(on=on)],
        purpose=meeting.purpose,
        kind=meeting.kind,
        group=meeting.group,
        institutions=list(meeting.institutions.all()),
        quorum=meeting.quorum,
        previous=meeting,
    )
    _copy_agenda(meeting, copy)
    return copy


def is_over(meeting: Meeting) -> bool:
    """Whether its last day has passed. One without a day is still to come."""
    last = meeting.sessions.order_by("-on").first()
    return last is not None and last.on < timezone.localdate()


def check_may_edit(by: User | None) -> None:
    """Raises PermissionDenied; None is a command, which only whoever runs the machine starts."""
    if by is not None and not can_edit_meetings(by):
        raise PermissionDenied


def _check_may_publish(by: User | None, *, is_wished: bool, is_now: bool) -> None:
    if is_wished != is_now and by is not None and not can_publish_meetings(by):
        raise PermissionDenied


def _check_sessions(sessions: Sequence[SessionFacts]) -> None:
    if not sessions:
        raise ValidationError({"sessions": _("Give at least one day.")})
    if len(sessions) > MOST_SESSIONS:
        raise ValidationError(
            {
                "sessions": _("A meeting has at most %(number)s sessions.")
                % {"number": MOST_SESSIONS}
            }
        )


def _check_no_circle(meeting: Meeting) -> None:
    """Following one another, meetings never come back to the first."""
    seen, before = {meeting.pk}, meeting.previous
    while before is not None:
        if before.pk in seen:
            raise ValidationError(
                {"previous": _("These meetings would follow each other in a circle.")}
            )
        seen.add(before.pk)
        before = before.previous


def _set_sessions(meeting: Meeting, wanted: Sequence[SessionFacts]) -> None:
    """Keep each sitting that is still there under its own row: minutes and attendance point at it."""
    kept = {session.pk: session for session in meeting.sessions.all()}
    rows = []
    for facts in wanted:
        rows.append((_take(kept, facts) or Session(meeting=meeting), facts))
    for row in kept.values():
        try:
            row.delete()
        except ProtectedError as error:
            raise ValidationError(
                {"sessions": _("The minutes tell of this session: it cannot be taken off.")}
            ) from error
    for row, facts in rows:
        row.on, row.starts_at, row.ends_at = facts.on, facts.starts_at, facts.ends_at
        row.title, row.place, row.room, row.host = facts.title, facts.place, facts.room, facts.host
        try:
            row.full_clean()
        except ValidationError as error:
            raise ValidationError({"sessions": error.messages}) from error
        row.save()


def _take(kept: dict[int, Session], facts: SessionFacts) -> Session | None:
    """The sitting that the facts are of, by its key; without one, the first of that day."""
    if facts.pk is not None:
        return kept.pop(facts.pk, None)
    same = next((row.pk for row in kept.values() if row.on == facts.on), None)
    return None if same is None else kept.pop(same)


def _copy_agenda(meeting: Meeting, copy: Meeting) -> None:
    """Top points first, so that each finds the copy of the one it stands under."""
    items = list(meeting.agenda.prefetch_related("measures"))
    copies: dict[int | None, AgendaItem | None] = {None: None}
    while items:
        ready = [item for item in items if item.parent_id in copies]
        for item in ready:
            row = AgendaItem(
                meeting=copy,
                parent=copies[item.parent_id],
                position=item.position,
                title=item.title,
                note=item.note,
                length=item.length,
            )
            row.full_clean()
            row.save()
            row.measures.set(item.measures.all())
            copies[item.pk] = row
        items = [item for item in items if item not in ready]


def _free_slug(on: dt.date, title: str) -> str:
    """“2014-01-31-reunion-pleniere”, with a rank when another meeting of that day has that name."""
    # `slugify` leaves out what is no letter with an accent: “œ”, the apostrophe between two words.
    words = fold(title).replace("'", " ")
    stem = f"{on:%Y-%m-%d}-{slugify(words)}"[: SLUG_LIMIT - 5].strip("-")
    taken = set(Meeting.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    names = chain([stem], (f"{stem}-{rank}" for rank in count(2)))
    return next(slug for slug in names if slug not in taken)


def _check_address(meeting: Meeting) -> None:
    """A slug that is one of our own addresses would hide the meeting."""
    if resolve(meeting.get_absolute_url()).view_name != "meetings:detail":
        raise ValidationError({"slug": _("This address is one of the site’s own.")})

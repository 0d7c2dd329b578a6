"""What the page of a meeting shows to one reader: every row comes through its own door."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from meetings.models import (
    AgendaItem,
    FollowUp,
    Invitee,
    Meeting,
    MeetingPaper,
    Minutes,
    Question,
)
from meetings.open_things import OTHERS
from meetings.perms import can_see_attendance
from meetings.quorum import Quorum, quorum_of
from members.models import MembershipApplication
from members.perms import is_reader_of_papers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.contrib.auth.models import AnonymousUser

    from meetings.models import Attendance, Session
    from members.models import User
    from plan.models import Institution


@dataclass
class Point:
    """A point of the agenda with its number, and what it was made from as far as the reader may see that."""

    item: AgendaItem
    number: str = ""
    depth: int = 0
    parts: list[Point] = field(default_factory=list)
    application: MembershipApplication | None = None
    follow_up: FollowUp | None = None
    minutes: Minutes | None = None
    carried_from: Meeting | None = None
    others: list[tuple[str, str]] = field(default_factory=list)
    """Words and address of what higher rooms made it from."""


@dataclass(frozen=True)
class Present:
    """Who was there, as the documents print it."""

    associations: Sequence[Attendance]
    institutions: Sequence[tuple[Institution, Sequence[Attendance]]]
    others: Sequence[Attendance]

    def __bool__(self) -> bool:
        return bool(self.associations or self.institutions or self.others)


@dataclass(frozen=True)
class Dossier:
    """`is_insider`: may read more of it than what anyone knows of a public meeting."""

    meeting: Meeting
    sessions: Sequence[Session]
    is_insider: bool
    points: Sequence[Point]
    invitees: Sequence[Invitee]
    own: Invitee | None
    present: Present | None
    quorum: Quorum | None
    papers: Sequence[MeetingPaper]
    questions: Sequence[Question]
    minutes: Minutes | None
    adopted: Sequence[Minutes]
    """Minutes of earlier meetings that were adopted at this one."""
    institutions: Sequence[Institution]
    following: Sequence[Meeting]
    previous: Meeting | None


def dossier_of(meeting: Meeting, user: User | AnonymousUser) -> Dossier:
    """All that the page shows. The number of queries does not depend on the number of rows."""
    is_insider = Meeting.objects.visible_to(user).attended_by(user).filter(pk=meeting.pk).exists()
    sessions = list(meeting.sessions.select_related("host"))
    invitees = (
        list(
            Invitee.objects.visible_to(user)
            .filter(meeting=meeting)
            .select_related("person", "association", "represented_by")
        )
        if is_insider
        else []
    )
    attendances = _attendances(meeting) if can_see_attendance(user) else None
    neighbours = Meeting.objects.visible_to(user).in_order()
    return Dossier(
        meeting=meeting,
        sessions=sessions,
        is_insider=is_insider,
        points=points_of(meeting, user) if is_insider else [],
        invitees=invitees if is_reader_of_papers(user) else [],
        own=next((row for row in invitees if row.person_id == user.pk), None),
        present=None if attendances is None else present_of(attendances),
        quorum=None if attendances is None else quorum_of(meeting, attendances),
        papers=papers_of(meeting, user),
        questions=_questions(meeting, user),
        minutes=Minutes.objects.visible_to(user).filter(meeting=meeting).first(),
        adopted=_adopted_at(meeting, user),
        institutions=list(meeting.institutions.all()) if is_insider else [],
        following=list(neighbours.filter(previous=meeting)),
        previous=neighbours.filter(pk=meeting.previous_id or 0).first(),
    )


def points_of(meeting: Meeting, user: User | AnonymousUser) -> list[Point]:
    """The agenda, nested. For whoever may read it: the caller has asked `attended_by`."""
    items = list(meeting.agenda.select_related("carried_from").prefetch_related("measures__plan"))
    visible = _Origins(items, user)
    points = {item.pk: visible.point(item) for item in items}
    top: list[Point] = []
    for item in items:
        parent = points.get(item.parent_id or 0)
        (parent.parts if parent else top).append(points[item.pk])
    _number(top)
    return top


def in_line(points: Iterable[Point]) -> list[Point]:
    """A nested agenda, point after point."""
    return [each for point in points for each in (point, *in_line(point.parts))]


def papers_of(meeting: Meeting, user: User | AnonymousUser) -> list[MeetingPaper]:
    rows: Any = MeetingPaper.objects.visible_to(user).filter(meeting=meeting)
    return list(rows.prefetch_related("measures__plan", "institutions"))


def present_of(attendances: Iterable[Attendance]) -> Present:
    rows = list(attendances)
    institutions: dict[Institution, list[Attendance]] = {}
    for row in rows:
        if row.institution is not None:
            institutions.setdefault(row.institution, []).append(row)
    return Present(
        associations=[row for row in rows if row.association is not None],
        institutions=list(institutions.items()),
        others=[row for row in rows if row.label],
    )


def _attendances(meeting: Meeting) -> list[Attendance]:
    return list(
        meeting.attendances.select_related(
            "association", "institution", "person", "session", "represented_by"
        )
    )


def _adopted_at(meeting: Meeting, user: User | AnonymousUser) -> list[Minutes]:
    rows = Minutes.objects.visible_to(user).filter(adopted_at_meeting=meeting)
    # A title says as much as its meeting's page: whoever reads the minutes sees that meeting.
    return list(rows.select_related("meeting").order_by("pk"))


def _questions(meeting: Meeting, user: User | AnonymousUser) -> list[Question]:
    rows: Any = Question.objects.visible_to(user).filter(meeting=meeting)
    return list(
        rows.select_related("institution", "association").prefetch_related("measures__plan")
    )


def _number(points: list[Point], above: str = "", depth: int = 0) -> None:
    for rank, point in enumerate(points, start=1):
        point.number, point.depth = f"{above}{rank}", depth
        _number(point.parts, f"{point.number}.", depth + 1)


class _Origins:
    """What points were made from, of which a reader sees only what they may see elsewhere too."""

    def __init__(self, items: Sequence[AgendaItem], user: User | AnonymousUser) -> None:
        applications: Any = MembershipApplication.objects.visible_to(user)
        follow_ups: Any = FollowUp.objects.visible_to(user)
        minutes = Minutes.objects.visible_to(user).select_related("meeting")
        self.applications = applications.in_bulk(_keys(items, "application_id"))
        self.follow_ups = follow_ups.select_related(
            "section__minutes__meeting", "association", "institution"
        ).in_bulk(_keys(items, "follow_up_id"))
        self.minutes = minutes.in_bulk(_keys(items, "minutes_id"))
        before = {item.carried_from.meeting_id for item in items if item.carried_from}
        self.meetings = Meeting.objects.visible_to(user).with_days().in_bulk(list(before))
        keys = [item.pk for item in items]
        self.others = [things.origins(user, keys) for things in OTHERS] if keys else []

    def point(self, item: AgendaItem) -> Point:
        before = item.carried_from.meeting_id if item.carried_from else 0
        return Point(
            item=item,
            application=self.applications.get(item.application_id or 0),
            follow_up=self.follow_ups.get(item.follow_up_id or 0),
            minutes=self.minutes.get(item.minutes_id or 0),
            carried_from=self.meetings.get(before),
            others=[each for found in self.others for each in found.get(item.pk, ())],
        )


def _keys(items: Sequence[AgendaItem], name: str) -> list[int]:
    return [key for item in items if (key := getattr(item, name)) is not None]

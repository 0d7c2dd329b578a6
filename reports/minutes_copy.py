"""What one reader may have on paper of the minutes of a meeting, read once.

Plain data without a key of the database: the same facts are the same data everywhere, and the document is made of them
and of nothing else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils import timezone

from common.markdown import cited_keys
from measures.models import Source
from meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    Erratum,
    FollowUp,
    Meeting,
    MeetingPaper,
    Minutes,
    MinutesSection,
    Question,
)
from meetings.perms import can_see_attendance
from members.enums import Audience
from reports.snapshot import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser

    from meetings.models import Session
    from members.models import Association, User
    from plan.models import Institution

# Whoever holds a copy of what these read is named on each page.
PERSONAL = {Audience.NAMED, Audience.SECRETARIAT}


@dataclass(frozen=True)
class MinutesCopy:
    """Everything that is printed for one reader. `data` is JSON, its days in ISO."""

    data: dict[str, Any]
    reader: str

    @property
    def audiences(self) -> set[str]:
        parts = (*self.data["sections"], *self.data["papers"], *self.data["questions"])
        return {part["audience"] for part in parts}

    @property
    def is_personal(self) -> bool:
        return bool(self.audiences & PERSONAL)

    @property
    def key(self) -> str:
        """The digest of all that is printed, the reader's name with it where it is printed."""
        printed = {**self.data, "reader": self.reader if self.is_personal else ""}
        return hashlib.sha256(canonical_json(printed).encode()).hexdigest()


def read_copy(slug: str, reader: User | AnonymousUser) -> MinutesCopy | None:
    """What somebody may read of the minutes of a meeting. None where there is nothing for them.

    A constant number of queries.
    """
    visible = Minutes.objects.visible_to(reader).filter(meeting__slug=slug)
    minutes = visible.select_related("meeting", "adopted_at_meeting").first()
    if minutes is None:
        return None
    meeting = minutes.meeting
    sessions = list(meeting.sessions.select_related("host"))
    # What it was for and its agenda are for those who take part: others know its day, its title and its place.
    attends = Meeting.objects.attended_by(reader).filter(pk=meeting.pk).exists()
    purpose = meeting.purpose if attends else ""
    data: dict[str, Any] = {
        "meeting": {"slug": meeting.slug, "title": meeting.title, "purpose": purpose},
        "minutes": _minutes(minutes, reader),
        "sessions": [_session(session) for session in sessions],
        "agenda": _agenda(meeting) if attends else [],
        "attendances": _attendances(meeting, reader, sessions),
        "sections": [_section(row, sessions) for row in _sections(minutes, reader)],
        "questions": [_question(row) for row in _questions(meeting, reader)],
        "papers": [_paper(row) for row in _papers(meeting, reader)],
    }
    data["sources"] = _sources(data, reader)
    return MinutesCopy(data, str(getattr(reader, "name", "")))


# --- Rows, as the reader may see them -----------------------------------------------------------------------------------


def _sections(minutes: Minutes, reader: User | AnonymousUser) -> Iterable[MinutesSection]:
    whose = ("association", "institution")
    # The querysets of every room's restricted rows do not know which row they are of.
    rows: Any = MinutesSection.objects.visible_to(reader).filter(minutes=minutes)
    parts: list[Any] = [
        Prefetch("decisions", Decision.objects.visible_to(reader)),
        Prefetch("follow_ups", FollowUp.objects.visible_to(reader).select_related(*whose)),
        Prefetch("errata", Erratum.objects.visible_to(reader)),
    ]
    found: Iterable[MinutesSection] = rows.order_by("position", "pk").prefetch_related(
        "measures", "institutions", *parts
    )
    return found


def _questions(meeting: Meeting, reader: User | AnonymousUser) -> Iterable[Question]:
    rows: Any = Question.objects.visible_to(reader).filter(meeting=meeting)
    found: Iterable[Question] = rows.order_by("pk").select_related("institution", "association")
    return found


def _papers(meeting: Meeting, reader: User | AnonymousUser) -> Iterable[MeetingPaper]:
    rows: Any = MeetingPaper.objects.visible_to(reader).filter(meeting=meeting)
    found: list[MeetingPaper] = list(rows.order_by("pk"))
    # In Python: databases do not agree on where what has no day comes.
    return sorted(found, key=lambda paper: (paper.dated_on is None, paper.dated_on or dt.date.max))


def _agenda(meeting: Meeting) -> list[dict[str, Any]]:
    """Points with their parts."""
    under: dict[int | None, list[AgendaItem]] = {}
    for item in meeting.agenda.order_by("position", "pk"):
        under.setdefault(item.parent_id, []).append(item)

    def points(parent: int | None) -> list[dict[str, Any]]:
        return [
            {"title": item.title, "note": item.note, "parts": points(item.pk)}
            for item in under.get(parent, ())
        ]

    return points(None)


def _attendances(
    meeting: Meeting, reader: User | AnonymousUser, sessions: list[Session]
) -> list[dict[str, Any]]:
    if not can_see_attendance(reader):
        return []
    rows = meeting.attendances.select_related("association", "institution", "represented_by")
    return [_attendance(row, sessions) for row in rows.order_by("position", "pk")]


def _sources(data: dict[str, Any], reader: User | AnonymousUser) -> dict[str, dict[str, str]]:
    """The works that the texts cite, by key."""
    texts = [section["text"] for section in data["sections"]]
    for section in data["sections"]:
        texts += [part["text"] for part in (*section["decisions"], *section["errata"])]
    texts += [question["answer"] for question in data["questions"]]
    texts += [paper["summary"] for paper in data["papers"]]
    keys = cited_keys("\n".join(texts))
    found = Source.objects.visible_to(reader).filter(key__in=keys)
    return {
        source.key: {"citation": source.citation, "short": source.short, "url": source.url}
        for source in found
    }


# --- Rows as data -------------------------------------------------------------------------------------------------------


def _minutes(minutes: Minutes, reader: User | AnonymousUser) -> dict[str, Any]:
    adopter = minutes.adopted_at_meeting
    may_know = adopter and Meeting.objects.visible_to(reader).filter(pk=adopter.pk).exists()
    circulated = minutes.circulated_at
    return {
        "status": minutes.status,
        "dated_on": _iso(minutes.dated_on),
        "circulated_on": _iso(timezone.localdate(circulated) if circulated else None),
        "adopted_on": _iso(minutes.adopted_on),
        "adopted_at": adopter.title if adopter and may_know else "",
    }


def _session(session: Session) -> dict[str, str]:
    return {
        "on": session.on.isoformat(),
        "starts_at": f"{session.starts_at:%H:%M}" if session.starts_at else "",
        "ends_at": f"{session.ends_at:%H:%M}" if session.ends_at else "",
        "title": session.title,
        "place": session.place,
        "room": session.room,
        "host": session.host.name if session.host else "",
    }


def _attendance(row: Attendance, sessions: list[Session]) -> dict[str, Any]:
    return {
        "session": _rank(row.session_id, sessions),
        "who": _whole(row.association) or _whole(row.institution) or row.label,
        "name": row.name,
        "function": row.function,
        "capacity": row.capacity,
        "presence": row.presence,
        "by": _short(row.represented_by),
    }


def _section(row: MinutesSection, sessions: list[Session]) -> dict[str, Any]:
    # Relations of a row that several rooms inherit are not known to the type checker.
    section: Any = row
    return {
        "session": _rank(row.session_id, sessions),
        "level": row.level,
        "number": row.number,
        "heading": row.heading,
        "text": row.text,
        "audience": row.audience,
        "proposes_measure": row.proposes_measure,
        "measures": [measure.number for measure in section.measures.all()],
        "institutions": sorted(_short(each) for each in section.institutions.all()),
        "decisions": [
            {
                "text": decision.text,
                "means": decision.means,
                "votes": [decision.votes_for, decision.votes_against, decision.abstentions],
            }
            for decision in section.decisions.all()
        ],
        "follow_ups": [
            {
                "text": each.text,
                "who": each.whose,
                "due_words": each.due_words,
                "due_on": _iso(each.due_on),
                "done_on": _iso(each.done_on),
                "done_note": each.done_note,
            }
            for each in section.follow_ups.all()
        ],
        "errata": [
            {"on": _iso(erratum.on), "text": erratum.text} for erratum in section.errata.all()
        ],
    }


def _question(row: Question) -> dict[str, str]:
    return {
        "text": row.text,
        "to": _short(row.institution),
        "by": _short(row.association),
        "sent_on": _iso(row.sent_on),
        "answer": row.answer,
        "answered_on": _iso(row.answered_on),
        "audience": row.audience,
    }


def _paper(row: MeetingPaper) -> dict[str, str]:
    return {
        "title": row.title,
        "dated_on": _iso(row.dated_on),
        "summary": row.summary,
        "audience": row.audience,
    }


def _rank(session: int | None, sessions: list[Session]) -> int | None:
    """Which of the sessions, from 0: a key of the database would not be the same elsewhere."""
    return next((rank for rank, row in enumerate(sessions) if row.pk == session), None)


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _short(body: Association | Institution | None) -> str:
    return body.short_name if body else ""


def _whole(body: Association | Institution | None) -> str:
    """The name, with its acronym when it has one."""
    if body is None:
        return ""
    short = body.short_name
    return f"{body.name} ({short})" if short != body.name else body.name

"""Minutes as one reader reads them: one text, several audiences, and nothing that tells of what is left out.

Rendering 30,000 words takes a second, so pages are kept. What is read for a reader is all that the page prints, the key
is made of it, and the page is made of it and of nothing else: two readers have the same page only if they may read
exactly the same, and a page is never older than its text (docs/decisions/0008).
"""

from __future__ import annotations

import marshal
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import CharField, Count, F, Value
from django.db.models.functions import Cast
from django.utils import timezone

from common.prepared import Prepared, every_row_of
from measures.models import Source
from meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    Erratum,
    FollowUp,
    Meeting,
    Minutes,
    MinutesSection,
    Session,
)
from meetings.perms import can_see_attendance
from members.perms import is_guest, is_reader_of_papers
from members.prepared import PreparedForReaders, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.contrib.auth.models import AnonymousUser

    from members.models import User


def _words(field: str) -> Cast:
    """A day or an hour as the same words on both databases."""
    return Cast(field, CharField())


# What stands around the sections of some minutes. Of parts of sections, those of sections that the reader may not read
# are dropped at once: see `_of`.
SESSIONS = Prepared(
    lambda meeting: (
        Session.objects.filter(meeting=meeting)
        .order_by("on", F("starts_at").asc(nulls_first=True), "pk")
        .values_list(
            "pk", _words("on"), _words("starts_at"), _words("ends_at"),
            "title", "place", "room", "host__key", "host__name",
        )
    ),
    int,
)  # fmt: skip
ATTENDANCES = Prepared(
    lambda meeting: (
        Attendance.objects.filter(meeting=meeting)
        .order_by("position", "pk")
        .values_list(
            "session_id", "presence", "capacity", "label", "name", "function",
            "association__name", "association__acronym", "institution__name", "institution__acronym",
            "represented_by__name", "represented_by__acronym",
        )
    ),
    int,
)  # fmt: skip
AGENDA = Prepared(
    lambda meeting: (
        AgendaItem.objects.filter(meeting=meeting)
        .order_by("position", "pk")
        .values_list("pk", "parent_id", "title", "note", "outcome")
    ),
    int,
)
MEASURES = Prepared(
    lambda minutes: (
        MinutesSection.measures.through._default_manager.filter(minutessection__minutes=minutes)
        .order_by("measure__plan", "measure__number_key", "measure_id")
        .values_list(
            "minutessection_id", "measure__number", "measure__title", "measure__plan__slug"
        )
    ),
    int,
)
INSTITUTIONS = Prepared(
    lambda minutes: (
        MinutesSection.institutions.through._default_manager.filter(minutessection__minutes=minutes)
        .order_by("institution__name", "institution_id")
        .values_list(
            "minutessection_id", "institution__key", "institution__name", "institution__acronym"
        )
    ),
    int,
)
DECISIONS = Prepared(
    lambda minutes: (
        Decision.objects.filter(section__minutes=minutes)
        .order_by("section_id", "pk")
        .values_list(
            "section_id", "pk", "text", "means", "votes_for", "votes_against", "abstentions"
        )
    ),
    int,
)
FOLLOW_UPS = Prepared(
    lambda minutes: (
        FollowUp.objects.filter(section__minutes=minutes)
        .order_by("section_id", "pk")
        .values_list(
            "section_id", "pk", "text", "association__name", "association__acronym", "institution__name",
            "institution__acronym", "who", "due_words", _words("due_on"), _words("done_on"), "done_note",
        )
    ),
    int,
)  # fmt: skip
ERRATA = Prepared(
    lambda minutes: (
        Erratum.objects.filter(section__minutes=minutes)
        .order_by("section_id", "on", "pk")
        .values_list("section_id", "pk", _words("on"), "text")
    ),
    int,
)
OF_SECTIONS = {
    "measures": MEASURES,
    "institutions": INSTITUTIONS,
    "decisions": DECISIONS,
    "follow_ups": FOLLOW_UPS,
    "errata": ERRATA,
}
# Every change adds a line to the histories, and none is ever taken away.
LIBRARY = Prepared(
    lambda: (
        Source.history.order_by()
        .annotate(all=Value(1))
        .values("all")
        .annotate(lines=Count("history_id"))
        .values_list("lines")
    )
)
HEAD = (
    "pk", "status", _words("circulated_at"), _words("remarks_until"), _words("adopted_on"),
    "adopted_at_meeting", "adopted_at_meeting__slug", "adopted_at_meeting__title", "adopted_at_meeting__is_public",
    "meeting", "meeting__slug", "meeting__title", "meeting__purpose", _words("meeting__cancelled_at"),
)  # fmt: skip
# What somebody may read: the door comes first.
MINUTES = PreparedForReaders(
    lambda user, slug: (
        Minutes.objects.visible_to(user).filter(meeting__slug=slug).order_by().values_list(*HEAD)
    ),
    str,
)
SECTIONS = PreparedForReaders(
    lambda user, minutes: (
        MinutesSection.objects.visible_to(user)
        .filter(minutes=minutes)
        .order_by("position", "pk")
        .values_list(
            _words("written_at"), "pk", "session_id", "level", "number", "heading", "audience",
            "proposes_measure", "text",
        )
    ),
    int,
)  # fmt: skip


class Head(NamedTuple):
    """What is printed of the minutes and of their meeting; days as the clock of machines writes them."""

    minutes: int
    slug: str
    title: str
    purpose: str
    is_cancelled: bool
    status: str
    circulated_on: str
    remarks_until: str
    adopted_on: str
    adopted_at: tuple[str, str] | None
    """Address and title of the meeting that adopted them, for those who may know of it."""


@dataclass(frozen=True)
class Told:
    """Everything that one reader is given of minutes, as the database tells it."""

    head: Head
    sections: Sequence[tuple[Any, ...]]
    sessions: Sequence[tuple[Any, ...]]
    attendances: Sequence[tuple[Any, ...]]
    agenda: Sequence[tuple[Any, ...]]
    measures: Sequence[tuple[Any, ...]]
    institutions: Sequence[tuple[Any, ...]]
    decisions: Sequence[tuple[Any, ...]]
    follow_ups: Sequence[tuple[Any, ...]]
    errata: Sequence[tuple[Any, ...]]

    library: int
    """How many times a source of the library was written: notes are printed from them."""

    @cached_property
    def key(self) -> str:
        """Of all that is printed."""
        return fingerprint(
            [
                tuple(self.head), self.sections, self.sessions, self.attendances, self.agenda, self.measures,
                self.institutions, self.decisions, self.follow_ups, self.errata, self.library,
            ]
        )  # fmt: skip

    def texts(self) -> Iterable[str]:
        yield from (row[-1] for row in self.sections)
        yield from (row[2] for row in (*self.decisions, *self.follow_ups))
        yield from (row[-1] for row in self.errata)


def fingerprint(rows: Any) -> str:
    """A key made of plain rows: text, whole numbers, None. No two texts have the same, whoever writes them."""
    # Version 0 writes the same bytes for the same values, whatever objects hold them.
    return sha256(marshal.dumps(rows, 0)).hexdigest()


def read_minutes(slug: str, user: User | AnonymousUser) -> tuple[Told, Sequence[Any]] | None:
    """What somebody is given of the minutes of a meeting, and when each section was written. None where there is nothing.

    A constant number of queries.
    """
    found = MINUTES.first(user, slug)
    if found is None:
        return None
    minutes, meeting = found[0], found[9]
    attends = _attends(meeting, user)
    asked = {
        "sections": SECTIONS.asked(user, minutes),
        "sessions": SESSIONS.asked(meeting),
        "library": LIBRARY.asked(),
        **{name: question.asked(minutes) for name, question in OF_SECTIONS.items()},
    }
    if can_see_attendance(user):
        asked["attendances"] = ATTENDANCES.asked(meeting)
    if attends:
        asked["agenda"] = AGENDA.asked(meeting)
    found_in = dict(zip(asked, every_row_of(*asked.values()), strict=True))
    sections = found_in["sections"]
    seen = {row[1] for row in sections}
    told = Told(
        head=_head(found, user, attends=attends),
        sections=[row[1:] for row in sections],
        sessions=found_in["sessions"],
        attendances=found_in.get("attendances", []),
        agenda=found_in.get("agenda", []),
        library=found_in["library"][0][0],
        **{name: _of(seen, found_in[name]) for name in OF_SECTIONS},
    )
    return told, [(row[1], row[0]) for row in sections]


def _of(seen: set[int], rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Parts of sections that the reader may read, and no others."""
    return [row for row in rows if row[0] in seen]


def _head(row: tuple[Any, ...], user: User | AnonymousUser, *, attends: bool) -> Head:
    (pk, status, circulated_at, remarks_until, adopted_on, adopter, adopter_slug, adopter_title, is_adopter_public,
     _meeting, slug, title, purpose, cancelled_at) = row  # fmt: skip
    may_know = adopter is not None and (is_adopter_public or _may_know_of(adopter, user))
    return Head(
        pk,
        slug,
        title,
        purpose if attends else "",
        cancelled_at is not None,
        status,
        timezone.localdate(instant(circulated_at)).isoformat() if circulated_at else "",
        remarks_until or "",
        adopted_on or "",
        (adopter_slug, adopter_title) if may_know else None,
    )


def _may_know_of(meeting: int, user: User | AnonymousUser) -> bool:
    if is_reader_of_papers(user):
        return True
    return is_guest(user) and Meeting.objects.visible_to(user).filter(pk=meeting).exists()


def _attends(meeting: int, user: User | AnonymousUser) -> bool:
    """Whether somebody may read what a meeting is for and its agenda: others know its day, its title and its place."""
    if is_reader_of_papers(user):
        return True
    return is_guest(user) and Meeting.objects.attended_by(user).filter(pk=meeting).exists()

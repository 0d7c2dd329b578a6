"""Writing imported minutes: all of it in one transaction, through the services that the pages use."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from common.numbers import natural_key
from common.uploads import atomic_with_files
from measures.models import Measure
from meetings.enums import Capacity, MeetingKind, Presence
from meetings.perms import can_import_minutes
from meetings.services.agenda import add_item
from meetings.services.attendance import add_attendance
from meetings.services.meetings import SessionFacts, create_meeting
from meetings.services.papers import add_meeting_paper
from meetings.services.sections import add_section, start_minutes
from members.enums import Audience

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from django.core.files import File

    from meetings.importer.headings import Draft
    from meetings.importer.participants import Participant
    from meetings.importer.understanding import Understanding
    from meetings.models import Meeting, Minutes
    from members.models import Association, User, WorkingGroup
    from plan.models import Institution, Plan

POINT_LIMIT, LABEL_LIMIT = 300, 200


@dataclass(frozen=True)
class SectionFacts:
    """A section as it is to be written; `measures` are numbers of the plan, `on` the day that it tells of."""

    number: str
    heading: str
    level: int
    text: str
    measures: tuple[str, ...] = ()
    proposes: str = ""
    on: dt.date | None = None


@dataclass(frozen=True)
class AttendanceFacts:
    """A line of the list: an association, an institution, or the words of the document."""

    association: Association | None = None
    institution: Institution | None = None
    label: str = ""
    capacity: str = Capacity.MEMBER
    presence: str = Presence.PRESENT
    on: dt.date | None = None


@dataclass
class MinutesFacts:
    """What an import writes, once corrected."""

    title: str
    sessions: Sequence[SessionFacts]
    sections: Sequence[SectionFacts]
    kind: str = MeetingKind.INTERNAL
    dated_on: dt.date | None = None
    audience: str = Audience.MEMBERS
    people: Collection[User] = ()
    groups: Collection[WorkingGroup] = ()
    agenda: Sequence[str] = ()
    attendance: Sequence[AttendanceFacts] = ()
    next_session: SessionFacts | None = None
    institutions: Collection[Institution] = field(default_factory=list)


def facts_as_found(found: Understanding) -> MinutesFacts:
    """What was understood, uncorrected. Named readers are for a person to choose: until then, the secretariat's."""
    next_one = found.next_meeting
    return MinutesFacts(
        title=found.title,
        sessions=[
            SessionFacts(
                on=day,
                starts_at=found.starts_at if len(found.days) == 1 else None,
                ends_at=found.ends_at if len(found.days) == 1 else None,
                place=found.place,
            )
            for day in found.days
        ],
        sections=[
            section_facts(draft, found.session_of(draft))
            for draft in found.sections
            if not found.is_said_twice(draft)
        ],
        dated_on=found.dated_on,
        audience=Audience.SECRETARIAT if found.kept_back_words else Audience.MEMBERS,
        agenda=found.agenda,
        attendance=[attendance_facts(one) for one in found.participants if not one.is_person],
        next_session=SessionFacts(
            on=next_one.on,
            starts_at=next_one.starts_at,
            ends_at=next_one.ends_at,
            place=next_one.place,
        )
        if next_one is not None
        else None,
    )


def section_facts(draft: Draft, on: dt.date | None) -> SectionFacts:
    return SectionFacts(
        number=draft.number,
        heading=draft.heading,
        level=draft.level,
        text=draft.text,
        measures=tuple(draft.measures),
        proposes=draft.proposes,
        on=on,
    )


def attendance_facts(one: Participant) -> AttendanceFacts:
    return AttendanceFacts(
        association=one.association,
        institution=one.institution,
        label="" if one.row is not None else one.label[:LABEL_LIMIT],
        capacity=one.capacity,
        presence=one.presence,
        on=one.on,
    )


def import_minutes(
    *, by: User | None, plan: Plan | None, facts: MinutesFacts, original: File[Any] | None = None
) -> Minutes:
    """Write the meeting, its agenda, who was there, the minutes with their sections, and keep the original.

    `by` is None only for commands. The minutes are a draft, for the secretariat to read again before they circulate.
    Raises PermissionDenied, ValidationError by field; then nothing is written, the file neither.
    """
    if by is not None and not can_import_minutes(by):
        raise PermissionDenied
    if not facts.sections:
        raise ValidationError(_("This document holds no text."))
    with atomic_with_files():
        meeting = create_meeting(
            by=by,
            title=facts.title,
            sessions=facts.sessions,
            kind=facts.kind,
            institutions=facts.institutions,
        )
        for title in facts.agenda:
            note = title if len(title) > POINT_LIMIT else ""
            short = title if not note else f"{title[: POINT_LIMIT - 1]}…"
            add_item(meeting=meeting, by=by, title=short, note=note)
        sessions = {session.on: session for session in meeting.sessions.all()}
        _add_attendance(meeting, by, facts, sessions)
        minutes = start_minutes(meeting=meeting, by=by, dated_on=facts.dated_on)
        measures = _measures(plan, facts.sections)
        for section in facts.sections:
            add_section(
                minutes=minutes,
                by=by,
                heading=section.heading,
                number=section.number,
                level=section.level,
                text=section.text,
                session=sessions.get(section.on) if section.on else None,
                audience=facts.audience,
                people=facts.people,
                groups=facts.groups,
                measures=[measures[natural_key(number)] for number in section.measures],
                proposes_measure=section.proposes,
            )
        if facts.next_session is not None:
            create_meeting(
                by=by, title=_("Next meeting"), sessions=[facts.next_session], previous=meeting
            )
        if original is not None:
            add_meeting_paper(
                meeting=meeting,
                by=by,
                title=_("Original of the imported minutes"),
                uploaded=original,
                audience=Audience.SECRETARIAT,
                is_original=True,
            )
    return minutes


def _measures(plan: Plan | None, sections: Sequence[SectionFacts]) -> dict[str, Measure]:
    """By the key of their number. Raises ValidationError for a number that the plan has not."""
    rows = Measure.objects.filter(plan=plan) if plan is not None else Measure.objects.none()
    measures = {row.number_key: row for row in rows}
    wanted = {number for section in sections for number in section.measures}
    unknown = sorted(number for number in wanted if natural_key(number) not in measures)
    if unknown:
        raise ValidationError(
            _("The plan has no measure %(numbers)s.") % {"numbers": ", ".join(unknown)}
        )
    return measures


def _add_attendance(
    meeting: Meeting, by: User | None, facts: MinutesFacts, sessions: dict[dt.date, Any]
) -> None:
    """Each association and institution once for a day: two lines may have been corrected to the same."""
    seen = set()
    for one in facts.attendance:
        session = sessions.get(one.on) if one.on and len(sessions) > 1 else None
        whom = one.association or one.institution or one.label
        key = (type(whom), getattr(whom, "pk", whom), session and session.pk)
        if not whom or key in seen:
            continue
        seen.add(key)
        add_attendance(
            meeting=meeting,
            by=by,
            association=one.association,
            institution=one.institution,
            label=one.label if not (one.association or one.institution) else "",
            session=session,
            capacity=one.capacity,
            presence=one.presence,
        )

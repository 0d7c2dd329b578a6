"""Who was there, as it was: associations and on whose behalf, interlocutors by institution and function, the quorum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.versions import StaleRowError
from meetings.enums import Answer, Capacity, Presence
from meetings.models import Attendance, Meeting
from meetings.services.meetings import check_may_edit
from members.models import Association, Mandate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from meetings.models import Session
    from members.models import User
    from plan.models import Institution


@transaction.atomic
def add_attendance(
    *,
    meeting: Meeting,
    by: User | None,
    association: Association | None = None,
    institution: Institution | None = None,
    label: str = "",
    session: Session | None = None,
    person: User | None = None,
    name: str = "",
    function: str = "",
    capacity: str = Capacity.MEMBER,
    presence: str = Presence.PRESENT,
    represented_by: Association | None = None,
) -> Attendance:
    """Add a line to the list of those who were there. `by` is None only for commands. Raises ValidationError by field."""
    check_may_edit(by)
    last = meeting.attendances.order_by("-position").first()
    row = Attendance(meeting=meeting, position=last.position + 1 if last else 1)
    _fill(
        row,
        association=association,
        institution=institution,
        label=label,
        session=session,
        person=person,
        name=name,
        function=function,
        capacity=capacity,
        presence=presence,
        represented_by=represented_by,
    )
    return row


@transaction.atomic
def edit_attendance(
    *,
    attendance: Attendance,
    by: User,
    association: Association | None = None,
    institution: Institution | None = None,
    label: str = "",
    session: Session | None = None,
    person: User | None = None,
    name: str = "",
    function: str = "",
    capacity: str = Capacity.MEMBER,
    presence: str = Presence.PRESENT,
    represented_by: Association | None = None,
) -> Attendance:
    """Correct a line of the list. Raises ValidationError by field."""
    check_may_edit(by)
    row = Attendance.objects.select_for_update(of=("self",)).get(pk=attendance.pk)
    _fill(
        row,
        association=association,
        institution=institution,
        label=label,
        session=session,
        person=person,
        name=name,
        function=function,
        capacity=capacity,
        presence=presence,
        represented_by=represented_by,
    )
    return row


@transaction.atomic
def delete_attendance(*, attendance: Attendance, by: User) -> None:
    """Take a line off the list; its history says that there was one."""
    check_may_edit(by)
    Attendance.objects.get(pk=attendance.pk).delete()


def _fill(row: Attendance, **content: Any) -> None:
    for name, value in content.items():
        setattr(row, name, value)
    _check(row)
    row.full_clean()
    row.save()


def _check(row: Attendance) -> None:
    """What takes more than the row to tell."""
    if row.session is not None and row.session.meeting_id != row.meeting_id:
        raise ValidationError({"session": _("This session is of another meeting.")})
    if row.association is not None and row.represented_by == row.association:
        raise ValidationError({"represented_by": _("An association does not represent itself.")})
    if row.presence == Presence.REPRESENTED and row.association is None:
        raise ValidationError({"presence": _("Only an association is represented by another.")})
    if row.person is not None and row.association is not None:
        on = day_of(row.meeting, row.session)
        held = Mandate.objects.live_on(on).filter(person=row.person, association=row.association)
        if not held.exists():
            raise ValidationError(
                {"person": _("This person did not represent the association on that day.")}
            )


def day_of(meeting: Meeting, session: Session | None = None) -> dt.date:
    """The day on which to ask who represented whom: the session's, or the first one of the meeting."""
    if session is not None:
        return session.on
    first = meeting.sessions.order_by("on").first()
    return first.on if first else timezone.localdate()


# --- The quick list: one line for each association --------------------------------------------------------------------


@dataclass
class Line:
    """An association in the quick list: what is written of it, or what the answers let expect.

    `people` are those who held its mandates on the day.
    """

    association: Association
    people: list[User]
    row: Attendance | None = None
    presence: str = ""
    represented_by: Association | None = None
    person: User | None = None


def lines_of(meeting: Meeting) -> list[Line]:
    """Every association that was a member on the day, and any other that is on the list. At most five queries."""
    on = day_of(meeting)
    rows: dict[int, Attendance] = {}
    written = meeting.attendances.filter(session=None).exclude(association=None)
    for row in written.select_related("association", "represented_by", "person"):
        rows.setdefault(row.association_id or 0, row)
    mandates: dict[int, list[User]] = {}
    for mandate in Mandate.objects.live_on(on).select_related("person"):
        mandates.setdefault(mandate.association_id, []).append(mandate.person)
    associations = Association.objects.filter(
        Q(pk__in=Association.objects.members_on(on).values("pk")) | Q(pk__in=list(rows))
    )
    lines = {row.pk: Line(row, mandates.get(row.pk, [])) for row in associations}
    # Whoever comes outdoes whoever is excused.
    order = [Answer.PRESENT, Answer.REPRESENTED, Answer.EXCUSED]
    invitees = meeting.invitees.exclude(answer="").exclude(association=None)
    answers = sorted(
        invitees.select_related("person", "represented_by"),
        key=lambda invitee: order.index(Answer(invitee.answer)),
    )
    for invitee in answers:
        line = lines.get(invitee.association_id or 0)
        if line is not None and line.presence == "":
            line.presence = str(Presence(invitee.answer))
            line.represented_by = invitee.represented_by
            is_there = invitee.answer == Answer.PRESENT and invitee.person in line.people
            line.person = invitee.person if is_there else None
    for pk, row in rows.items():
        line = lines[pk]
        line.row, line.presence = row, row.presence
        line.represented_by, line.person = row.represented_by, row.person
    return list(lines.values())


def stamp_of(meeting: Meeting) -> int:
    """The number of the last change of the list, taken off lines included."""
    last = Attendance.history.filter(meeting=meeting).order_by("-history_id").first()
    return last.history_id if last else 0


@transaction.atomic
def save_lines(*, meeting: Meeting, by: User, stamp: int, lines: Sequence[Line]) -> None:
    """Write the quick list: a line without a presence is taken off. Raises StaleRowError when somebody changed the list
    since `stamp`, and ValidationError.
    """
    check_may_edit(by)
    current = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if stamp != stamp_of(current):
        raise StaleRowError(current)
    last = current.attendances.order_by("-position").first()
    position = last.position if last else 0
    for line in lines:
        row = line.row
        if not line.presence:
            if row is not None:
                row.delete()
            continue
        if row is None:
            position += 1
            row = Attendance(meeting=current, association=line.association, position=position)
        wanted = {
            "presence": line.presence,
            "represented_by": line.represented_by,
            "person": line.person,
        }
        if line.row is None or any(getattr(row, name) != value for name, value in wanted.items()):
            try:
                _fill(row, **wanted)
            except ValidationError as error:
                name = line.association.short_name
                raise ValidationError([f"{name} : {words}" for words in error.messages]) from error

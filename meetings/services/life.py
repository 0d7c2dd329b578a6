"""The life of minutes: circulated for remarks, adopted at a later meeting, locked from then on."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from common.changes import explain
from common.search import index
from common.typography import long_date
from meetings.enums import MinutesStatus, Outcome, StepKind
from meetings.models import (
    AgendaItem,
    Attendance,
    Correction,
    Decision,
    FollowUp,
    Invitee,
    Meeting,
    Minutes,
    MinutesSection,
    MinutesStep,
)
from meetings.perms import can_circulate_minutes
from members.enums import Role
from members.models import GroupMembership, Mandate, User
from members.services.notices import tell

if TYPE_CHECKING:
    from collections.abc import Collection

NOON = dt.time(12)


@transaction.atomic
def circulate(
    *,
    minutes: Minutes,
    version: int,
    by: User | None,
    remarks_until: dt.date,
    at: dt.datetime | None = None,
) -> Minutes:
    """Show the minutes to their readers, who may propose corrections until a day, that day included.

    `at` is for what a command loads: the hour is then past, and nobody is told. Raises PermissionDenied,
    ValidationError by field, StaleRowError.
    """
    _check_may(by)
    current = Minutes.lock_version(minutes.pk, version)
    now = timezone.now()
    if current.status != MinutesStatus.DRAFT:
        raise ValidationError(_("These minutes are already circulated."))
    if remarks_until < timezone.localdate(at or now):
        raise ValidationError({"remarks_until": _("The last day for remarks cannot be past.")})
    if at is not None and at > now:
        raise ValidationError(_("Minutes are not circulated in the future."))
    sections = _sections(current)
    if not sections:
        raise ValidationError(_("There is nothing to circulate yet: write a section first."))
    keep_version(sections, why=_("Circulated"), at=at)
    if at is not None:
        # They bear the hour at which they were loaded, and were there when the minutes left.
        for model in (Decision, FollowUp):
            for row in model._default_manager.filter(section__minutes=current):
                _record(row, _("Circulated"), at)
    # The hour of a version is never before what it is made of.
    hour = at or timezone.now()
    current.status = MinutesStatus.CIRCULATED
    current.circulated_at = hour
    current.remarks_until = remarks_until
    _save(current, _("Circulated"))
    add_step(minutes=current, kind=StepKind.CIRCULATED, at=hour, by=by)
    # While they were a draft, what was typed was not indexed at each autosave.
    index(*sections)
    if by is not None and at is None:
        tell(
            people=people_to_tell(current).exclude(pk=by.pk),
            words=gettext_noop(
                "Minutes are circulated: read them, and say what should be corrected until %(day)s."
            ),
            path=current.get_absolute_url(),
            values={"day": long_date(remarks_until)},
        )
    return current


@transaction.atomic
def change_last_day(*, minutes: Minutes, version: int, by: User, remarks_until: dt.date) -> Minutes:
    """Give more days for remarks on circulated minutes, or fewer of those to come; a step says so, and readers are told.

    Raises PermissionDenied, ValidationError by field, StaleRowError.
    """
    _check_may(by)
    current = Minutes.lock_version(minutes.pk, version)
    if current.status != MinutesStatus.CIRCULATED:
        raise ValidationError(_("The last day for remarks is that of circulated minutes."))
    if remarks_until < timezone.localdate():
        raise ValidationError({"remarks_until": _("The last day for remarks cannot be past.")})
    if remarks_until == current.remarks_until:
        raise ValidationError({"remarks_until": _("This is the last day already.")})
    sections = _sections(current)
    keep_version(sections, why=_("Circulated"))
    current.remarks_until = remarks_until
    with override(settings.LANGUAGE_CODE):
        note = _("Remarks until %(day)s") % {"day": long_date(remarks_until)}
    _save(current, note)
    add_step(minutes=current, kind=StepKind.CIRCULATED, at=timezone.now(), by=by, note=note)
    tell(
        people=people_to_tell(current).exclude(pk=by.pk),
        words=gettext_noop("Remarks on circulated minutes are now taken until %(day)s."),
        path=current.get_absolute_url(),
        values={"day": long_date(remarks_until)},
    )
    return current


@transaction.atomic
def adopt(
    *,
    minutes: Minutes,
    version: int,
    by: User | None,
    meeting: Meeting,
    on: dt.date,
    note: str = "",
) -> Minutes:
    """Record that a later meeting adopted the minutes, and lock their sections and decisions.

    The point of its agenda that they were on is dealt with.

    Raises PermissionDenied, ValidationError by field, StaleRowError.
    """
    _check_may(by)
    current = Minutes.lock_version(minutes.pk, version)
    if current.status == MinutesStatus.DRAFT:
        raise ValidationError(_("Minutes are circulated before they are adopted."))
    if current.status == MinutesStatus.ADOPTED:
        raise ValidationError(_("These minutes are already adopted."))
    _check_meeting(current, meeting, on)
    if Correction.objects.open().filter(section__minutes=current).exists():
        raise ValidationError(
            _("Corrections are still to be decided: accept or refuse each of them first.")
        )
    hour = _hour_of(current, on)
    current.status = MinutesStatus.ADOPTED
    current.adopted_at_meeting = meeting
    current.adopted_on = on
    _save(current, note or _("Adopted"))
    decisions: Any = Decision.objects.select_for_update().filter(section__minutes=current)
    for row in (*_sections(current), *decisions):
        row.is_locked = True
        row.version += 1
        _record(row, _("Adopted"), None if by else hour)
    for item in AgendaItem.objects.select_for_update().filter(meeting=meeting, minutes=current):
        item.outcome = Outcome.DEALT_WITH
        _save(item, _("Adopted"))
    hour = timezone.now() if by is not None else hour
    add_step(minutes=current, kind=StepKind.ADOPTED, at=hour, by=by, note=note)
    return current


def meetings_that_may_adopt(minutes: Minutes) -> Any:
    """Those that began after the last session of the minutes’ own, and not after today; the earliest first."""
    last = _last_day(minutes.meeting)
    rows: Any = Meeting.objects.with_days().exclude(pk=minutes.meeting_id)
    rows = rows.filter(first_on__lte=timezone.localdate(), cancelled_at=None)
    return (rows.filter(last_on__gt=last) if last else rows).order_by("first_on", "pk")


def people_to_tell(minutes: Minutes) -> Any:
    """Who is told of a circulation: those who were there or asked, the meeting’s group; failing them, all members.

    For an association, whoever represents it today. Only people who may come in and read something of the minutes.
    """
    today = timezone.localdate()
    meeting = minutes.meeting
    there = Attendance.objects.filter(meeting=meeting)
    asked = Invitee.objects.filter(meeting=meeting)
    groups = GroupMembership.objects.live_on(today).filter(group=meeting.group_id)
    mandates = Mandate.objects.live_on(today)
    named = (
        Q(pk__in=there.filter(person__isnull=False).values("person"))
        | Q(pk__in=asked.values("person"))
        | Q(pk__in=groups.filter(person__isnull=False).values("person"))
        | Q(
            pk__in=mandates.filter(
                Q(association__in=there.filter(association__isnull=False).values("association"))
                | Q(association__in=groups.filter(association__isnull=False).values("association"))
            ).values("person")
        )
    )
    readers = User.objects.who_may_come_in(today).filter(
        role__in=[Role.MEMBER, Role.SECRETARIAT, Role.COORDINATOR]
    )
    people = readers.filter(named)
    return people if people.exists() else readers.filter(role=Role.MEMBER)


def add_step(
    *, minutes: Minutes, kind: StepKind, at: dt.datetime, by: User | None, note: str = ""
) -> MinutesStep:
    """Write down a step. The sections’ history must hold their text of that hour: see `keep_version`."""
    step = MinutesStep(minutes=minutes, kind=kind, at=at, by=by, note=note)
    step.full_clean()
    step.save()
    return step


def keep_version(
    sections: Collection[MinutesSection], *, why: str, at: dt.datetime | None = None
) -> None:
    """Write in the history what each section says, where it does not say so yet: what is being typed writes none.

    With `at`, of an hour that is past, all are written at that hour.
    """
    written: set[tuple[int, int]] = set()
    if at is None:
        rows = MinutesSection.history.filter(id__in=[section.pk for section in sections])
        written = set(rows.values_list("id", "version"))
    for section in sections:
        if (section.pk, section.version) not in written:
            _record(section, why, at)


def _sections(minutes: Minutes) -> list[MinutesSection]:
    # The queryset of every room’s restricted rows does not know which row it is of.
    rows: Any = MinutesSection.objects.select_for_update().filter(minutes=minutes)
    return list(rows)


def _check_may(by: User | None) -> None:
    if by is not None and not can_circulate_minutes(by):
        raise PermissionDenied


def _check_meeting(minutes: Minutes, meeting: Meeting, on: dt.date) -> None:
    if meeting.pk == minutes.meeting_id:
        raise ValidationError({"meeting": _("Minutes are adopted at a later meeting.")})
    told, last, first = minutes.meeting, _last_day(minutes.meeting), _first_day(meeting)
    if meeting.cancelled_at is not None:
        raise ValidationError({"meeting": _("This meeting was cancelled.")})
    if first is None:
        raise ValidationError({"meeting": _("This meeting has no day yet.")})
    if last is not None and _last_day(meeting) <= last:  # type: ignore[operator]
        raise ValidationError(
            {
                "meeting": _(
                    "“%(meeting)s” is not after %(day)s, when “%(told)s” was held: minutes are adopted at a later meeting."
                )
                % {"meeting": meeting, "told": told, "day": long_date(last)}
            }
        )
    if on > timezone.localdate():
        raise ValidationError({"on": _("The day of adoption cannot be in the future.")})
    if on < first or (last is not None and on <= last):
        raise ValidationError({"on": _("The minutes cannot be adopted before that meeting.")})


def _first_day(meeting: Meeting) -> dt.date | None:
    session = meeting.sessions.order_by("on").first()
    return session.on if session else None


def _last_day(meeting: Meeting) -> dt.date | None:
    session = meeting.sessions.order_by("-on").first()
    return session.on if session else None


def _hour_of(minutes: Minutes, on: dt.date) -> dt.datetime:
    """For what a command loads: noon of the day, and never before the circulation."""
    noon = timezone.make_aware(dt.datetime.combine(on, NOON))
    return max(noon, minutes.circulated_at or noon)


def _save(row: Any, why: str) -> None:
    explain(row, why)
    row.full_clean()
    row.save()


def _record(row: Any, why: str, at: dt.datetime | None) -> None:
    """Save a row whose words are those that were checked when they were written: hundreds may come at once."""
    explain(row, why)
    if at is not None:
        row._history_date = at
    row.save()

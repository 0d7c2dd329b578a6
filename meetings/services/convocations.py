"""Asking people to a meeting: whom, the mail with its calendar file, and what they answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.search import index
from meetings.calendar import (
    CANCELLATION_NAME,
    FILE_NAME,
    MAIL_TYPE,
    cancellation_of,
    invitation_of,
)
from meetings.dossier import in_line, points_of
from meetings.enums import Answer
from meetings.models import Invitee, Meeting
from meetings.perms import can_answer, can_edit_meetings
from meetings.services.meetings import check_may_edit, is_over
from meetings.tasks import send_convocations
from members.enums import Role
from members.mail import send_text, site_address
from members.models import GroupMembership, Mandate, User

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from members.models import Association
    from members.models.users import UserQuerySet

logger = logging.getLogger(__name__)

TEMPLATE = "meetings/mail/convocation.txt"
CANCELLED_TEMPLATE = "meetings/mail/cancelled.txt"


def recipients(meeting: Meeting, on: dt.date) -> dict[User, Association | None]:
    """Who is asked, were it sent on that day, and for whom: live mandates, of the meeting's group if it has one."""
    people = User.objects.who_may_come_in(on).exclude(role=Role.ADMINISTRATOR)
    mandates = Mandate.objects.live_on(on).filter(person__in=people.values("pk"))
    named = people.none()
    if meeting.group is not None:
        memberships = GroupMembership.objects.live_on(on).filter(group=meeting.group)
        mandates = mandates.filter(association__in=memberships.values("association"))
        named = people.filter(pk__in=memberships.values("person"))
    asked: dict[User, Association | None] = {}
    for mandate in mandates.select_related("person", "association"):
        asked.setdefault(mandate.person, mandate.association)
    for person in named:
        asked.setdefault(person, None)
    return asked


def guests_to_choose() -> UserQuerySet:
    """Guests whose access runs today. Whoever is no guest yet is invited first."""
    return User.objects.who_may_come_in(timezone.localdate()).filter(role=Role.GUEST)


@transaction.atomic
def convene(
    *,
    meeting: Meeting,
    version: int,
    by: User,
    guests: Collection[User] = (),
    is_repeated: bool = False,
) -> Meeting:
    """Ask whoever is to be asked today and was not yet; the mails leave once all is written.

    `is_repeated`: also those who were sent it, since something changed. The version makes a second click stale, so that
    it sends nothing. Raises PermissionDenied, StaleRowError, ValidationError.
    """
    check_may_edit(by)
    current = Meeting.lock_version(meeting.pk, version)
    _check_is_to_come(current)
    strangers = {guest.pk for guest in guests} - set(
        guests_to_choose().values_list("pk", flat=True)
    )
    if strangers:
        raise ValidationError({"guests": _("One of these people is no guest today.")})
    wanted = {**recipients(current, timezone.localdate()), **dict.fromkeys(guests)}
    known = {row.person_id: row for row in current.invitees.select_for_update()}
    if not wanted and not known:
        raise ValidationError(_("There is nobody to ask: nobody holds a mandate today."))
    for person, association in wanted.items():
        if person.pk not in known:
            _save(Invitee(meeting=current, person=person, association=association))
    for row in known.values():
        if is_repeated and row.sent_at is not None:
            row.sent_at = None
            _save(row)
    current.convened_at = current.convened_at or timezone.now()
    current.full_clean()
    current.save()
    transaction.on_commit(lambda: send_convocations.enqueue(current.pk))
    return current


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, version: int, by: User) -> Meeting:
    """Say that a meeting will not take place; those who were asked to come are told. Its page stays.

    Raises PermissionDenied, StaleRowError, ValidationError.
    """
    check_may_edit(by)
    current = Meeting.lock_version(meeting.pk, version)
    if current.cancelled_at is not None:
        raise ValidationError(_("This meeting is cancelled already."))
    if hasattr(current, "minutes"):
        raise ValidationError(_("This meeting has minutes: it took place."))
    current.cancelled_at = timezone.now()
    current.full_clean()
    current.save()
    index(current)
    sent = list(current.invitees.select_for_update().exclude(sent_at=None))
    for row in sent:
        row.sent_at = None
        _save(row)
    if sent:
        transaction.on_commit(lambda: send_convocations.enqueue(current.pk))
    return current


def send_waiting(meeting_pk: int) -> int:
    """Mail those who wait for it, one address at a time; returns how many mails left.

    Each is marked first, alone: of two that run at once, one finds nothing left. A mail that the server refuses waits
    again, and the page of the convocation says so.
    """
    meeting = Meeting.objects.with_days().prefetch_related("sessions").get(pk=meeting_pk)
    if meeting.convened_at is None:
        return 0
    sent = 0
    for pk in meeting.invitees.filter(sent_at=None).order_by("pk").values_list("pk", flat=True):
        row = _take(pk)
        if row is None:
            continue
        try:
            _mail(meeting, row.person)
        except OSError:
            # One address that the server refuses keeps nobody else from their mail.
            logger.exception("The convocation %s could not be mailed.", pk)
            row.sent_at = None
            _save(row)
        else:
            sent += 1
    return sent


@transaction.atomic
def answer_convocation(
    *,
    meeting: Meeting,
    by: User,
    person: User,
    answer: str,
    represented_by: Association | None = None,
) -> Invitee:
    """Write down what somebody asked answers: themselves, or the secretariat for them. Raises ValidationError by field."""
    is_own = by.pk == person.pk and can_answer(by)
    if not is_own and not can_edit_meetings(by):
        raise PermissionDenied
    row = Invitee.objects.select_for_update(of=("self",)).filter(meeting=meeting, person=person)
    current = row.first()
    if current is None:
        raise ValidationError(_("This person is not asked to the meeting."))
    _check_is_to_come(meeting)
    represented_by = represented_by if answer == Answer.REPRESENTED else None
    if represented_by is not None:
        if current.association is None:
            raise ValidationError({"answer": _("Only an association is represented by another.")})
        if represented_by == current.association:
            raise ValidationError(
                {"represented_by": _("An association does not represent itself.")}
            )
    current.answer, current.represented_by = answer, represented_by
    current.answered_at = timezone.now() if answer else None
    _save(current)
    return current


def _check_is_to_come(meeting: Meeting) -> None:
    if meeting.cancelled_at is not None:
        raise ValidationError(_("This meeting is cancelled."))
    if is_over(meeting):
        raise ValidationError(_("This meeting has taken place."))


@transaction.atomic
def _take(pk: int) -> Invitee | None:
    """Mark a convocation as sent, unless somebody else has, or the door closed meanwhile."""
    rows = Invitee.objects.select_for_update(of=("self",)).select_related("person")
    row = rows.filter(pk=pk, sent_at=None).first()
    if row is None or not row.person.is_active or not row.person.may_come_in:
        return None
    row.sent_at = timezone.now()
    _save(row)
    return row


def _save(row: Invitee) -> None:
    row.full_clean()
    row.save()


def _mail(meeting: Meeting, person: User) -> None:
    """With the right to read that the person has as it leaves."""
    context: dict[str, Any] = {
        "meeting": meeting,
        "sessions": meeting.sessions.all(),
        "points": in_line(points_of(meeting, person)),
        "link": site_address(meeting.get_absolute_url()),
    }
    attachments = [(FILE_NAME, invitation_of(meeting), MAIL_TYPE)]
    taken_off = cancellation_of(meeting)
    if taken_off is not None:
        attachments.append((CANCELLATION_NAME, taken_off, MAIL_TYPE))
    send_text(
        template=CANCELLED_TEMPLATE if meeting.cancelled_at else TEMPLATE,
        to=person.email,
        language=person.language,
        attachments=attachments,
        **context,
    )

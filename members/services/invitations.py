"""Ways in: an invitation is sent by mail to one address, and used once.

Nothing here looks for an account before the invitation is accepted: whoever invites learns nothing about an address.
"""

from __future__ import annotations

import datetime as dt
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from members.enums import MandateKind, Role
from members.mail import send_text, site_address
from members.models import Association, GuestAccess, Invitation, User
from members.perms import can_invite, can_invite_own, can_manage_people
from members.services.mandates import give_mandate

if TYPE_CHECKING:
    from members.models import MembershipApplication

VALID_FOR = dt.timedelta(days=7)
# A guest's access is for one meeting or one application: nobody needs more than a year.
LONGEST_GUEST = dt.timedelta(days=366)
# Somebody who speaks for an association invites a few people, not a list of addresses.
SENT_A_DAY = 10


class InvitationGoneError(Exception):
    """Wrong, expired, withdrawn or used: nothing tells which."""


class AccountExistsError(Exception):
    """The address has an account: the invitation is for that one."""


class ForeignInvitationError(Exception):
    """The invitation is for another address than the account's."""


class ClosedAccountError(Exception):
    """The account was closed by hand, and only a hand reopens it."""


def roles_to_give(by: User) -> list[Role]:
    """The roles that somebody may invite to, the one that gives least first: nobody makes an administrator by haste."""
    if can_manage_people(by):
        return [Role.MEMBER, Role.GUEST, Role.SECRETARIAT, Role.COORDINATOR, Role.ADMINISTRATOR]
    if can_invite(by):
        return [Role.MEMBER, Role.GUEST]
    return [Role.MEMBER] if can_invite_own(by) else []


def associations_to_invite_for(by: User) -> list[Association]:
    """Whose representatives somebody may invite: every one still there, or those that they represent today."""
    today = timezone.localdate()
    if can_invite(by):
        rows = Association.objects.exclude(left_on__lte=today)
    elif can_invite_own(by):
        live = by.mandates.live_on(today).values("association")
        rows = Association.objects.filter(pk__in=live).exclude(left_on__lte=today)
    else:
        rows = Association.objects.none()
    return list(rows)


def fingerprint(secret: str) -> str:
    """What is kept of a secret: from it the link cannot be made again."""
    return sha256(secret.encode()).hexdigest()


@transaction.atomic
def invite(
    *,
    by: User,
    email: str,
    role: str,
    association: Association | None = None,
    mandate_kind: str = "",
    application: MembershipApplication | None = None,
    guest_until: dt.date | None = None,
) -> Invitation:
    """Invite an address, and mail it the link once all is written. A former invitation to the same thing is withdrawn.

    Raises PermissionDenied when `by` may not invite so, ValidationError by field; OSError when the mail could not
    leave: the invitation is recorded all the same, and can be sent again.
    """
    if role != Role.MEMBER:
        association, mandate_kind = None, ""
    if role != Role.GUEST:
        application, guest_until = None, None
    _check_right(by, role, association)
    # Waits for another one that invites at the same moment, so that each withdraws what came before.
    User.objects.get_queryset().select_for_update().get(pk=by.pk)
    secret = secrets.token_urlsafe(32)
    invitation = Invitation(
        email=email.strip().lower(),
        role=role,
        association=association,
        mandate_kind=mandate_kind,
        application=application,
        guest_until=guest_until,
        secret_sha256=fingerprint(secret),
        created_by=by,
        expires_at=timezone.now() + VALID_FOR,
    )
    invitation.full_clean(validate_constraints=False)
    _check_content(invitation)
    invitation.full_clean()
    _withdraw_former(invitation)
    invitation.save()
    transaction.on_commit(lambda: _mail(invitation, secret))
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Make the link useless. Raises ValidationError when it was accepted already."""
    current = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not roles_to_give(by):
        raise PermissionDenied
    if current.accepted_at is not None:
        raise ValidationError(
            _("This invitation has been accepted: it can no longer be withdrawn.")
        )
    if current.withdrawn_at is None:
        current.withdrawn_at = timezone.now()
        current.full_clean()
        current.save()
    return current


@transaction.atomic
def send_again(*, invitation: Invitation, by: User) -> Invitation:
    """The same invitation with a new secret, for seven more days. Raises as `invite` does."""
    current = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if current.accepted_at is not None:
        raise ValidationError(_("This invitation has been accepted: there is nothing to send."))
    return invite(
        by=by,
        email=current.email,
        role=current.role,
        association=current.association,
        mandate_kind=current.mandate_kind,
        application=current.application,
        guest_until=current.guest_until,
    )


def find_open(secret: str) -> Invitation:
    """The invitation of a link, if it may still be used. Raises InvitationGoneError."""
    rows = Invitation.objects.open().select_related("association", "application", "created_by")
    return _standing(rows.filter(secret_sha256=fingerprint(secret)).first())


def account_of(invitation: Invitation) -> User | None:
    """The account that an invitation is for, when its address has one."""
    return User.objects.get_queryset().filter(email__iexact=invitation.email).first()


def accept_as_newcomer(*, secret: str, name: str, password: str | None) -> User:
    """Open the account that the invitation gives. Without a password: the person will set up a passkey.

    Account, mandate or access, and the mark on the invitation are written together or not at all. Raises
    InvitationGoneError, AccountExistsError, and ValidationError by field.
    """
    invitation = find_open(secret)
    person = User(email=invitation.email, name=name.strip(), role=invitation.role)
    if password is not None:
        try:
            validate_password(password, person)
        except ValidationError as error:
            raise ValidationError({"password": error.messages}) from error
    # Slow on purpose, so done before anybody has to wait for the lock.
    person.password = make_password(password)
    try:
        with transaction.atomic():
            invitation = _lock(secret)
            if account_of(invitation) is not None:
                raise AccountExistsError
            person.full_clean()
            person.save()
            _give(invitation, person)
            _mark_accepted(invitation, person)
    except IntegrityError as error:
        # Somebody of that address came in by another invitation at the same moment.
        if User.objects.filter(email__iexact=person.email).exists():
            raise AccountExistsError from error
        raise
    return person


@transaction.atomic
def accept_as_account(*, secret: str, person: User) -> User:
    """Give what the invitation gives to the account of its address. A role of the secretariat or above stays as it is.

    Raises InvitationGoneError, ForeignInvitationError, ClosedAccountError, and ValidationError.
    """
    invitation = _lock(secret)
    person = User.objects.get_queryset().select_for_update().get(pk=person.pk)
    if person.email.lower() != invitation.email.lower():
        raise ForeignInvitationError
    if not person.is_active:
        raise ClosedAccountError
    _give(invitation, person)
    _mark_accepted(invitation, person)
    # Read again: whether the door is open is remembered by the row that was asked.
    return User.objects.get(pk=person.pk)


def _check_right(by: User, role: str, association: Association | None) -> None:
    if role not in roles_to_give(by):
        raise PermissionDenied
    if role == Role.MEMBER and association is not None and not can_invite(by):
        own = by.mandates.live_on(timezone.localdate()).filter(association=association)
        if not own.exists():
            raise PermissionDenied


def _check_content(invitation: Invitation) -> None:
    """At its field. What is said depends on no account but the inviter's own."""
    today = timezone.localdate()
    by, errors = invitation.created_by, {}
    if invitation.email == by.email.lower():
        errors["email"] = _("This is your own address: nobody invites themselves.")
    if invitation.role == Role.MEMBER:
        errors |= _check_mandate(invitation, today)
    elif invitation.role == Role.GUEST:
        errors |= _check_guest(invitation, today)
    if errors:
        raise ValidationError(errors)
    if not can_invite(by):
        since = timezone.now() - dt.timedelta(days=1)
        if by.invitations_sent.filter(created_at__gt=since).count() >= SENT_A_DAY:
            raise ValidationError(
                _("You have sent %(number)s invitations in a day: wait until tomorrow.")
                % {"number": SENT_A_DAY}
            )


def _check_mandate(invitation: Invitation, today: dt.date) -> dict[str, str]:
    association = invitation.association
    if association is None:
        return {"association": _("Choose the association that the person will represent.")}
    if not invitation.mandate_kind:
        return {"mandate_kind": _("Choose titular or alternate.")}
    if association.left_on is not None and association.left_on <= today:
        day = date_format(association.left_on)
        return {"association": _("The association left on %(day)s.") % {"day": day}}
    if invitation.mandate_kind == MandateKind.TITULAR:
        titular = association.mandates.live_on(today).filter(kind=MandateKind.TITULAR).first()
        if titular is not None:
            return {
                "mandate_kind": _(
                    "This association already has a titular representative: end that mandate first."
                )
            }
    return {}


def _check_guest(invitation: Invitation, today: dt.date) -> dict[str, str]:
    until = invitation.guest_until
    if until is None:
        return {"guest_until": _("Say until when the guest may come in.")}
    if until <= today:
        return {"guest_until": _("Choose a day to come.")}
    if until > today + LONGEST_GUEST:
        return {"guest_until": _("A guest comes in for a year at most.")}
    application = invitation.application
    if application is not None and not application.is_open:
        return {"application": _("This application is closed.")}
    return {}


def _withdraw_former(invitation: Invitation) -> None:
    former = Invitation.objects.open().filter(
        email__iexact=invitation.email,
        role=invitation.role,
        association=invitation.association,
        application=invitation.application,
    )
    for row in former.select_for_update(of=("self",)):
        row.withdrawn_at = timezone.now()
        row.full_clean()
        row.save()


def _mail(invitation: Invitation, secret: str) -> None:
    """The same words whether the address is known or not."""
    send_text(
        template="members/mail/invitation.txt",
        to=invitation.email,
        # Which language they read, we would know of those only who have an account.
        language=settings.LANGUAGE_CODE,
        invitation=invitation,
        link=site_address(reverse("members:invitation-accept", args=[secret])),
    )


def _lock(secret: str) -> Invitation:
    """The open invitation, which nobody else takes meanwhile: those who wait find it used."""
    rows = Invitation.objects.open().select_for_update(of=("self",))
    return _standing(rows.filter(secret_sha256=fingerprint(secret)).first())


def _standing(invitation: Invitation | None) -> Invitation:
    """An invitation is worth what whoever sent it may do today. Raises InvitationGoneError."""
    if invitation is None:
        raise InvitationGoneError
    try:
        _check_right(invitation.created_by, invitation.role, invitation.association)
    except PermissionDenied as error:
        raise InvitationGoneError from error
    return invitation


def _give(invitation: Invitation, person: User) -> None:
    today = timezone.localdate()
    if invitation.role == Role.MEMBER:
        _give_mandate(invitation, person, today)
    elif invitation.role == Role.GUEST:
        _give_access(invitation, person, today)
    elif person.role in {Role.MEMBER, Role.GUEST}:
        _set_role(person, invitation.role)


def _give_mandate(invitation: Invitation, person: User, today: dt.date) -> None:
    association = invitation.association
    if association is None:
        raise ValidationError(_("Choose the association that the person will represent."))
    if person.mandates.live_on(today).filter(association=association).exists():
        # Given meanwhile by other ways: there is nothing more to give.
        return
    give_mandate(
        person=person,
        association=association,
        kind=invitation.mandate_kind,
        since=today,
        reason=_("Invitation accepted"),
    )
    person.refresh_from_db()


def _give_access(invitation: Invitation, person: User, today: dt.date) -> None:
    until = invitation.guest_until
    if until is None or until <= today:
        raise InvitationGoneError
    access = GuestAccess(
        person=person, application=invitation.application, since=today, until=until
    )
    access.full_clean()
    access.save()
    # A member who represents nobody any more comes in as a guest; one who still does stays what they are.
    if person.role == Role.MEMBER and not person.mandates.live_on(today).exists():
        _set_role(person, Role.GUEST)


def _set_role(person: User, role: str) -> None:
    person.role = role
    person.full_clean()
    person._change_reason = _("Invitation accepted")  # type: ignore[attr-defined] # read by the history
    person.save()


def _mark_accepted(invitation: Invitation, person: User) -> None:
    """One statement that only the first can make; then saved, for the history."""
    now = timezone.now()
    mine = Invitation.objects.open().filter(pk=invitation.pk)
    if mine.update(accepted_at=now, accepted_by=person) != 1:
        raise InvitationGoneError
    invitation.refresh_from_db()
    invitation.full_clean()
    invitation.save()

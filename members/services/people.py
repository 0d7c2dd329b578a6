"""Accounts: who has which role, whose door is shut, and what each chose for themselves."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from members.enums import Role
from members.models import User
from members.perms import can_manage_people

# What somebody sets for themselves, and no one else for them.
PREFERENCES = ("language", "mail_frequency", "shows_address")


@transaction.atomic
def change_role(*, person: User, role: str, by: User, reason: str = "") -> User:
    """Give another role. Never one's own; the last coordinator keeps theirs.

    Raises PermissionDenied when `by` may not (any more), ValidationError when it would not hold.
    """
    person, by = _lock(person, by)
    if person.pk == by.pk:
        raise ValidationError(_("Nobody changes their own role: ask another coordinator."))
    _refuse_erased(person)
    if role != Role.COORDINATOR:
        _keep_a_coordinator(person)
    person.role = role
    return _save(person, reason)


@transaction.atomic
def close_account(*, person: User, by: User, reason: str = "") -> User:
    """Shut the door to somebody, and end their sessions at once. Their mandates stay as they are."""
    person, by = _lock(person, by)
    if person.pk == by.pk:
        raise ValidationError(_("Nobody closes their own account: ask another coordinator."))
    _keep_a_coordinator(person)
    person.is_active = False
    saved = _save(person, reason)
    end_sessions(person=person)
    return saved


@transaction.atomic
def reopen_account(*, person: User, by: User, reason: str = "") -> User:
    """Let an account that was closed be used again: whether it opens the door, its mandates say."""
    person, by = _lock(person, by)
    if person.pk == by.pk:
        raise PermissionDenied
    _refuse_erased(person)
    person.is_active = True
    return _save(person, reason)


@transaction.atomic
def save_preferences(*, person: User, **chosen: Any) -> User:
    """Keep what somebody chose for themselves (`PREFERENCES`). Raises ValidationError by field."""
    current = User.objects.select_for_update().get(pk=person.pk)
    before = [getattr(current, name) for name in PREFERENCES]
    for name in PREFERENCES:
        if name in chosen:
            setattr(current, name, chosen[name])
    if [getattr(current, name) for name in PREFERENCES] != before:
        current.full_clean()
        current.save()
    return current


def end_sessions(*, person: User) -> None:
    """Log a person out of every browser."""
    for session in UserSession.objects.filter(user=person):
        session.end()


def lock_people(*people: User) -> dict[int, User]:
    """These people and every coordinator, locked and read again, always in the same order.

    Two who demote each other wait for one another: the second finds what the first has done.
    """
    keys = {person.pk for person in people}
    wanted = Q(pk__in=keys) | Q(role=Role.COORDINATOR, is_active=True)
    return {
        person.pk: person
        for person in User.objects.get_queryset()
        .filter(wanted)
        .order_by("pk")
        .select_for_update(of=("self",))
    }


def is_last_coordinator(person: User) -> bool:
    """Whether nobody else could give the roles any more."""
    if person.role != Role.COORDINATOR or not person.is_active:
        return False
    others = User.objects.filter(role=Role.COORDINATOR, is_active=True).exclude(pk=person.pk)
    return not others.exists()


def _lock(person: User, by: User) -> tuple[User, User]:
    rows = lock_people(person, by)
    person, by = rows[person.pk], rows[by.pk]
    if not can_manage_people(by):
        raise PermissionDenied
    return person, by


def _keep_a_coordinator(person: User) -> None:
    if is_last_coordinator(person):
        raise ValidationError(
            _("This is the last coordinator: give the role to somebody else first.")
        )


def _refuse_erased(person: User) -> None:
    if person.erased_at is not None:
        raise ValidationError(_("This account was erased."))


def _save(person: User, reason: str) -> User:
    person.full_clean()
    person._change_reason = reason.strip()[:100]  # type: ignore[attr-defined] # read by the history
    person.save()
    return person


def note_log_in(*, user: User, **_signal: object) -> None:
    """The hour of the last visit, on which links to choose a password anew depend. No part of the record."""
    user.last_login = timezone.now()
    User.objects.get_queryset().filter(pk=user.pk).update(last_login=user.last_login)

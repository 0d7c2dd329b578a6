"""The address by which a calendar program reads somebody's meetings: made, shown once, withdrawn."""

from __future__ import annotations

import secrets
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from meetings.models import CalendarLink
from meetings.perms import can_have_calendar
from members.models import User


def fingerprint(secret: str) -> str:
    """What is kept of a secret: from it the address cannot be made again."""
    return sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_link(*, person: User) -> str:
    """Make an address and withdraw the former one; returns its secret, which nothing here can tell again."""
    if not can_have_calendar(person):
        raise PermissionDenied
    # Waits for the same person who does so at the same moment: one address lives.
    User.objects.get_queryset().select_for_update().get(pk=person.pk)
    _withdraw(person)
    secret = secrets.token_urlsafe(32)
    link = CalendarLink(person=person, secret_sha256=fingerprint(secret))
    link.full_clean()
    link.save()
    return secret


@transaction.atomic
def withdraw_link(*, person: User) -> None:
    """The address answers nothing any more. Without one, nothing happens."""
    if not can_have_calendar(person):
        raise PermissionDenied
    _withdraw(person)


def reader_of(secret: str) -> User | None:
    """Whose address it is, if it lives and they may still come in."""
    links = CalendarLink.objects.live().filter(secret_sha256=fingerprint(secret))
    link = links.select_related("person").first()
    return link.person if link is not None and can_have_calendar(link.person) else None


def _withdraw(person: User) -> None:
    for link in CalendarLink.objects.live().filter(person=person).select_for_update():
        link.withdrawn_at = timezone.now()
        link.full_clean()
        link.save()

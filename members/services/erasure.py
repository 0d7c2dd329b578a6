"""Taking a person out of the record without making it false: the rows stay, who it was goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from members.enums import MailFrequency
from members.models import Invitation, User
from members.perms import can_manage_people
from members.services.people import end_sessions, is_last_coordinator, lock_people

if TYPE_CHECKING:
    import datetime as dt

NAME_LIMIT = 150


@transaction.atomic
def erase_person(*, person: User, by: User) -> User:
    """Forget who somebody was. What they did stays, told of “ancien·ne représentant·e de …”; it cannot be undone.

    By the person, or by whoever manages the accounts (PermissionDenied otherwise); never the last coordinator
    (ValidationError): nobody could give the roles any more.
    """
    rows = lock_people(person, by)
    person, by = rows[person.pk], rows[by.pk]
    if person.pk != by.pk and not can_manage_people(by):
        raise PermissionDenied
    if person.erased_at is not None:
        raise ValidationError(_("This account was erased."))
    if is_last_coordinator(person):
        raise ValidationError(
            _("This is the last coordinator: give the role to somebody else first.")
        )
    today = timezone.localdate()
    known_as, address = person.email, f"efface-{person.pk}@vigie.invalid"
    _end_what_runs(person, today)
    _forget_keys(person)
    _blank_invitations(person, known_as, address)
    person.name, person.email = _public_name(person), address
    person.set_unusable_password()
    person.last_login = None
    person.is_active = False
    person.erased_at = timezone.now()
    person.shows_address = False
    person.mail_frequency = MailFrequency.NEVER
    person.full_clean()
    person.save()
    # The history of the account would tell what the account no longer does.
    for past in User.history.filter(id=person.pk).exclude(name=person.name, email=address):
        past.name, past.email, past.shows_address = person.name, address, False
        past.save()
    return person


def _public_name(person: User) -> str:
    """As the record will call them, in the record's own language."""
    last = person.mandates.select_related("association").order_by("-since", "-pk").first()
    with override(settings.LANGUAGE_CODE):
        if last is None:
            return _("former account")
        words = _("former representative of %(name)s")
        return (words % {"name": last.association.short_name})[:NAME_LIMIT]


def _end_what_runs(person: User, today: dt.date) -> None:
    for mandate in person.mandates.filter(Q(until=None) | Q(until__gt=today)):
        mandate.until = max(today, mandate.since)
        mandate.version += 1
        mandate.full_clean()
        mandate.save()
    for access in person.guest_accesses.filter(until__gt=today):
        access.until = max(today, access.since)
        access.full_clean()
        access.save()


def _forget_keys(person: User) -> None:
    end_sessions(person=person)
    Authenticator.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).delete()
    person.notices.all().delete()


def _blank_invitations(person: User, known_as: str, address: str) -> None:
    """Those that were sent to the address, or that brought the person in; one still open can no longer be used."""
    sent = Invitation.objects.filter(Q(email__iexact=known_as) | Q(accepted_by=person))
    for invitation in sent:
        invitation.email = address
        if invitation.accepted_at is None and invitation.withdrawn_at is None:
            invitation.withdrawn_at = timezone.now()
        invitation.save()
        for past in Invitation.history.filter(id=invitation.pk):
            past.email = address
            past.save()
    # Of invitations that are gone themselves, the history may still know the address.
    for past in Invitation.history.filter(email__iexact=known_as):
        past.email = address
        past.save()

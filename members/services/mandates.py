"""Giving, correcting and ending mandates: who speaks for whom, from one day to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from members.enums import MandateKind, Role
from members.models import Association, Mandate, User
from members.services.notices import tell

if TYPE_CHECKING:
    import datetime as dt


@transaction.atomic
def give_mandate(
    *,
    person: User,
    association: Association,
    kind: str,
    since: dt.date,
    until: dt.date | None = None,
    function: str = "",
    reason: str = "",
) -> Mandate:
    """Let a person speak for an association; a guest becomes a member by it.

    Raises ValidationError, by field, when it does not hold; nothing is written then.
    """
    mandate = Mandate(
        person=person,
        association=association,
        kind=kind,
        since=since,
        until=until,
        function=function,
    )
    _save(mandate, reason)
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.role == Role.GUEST:
        person.role = Role.MEMBER
        person.full_clean()
        person.save()
    tell(
        people=[person],
        words=gettext_noop("You have a mandate for %(name)s."),
        values={"name": association.short_name},
        path="/compte/",
    )
    return mandate


@transaction.atomic
def correct_mandate(*, mandate: Mandate, version: int, reason: str, **content: Any) -> Mandate:
    """Say what should have been said from the beginning. Person and association never change: that is another mandate.

    Raises `StaleRowError` when somebody saved it meanwhile, ValidationError by field.
    """
    _lock(mandate)
    current = Mandate.lock_version(mandate.pk, version)
    for field in ("kind", "function", "since", "until"):
        if field in content:
            setattr(current, field, content[field])
    _save(current, reason)
    return current


@transaction.atomic
def end_mandate(*, mandate: Mandate, version: int, until: dt.date, reason: str) -> Mandate:
    """From that day on the person no longer speaks for the association; today shuts the door at their next request."""
    return correct_mandate(mandate=mandate, version=version, until=until, reason=reason)


def _lock(mandate: Mandate) -> Association:
    """One writer at a time for the mandates of an association: overlaps are no fact of one row."""
    return Association.objects.select_for_update().get(pk=mandate.association_id)


def _save(mandate: Mandate, reason: str) -> None:
    association = _lock(mandate)
    mandate.full_clean(validate_constraints=False)
    errors = _mistakes(mandate, association)
    if errors:
        raise ValidationError(errors)
    mandate.full_clean()
    mandate._change_reason = reason.strip()[:100]  # type: ignore[attr-defined] # read by the history
    mandate.save()


def _mistakes(mandate: Mandate, association: Association) -> dict[str, str]:
    """What no constraint can say, at the field where it can be mended."""
    errors: dict[str, str] = {}
    if mandate.person.erased_at is not None:
        errors["person"] = _("This account was erased.")
    if mandate.until is not None and mandate.until < mandate.since:
        return errors | {"until": _("A mandate cannot end before it began.")}
    errors |= _outside(mandate, association)
    others = association.mandates.exclude(pk=mandate.pk).overlapping(mandate.since, mandate.until)
    if others.filter(person=mandate.person_id).exists():
        errors["person"] = _(
            "This person already has a mandate for this association in these days: end it first."
        )
    elif mandate.kind == MandateKind.TITULAR:
        titular = others.filter(kind=MandateKind.TITULAR).select_related("person").first()
        if titular is not None:
            errors["kind"] = _(
                "In these days the association already has a titular representative, since"
                " %(since)s: end that mandate first."
            ) % {"since": date_format(titular.since)}
    return errors


def _outside(mandate: Mandate, association: Association) -> dict[str, str]:
    days = [day for day in (association.invited_on, association.joined_on) if day is not None]
    errors = {}
    if days and mandate.since < min(days):
        errors["since"] = _("The association came on %(day)s only.") % {
            "day": date_format(min(days))
        }
    left = association.left_on
    if left is not None and mandate.since >= left:
        errors["since"] = _("The association left on %(day)s.") % {"day": date_format(left)}
    elif left is not None and (mandate.until is None or mandate.until > left):
        errors["until"] = _(
            "The association left on %(day)s: the mandate ends on that day at the latest."
        ) % {"day": date_format(left)}
    return errors


def live_today(person: User) -> list[Mandate]:
    """What a person speaks for today."""
    rows = person.mandates.live_on(timezone.localdate())
    return list(rows.select_related("association"))

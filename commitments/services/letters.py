"""Letters of the collective being written: what they say, to whom, about what, with what enclosed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.audiences import narrowest
from commitments.enclosures import EnclosureFacts, refused_enclosures, what_addressee_may_not_see
from commitments.first_templates import first_template
from commitments.letter_words import facts_of, fill
from commitments.models import Letter, LetterCopy, LetterEnclosure
from commitments.perms import can_write_letters
from commitments.services.letter_life import (
    close_unanswered,
    mail_again,
    record_reply,
    send_letter,
    sign_letter,
)
from common.search import forget, index
from common.uploads import delete_with_file
from members.enums import Audience
from members.services.letters import COLLECTIVE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from commitments.models import Commitment, LetterTemplate
    from members.models import User, WorkingGroup
    from plan.models import Institution

__all__ = [
    "CopyFacts",
    "EnclosureFacts",
    "address_to_others",
    "close_unanswered",
    "delete_draft",
    "edit_letter",
    "mail_again",
    "record_reply",
    "send_letter",
    "sign_letter",
    "start_letter",
]

SALUTATION = "Madame, Monsieur,"
SIGNATORY = f"La coordination, pour le {COLLECTIVE}"
# What the window of an envelope shows under the line that says to whom.
ADDRESS_LINES = 5


@dataclass(frozen=True)
class CopyFacts:
    """Somebody who is sent a copy; `wording` is as printed."""

    institution: Institution
    wording: str


@transaction.atomic
def start_letter(
    *,
    by: User | None,
    institution: Institution,
    commitments: Collection[Commitment] = (),
    template: LetterTemplate | None = None,
    on: dt.date | None = None,
) -> Letter:
    """Begin a letter about commitments, its facts filled in as of a day; whom and how to address as the last time.

    `by` is None only for commands. Raises PermissionDenied, ValidationError.
    """
    _check_may_write(by)
    template = template or first_template()
    audience = narrowest(commitments)
    addressing = _addressing(institution)
    facts = facts_of(commitments, institution, on or timezone.localdate(), audience)
    facts["appel"] = _without_comma(addressing["salutation"])
    # The querysets of every room's restricted rows, and of a letter's parts, do not know which row they are of.
    last: Any = Letter.objects.order_by("-pk").first()
    letter = Letter(
        institution=institution,
        escalation=template.escalation,
        subject=fill(template.subject, facts)[:250],
        body=fill(template.body, facts),
        closing=fill(template.closing, facts),
        dated_on=on,
        signatory=last.signatory if last else SIGNATORY,
        place=last.place if last else "Paris",
        audience=audience,
        written_by=by,
        **addressing,
    )
    letter.full_clean()
    letter.save()
    letter.commitments.set(commitments)
    index(letter)
    return letter


@transaction.atomic
def edit_letter(
    *,
    letter: Letter,
    version: int,
    by: User | None,
    escalation: str,
    institution: Institution,
    addressee: str,
    address: str,
    email: str,
    salutation: str,
    subject: str,
    body: str,
    closing: str,
    place: str,
    dated_on: dt.date | None,
    signatory: str,
    lists_members: bool,
    commitments: Collection[Commitment],
    audience: str,
    people: Collection[User] = (),
    groups: Collection[WorkingGroup] = (),
    copies: Sequence[CopyFacts] = (),
    enclosures: Sequence[EnclosureFacts] = (),
) -> Letter:
    """Change a draft: all that it says, to whom, and what goes with it.

    Raises PermissionDenied, StaleRowError, ValidationError by field.
    """
    _check_may_write(by)
    current = Letter.lock_version(letter.pk, version)
    if not current.is_draft:
        raise ValidationError(_("This letter is signed: its text is no longer changed."))
    told = {
        "escalation": escalation,
        "institution": institution,
        "addressee": addressee,
        "address": address.replace("\r\n", "\n").strip(),
        "email": email,
        "salutation": salutation,
        "subject": subject,
        "body": body.replace("\r\n", "\n").strip(),
        "closing": closing.replace("\r\n", "\n").strip(),
        "place": place,
        "dated_on": dated_on,
        "signatory": signatory,
        "lists_members": lists_members,
        "audience": audience,
    }
    for name, value in told.items():
        setattr(current, name, value)
    _check(current, people, groups, enclosures)
    current.full_clean()
    current.save()
    is_named = audience == Audience.NAMED
    current.named_people.set(people if is_named else [])
    current.named_groups.set(groups if is_named else [])
    current.commitments.set(commitments)
    _set_copies(current, copies)
    _set_enclosures(current, enclosures)
    index(current)
    return current


@transaction.atomic
def address_to_others(
    *, letter: Letter, by: User | None, institutions: Collection[Institution]
) -> list[Letter]:
    """Write the same draft to other institutions, each addressed as the last time; returns the new drafts.

    Raises PermissionDenied, ValidationError.
    """
    _check_may_write(by)
    current: Any = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if not current.is_draft:
        raise ValidationError(
            _("This letter is signed: begin another one, or address the draft first.")
        )
    others = [row for row in dict.fromkeys(institutions) if row.pk != current.institution_id]
    if not others:
        raise ValidationError({"institutions": _("Choose at least one other institution.")})
    enclosures = [EnclosureFacts.of(row) for row in current.enclosures.all()]
    refused = {row.name: what_addressee_may_not_see(row, enclosures) for row in others}
    if any(refused.values()):
        raise ValidationError(
            {
                "institutions": [
                    _("%(institution)s may not see: %(labels)s.")
                    % {"institution": name, "labels": "; ".join(labels)}
                    for name, labels in refused.items()
                    if labels
                ]
            }
        )
    return [_copy_for(current, institution, by) for institution in others]


@transaction.atomic
def delete_draft(*, letter: Letter, version: int, by: User) -> None:
    """Throw a draft away; its history says that there was one. Raises PermissionDenied, StaleRowError, ValidationError."""
    _check_may_write(by)
    current = Letter.lock_version(letter.pk, version)
    if not current.is_draft:
        raise ValidationError(_("A letter that is signed is kept."))
    forget(current)
    # A letter has its file once it is laid out; the type of rows with a file says that they always have.
    row: Any = current
    delete_with_file(row)


def _copy_for(letter: Letter, institution: Institution, by: User | None) -> Letter:
    addressing = _addressing(institution)
    before, after = _without_comma(letter.salutation), _without_comma(addressing["salutation"])
    copy = Letter(
        institution=institution,
        subject=letter.subject,
        body=letter.body.replace(before, after),
        closing=letter.closing.replace(before, after),
        written_by=by,
        **addressing,
    )
    for name in (
        "escalation", "place", "dated_on", "signatory", "lists_members", "audience",
    ):  # fmt: skip
        setattr(copy, name, getattr(letter, name))
    copy.full_clean()
    copy.save()
    copy.commitments.set(list(letter.commitments.values_list("pk", flat=True)))
    copy.named_people.set(letter.named_people.all())
    copy.named_groups.set(letter.named_groups.all())
    copies: Any = letter.copies.select_related("institution")
    enclosures: Any = letter.enclosures.all()
    _set_copies(copy, [CopyFacts(row.institution, row.wording) for row in copies])
    _set_enclosures(copy, [EnclosureFacts.of(row) for row in enclosures])
    index(copy)
    return copy


def _addressing(institution: Institution) -> dict[str, str]:
    """Whom to write to in an institution, where and how: as in the last letter to it."""
    last: Any = Letter.objects.filter(institution=institution).order_by("-pk").first()
    if last is None:
        return {
            "addressee": institution.name,
            "address": "",
            "email": "",
            "salutation": SALUTATION,
        }
    return {
        "addressee": last.addressee,
        "address": last.address,
        "email": last.email,
        "salutation": last.salutation,
    }


def _without_comma(salutation: str) -> str:
    return salutation.strip().rstrip(",").strip()


def _check(
    letter: Letter,
    people: Collection[User],
    groups: Collection[WorkingGroup],
    enclosures: Sequence[EnclosureFacts],
) -> None:
    """What the fields alone do not tell. Raises ValidationError by field."""
    wrong: dict[str, str | list[str]] = {}
    if letter.audience == Audience.PUBLIC:
        wrong["audience"] = _("A letter is read within the collective.")
    if letter.audience == Audience.NAMED and not people and not groups:
        wrong["audience"] = _("Name at least one person or one group.")
    if len(letter.address.splitlines()) > ADDRESS_LINES:
        wrong["address"] = _(
            "The window of an envelope shows at most %(lines)d lines of address."
        ) % {"lines": ADDRESS_LINES}
    if letter.dated_on is not None and letter.dated_on > timezone.localdate():
        wrong["dated_on"] = _("This day has not come yet.")
    refused = refused_enclosures(letter.institution, enclosures)
    if refused:
        wrong["enclosures"] = refused
    if wrong:
        raise ValidationError(wrong)


def _set_copies(letter: Letter, copies: Sequence[CopyFacts]) -> None:
    letter.copies.all().delete()
    for position, facts in enumerate(copies):
        row = LetterCopy(
            letter=letter,
            institution=facts.institution,
            wording=facts.wording.strip(),
            position=position,
        )
        _save_part(row, "copies", row.wording)


def _set_enclosures(letter: Letter, enclosures: Sequence[EnclosureFacts]) -> None:
    letter.enclosures.all().delete()
    for position, facts in enumerate(enclosures):
        row = LetterEnclosure(
            letter=letter,
            label=facts.label.strip(),
            paper=facts.paper,
            meeting_paper=facts.meeting_paper,
            minutes=facts.minutes,
            position=position,
        )
        _save_part(row, "enclosures", row.label)


def _save_part(row: LetterCopy | LetterEnclosure, field: str, label: str) -> None:
    """Raises ValidationError at the list that the row is of, saying which."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise ValidationError(
            {field: [f"{label} – {words}" if label else words for words in error.messages]}
        ) from error
    row.save()


def _check_may_write(by: User | None) -> None:
    if by is not None and not can_write_letters(by):
        raise PermissionDenied

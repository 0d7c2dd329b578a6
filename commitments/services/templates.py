"""Templates of letters: what the secretariat wants letters to say before anybody has corrected them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from commitments.letter_words import KNOWN, unknown_words
from commitments.models import LetterTemplate
from commitments.perms import can_edit_templates

if TYPE_CHECKING:
    from members.models import User


@transaction.atomic
def save_template(
    *,
    by: User | None,
    template: LetterTemplate | None,
    version: int | None,
    name: str,
    escalation: str,
    subject: str,
    body: str,
    closing: str,
) -> LetterTemplate:
    """Add a template, or change one that is known. Letters already begun stay as they are.

    Raises PermissionDenied, StaleRowError, ValidationError by field.
    """
    if by is not None and not can_edit_templates(by):
        raise PermissionDenied
    if template is None:
        current = LetterTemplate()
    else:
        current = LetterTemplate.lock_version(template.pk, version or 0)
    current.name, current.escalation, current.subject = name.strip(), escalation, subject.strip()
    current.body = body.replace("\r\n", "\n").strip()
    current.closing = closing.replace("\r\n", "\n").strip()
    _check_words(current)
    current.full_clean()
    current.save()
    return current


def _check_words(template: LetterTemplate) -> None:
    wrong = {}
    known = ", ".join(f"{{{word}}}" for word in KNOWN)
    for field in ("subject", "body", "closing"):
        unknown = unknown_words(getattr(template, field))
        if unknown:
            wrong[field] = _(
                "Unknown between braces: %(unknown)s. Those that are known: %(known)s."
            ) % {
                "unknown": ", ".join(f"{{{word}}}" for word in unknown),
                "known": known,
            }
    if wrong:
        raise ValidationError(wrong)

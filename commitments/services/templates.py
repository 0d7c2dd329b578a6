"""Templates of letters: what the secretariat wants letters to say before anybody has corrected them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from commitments.letter_words import KNOWN, broken_braces, unknown_words
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
    name = name.strip()
    if LetterTemplate.objects.filter(name=name).exclude(pk=current.pk).exists():
        raise ValidationError(
            {"name": _("Another template has this name: choose a different one.")}
        )
    current.name, current.escalation, current.subject = name, escalation, subject.strip()
    current.body = body.replace("\r\n", "\n").strip()
    current.closing = closing.replace("\r\n", "\n").strip()
    _check_words(current)
    current.full_clean()
    current.save()
    return current


def _check_words(template: LetterTemplate) -> None:
    wrong: dict[str, list[str]] = {}
    known = ", ".join(f"{{{word}}}" for word in KNOWN)
    for field in ("subject", "body", "closing"):
        text = getattr(template, field)
        if unknown := unknown_words(text):
            told = _("Unknown between braces: %(unknown)s. Those that are known: %(known)s.") % {
                "unknown": ", ".join(f"{{{word}}}" for word in unknown),
                "known": known,
            }
            wrong.setdefault(field, []).append(told)
        if broken := broken_braces(text):
            told = _("A brace is missing: %(words)s. Both are needed, as in {promesse}.") % {
                "words": ", ".join(broken)
            }
            wrong.setdefault(field, []).append(told)
    if wrong:
        raise ValidationError(wrong)

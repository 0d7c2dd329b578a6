"""Mailing a letter to its addressee: once, with its PDF and the files of what is enclosed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from commitments.enclosures import attachments_of
from commitments.enums import LetterStepKind, SentBy
from commitments.models import Letter, LetterEnclosure
from commitments.services.runs import keep_pdfs
from members.services.letters import COLLECTIVE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from commitments.enclosures import Attachment

logger = logging.getLogger(__name__)

TEMPLATE = "commitments/mail/letter.txt"


def send_waiting(letter_pk: int) -> bool:
    """Mail a letter that was sent by e-mail and did not leave yet; whether it left.

    It is marked first, alone: of two that run at once, one finds nothing left. A mail that the server refuses waits
    again (`mail_again`), and the page of the letter says so. Raises PdfError, OSError.
    """
    letter = _waiting(letter_pk)
    if letter is None:
        return False
    keep_pdfs([letter])
    letter.refresh_from_db(fields=["file", "file_name"])
    # The querysets of letters and of their parts do not know which row they are of.
    enclosures: list[Any] = list(
        letter.enclosures.select_related("paper", "meeting_paper__meeting", "minutes__meeting")
    )
    with translation.override("fr"):
        files = attachments_of(letter.institution, enclosures)
        mail = _mail(letter, enclosures, files)
    if not _mark(letter_pk, is_mailed=True):
        return False
    try:
        mail.send()
    except OSError:
        logger.exception("The letter %s could not be mailed.", letter_pk)
        _mark(letter_pk, is_mailed=False)
        return False
    return True


def _waiting(pk: int) -> Letter | None:
    by_mail = Letter.objects.filter(
        steps__kind=LetterStepKind.SENT, steps__sent_by=SentBy.EMAIL, mailed_at=None
    )
    letter: Any = by_mail.select_related("institution").filter(pk=pk).first()
    found: Letter | None = letter
    return found


@transaction.atomic
def _mark(pk: int, *, is_mailed: bool) -> bool:
    """Say that a letter was mailed, or was not after all; whether that was still to be said."""
    letter: Any = Letter.objects.select_for_update(of=("self",)).get(pk=pk)
    if (letter.mailed_at is not None) == is_mailed:
        return False
    letter.mailed_at = timezone.now() if is_mailed else None
    letter.full_clean()
    letter.save()
    return True


def _mail(
    letter: Letter, enclosures: Sequence[LetterEnclosure], files: Sequence[Attachment]
) -> EmailMessage:
    text = render_to_string(
        TEMPLATE, {"letter": letter, "enclosures": enclosures, "collective": COLLECTIVE}
    )
    subject = " ".join(f"{letter.subject} ({letter.reference})".split())
    mail = EmailMessage(subject, f"{text.strip()}\n", to=[letter.email])
    with letter.file.open("rb") as file:
        mail.attach(letter.file_name, file.read(), "application/pdf")
    for each in files:
        mail.attach(each.name, each.content, each.content_type)
    return mail

"""Letters to a candidate: a text that somebody has read, laid out and mailed by the worker."""

from __future__ import annotations

import datetime as dt
import logging
import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from common.pdf import render_pdf
from common.typography import french
from common.uploads import atomic_with_files, store
from members.adapters import SITE_NAME
from members.checklist import missing
from members.enums import ApplicationState, LetterKind
from members.models import ApplicationLetter, MembershipApplication, User
from members.perms import can_edit_applications
from members.tasks import make_letter

if TYPE_CHECKING:
    from collections.abc import Collection

logger = logging.getLogger(__name__)

COLLECTIVE = "Collectif « Ensemble contre la traite des êtres humains »"
SITE = "www.contrelatraite.org"
SIGNATORY = "Pour le Collectif, la coordination"
STYLESHEETS = ["css/letter.css"]
FIRST_TEXTS = {
    LetterKind.RECEPTION: "members/letters/reception.txt",
    LetterKind.DECISION: "members/letters/decision.txt",
}
BODY_LIMIT = 10_000
# A letter that is not there after this can be asked for again: perhaps the worker was killed, or none runs.
LATE_AFTER = dt.timedelta(minutes=1)
DECIDED = {ApplicationState.ACCEPTED, ApplicationState.DECLINED}
NO_FILE_YET = ["file", "file_name", "file_size", "file_sha256"]


def kinds_to_write(application: MembershipApplication) -> list[LetterKind]:
    """A letter of reception while the application is open, of decision once it is decided."""
    if application.is_open:
        return [LetterKind.RECEPTION]
    return [LetterKind.DECISION] if application.state in DECIDED else []


def first_text(application: MembershipApplication, kind: LetterKind) -> str:
    """What the letter says before anybody has corrected it. In French, as all letters of the Collectif."""
    decision = application.events.filter(state=application.state).last()
    with translation.override("fr"):
        text = render_to_string(
            FIRST_TEXTS[kind],
            {
                "application": application,
                "collective": COLLECTIVE,
                "missing": missing(application),
                "is_accepted": application.state == ApplicationState.ACCEPTED,
                "reason": decision.reason if decision else "",
            },
        )
    return re.sub(r"\n{3,}", "\n\n", french(text)).strip()


@transaction.atomic
def send_letter(
    *, application: MembershipApplication, kind: str, body: str, by: User
) -> ApplicationLetter:
    """Have a letter laid out and mailed. The same text asked for twice is one letter."""
    if not can_edit_applications(by):
        raise PermissionDenied
    current = MembershipApplication.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if kind not in kinds_to_write(current):
        raise ValidationError(_("This letter is not one that this application may get today."))
    body = body.replace("\r\n", "\n").strip()
    if not body or len(body) > BODY_LIMIT:
        raise ValidationError({"body": _("Write the text of the letter.")})
    same = current.letters.filter(kind=kind, body=body).last()
    if same is not None:
        return same
    letter = ApplicationLetter(
        application=current, kind=kind, body=body, created_by=by, file_size=0
    )
    letter.full_clean(exclude=NO_FILE_YET)
    letter.save()
    transaction.on_commit(lambda: make_letter.enqueue(letter.pk))
    return letter


def is_late(letter: ApplicationLetter) -> bool:
    """Whether it should have been sent by now."""
    return not is_done(letter) and letter.created_at < timezone.now() - LATE_AFTER


def is_done(letter: ApplicationLetter) -> bool:
    """Sent; or made, when there is nobody to send it to."""
    return letter.sent_at is not None or (bool(letter.file) and not recipients(letter.application))


def recipients(application: MembershipApplication) -> Collection[User]:
    """Whoever follows, or has followed, the application as a guest."""
    people = User.objects.get_queryset().filter(guest_accesses__application=application)
    return list(people.filter(is_active=True).distinct())


def ask_again(*, letter: ApplicationLetter, by: User) -> None:
    """Put a letter that never came back in the queue, once."""
    if not can_edit_applications(by):
        raise PermissionDenied
    if not is_late(letter):
        raise ValidationError(_("This letter is being made, or was sent already."))
    is_waiting = any(
        task.args_kwargs["args"] == [letter.pk]
        for task in DBTaskResult.objects.filter(
            task_path=make_letter.module_path, status=TaskResultStatus.READY
        )
    )
    if not is_waiting:
        make_letter.enqueue(letter.pk)


def run_letter(letter_pk: int) -> None:
    """Lay the letter out, keep it, mail it. What was already done is not done again. Raises PdfError, OSError."""
    letter = ApplicationLetter.objects.select_related("application").get(pk=letter_pk)
    if not letter.file:
        pdf = lay_out(letter)
        with atomic_with_files():
            letter = ApplicationLetter.objects.select_for_update(of=("self",)).get(pk=letter_pk)
            if not letter.file:
                store(letter, ContentFile(pdf), file_name(letter))
                letter.full_clean()
                letter.save()
    people = recipients(letter.application)
    if letter.sent_at is not None or not people:
        return
    for person in people:
        _mail(letter, person)
    letter.sent_at = timezone.now()
    letter.full_clean()
    letter.save()


def lay_out(letter: ApplicationLetter) -> bytes:
    """The letter as a tagged PDF, in French."""
    application = letter.application
    with translation.override("fr"):
        html = render_to_string(
            "members/letters/letter.html",
            {
                "collective": COLLECTIVE,
                "site": SITE,
                "signatory": SIGNATORY,
                "addressee": application.name,
                "subject": subject(letter),
                "reference": f"Candidature {application.received_on.year}-{application.pk}",
                "on": timezone.localdate(letter.created_at),
                "paragraphs": [part.strip() for part in re.split(r"\n\s*\n", letter.body)],
            },
        )
        return render_pdf(html, stylesheets=STYLESHEETS)


def subject(letter: ApplicationLetter) -> str:
    if letter.kind == LetterKind.RECEPTION:
        return "réception de votre candidature"
    return "décision sur votre candidature"


def file_name(letter: ApplicationLetter) -> str:
    kind = "reception" if letter.kind == LetterKind.RECEPTION else "decision"
    return f"lettre-de-{kind}-{slugify(letter.application.name)[:80]}.pdf"


def _mail(letter: ApplicationLetter, person: User) -> None:
    """The letter to one person, attached: after a decision there is no page where they could read it."""
    with translation.override(person.language):
        text = render_to_string(
            "members/mail/letter.txt",
            {"letter": letter, "person": person, "site": SITE_NAME, "site_url": settings.SITE_URL},
        )
    head, _blank, body = text.strip().partition("\n")
    mail = EmailMessage(f"[{SITE_NAME}] {head.strip()}", f"{body.strip()}\n", to=[person.email])
    with letter.file.open("rb") as file:
        mail.attach(letter.file_name, file.read(), "application/pdf")
    mail.send()

"""The life of a letter: signed, sent, answered or left without an answer. What it is about is told of each step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.audiences import readers_left_out
from commitments.enclosures import EnclosureFacts, refused_enclosures, without_file
from commitments.enums import EventKind, LetterStatus, LetterStepKind, SentBy, State
from commitments.letter_words import left_open
from commitments.models import Letter, LetterReply, LetterStep
from commitments.perms import can_follow_letters, can_sign_letters
from commitments.services.events import record_event
from commitments.services.runs import see_to_pdf
from commitments.standing import OPEN, effective, standing
from commitments.tasks import mail_letter
from common.search import index
from common.typography import long_date
from common.uploads import atomic_with_files, store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from django.core.files import File

    from commitments.models import Commitment
    from members.models import User

# Nothing is asked any more of what is so.
SETTLED = {State.KEPT, State.BROKEN, State.OVERTAKEN}
NO_FILE = ["file", "file_name", "file_size", "file_sha256"]


@transaction.atomic
def sign_letter(
    *, letter: Letter, version: int, by: User | None, dated_on: dt.date, reference: str = ""
) -> Letter:
    """Lock the text of a draft under its date and its reference: “2015-003”, the next of the year, when none is given.

    Raises PermissionDenied, StaleRowError, ValidationError by field.
    """
    if by is not None and not can_sign_letters(by):
        raise PermissionDenied
    current = Letter.lock_version(letter.pk, version)
    if not current.is_draft:
        raise ValidationError(_("This letter is signed already."))
    current.dated_on = dated_on
    _check_may_be_signed(current)
    current.status, current.is_locked = LetterStatus.SIGNED, True
    if reference.strip():
        current.reference = reference.strip()
        if Letter.objects.filter(reference=current.reference).exists():
            raise ValidationError({"reference": _("Another letter has this reference.")})
        current.full_clean()
        current.save()
    else:
        _save_numbered(current, dated_on.year)
    _step(current, LetterStepKind.SIGNED, dated_on, by)
    index(current)
    return current


@transaction.atomic
def send_letter(
    *, letter: Letter, version: int, by: User | None, on: dt.date, sent_by: str, note: str = ""
) -> Letter:
    """Write down that a signed letter left, and how: every commitment that it is about is reminded.

    By e-mail, the worker mails it, once. Raises PermissionDenied, StaleRowError, ValidationError by field.
    """
    current = _lock(letter, version, by)
    if current.is_draft:
        raise ValidationError(_("A letter is signed before it is sent."))
    if current.status != LetterStatus.SIGNED:
        raise ValidationError(_("This letter is sent already."))
    _check_day("on", on, current.dated_on, _("It is dated %(day)s: it was not sent before."))
    _check_may_be_sent(current, sent_by)
    current.status = LetterStatus.SENT
    _save(current)
    _step(current, LetterStepKind.SENT, on, by, sent_by=sent_by, note=note)
    for commitment in _about(current):
        stands = standing(commitment.events.all(), on)
        if stands is None or stands.state not in SETTLED:
            record_event(
                commitment=commitment, by=by, kind=EventKind.REMINDED, on=on, letter=current
            )
    index(current)
    # What a command loads left long ago: nothing is mailed for it.
    if sent_by == SentBy.EMAIL and by is not None:
        transaction.on_commit(lambda: mail_letter.enqueue(current.pk))
    elif by is not None:
        # Its readers find it under its PDF; the one that is mailed has it from then on.
        see_to_pdf(letter=current, by=by)
    return current


def record_reply(
    *,
    letter: Letter,
    version: int,
    by: User | None,
    dated_on: dt.date,
    summary: str = "",
    uploaded: File[Any] | None = None,
) -> LetterReply:
    """Keep what came back: every commitment that the letter reminded, and that is still open, is answered.

    A letter closed without an answer may still get one, and one that was answered another. Raises PermissionDenied,
    StaleRowError, ValidationError by field.
    """
    with atomic_with_files():
        current = _lock(letter, version, by)
        _check_after_sending(current, "dated_on", dated_on)
        reply = LetterReply(letter=current, dated_on=dated_on, summary=summary.strip(), added_by=by)
        if uploaded is not None:
            row: Any = reply
            store(row, uploaded)
        reply.full_clean()
        reply.save()
        if current.status != LetterStatus.ANSWERED:
            current.status = LetterStatus.ANSWERED
            _step(current, LetterStepKind.ANSWERED, dated_on, by)
        _save(current)
        _tell(current, EventKind.ANSWERED, dated_on, by)
        index(current)
    return reply


@transaction.atomic
def close_unanswered(
    *, letter: Letter, version: int, by: User | None, on: dt.date, note: str = ""
) -> Letter:
    """Say on a day that a letter got no answer: there is no news of what it reminded and is still open.

    Raises PermissionDenied, StaleRowError, ValidationError by field.
    """
    current = _lock(letter, version, by)
    _check_after_sending(current, "on", on)
    if current.status == LetterStatus.ANSWERED:
        raise ValidationError(_("This letter was answered."))
    if current.status == LetterStatus.SILENT:
        raise ValidationError(_("This letter is closed already."))
    current.status = LetterStatus.SILENT
    _save(current)
    _step(current, LetterStepKind.SILENT, on, by, note=note)
    _tell(current, EventKind.NO_NEWS, on, by)
    index(current)
    return current


def mail_again(*, letter: Letter, by: User) -> None:
    """Put the mail of a letter that never left in the queue. Raises PermissionDenied, ValidationError."""
    if not can_follow_letters(by):
        raise PermissionDenied
    steps = letter.steps.filter(kind=LetterStepKind.SENT, sent_by=SentBy.EMAIL)
    if letter.mailed_at is not None or not steps.exists():
        raise ValidationError(_("This letter is not one that waits to be mailed."))
    mail_letter.enqueue(letter.pk)


# --- What is checked --------------------------------------------------------------------------------------------------


def _check_may_be_signed(letter: Letter) -> None:
    wrong: dict[str, str | list[str]] = {}
    if letter.dated_on is not None and letter.dated_on > timezone.localdate():
        wrong["dated_on"] = _("This day has not come yet.")
    places = left_open(letter.subject, letter.body, letter.closing)
    if places:
        wrong["body"] = _("Fill in what still stands between braces: %(words)s.") % {
            "words": ", ".join(f"{{{place}}}" for place in places)
        }
    if refused := refused_enclosures(letter.institution, _enclosed(letter)):
        wrong["enclosures"] = refused
    if wide := readers_left_out(letter):
        wrong["audience"] = wide
    if wrong:
        raise ValidationError(wrong)


def _check_may_be_sent(letter: Letter, sent_by: str) -> None:
    wrong: dict[str, str | list[str]] = {}
    if sent_by not in SentBy.values:
        wrong["sent_by"] = _("Say how the letter was sent.")
    if sent_by in {SentBy.POST, SentBy.REGISTERED} and not letter.address:
        wrong["sent_by"] = _("This letter bears no postal address.")
    if sent_by == SentBy.EMAIL and not letter.email:
        wrong["sent_by"] = _("This letter bears no e-mail address.")
    enclosed = _enclosed(letter)
    if sent_by == SentBy.EMAIL and (missing := without_file(enclosed)):
        wrong["sent_by"] = _("No file is kept of what is enclosed: %(labels)s.") % {
            "labels": "; ".join(missing)
        }
    if refused := refused_enclosures(letter.institution, enclosed):
        # Its text is locked: whoever narrowed the paper since can widen it again.
        wrong["__all__"] = refused
    if wrong:
        raise ValidationError(wrong)


def _check_day(field: str, on: dt.date, first: dt.date | None, words: str) -> None:
    """Raises ValidationError for a day to come, or before the first that makes sense."""
    if on > timezone.localdate():
        raise ValidationError({field: _("This day has not come yet.")})
    if first is not None and on < first:
        raise ValidationError({field: words % {"day": long_date(first)}})


def _check_after_sending(letter: Letter, field: str, on: dt.date) -> None:
    step: Any = letter.steps.filter(kind=LetterStepKind.SENT).first()
    if letter.status in {LetterStatus.DRAFT, LetterStatus.SIGNED} or step is None:
        raise ValidationError(_("This letter is not sent yet."))
    _check_day(field, on, step.on, _("The letter was sent on %(day)s: this is before."))


def _enclosed(letter: Letter) -> list[EnclosureFacts]:
    rows: Any = letter.enclosures.select_related(
        "paper", "meeting_paper__meeting", "minutes__meeting"
    )
    return [EnclosureFacts.of(row) for row in rows]


# --- What is written --------------------------------------------------------------------------------------------------


def _lock(letter: Letter, version: int, by: User | None) -> Letter:
    """The letter, whose version is raised. Its text stays the same, and so does the file that holds it."""
    if by is not None and not can_follow_letters(by):
        raise PermissionDenied
    current = Letter.lock_version(letter.pk, version)
    if current.laid_out_version == version and not current.is_draft:
        current.laid_out_version = current.version
    return current


def _save(letter: Letter) -> None:
    letter.full_clean()
    letter.save()


def _save_numbered(letter: Letter, year: int) -> None:
    """Under the next number of the year, without a gap: of two who take the same, the second waits, then looks again."""
    while True:
        letter.reference = _next_reference(year)
        # Whether it is taken is for the database to say, which sees what the other one is about to write.
        letter.full_clean(validate_unique=False, validate_constraints=False)
        try:
            with transaction.atomic():
                letter.save()
        except IntegrityError:
            if not Letter.objects.filter(reference=letter.reference).exclude(pk=letter.pk).exists():
                raise
        else:
            return


def _next_reference(year: int) -> str:
    taken = Letter.objects.filter(reference__startswith=f"{year}-")
    numbers = [
        int(found[1])
        for reference in taken.values_list("reference", flat=True)
        if (found := re.fullmatch(rf"{year}-(\d{{1,9}})", str(reference)))
    ]
    return f"{year}-{max(numbers, default=0) + 1:03}"


def _step(
    letter: Letter, kind: str, on: dt.date, by: User | None, *, sent_by: str = "", note: str = ""
) -> None:
    step = LetterStep(letter=letter, kind=kind, on=on, by=by, sent_by=sent_by, note=note.strip())
    step.full_clean()
    step.save()


def _about(letter: Letter) -> Collection[Commitment]:
    """The commitments, in the order in which everybody locks them."""
    rows: Any = letter.commitments.order_by("pk").prefetch_related("events")
    return list(rows)


def _tell(letter: Letter, kind: EventKind, on: dt.date, by: User | None) -> None:
    """Append an event to each commitment that the letter reminded and that is still open on that day."""
    for commitment in _about(letter):
        events = effective(commitment.events.all())
        was_reminded = any(
            event.kind == EventKind.REMINDED and event.letter_id == letter.pk for event in events
        )
        stands = standing(events, on)
        if was_reminded and stands is not None and stands.state in OPEN:
            record_event(commitment=commitment, by=by, kind=kind, on=on, letter=letter)

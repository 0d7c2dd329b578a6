"""Letters laid out by the worker: each letter's PDF once for each of its texts, and all of a run in one, to print."""

from __future__ import annotations

import hashlib
import io
import logging
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from pikepdf import Dictionary, Name, Pdf

from commitments.letter_pdf import STYLESHEETS, compose, file_name, heading
from commitments.models import Letter, LetterRun
from commitments.perms import can_write_letters
from commitments.tasks import make_letters
from common.claims import Claim, LostClaimError, one_view_of_the_data
from common.files import random_name
from common.pdf import PdfError, render_pdfs
from common.readback import check_pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from members.models import User

logger = logging.getLogger(__name__)

# Laid out by one process: what a worker that dies leaves undone, and how often the progress moves.
BATCH = 20
# A draft that is changed while it is laid out is laid out again, but not for ever.
MOST_TURNS = 3


@transaction.atomic
def lay_out(*, letters: Collection[Letter], by: User) -> LetterRun:
    """Have letters laid out; what is under way for the same ones is joined. Raises PermissionDenied, ValidationError."""
    if not can_write_letters(by):
        raise PermissionDenied
    wanted = {letter.pk for letter in letters}
    # The queryset of every room's restricted rows does not know which row it is of.
    rows: Any = Letter.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    found = {row.pk: row.run_id for row in rows}
    if not found:
        raise ValidationError(_("Choose at least one letter."))
    if set(found) != wanted:
        raise ValidationError(_("One of these letters was thrown away meanwhile."))
    runs = LetterRun.objects.under_way().filter(pk__in=set(found.values()) - {None})
    for run in runs:
        if set(run.letters.values_list("pk", flat=True)) == wanted:
            return run
        raise ValidationError(_("Some of these letters are being laid out: wait for them."))
    run = LetterRun(requested_by=by, letters_asked=len(wanted))
    run.full_clean()
    run.save()
    Letter.objects.filter(pk__in=wanted).update(run=run)
    transaction.on_commit(lambda: make_letters.enqueue(run.pk))
    return run


def see_to_pdf(*, letter: Letter, by: User) -> None:
    """Have a letter laid out, unless its file is of its text or the worker is at it. Raises PermissionDenied."""
    is_under_way = letter.run is not None and letter.run.is_under_way
    if not is_laid_out(letter) and not is_under_way:
        lay_out(letters=[letter], by=by)


def letters_done(run: LetterRun) -> int:
    """How many letters of a run have their PDF. One query."""
    if run.is_done:
        return run.letters_asked
    return run.letters.filter(laid_out_version=F("version")).exclude(file="").count()


def is_laid_out(letter: Letter) -> bool:
    """Whether its file holds its text as it stands."""
    return bool(letter.file) and letter.laid_out_version == letter.version


# --- The worker's part ------------------------------------------------------------------------------------------------


def make_run(run_pk: int) -> None:
    """Lay out what a waiting run still lacks. Whoever claims it first does; the others have nothing to do."""
    claim = Claim.of(LetterRun, run_pk)
    if claim is None:
        return
    run = LetterRun.objects.select_related("requested_by").get(pk=run_pk)
    with translation.override(settings.LANGUAGE_CODE):
        try:
            if not can_write_letters(run.requested_by):
                claim.fail(_("Whoever asked for these letters may no longer write any."))
                return
            letters = _laid_out(run, claim.beat)
            pdf, pages = _in_one(letters, claim.beat)
            claim.finish(pdf, pages=pages, sha256=hashlib.sha256(pdf).hexdigest())
        except LostClaimError:
            logger.warning("The letters of run %s were taken over by another worker.", run_pk)
        except PdfError as error:
            claim.fail(str(error))
        except Exception:
            claim.fail(_("Something unforeseen went wrong. The log of the server says what."))
            raise


def keep_pdfs(letters: Collection[Letter], on_tick: Callable[[], object] | None = None) -> None:
    """Lay out those letters whose file is not of their text, and keep each file. Raises PdfError."""
    waiting = [letter for letter in letters if not is_laid_out(letter)]
    for start in range(0, len(waiting), BATCH):
        some = waiting[start : start + BATCH]
        with one_view_of_the_data():
            documents = compose(some)
        made = render_pdfs(documents, stylesheets=STYLESHEETS, on_tick=on_tick)
        for letter, pdf in zip(some, made, strict=True):
            _keep(letter, pdf)


def _laid_out(run: LetterRun, on_tick: Callable[[], object]) -> list[Letter]:
    """The letters of a run, all laid out. Raises PdfError."""
    rows: Any = run.letters.select_related("institution").order_by("pk")
    for _turn in range(MOST_TURNS):
        keep_pdfs(rows.all(), on_tick)
        letters: list[Letter] = list(rows.all())
        if all(map(is_laid_out, letters)):
            return letters
    raise PdfError(_("Some of these letters were changed while they were laid out: ask again."))


def _keep(letter: Letter, pdf: bytes) -> None:
    """Give a letter its file, unless its text, or its file, is no longer the one that was read."""
    check_pdf(pdf, wanted={heading(letter)})
    before = str(letter.file.name or "")
    name = default_storage.save(random_name(letter, file_name(letter)), ContentFile(pdf))
    as_read = Letter.objects.filter(pk=letter.pk, version=letter.version, file=before)
    try:
        is_kept = as_read.update(
            file=name,
            file_name=file_name(letter),
            file_size=len(pdf),
            file_sha256=hashlib.sha256(pdf).hexdigest(),
            laid_out_version=letter.version,
        )
    except BaseException:
        default_storage.delete(name)
        raise
    unused = before if is_kept else name
    if unused:
        default_storage.delete(unused)


def _in_one(letters: Sequence[Letter], on_tick: Callable[[], object]) -> tuple[bytes, int]:
    """All letters one after another, to be printed on one side of the paper. Raises PdfError."""
    if not letters:
        raise PdfError(_("None of these letters is left."))
    with ExitStack() as opened:
        whole = opened.enter_context(Pdf.new())
        for letter in letters:
            with letter.file.open("rb") as file:
                one = opened.enter_context(Pdf.open(io.BytesIO(file.read())))
            whole.pages.extend(one.pages)
            on_tick()
        # Printed on both sides, a letter would begin on the back of another.
        whole.Root.ViewerPreferences = Dictionary(Duplex=Name.Simplex)
        output = io.BytesIO()
        whole.save(output)
        return output.getvalue(), len(whole.pages)

"""Minutes as a file: made by the worker for whoever asks, and given to nobody else.

What somebody may read is asked three times: when they ask for the file, when it is made, and when it leaves.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.claims import Claim, LostClaimError, one_view_of_the_data
from common.pdf import PdfError, render_pdf
from common.readback import check_pdf
from common.work import WorkStatus
from meetings.models import Minutes
from reports.enums import ExportStep
from reports.minutes import STYLESHEETS, compose_minutes, section_titles
from reports.minutes_copy import read_copy
from reports.models import MinutesExport
from reports.tasks import make_minutes

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from members.models import User

logger = logging.getLogger(__name__)

# A copy is made again in a few seconds: those that nobody took are not left lying about.
KEPT_FOR = dt.timedelta(days=1)


class NothingToReadError(Exception):
    """There is nothing in these minutes for whoever asks."""


@dataclass(frozen=True)
class MinutesFile:
    """Minutes that were laid out for one reader, read back and found whole."""

    pdf: bytes
    pages: int
    sha256: str
    key: str
    is_personal: bool


def make_minutes_file(
    *,
    minutes: Minutes,
    reader: User | AnonymousUser,
    on_step: Callable[[ExportStep], object] = lambda step: None,
    on_tick: Callable[[], object] | None = None,
) -> MinutesFile:
    """Read, compose, lay out and read back. Raises NothingToReadError, or PdfError, whose words are for a person."""
    on_step(ExportStep.READING)
    with one_view_of_the_data():
        copy = read_copy(minutes.meeting.slug, reader)
    if copy is None:
        raise NothingToReadError
    on_step(ExportStep.COMPOSING)
    html = compose_minutes(copy)
    on_step(ExportStep.RENDERING)
    pdf = render_pdf(html, stylesheets=STYLESHEETS, on_tick=on_tick)
    on_step(ExportStep.CHECKING)
    return MinutesFile(
        pdf=pdf,
        pages=check_pdf(pdf, wanted=section_titles(copy)),
        sha256=hashlib.sha256(pdf).hexdigest(),
        key=copy.key,
        is_personal=copy.is_personal,
    )


def minutes_for_addressee(minutes: Minutes, reader: User | AnonymousUser) -> bytes:
    """The PDF that is enclosed with a letter. Raises NothingToReadError, PdfError."""
    return make_minutes_file(minutes=minutes, reader=reader).pdf


@transaction.atomic
def request_minutes_export(*, minutes: Minutes, by: User) -> MinutesExport:
    """Have one's copy made, or join the work already under way. Raises PermissionDenied."""
    if not Minutes.objects.visible_to(by).filter(pk=minutes.pk).exists():
        raise PermissionDenied
    export = MinutesExport(minutes=minutes, requested_by=by)
    try:
        with transaction.atomic():
            # The database refuses a second one under way: of two clicks at once, the later finds the earlier.
            export.save()
    except IntegrityError:
        return MinutesExport.objects.under_way().get(minutes=minutes, requested_by=by)
    transaction.on_commit(lambda: make_minutes.enqueue(export.pk))
    return export


def run_minutes_export(export_pk: int) -> None:
    """Make the file of a waiting export. Whoever claims it first makes it; the others have nothing to do."""
    claim = Claim.of(MinutesExport, export_pk)
    if claim is None:
        return
    export = MinutesExport.objects.select_related("minutes__meeting", "requested_by").get(
        pk=export_pk
    )
    with translation.override(settings.LANGUAGE_CODE):
        try:
            made = make_minutes_file(
                minutes=export.minutes,
                reader=export.requested_by,
                on_step=lambda step: claim.tell(step=step),
                on_tick=claim.beat,
            )
            claim.finish(
                made.pdf,
                pages=made.pages,
                sha256=made.sha256,
                key=made.key,
                is_personal=made.is_personal,
            )
        except LostClaimError:
            logger.warning("Minutes %s were taken over by another worker.", export_pk)
        except NothingToReadError:
            claim.fail(_("There is nothing in these minutes for you any more."))
        except PdfError as error:
            claim.fail(str(error))
        except Exception:
            claim.fail(_("Something unforeseen went wrong. The log of the server says what."))
            raise
        else:
            former = MinutesExport.objects.filter(
                minutes=export.minutes, requested_by=export.requested_by, pk__lt=export.pk
            )
            _forget(former)


def is_current(export: MinutesExport) -> bool:
    """Whether the file holds what its reader may read at this moment: neither less, nor more, nor other words."""
    copy = read_copy(export.minutes.meeting.slug, export.requested_by)
    return copy is not None and copy.key == export.key


def forget_old_minutes() -> int:
    """Delete the copies that were made long ago, with their files; returns how many."""
    limit = timezone.now() - KEPT_FOR
    return _forget(MinutesExport.objects.filter(finished_at__lt=limit))


def _forget(exports: QuerySet[MinutesExport]) -> int:
    ended = exports.filter(status__in=[WorkStatus.DONE, WorkStatus.FAILED])
    count = 0
    for export in ended:
        export.delete()
        if export.file:
            default_storage.delete(str(export.file.name))
        count += 1
    return count

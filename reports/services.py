"""Having a report made, publishing it, and putting back on its feet the work of a worker that died."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import logging
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pypdf import PdfReader

from common.pdf import PdfError, render_pdf
from common.typography import french
from reports.compose import STYLESHEETS, compose
from reports.enums import ExportStatus, ExportStep
from reports.models import Export
from reports.perms import can_make_reports
from reports.preflight import check_snapshot
from reports.snapshot import all_measures, build_snapshot, data_sha256
from reports.tasks import make_export

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from members.models import User
    from plan.models import Institution, Plan
    from reports.preflight import Finding

logger = logging.getLogger(__name__)

# A living worker gives a sign every other second; one that has given none for so long is dead.
DEAD_AFTER = dt.timedelta(seconds=30)
MOST_ATTEMPTS = 3
FOLDER = "exports"
# A file that no row names and that is older than this was left by a worker that died.
ORPHAN_AFTER = dt.timedelta(hours=1)


class BlockedError(Exception):
    """The pre-flight found what must be mended first."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


class LostClaimError(Exception):
    """Another worker has taken this export over: whatever this one makes is not wanted."""


@dataclass(frozen=True)
class Report:
    """A report that was made, read back and found whole."""

    pdf: bytes
    pages: int
    sha256: str
    data_sha256: str
    findings: list[Finding]


# --- Making a report --------------------------------------------------------------------------------------------------


def make_report(
    *,
    plan: Plan,
    on: dt.date,
    assessor: Institution,
    on_step: Callable[[ExportStep], object] = lambda step: None,
    on_tick: Callable[[], object] | None = None,
) -> Report:
    """Read, compose, lay out and read back. Raises BlockedError or PdfError, whose words are for a person."""
    on_step(ExportStep.READING)
    with _one_view_of_the_data():
        snapshot = build_snapshot(plan, on=on, assessor=assessor)
    findings = check_snapshot(snapshot)
    blocking = [finding for finding in findings if finding.is_blocking]
    if blocking:
        raise BlockedError(blocking)
    on_step(ExportStep.COMPOSING)
    html = compose(snapshot)
    on_step(ExportStep.RENDERING)
    pdf = render_pdf(html, stylesheets=STYLESHEETS, on_tick=on_tick)
    on_step(ExportStep.CHECKING)
    return Report(
        pdf=pdf,
        pages=_read_back(pdf, snapshot),
        sha256=hashlib.sha256(pdf).hexdigest(),
        data_sha256=data_sha256(snapshot),
        findings=findings,
    )


@contextlib.contextmanager
def _one_view_of_the_data() -> Iterator[None]:
    """Every query of the snapshot sees the same rows, even if somebody publishes meanwhile."""
    begins_here = not connection.in_atomic_block
    with transaction.atomic():
        if begins_here and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _read_back(pdf: bytes, snapshot: dict[str, Any]) -> int:
    """The number of pages of a file that opens, is tagged, and whose outline leads to every measure."""
    try:
        reader = PdfReader(io.BytesIO(pdf))
        pages = len(reader.pages)
        is_tagged = "/StructTreeRoot" in reader.root_object
        titles = _titles(reader.outline)
    except Exception as error:
        logger.exception("The PDF could not be read back.")
        raise PdfError(
            _("The file that was made cannot be opened again: it was thrown away.")
        ) from error
    found = {_bare(title.partition(" – ")[2]) for title in titles}
    wanted = {_bare(french(measure["title"])) for measure in all_measures(snapshot)}
    if not is_tagged or not wanted <= found:
        raise PdfError(_("The file that was made is not whole: it was thrown away."))
    return pages


def _bare(title: str) -> str:
    """Without spaces, which a layout may fold."""
    return "".join(title.split())


def _titles(outline: Any) -> list[str]:
    if isinstance(outline, list):
        return [title for entry in outline for title in _titles(entry)]
    return [str(outline.title)]


# --- Exports ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def request_export(*, plan: Plan, assessor: Institution, on: dt.date, by: User) -> Export:
    """Have a report made, or join the work already under way for the same plan, assessor and day."""
    if not can_make_reports(by):
        raise PermissionDenied
    if not (plan.lead_assessor == assessor or plan.assessors.contains(assessor)):
        raise ValidationError({"assessor": _("This institution does not assess this plan.")})
    wanted = {"plan": plan, "assessor": assessor, "on": on}
    export = Export(**wanted, requested_by=by)
    try:
        with transaction.atomic():
            # The database refuses a second one under way: of two clicks at once, the later finds the earlier.
            export.save()
    except IntegrityError:
        return Export.objects.under_way().get(**wanted)
    transaction.on_commit(lambda: make_export.enqueue(export.pk))
    return export


def run_export(export_pk: int) -> None:
    """Make the file of a waiting export. Whoever claims it first makes it; the others have nothing to do."""
    claim = _Claim.of(export_pk)
    if claim is None:
        return
    export = Export.objects.select_related("plan__scale", "assessor", "requested_by").get(
        pk=export_pk
    )
    with translation.override(settings.LANGUAGE_CODE):
        try:
            if not can_make_reports(export.requested_by):
                claim.fail(_("Whoever asked for this report may no longer have reports made."))
                return
            report = make_report(
                plan=export.plan,
                on=export.on,
                assessor=export.assessor,
                on_step=claim.step,
                on_tick=claim.beat,
            )
            claim.finish(report)
        except LostClaimError:
            logger.warning("Export %s was taken over by another worker.", export_pk)
        except (BlockedError, PdfError) as error:
            claim.fail(str(error))
        except Exception:
            claim.fail(_("Something unforeseen went wrong. The log of the server says what."))
            raise


@dataclass(frozen=True)
class _Claim:
    """The right of one attempt to speak for an export. It ends when the export is given to another attempt."""

    export_pk: int
    attempt: int

    @classmethod
    def of(cls, export_pk: int) -> _Claim | None:
        now = timezone.now()
        claimed = Export.objects.filter(pk=export_pk, status=ExportStatus.WAITING).update(
            status=ExportStatus.RUNNING,
            step=ExportStep.READING,
            started_at=now,
            heartbeat_at=now,
            attempts=F("attempts") + 1,
        )
        if not claimed:
            return None
        return cls(export_pk, Export.objects.values_list("attempts", flat=True).get(pk=export_pk))

    def _update(self, **values: object) -> None:
        mine = Export.objects.filter(
            pk=self.export_pk, status=ExportStatus.RUNNING, attempts=self.attempt
        )
        if not mine.update(**values):
            raise LostClaimError

    def step(self, step: ExportStep) -> None:
        self._update(step=step, heartbeat_at=timezone.now())

    def beat(self) -> None:
        self._update(heartbeat_at=timezone.now())

    def finish(self, report: Report) -> None:
        """Keep the file and say so in one go; a file whose claim was lost is thrown away."""
        name = default_storage.save(
            f"{FOLDER}/{secrets.token_hex(16)}.pdf", ContentFile(report.pdf)
        )
        try:
            self._update(
                status=ExportStatus.DONE,
                step=ExportStep.FINISHED,
                file=name,
                pages=report.pages,
                size=len(report.pdf),
                sha256=report.sha256,
                data_sha256=report.data_sha256,
                error="",
                finished_at=timezone.now(),
            )
        except BaseException:
            default_storage.delete(name)
            raise

    def fail(self, words: str) -> None:
        with contextlib.suppress(LostClaimError):
            self._update(status=ExportStatus.FAILED, error=words, finished_at=timezone.now())


@transaction.atomic
def publish_export(*, export: Export, by: User) -> Export:
    """Offer a finished report to everyone. Publishing it twice changes nothing."""
    if not can_make_reports(by):
        raise PermissionDenied
    current = Export.objects.select_for_update().get(pk=export.pk)
    if current.status != ExportStatus.DONE:
        raise ValidationError(_("Only a report that is ready can be published."))
    if current.published_at is None:
        current.published_at, current.published_by = timezone.now(), by
        current.save(update_fields=["published_at", "published_by"])
    return current


@transaction.atomic
def withdraw_export(*, export: Export, by: User) -> Export:
    """Take a report back from public view. The file stays for those who see the work."""
    if not can_make_reports(by):
        raise PermissionDenied
    current = Export.objects.select_for_update().get(pk=export.pk)
    current.published_at = current.published_by = None
    current.save(update_fields=["published_at", "published_by"])
    return current


# --- After a crash ----------------------------------------------------------------------------------------------------


def recover_exports() -> int:
    """Give back to the queue the work of workers that died, or say in words that it failed; returns how many.

    Safe to run at any time and by several workers: every change is made only if the row is still as it was read.
    """
    recovered = sum(_recover(export) for export in _dead_exports())
    _recover_tasks()
    return recovered


def _dead_exports() -> list[Export]:
    limit = timezone.now() - DEAD_AFTER
    return list(
        Export.objects.filter(status=ExportStatus.RUNNING).filter(
            Q(heartbeat_at=None) | Q(heartbeat_at__lt=limit)
        )
    )


def _recover(export: Export) -> bool:
    as_read = Export.objects.filter(
        pk=export.pk,
        status=ExportStatus.RUNNING,
        attempts=export.attempts,
        heartbeat_at=export.heartbeat_at,
    )
    if export.attempts < MOST_ATTEMPTS:
        return bool(
            as_read.update(status=ExportStatus.WAITING, step=ExportStep.WAITING, heartbeat_at=None)
        )
    with translation.override(settings.LANGUAGE_CODE):
        words = _("The work stopped without a word %(times)s times: it was given up.") % {
            "times": MOST_ATTEMPTS
        }
    return bool(as_read.update(status=ExportStatus.FAILED, error=words, finished_at=timezone.now()))


def _recover_tasks() -> None:
    """Bring the queue in line with the exports: a waiting one has one task to run it, an ended one has none."""
    limit = timezone.now() - DEAD_AFTER
    open_tasks = DBTaskResult.objects.filter(
        task_path=make_export.module_path,
        status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING],
    )
    by_export = {task.args_kwargs["args"][0]: task for task in open_tasks}
    status_of = dict(Export.objects.filter(pk__in=by_export).values_list("pk", "status"))
    for export_pk, task in by_export.items():
        status = status_of.get(export_pk)
        as_read = DBTaskResult.objects.filter(
            pk=task.pk, status=TaskResultStatus.RUNNING, started_at=task.started_at
        )
        if (
            task.status != TaskResultStatus.RUNNING
            or task.started_at is None
            or task.started_at > limit
        ):
            continue
        if status == ExportStatus.WAITING:
            as_read.update(status=TaskResultStatus.READY, started_at=None)
        elif status != ExportStatus.RUNNING:
            as_read.update(status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now())
    forgotten = Export.objects.filter(status=ExportStatus.WAITING, requested_at__lt=limit).exclude(
        pk__in=by_export
    )
    for export in forgotten:
        make_export.enqueue(export.pk)


def sweep_files() -> int:
    """Delete files that no export names, left by workers that died between writing and saying so."""
    if not default_storage.exists(FOLDER):
        return 0
    named = set(Export.objects.exclude(file="").values_list("file", flat=True))
    limit = timezone.now() - ORPHAN_AFTER
    names = [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]]
    orphans = [
        name
        for name in names
        if name not in named and default_storage.get_modified_time(name) < limit
    ]
    for name in orphans:
        default_storage.delete(name)
    return len(orphans)

"""Having a report made, publishing it and taking it back."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.claims import Claim, LostClaimError, one_view_of_the_data
from common.pdf import PdfError, render_pdf
from common.readback import check_pdf
from common.typography import french
from common.work import WorkStatus
from reports.compose import STYLESHEETS, compose
from reports.enums import ExportStep
from reports.models import Export
from reports.perms import can_make_reports
from reports.preflight import check_snapshot
from reports.snapshot import all_measures, build_snapshot, data_sha256
from reports.tasks import make_export

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from members.models import User
    from plan.models import Institution, Plan
    from reports.preflight import Finding

logger = logging.getLogger(__name__)


class BlockedError(Exception):
    """The pre-flight found what must be mended first."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


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
    with one_view_of_the_data():
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
        pages=check_pdf(
            pdf,
            wanted={french(measure["title"]) for measure in all_measures(snapshot)},
            after=" – ",
        ),
        sha256=hashlib.sha256(pdf).hexdigest(),
        data_sha256=data_sha256(snapshot),
        findings=findings,
    )


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
    claim = Claim.of(Export, export_pk)
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
                on_step=lambda step: claim.tell(step=step),
                on_tick=claim.beat,
            )
            claim.finish(
                report.pdf,
                pages=report.pages,
                sha256=report.sha256,
                data_sha256=report.data_sha256,
            )
        except LostClaimError:
            logger.warning("Export %s was taken over by another worker.", export_pk)
        except (BlockedError, PdfError) as error:
            claim.fail(str(error))
        except Exception:
            claim.fail(_("Something unforeseen went wrong. The log of the server says what."))
            raise


@transaction.atomic
def publish_export(*, export: Export, by: User) -> Export:
    """Offer a finished report to everyone. Publishing it twice changes nothing."""
    if not can_make_reports(by):
        raise PermissionDenied
    current = Export.objects.select_for_update().get(pk=export.pk)
    if current.status != WorkStatus.DONE:
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

"""The evaluation report of a plan as a PDF file, without the site: `make report` calls it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common.pdf import PdfError
from plan.models import Institution, Plan
from reports.output import prepare, write
from reports.services import BlockedError, make_report
from reports.snapshot import default_day

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Writes the evaluation report of a plan as a PDF. The same data give the same file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", help="address of the plan, such as traite-2014-2016")
        parser.add_argument("--le", metavar="DATE", help="as of this day, such as 2017-07-06")
        parser.add_argument(
            "--par", metavar="KEY", help="key of the assessor; without it, the plan's lead assessor"
        )
        parser.add_argument(
            "--output", required=True, type=Path, metavar="FILE", help="where to write the PDF"
        )

    def handle(
        self, *, plan: str, le: str | None, par: str | None, output: Path, **options: Any
    ) -> None:
        chosen = _plan(plan)
        assessor = _assessor(chosen, par)
        on = _day(le) if le else default_day(chosen, assessor)
        prepare(output)
        try:
            report = make_report(plan=chosen, on=on, assessor=assessor)
        except (BlockedError, PdfError) as error:
            raise CommandError(str(error)) from error
        for finding in report.findings:
            self.stderr.write(str(finding))
        write(output, report.pdf)
        self.stdout.write(
            _("%(file)s: %(pages)s pages, SHA-256 %(sha256)s, data %(data)s")
            % {
                "file": output,
                "pages": report.pages,
                "sha256": report.sha256,
                "data": report.data_sha256,
            }
        )


def _plan(slug: str) -> Plan:
    plan = Plan.objects.for_page().filter(slug=slug).first()
    if plan is None:
        known = ", ".join(Plan.objects.order_by("slug").values_list("slug", flat=True)) or _("none")
        raise CommandError(
            _("There is no plan “%(slug)s”. Known plans: %(known)s.")
            % {"slug": slug, "known": known}
        )
    return plan


def _assessor(plan: Plan, key: str | None) -> Institution:
    if key is None:
        return plan.lead_assessor
    assessors: dict[str, Institution] = {
        one.key: one for one in (plan.lead_assessor, *plan.assessors.all())
    }
    if key not in assessors:
        raise CommandError(
            _("“%(key)s” does not assess this plan. Its assessors: %(known)s.")
            % {"key": key, "known": ", ".join(sorted(assessors))}
        )
    return assessors[key]


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            _("“%(text)s” is not a day: write it like 2017-07-06.") % {"text": text}
        ) from error

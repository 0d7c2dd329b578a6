"""The report of the real plan, made once: it is what most tests here look at."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from common.pdf import render_pdf
from plan.models import Plan
from reports.compose import STYLESHEETS, compose
from reports.snapshot import build_snapshot, default_day
from tests.reports.printed import Printed

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.plugin import DjangoDbBlocker

DATA = settings.BASE_DIR / "data" / "traite-2014-2016"


@dataclass(frozen=True)
class RealReport:
    snapshot: dict[str, Any]
    html: str
    printed: Printed


@pytest.fixture(scope="session")
def real_snapshots(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> dict[str, dict[str, Any]]:
    """The 2014-2016 plan as its lead assessor found it, as it stood before that, and as the collective saw it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_plan", str(DATA), verbosity=0)
        plan = Plan.objects.get()
        cncdh, collective = plan.lead_assessor, plan.assessors.get(key="collectif")
        snapshots = {
            "adopted": build_snapshot(plan, on=default_day(plan, cncdh), assessor=cncdh),
            "before": build_snapshot(plan, on=dt.date(2016, 12, 31), assessor=cncdh),
            "collective": build_snapshot(
                plan, on=default_day(plan, collective), assessor=collective
            ),
        }
        transaction.set_rollback(True)
    return snapshots


def _report(snapshot: dict[str, Any], folder: Path) -> RealReport:
    html = compose(snapshot)
    path = folder / "report.pdf"
    path.write_bytes(render_pdf(html, stylesheets=STYLESHEETS))
    return RealReport(snapshot, html, Printed(path))


@pytest.fixture(scope="session")
def real_report(
    real_snapshots: dict[str, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> RealReport:
    return _report(real_snapshots["adopted"], tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="session")
def report_before(
    real_snapshots: dict[str, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> RealReport:
    return _report(real_snapshots["before"], tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="session")
def report_of_collective(
    real_snapshots: dict[str, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> RealReport:
    return _report(real_snapshots["collective"], tmp_path_factory.mktemp("report"))

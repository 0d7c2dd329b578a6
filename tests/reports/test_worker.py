"""The worker as a process: it does what waits, stops when asked, and what it leaves when killed is taken up."""

from __future__ import annotations

import os
import shutil
import signal
import time
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import connection

from tests.reports.conftest import DATA
from tests.worker import PATIENCE, Site, catches_term, is_alive, renderers, server_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ASK = """
from members.enums import Role
from members.models import User
from plan.models import Plan
from reports.services import request_export
from reports.snapshot import default_day
by = User.objects.create_user("c@vigie.example", name="C", role=Role.COORDINATOR)
plan = Plan.objects.get()
on = default_day(plan, plan.lead_assessor)
print(request_export(plan=plan, assessor=plan.lead_assessor, on=on, by=by).pk)
"""


@pytest.fixture(scope="module")
def loaded_database(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the real plan: tests copy it."""
    site = Site(tmp_path_factory.mktemp("loaded"), "")
    site.database_url = f"sqlite:///{site.folder / 'site.sqlite3'}"
    shutil.copyfile(migrated_file, site.folder / "site.sqlite3")
    site.manage("load_plan", str(DATA))
    site.query("PRAGMA wal_checkpoint(TRUNCATE)")
    return site.folder / "site.sqlite3"


@pytest.fixture
def site(tmp_path: Path, transactional_db: None, request: pytest.FixtureRequest) -> Iterator[Site]:
    """On PostgreSQL the test database itself, which other processes can reach; on SQLite a file of our own."""
    if connection.vendor == "postgresql":
        call_command("load_plan", str(DATA), verbosity=0)
        url = server_url()
    else:
        database = request.getfixturevalue("loaded_database")
        url = f"sqlite:///{tmp_path / 'site.sqlite3'}"
        (tmp_path / "site.sqlite3").write_bytes(database.read_bytes())
    site = Site(tmp_path, url)
    yield site
    site.stop()


STEP = "SELECT step FROM reports_export"
STATUS = "SELECT status FROM reports_export"


def test_work_killed_in_the_middle_is_taken_up_and_ends_in_one_result(site: Site) -> None:
    site.run(ASK)
    worker = site.start_worker()
    site.wait_for(STEP, "rendering")
    deadline = time.monotonic() + PATIENCE
    while not (laying_out := renderers(worker.pid)) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert laying_out
    # The renderer dies with whoever asked: it would work for nobody.
    while is_alive(laying_out[0]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(laying_out[0])
    assert site.query(STATUS) == [("running",)]
    assert site.files == []

    # Its last sign of life is fresh: it could still be alive.
    site.manage("run_worker", "--once")
    assert site.query(STATUS) == [("running",)]

    site.make_old("reports_export")
    site.start_worker()
    site.wait_for(STATUS, "done", "failed")
    ((status, attempts, file, error),) = site.query(
        "SELECT status, attempts, file, error FROM reports_export"
    )
    assert (status, attempts, error) == ("done", 2, "")
    assert [f"exports/{name}" for name in site.files] == [file]
    site.wait_for("SELECT status FROM django_tasks_database_dbtaskresult", "SUCCESSFUL")
    assert site.query("SELECT count(*) FROM django_tasks_database_dbtaskresult") == [(1,)]


def test_a_worker_asked_to_stop_ends_its_work_first(site: Site) -> None:
    site.run(ASK)
    worker = site.start_worker()
    site.wait_for(STEP, "composing", "rendering")
    worker.terminate()
    assert worker.wait(timeout=PATIENCE) == 0
    assert site.query(STATUS) == [("done",)]
    assert len(site.files) == 1


def test_an_idle_worker_stops_at_once(site: Site) -> None:
    worker = site.start_worker()
    deadline = time.monotonic() + PATIENCE
    while not catches_term(worker.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    start = time.monotonic()
    worker.terminate()
    assert worker.wait(timeout=PATIENCE) == 0
    assert time.monotonic() - start < 5

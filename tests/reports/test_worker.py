"""The worker as a process: it does what waits, stops when asked, and what it leaves when killed is taken up."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.reports.conftest import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator

# Whatever a slow machine needs; nothing waits so long when all is well.
PATIENCE = 240.0

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


@dataclass
class Site:
    """A site of its own: a database, a folder, and processes that work on them."""

    folder: Path
    database_url: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "VIGIE_VAR_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "VIGIE_ENV": "development",
        }

    def manage(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def ask(self) -> int:
        return int(self.manage("shell", "--no-imports", "--verbosity", "0", "--command", ASK))

    def start_worker(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run_worker", "--interval", "0.1"],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        if self.database_url.startswith("sqlite"):
            path = self.database_url.removeprefix("sqlite:///")
            with contextlib.closing(sqlite3.connect(path, timeout=20)) as database, database:
                return database.execute(sql).fetchall()
        with psycopg.connect(self.database_url) as server:
            cursor = server.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def wait_for(self, sql: str, *wanted: str) -> None:
        """Until the one value that a query gives is one of those wanted."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            value = self.query(sql)[0][0]
            if value in wanted:
                return
            time.sleep(0.05)
        pytest.fail(f"{sql} stayed at {value}, not {wanted}")

    def make_old(self) -> None:
        """As if the last sign of life had been given a minute ago."""
        if self.database_url.startswith("sqlite"):
            self.query(
                "UPDATE reports_export SET heartbeat_at = datetime(heartbeat_at, '-60 seconds')"
            )
            self.query(
                "UPDATE django_tasks_database_dbtaskresult SET started_at = datetime(started_at, '-60 seconds')"
            )
        else:
            minute = "interval '60 seconds'"
            self.query(f"UPDATE reports_export SET heartbeat_at = heartbeat_at - {minute}")  # noqa: S608
            self.query(
                f"UPDATE django_tasks_database_dbtaskresult SET started_at = started_at - {minute}"  # noqa: S608
            )

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "private" / "exports").glob("*"))


@pytest.fixture(scope="module")
def loaded_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the real plan: tests copy it."""
    site = Site(tmp_path_factory.mktemp("loaded"), "")
    site.database_url = f"sqlite:///{site.folder / 'site.sqlite3'}"
    site.manage("migrate", "--verbosity", "0")
    site.manage("load_plan", str(DATA))
    site.query("PRAGMA wal_checkpoint(TRUNCATE)")
    return site.folder / "site.sqlite3"


@pytest.fixture
def site(tmp_path: Path, transactional_db: None, request: pytest.FixtureRequest) -> Iterator[Site]:
    """On PostgreSQL the test database itself, which other processes can reach; on SQLite a file of our own."""
    if connection.vendor == "postgresql":
        call_command("load_plan", str(DATA), verbosity=0)
        chosen = connection.settings_dict
        host = f"{chosen['HOST']}:{chosen['PORT']}" if chosen["PORT"] else chosen["HOST"]
        secret = f":{chosen['PASSWORD']}" if chosen["PASSWORD"] else ""
        url = f"postgres://{chosen['USER']}{secret}@{host}/{chosen['NAME']}"
    else:
        database = request.getfixturevalue("loaded_database")
        url = f"sqlite:///{tmp_path / 'site.sqlite3'}"
        (tmp_path / "site.sqlite3").write_bytes(database.read_bytes())
    site = Site(tmp_path, url)
    yield site
    site.stop()


def renderers(worker: int) -> list[int]:
    """The processes that lay out pages for a worker."""
    children = [
        int(pid)
        for task in Path(f"/proc/{worker}/task").glob("*/children")
        for pid in task.read_text().split()
    ]
    return [
        pid for pid in children if b"common.pdf_child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


def catches_term(pid: int) -> bool:
    """Whether a process has said what to do when it is asked to stop."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def is_alive(pid: int) -> bool:
    """A process that has ended may stay in the list until its parent, or who adopted it, has looked."""
    with contextlib.suppress(FileNotFoundError):
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return False


STEP = "SELECT step FROM reports_export"
STATUS = "SELECT status FROM reports_export"


def test_work_killed_in_the_middle_is_taken_up_and_ends_in_one_result(site: Site) -> None:
    site.ask()
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

    site.make_old()
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
    site.ask()
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

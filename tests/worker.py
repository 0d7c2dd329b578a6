"""A site of its own for tests: a database, a folder, and workers that can be killed."""

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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.members.processes import House

# Whatever a slow machine needs; nothing waits so long when all is well.
PATIENCE = 240.0


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

    def _open_database(self) -> contextlib.closing[Any]:
        """A connection that sees at each question what has been written by then."""
        if self.database_url.startswith("sqlite"):
            path = self.database_url.removeprefix("sqlite:///")
            return contextlib.closing(sqlite3.connect(path, timeout=20, isolation_level=None))
        return contextlib.closing(psycopg.connect(self.database_url, autocommit=True))

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with self._open_database() as database:
            cursor = database.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def wait_for(self, sql: str, *wanted: object) -> None:
        """Until the one value that a query gives is one of those wanted."""
        deadline = time.monotonic() + PATIENCE
        # Opening a database costs more than asking.
        with self._open_database() as database:
            while time.monotonic() < deadline:
                ((value,),) = database.execute(sql).fetchall()
                if value in wanted:
                    return
                time.sleep(0.05)
        pytest.fail(f"{sql} stayed at {value}, not {wanted}")

    def pause_renderer(self, worker: int) -> int:
        """Stop the process that lays out pages for a worker, in the middle of it; which it is."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for renderer in renderers(worker):
                # It has bound itself, and begins.
                if b"libpango" in Path(f"/proc/{renderer}/maps").read_bytes():
                    os.kill(renderer, signal.SIGSTOP)
                    return renderer
            time.sleep(0.01)
        pytest.fail("The worker lays out nothing.")

    def make_old(self, table: str) -> None:
        """As if the last sign of life of the work in a table had been given a minute ago."""
        for name, column in (
            (table, "heartbeat_at"),
            ("django_tasks_database_dbtaskresult", "started_at"),
        ):
            if self.database_url.startswith("sqlite"):
                before = f"datetime({column}, '-60 seconds')"
            else:
                before = f"{column} - interval '60 seconds'"
            self.query(f"UPDATE {name} SET {column} = {before}")  # noqa: S608 (our own names)

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "private" / "exports").glob("*"))


@pytest.fixture
def site(house: House) -> Iterator[Site]:
    """For workers in the house."""
    site = Site(house.var, house.database_url)
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

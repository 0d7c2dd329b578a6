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
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

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

    def run(self, script: str) -> str:
        """What a script prints that runs inside the site."""
        return self.manage("shell", "--no-imports", "--verbosity", "0", "--command", script)

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


def server_url() -> str:
    """The address of the PostgreSQL test database, which other processes can reach."""
    chosen = connection.settings_dict
    host = f"{chosen['HOST']}:{chosen['PORT']}" if chosen["PORT"] else chosen["HOST"]
    secret = f":{chosen['PASSWORD']}" if chosen["PASSWORD"] else ""
    return f"postgres://{chosen['USER']}{secret}@{host}/{chosen['NAME']}"


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

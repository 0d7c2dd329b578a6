"""The site as it is deployed, on a port of its own, over a database that is thrown away."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKERS = 2
# Seconds for the workers to be there.
PATIENCE = 30.0


@contextlib.contextmanager
def empty_database(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a new database: an SQLite file, or one more on the server that `DATABASE_URL` names.

    Never the database named there: it may be somebody's.
    """
    address = os.environ.get("DATABASE_URL", "")
    own = {"VIGIE_VAR_DIR": str(folder), "VIGIE_ENV": "development", "VIGIE_LOG_LEVEL": "ERROR"}
    if not address.startswith(("postgres:", "postgresql:")):
        yield {**own, "DATABASE_URL": f"sqlite:///{folder / 'vigie.sqlite3'}"}
        return
    name = f"vigie_bench_{os.getpid()}"
    with psycopg.connect(address.replace("postgres:", "postgresql:", 1), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            parts = urllib.parse.urlsplit(address)
            yield {**own, "DATABASE_URL": parts._replace(path=f"/{name}").geturl()}
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@dataclass(frozen=True)
class Site:
    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of CPU that the workers have used so far."""
        children = (
            Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        )
        return sum(_cpu(pid) for pid in children)


def _cpu(pid: str) -> float:
    # The name of the program, in parentheses, may hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def site(worker: str) -> Iterator[Site]:
    """Run the site until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        port: int = chosen.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(WORKERS), "--log-level", "warning", "--worker-class", worker]
    if worker == "gthread":
        # As many threads as connections: none waits for another to be closed.
        command += ["--threads", "4", "--keep-alive", "60"]
    process = subprocess.Popen(command)
    try:
        _wait(port, process)
        yield Site(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            # Workers load the site after the port is open.
            time.sleep(3)
            return
        time.sleep(0.2)
    raise RuntimeError("The site did not start.")

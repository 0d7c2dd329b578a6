"""Several processes on one database, all let go at once: what happens when people really click together."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connection

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 300.0
# What comes before every script. The site is loaded once, before the processes part: none of them has touched the
# database by then. DEBUG: static files need no manifest.
BEGINNING = """
import json, os, sys, threading, time, traceback
from importlib import import_module
from pathlib import Path
import django
django.setup()
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
settings.ALLOWED_HOSTS = ["testserver"]
import_module(settings.ROOT_URLCONF)
folder, script, count = Path(sys.argv[1]), compile(sys.argv[2], "script", "exec"), int(sys.argv[3])

def meet(name="start"):
    (folder / f"{name}-{number}").touch()
    while not all((folder / f"{name}-{other}").exists() for other in range(count)):
        time.sleep(0.0005)

def work():
    try:
        sys.stdout = (folder / f"said-{number}").open("w")
        exec(script, globals())
        sys.stdout.close()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)

processes = []
for number in range(count):
    process = os.fork()
    if not process:
        work()
    processes.append(process)
sys.exit(any([os.waitpid(process, 0)[1] for process in processes]))
"""


@dataclass(frozen=True)
class House:
    """One database, which processes of their own work on."""

    folder: Path
    database_url: str

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "VIGIE_VAR_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "VIGIE_ENV": "development",
            "VIGIE_DEBUG": "true",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    def run(self, script: str, *, processes: int = 1) -> list[Any]:
        """Run a script in each of so many processes; what each printed last, read as JSON.

        The script finds its `number`, how many there are (`count`), and `meet()`, which returns when all are there.
        """
        folder = self.folder / f"meeting-{time.monotonic_ns()}"
        folder.mkdir()
        command = [sys.executable, "-W", "ignore", "-c", BEGINNING, str(folder)]
        running = subprocess.Popen(
            [*command, textwrap.dedent(script), str(processes)],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
            # A group of its own: all die together.
            start_new_session=True,
        )
        try:
            _said, wrong = running.communicate(timeout=PATIENCE)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
        assert running.returncode == 0, wrong[-3000:]
        said = [(folder / f"said-{number}").read_text() for number in range(processes)]
        return [json.loads(one.splitlines()[-1]) for one in said]


@pytest.fixture
def house(tmp_path: Path, transactional_db: None, request: pytest.FixtureRequest) -> House:
    """On PostgreSQL the test database itself, which other processes can reach; on SQLite a file of our own."""
    if connection.vendor == "postgresql":
        chosen = connection.settings_dict
        host = f"{chosen['HOST']}:{chosen['PORT']}" if chosen["PORT"] else chosen["HOST"]
        secret = f":{chosen['PASSWORD']}" if chosen["PASSWORD"] else ""
        return House(tmp_path, f"postgres://{chosen['USER']}{secret}@{host}/{chosen['NAME']}")
    shutil.copyfile(request.getfixturevalue("migrated_file"), tmp_path / "house.sqlite3")
    return House(tmp_path, f"sqlite:///{tmp_path / 'house.sqlite3'}")

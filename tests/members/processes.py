"""Several processes on one database, all let go at once: what happens when people really click together."""

from __future__ import annotations

import json
import os
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
# What every process does first. DEBUG: static files need no manifest.
BEGINNING = """
import json, sys, threading, time
from pathlib import Path
import django
django.setup()
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
settings.ALLOWED_HOSTS = ["testserver"]
folder, number, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])

def meet(name="start"):
    (folder / f"{name}-{number}").touch()
    while not all((folder / f"{name}-{other}").exists() for other in range(count)):
        time.sleep(0.0005)
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
        whole = BEGINNING + textwrap.dedent(script)
        running = [
            subprocess.Popen(
                [
                    sys.executable,
                    "-W",
                    "ignore",
                    "-c",
                    whole,
                    str(folder),
                    str(number),
                    str(processes),
                ],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for number in range(processes)
        ]
        try:
            ended = [process.communicate(timeout=PATIENCE) for process in running]
        finally:
            for process in running:
                process.kill()
        for process, (_said, wrong) in zip(running, ended, strict=True):
            assert process.returncode == 0, wrong[-3000:]
        return [json.loads(said.splitlines()[-1]) for said, _wrong in ended]


@pytest.fixture
def house(tmp_path: Path, transactional_db: None) -> House:
    """On PostgreSQL the test database itself, which other processes can reach; on SQLite a file of our own."""
    if connection.vendor == "postgresql":
        chosen = connection.settings_dict
        host = f"{chosen['HOST']}:{chosen['PORT']}" if chosen["PORT"] else chosen["HOST"]
        secret = f":{chosen['PASSWORD']}" if chosen["PASSWORD"] else ""
        return House(tmp_path, f"postgres://{chosen['USER']}{secret}@{host}/{chosen['NAME']}")
    made = House(tmp_path, f"sqlite:///{tmp_path / 'house.sqlite3'}")
    made.run(
        """
        from django.core.management import call_command
        call_command("migrate", verbosity=0)
        print("null")
        """
    )
    return made

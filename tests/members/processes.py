"""Several processes on one database, all let go at once: what happens when people really click together."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATABASE = "site.sqlite3"


@dataclass
class House:
    """One database, which processes of their own work on. The site that they run is loaded once, for all of them."""

    folder: Path

    @property
    def database_url(self) -> str:
        """On PostgreSQL the test database itself, which other processes can reach; on SQLite a file of our own."""
        if connection.vendor == "postgresql":
            return server_url()
        return f"sqlite:///{self.var / DATABASE}"

    @property
    def var(self) -> Path:
        """Where the site keeps what it keeps."""
        return self.folder / "var"

    @property
    def environment(self) -> dict[str, str]:
        # DEBUG: static files need no manifest.
        return os.environ | {
            "VIGIE_VAR_DIR": str(self.var),
            "DATABASE_URL": self.database_url,
            "VIGIE_ENV": "development",
            "VIGIE_DEBUG": "true",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    @property
    def _errors(self) -> Path:
        return self.folder / "errors"

    @cached_property
    def _loaded_site(self) -> subprocess.Popen[str]:
        with self._errors.open("w") as errors:
            return subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "tests.members.loaded_site"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def run(self, script: str, *, processes: int = 1) -> list[Any]:
        """Run a script in each of so many processes; what each printed last, read as JSON.

        The script finds its `number`, how many there are (`count`), and `meet()`, which returns when all are there.
        """
        folder = self.folder / f"meeting-{time.monotonic_ns()}"
        folder.mkdir()
        asked = {
            "script": textwrap.dedent(script),
            "processes": processes,
            "folder": str(folder),
        }
        site = self._loaded_site
        assert site.stdin is not None
        assert site.stdout is not None
        print(json.dumps(asked), file=site.stdin, flush=True)
        assert site.stdout.readline() == "true\n", self._errors.read_text()[-3000:]
        said = [(folder / f"said-{number}").read_text() for number in range(processes)]
        return [json.loads(one.splitlines()[-1]) for one in said]

    def stop(self) -> None:
        """The site, if anybody asked for it, has nothing more to read then, and ends."""
        if "_loaded_site" in vars(self):
            self._loaded_site.communicate()


def server_url() -> str:
    """The address of the PostgreSQL test database, which other processes can reach."""
    chosen = connection.settings_dict
    host = f"{chosen['HOST']}:{chosen['PORT']}" if chosen["PORT"] else chosen["HOST"]
    secret = f":{chosen['PASSWORD']}" if chosen["PASSWORD"] else ""
    return f"postgres://{chosen['USER']}{secret}@{host}/{chosen['NAME']}"


@pytest.fixture(scope="session")
def shared_house(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"))
    yield house
    house.stop()


@pytest.fixture
def house(shared_house: House, transactional_db: None, request: pytest.FixtureRequest) -> House:
    """As the migrations leave it, whatever another test did there."""
    shutil.rmtree(shared_house.var, ignore_errors=True)
    shared_house.var.mkdir()
    if connection.vendor == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_file"), shared_house.var / DATABASE)
    return shared_house

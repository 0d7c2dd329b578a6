"""What every test finds ready. Rows come from `tests.factories`."""

from __future__ import annotations

import contextlib
import fcntl
import gc
import inspect
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from django.conf import settings as site_settings
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from commitments.timelines import forget_timelines
from common.search.visibility import forget_conditions
from members.enums import Role
from plan.enums import Meaning
from tests import factories
from tests.members.processes import house, shared_house
from tests.worker import site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_django import Settings

    from members.models import User
    from plan.models import Plan

# Fixtures of every room.
__all__ = ["house", "shared_house", "site"]

# The same examples each time: a red suite says something of the change under test. `--hypothesis-profile=default` looks
# for new ones; what it finds becomes an `@example`. How long an example takes says more of the machine than of the code.
hypothesis_settings.register_profile(
    "suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("suite")


# The test database of SQLite: in each process another one.
IN_MEMORY = "file:vigie-tests?mode=memory&cache=shared"
# Whoever asks for one of these opens the database.
NEEDS_DATABASE = {"db", "transactional_db", "django_db_setup"}
# Longer than a minute each: begun last, one of them would keep all but one processor waiting.
FIRST = ("test_everyone_sees_what_they_must_and_nothing_that_they_may_not",)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Longest first; and what no database can change is tried once, with SQLite, not once with each database."""
    items.sort(key=lambda item: not item.name.startswith(FIRST))
    if connection.vendor == "sqlite":
        return
    left_out = [item for item in items if not may_differ(item)]
    items[:] = [item for item in items if may_differ(item)]
    config.hook.pytest_deselected(items=left_out)


def may_differ(item: pytest.Item) -> bool:
    """Whether another database could give a test another answer. `one_database` says that none can, and why."""
    once = item.get_closest_marker("one_database")
    if once is not None and not once.args:
        raise pytest.UsageError(f"{item.nodeid}: “one_database” wants its reason.")
    return once is None and may_open_database(item)


def may_open_database(item: pytest.Item) -> bool:
    """Whether a test asks for the database, or for `request`, by which it could ask for anything."""
    asked = set(getattr(item, "fixturenames", ()))
    in_person = inspect.signature(item.obj).parameters if isinstance(item, pytest.Function) else ()
    return (
        item.get_closest_marker("django_db") is not None
        or not asked.isdisjoint(NEEDS_DATABASE)
        or "request" in in_person
    )


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it again and again for what could be thrown away finds nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


class ClientAs(Protocol):
    """`client_as(Role.MEMBER)`, `client_as(user)`, or `client_as(None)` for somebody who is not logged in."""

    def __call__(self, who: Role | User | None) -> Client: ...


@pytest.fixture(autouse=True)
def _house(settings: Settings, tmp_path: Path, static_root: Path) -> None:
    """Nothing a test does outlives it, and nothing waits for what production needs.

    Files go to a folder of the test, static files need no manifest, and passwords are hashed cheaply.
    """
    settings.MEDIA_ROOT = tmp_path / "private"
    settings.VAR_DIR = tmp_path
    settings.STATIC_ROOT = static_root
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    forget_conditions()
    forget_timelines()
    # Renderings are kept by primary key and revision, which come back from one test to the next.
    for name in ("published", "minutes", "sections"):
        caches[name].clear()


@pytest.fixture(scope="session")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder: WhiteNoise warns about one that is not there."""
    return tmp_path_factory.mktemp("static")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, request: pytest.FixtureRequest
) -> Iterator[None]:
    """SQLite's test database is there before Django makes it, which then finds no migration left to do.

    It is a copy of the file that was migrated for all workers; on PostgreSQL a copy costs them as much as migrating.
    """
    _clear_past_triggers()
    if connection.vendor != "sqlite":
        yield
        return
    # It stays in memory for as long as somebody has it open.
    connection.settings_dict["TEST"]["NAME"] = IN_MEMORY
    with (
        contextlib.closing(sqlite3.connect(IN_MEMORY, uri=True)),
        contextlib.closing(sqlite3.connect(request.getfixturevalue("migrated_file"))) as migrated,
    ):
        migrated.execute("VACUUM INTO ?", [IN_MEMORY])
        yield


def _clear_past_triggers() -> None:
    """Let tests with transactions of their own be cleared up after, final rows included.

    PostgreSQL truncates, which no trigger on a row sees; since that makes every table anew, and most are empty, rows
    are deleted instead, unseen by triggers too, where one may. SQLite deletes: the triggers that refuse it are put
    aside meanwhile, and no others, since those of the search keep its index in step.
    """
    flush = connection.ops.execute_sql_flush

    def delete_unseen(statements: Iterable[str]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
            if cursor.fetchone() != (True,):
                flush(statements)
                return
            cursor.execute("SET LOCAL session_replication_role = replica")
            # Django clears the tables of models. The cache is none, and counted attempts would stay; nor are the words of
            # the search, which follow their entries by a trigger.
            cursor.execute("DELETE FROM vigie_cache; DELETE FROM common_search_words")
            for statement in statements:
                one_by_one = statement.replace(",", "; DELETE FROM")
                cursor.execute(one_by_one.replace("TRUNCATE", "DELETE FROM"))

    if connection.vendor != "sqlite":
        connection.ops.execute_sql_flush = delete_unseen  # type: ignore[method-assign, assignment]
        return

    def flush_past_triggers(statements: Iterable[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND instr(name, '_no_')"
            )
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute("DELETE FROM vigie_cache")
            flush(statements)
            for _name, sql in triggers:
                cursor.execute(sql)

    connection.ops.execute_sql_flush = flush_past_triggers  # type: ignore[method-assign, assignment]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file as the migrations leave it: the test database and sites of tests' own are copies of it.

    Made once for all workers, whose folders are in the run's own, and once for all the runs of `deploy/run-tests`.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    path = Path(os.environ.get("VIGIE_TEST_SHARED", folder)) / "migrated.sqlite3"
    with path.with_suffix(".lock").open("w") as lock:
        # Whoever comes second waits until it is there.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            _migrate(path)
    return path


def _migrate(path: Path) -> None:
    unfinished = path.with_suffix(".unfinished")
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"],
        cwd=site_settings.BASE_DIR,
        env=os.environ
        | {
            "VIGIE_ENV": "development",
            "VIGIE_VAR_DIR": str(path.parent),
            "DATABASE_URL": f"sqlite:///{unfinished}",
        },
        check=True,
    )
    with contextlib.closing(sqlite3.connect(unfinished)) as database:
        # All in one file, to be copied; and it stays in the mode in which the site opens it.
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    unfinished.rename(path)


@pytest.fixture
def client_as(db: None) -> ClientAs:
    """A browser in which somebody is logged in; given a role, a new person who has it."""

    def log_in(who: Role | User | None) -> Client:
        client = Client()
        if isinstance(who, Role):
            who = factories.make_user(who)
        if who is not None:
            client.force_login(who)
        return client

    return log_in


@pytest.fixture
def plan_with_measures(db: None) -> Plan:
    """A plan assessed in every way that matters, by its lead assessor.

    Priority 1: measure 1 is published as implemented, measure 2 as partly so (and that corrects "not implemented").
    Priority 2: measure 3 has only a draft, measure 4 bis was never assessed.
    """
    plan = factories.make_plan()
    first, second = factories.make_priority(plan), factories.make_priority(plan)
    factories.make_assessment(
        factories.make_measure(plan, priority=first, number="1"), Meaning.FULL
    )
    corrected = factories.make_assessment(
        factories.make_measure(plan, priority=first, number="2"), Meaning.NONE
    )
    factories.make_assessment(corrected.measure, Meaning.PARTIAL, supersedes=corrected)
    factories.make_draft(factories.make_measure(plan, priority=second, number="3"))
    factories.make_measure(plan, priority=second, number="4 bis")
    return plan

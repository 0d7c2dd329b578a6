"""What every test finds ready. Rows come from `tests.factories`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from hypothesis import settings as hypothesis_settings

from common.search.visibility import forget_conditions
from members.enums import Role
from plan.enums import Meaning
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pytest_django import Settings

    from members.models import User
    from plan.models import Plan


# The same examples each time: a red suite says something of the change under test. `--hypothesis-profile=default` looks
# for new ones; what it finds becomes an `@example`.
hypothesis_settings.register_profile("suite", derandomize=True)
hypothesis_settings.load_profile("suite")


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
    # Renderings are kept by primary key and revision, which come back from one test to the next.
    for name in ("published", "minutes", "sections"):
        caches[name].clear()


@pytest.fixture(scope="session")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder: WhiteNoise warns about one that is not there."""
    return tmp_path_factory.mktemp("static")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Let tests with transactions of their own be cleared up after, final rows included.

    PostgreSQL truncates, which no trigger on a row sees. SQLite deletes: the triggers that refuse it are put aside
    meanwhile, and no others, since those of the search keep its index in step.
    """
    if connection.vendor != "sqlite":
        return
    flush = connection.ops.execute_sql_flush

    def flush_past_triggers(statements: Iterable[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND instr(name, '_no_')"
            )
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            flush(statements)
            for _name, sql in triggers:
                cursor.execute(sql)

    connection.ops.execute_sql_flush = flush_past_triggers  # type: ignore[method-assign, assignment]


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

"""`migrate` alone makes the table where log-in attempts are counted; tests make it by another way besides."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader

pytestmark = pytest.mark.django_db

migration = import_module("common.migrations.0001_cache_table")


def has_table() -> bool:
    return migration.TABLE in connection.introspection.table_names()


def run(step: str) -> None:
    with connection.cursor() as cursor:
        editor = SimpleNamespace(connection=connection, execute=cursor.execute)
        getattr(migration, step)(None, editor)


def test_migration_makes_the_table_and_takes_it_away() -> None:
    run("drop")
    assert not has_table()
    run("create")
    assert has_table()
    cache.set("kept", "yes")
    assert cache.get("kept") == "yes"


def test_table_that_is_already_there_is_left_alone() -> None:
    cache.set("kept", "yes")
    run("create")
    assert cache.get("kept") == "yes"


def test_migration_is_one_of_those_that_run() -> None:
    assert ("common", "0001_cache_table") in MigrationLoader(connection).applied_migrations

"""The table of the database cache, where log-in attempts are counted: `migrate` alone must be enough to start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.management import call_command
from django.db import migrations

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

TABLE = "vigie_cache"


def create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    # Does nothing to a table that is already there.
    call_command("createcachetable", TABLE, database=editor.connection.alias, verbosity=0)


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(f'DROP TABLE IF EXISTS "{TABLE}"')


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunPython(create, drop)]

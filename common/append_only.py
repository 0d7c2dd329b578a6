"""Facts are appended: the database itself refuses to change or delete a row that has become final.

Used by migrations. SQLite drops the triggers of a table whenever a migration rebuilds it: such a migration ends with the
same operations again, and `tests/test_house_rules.py` counts the triggers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps


def _create(
    editor: BaseDatabaseSchemaEditor, name: str, table: str, verb: str, condition: str, message: str
) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"
            f" END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        editor.execute(
            f'CREATE TRIGGER {name} BEFORE {verb} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}()'
        )
    else:
        editor.execute(
            f'CREATE TRIGGER {name} BEFORE {verb} ON "{table}" FOR EACH ROW WHEN {condition}'
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def _drop(editor: BaseDatabaseSchemaEditor, name: str, table: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f'DROP TRIGGER IF EXISTS {name} ON "{table}"')
        editor.execute(f"DROP FUNCTION IF EXISTS {name}()")
    else:
        editor.execute(f"DROP TRIGGER IF EXISTS {name}")


def refuse(verb: str, *, table: str, condition: str, message: str) -> migrations.RunPython:
    """A migration operation: refuse `verb` (UPDATE, DELETE, INSERT) on rows of `table` for which `condition` holds.

    `condition` is SQL that both databases read, over `OLD` and `NEW`; `message` comes back as an IntegrityError.
    """
    name = f"{table}_no_{verb.lower()}"

    def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        _drop(editor, name, table)
        _create(editor, name, table, verb, condition, message)

    def backwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        _drop(editor, name, table)

    return migrations.RunPython(forwards, backwards)

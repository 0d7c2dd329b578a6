"""Facts are appended: the database itself refuses to change or delete a row that has become final.

Used by migrations. SQLite drops the triggers of a table whenever a migration rebuilds it: such a migration ends with the
same operations again, and `tests/test_house_rules.py` counts the triggers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations.base import Operation, OperationCategory

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState


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


class Refuse(Operation):
    """A migration operation: refuse `verb` (UPDATE, DELETE, INSERT) on rows of `table` for which `condition` holds.

    `condition` is SQL that both databases read, over `OLD` and `NEW`; `message` comes back as an IntegrityError.
    Asks for no models: to build them all for each of these triggers took most of the time of `migrate`.
    """

    reversible = True
    category = OperationCategory.SQL

    def __init__(self, verb: str, *, table: str, condition: str, message: str) -> None:
        self.verb, self.table, self.condition, self.message = verb, table, condition, message
        self.name = f"{table}_no_{verb.lower()}"

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Models know nothing of triggers."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        _drop(schema_editor, self.name, self.table)
        _create(schema_editor, self.name, self.table, self.verb, self.condition, self.message)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        _drop(schema_editor, self.name, self.table)

    def describe(self) -> str:
        return f"Refuse {self.verb} of final rows of {self.table}"

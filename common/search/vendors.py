"""What each database does in words of its own: an index of `tokens`, and a condition on it.

Both see the same tokens, cut the same way, so that they give the same answers: letters and figures of ASCII, with
spaces between them. They keep them in a table beside the entries, FTS5's own on SQLite, a `tsvector` on PostgreSQL, so
that looking through many of them reads nothing of the texts; triggers keep it in step. A migration that makes SQLite
rebuild the table of entries drops these triggers with it, and must end with `create_index`.
"""

# ruff: noqa: S608 (statements made of our own names; what people type is always a value)
from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

Statement = tuple[str, list[Any]]

TABLE = "common_searchentry"
WORDS = "common_search_words"

SQLITE = (
    # Neither ranks nor positions of columns are asked for, so sizes are not kept.
    f"CREATE VIRTUAL TABLE {WORDS} USING fts5(tokens, content='{TABLE}', content_rowid='place',"
    " tokenize='ascii', columnsize=0)",
    f"CREATE TRIGGER {WORDS}_added AFTER INSERT ON {TABLE} BEGIN"
    f" INSERT INTO {WORDS}(rowid, tokens) VALUES (NEW.place, NEW.tokens); END",
    f"CREATE TRIGGER {WORDS}_removed AFTER DELETE ON {TABLE} BEGIN"
    f" INSERT INTO {WORDS}({WORDS}, rowid, tokens) VALUES ('delete', OLD.place, OLD.tokens); END",
    f"CREATE TRIGGER {WORDS}_changed AFTER UPDATE ON {TABLE} BEGIN"
    f" INSERT INTO {WORDS}({WORDS}, rowid, tokens) VALUES ('delete', OLD.place, OLD.tokens);"
    f" INSERT INTO {WORDS}(rowid, tokens) VALUES (NEW.place, NEW.tokens); END",
    f"INSERT INTO {WORDS}({WORDS}) VALUES ('rebuild')",
)
SQLITE_DROP = (
    *(f"DROP TRIGGER IF EXISTS {WORDS}_{what}" for what in ("added", "removed", "changed")),
    f"DROP TABLE IF EXISTS {WORDS}",
)
POSTGRESQL = (
    f"CREATE TABLE {WORDS} (place bigint PRIMARY KEY, words tsvector NOT NULL)",
    f"INSERT INTO {WORDS} SELECT place, to_tsvector('simple', tokens) FROM {TABLE}",
    f"CREATE INDEX {WORDS}_index ON {WORDS} USING gin (words) WITH (fastupdate = off)",
    f"CREATE FUNCTION {WORDS}_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" IF TG_OP = 'TRUNCATE' THEN TRUNCATE {WORDS}; RETURN NULL; END IF;"
    f" IF TG_OP <> 'INSERT' THEN DELETE FROM {WORDS} WHERE place = OLD.place; END IF;"
    f" IF TG_OP <> 'DELETE' THEN INSERT INTO {WORDS} VALUES (NEW.place, to_tsvector('simple', NEW.tokens)); END IF;"
    " RETURN NULL; END $$",
    f"CREATE TRIGGER {WORDS}_changed AFTER INSERT OR UPDATE OR DELETE ON {TABLE}"
    f" FOR EACH ROW EXECUTE FUNCTION {WORDS}_follow()",
    f"CREATE TRIGGER {WORDS}_emptied AFTER TRUNCATE ON {TABLE}"
    f" FOR EACH STATEMENT EXECUTE FUNCTION {WORDS}_follow()",
)
POSTGRESQL_DROP = (
    # Where they stood at first, with an index of that name: every look at them read the texts too.
    f"ALTER TABLE {TABLE} DROP COLUMN IF EXISTS words",
    *(f"DROP TRIGGER IF EXISTS {WORDS}_{what} ON {TABLE}" for what in ("changed", "emptied")),
    f"DROP FUNCTION IF EXISTS {WORDS}_follow",
    f"DROP TABLE IF EXISTS {WORDS}",
)


def create_index(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """For migrations: make the index of the tokens, over the one that is there if any."""
    drop_index(apps, editor)
    _run(editor, SQLITE, POSTGRESQL)


def drop_index(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, SQLITE_DROP, POSTGRESQL_DROP)


def _run(
    editor: BaseDatabaseSchemaEditor, sqlite: Sequence[str], postgresql: Sequence[str]
) -> None:
    is_sqlite = editor.connection.vendor == "sqlite"
    for statement in sqlite if is_sqlite else postgresql:
        editor.execute(statement)


@dataclass(frozen=True)
class Syntax:
    """How a database says what it looks for. Tokens need no quoting beyond this: they are letters and figures.

    `first` makes a statement of matches, the better first: the places of the first so many of each, of a span, with the
    rank of the match; the last match, which most rows have, only among so many rows of the span where it says how many.
    `walks` are the numbers to try for a phrase, one after the other, until enough is found; 0 is all. `among` is a table
    `hit` of the places that are its one value, as `listed` writes them, and their rank.
    """

    first: Callable[[Sequence[str], tuple[int, int], int, int], Statement]
    walks: tuple[int, ...]
    among: str
    listed: Callable[[list[int]], Any]
    and_: str
    or_: str
    without: str
    phrase: str
    next_to: str

    def all_of(self, parts: Iterable[str]) -> str:
        return self.and_.join(parts)

    def any_of(self, parts: Iterable[str]) -> str:
        return f"({self.or_.join(parts)})"

    def one_after_another(self, tokens: Iterable[str]) -> str:
        return self.phrase.format(self.next_to.join(tokens))

    def but_not(self, match: str, unwanted: str) -> str:
        return self.without.format(match, unwanted)


def _first(
    source: str,
    place: str,
    matches: Sequence[str],
    span: tuple[int, int],
    most: int,
    walk: int,
) -> Statement:
    """Each grade by itself, in the order of places, which is that of an index: it stops at the last wanted."""
    within = f"{place} >= %s AND {place} < %s"
    grades: list[str] = []
    given: list[Any] = []
    for grade, match in enumerate(matches):
        table, values = f"{WORDS} WHERE {within} AND", [*span]
        if walk and grade == len(matches) - 1:
            table = (
                f"(SELECT * FROM {WORDS} WHERE {within} ORDER BY {place} LIMIT %s) AS walked WHERE"
            )
            values.append(walk)
        grades.append(
            f"SELECT * FROM (SELECT {place} AS place, {grade} AS grade FROM {table} {source}"
            f" ORDER BY {place} LIMIT %s) AS grade{grade}"
        )
        given += [*values, match, most]
    return " UNION ALL ".join(grades), given


SYNTAXES = {
    "sqlite": Syntax(
        first=partial(_first, "tokens MATCH %s", "rowid"),
        walks=(0,),
        among="(SELECT value AS place, key AS rank FROM json_each(%s)) AS hit",
        listed=json.dumps,
        and_=" AND ",
        or_=" OR ",
        without="({}) NOT ({})",
        phrase='"{}"',
        next_to=" ",
    ),
    "postgresql": Syntax(
        first=partial(_first, "words @@ %s::tsquery", "place"),
        # It cannot know how many rows have words one after another, and reads them all where the first would do.
        walks=(4_000, 0),
        among="unnest(%s::bigint[]) WITH ORDINALITY AS hit(place, rank)",
        listed=list,
        and_=" & ",
        or_=" | ",
        without="({}) & !({})",
        phrase="({})",
        next_to=" <-> ",
    ),
}

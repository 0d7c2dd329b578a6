"""Statements that are asked again and again, word for word: the database plans them once for each connection.

SQLite's driver keeps them by itself. PostgreSQL plans a statement each time it is sent, which takes longer than most
answers; here it is sent with its values apart, and its plan kept for whatever values come next (`config.settings`).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.utils import CursorWrapper


def kept_cursor() -> CursorWrapper:
    """A cursor for statements that do not change, but for their values."""
    # A statement that is logged is logged with its values: Django's own cursor writes them into it.
    if connection.vendor != "postgresql" or connection.queries_logged:
        return connection.cursor()
    connection.ensure_connection()
    cursor: Any = psycopg.Cursor(connection.connection)
    return connection.make_cursor(cursor)


@contextmanager
def together() -> Iterator[None]:
    """Within the block, statements of kept cursors need not wait for each other's answers; those are read after it."""
    if connection.vendor != "postgresql" or connection.queries_logged:
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield

"""Questions that every page asks: writing their SQL takes ten times longer than answering it, so it is written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from common.statements import kept_cursor, together

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet


Asked = tuple[str, list[Any]]


class Prepared:
    """The rows of a `values_list` queryset, for parameters that change: text and whole numbers only.

    `rows` is called once, with stand-ins: what it does must not depend on the values. Columns come as the database
    gives them, so they too must be text and whole numbers.
    """

    # No row's slug and no row's key; text and number alike stay recognisable among the parameters.
    STAND_INS = ("\ue000{}\ue001", -7_777_000)

    def __init__(
        self, rows: Callable[..., QuerySet[Any, tuple[Any, ...]]], *kinds: type[str | int]
    ) -> None:
        text, number = self.STAND_INS
        self.rows = rows
        self.stand_ins = [
            text.format(place) if kind is str else number - place
            for place, kind in enumerate(kinds)
        ]
        self._written: dict[tuple[str, bool], tuple[str, list[Any]]] = {}

    def first(self, *values: str | int) -> tuple[Any, ...] | None:
        """The first row alone. One query."""
        with kept_cursor() as cursor:
            cursor.execute(*self._asked(values, is_first=True))
            row: tuple[Any, ...] | None = cursor.fetchone()
        return row

    def all(self, *values: str | int) -> list[tuple[Any, ...]]:
        """Every row. One query."""
        with kept_cursor() as cursor:
            cursor.execute(*self._asked(values, is_first=False))
            return list(cursor.fetchall())

    def asked(self, *values: str | int) -> Asked:
        """For `every_row_of`."""
        return self._asked(values, is_first=False)

    def _asked(self, values: tuple[str | int, ...], *, is_first: bool) -> Asked:
        written = connection.vendor, is_first
        if written not in self._written:
            rows = self.rows(*self.stand_ins)
            query = (rows[:1] if is_first else rows).query
            sql, given = query.get_compiler(connection=connection).as_sql()
            self._written[written] = (sql, list(given))
        sql, parameters = self._written[written]
        return sql, [
            values[self.stand_ins.index(each)] if each in self.stand_ins else each
            for each in parameters
        ]


def every_row_of(*asked: Asked) -> list[list[tuple[Any, ...]]]:
    """The rows of several questions, in their order. As many queries, sent together where the database takes them so."""
    with together():
        cursors = [kept_cursor() for _question in asked]
        for cursor, question in zip(cursors, asked, strict=True):
            cursor.execute(*question)
    answers = []
    for cursor in cursors:
        with cursor:
            answers.append(list(cursor.fetchall()))
    return answers

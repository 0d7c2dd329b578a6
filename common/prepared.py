"""Questions that every page asks: writing their SQL takes ten times longer than answering it, so it is written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet


class Prepared:
    """The first row of a `values_list` queryset, for parameters that change: text and whole numbers only.

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
        self._written: dict[str, tuple[str, list[Any]]] = {}

    def first(self, *values: str | int) -> tuple[Any, ...] | None:
        """One query."""
        if connection.vendor not in self._written:
            query = self.rows(*self.stand_ins)[:1].query
            sql, given = query.get_compiler(connection=connection).as_sql()
            self._written[connection.vendor] = (sql, list(given))
        sql, parameters = self._written[connection.vendor]
        own = [
            values[self.stand_ins.index(each)] if each in self.stand_ins else each
            for each in parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, own)
            row: tuple[Any, ...] | None = cursor.fetchone()
        return row

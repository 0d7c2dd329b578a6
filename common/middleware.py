"""Reads cannot write: a GET that tries to is a defect, and is refused rather than done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

WRITING_WORDS = ("INSERT", "UPDATE", "DELETE", "REPLACE")
# Who is logged in, and since when, is the machine's own bookkeeping, not the record.
BOOKKEEPING_TABLES = ("django_session", "vigie_cache", "usersessions_usersession")


class ReadWroteError(Exception):
    """A view that answers GET or HEAD tried to change the record."""


def _refuse_writes(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]  # noqa: ANN401, FBT001
) -> Any:  # noqa: ANN401
    if sql.lstrip().upper().startswith(WRITING_WORDS) and not any(
        f'"{table}"' in sql for table in BOOKKEEPING_TABLES
    ):
        raise ReadWroteError(sql)
    return execute(sql, params, many, context)


class ReadsCannotWriteMiddleware:
    """Refuse INSERT, UPDATE and DELETE while a safe method is answered, outside the account pages.

    Account pages record on GET what logging in and out does (allauth): they are the one exception.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"} or request.path.startswith("/compte/"):
            return self.get_response(request)
        with connection.execute_wrapper(_refuse_writes):
            return self.get_response(request)

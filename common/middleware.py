"""Reads cannot write: a GET that tries to is a defect, and is refused rather than done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Everything a statement may begin with and change nothing. Listed from this side, so that what is forgotten is refused.
READING = re.compile(
    r"\s*(SELECT|EXPLAIN|BEGIN|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT)\b", re.IGNORECASE
)
WRITTEN_TABLE = re.compile(
    r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"(?P<table>\w+)"', re.IGNORECASE
)
# Who is logged in, since when and whether they have seen their recovery codes is the machine's own bookkeeping, which
# the accounts library keeps while it answers; who took a file for named readers is written down as it leaves; when somebody last read minutes tells
# them what is new at the next visit. None is the record.
BOOKKEEPING_TABLES = frozenset(
    {
        "django_session",
        "vigie_cache",
        "usersessions_usersession",
        "mfa_authenticator",
        "members_filereading",
        "meetings_minutesvisit",
    }
)


class ReadWroteError(Exception):
    """A view that answers a safe method tried to change the record."""


def _may_run(sql: str) -> bool:
    if READING.match(sql):
        return True
    written = WRITTEN_TABLE.match(sql)
    return written is not None and written["table"] in BOOKKEEPING_TABLES


def _refuse_writes(
    execute: Callable[..., Any],
    sql: str,
    params: Any,
    many: bool,  # noqa: FBT001 (Django calls it so)
    context: dict[str, Any],
) -> Any:
    if not _may_run(sql):
        raise ReadWroteError(sql)
    return execute(sql, params, many, context)


class ReadsCannotWriteMiddleware:
    """Let nothing but reading through to the database while GET, HEAD or OPTIONS is answered.

    The session is saved outside of it, by the session's own middleware. What a streamed answer reads after the view has
    returned is not watched.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in SAFE_METHODS:
            return self.get_response(request)
        with connection.execute_wrapper(_refuse_writes):
            return self.get_response(request)

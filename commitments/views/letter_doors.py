"""How the pages of letters are opened: the row through `visible_to`, then the verb, else 404 or 403."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from commitments.models import Letter
from commitments.perms import can_read_letters, can_write_letters

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from members.models import User

FORM_METHODS = ["GET", "HEAD", "POST"]
WRONG, STALE = 422, 409


def person_of(request: HttpRequest) -> User:
    """Whoever is logged in: nobody else comes so far."""
    return cast("User", request.user)


def posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def visible_letter(request: HttpRequest, pk: int) -> Letter:
    rows: Any = Letter.objects.visible_to(request.user).select_related("institution", "run")
    letter: Letter = get_object_or_404(rows, pk=pk)
    return letter


def letter_for(request: HttpRequest, pk: int, may: Callable[[Any], bool]) -> Letter:
    """404 to whom the letter is hidden, 403 to who may read it and not do that."""
    letter = visible_letter(request, pk)
    if not may(request.user):
        raise PermissionDenied
    return letter


def check_may_write(request: HttpRequest) -> None:
    """Who reads letters knows that some are written; nobody else does."""
    if can_write_letters(request.user):
        return
    if can_read_letters(request.user):
        raise PermissionDenied
    raise Http404

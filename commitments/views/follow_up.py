"""What waits for the secretariat: silent, late, soon due, without a date, each with what could be done next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commitments.days import AsOf
from commitments.escalation import advice_for
from commitments.follow_up import LISTS, Line, Waiting, counts_on, line_of
from commitments.perms import can_edit_commitments
from measures.viewpoints import DAY
from members.perms import is_reader_of_papers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

# Of each list on the common page; a list alone has pages.
FIRST = 15
PAGE_SIZE = 50
LIST = "liste"


@dataclass(frozen=True)
class Shown:
    waiting: Waiting
    lines: Sequence[Line]
    total: int
    page: Any = None


@require_safe
def follow_up(request: HttpRequest) -> HttpResponse:
    """Every list as of a day (`?le=`), or one of them page by page (`?liste=`)."""
    if not can_edit_commitments(request.user):
        if is_reader_of_papers(request.user):
            raise PermissionDenied
        raise Http404
    as_of = AsOf.from_query(request.GET)
    asked = next((each for each in LISTS if each.key == request.GET.get(LIST)), None)
    context = {
        "lists": [_whole(request, asked, as_of.on)] if asked else _beginnings(request, as_of.on),
        "alone": asked,
        "query": urlencode({LIST: asked.key, DAY: as_of.on.isoformat()}) if asked else "",
        "as_of": as_of,
        "typed": request.GET.get(DAY, "") if as_of.error else as_of.on.isoformat(),
        "today": timezone.localdate(),
        "room": "commitments",
    }
    status = 422 if as_of.error else 200
    return render(request, "commitments/follow_up.html", context, status=status)


def _beginnings(request: HttpRequest, on: dt.date) -> list[Shown]:
    """One query a list, one for the counts, and two for the steps suggested."""
    found = [
        (each, list(each.rows(request.user, on)[:FIRST]), total)
        for each, total in counts_on(request.user, on)
    ]
    advice = advice_for([row for _list, rows, _total in found for row in rows], on)
    return [
        Shown(each, [line_of(row, on, advice) for row in rows], total)
        for each, rows, total in found
    ]


def _whole(request: HttpRequest, waiting: Waiting, on: dt.date) -> Shown:
    page = Paginator(waiting.rows(request.user, on), PAGE_SIZE).get_page(request.GET.get("page"))
    advice = advice_for(page, on)
    return Shown(waiting, [line_of(row, on, advice) for row in page], page.paginator.count, page)

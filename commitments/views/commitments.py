"""Commitments: the list as of a day, the thread of one, its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from commitments.board import board_of
from commitments.days import AsOf
from commitments.escalation import advise
from commitments.filters import CommitmentFilter
from commitments.models import Commitment
from commitments.perms import (
    can_edit_commitments,
    can_publish_commitments,
    can_write_letters,
)
from commitments.thread import read_thread
from commitments.views.doors import commitment_for, visible_commitment
from common.changes import BOOKKEEPING, changes_in, newest_first
from members.enums import Audience

if TYPE_CHECKING:
    from django.http import HttpRequest

# When it was recorded, and by whom, is what the first line says.
SILENT = BOOKKEEPING | {"recorded_at", "recorded_by"}


@require_safe
@login_not_required
@vary_on_headers("HX-Request", "HX-Target")
def commitment_list(request: HttpRequest) -> HttpResponse:
    """What was promised and how it stood on a day, as this reader may see it: the late ones first."""
    as_of = AsOf.from_query(request.GET)
    rows: Any = Commitment.objects.visible_to(request.user)
    shown = CommitmentFilter(request.GET, rows, user=request.user, as_of=as_of)
    kept = request.GET.copy()
    kept.pop("page", None)
    to_states = kept.copy()
    to_states.pop("etat", None)
    to_states.pop("retard", None)
    board = board_of(shown, request.GET.get("page"))
    context = {
        "board": board,
        "form": shown.form,
        "as_of": as_of,
        "since": board.since,
        "query": kept.urlencode(),
        "query_but_state": to_states.urlencode(),
        "is_filtered": any(value for name, value in kept.items() if name != "le"),
        "can_edit": can_edit_commitments(request.user),
        "can_write_letters": can_write_letters(request.user),
        "is_fragment": _is_for_list(request),
        "room": "commitments",
    }
    template = "commitments/_list.html" if context["is_fragment"] else "commitments/list.html"
    return render(request, template, context)


@require_safe
@login_not_required
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The thread of a commitment. `?le=` shows it as of a day, without what came later."""
    commitment = visible_commitment(request, slug)
    as_of = AsOf.from_query(request.GET)
    thread = read_thread(commitment, request.user, as_of.on)
    may_edit = can_edit_commitments(request.user)
    # Cited, it is public for good.
    is_cited = may_edit and commitment.citations.exists()
    context = {
        "commitment": commitment,
        "thread": thread,
        "as_of": as_of,
        "since": thread.days[0] if thread.days else as_of.on,
        "can_edit": may_edit,
        "can_publish": can_publish_commitments(request.user) and not is_cited,
        "is_cited": is_cited,
        "can_write_letters": can_write_letters(request.user),
        "advice": advise(commitment, as_of.on) if may_edit else None,
        "can_cite": may_edit and commitment.audience == Audience.PUBLIC,
        "room": "commitments",
    }
    return render(request, "commitments/detail.html", context)


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Who changed what of it, and what was recorded when."""
    commitment = commitment_for(request, slug, can_edit_commitments)
    changes = changes_in(
        commitment.history.all(),
        Commitment,
        lambda row, _before: (
            _("Commitment recorded") if row.history_type == "+" else _("Commitment changed")
        ),
        silent=SILENT,
    )
    events = commitment.events.select_related("recorded_by", "retracts").order_by(
        "-recorded_at", "-pk"
    )
    context = {
        "commitment": commitment,
        "changes": newest_first(changes),
        "events": events,
        "room": "commitments",
    }
    return render(request, "commitments/history.html", context)


def _is_for_list(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target") == "commitments"

"""A commitment in the library of sources, and what an assessment of a measure may cite."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from commitments.models import Commitment
from commitments.perms import can_edit_commitments
from commitments.services import citations as services
from commitments.standing import effective
from commitments.views.doors import check_may_write, commitment_for
from measures.models import Measure
from measures.perms import can_assess
from meetings.views.doors import person_of
from members.enums import Audience

if TYPE_CHECKING:
    from django.http import HttpRequest

    from commitments.models import CommitmentEvent


@require_POST
@vary_on_headers("HX-Request")
def cite(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a commitment, or one of its events (`evenement`), into the library, and tell the key. Twice makes one."""
    commitment = commitment_for(request, slug, can_edit_commitments)
    event = _event(request, commitment)
    try:
        source = services.cite(commitment=commitment, event=event, by=person_of(request))
    except ValidationError as error:
        if request.headers.get("HX-Request"):
            context = {"problems": error.messages}
            return render(request, "commitments/_cited.html", context, status=422)
        for problem in error.messages:
            messages.error(request, problem)
        return redirect(commitment)
    if request.headers.get("HX-Request"):
        response = render(request, "commitments/_cited.html", {"source": source, "problems": []})
        # The sheet that asked for it takes it up.
        response["HX-Trigger-After-Swap"] = json.dumps({"cited": {"short": source.short}})
        return response
    messages.success(
        request,
        _("It is in the library of sources: cite it as [@%(key)s].") % {"key": source.key},
    )
    place = f"#evenement-{event.pk}" if event is not None else ""
    return redirect(f"{commitment.get_absolute_url()}{place}")


@require_safe
@vary_on_headers("HX-Request")
def citable(request: HttpRequest, plan: str, number: str) -> HttpResponse:
    """The commitments on a measure, for whoever assesses it: each with its events, and the key by which it is cited."""
    measures = Measure.objects.visible_to(request.user).select_related("plan")
    measure = get_object_or_404(measures, plan__slug=plan, number=number)
    check_may_write(request)
    if not can_assess(request.user):
        raise PermissionDenied
    rows: Any = Commitment.objects.visible_to(request.user)
    found = (
        rows.standing_on(timezone.localdate())
        .filter(measures=measure)
        .select_related("institution")
        .prefetch_related("events", "citations__source")
        .order_by("made_on", "pk")
    )
    context = {
        "measure": measure,
        "plan": measure.plan,
        "rows": [_citable(row) for row in found],
        "room": "measures",
    }
    is_fragment = request.headers.get("HX-Request")
    template = "commitments/_citable.html" if is_fragment else "commitments/citable.html"
    return render(request, template, context)


def _citable(commitment: Commitment) -> dict[str, Any]:
    keys = {row.event_id: row.source.key for row in commitment.citations.all()}
    return {
        "commitment": commitment,
        "is_public": commitment.audience == Audience.PUBLIC,
        "key": keys.get(None, ""),
        "events": [(each, keys.get(each.pk, "")) for each in effective(commitment.events.all())],
    }


def _event(request: HttpRequest, commitment: Commitment) -> CommitmentEvent | None:
    chosen = request.POST.get("evenement", "")
    if not chosen:
        return None
    event = next(
        (each for each in commitment.events.all() if str(each.pk) == chosen),
        None,
    )
    if event is None:
        # One of another commitment is none of this one.
        raise Http404
    return event

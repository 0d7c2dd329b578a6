"""What happened to a commitment: adding an event, taking back one recorded by mistake, saying anew when it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commitments.enums import EventKind
from commitments.forms.events import CorrectForm, EventForm, RetractForm
from commitments.perms import can_edit_commitments
from commitments.services import events as services
from commitments.standing import effective
from commitments.views.doors import commitment_for
from commitments.views.writing import LOOK, deadline_told, typed
from meetings.views.doors import FORM_METHODS, person_of, posted

if TYPE_CHECKING:
    from django.http import HttpRequest

    from commitments.models import Commitment, CommitmentEvent


@require_http_methods(FORM_METHODS)
def event_add(request: HttpRequest, slug: str) -> HttpResponse:
    commitment = commitment_for(request, slug, can_edit_commitments)
    options: dict[str, Any] = {"user": person_of(request), "commitment": commitment}
    if request.method != "POST":
        return _page(request, commitment, EventForm(**options))
    if LOOK in request.POST:
        return _page(request, commitment, EventForm(**options, initial=typed(request)))
    form = EventForm(request.POST, **options)
    if form.is_valid():
        try:
            event = services.record_event(
                commitment=commitment, by=person_of(request), **form.content()
            )
        except ValidationError as error:
            form.add_errors(error)
        else:
            messages.success(request, _("The event is recorded."))
            return redirect(f"{commitment.get_absolute_url()}#evenement-{event.pk}")
    return _page(request, commitment, form, status=422)


@require_http_methods(FORM_METHODS)
def event_retract(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """An event stays where it is, struck through. That which made the commitment is said anew instead."""
    commitment = commitment_for(request, slug, can_edit_commitments)
    known = effective(commitment.events.select_related("meeting"))
    event = next((each for each in known if each.pk == pk), None)
    if event is None:
        raise Http404
    if event.kind == EventKind.MADE:
        return _correct(request, commitment, event)
    form = RetractForm(posted(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.retract_event(
                    event=event, by=person_of(request), text=form.cleaned_data["text"]
                )
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The event is marked as recorded by mistake."))
                return redirect(commitment)
    return _page(request, commitment, form, event=event, status=status)


def _correct(request: HttpRequest, commitment: Commitment, event: CommitmentEvent) -> HttpResponse:
    told: dict[str, Any] = {
        "on": event.on,
        "deadline_words": event.deadline_words,
        "late_from": event.late_from,
        "text": event.text,
    }
    if request.method != "POST":
        form = CorrectForm(initial=told)
        if deadline_told(form) == event.late_from:
            # The words tell it: changed, they tell another day.
            form = CorrectForm(initial={**told, "late_from": None})
        return _page(request, commitment, form, event=event)
    if LOOK in request.POST:
        return _page(request, commitment, CorrectForm(initial=typed(request)), event=event)
    form = CorrectForm(request.POST)
    if form.is_valid():
        try:
            services.correct_making(
                commitment=commitment, by=person_of(request), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_errors(error)
        else:
            messages.success(request, _("What made the commitment is corrected."))
            return redirect(commitment)
    return _page(request, commitment, form, event=event, status=422)


def _page(
    request: HttpRequest,
    commitment: Commitment,
    form: Any,
    *,
    event: CommitmentEvent | None = None,
    status: int = 200,
) -> HttpResponse:
    is_retracting = event is not None and event.kind != EventKind.MADE
    context = {
        "commitment": commitment,
        "event": event,
        "form": form,
        "late_from": None if is_retracting else deadline_told(form),
        "room": "commitments",
    }
    template = "commitments/event_form.html"
    if is_retracting:
        template = "commitments/event_retract.html"
    return render(request, template, context, status=status)

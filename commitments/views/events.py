"""What happened to a commitment: adding an event, taking back one recorded by mistake, saying anew when it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commitments.audiences import may_quote
from commitments.days import AsOf
from commitments.enums import EventKind
from commitments.filters import CommitmentFilter
from commitments.forms.events import CorrectForm, EventForm, RetractForm
from commitments.models import Commitment
from commitments.perms import can_edit_commitments
from commitments.services import events as services
from commitments.standing import OPEN, effective
from commitments.views.doors import bodies_of, check_may_write, commitment_for, section_asked
from commitments.views.writing import LOOK, deadline_told, typed
from meetings.models import MinutesSection
from meetings.views.doors import FORM_METHODS, person_of, posted
from members.enums import Audience

if TYPE_CHECKING:
    from django.http import HttpRequest

    from commitments.models import CommitmentEvent

PAGE_SIZE = 50
# Characters: what the text of an event can hold, with its guillemets.
PASSAGE_LIMIT = 1_990


@require_safe
def event_choose(request: HttpRequest) -> HttpResponse:
    """From words of minutes (`?section=`, `?passage=`) to the commitment that they tell news of.

    Those that were open on the day of the meeting, of the institutions of the section first. A constant number of queries.
    """
    check_may_write(request)
    section = section_asked(request)
    on = (section.said_on if section else None) or timezone.localdate()
    bodies = bodies_of(section) if section else []
    rows: Any = Commitment.objects.visible_to(request.user)
    is_theirs = Case(
        When(institution__in=bodies, then=Value(value=True)), default=Value(value=False)
    )
    rows = rows.standing_on(on).filter(state__in=OPEN).annotate(is_theirs=is_theirs)
    shown = CommitmentFilter(request.GET, rows, user=request.user, as_of=AsOf(on))
    found = shown.qs.select_related("institution").order_by("-is_theirs", "-made_on", "pk")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    place = {"section": section.pk, "passage": _passage(request)} if section else {}
    query = urlencode({name: value for name, value in place.items() if value})
    words = request.GET.get("q", "")
    context = {
        "section": section,
        "passage": place.get("passage", ""),
        "on": on,
        "page": page,
        "form": shown.form,
        "place": query,
        "query": "&".join(
            each for each in (query, urlencode({"q": words}) if words else "") if each
        ),
        "is_filtered": bool(words),
        "room": "commitments",
    }
    return render(request, "commitments/event_choose.html", context)


@require_http_methods(FORM_METHODS)
def event_add(request: HttpRequest, slug: str) -> HttpResponse:
    """`?section=` and `?passage=` come from the page of minutes."""
    commitment = commitment_for(request, slug, can_edit_commitments)
    options: dict[str, Any] = {"user": person_of(request), "commitment": commitment}
    if request.method != "POST":
        section = section_asked(request)
        if section is None:
            return _page(request, commitment, EventForm(**options))
        passage = _passage(request)
        is_told = _may_tell(section, commitment)
        proposed = {
            "meeting": section.minutes.meeting_id,
            "section": section.pk,
            "on": section.said_on,
            # With its guillemets, the paragraph is found again (`paragraphs.quoted_in`).
            "text": f"«\u00a0{passage}\u00a0»" if passage and is_told else "",
        }
        form = EventForm(**options, initial=proposed)
        return _page(request, commitment, form, kept_back="" if is_told else passage)
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


def _passage(request: HttpRequest) -> str:
    return request.GET.get("passage", "").strip()[:PASSAGE_LIMIT]


def _may_tell(section: MinutesSection, commitment: Commitment) -> bool:
    """Whether all who may see a commitment may read the words of a section. At most one query."""
    if commitment.audience in {Audience.MEMBERS, Audience.SECRETARIAT}:
        return may_quote(section, commitment.audience)
    # Anyone, or people named, who may be guests.
    return MinutesSection.objects.visible_to(AnonymousUser()).filter(pk=section.pk).exists()


def _page(
    request: HttpRequest,
    commitment: Commitment,
    form: Any,
    *,
    event: CommitmentEvent | None = None,
    kept_back: str = "",
    status: int = 200,
) -> HttpResponse:
    is_retracting = event is not None and event.kind != EventKind.MADE
    context = {
        "commitment": commitment,
        "event": event,
        "form": form,
        "kept_back": kept_back,
        "late_from": None if is_retracting else deadline_told(form),
        "room": "commitments",
    }
    template = "commitments/event_form.html"
    if is_retracting:
        template = "commitments/event_retract.html"
    return render(request, template, context, status=status)

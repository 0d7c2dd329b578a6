"""Asking people to a meeting, and what they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.versions import StaleRowError
from meetings.forms.convocations import AnswerForm, ConveneForm
from meetings.models import Invitee, Meeting
from meetings.perms import can_answer
from meetings.services import convocations as services
from meetings.services.meetings import is_over
from meetings.views.doors import (
    FORM_METHODS,
    editable_meeting,
    person_of,
    posted,
    visible_meeting,
)
from members.forms.papers import VersionForm
from members.perms import is_reader_of_papers

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_http_methods(FORM_METHODS)
def convene(request: HttpRequest, slug: str) -> HttpResponse:
    """Who would be asked today, who was, and the button that sends. A second click finds an old version."""
    meeting = editable_meeting(request, slug)
    form = _form(request, meeting, posted(request))
    if request.method != "POST":
        return _page(request, meeting, form)
    if not form.is_valid():
        return _page(request, meeting, form, status=422)
    data = form.cleaned_data
    try:
        services.convene(
            meeting=meeting,
            version=data["version"],
            by=person_of(request),
            guests=data["guests"],
            is_repeated=data.get("is_repeated", False),
        )
    except StaleRowError as error:
        return _page(request, error.current, _form(request, error.current, None), status=409)
    except ValidationError as error:
        form.add_errors(error)
        return _page(request, meeting, form, status=422)
    messages.success(request, _("The convocations are on their way."))
    return redirect("meetings:convene", meeting.slug)


@require_http_methods(FORM_METHODS)
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    """A page that says what will happen, then it does."""
    meeting = editable_meeting(request, slug)
    form = VersionForm(posted(request), initial={"version": meeting.version})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.cancel_meeting(
                    meeting=meeting, version=form.cleaned_data["version"], by=person_of(request)
                )
            except StaleRowError as error:
                meeting, status = error.current, 409
                form = VersionForm(initial={"version": meeting.version})
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The meeting is cancelled."))
                return redirect(meeting)
    asked = meeting.invitees.exclude(sent_at=None).count()
    told = ngettext(
        "The %(number)s person who was asked to come is told by mail.",
        "The %(number)s people who were asked to come are told by mail.",
        asked,
    )
    context = {
        "meeting": meeting,
        "title": _("Cancel this meeting?"),
        "what": meeting.title,
        "words": told % {"number": asked} if asked else _("Nobody was asked to come yet."),
        "action": _("Cancel the meeting"),
        "form": form,
        "is_stale": status == 409,
        "back": meeting.get_absolute_url(),
        "room": "meetings",
    }
    return render(request, "meetings/confirm.html", context, status=status)


@require_http_methods(FORM_METHODS)
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own answer. Whoever sees the meeting and was not asked has none to give."""
    meeting = visible_meeting(request, slug)
    invitee = _invitees(request, meeting).filter(person=person_of(request)).first()
    if invitee is None or not can_answer(request.user):
        if is_reader_of_papers(request.user):
            raise PermissionDenied
        raise Http404
    return _answer(request, meeting, invitee, back=meeting.get_absolute_url())


@require_http_methods(FORM_METHODS)
def answer_for(request: HttpRequest, slug: str, person: int) -> HttpResponse:
    """What somebody told the secretariat by other ways."""
    meeting = editable_meeting(request, slug)
    invitee = get_object_or_404(_invitees(request, meeting), person=person)
    back = redirect("meetings:convene", meeting.slug).url
    return _answer(request, meeting, invitee, back=back)


def _answer(request: HttpRequest, meeting: Meeting, invitee: Invitee, *, back: str) -> HttpResponse:
    form = AnswerForm(posted(request), invitee=invitee, user=request.user)
    is_own = invitee.person_id == person_of(request).pk
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_convocation(
                meeting=meeting, by=person_of(request), person=invitee.person, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_errors(error)
        else:
            words = (
                _("Your answer is written down.") if is_own else _("The answer is written down.")
            )
            messages.success(request, words)
            return redirect(back)
    context = {
        "meeting": meeting,
        "title": _("My answer") if is_own else _("Answer of %(name)s") % {"name": invitee.person},
        "form": form,
        "back": back,
        "room": "meetings",
    }
    return render(request, "meetings/row_form.html", context, status=422 if form.errors else 200)


def _invitees(request: HttpRequest, meeting: Meeting) -> Any:
    rows = Invitee.objects.visible_to(request.user).filter(meeting=meeting)
    return rows.select_related("person", "association", "represented_by")


def _form(request: HttpRequest, meeting: Meeting, data: Any) -> ConveneForm:
    return ConveneForm(
        data,
        guests=services.guests_to_choose(),
        is_convened=meeting.convened_at is not None,
        initial={"version": meeting.version},
    )


def _page(
    request: HttpRequest, meeting: Meeting, form: ConveneForm, *, status: int = 200
) -> HttpResponse:
    invitees = list(_invitees(request, meeting))
    known = {invitee.person_id for invitee in invitees}
    to_ask = services.recipients(meeting, timezone.localdate())
    context = {
        "meeting": meeting,
        "form": form,
        "is_stale": status == 409,
        "invitees": invitees,
        "waiting": sum(invitee.sent_at is None for invitee in invitees),
        "to_ask": [(who, whose) for who, whose in to_ask.items() if who.pk not in known],
        "is_open": meeting.cancelled_at is None and not is_over(meeting),
        "room": "meetings",
    }
    return render(request, "meetings/convene.html", context, status=status)

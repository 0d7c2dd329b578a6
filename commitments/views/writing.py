"""What the secretariat writes of a commitment; making it public is the coordinator's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commitments.enums import Origin
from commitments.forms.commitments import CommitmentForm
from commitments.models.commitments import QUOTE_LIMIT
from commitments.models.letters import LEFT_THE_HOUSE
from commitments.perms import can_edit_commitments, can_publish_commitments
from commitments.services import commitments as services
from commitments.thread import read_thread
from commitments.views.doors import (
    bodies_of,
    check_may_write,
    commitment_for,
    section_asked,
    visible_commitment,
)
from common.deadlines import read_deadline
from common.versions import StaleRowError
from meetings.views.doors import FORM_METHODS, changed_by, differences_of, person_of, posted
from members.enums import Audience
from members.forms.papers import VersionForm

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest

    from commitments.models import Commitment

# A form sent with this is shown again with what can be told from what it holds, and not saved.
LOOK = "look"


@require_http_methods(FORM_METHODS)
def create(request: HttpRequest) -> HttpResponse:
    """`?section=` and `?passage=` come from the page of minutes; `?engagement=` from the one that it is a part of."""
    check_may_write(request)
    user = person_of(request)
    if request.method != "POST" or LOOK in request.POST:
        initial = typed(request) if request.method == "POST" else _proposed(request)
        return _page(request, CommitmentForm(user=user, initial=initial))
    form = CommitmentForm(request.POST, user=user)
    if form.is_valid():
        try:
            commitment = services.create_commitment(by=user, **form.content())
        except ValidationError as error:
            form.add_errors(error)
        else:
            messages.success(request, _("The commitment is recorded."))
            return redirect(commitment)
    return _page(request, form, status=422)


@require_http_methods(FORM_METHODS)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    commitment = commitment_for(request, slug, can_edit_commitments)
    user = person_of(request)
    if request.method != "POST" or LOOK in request.POST:
        initial = typed(request) if request.method == "POST" else None
        form = CommitmentForm(user=user, commitment=commitment, initial=initial)
        return _page(request, form, commitment)
    form = CommitmentForm(request.POST, user=user, commitment=commitment)
    if form.is_valid():
        data = form.content()
        try:
            saved = services.edit_commitment(
                commitment=commitment, version=form.cleaned_data["version"] or 0, by=user, **data
            )
        except StaleRowError as error:
            return _stale(request, error.current, form)
        except ObjectDoesNotExist as error:
            raise Http404 from error
        except ValidationError as error:
            form.add_errors(error)
        else:
            messages.success(request, _("The commitment is saved."))
            return redirect(saved)
    return _page(request, form, commitment, status=422)


@require_http_methods(FORM_METHODS)
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """A page that says who will read what; then the commitment is public, or for the members again."""
    commitment = visible_commitment(request, slug)
    if not can_publish_commitments(request.user):
        raise PermissionDenied
    is_public = commitment.audience == Audience.PUBLIC
    form = VersionForm(posted(request), initial={"version": commitment.version})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.edit_commitment(
                    commitment=commitment,
                    version=form.cleaned_data["version"],
                    by=person_of(request),
                    **_as_it_is(commitment),
                    audience=Audience.MEMBERS if is_public else Audience.PUBLIC,
                )
            except StaleRowError as error:
                commitment, status = error.current, 409
                is_public = commitment.audience == Audience.PUBLIC
                form = VersionForm(initial={"version": commitment.version})
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(
                    request,
                    _("The commitment is for the members again.")
                    if is_public
                    else _("The commitment is public."),
                )
                return redirect(commitment)
    context = {
        "commitment": commitment,
        "is_public": is_public,
        "thread": read_thread(commitment, request.user, timezone.localdate())
        if is_public and commitment.citations.exists()
        else None,
        "form": form,
        "is_stale": status == 409,
        "room": "commitments",
    }
    return render(request, "commitments/publish.html", context, status=status)


def typed(request: HttpRequest) -> dict[str, Any]:
    """What was typed, to be shown again as it is."""
    many = {"measures", "named_people", "named_groups"}
    return {
        name: request.POST.getlist(name) if name in many else value
        for name, value in request.POST.items()
    }


def deadline_told(form: Any, said_on: dt.date | None = None) -> dt.date | None:
    """The first late day that the words in a form tell, if they do and the day on which they were said is known."""
    words = str(form["deadline_words"].value() or "").strip()
    name = "made_on" if "made_on" in form.fields else "on"
    try:
        day = said_on or form.fields[name].clean(form[name].value())
    except ValidationError:
        return None
    return read_deadline(words, day) if words and day else None


def _proposed(request: HttpRequest) -> dict[str, Any]:
    """What the place that one comes from already says."""
    parent = request.GET.get("engagement", "")
    if parent:
        whole = visible_commitment(request, parent)
        return {
            "parent": whole.wording,
            "institution": whole.institution_id,
            "function": whole.function,
            "origin": whole.origin,
            "meeting": whole.meeting_id,
            "section": whole.section_id,
            "source": whole.source.short if whole.source else "",
            "audience": whole.audience if whole.audience != Audience.PUBLIC else Audience.MEMBERS,
            "measures": [row.pk for row in whole.measures.all()],
            "position": whole.parts.count() + 1,
        }
    section = section_asked(request)
    if section is None:
        return {"made_on": timezone.localdate()}
    bodies = bodies_of(section)
    return {
        "origin": Origin.MEETING,
        "meeting": section.minutes.meeting_id,
        "section": section.pk,
        "made_on": section.said_on,
        # Of several, none is guessed.
        "institution": bodies[0].pk if len(bodies) == 1 else None,
        "measures": [row.pk for row in section.measures.all()],
        "quote": request.GET.get("passage", "").strip()[:QUOTE_LIMIT],
    }


def _as_it_is(commitment: Commitment) -> dict[str, Any]:
    """All that saving it takes, but for whom it is."""
    return {
        "institution": commitment.institution,
        "wording": commitment.wording,
        "function": commitment.function,
        "quote": commitment.quote,
        "origin": commitment.origin,
        "meeting": commitment.meeting,
        "section": commitment.section,
        "source": commitment.source,
        "locator": commitment.locator,
        "measures": list(commitment.measures.all()),
        "parent": commitment.parent,
        "position": commitment.position,
        "remark": commitment.remark,
    }


def _stale(request: HttpRequest, current: Commitment, form: CommitmentForm) -> HttpResponse:
    """Both texts, and the form as it was typed: saving again replaces the other's, knowingly."""
    data = request.POST.copy()
    data["version"] = str(current.version)
    again = CommitmentForm(data, user=person_of(request), commitment=current)
    extra = {
        "is_stale": True,
        "differences": differences_of(form, _saved(current), _typed_words(form)),
        "changed_by": changed_by(current),
    }
    return _page(request, again, current, status=409, **extra)


def _saved(row: Commitment) -> dict[str, str]:
    return {
        "institution": str(row.institution),
        "function": row.function,
        "wording": row.wording,
        "quote": row.quote,
        "origin": row.get_origin_display(),
        "meeting": str(row.meeting or ""),
        "section": str(row.section or ""),
        "source": str(row.source or ""),
        "locator": row.locator,
        "measures": _names(row.measures.all()),
        "parent": str(row.parent or ""),
        "position": str(row.position),
        "remark": row.remark,
        "audience": row.get_audience_display(),
        "named_people": _names(row.named_people.all()),
        "named_groups": _names(row.named_groups.all()),
    }


def _typed_words(form: CommitmentForm) -> dict[str, str]:
    data = form.cleaned_data
    words = {name: str(data[name] or "") for name in _PLAIN}
    for name in ("origin", "audience"):
        choices: Any = form.fields[name]
        words[name] = str(dict(choices.choices).get(data[name], ""))
    for name in ("measures", "named_people", "named_groups"):
        words[name] = _names(data[name])
    words["position"] = str(data["position"] or 0)
    return words


_PLAIN = (
    "institution", "function", "wording", "quote", "meeting", "section", "source", "locator", "parent", "remark",
)  # fmt: skip


def _names(rows: Any) -> str:
    return ", ".join(sorted(str(row) for row in rows))


def _page(
    request: HttpRequest,
    form: CommitmentForm,
    commitment: Commitment | None = None,
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "commitment": commitment,
        "late_from": deadline_told(form) if commitment is None else None,
        "is_in_sent_letters": commitment is not None
        and commitment.letters.filter(status__in=LEFT_THE_HOUSE).exists(),
        "is_stale": status == 409,
        "room": "commitments",
        **extra,
    }
    return render(request, "commitments/form.html", context, status=status)

"""Corrections of circulated minutes: proposed by members, decided by the secretariat, on one page for both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.differences import word_differences
from common.versions import StaleRowError
from meetings.forms.remarks import CorrectionForm, DecisionForm
from meetings.models import Correction, MinutesSection
from meetings.models.remarks import PASSAGE_LIMIT
from meetings.passages import find_passage
from meetings.perms import can_annotate, can_decide_corrections
from meetings.services import corrections as services
from meetings.views.doors import FORM_METHODS, person_of, posted
from meetings.views.minutes_doors import minutes_for
from members.forms.papers import VersionForm

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from meetings.models import Minutes

# Characters shown on each side of a passage.
AROUND = 120


@dataclass(frozen=True)
class ShownCorrection:
    row: Correction
    difference: SafeString
    before: str
    after: str
    form: DecisionForm
    is_own: bool
    is_stale: bool

    @property
    def is_open(self) -> bool:
        return self.row.decided_at is None


@require_safe
def corrections(request: HttpRequest, slug: str) -> HttpResponse:
    """Those still to be decided, then what was answered, of the sections that one may read."""
    minutes = minutes_for(request, slug, can_annotate)
    return _page(request, minutes)


@require_http_methods(FORM_METHODS)
def correction_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """`?passage=` is what was selected on the reading page."""
    minutes = minutes_for(request, slug, can_annotate)
    sections: Any = MinutesSection.objects.visible_to(request.user)
    section = get_object_or_404(sections.filter(minutes=minutes), pk=pk)
    form = CorrectionForm(
        posted(request), speaker=person_of(request), initial=_chosen(request, section)
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                services.propose_correction(
                    section=section,
                    by=person_of(request),
                    passage=data["passage"],
                    replacement=data["replacement"],
                    reason=data["reason"],
                    association=data.get("association"),
                )
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(
                    request, _("Your correction is proposed: the secretariat will answer it.")
                )
                return redirect("meetings:corrections", slug)
    context = {
        "minutes": minutes,
        "meeting": minutes.meeting,
        "section": section,
        "form": form,
        "is_open": services.are_remarks_open(minutes),
        "room": "meetings",
    }
    return render(request, "meetings/remarks/correction.html", context, status=status)


@require_POST
def correction_decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    minutes = minutes_for(request, slug, can_decide_corrections)
    correction = get_object_or_404(_visible(request, minutes), pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, minutes, form=form, about=pk, status=422)
    data = form.cleaned_data
    decide: Any = (
        services.accept_correction if data["action"] == "accept" else services.refuse_correction
    )
    try:
        decide(
            correction=correction,
            version=data["version"],
            by=person_of(request),
            answer=data["answer"],
        )
    except StaleRowError:
        return _page(request, minutes, form=form, about=pk, status=409)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    except ValidationError as error:
        form.add_errors(error)
        return _page(request, minutes, form=form, about=pk, status=422)
    done = {"accept": _("The correction is made."), "refuse": _("The correction is refused.")}
    messages.success(request, done[data["action"]])
    return redirect("meetings:corrections", slug)


@require_POST
def correction_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    minutes = minutes_for(request, slug, can_annotate)
    correction = get_object_or_404(_visible(request, minutes), pk=pk)
    if correction.author_id != request.user.pk:
        raise PermissionDenied
    form = VersionForm(request.POST)
    try:
        services.withdraw_correction(
            correction=correction,
            version=form.cleaned_data["version"] if form.is_valid() else 0,
            by=person_of(request),
        )
    except ObjectDoesNotExist as error:
        raise Http404 from error
    except StaleRowError:
        return _page(request, minutes, about=pk, status=409)
    messages.success(request, _("Your correction is withdrawn."))
    return redirect("meetings:corrections", slug)


def _visible(request: HttpRequest, minutes: Minutes) -> Any:
    return Correction.objects.visible_to(request.user).filter(section__minutes=minutes)


def _page(
    request: HttpRequest,
    minutes: Minutes,
    *,
    form: DecisionForm | None = None,
    about: int = 0,
    status: int = 200,
) -> HttpResponse:
    """All corrections, with what was wrong about one of them beside it."""
    rows = _visible(request, minutes).select_related(
        "section", "author", "association", "decided_by"
    )
    rows = rows.order_by("section__position", "section", "added_at", "pk")
    shown = [
        _shown(row, form if row.pk == about else None, request, is_stale=status == 409)
        for row in rows
    ]
    context = {
        "minutes": minutes,
        "meeting": minutes.meeting,
        "open": [one for one in shown if one.is_open],
        "decided": [one for one in shown if not one.is_open],
        "stale": next((one for one in shown if one.row.pk == about and status == 409), None),
        "wrong": form if status == 422 else None,
        "can_decide": can_decide_corrections(request.user),
        "is_open": services.are_remarks_open(minutes),
        "room": "meetings",
    }
    return render(request, "meetings/remarks/corrections.html", context, status=status)


def _shown(
    row: Correction, form: DecisionForm | None, request: HttpRequest, *, is_stale: bool
) -> ShownCorrection:
    text = row.section.text
    place = text.find(row.passage)
    # What was decided is told by itself: the text around it has changed.
    has_place = place >= 0 and row.decided_at is None
    end = place + len(row.passage)
    answer = form.data.get("answer", "") if form is not None else ""
    blank = DecisionForm(
        initial={"version": row.version, "answer": answer}, auto_id=f"correction-{row.pk}-%s"
    )
    return ShownCorrection(
        row=row,
        difference=word_differences(row.passage, row.replacement),
        before=text[max(0, place - AROUND) : place] if has_place else "",
        after=text[end : end + AROUND] if has_place else "",
        form=blank,
        is_own=row.author_id == request.user.pk,
        is_stale=is_stale and form is not None,
    )


def _chosen(request: HttpRequest, section: MinutesSection) -> dict[str, str]:
    """What was selected on the page, as the section writes it, to be changed rather than typed again."""
    passage = request.GET.get("passage", "").strip()[:PASSAGE_LIMIT]
    places = find_passage(section.text, passage)
    words = section.text[places[0][0] : places[0][1]] if places else passage
    return {"passage": words, "replacement": words}

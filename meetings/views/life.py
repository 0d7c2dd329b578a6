"""The steps of minutes: circulated, adopted, and the errata that follow."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.versions import StaleRowError
from meetings.enums import MinutesStatus
from meetings.forms.life import AdoptForm, CirculateForm, ErratumForm, LastDayForm
from meetings.models import Correction, Decision, FollowUp, MinutesSection
from meetings.models.remarks import PASSAGE_LIMIT
from meetings.perms import can_circulate_minutes, can_write_minutes
from meetings.privacy_page import shown_warnings
from meetings.services import errata, life
from meetings.views.doors import FORM_METHODS, person_of, posted
from meetings.views.minutes_doors import minutes_for
from members.enums import Audience

if TYPE_CHECKING:
    from django.http import HttpRequest

    from meetings.models import Minutes


@require_http_methods(FORM_METHODS)
def circulate(request: HttpRequest, slug: str) -> HttpResponse:
    """What to look at first, then the day for remarks and who will be told. Text changed meanwhile is looked at again.

    Once circulated: another last day for remarks.
    """
    minutes = minutes_for(request, slug, can_circulate_minutes)
    if minutes.status == MinutesStatus.CIRCULATED and "seen" not in request.POST:
        return _last_day(request, minutes)
    sections = _sections(request, minutes)
    warnings = shown_warnings(
        sections,
        _parts(request, minutes, Decision),
        _parts(request, minutes, FollowUp),
        slug,
    )
    seen = _fingerprint(sections, warnings)
    initial = {"version": minutes.version, "seen": seen}
    form = CirculateForm(posted(request), initial=initial, has_warnings=bool(warnings))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and form.cleaned_data["seen"] != seen:
            status = 409
        elif form.is_valid():
            try:
                life.circulate(
                    minutes=minutes,
                    version=form.cleaned_data["version"],
                    by=person_of(request),
                    remarks_until=form.cleaned_data["remarks_until"],
                )
            except StaleRowError as error:
                minutes, status = error.current, 409
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The minutes are circulated."))
                return redirect(minutes)
    if status == 409:
        typed = {
            "version": minutes.version,
            "seen": seen,
            "remarks_until": form.cleaned_data["remarks_until"],
        }
        form = CirculateForm(initial=typed, has_warnings=bool(warnings))
    context = {
        **_of(minutes),
        "form": form,
        "warnings": warnings,
        "told": life.people_to_tell(minutes).exclude(pk=person_of(request).pk).count(),
        "audiences": _audiences(sections),
        "is_draft": minutes.status == MinutesStatus.DRAFT,
        "is_stale": status == 409,
    }
    return render(request, "meetings/life/circulate.html", context, status=status)


def _last_day(request: HttpRequest, minutes: Minutes) -> HttpResponse:
    initial = {"version": minutes.version, "remarks_until": minutes.remarks_until}
    form = LastDayForm(posted(request), initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                life.change_last_day(minutes=minutes, by=person_of(request), **form.cleaned_data)
            except StaleRowError as error:
                minutes, status = error.current, 409
                form = LastDayForm(initial={**form.cleaned_data, "version": minutes.version})
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The last day for remarks is changed."))
                return redirect(minutes)
    context = {
        **_of(minutes),
        "form": form,
        "told": life.people_to_tell(minutes).exclude(pk=person_of(request).pk).count(),
        "is_stale": status == 409,
    }
    return render(request, "meetings/life/last_day.html", context, status=status)


@require_http_methods(FORM_METHODS)
def adopt(request: HttpRequest, slug: str) -> HttpResponse:
    """The meeting that adopted them; what is still to be decided is said before."""
    minutes = minutes_for(request, slug, can_circulate_minutes)
    options: dict[str, Any] = {"user": person_of(request), "minutes": minutes}
    form = AdoptForm(posted(request), initial={"version": minutes.version}, **options)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                life.adopt(
                    minutes=minutes,
                    version=data["version"],
                    by=person_of(request),
                    meeting=data["meeting"],
                    on=data["on"],
                    note=data["note"],
                )
            except StaleRowError as error:
                minutes, status = error.current, 409
                typed = {**data, "version": minutes.version}
                form = AdoptForm(initial=typed, **options)
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The minutes are adopted, and their text is locked."))
                return redirect(minutes)
    context = {
        **_of(minutes),
        "form": form,
        "open_corrections": Correction.objects.visible_to(request.user)
        .open()
        .filter(section__minutes=minutes)
        .count(),
        "is_circulated": minutes.status == MinutesStatus.CIRCULATED,
        "is_stale": status == 409,
    }
    return render(request, "meetings/life/adopt.html", context, status=status)


@require_http_methods(FORM_METHODS)
def erratum_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    minutes = minutes_for(request, slug, can_write_minutes)
    section = get_object_or_404(_visible(request, minutes), pk=pk)
    if minutes.status != MinutesStatus.ADOPTED:
        raise Http404
    passage = request.GET.get("passage", "").strip()[:PASSAGE_LIMIT]
    initial = {"on": timezone.localdate(), "text": f"« {passage} »" if passage else ""}
    form = ErratumForm(posted(request), initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                errata.add_erratum(section=section, by=person_of(request), **form.cleaned_data)
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The erratum is added."))
                return redirect(section)
    context = {**_of(minutes), "form": form, "section": section}
    return render(request, "meetings/life/erratum.html", context, status=status)


def _of(minutes: Minutes) -> dict[str, Any]:
    return {"minutes": minutes, "meeting": minutes.meeting, "room": "meetings"}


def _visible(request: HttpRequest, minutes: Minutes) -> Any:
    # The queryset of every room's restricted rows does not know which row it is of.
    rows: Any = MinutesSection.objects.visible_to(request.user)
    return rows.filter(minutes=minutes).select_related("minutes__meeting")


def _sections(request: HttpRequest, minutes: Minutes) -> list[MinutesSection]:
    return list(_visible(request, minutes).order_by("position", "pk"))


def _parts(request: HttpRequest, minutes: Minutes, model: Any) -> Any:
    return model.objects.visible_to(request.user).filter(section__minutes=minutes)


def _fingerprint(sections: list[MinutesSection], warnings: Any) -> str:
    """Of what was looked at: a section saved meanwhile, or another warning, makes another one."""
    looked_at = [(section.pk, section.version) for section in sections]
    found = [(warning.where, warning.passage) for warning in warnings]
    return sha256(repr((looked_at, found)).encode()).hexdigest()


def _audiences(sections: list[MinutesSection]) -> list[str]:
    """How many sections are for whom, in words, the widest audience first."""
    words = []
    for audience in Audience:
        count = sum(section.audience == audience for section in sections)
        if count:
            words.append(
                ngettext("%(number)s section for %(who)s", "%(number)s sections for %(who)s", count)
                % {"number": count, "who": audience.label}
            )
    return words

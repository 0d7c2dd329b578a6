"""The sections of minutes as a list: begun, added, moved, renamed and deleted by the secretariat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Prefetch
from django.db.models.functions import Length
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from common.versions import StaleRowError
from meetings.forms.sections import AddSectionForm, DateForm, TitleForm
from meetings.models import AgendaItem, Meeting, Minutes, MinutesSection
from meetings.perms import can_write_minutes
from meetings.services import sections as services
from meetings.views.doors import FORM_METHODS, changed_by, differences_of, person_of, posted
from members.forms.papers import VersionForm

if TYPE_CHECKING:
    from django.http import HttpRequest

LEVEL_LIMITS = (1, services.DEEPEST_LEVEL)
STALE = 409
WRONG = 422


@require_safe
@vary_on_headers("HX-Request")
def editor(request: HttpRequest, slug: str) -> HttpResponse:
    """The sections in their order; before there are minutes, how to begin them."""
    meeting = writable_meeting(request, slug)
    minutes = minutes_of(request, meeting)
    if minutes is None:
        return _start_page(request, meeting)
    return _list(request, minutes)


@require_POST
def minutes_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the minutes; with `from=agenda`, with a section for each of its points."""
    meeting = writable_meeting(request, slug)
    minutes = minutes_of(request, meeting)
    try:
        if minutes is None:
            minutes = services.start_minutes(meeting=meeting, by=person_of(request))
        if request.POST.get("from") == "agenda":
            services.take_agenda(minutes=minutes, by=person_of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("meetings:editor", slug)


@require_http_methods(FORM_METHODS)
def minutes_date(request: HttpRequest, slug: str) -> HttpResponse:
    """The day that the minutes bear."""
    minutes = writable_minutes(request, slug)
    form = DateForm(
        posted(request), initial={"version": minutes.version, "dated_on": minutes.dated_on}
    )
    status = 200
    if request.method == "POST":
        status = WRONG
        if form.is_valid():
            try:
                services.date_minutes(minutes=minutes, by=person_of(request), **form.cleaned_data)
            except StaleRowError as error:
                minutes, status = error.current, STALE
                form = _again(DateForm, request, minutes)
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The date is saved."))
                return redirect("meetings:editor", slug)
    context = _context(minutes, form=form, is_stale=status == STALE)
    return render(request, "meetings/editor/date.html", context, status=status)


@require_http_methods(FORM_METHODS)
def section_add(request: HttpRequest, slug: str) -> HttpResponse:
    minutes = writable_minutes(request, slug)
    form = AddSectionForm(
        posted(request),
        minutes=minutes,
        user=person_of(request),
        initial={"after": request.GET.get("apres")},
    )
    status = 200
    if request.method == "POST":
        status = WRONG
        if form.is_valid():
            data = form.cleaned_data
            try:
                section = services.add_section(
                    minutes=minutes,
                    by=person_of(request),
                    number=data["number"],
                    heading=data["heading"],
                    level=int(data["level"]),
                    after=data["after"],
                )
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The section is added."))
                return redirect("meetings:editor-section", slug, section.pk)
    context = _context(minutes, form=form)
    return render(request, "meetings/editor/add.html", context, status=status)


@require_POST
def section_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One place up (`places=-1`) or down; the focus stays on the button."""
    section = writable_section(request, slug, pk)
    places = -1 if request.POST.get("places") == "-1" else 1
    try:
        services.move_section(section=section, by=person_of(request), places=places)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _back(request, section, button="up" if places < 0 else "down")


@require_POST
def section_level(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One level deeper (`step=1`) or higher."""
    section = writable_section(request, slug, pk)
    step = -1 if request.POST.get("step") == "-1" else 1
    lowest, deepest = LEVEL_LIMITS
    try:
        services.rename_section(
            section=section,
            version=_number(request.POST.get("version")),
            by=person_of(request),
            number=section.number,
            heading=section.heading,
            level=max(lowest, min(deepest, section.level + step)),
        )
    except StaleRowError:
        messages.warning(
            request, _("Somebody saved this section meanwhile: here it is as it stands now.")
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _back(request, section, button="out" if step < 0 else "in")


@require_http_methods(FORM_METHODS)
def section_rename(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    section = writable_section(request, slug, pk)
    initial = {name: getattr(section, name) for name in ("version", "number", "heading", "level")}
    form = TitleForm(posted(request), initial=initial)
    status, extra = 200, {}
    if request.method == "POST":
        status = WRONG
        if form.is_valid():
            try:
                services.rename_section(section=section, by=person_of(request), **form.cleaned_data)
            except StaleRowError as error:
                section, status = error.current, STALE
                names = ("number", "heading", "level")
                saved = {name: str(getattr(section, name)) for name in names}
                typed = {name: str(form.cleaned_data[name]) for name in names}
                extra = {
                    "differences": differences_of(form, saved, typed),
                    "changed_by": changed_by(section),
                }
                form = _again(TitleForm, request, section)
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The title is saved."))
                return redirect("meetings:editor", slug)
    context = _context(
        section.minutes, section=section, form=form, is_stale=status == STALE, **extra
    )
    return render(request, "meetings/editor/rename.html", context, status=status)


@require_http_methods(FORM_METHODS)
def section_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A page that says what goes with the section, then the deletion: what it said must still be so."""
    section = writable_section(request, slug, pk)
    parts = services.parts_of(section)
    told = ".".join(str(count) for count in parts.values())
    form = VersionForm(posted(request), initial={"version": section.version})
    status = 200
    if request.method == "POST":
        status = WRONG
        if form.is_valid():
            try:
                services.delete_section(
                    section=section,
                    version=form.cleaned_data["version"],
                    by=person_of(request),
                    with_parts=request.POST.get("parts") == told,
                )
            except StaleRowError as error:
                section, status = error.current, STALE
                form = VersionForm(initial={"version": section.version})
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The section is deleted."))
                return redirect("meetings:editor", slug)
    context = _context(
        section.minutes,
        section=section,
        form=form,
        parts=parts,
        holds_something=any(parts.values()),
        told=told,
        is_stale=status == STALE,
    )
    return render(request, "meetings/editor/delete.html", context, status=status)


def writable_meeting(request: HttpRequest, slug: str) -> Meeting:
    """404 to whom the meeting or its minutes are hidden, 403 to who reads the minutes and does not write them."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), slug=slug)
    if not can_write_minutes(request.user):
        if minutes_of(request, meeting) is not None:
            raise PermissionDenied
        raise Http404
    return meeting


def minutes_of(request: HttpRequest, meeting: Meeting) -> Minutes | None:
    rows = Minutes.objects.visible_to(request.user).select_related("meeting")
    return rows.filter(meeting=meeting).first()


def writable_minutes(request: HttpRequest, slug: str) -> Minutes:
    minutes = minutes_of(request, writable_meeting(request, slug))
    if minutes is None:
        raise Http404
    return minutes


def writable_section(request: HttpRequest, slug: str, pk: int) -> MinutesSection:
    """404 to whom the section is hidden, 403 to who reads it and does not write it."""
    rows: Any = MinutesSection.objects.visible_to(request.user).select_related("minutes__meeting")
    section: MinutesSection = get_object_or_404(rows, pk=pk, minutes__meeting__slug=slug)
    if not can_write_minutes(request.user):
        raise PermissionDenied
    return section


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _again(form: Any, request: HttpRequest, current: Any) -> Any:
    """The form as it was typed, on the version that stands now: saving again replaces it, knowingly."""
    typed = request.POST.copy()
    typed["version"] = str(current.version)
    return form(typed)


def _back(request: HttpRequest, section: MinutesSection, *, button: str) -> HttpResponse:
    """To the list. An anchor is where browsers put the focus: on the button that was pressed, to press it again."""
    if request.htmx:  # type: ignore[attr-defined]
        return _list(request, section.minutes)
    return redirect(f"{request.path.split('/rediger/')[0]}/rediger/#{button}-{section.pk}")


def _start_page(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    context = {
        "meeting": meeting,
        "points": AgendaItem.objects.filter(meeting=meeting).count(),
        "room": "meetings",
    }
    return render(request, "meetings/editor/start.html", context)


def _list(request: HttpRequest, minutes: Minutes) -> HttpResponse:
    """At most six queries, whatever the number of sections."""
    rows: Any = MinutesSection.objects.visible_to(request.user).filter(minutes=minutes)
    rows = (
        rows.defer("text")
        .select_related("written_by")
        .annotate(
            signs=Length("text"),
            decision_count=Count("decisions", distinct=True),
            follow_up_count=Count("follow_ups", distinct=True),
        )
        .prefetch_related(Prefetch("measures"))
        .order_by("position", "pk")
    )
    sections = list(rows)
    context = _context(
        minutes,
        sections=sections,
        points=0 if sections else AgendaItem.objects.filter(meeting=minutes.meeting).count(),
    )
    is_part = request.htmx  # type: ignore[attr-defined]
    template = "meetings/editor/_sections.html" if is_part else "meetings/editor/list.html"
    return render(request, template, context)


def _context(minutes: Minutes, **more: Any) -> dict[str, Any]:
    return {"minutes": minutes, "meeting": minutes.meeting, "room": "meetings", **more}

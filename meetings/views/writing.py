"""One section of minutes being written: its page, what the editor saves by itself, the preview and the completion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.differences import word_differences
from common.markdown import cited_keys
from common.markdown import render as render_markdown
from common.versions import StaleRowError
from measures.citations import page_notes
from measures.models import Source
from meetings.forms.sections import (
    AutosaveForm,
    DecisionForm,
    FollowUpForm,
    SectionForm,
)
from meetings.linking import completions_for, link_all, measures_of, plan_of, suggestions_in
from meetings.models import MinutesSection
from meetings.models.minutes import SECTION_LIMIT
from meetings.perms import can_write_minutes
from meetings.services import sections as services
from meetings.views.doors import FORM_METHODS, differences_of, person_of, posted
from meetings.views.editor import STALE, WRONG, writable_minutes, writable_section

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest

    from plan.models import Plan

# What `action` says of the button that was pressed.
LINK, NEXT, LIST = "link", "next", "list"


@require_http_methods(FORM_METHODS)
def editor_section(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A section with everything about it. Without JavaScript each save shows the preview."""
    section = writable_section(request, slug, pk)
    plan = plan_of(section.minutes)
    form = SectionForm(posted(request), section=section, user=person_of(request), plan=plan)
    if request.method != "POST":
        return section_page(request, section, form, plan)
    if not form.is_valid():
        return section_page(request, section, form, plan, status=WRONG)
    content = form.content()
    if request.POST.get("action") == LINK and not section.is_locked:
        measures = list(measures_of(plan, request.user))
        content["text"], named = link_all(content["text"], measures)
        content["measures"] = list({row.pk: row for row in [*content["measures"], *named]}.values())
    try:
        services.edit_section(
            section=section, version=form.cleaned_data["version"], by=person_of(request), **content
        )
    except StaleRowError as error:
        return _stale(request, error.current, form, plan)
    except ValidationError as error:
        form.add_errors(error)
        return section_page(request, section, form, plan, status=WRONG)
    messages.success(request, _("The section is saved."))
    return redirect(*_where_to(request, section))


@require_POST
def section_autosave(request: HttpRequest, slug: str, pk: int) -> JsonResponse:
    """What is being typed: the number, the heading and the text, over the version that was read."""
    rows: Any = MinutesSection.objects.visible_to(request.user).only("pk")
    section: MinutesSection = get_object_or_404(rows, pk=pk, minutes__meeting__slug=slug)
    if not can_write_minutes(request.user):
        raise PermissionDenied
    form = AutosaveForm(request.POST, user=person_of(request))
    if not form.is_valid():
        return JsonResponse({"message": _wrong(form)}, status=WRONG)
    try:
        saved = services.autosave_section(
            section=section, by=person_of(request), **form.cleaned_data
        )
    except StaleRowError as error:
        return _conflict(error.current, form.cleaned_data)
    except ValidationError as error:
        return JsonResponse({"message": " ".join(error.messages)}, status=WRONG)
    return JsonResponse({"version": saved.version, "message": saved_words(timezone.now())})


@require_POST
def section_preview(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A text as the page of the minutes will show it, and the links that could be made in it. Nothing is kept."""
    section = writable_section(request, slug, pk)
    text = request.POST.get("text", "")
    if len(text) > SECTION_LIMIT:
        message = _("This text is longer than %(limit)d signs: share it between sections.")
        context = {"too_long": message % {"limit": SECTION_LIMIT}}
        return render(request, "meetings/editor/_preview.html", context, status=WRONG)
    return render(request, "meetings/editor/_preview.html", _preview(request, section, text))


@require_safe
def completion(request: HttpRequest, slug: str) -> JsonResponse:
    """Measures and institutions that “@…” may mean, eight at most. At most five queries."""
    minutes = writable_minutes(request, slug)
    measures = measures_of(plan_of(minutes), request.user)
    rows = completions_for(request.GET.get("q", ""), measures, request.user)
    words = ngettext("%(count)d suggestion", "%(count)d suggestions", len(rows))
    return JsonResponse(
        {
            "rows": [vars(row) for row in rows],
            "said": words % {"count": len(rows)} if rows else _("No suggestion."),
        }
    )


def saved_words(at: dt.datetime) -> str:
    """“enregistré à 14 h 32”."""
    hour = timezone.localtime(at)
    return _("saved at %(hour)d:%(minute)s") % {"hour": hour.hour, "minute": f"{hour:%M}"}


def _wrong(form: Any) -> str:
    return " ".join(str(message) for messages in form.errors.values() for message in messages)


def _conflict(current: MinutesSection, typed: dict[str, Any]) -> JsonResponse:
    """Both texts, with what changes from the saved one to the one typed."""
    author = current.written_by
    return JsonResponse(
        {
            "version": current.version,
            "number": current.number,
            "heading": current.heading,
            "text": current.text,
            "who": author.name if author else "",
            "message": _("%(who)s saved this section while you were writing.")
            % {"who": author.name if author else _("Somebody")},
            "differences": word_differences(
                _as_one(current.number, current.heading, current.text),
                _as_one(typed["number"], typed["heading"], typed["text"]),
            ),
        },
        status=STALE,
    )


def _as_one(number: str, heading: str, text: str) -> str:
    return f"{number} {heading}".strip() + "\n\n" + text.replace("\r\n", "\n")


def _where_to(request: HttpRequest, section: MinutesSection) -> tuple[Any, ...]:
    slug = section.minutes.meeting.slug
    action = request.POST.get("action")
    if action == LIST:
        return "meetings:editor", slug
    if action == NEXT:
        following = _neighbours(request, section)[1]
        if following is not None:
            return "meetings:editor-section", slug, following.pk
    return "meetings:editor-section", slug, section.pk


def _neighbours(
    request: HttpRequest, section: MinutesSection
) -> tuple[MinutesSection | None, MinutesSection | None]:
    rows: Any = MinutesSection.objects.visible_to(request.user).filter(minutes=section.minutes_id)
    rows = rows.only("pk", "number", "heading", "position", "minutes").order_by("position", "pk")
    around = list(rows)
    place = next(place for place, row in enumerate(around) if row.pk == section.pk)
    before = around[place - 1] if place else None
    return before, around[place + 1] if place + 1 < len(around) else None


def _stale(
    request: HttpRequest, current: MinutesSection, form: SectionForm, plan: Plan | None
) -> HttpResponse:
    """Both texts, and the form as it was typed: saving again replaces the other's, knowingly."""
    names = ("number", "heading", "level", "text", "proposes_measure")
    saved = {name: str(getattr(current, name)) for name in names}
    typed = {name: str(form.cleaned_data[name]).replace("\r\n", "\n") for name in names}
    audiences = dict(current._meta.get_field("audience").flatchoices)
    saved["audience"] = str(audiences[current.audience])
    typed["audience"] = str(audiences[form.cleaned_data["audience"]])
    for name in ("named_people", "named_groups", "measures", "institutions"):
        saved[name] = ", ".join(map(str, getattr(current, name).all()))
        typed[name] = ", ".join(map(str, form.cleaned_data[name]))
    differences = differences_of(form, saved, typed)
    data = request.POST.copy()
    data["version"] = str(current.version)
    again = SectionForm(data, section=current, user=person_of(request), plan=plan)
    return section_page(
        request,
        current,
        again,
        plan,
        status=STALE,
        differences=differences,
        changed_by=current.written_by,
    )


def _preview(request: HttpRequest, section: MinutesSection, text: str) -> dict[str, Any]:
    plan = plan_of(section.minutes)
    return _shown(request, text, list(measures_of(plan, request.user)))


def _shown(request: HttpRequest, text: str, measures: list[Any]) -> dict[str, Any]:
    notes = page_notes([text])
    html = render_markdown(text, notes)
    keys = cited_keys(text)
    sources = Source.objects.visible_to(request.user).filter(key__in=keys)
    known = set(sources.values_list("key", flat=True)) if keys else set()
    return {
        "html": html,
        "notes": notes.notes,
        "unknown_keys": [key for key in keys if key not in known],
        "suggestions": suggestions_in(text, measures),
        "too_long": "",
    }


def section_page(
    request: HttpRequest,
    section: MinutesSection,
    form: SectionForm | None = None,
    plan: Plan | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The page of a section; without a form, as it is saved."""
    plan = plan or plan_of(section.minutes)
    form = form or SectionForm(section=section, user=person_of(request), plan=plan)
    before, after = _neighbours(request, section)
    text = form["text"].value() or ""
    shown_text = text if len(text) <= SECTION_LIMIT else ""
    shown = _shown(request, shown_text, list(measures_of(plan, request.user)))
    context = {
        "meeting": section.minutes.meeting,
        "minutes": section.minutes,
        "section": section,
        "form": form,
        "before": before,
        "after": after,
        "decisions": section.decisions.all(),
        "follow_ups": section.follow_ups.select_related("association", "institution"),
        "decision_form": DecisionForm(prefix="decision"),
        "follow_up_form": FollowUpForm(prefix="follow_up", user=person_of(request)),
        "limit": SECTION_LIMIT,
        "is_stale": status == STALE,
        "is_unsaved": status != 200,
        "room": "meetings",
        **shown,
        **more,
    }
    return render(request, "meetings/editor/section.html", context, status=status)

"""Changing the status of a measure, in place: from the board, the list or the measure's page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.differences import word_differences
from common.versions import StaleRowError
from measures import panels, services
from measures.forms import StatusForm
from measures.models import Assessment, Measure, Source
from measures.perms import can_assess
from measures.viewpoints import Viewpoint

if TYPE_CHECKING:
    from django.http import HttpRequest

    from members.models import User
    from plan.models import Institution

COMPARED_FIELDS = ("reason", "state_actions", "observations")


@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, plan: str, number: str) -> HttpResponse:
    """The status sheet: shown empty or on the draft under way, then saved as a draft or published."""
    measure = _measure_to_assess(request, plan, number)
    assessor = _assessor(request, measure)
    draft = _draft(request, measure, assessor)
    if request.method != "POST":
        form = StatusForm(measure=measure, draft=draft, assessor=assessor)
        return _sheet(request, measure, form, draft=draft)

    form = StatusForm(request.POST, measure=measure, draft=draft, assessor=assessor)
    if not form.is_valid():
        return _sheet(request, measure, form, draft=draft, status=422)
    try:
        assessment = _save(request, measure, form)
    except StaleRowError as error:
        return _stale_sheet(request, measure, form, error.current)
    except ValidationError as error:
        form.add_error(None, error)
        return _sheet(request, measure, form, draft=draft, status=422)
    if assessment.is_draft:
        messages.success(request, _("Measure %(number)s: the draft is saved.") % {"number": number})
    else:
        messages.success(
            request, _("Measure %(number)s: the change is published.") % {"number": number}
        )
    return _back(request, measure)


@require_POST
def discard(request: HttpRequest, plan: str, number: str) -> HttpResponse:
    """Throw the draft of an assessor away."""
    measure = _measure_to_assess(request, plan, number)
    draft = _draft(request, measure, _assessor(request, measure))
    if draft is not None:
        version = request.POST.get("version", "")
        try:
            services.discard_draft(draft=draft, version=int(version) if version.isdecimal() else 0)
            messages.success(
                request, _("Measure %(number)s: the draft is discarded.") % {"number": number}
            )
        except StaleRowError:
            messages.warning(
                request, _("Somebody changed the draft meanwhile: read it before discarding it.")
            )
    return _back(request, measure)


@transaction.atomic
def _save(request: HttpRequest, measure: Measure, form: StatusForm) -> Assessment:
    """One transaction for the new source, the draft and its publication: all or nothing."""
    user: User = request.user  # type: ignore[assignment]
    content = form.content()
    citations = [*form.citations(), *_new_source(form)]
    publish = request.POST.get("action") == "publish"
    # Read again, locked: the draft may have come, or gone, since the sheet was shown.
    draft = _draft(request, measure, content["assessor"])
    version = form.cleaned_data["version"]
    if draft is None and version is not None:
        raise ValidationError(
            _("This draft was published or discarded meanwhile. Save again to record a new one.")
        )
    if draft is None:
        return services.record_assessment(
            measure=measure, by=user, publish=publish, citations=citations, **content
        )
    draft = services.revise_draft(draft=draft, version=version or 0, citations=citations, **content)
    return services.publish_draft(draft=draft, by=user) if publish else draft


def _new_source(form: StatusForm) -> list[services.Citation]:
    if not form.cleaned_data["new_source_short"]:
        return []
    source = services.add_source(
        short=form.cleaned_data["new_source_short"],
        citation=form.cleaned_data["new_source_citation"],
        kind=form.cleaned_data["new_source_kind"],
        url=form.cleaned_data["new_source_url"],
    )
    return [services.Citation(source=source)]


def _measure_to_assess(request: HttpRequest, plan: str, number: str) -> Measure:
    measures = Measure.objects.visible_to(request.user).select_related(
        "plan__lead_assessor", "plan__scale"
    )
    measure = get_object_or_404(measures, plan__slug=plan, number=number)
    if not can_assess(request.user):
        raise PermissionDenied
    return measure


def _assessor(request: HttpRequest, measure: Measure) -> Institution:
    """The assessor chosen on the sheet, or the one through whom the page was looked at."""
    chosen = request.POST.get("assessor", "")
    if chosen.isdecimal():
        found = measure.plan.assessors.filter(pk=int(chosen)).first()
        if found is not None:
            return found
    return Viewpoint.from_query(measure.plan, request.GET).assessor


def _draft(request: HttpRequest, measure: Measure, assessor: Institution) -> Assessment | None:
    drafts = Assessment.objects.visible_to(request.user).drafts()
    return (
        drafts.filter(measure=measure, assessor=assessor)
        .select_related("created_by", "assessor")
        .first()
    )


def _stale_sheet(
    request: HttpRequest, measure: Measure, form: StatusForm, current: Assessment
) -> HttpResponse:
    """Both texts, and the form as it was typed: saving again replaces the other's text, knowingly."""
    differences = [
        (form[name].label, word_differences(getattr(current, name), form.cleaned_data[name]))
        for name in COMPARED_FIELDS
        if getattr(current, name) != form.cleaned_data[name]
    ]
    if current.level != form.cleaned_data["level"]:
        levels = (str(level or "") for level in (current.level, form.cleaned_data["level"]))
        differences.insert(0, (form["level"].label, word_differences(*levels)))
    typed = request.POST.copy()
    typed["version"] = str(current.version)
    # From here on `current` holds what was typed: a model form writes into its row.
    again = StatusForm(typed, measure=measure, draft=current, assessor=current.assessor)
    last = current.history.select_related("history_user").first()
    extra = {
        "differences": differences,
        "changed_by": last.history_user if last else None,
        "is_stale": True,
    }
    return _sheet(request, measure, again, draft=current, status=409, **extra)


def _sheet(
    request: HttpRequest,
    measure: Measure,
    form: StatusForm,
    *,
    draft: Assessment | None,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    context = {
        "measure": measure,
        "plan": measure.plan,
        "form": form,
        "draft": draft,
        "sources": Source.objects.visible_to(request.user).values_list("short", "citation"),
        "citable": panels.CITABLE.on(measure.plan.slug, measure.number),
        "back": _return_address(request, measure),
        "room": "measures",
        **extra,
    }
    template = "measures/_sheet.html" if request.htmx else "measures/assess.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


def _return_address(request: HttpRequest, measure: Measure) -> str:
    """Where the person was: the page that the sheet was opened on, never another site."""
    asked = request.POST.get("retour") or request.GET.get("retour")
    if not asked and request.htmx and request.htmx.current_url_abs_path:  # type: ignore[attr-defined]
        asked = request.htmx.current_url_abs_path  # type: ignore[attr-defined]
    if (
        asked
        and asked.startswith("/")
        and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    ):
        return asked
    return reverse("measures:detail", args=[measure.plan.slug, measure.number])


def _back(request: HttpRequest, measure: Measure) -> HttpResponse:
    address = urlsplit(_return_address(request, measure))
    path = address._replace(fragment="").geturl()
    if request.htmx:  # type: ignore[attr-defined]
        # The page where one was is read again in place: no jump, the scroll stays.
        location = {
            "path": path,
            "target": "#main",
            "select": "#main",
            "swap": "outerHTML show:none",
        }
        return HttpResponse(status=204, headers={"HX-Location": json.dumps(location)})
    return redirect(f"{path}#mesure-{measure.pk}")

"""Templates of letters: what a letter says before anybody has corrected it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commitments.follow_up import late_on
from commitments.forms.letter_steps import TemplateForm
from commitments.letter_sheet import sheet_of_template
from commitments.letter_words import KNOWN
from commitments.models import LetterTemplate
from commitments.perms import can_edit_templates
from commitments.services import templates as services
from commitments.views.letter_doors import FORM_METHODS, STALE, WRONG, person_of, posted
from common.differences import word_differences
from common.versions import StaleRowError

if TYPE_CHECKING:
    from django.http import HttpRequest

# A button of the form that saves nothing.
PREVIEW = "preview"
MOST_SAMPLES = 20


@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    _check_may_edit(request)
    context = {
        "templates": LetterTemplate.objects.order_by("escalation", "name"),
        "room": "commitments",
    }
    return render(request, "commitments/letters/templates.html", context)


@require_http_methods(FORM_METHODS)
def template_add(request: HttpRequest) -> HttpResponse:
    _check_may_edit(request)
    return _write(request, None)


@require_http_methods(FORM_METHODS)
def template_edit(request: HttpRequest, pk: int) -> HttpResponse:
    _check_may_edit(request)
    return _write(request, get_object_or_404(LetterTemplate, pk=pk))


def _check_may_edit(request: HttpRequest) -> None:
    if not can_edit_templates(request.user):
        raise Http404


def _write(request: HttpRequest, template: LetterTemplate | None) -> HttpResponse:
    form = TemplateForm(posted(request), template=template)
    if request.method != "POST":
        return _page(request, template, form)
    if request.POST.get("action") == PREVIEW:
        # What is wrong is told when it is saved.
        form.is_valid()
        form.hold_errors()
        return _page(request, template, form, is_unsaved=True)
    if not form.is_valid():
        return _page(request, template, form, status=WRONG)
    try:
        services.save_template(
            by=person_of(request),
            template=template,
            version=form.cleaned_data["version"],
            **form.content(),
        )
    except StaleRowError as error:
        return _stale(request, error.current, form)
    except ValidationError as error:
        form.add_errors(error)
        return _page(request, template, form, status=WRONG)
    messages.success(request, _("The template is saved."))
    return redirect("commitments:templates")


def _stale(request: HttpRequest, current: LetterTemplate, form: TemplateForm) -> HttpResponse:
    """Both texts, and the form as it was typed: saving again replaces the other's, knowingly."""
    differences = [
        (form[name].label, word_differences(str(getattr(current, name)), str(value)))
        for name, value in form.content().items()
        if getattr(current, name) != value
    ]
    data = request.POST.copy()
    data["version"] = str(current.version)
    last = current.history.select_related("history_user").first()
    extra = {
        "is_stale": True,
        "differences": differences,
        "changed_by": last.history_user if last else None,
    }
    return _page(request, current, TemplateForm(data, template=current), status=STALE, **extra)


def _page(
    request: HttpRequest,
    template: LetterTemplate | None,
    form: TemplateForm,
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    samples = list(late_on(request.user, timezone.localdate())[:MOST_SAMPLES])
    asked = request.POST.get("sample", "")
    sample = next((row for row in samples if row.slug == asked), samples[0] if samples else None)
    context = {
        "template": template,
        "form": form,
        "samples": samples,
        "sample": sample,
        "sheet": sheet_of_template(_shown(form), sample) if sample else None,
        "has_errors": bool(form.errors),
        "is_unsaved": False,
        "known": [(f"{{{word}}}", meaning) for word, meaning in KNOWN.items()],
        "is_stale": False,
        "differences": [],
        "changed_by": None,
        "room": "commitments",
        **extra,
    }
    return render(request, "commitments/letters/template.html", context, status=status)


def _shown(form: TemplateForm) -> dict[str, str]:
    """What is typed, wrong or not, as far as it would be kept."""
    return {
        name: str(form[name].value() or "")[: form.fields[name].max_length]  # type: ignore[attr-defined]
        for name in ("subject", "body", "closing")
    }

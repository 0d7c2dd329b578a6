"""Importing minutes: what the file says is shown, to be corrected; nothing is written before that is confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetings.forms.imports import MOST_SECTIONS, ImportForm, PreviewForm
from meetings.importer.blocks import UnreadableMinutesError
from meetings.importer.keeping import Kept, keep, take_back
from meetings.importer.reading import MARKED_HEADING, read_document
from meetings.importer.understanding import understand
from meetings.mentions import numbers_of
from meetings.models import Meeting
from meetings.perms import can_import_minutes
from meetings.services.imports import import_minutes
from meetings.views.doors import FORM_METHODS, person_of
from members.models import Association
from members.perms import is_reader_of_papers
from plan.models import Institution, Plan

if TYPE_CHECKING:
    from django.http import HttpRequest

    from meetings.importer.understanding import Understanding

# What a page sends besides what was corrected.
OWN_FIELDS = {"csrfmiddlewaretoken", "token", "file", "text", "plan"}


@require_http_methods(FORM_METHODS)
def import_upload(request: HttpRequest) -> HttpResponse:
    """The form; posted, what the import would write."""
    _check_may_import(request)
    if request.method != "POST":
        return _form(request, ImportForm(None, user=person_of(request)))
    form = ImportForm(request.POST, request.FILES, user=person_of(request))
    if not form.is_valid():
        return _form(request, form, status=422)
    data = form.cleaned_data
    if data["file"]:
        name, content, where = data["file"].name, data["file"].read(), "file"
    else:
        is_markdown = MARKED_HEADING.search(data["text"]) is not None
        name = f"{_('pasted-text')}{'.md' if is_markdown else '.txt'}"
        content, where = data["text"].encode(), "text"
    plan = data["plan"]
    kept = Kept("", name, content, plan.pk if plan else None)
    try:
        found, preview = _preview_form(request, kept)
    except UnreadableMinutesError as error:
        form.add_error(where, str(error))
        return _form(request, form, status=422)
    token = keep(name=name, content=content, plan=kept.plan, by=person_of(request))
    return _preview(request, kept, token, found, preview)


@require_POST
def import_confirm(request: HttpRequest) -> HttpResponse:
    _check_may_import(request)
    token = request.POST.get("token", "")
    kept = take_back(token, person_of(request))
    if kept is None:
        empty = ImportForm(None, user=person_of(request))
        return _form(request, empty, is_gone=True, status=422)
    try:
        found, form = _preview_form(request, kept, data=request.POST)
    except UnreadableMinutesError as error:
        raise Http404 from error
    if found.differences or not form.is_valid():
        return _preview(request, kept, token, found, form, status=422)
    original = ContentFile(kept.content, name=kept.name)
    try:
        minutes = import_minutes(
            by=person_of(request),
            plan=_plan(request, kept),
            facts=form.facts(),
            original=original,
        )
    except ValidationError as error:
        form.add_errors(error)
        return _preview(request, kept, token, found, form, status=422)
    kept.forget()
    messages.success(request, _("The minutes are imported, as a draft: read them again here."))
    return redirect("meetings:editor", minutes.meeting.slug)


def _check_may_import(request: HttpRequest) -> None:
    if not can_import_minutes(request.user):
        # Who reads minutes knows that some are imported; nobody else does.
        if is_reader_of_papers(request.user):
            raise PermissionDenied
        raise Http404


def _plan(request: HttpRequest, kept: Kept) -> Plan | None:
    return Plan.objects.visible_to(request.user).filter(pk=kept.plan).first() if kept.plan else None


def _preview_form(
    request: HttpRequest, kept: Kept, *, data: Any = None
) -> tuple[Understanding, PreviewForm]:
    """What was understood, and the form that corrects it. Raises UnreadableMinutesError."""
    document = read_document(kept.name, kept.content)
    plan = _plan(request, kept)
    associations = list(Association.objects.visible_to(request.user))
    institutions = list(Institution.objects.visible_to(request.user))
    found = understand(document, plan=plan, associations=associations, institutions=institutions)
    if len(found.sections) > MOST_SECTIONS:
        raise UnreadableMinutesError(
            _(
                "This text has %(number)d sections, %(most)d at most are imported at once: cut it in two."
            )
            % {"number": len(found.sections), "most": MOST_SECTIONS}
        )
    # What was corrected before the file had to be chosen again.
    if data is None and request.POST.get("fingerprint") == kept.fingerprint:
        data = request.POST
    form = PreviewForm(
        data,
        user=person_of(request),
        found=found,
        associations=associations,
        institutions=institutions,
        numbers=numbers_of(plan) if plan is not None else [],
    )
    return found, form


def _form(
    request: HttpRequest, form: ImportForm, *, is_gone: bool = False, status: int = 200
) -> HttpResponse:
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in OWN_FIELDS
        for value in values
    ]
    context = {"form": form, "carried": carried, "is_gone": is_gone, "room": "meetings"}
    return render(request, "meetings/imports/form.html", context, status=status)


def _preview(
    request: HttpRequest,
    kept: Kept,
    token: str,
    found: Understanding,
    form: PreviewForm,
    *,
    status: int = 200,
) -> HttpResponse:
    same_days = Meeting.objects.visible_to(request.user).filter(sessions__on__in=found.days)
    context = {
        "form": form,
        "found": found,
        "name": kept.name,
        "fingerprint": kept.fingerprint,
        "token": token,
        "same_days": same_days.distinct()[:5] if found.days else [],
        "said_twice": sum(map(found.is_said_twice, found.sections)),
        "unmatched": sum(one.row is None for one in found.participants),
        "room": "meetings",
    }
    return render(request, "meetings/imports/preview.html", context, status=status)

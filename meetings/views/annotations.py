"""Annotations, on circulated minutes and on papers sent for comment, and all of them by measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.versions import StaleRowError
from meetings.annotation_summary import HEADERS, TYPES, lines_of, summary_of
from meetings.forms.remarks import AnnotationForm
from meetings.models import Annotation, MeetingPaper, MinutesSection
from meetings.models.remarks import PASSAGE_LIMIT
from meetings.paper_text import read_paper
from meetings.passages import find_passage
from meetings.perms import can_annotate, can_decide_corrections, can_export_annotations
from meetings.services import annotations as services
from meetings.services.corrections import are_remarks_open
from meetings.views.doors import (
    FORM_METHODS,
    changed_by,
    differences_of,
    meeting_for,
    person_of,
    posted,
    visible_meeting,
)
from meetings.views.minutes_doors import minutes_for
from members.forms.papers import VersionForm
from members.importer.files import write_csv, write_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from meetings.models import Minutes


@require_http_methods(FORM_METHODS)
def annotation_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """On a section of circulated minutes. `?passage=` is what was selected on the reading page."""
    minutes = minutes_for(request, slug, can_annotate)
    sections: Any = MinutesSection.objects.visible_to(request.user)
    section = get_object_or_404(
        sections.filter(minutes=minutes).select_related("minutes__meeting"), pk=pk
    )
    about = {
        "section": section,
        "meeting": minutes.meeting,
        "title": str(section),
        "source": section.text,
        "until": minutes.remarks_until,
        "is_open": are_remarks_open(minutes),
        "back": section.get_absolute_url(),
    }
    return _add(request, about, section=section)


@require_http_methods(FORM_METHODS)
def paper_annotation_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """On a paper sent for comment; `?partie=` is the part that one was reading."""
    paper = _paper(request, slug, pk)
    if not can_annotate(request.user):
        raise Http404
    back = reverse("meetings:paper-read", args=[slug, pk])
    part = next(
        (one for one in read_paper(paper.text).parts if one.anchor == request.GET.get("partie")),
        None,
    )
    about = {
        "paper": paper,
        "meeting": paper.meeting,
        "title": paper.title,
        "source": part.source if part else paper.text,
        "until": paper.comments_until,
        "is_open": services.are_comments_open(paper),
        "back": f"{back}#{part.anchor}" if part else back,
    }
    return _add(request, about, paper=paper)


@require_http_methods(FORM_METHODS)
def annotation_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    annotation = _annotation(request, slug, pk)
    status = 200
    stale: dict[str, Any] = {}
    form = _edit_form(request, annotation, posted(request))
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                services.edit_annotation(
                    annotation=annotation,
                    version=data["version"] or 0,
                    by=person_of(request),
                    text=data["text"],
                    measure=data["measure"],
                    association=data.get("association"),
                )
            except StaleRowError as error:
                status = 409
                stale = {
                    "differences": differences_of(form, *_texts(error.current, data)),
                    "changed_by": changed_by(error.current),
                }
                typed = request.POST.copy()
                typed["version"] = str(error.current.version)
                form = _edit_form(request, annotation, typed)
            except ObjectDoesNotExist as error:
                raise Http404 from error
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The remark is saved."))
                return redirect(_place_of(annotation))
    context = {**_of(annotation), "form": form, "is_stale": status == 409, **stale}
    return render(request, "meetings/remarks/edit.html", context, status=status)


@require_http_methods(FORM_METHODS)
def annotation_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A page that says what will happen, then the deletion."""
    annotation = _annotation(request, slug, pk)
    form = VersionForm(posted(request), initial={"version": annotation.version})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.delete_annotation(
                    annotation=annotation,
                    version=form.cleaned_data["version"],
                    by=person_of(request),
                )
            except StaleRowError as error:
                status = 409
                annotation.text, annotation.version = error.current.text, error.current.version
                form = VersionForm(initial={"version": annotation.version})
            except ObjectDoesNotExist as error:
                raise Http404 from error
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The remark is deleted."))
                return redirect(_place_of(annotation))
    context = {**_of(annotation), "form": form, "is_stale": status == 409}
    return render(request, "meetings/remarks/delete.html", context, status=status)


@require_safe
@login_not_required
def paper_read(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The text of a paper sent for comment, each part with what members say of it."""
    paper = _paper(request, slug, pk)
    rows: Any = Annotation.objects.visible_to(request.user)
    read = read_paper(
        paper.text,
        rows.filter(paper=paper).select_related("author", "association", "measure__plan", "paper"),
    )
    is_open = services.are_comments_open(paper)
    context = {
        "paper": paper,
        "meeting": paper.meeting,
        "parts": read.parts,
        "notes": read.notes,
        "is_open": is_open,
        "can_annotate": is_open and can_annotate(request.user),
        "can_see": can_annotate(request.user),
        "editable": _editable(
            request, [annotation for part in read.parts for annotation in part.annotations]
        ),
        "slug": slug,
        "room": "meetings",
    }
    return render(request, "meetings/remarks/paper.html", context)


@require_safe
def annotation_summary(request: HttpRequest, slug: str) -> HttpResponse:
    """What members say of a meeting’s minutes and papers, measure by measure."""
    meeting = meeting_for(request, slug, can_annotate)
    summary = summary_of(meeting, request.user)
    context = {
        "meeting": meeting,
        "slug": slug,
        "summary": summary,
        "editable": _editable(
            request, [annotation for group in summary for annotation in group.annotations]
        ),
        "can_export": can_export_annotations(request.user),
        "room": "meetings",
    }
    return render(request, "meetings/remarks/annotations.html", context)


@require_safe
def annotation_export(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The same as a table. Texts that a spreadsheet would take for formulas are made harmless."""
    if form not in TYPES:
        raise Http404
    meeting = meeting_for(request, slug, can_export_annotations)
    headers = [str(header) for header in HEADERS]
    rows = list(lines_of(meeting, request.user))
    content = (
        write_csv(headers, rows)
        if form == "csv"
        else write_xlsx(headers, rows, title=_("Annotations"))
    )
    return HttpResponse(
        content,
        content_type=TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="annotations-{slug}.{form}"'},
    )


def _add(request: HttpRequest, about: dict[str, Any], **target: Any) -> HttpResponse:
    passage = request.GET.get("passage", "").strip()[:PASSAGE_LIMIT]
    places = find_passage(about["source"], passage)
    words = about["source"][places[0][0] : places[0][1]] if places else passage
    form = AnnotationForm(
        posted(request),
        user=person_of(request),
        speaker=person_of(request),
        initial={"passage": words},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                services.add_annotation(
                    by=person_of(request),
                    text=data["text"],
                    passage=data["passage"],
                    measure=data["measure"],
                    association=data.get("association"),
                    **target,
                )
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("Your remark is added."))
                return redirect(about["back"])
    context = {**about, "form": form, "room": "meetings"}
    return render(request, "meetings/remarks/add.html", context, status=status)


def _paper(request: HttpRequest, slug: str, pk: int) -> MeetingPaper:
    """A paper with a text, of a meeting that one may know of."""
    meeting = visible_meeting(request, slug)
    rows: Any = MeetingPaper.objects.visible_to(request.user)
    rows = rows.filter(meeting=meeting).exclude(text="").select_related("meeting")
    paper: MeetingPaper = get_object_or_404(rows, pk=pk)
    return paper


def _annotation(request: HttpRequest, slug: str, pk: int) -> Annotation:
    """One that the reader may change: 403 when it is somebody else’s, or when the day is past."""
    meeting = visible_meeting(request, slug)
    rows = Annotation.objects.visible_to(request.user).select_related(
        "section__minutes__meeting", "paper__meeting", "author", "association", "measure"
    )
    annotation = get_object_or_404(rows, pk=pk)
    about = _text_of(annotation)
    if about is None or about.meeting_id != meeting.pk:
        raise Http404
    try:
        services.check_may_edit(person_of(request), annotation)
    except ValidationError as error:
        raise PermissionDenied from error
    return annotation


def _editable(request: HttpRequest, annotations: Iterable[Annotation]) -> set[int]:
    """Those of them that the reader may change now: their own until the day; the secretariat any. No query."""
    may_edit_any = can_decide_corrections(request.user)
    own = request.user.pk
    return {
        row.pk
        for row in annotations
        if may_edit_any or (row.author_id == own and services.is_open(row))
    }


def _edit_form(request: HttpRequest, annotation: Annotation, data: Any) -> AnnotationForm:
    initial = {
        "version": annotation.version,
        "text": annotation.text,
        "measure": annotation.measure_id,
        "association": annotation.association_id,
    }
    return AnnotationForm(
        data, user=person_of(request), speaker=annotation.author, initial=initial, is_new=False
    )


def _texts(current: Annotation, data: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    saved = {
        "text": current.text,
        "measure": str(current.measure or ""),
        "association": str(current.association or ""),
    }
    typed = {
        "text": data["text"],
        "measure": str(data["measure"] or ""),
        "association": str(data.get("association") or ""),
    }
    return saved, typed


def _of(annotation: Annotation) -> dict[str, Any]:
    about = _text_of(annotation)
    return {
        "annotation": annotation,
        "meeting": about.meeting if about else None,
        "back": _place_of(annotation),
        "room": "meetings",
    }


def _text_of(annotation: Annotation) -> MeetingPaper | Minutes | None:
    if annotation.section is not None:
        return annotation.section.minutes
    return annotation.paper


def _place_of(annotation: Annotation) -> str:
    """The page where a remark is read."""
    if annotation.paper is not None:
        return reverse(
            "meetings:paper-read", args=[annotation.paper.meeting.slug, annotation.paper.pk]
        )
    return annotation.section.get_absolute_url() if annotation.section is not None else "/"

"""The directory of the collective, for its members: who speaks for which association, on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.text import fold
from members.forms.directory import DirectoryForm
from members.importer.files import write_csv, write_xlsx
from members.importer.kinds import KINDS, Mandates
from members.models import Association, Mandate
from members.perms import can_export_directory, can_see_directory

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest

PAGE_SIZE = 50
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Members on a day and who spoke for them then. Five queries, whatever their number."""
    if not can_see_directory(request.user):
        raise Http404
    form = DirectoryForm(request.GET)
    is_valid = form.is_valid()
    on: dt.date = (form.cleaned_data["le"] if is_valid else None) or timezone.localdate()
    mandates = _mandates(request, on)
    associations = Association.objects.visible_to(request.user).members_on(on)
    words = fold(form.cleaned_data["q"]).split() if is_valid else []
    if words:
        associations = associations.filter(pk__in=_matching(associations, mandates, words))
    if form.errors:
        associations = associations.none()
    page = Paginator(associations, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    of: dict[int, list[Mandate]] = {row.pk: [] for row in rows}
    for mandate in mandates.filter(association__in=rows).select_related("person"):
        of[mandate.association_id].append(mandate)
    asked = {name: value for name, value in request.GET.items() if name in {"q", "le"} and value}
    context = {
        "form": form,
        "on": on,
        "is_today": on == timezone.localdate(),
        "is_filtered": bool(words),
        "page": page,
        "rows": [(row, of[row.pk]) for row in rows],
        "query": urlencode(asked),
        "day_query": urlencode({"le": on.isoformat()}),
        "can_export": can_export_directory(request.user),
        "room": "members",
    }
    return render(request, "members/directory.html", context)


def _mandates(request: HttpRequest, on: dt.date) -> Any:
    return Mandate.objects.visible_to(request.user).live_on(on)


def _matching(associations: Any, mandates: Any, words: list[str]) -> set[int]:
    """Associations by their names and the names of whoever speaks for them. Python decides: accents are ignored."""
    texts: dict[int, list[str]] = {
        pk: [name, acronym]
        for pk, name, acronym in associations.values_list("pk", "name", "acronym")
    }
    for pk, name in mandates.values_list("association", "person__name"):
        texts.get(pk, []).append(name)
    return {
        pk for pk, names in texts.items() if all(word in fold(" ".join(names)) for word in words)
    }


@require_safe
def export(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """What the import takes, as a file. `?le=` narrows mandates to those of a day."""
    if kind not in KINDS or form not in TYPES or not can_see_directory(request.user):
        raise Http404
    if not can_export_directory(request.user):
        raise PermissionDenied
    table = KINDS[kind]()
    rows = table.rows(request.user)
    day = DirectoryForm(request.GET)
    if isinstance(table, Mandates) and day.is_valid() and day.cleaned_data["le"]:
        on = day.cleaned_data["le"]
        rows = table.lines_of(_mandates(request, on).select_related("person", "association"))
    headers = list(table.columns.values())
    content = write_csv(headers, rows) if form == "csv" else write_xlsx(headers, rows, title=kind)
    return HttpResponse(
        content,
        content_type=TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{kind}.{form}"'},
    )

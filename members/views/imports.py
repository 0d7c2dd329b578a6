"""Importing a table: what it would do is shown first; what is confirmed is checked again and written whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from members.forms.imports import ImportForm
from members.importer.files import write_csv
from members.importer.kinds import KINDS, kinds_for
from members.perms import can_import
from members.services.imports import Report, check_import, write_import

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from members.importer.files import Table
    from members.importer.kinds import Kind
    from members.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def import_table(request: HttpRequest) -> HttpResponse:
    """The form; posted, what the import would do."""
    if not can_import(request.user):
        raise Http404
    if request.method != "POST":
        asked = request.GET.get("kind", "")
        form = ImportForm(user=_user(request), initial={"kind": asked})
        return _form(request, form)
    form = ImportForm(request.POST, request.FILES, user=_user(request))
    if not form.is_valid():
        return _form(request, form, status=422)
    kind = KINDS[form.cleaned_data["kind"]]()
    report = check_import(kind=kind, table=form.table)
    if report.mistakes:
        return _form(request, form, report=report, status=422)
    return _preview(request, kind, form.table, report)


@require_POST
def import_confirm(request: HttpRequest) -> HttpResponse:
    if not can_import(request.user):
        raise Http404
    typed = {"kind": request.POST.get("kind"), "text": request.POST.get("text")}
    form = ImportForm(typed, user=_user(request))
    if not form.is_valid():
        return _form(request, form, status=422)
    kind = KINDS[form.cleaned_data["kind"]]()
    # Without it, any: what is confirmed must be what was shown.
    shown = request.POST.get("fingerprint") or "none"
    report, written = write_import(kind=kind, table=form.table, fingerprint=shown)
    if report.mistakes:
        return _form(request, form, report=report, status=422)
    if not written:
        return _preview(request, kind, form.table, report, has_moved=True)
    messages.success(
        request,
        _("Imported: %(added)d added, %(changed)d changed, %(unchanged)d unchanged.")
        % {
            "added": len(report.added),
            "changed": len(report.changed),
            "unchanged": len(report.unchanged),
        },
    )
    return redirect("members:import")


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _form(
    request: HttpRequest, form: ImportForm, *, report: Report | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "report": report,
        "kinds": [(kind, list(kind.columns.values())) for kind in kinds_for(_user(request))],
        "room": "members",
    }
    return render(request, "members/imports/form.html", context, status=status)


def _preview(
    request: HttpRequest, kind: Kind, table: Table, report: Report, *, has_moved: bool = False
) -> HttpResponse:
    context = {
        "kind": kind,
        "report": report,
        "text": _as_text(kind, table),
        "has_moved": has_moved,
        "room": "members",
    }
    return render(
        request, "members/imports/preview.html", context, status=409 if has_moved else 200
    )


def _as_text(kind: Kind, table: Table) -> str:
    """The table in the export's own form, for the confirmation to carry: nothing is kept on the server."""
    wanted = kind.wanted()
    rows: list[list[Any]] = []
    number = 1
    for line in table.lines:
        # Empty lines keep the numbers that the person sees in their spreadsheet.
        rows += [[""] * len(wanted) for _empty in range(line.number - number - 1)]
        rows.append(list(kind.values(line.cells).values()))
        number = line.number
    return write_csv(list(wanted.values()), rows).decode("utf-8-sig")

"""What institutions promised and what came of it: the record of one, on a page and on paper, and all side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from commitments.comparison import DEFAULT, SORT, compare, headers_of, lines_for
from commitments.days import AsOf
from commitments.figures import FEW
from commitments.perms import can_export_commitments
from commitments.record import page_of, record_of
from commitments.record_pdf import BusyError, file_name
from commitments.record_pdf import record_pdf as make_pdf
from common.pdf import PdfError
from measures.viewpoints import DAY
from members.importer.files import write_csv
from members.perms import is_reader_of_papers
from members.services.papers import record_reading
from plan.models import Institution

if TYPE_CHECKING:
    from django.http import HttpRequest

    from members.models import User


@require_safe
@login_not_required
@vary_on_headers("HX-Request")
def record(request: HttpRequest, key: str) -> HttpResponse:
    """The record of an institution as of `?le=`; for the page of the institution, its figures alone."""
    institution = _institution(request, key)
    as_of = AsOf.from_query(request.GET)
    found = record_of(institution, request.user, as_of.on)
    context = {
        "record": found,
        "figures": found.figures,
        "institution": institution,
        "as_of": as_of,
        "is_panel": bool(request.headers.get("HX-Request")),
        "room": "institutions",
    }
    if request.headers.get("HX-Request"):
        return render(request, "commitments/record/_panel.html", context)
    context["page"] = page_of(found, request.user, request.GET.get("page"))
    context["query"] = urlencode({} if as_of.is_today else {DAY: as_of.on.isoformat()})
    status = 422 if as_of.error else 200
    return render(request, "commitments/record/detail.html", context, status=status)


@require_safe
def record_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """The same on one page of paper, made at once. Only for who is logged in: a stranger prints the page."""
    institution = _institution(request, key)
    as_of = AsOf.from_query(request.GET)
    back = reverse("commitments:record", args=[key]) + as_of.query_string
    if as_of.error:
        return redirect(f"{back}?{urlencode({DAY: request.GET.get(DAY, '')})}")
    found = record_of(institution, request.user, as_of.on)
    try:
        content = make_pdf(found, cast("User", request.user))
    except BusyError:
        messages.info(request, _("Other documents are being laid out: ask again in a minute."))
        return redirect(back)
    except PdfError as error:
        messages.error(request, str(error))
        return redirect(back)
    if found.is_personal and request.method == "GET":
        record_reading(person=cast("User", request.user), row=institution)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{file_name(found)}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            # Opened in a browser all the same, the file can run and load nothing.
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


@require_safe
@login_not_required
def comparison(request: HttpRequest) -> HttpResponse:
    """All institutions side by side, as of `?le=`, in the order of `?tri=`."""
    as_of = AsOf.from_query(request.GET)
    found = compare(request.user, as_of.on, request.GET.get(SORT, DEFAULT))
    context = {
        "comparison": found,
        "as_of": as_of,
        "few": FEW,
        "day_query": urlencode({} if as_of.is_today else {DAY: as_of.on.isoformat()}),
        "can_export": can_export_commitments(request.user),
        "room": "commitments",
    }
    status = 422 if as_of.error else 200
    return render(request, "commitments/record/comparison.html", context, status=status)


@require_safe
def comparison_export(request: HttpRequest) -> HttpResponse:
    """The same as a table. Texts that a spreadsheet would take for formulas are made harmless."""
    if not can_export_commitments(request.user):
        if is_reader_of_papers(request.user):
            raise PermissionDenied
        raise Http404
    as_of = AsOf.from_query(request.GET)
    if as_of.error:
        return HttpResponse(as_of.error, status=400, content_type="text/plain; charset=utf-8")
    found = compare(request.user, as_of.on, request.GET.get(SORT, DEFAULT))
    return HttpResponse(
        write_csv(headers_of(found), lines_for(found)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="engagements-{as_of.on.isoformat()}.csv"'
        },
    )


def _institution(request: HttpRequest, key: str) -> Institution:
    return get_object_or_404(Institution.objects.visible_to(request.user), key=key)

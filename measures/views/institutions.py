"""Institutions: the list of them, and the page of one. They are public bodies, for anyone to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from measures import panels
from measures.institutions import institutions_by_kind, read_institution
from plan.models import Institution

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
@login_not_required
def institution_list(request: HttpRequest) -> HttpResponse:
    """By kind: what each leads, and what other rooms count of it for this reader."""
    kinds = institutions_by_kind(request.user)
    rows = [row.pk for _kind, institutions in kinds for row in institutions]
    tallies = panels.INSTITUTION.tallies(request.user, rows)
    context = {
        "kinds": [
            (
                kind,
                [
                    (row, [(label, counts.get(row.pk, 0)) for label, counts in tallies])
                    for row in institutions
                ],
            )
            for kind, institutions in kinds
        ],
        "labels": [label for label, _counts in tallies],
        "room": "institutions",
    }
    return render(request, "measures/institutions/list.html", context)


@require_safe
@login_not_required
def institution_detail(request: HttpRequest, key: str) -> HttpResponse:
    institution = get_object_or_404(Institution.objects.visible_to(request.user), key=key)
    context = {
        "file": read_institution(institution, request.user),
        "panels": panels.INSTITUTION.on(key),
        "room": "institutions",
    }
    return render(request, "measures/institutions/detail.html", context)

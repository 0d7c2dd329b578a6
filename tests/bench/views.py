"""The least that a page of this site can be: same middleware, one query on an index, a table of 23 rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from measures.models import Measure

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@login_not_required
def bare(request: HttpRequest, plan: int) -> HttpResponse:
    rows = Measure.objects.filter(plan=plan).order_by("number_key")
    return render(request, "bench/bare.html", {"rows": rows.values("number", "title")[:23]})

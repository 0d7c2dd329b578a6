"""Many letters laid out in one go: asked for, followed while it goes on, and printed from one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from commitments.letter_filters import filtered_letters
from commitments.models import LetterRun
from commitments.perms import can_write_letters
from commitments.services import runs as services
from commitments.views.letter_doors import person_of
from commitments.views.letters import LATE_AFTER
from common.downloads import serve

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile
    from django.http import HttpRequest, HttpResponseBase

# The longest whole number that both databases hold.
KEY_LENGTH = 18
EVERY = "all"


@dataclass(frozen=True)
class PrintedLetters:
    """The file of a run, under the name by which it is saved."""

    file: FieldFile
    file_name: str


@require_POST
def run_add(request: HttpRequest) -> HttpResponse:
    """Lay out the letters that are ticked, or all those that the filters of the list show."""
    if not can_write_letters(request.user):
        raise Http404
    query = request.POST.get("query", "")
    if request.POST.get("action") == EVERY:
        letters = list(filtered_letters(request, QueryDict(query)).qs)
    else:
        ticked = [key for key in request.POST.getlist("letters") if _is_key(key)]
        letters = list(filtered_letters(request, QueryDict()).qs.filter(pk__in=ticked))
    try:
        if not letters:
            raise ValidationError(_("Tick at least one letter."))
        run = services.lay_out(letters=letters, by=person_of(request))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        back = reverse("commitments:letters")
        return redirect(f"{back}?{QueryDict(query).urlencode()}")
    return redirect(run)


@require_safe
@vary_on_headers("HX-Request")
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the work is, then the file. With htmx only the state is asked for again."""
    run = _run(request, pk)
    context: dict[str, Any] = {
        "run": run,
        "done": services.letters_done(run),
        "is_late": run.is_waiting and run.requested_at < timezone.now() - LATE_AFTER,
        "room": "commitments",
    }
    if request.headers.get("HX-Request"):
        return render(request, "commitments/letters/_run_state.html", context)
    context["letters"] = filtered_letters(request, QueryDict()).qs.filter(run=run)
    return render(request, "commitments/letters/run.html", context)


@require_safe
def run_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    run = _run(request, pk)
    day = timezone.localtime(run.requested_at)
    return serve(PrintedLetters(run.file, f"courriers-{day:%Y-%m-%d}-{run.pk}.pdf"))


def _run(request: HttpRequest, pk: int) -> LetterRun:
    rows = LetterRun.objects.visible_to(request.user).select_related("requested_by")
    return get_object_or_404(rows, pk=pk)


def _is_key(key: str) -> bool:
    return key.isdecimal() and len(key) <= KEY_LENGTH

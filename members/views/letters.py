"""Letters to a candidate: the text is read and corrected first, then made and mailed by the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from common.downloads import serve
from members.enums import LetterKind
from members.forms.applications import LetterForm
from members.models import MembershipApplication
from members.perms import can_edit_applications
from members.services import letters as services

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from members.models import ApplicationLetter, User


@require_http_methods(["GET", "HEAD", "POST"])
def letter_add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The text to be read and corrected. A kind that this application may not get today does not exist."""
    application = _for_secretariat(request, pk)
    if kind not in services.kinds_to_write(application):
        raise Http404
    status = 200
    if request.method == "POST":
        status = 422
        form = LetterForm(request.POST)
        if form.is_valid():
            try:
                letter = services.send_letter(
                    application=application,
                    kind=kind,
                    body=form.cleaned_data["body"],
                    by=cast("User", request.user),
                )
            except ValidationError as error:
                form.add_errors(error)
            else:
                return redirect("members:letter-detail", pk=application.pk, letter=letter.pk)
    else:
        form = LetterForm(initial={"body": services.first_text(application, LetterKind(kind))})
    context = {
        "application": application,
        "form": form,
        "kind": LetterKind(kind),
        "recipients": services.recipients(application),
        "is_stale": False,
        "room": "members",
    }
    return render(request, "members/letters/write.html", context, status=status)


@require_safe
@vary_on_headers("HX-Request")
def letter_detail(request: HttpRequest, pk: int, letter: int) -> HttpResponse:
    """How the letter goes; then the letter. With htmx only the state is asked for again."""
    application = _for_secretariat(request, pk)
    row = _letter(application, letter)
    context = {
        "application": application,
        "letter": row,
        "is_done": services.is_done(row),
        "is_late": services.is_late(row),
        "recipients": services.recipients(application),
        "room": "members",
    }
    is_fragment = request.headers.get("HX-Request") and request.headers.get("HX-Target") == "state"
    template = "members/letters/_state.html" if is_fragment else "members/letters/detail.html"
    return render(request, template, context)


@require_POST
def letter_retry(request: HttpRequest, pk: int, letter: int) -> HttpResponse:
    application = _for_secretariat(request, pk)
    row = _letter(application, letter)
    try:
        services.ask_again(letter=row, by=cast("User", request.user))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("The letter is asked for again."))
    return redirect("members:letter-detail", pk=application.pk, letter=row.pk)


@require_safe
def letter_download(request: HttpRequest, pk: int, letter: int) -> HttpResponseBase:
    """For the secretariat once it is made; for the candidate, while they may come in, once it was sent."""
    application = _application(request, pk)
    row = _letter(application, letter)
    if not can_edit_applications(request.user) and row.sent_at is None:
        raise Http404
    return serve(row)


def _application(request: HttpRequest, pk: int) -> MembershipApplication:
    rows = MembershipApplication.objects.visible_to(request.user)
    application: MembershipApplication = get_object_or_404(rows, pk=pk)
    return application


def _for_secretariat(request: HttpRequest, pk: int) -> MembershipApplication:
    application = _application(request, pk)
    if not can_edit_applications(request.user):
        raise PermissionDenied
    return application


def _letter(application: MembershipApplication, pk: int) -> ApplicationLetter:
    """A part of an application that was fetched through `visible_to`."""
    return get_object_or_404(application.letters.select_related("application"), pk=pk)

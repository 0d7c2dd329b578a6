"""Mandates: given, corrected and ended by the coordinator or the administrator; known to all members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.changes import as_words, label_of
from common.differences import word_differences
from common.versions import StaleRowError
from members.forms.invitations import add_errors
from members.forms.mandates import CorrectMandateForm, EndMandateForm, GiveMandateForm
from members.models import Association, Mandate, User
from members.perms import can_end_mandates, can_see_mandates
from members.services import mandates

if TYPE_CHECKING:
    from django.http import HttpRequest

PAGE_SIZE = 50
CREATE = "members/mandates/create.html"
EDIT = "members/mandates/edit.html"
END = "members/mandates/end.html"
COMPARED = ("kind", "function", "since", "until")


@require_safe
def mandate_list(request: HttpRequest) -> HttpResponse:
    """By association, those that hold and those that ended."""
    if not can_see_mandates(request.user):
        raise Http404
    rows = Mandate.objects.visible_to(request.user).select_related("association", "person")
    today = timezone.localdate()
    shows_past = request.GET.get("passes") == "1"
    if not shows_past:
        rows = rows.live_on(today)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "mandates": page,
        "shows_past": shows_past,
        "today": today,
        "can_change": can_end_mandates(request.user),
        "room": "members",
    }
    return render(request, "members/mandates/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def mandate_create(request: HttpRequest) -> HttpResponse:
    if not can_see_mandates(request.user):
        raise Http404
    if not can_end_mandates(request.user):
        raise PermissionDenied
    user = cast("User", request.user)
    if request.method != "POST":
        return _page(request, CREATE, GiveMandateForm(by=user, initial=_asked_for(request)))
    form = GiveMandateForm(request.POST, by=user)
    if not form.is_valid():
        return _page(request, CREATE, form, status=422)
    try:
        mandate = mandates.give_mandate(**form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return _page(request, CREATE, form, status=422)
    messages.success(
        request,
        _("%(person)s now has a mandate for %(association)s.")
        % {"person": mandate.person.name, "association": mandate.association.short_name},
    )
    return redirect("members:mandate-list")


@require_http_methods(["GET", "HEAD", "POST"])
def mandate_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what was recorded wrongly."""
    mandate = _get(request, pk)
    if request.method != "POST":
        return _page(request, EDIT, CorrectMandateForm(mandate=mandate), mandate=mandate)
    form = CorrectMandateForm(request.POST, mandate=mandate)
    if not form.is_valid():
        return _page(request, EDIT, form, mandate=mandate, status=422)
    try:
        mandates.correct_mandate(mandate=mandate, **form.cleaned_data)
    except StaleRowError as error:
        again = CorrectMandateForm(_typed(request, error), mandate=mandate)
        return _stale(request, EDIT, again, error.current, form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return _page(request, EDIT, form, mandate=mandate, status=422)
    messages.success(request, _("The mandate is corrected."))
    return redirect("members:mandate-list")


@require_http_methods(["GET", "HEAD", "POST"])
def mandate_end(request: HttpRequest, pk: int) -> HttpResponse:
    mandate = _get(request, pk)
    if request.method != "POST":
        return _page(request, END, EndMandateForm(mandate=mandate), mandate=mandate)
    form = EndMandateForm(request.POST, mandate=mandate)
    if not form.is_valid():
        return _page(request, END, form, mandate=mandate, status=422)
    try:
        mandates.end_mandate(mandate=mandate, **form.cleaned_data)
    except StaleRowError as error:
        again = EndMandateForm(_typed(request, error), mandate=mandate)
        return _stale(request, END, again, error.current, form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return _page(request, END, form, mandate=mandate, status=422)
    messages.success(request, _("The mandate is ended."))
    return redirect("members:mandate-list")


def _get(request: HttpRequest, pk: int) -> Mandate:
    rows = Mandate.objects.visible_to(request.user).select_related("association", "person")
    mandate = get_object_or_404(rows, pk=pk)
    if not can_end_mandates(request.user):
        raise PermissionDenied
    return mandate


def _page(
    request: HttpRequest, template: str, form: Any, *, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {"form": form, "room": "members", "today": timezone.localdate(), **extra}
    return render(request, template, context, status=status)


def _typed(request: HttpRequest, error: StaleRowError) -> Any:
    """What was typed, on the version that is there now: saving again is done knowingly."""
    typed = request.POST.copy()
    typed["version"] = str(error.current.version)
    return typed


def _stale(
    request: HttpRequest, template: str, form: Any, current: Mandate, typed: dict[str, Any]
) -> HttpResponse:
    """Both texts, the one saved meanwhile and the one typed."""
    differences = []
    for name in COMPARED:
        field = Mandate._meta.get_field(name)
        if name in typed and getattr(current, name) != typed[name]:
            texts = (as_words(getattr(current, name), field), as_words(typed[name], field))
            differences.append((label_of(field), word_differences(*texts)))
    last = current.history.select_related("history_user").first()
    return _page(
        request,
        template,
        form,
        mandate=current,
        is_stale=True,
        differences=differences,
        changed_by=last.history_user if last else None,
        status=409,
    )


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    """`?association=` (its key) and `?person=` (their number), from pages that lead here."""
    asked: dict[str, Any] = {}
    slug, number = request.GET.get("association", ""), request.GET.get("person", "")
    if slug:
        rows = Association.objects.visible_to(request.user)
        asked["association"] = rows.filter(slug=slug[:60]).first()
    if number.isdecimal() and len(number) < 10:
        asked["person"] = User.objects.visible_to(request.user).filter(pk=int(number)).first()
    return {name: value for name, value in asked.items() if value}

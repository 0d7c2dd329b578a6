"""A person's own account. Logging in, passwords and second factors are the library's pages (members.accounts)."""

from __future__ import annotations

import json
from copy import copy
from typing import TYPE_CHECKING, cast

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views import i18n
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.forms.invitations import add_errors
from members.forms.people import ErasureForm, PreferencesForm
from members.language import keep_language
from members.perms import can_see_people, needs_second_factor
from members.second_factor import has_second_factor
from members.services.erasure import erase_person
from members.services.own_data import own_data
from members.services.people import is_last_coordinator, save_preferences

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from members.models import User

PAGE_SIZE = 50
LATEST = 3


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What is known about the person who is logged in, and the ways to its parts."""
    user = _user(request)
    return _account(request, PreferencesForm(instance=user))


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Language, mail and address, each person for themselves."""
    user = _user(request)
    # On a copy: the form writes into its row, and the page speaks of the row as it is.
    form = PreferencesForm(request.POST, instance=copy(user))
    if not form.is_valid():
        return _account(request, form, status=422)
    save_preferences(person=user, **form.cleaned_data)
    with translation.override(form.cleaned_data["language"]):
        messages.success(request, _("Your choices are saved."))
    response = redirect("members:account")
    keep_language(response, form.cleaned_data["language"])
    return response


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What one was told, the newest first."""
    rows = _user(request).notices.all()
    context = {"notices": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))}
    return render(request, "members/notices.html", context)


@require_safe
def own_data_download(request: HttpRequest) -> HttpResponse:
    """Everything that is held about oneself, as a file."""
    text = json.dumps(own_data(_user(request)), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="vigie-mes-donnees-{day}.json"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="members")  # type: ignore[untyped-decorator]
def own_erasure(request: HttpRequest) -> HttpResponseBase:
    """Ask to be forgotten: it is done at once, by oneself, the password or the key shown again just before."""
    user = _user(request)
    form = ErasureForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                erase_person(person=user, by=user)
            except ValidationError as error:
                add_errors(form, error)
            else:
                logout(request)
                messages.success(request, _("Your account is erased."))
                return redirect(settings.LOGIN_REDIRECT_URL)
        status = 422
    context = {"form": form, "is_last_coordinator": is_last_coordinator(user)}
    return render(request, "members/own_erasure.html", context, status=status)


def set_language(request: HttpRequest) -> HttpResponseBase:
    """Django's own, which keeps the choice in this browser; for whoever is logged in, in their account too."""
    language = request.POST.get("language", "")
    if (
        request.method == "POST"
        and request.user.is_authenticated
        and language in dict(settings.LANGUAGES)
    ):
        save_preferences(person=_user(request), language=language)
    response: HttpResponseBase = i18n.set_language(request)
    return response


def _account(request: HttpRequest, form: PreferencesForm, *, status: int = 200) -> HttpResponse:
    user = _user(request)
    today = timezone.localdate()
    mandates = [
        (row, row.is_live_on(today))
        for row in user.mandates.select_related("association").order_by("-since", "-pk")
    ]
    context = {
        "form": form,
        "mandates": mandates,
        "accesses": user.guest_accesses.select_related("application").order_by("-until", "-pk"),
        "notices": user.notices.all()[:LATEST],
        "today": today,
        "has_second_factor": has_second_factor(user),
        "is_second_factor_required": settings.SECOND_FACTOR_REQUIRED and needs_second_factor(user),
        "sees_people": can_see_people(user),
    }
    return render(request, "members/account.html", context, status=status)


def _user(request: HttpRequest) -> User:
    """Whoever is logged in: the middleware lets nobody else come so far."""
    return cast("User", request.user)

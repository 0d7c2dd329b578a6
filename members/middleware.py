"""Who is asking, what stays of it in their browser, and that whoever can change the record proves it twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from members.perms import needs_second_factor
from members.second_factor import has_second_factor
from members.sessions import accounts_read_with

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

SETUP = "mfa_index"
# What somebody without a second factor may still reach: the pages that set it up, what they ask on the way, and the
# way out. Not the rest of the account: a stolen password must not be enough to change it.
OPEN_VIEWS = frozenset(
    {
        SETUP,
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "account_logout",
        "set_language",
    }
)


class KnownAccountMiddleware(AuthenticationMiddleware):
    """The framework's own, which asks for the account after the session: here it came with it, in one query."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _account(request))  # type: ignore[assignment] # as the framework does


def _account(request: HttpRequest) -> object:
    with accounts_read_with(request.session):  # type: ignore[arg-type] # the store of SESSION_ENGINE
        return get_user(request)


class PersonalAnswersMiddleware:
    """What somebody reads is kept nowhere: not on the way, nor in the browser of a computer that several use.

    After logging out, “Back” would show them the pages that were read before.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response


class SecondFactorMiddleware:
    """Send secretariat, coordinators and administrators to set up a second factor before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        if not settings.SECOND_FACTOR_REQUIRED or not needs_second_factor(request.user):
            return None
        match = request.resolver_match
        if match is not None and match.view_name in OPEN_VIEWS:
            return None
        if has_second_factor(request.user):
            return None
        sentence = _("Your role needs a second factor: set one up to go on.")
        if match is not None and match.namespaces[:1] == ["api"]:
            # A program does not follow to a page.
            return JsonResponse({"detail": sentence}, status=403)
        messages.warning(request, sentence)
        if request.headers.get("HX-Request") == "true":
            # The whole page must go there, not the fragment that asked.
            return HttpResponse(headers={"HX-Redirect": reverse(SETUP)})
        return redirect(SETUP)

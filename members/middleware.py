"""Whoever can change the record proves it twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from members.perms import needs_second_factor

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

# What somebody without a second factor may still reach: the pages that set it up, and the way out.
OPEN_VIEWS = ("mfa_", "account_")


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
        if match is not None and (match.view_name or "").startswith(OPEN_VIEWS):
            return None
        if is_mfa_enabled(request.user):
            return None
        messages.warning(request, _("Your role needs a second factor: set one up to go on."))
        return redirect("mfa_index")

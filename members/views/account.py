"""A person's own account. Logging in, passwords and second factors are the library's pages (members.accounts)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import render
from django.utils.translation import get_language_info
from django.views.decorators.http import require_safe

from members.perms import needs_second_factor
from members.second_factor import has_second_factor

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What is known about the person who is logged in, and the ways to its parts."""
    return render(
        request,
        "members/account.html",
        {
            "has_second_factor": has_second_factor(request.user),
            "is_second_factor_required": settings.SECOND_FACTOR_REQUIRED
            and needs_second_factor(request.user),
            # Each language under its own name: whoever looks for it may read no other.
            "languages": [
                (code, get_language_info(code)["name_local"].capitalize())
                for code, _name in settings.LANGUAGES
            ],
        },
    )

"""Answers to what the site could not read, does not have, or does not let one do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import RequestDataTooBig
from django.shortcuts import render
from django.views import defaults
from django.views.decorators.csrf import requires_csrf_token

from common.fragments import kept_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is too long says so: whoever pasted a whole book must know what to do with it."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=413)
    return defaults.bad_request(request, exception)


@requires_csrf_token
def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _kept(request, "403.html", 403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _kept(request, "404.html", 404)


def _kept(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """These pages say the same of every address, and robots ask for many that are not there."""
    response = kept_page(request, template, context=dict)
    response.status_code = status
    return response

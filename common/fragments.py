"""Renderings of published rows, kept by revision: what anyone may read is not rendered twice.

Nothing that depends on the reader goes in: what is kept is built for nobody in particular, from published rows, and
its key names the revision of the plan, which every publication raises (docs/decisions/0003).
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from django.contrib.messages import get_messages
from django.core.cache import caches
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from django.http import HttpRequest


# What a process keeps it alone reads: nobody who writes a text can know how a hole is written.
SIGN = secrets.token_hex(4)


def hole(name: str) -> str:
    """Where one reader's own words go in a page that is kept. What no reader fills stays empty."""
    return f"\ue000{SIGN}{name}\ue001"


HOLES = re.compile(hole("([a-z]+[0-9]*)").encode())


class Anybody:
    """The reader of a kept page: known to be logged in or not, and nothing else."""

    name = hole("name")

    def __init__(self, *, is_authenticated: bool) -> None:
        self.is_authenticated = is_authenticated


def kept_page(
    request: HttpRequest,
    template: str,
    *key: object,
    context: Callable[[], Mapping[str, Any]],
    shelf: str = "published",
    **holes: str,
) -> HttpResponse:
    """A whole page kept under `key`, but for what is this reader's own: name, token, address and `holes`.

    `context` is asked for only when the page must be built, and is the same for everybody under the key. Each of
    `holes` is HTML that the template knows as a variable of that name; it may also stand where `context` put `hole()`.
    """
    user = request.user
    is_known = user.is_authenticated
    places = {name: hole(name) for name in holes}
    own = {"here": escape(request.get_full_path()), **holes}
    if user.is_authenticated:
        own |= {"name": escape(user.get_short_name()), "token": get_token(request)}

    def build() -> str:
        common = {
            "user": Anybody(is_authenticated=is_known),
            "request": {"get_full_path": hole("here")},
            "csrf_token": hole("token"),
        }
        return render_to_string(template, {**common, **context(), **places})

    if len(get_messages(request)):
        # Said once, to one person.
        html = render_to_string(template, {**context(), **places}, request).encode()
    else:
        html = _kept(shelf, "page", template, is_known, *key, build=build)
    # In one pass: what fills a hole cannot hold another.
    return HttpResponse(HOLES.sub(lambda found: own.get(found[1].decode(), "").encode(), html))


def _kept(shelf: str, *key: object, build: Callable[[], str]) -> bytes:
    """The rendering kept under `key` (which must hold the revision) and the language, built when there is none.

    As bytes: what answers a request is not encoded again for each.
    """
    cache = caches[shelf]
    name = "/".join(str(part) for part in (*key, translation.get_language()))
    html: bytes | None = cache.get(name)
    if html is None:
        html = build().encode()
        cache.set(name, html)
    return html

"""Renderings of published rows, kept by revision: what anyone may read is not rendered twice.

Nothing that depends on the reader goes in: what is kept is built for nobody in particular, from published rows, and
its key names the revision of the plan, which every publication raises (docs/decisions/0003).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib.messages import get_messages
from django.core.cache import caches
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from django.http import HttpRequest


def hole(name: str) -> str:
    """Where one reader's own words go in a page that is kept: signs for private use, which no text of ours holds."""
    return f"\ue000{name}\ue001"


HOLES = re.compile(hole("([a-z]+)").encode())


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
    **holes: str,
) -> HttpResponse:
    """A whole page kept under `key`, but for what is this reader's own: name, token, address and `holes`.

    `context` is asked for only when the page must be built, and is the same for everybody under the key. Each of
    `holes` is HTML that the template knows as a variable of that name.
    """
    user = request.user
    is_known = user.is_authenticated
    if len(get_messages(request)):
        # Said once, to one person.
        return render(request, template, {**context(), **_safe(holes)})

    def build() -> str:
        common = {
            "user": Anybody(is_authenticated=is_known),
            "request": {"get_full_path": hole("here")},
            "csrf_token": hole("token"),
        }
        return render_to_string(
            template, {**common, **context(), **{name: hole(name) for name in holes}}
        )

    own = {"here": escape(request.get_full_path()), **holes}
    if user.is_authenticated:
        own |= {"name": escape(user.get_short_name()), "token": get_token(request)}
    # In one pass: what fills a hole cannot hold another.
    html = HOLES.sub(
        lambda found: own[found[1].decode()].encode(),
        _kept("page", template, is_known, *key, build=build),
    )
    return HttpResponse(html)


def _safe(holes: Mapping[str, str]) -> dict[str, SafeString]:
    return {name: mark_safe(html) for name, html in holes.items()}  # noqa: S308 (made by our own templates)


def _kept(*key: object, build: Callable[[], str]) -> bytes:
    """The rendering kept under `key` (which must hold the revision) and the language, built when there is none.

    As bytes: what answers a request is not encoded again for each.
    """
    cache = caches["published"]
    name = "/".join(str(part) for part in (*key, translation.get_language()))
    html: bytes | None = cache.get(name)
    if html is None:
        html = build().encode()
        cache.set(name, html)
    return html

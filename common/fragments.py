"""Renderings of published rows, kept by revision: what anyone may read is not rendered twice.

Nothing that depends on the reader goes in: what is kept is built for nobody in particular, from published rows, and
its key names the revision of the plan, which every publication raises (docs/decisions/0003).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.cache import caches
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from collections.abc import Callable


def kept(*key: object, build: Callable[[], str]) -> SafeString:
    """The rendering kept under `key` (which must hold the revision) and the language, built when there is none."""
    cache = caches["published"]
    name = "/".join(str(part) for part in (*key, translation.get_language()))
    html: str | None = cache.get(name)
    if html is None:
        html = str(build())
        cache.set(name, html)
    return mark_safe(html)  # noqa: S308 (made by our own templates)

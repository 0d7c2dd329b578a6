"""What changed between two versions of circulated minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meetings.versions import compare, texts_of, versions_of
from meetings.views.minutes_doors import minutes_for
from members.perms import is_reader_of_papers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from meetings.versions import Version


@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Any two of them, chosen by `?de=` and `?a=`; by default from the first circulation to now."""
    minutes = minutes_for(request, slug, is_reader_of_papers)
    found = versions_of(minutes, request.user)
    context = {
        "minutes": minutes,
        "meeting": minutes.meeting,
        "versions": found,
        "room": "meetings",
    }
    if found:
        before = _chosen(found, request.GET.get("de"), 0)
        after = _chosen(found, request.GET.get("a"), -1)
        # The earlier one first, whichever way they were chosen.
        before, after = sorted((before, after), key=found.index)
        comparison = compare(
            texts_of(minutes, before, request.user), texts_of(minutes, after, request.user)
        )
        context |= {"before": before, "after": after, "comparison": comparison}
    return render(request, "meetings/life/versions.html", context)


def _chosen(versions: Sequence[Version], key: str | None, default: int) -> Version:
    return next((version for version in versions if version.key == key), versions[default])

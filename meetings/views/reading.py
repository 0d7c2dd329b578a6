"""Reading minutes: the page of one meeting’s, and the list of those that one may read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.fragments import kept_page
from meetings import panels
from meetings.enums import MinutesStatus
from meetings.margin import remarks_on
from meetings.minutes_page import MinutesPage, new_mark
from meetings.perms import can_annotate, can_circulate_minutes, can_write_minutes
from meetings.reading import read_minutes
from meetings.shelf import minutes_to_list, unread
from meetings.visits import news_since, note_visit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.http import HttpRequest

    from meetings.reading import Told
    from meetings.visits import News
    from members.models import User

PAGE_SIZE = 30
UNREAD_SHOWN = 5


@require_safe
@login_not_required
def minutes(request: HttpRequest, slug: str) -> HttpResponse:
    """The text made for this reader. 404 where there is nothing for them."""
    found = read_minutes(slug, request.user)
    if found is None:
        raise Http404
    told, written = found
    reader = Reader(
        may_write=can_write_minutes(request.user),
        may_circulate=can_circulate_minutes(request.user),
        may_remark=can_annotate(request.user),
        is_open=are_remarks_open(told),
        tools=panels.SECTION.of(request.user),
    )

    def context() -> dict[str, Any]:
        others = panels.MINUTES.on(slug)
        return {
            "page": MinutesPage(told),
            "reader": reader,
            "links": [
                *_links(told, reader),
                *((str(panel.link), panel.address) for panel in others),
            ],
            "tools": panels.SECTION.named(reader.tools),
            "beside": [panel.address for panel in others if panel.finds_its_place],
            "room": "meetings",
        }

    return kept_page(
        request,
        "meetings/minutes.html",
        told.key,
        *reader[:-1],
        "+".join(reader.tools),
        context=context,
        shelf="minutes",
        **_own_words(request, told, written),
    )


class Reader(NamedTuple):
    """All that the page knows of who reads it, and all that the rights of a reader change in it."""

    may_write: bool
    may_circulate: bool
    may_remark: bool
    is_open: bool
    """Whether remarks are still taken."""
    tools: tuple[str, ...]
    """What higher rooms let this reader make of a section."""


def _links(told: Told, reader: Reader) -> Iterator[tuple[str, str]]:
    """What this reader may do with the minutes: words and address."""
    head = told.head
    is_draft = head.status == MinutesStatus.DRAFT
    is_circulated = head.status == MinutesStatus.CIRCULATED
    if reader.may_write:
        words = _("Write the minutes") if is_draft or is_circulated else _("Manage the minutes")
        yield words, reverse("meetings:editor", args=[head.slug])
    if reader.may_circulate and is_draft:
        yield _("Circulate them"), reverse("meetings:circulate", args=[head.slug])
    if reader.may_circulate and is_circulated:
        yield _("Change the last day for remarks"), reverse("meetings:circulate", args=[head.slug])
        yield _("Record their adoption"), reverse("meetings:adopt", args=[head.slug])
    if reader.may_remark and is_circulated:
        yield _("Corrections proposed"), reverse("meetings:corrections", args=[head.slug])
        yield _("Annotations"), reverse("meetings:annotations", args=[head.slug])
    if reader.may_remark and not is_draft:
        yield (
            _("What changed since they were circulated"),
            reverse("meetings:versions", args=[head.slug]),
        )


def are_remarks_open(told: Told) -> bool:
    """As `meetings.services.corrections` says it of a row."""
    last = told.head.remarks_until
    return told.head.status == MinutesStatus.CIRCULATED and (
        not last or timezone.localdate().isoformat() <= last
    )


def _own_words(request: HttpRequest, told: Told, written: Any) -> Mapping[str, str]:
    """What stands in the holes of the page: what is new to this reader, and what members say of the text."""
    holes = {"news": ""}
    user = request.user
    if not user.is_authenticated or request.method != "GET":
        return holes
    if told.head.status != MinutesStatus.ADOPTED:
        holes |= _remarks(request, told, user)
    since = note_visit(told.head.minutes, user)
    news = news_since(since, told, written) if since else None
    if not news:
        return holes
    mark = new_mark()
    holes |= {f"new{pk}": mark for pk in news.sections}
    holes |= {f"newd{pk}": mark for pk in news.decisions}
    holes |= {f"newf{pk}": mark for pk in news.follow_ups}
    holes |= {f"newe{pk}": mark for pk in news.errata}
    holes["news"] = _news(told, news)
    return holes


def _remarks(request: HttpRequest, told: Told, user: User) -> dict[str, str]:
    mine = {
        "slug": told.head.slug,
        "reader": user.pk,
        "is_open": are_remarks_open(told),
        "csrf_token": get_token(request),
    }
    return {
        f"remarks{pk}": render_to_string("meetings/_remarks.html", {"remarks": remarks, **mine})
        for pk, remarks in remarks_on(told.head.minutes, user).items()
    }


def _news(told: Told, news: News) -> str:
    """The sections where something is new, in the order of the page."""
    changed = {
        *news.sections,
        *(row[0] for row in told.decisions if row[1] in news.decisions),
        *(row[0] for row in told.follow_ups if row[1] in news.follow_ups),
        *(row[0] for row in told.errata if row[1] in news.errata),
    }
    sections = [
        (pk, f"{number} {heading}".strip())
        for pk, _session, _level, number, heading, *_rest in told.sections
        if pk in changed
    ]
    return render_to_string("meetings/_news.html", {"since": news.since, "sections": sections})


@require_safe
@login_not_required
def minutes_list(request: HttpRequest) -> HttpResponse:
    """All minutes that one may read, the newest first; above, those that one has not read yet."""
    rows = minutes_to_list(request.user)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "unread": list(unread(rows, request.user)[:UNREAD_SHOWN]) if page.number == 1 else [],
        "room": "meetings",
    }
    return render(request, "meetings/minutes_list.html", context)

"""Searching everything that one may read, from one box. Anyone may: a stranger finds what is published."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from common.fragments import kept_page
from common.search import registry
from common.search.finding import MOST, PAGE_SIZE, Found, find
from common.search.snippets import marked, snippet
from common.typography import long_date
from meetings.forms.search import KINDS, SearchForm
from members.prepared import PreparedForReaders
from plan.models import Institution

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from django.http import HttpRequest

    from common.search.finding import Hit

PAGE = "page"
INSTITUTIONS = PreparedForReaders(
    lambda reader: (
        Institution.objects.visible_to(reader)
        .order_by("name", "pk")
        .values_list("key", "acronym", "name")
    )
)


@require_safe
@login_not_required
@vary_on_headers("HX-Request", "HX-Target")
def search(request: HttpRequest) -> HttpResponse:
    """Answers to what the address asks, twenty a page; htmx asks for them alone. 422 for what cannot be answered."""
    form = SearchForm(request.GET, user=request.user)
    is_valid = form.is_valid()
    found = None
    if is_valid and form.asks_something:
        found = _find(request, form)
    results = render_to_string("meetings/_search_results.html", _results(request, form, found))
    status = 200 if is_valid else 422
    if request.headers.get("HX-Target") == "results":
        return HttpResponse(results, status=status)
    response = kept_page(
        request,
        "meetings/search.html",
        context=lambda: {"room": "search"},
        form=render_to_string("meetings/_search_form.html", _form(request, form)),
        results=results,
    )
    response.status_code = status
    return response


def _find(request: HttpRequest, form: SearchForm) -> Found:
    number = request.GET.get(PAGE, "1")
    try:
        page = int(number) if number.isascii() and number.isdecimal() and len(number) < 5 else 0
        return find(form.query, user=request.user, narrowed=form.narrowed, page=page)
    except LookupError as error:
        raise Http404 from error


def _form(request: HttpRequest, form: SearchForm) -> dict[str, Any]:
    asked = {name: request.GET.get(name, "") for name in form.fields}
    institutions = (
        (key, f"{acronym} – {name}" if acronym else name)
        for key, acronym, name in INSTITUTIONS.all(request.user)
    )
    return {
        "asked": asked,
        "errors": {name: errors[0] for name, errors in form.errors.items()},
        "kinds": _options(((key, words) for key, (words, _m) in KINDS.items()), asked["genre"]),
        "institutions": _options(institutions, asked["institution"]),
        "is_narrowed": any(value for name, value in asked.items() if name != "q"),
    }


def _options(choices: Iterable[tuple[str, Any]], chosen: str) -> SafeString:
    """Options of a list, written at once: for sixty of them a template takes longer than the index for a million words."""
    return mark_safe(  # noqa: S308 (escaped here)
        "".join(
            f'<option value="{escape(key)}"{" selected" if key == chosen else ""}>{escape(str(words))}</option>'
            for key, words in choices
        )
    )


def _results(request: HttpRequest, form: SearchForm, found: Found | None) -> dict[str, Any]:
    asked = {name: values for name, values in request.GET.lists() if name in form.fields}
    return {
        "found": found,
        "most": MOST,
        "hits": _hits(found, form) if found else "",
        "start": (found.page - 1) * PAGE_SIZE + 1 if found else 1,
        "words": request.GET.get("q", "") if form.is_valid() else "",
        "error": next(iter(form.errors.values()))[0] if form.errors else "",
        "address": urlencode(asked, doseq=True),
        "is_known": request.user.is_authenticated,
    }


def _hits(found: Found, form: SearchForm) -> SafeString:
    """The items of the list, written at once as `_options` are."""
    stems = form.query.stems
    shown = {entry.kind for entry in found.entries}
    kinds = {
        name: capfirst(str(kind.model._meta.verbose_name))
        for name, kind in registry.KINDS.items()
        if name in shown
    }
    return mark_safe("".join(_hit(entry, kinds, stems) for entry in found.entries))  # noqa: S308 (escaped there)


def _hit(entry: Hit, kinds: dict[str, str], stems: Collection[str]) -> str:
    facts = [kinds.get(entry.kind, ""), entry.dated_on and _day(entry.dated_on), entry.context]
    body = snippet(entry.body, stems)
    return (
        f'<li><p class="search-kind">{" · ".join(escape(fact) for fact in facts if fact)}</p>'
        f'<h2 class="search-title"><a href="{escape(_url(entry))}">{marked(entry.title, stems)}</a></h2>'
        + (f'<p class="search-snippet">{body}</p></li>' if body else "</li>")
    )


def _day(day: dt.date) -> str:
    return _day_in(get_language(), day)


@lru_cache(maxsize=5_000)
def _day_in(_language: str | None, day: dt.date) -> str:
    return long_date(day)


def _url(entry: Hit) -> str:
    route, args, anchor, query = entry.target
    url = _address(get_script_prefix(), route, *args)
    if query:
        # PostgreSQL keeps no order of keys.
        url += f"?{urlencode(sorted(query.items()))}"
    return f"{url}#{anchor}" if anchor else url


@lru_cache(maxsize=5_000)
def _address(_prefix: str, route: str, *args: str | int) -> str:
    return reverse(route, args=args)

"""Markdown, notes and typography: what a text becomes, and what it can never become."""

from __future__ import annotations

import datetime as dt
import re
import time
from decimal import Decimal
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from common.differences import word_differences
from common.markdown import FootNotes, Notes, cited_keys, render
from common.numbers import natural_key
from common.text import fold
from common.typography import french, long_date, number

if TYPE_CHECKING:
    from pytest_django import Settings


class Elements(HTMLParser):
    """Collects what a browser would make elements of: text that only looks active does not count."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


LIBRARY = {
    "loi": SimpleNamespace(
        citation="Loi n° 2016-444", short="Loi de 2016", url="https://www.exemple.fr/loi/"
    ),
}


def test_a_citation_becomes_a_numbered_call_against_its_word() -> None:
    notes = Notes(LIBRARY.get)
    html = render("Voté [@loi, art. 8].", notes)
    assert 'Voté<sup class="note-call"><a id="appel-1" href="#note-1"' in html
    assert [note.number for note in notes.notes] == [1]


def test_the_first_note_of_a_source_is_whole_and_the_next_short() -> None:
    notes = Notes(LIBRARY.get)
    render("Un [@loi, art. 8]. Deux [@loi : de plein droit].", notes)
    first, second = (note.html for note in notes.notes)
    assert first.startswith("Loi n°&nbsp;2016-444, art.&nbsp;8, <a href")
    assert "www.exemple.fr/loi</a>." in first
    assert second == "Loi de 2016&nbsp;: de plein droit."


def test_an_unknown_key_prints_as_itself() -> None:
    notes = Notes(LIBRARY.get)
    render("Un [@rien].", notes)
    assert notes.notes[0].html == "rien."


def test_print_notes_stand_in_their_call() -> None:
    html = render("Un [@loi].", FootNotes(LIBRARY.get))
    assert '<span class="footnote">Loi' in html


def test_keys_are_found_in_order_and_once() -> None:
    assert cited_keys("[@b, p. 1] [@a] [@b : x]") == ["b", "a"]


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>)",
        "![x](https://ailleurs.example/espion.png)",
        "<style>@import 'https://ailleurs.example'</style>",
        "[@loi : <script>alert(1)</script>]",
        "^[<iframe src=https://ailleurs.example>]",
    ],
)
def test_nothing_active_or_remote_comes_through(attack: str) -> None:
    notes = Notes(LIBRARY.get)
    elements = Elements()
    elements.feed(render(attack, notes) + "".join(note.html for note in notes.notes))
    assert {tag for tag, _attributes in elements.found} <= {"p", "a", "sup"}
    for _tag, attributes in elements.found:
        assert not any(name.startswith("on") or name in {"src", "style"} for name in attributes)
        assert attributes.get("href", "#").startswith(("#", "https://"))


def test_a_deep_or_long_text_does_not_break_it() -> None:
    assert render("^[" * 500)
    assert render("[@" * 500)
    assert render("> " * 200 + "x")


@pytest.mark.parametrize(
    ("plain", "set_right"),
    [
        ("Quoi ? Oui ! Non ; voilà : rien", "Quoi\u202f? Oui\u202f! Non\u202f; voilà\u00a0: rien"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("417 500 euros", "417\u202f500\u00a0euros"),
        ("96 %", "96\u202f%"),
        ("n° 5 de l'art. 8", "n°\u00a05 de l’art.\u00a08"),
        ("le 6 juillet 2017", "le 6\u00a0juillet 2017"),
        ("https://www.exemple.fr/a:b", "https://www.exemple.fr/a:b"),
    ],
)
def test_french_typography(plain: str, set_right: str) -> None:
    assert french(plain) == set_right
    assert french(set_right) == set_right


def test_dates_and_numbers_are_said_in_french() -> None:
    assert long_date(dt.date(2016, 6, 1)) == "1er\u00a0juin 2016"
    assert long_date(dt.date(2017, 7, 6)) == "6\u00a0juillet 2017"
    assert number(Decimal("417500.0000")) == "417\u202f500"
    assert number(Decimal("6.1000")) == "6,1"
    assert number(0) == "0"


@pytest.mark.parametrize(
    ("before", "after"),
    [("4", "4 bis"), ("4 bis", "4 ter"), ("4 ter", "4 quater"), ("4 quater", "5"), ("9", "10"),
     ("1.1.1", "1.1.1alter"), ("1.1.1alter", "1.1.2"), ("1.9", "1.10")],
)  # fmt: skip
def test_printed_numbers_sort_as_people_read_them(before: str, after: str) -> None:
    assert natural_key(before) < natural_key(after)


def test_what_is_searched_is_folded() -> None:
    assert fold("L’ŒUVRE d’ÉTÉ à Ç") == "l'oeuvre d'ete a c"


def test_differences_are_said_in_words() -> None:
    html = word_differences("le délai de trois mois", "le délai de un mois <b>")
    assert "<del>" in html
    assert "<ins>" in html
    assert "&lt;b&gt;" in html
    assert "visually-hidden" in html


@pytest.mark.parametrize(
    "address",
    [
        "/plans/traite-2014-2016/mesures/22/",
        "/recherche/?q=abri&page=2",
        "/reunions/a/#s12",
        "#s12",
    ],
)
def test_link_may_lead_to_a_place_of_our_own(address: str) -> None:
    page = Elements()
    page.feed(render(f"[là]({address})"))
    assert ("a", {"href": address, "rel": "noopener noreferrer"}) in page.found


@pytest.mark.parametrize(
    "address",
    [
        "//ailleurs.example/",
        "<//ailleurs.example/>",
        "&#47;/ailleurs.example/",
        "/\\\\ailleurs.example",
        "\\\\\\\\ailleurs.example",
        "</\t/ailleurs.example>",
        "javascript:alert(1)",
        "<java&#115;cript:alert(1)>",
        "data:text/html,x",
        "http://ailleurs.example/",
        "https:ailleurs.example",
        "ftp://ailleurs.example/",
        "plans/22/",
    ],
)
def test_link_leads_nowhere_else(address: str) -> None:
    page = Elements()
    page.feed(render(f"[là]({address})"))
    addresses = [attributes["href"] for tag, attributes in page.found if "href" in attributes]
    # What a browser would read as another site, or run.
    assert not [one for one in addresses if not re.match(r"/(?![/\\\t])", one)]


@pytest.mark.parametrize(
    "text",
    [
        "^[" * 20_000,
        "^[" * 5_000 + "]" * 5_000,
        "[@a, " * 20_000,
        "[@a : " * 15_000,
        "[@a," + " " * 90_000,
        "[" * 50_000 + "]" * 50_000,
        "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + "|a\n" * 30_000,
    ],
    ids=lambda text: text[:6],
)
def test_no_text_makes_a_page_slow(text: str) -> None:
    begun = time.process_time()
    render(text, Notes())
    # A text of this length takes a tenth of it; what grew with its square took minutes.
    assert time.process_time() - begun < 8


def test_a_note_holds_no_other_note() -> None:
    notes = Notes()
    render("Un^[deux ^[trois]].", notes)
    assert [note.html for note in notes.notes] == ["deux ^[trois]."]


@pytest.mark.parametrize(
    ("address", "is_linked"),
    [
        ("http://vigie.test:8000/engagements/circulaire/#evenement-3", True),
        ("http://vigie.test:8000", True),
        ("http://vigie.test:8000.example.org/", False),
        ("http://vigie.test:80001/", False),
        ("http://vigie.test:8000//example.org", False),
        ("http://example.org/", False),
    ],
)
def test_a_whole_address_of_our_own_is_linked_whatever_its_scheme(
    address: str, is_linked: bool, settings: Settings
) -> None:
    settings.SITE_URL = "http://vigie.test:8000"
    assert (f'href="{address}"' in render(f"[ici]({address})")) == is_linked

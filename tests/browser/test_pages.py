"""Pages as they are seen: days and viewpoints, a phone, no script, dark, and the automated rules of access."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from members.enums import Role
from tests.browser.conftest import PHONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

BOARD = "/plans/traite-2014-2016/"
PUBLIC = [
    "/",
    "/plans/",
    f"{BOARD}mesures/",
    f"{BOARD}mesures/5/",
    f"{BOARD}mesures/14/",
    "/rapports/",
    "/compte/connexion/",
]
PRIVATE = [
    f"{BOARD}mesures/5/evaluer/",
    f"{BOARD}mesures/5/historique/",
    "/compte/",
    "/rapports/",
    "/",
]
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    # The others are of use to nobody here, and take a third of the time.
    "resultTypes": ["violations"],
}


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_keep_the_rules_of_access(
    address: str, scheme: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(color_scheme=scheme)
    page.goto(address)
    assert violations(page) == []


@pytest.mark.parametrize("address", PRIVATE)
def test_private_pages_keep_the_rules_of_access(
    address: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(Role.COORDINATOR)
    page.goto(address)
    assert violations(page) == []


def test_an_open_sheet_keeps_the_rules_of_access(open_page: Callable[..., Page]) -> None:
    page = open_page(Role.SECRETARIAT)
    page.goto(BOARD)
    page.get_by_role("link", name="Changer le niveau de la mesure 4").click()
    page.get_by_role("button", name="Publier").click()
    expect(page.locator(".errorlist").first).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("address", [*PUBLIC, f"{BOARD}?le=2014-06-01&par=collectif"])
def test_nothing_sticks_out_on_a_phone(address: str, open_page: Callable[..., Page]) -> None:
    page = open_page(viewport=PHONE)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("address", PUBLIC)
def test_pages_load_nothing_from_elsewhere_and_break_no_rule_of_the_browser(
    address: str, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    asked: list[str] = []
    said: list[str] = []
    listeners: dict[Any, Callable[[Any], None]] = {
        "request": lambda request: asked.append(request.url),
        "console": lambda message: (
            said.append(message.text) if message.type in {"error", "warning"} else None
        ),
        "pageerror": lambda error: said.append(str(error)),
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    page.goto(address, wait_until="networkidle")
    # The page goes on to other tests.
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    here = page.url.split("/", 3)[2]
    assert [
        url for url in asked if url.split("/", 3)[2] != here and not url.startswith("data:")
    ] == []
    assert said == []


def test_on_the_first_of_june_2014_nothing_is_assessed_yet(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(f"{BOARD}?le=2014-06-01")
    expect(page.locator("li[data-measure]")).to_have_count(23)
    expect(page.locator("li[data-measure] p.level", has_text="Pas encore évaluée")).to_have_count(
        23
    )


def test_on_the_day_of_the_evaluation_four_fourteen_and_five(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    page.goto(f"{BOARD}?le=2017-07-06")
    assert page.locator(".counts strong").all_inner_texts() == ["4", "14", "5"]


def test_the_slider_moves_the_board_through_time(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(f"{BOARD}?le=2017-07-06")
    page.locator("#slider").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("li[data-measure] p.level", has_text="Pas encore évaluée")).to_have_count(
        23
    )
    expect(page).to_have_url(re.compile("le=2017-07-05"))


def test_another_assessor_has_its_own_board(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(f"{BOARD}?par=collectif&le=2015-04-21")
    expect(page.locator("li[data-measure] p.level", has_text="Non mise en œuvre")).to_have_count(1)


def test_filters_answer_in_place_and_stay_in_the_address(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(f"{BOARD}mesures/?le=2017-07-06")
    page.get_by_label("Niveau").select_option("none")
    expect(page.locator("#results tbody")).to_have_count(5)
    expect(page).to_have_url(re.compile("niveau=none"))
    page.get_by_label("Mots").fill("TRACFIN")
    expect(page.locator("#results tbody")).to_have_count(1)
    page.reload()
    expect(page.locator("#results tbody")).to_have_count(1)


def test_english_is_the_second_language(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Measures", exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")

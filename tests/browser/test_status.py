"""The main job, as people do it: a status changed on the board, seen by everyone, refused to others."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from members.enums import Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

BOARD = "/plans/traite-2014-2016/"


def tile(page: Page, number: str) -> Locator:
    return page.locator("li[data-measure]").filter(
        has=page.locator(".tile-number", has_text=f"{number}").and_(
            page.locator(f"text='{number}'")
        )
    )


def open_sheet(page: Page, number: str) -> Locator:
    tile(page, number).get_by_role("link", name="Changer le niveau").click()
    sheet = page.locator("[data-sheet]")
    expect(sheet).to_be_visible()
    return sheet


def test_a_change_on_the_board_is_told_everywhere(
    open_page: Callable[..., Page], site: Site, tmp_path: Path
) -> None:
    page = open_page(Role.SECRETARIAT)
    page.goto(BOARD)
    expect(tile(page, "14")).to_contain_text("Non mise en œuvre")
    tile(page, "14").scroll_into_view_if_needed()
    sheet = open_sheet(page, "14")  # first interaction
    sheet.get_by_role("radio", name="Partiellement mise en œuvre").check()  # second
    sheet.locator("[name=reason]").fill("TRACFIN a ouvert un guichet pour les banques.")
    sheet.locator("[name=source_0]").fill("cncdh-rapport-2016")
    sheet.locator("[name=place_0]").fill("p. 12")
    sheet.get_by_role("button", name="Publier").click()  # third
    expect(page.locator("#messages")).to_contain_text("Mesure 14 : le changement est publié.")
    # Without leaving where one was: the same address, and the focus on the measure.
    assert page.url.endswith(BOARD)
    expect(tile(page, "14")).to_contain_text("Partiellement")
    expect(tile(page, "14").get_by_role("link", name="Changer le niveau")).to_be_focused()

    page.goto(f"{BOARD}mesures/14/")
    expect(page.locator(".timeline li").first).to_contain_text("Partiellement mise en œuvre")
    expect(page.locator(".reason")).to_contain_text("TRACFIN a ouvert un guichet")
    expect(page.locator(".cited")).to_contain_text("p. 12")
    page.get_by_role("link", name="Historique").click()
    expect(page.locator("main li").first).to_contain_text("TRACFIN a ouvert un guichet")
    expect(page.locator("main li").first).to_contain_text("Secrétariat")

    report = tmp_path / "evaluation.pdf"
    site.manage("export_evaluation", "traite-2014-2016", "--output", str(report))
    text = subprocess.run(
        ["pdftotext", str(report), "-"], check=True, capture_output=True, text=True
    ).stdout
    assert "TRACFIN a ouvert un guichet" in " ".join(text.split())

    stranger = open_page()
    stranger.goto(BOARD)
    expect(tile(stranger, "14")).to_contain_text("Partiellement")


def test_a_draft_is_absent_for_strangers(open_page: Callable[..., Page]) -> None:
    page = open_page(Role.SECRETARIAT)
    page.goto(f"{BOARD}mesures/6/")
    page.get_by_role("link", name="Changer le niveau").click()
    sheet = page.locator("[data-sheet]")
    sheet.get_by_role("radio", name="Non mise en œuvre").check()
    sheet.locator("[name=reason]").fill("Brouillon qui ne doit pas sortir.")
    sheet.get_by_role("button", name="Enregistrer en brouillon").click()
    expect(page.locator("#messages")).to_contain_text("le brouillon est enregistré")
    for address in (
        BOARD,
        f"{BOARD}mesures/",
        f"{BOARD}mesures/6/",
        "/api/v1/assessments/?status=draft",
    ):
        stranger = open_page()
        stranger.goto(address)
        assert "Brouillon qui ne doit pas sortir" not in stranger.content()
        assert "Brouillons en cours" not in stranger.content()
    member = open_page(Role.MEMBER)
    member.goto(f"{BOARD}mesures/6/")
    expect(member.locator("main")).to_contain_text("Brouillon qui ne doit pas sortir.")


def test_a_member_is_not_offered_the_sheet(open_page: Callable[..., Page]) -> None:
    page = open_page(Role.MEMBER)
    page.goto(BOARD)
    expect(page.get_by_role("link", name="Changer le niveau")).to_have_count(0)
    refused = page.goto(f"{BOARD}mesures/14/evaluer/")
    assert refused is not None
    assert refused.status == 403


def test_the_sheet_opens_and_closes_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page(Role.SECRETARIAT)
    page.goto(BOARD)
    tile(page, "2").get_by_role("link").first.focus()
    page.keyboard.press("e")
    expect(page.locator("[data-sheet]")).to_be_visible()
    expect(page.locator("[data-sheet] input[type=radio]").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-sheet]")).to_have_count(0)
    expect(tile(page, "2").get_by_role("link", name="Changer le niveau")).to_be_focused()


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(Role.SECRETARIAT)
    page.goto(BOARD)
    sheet = open_sheet(page, "3")
    sheet.locator("[name=source_0]").fill("Un rapport que personne ne connaît")
    sheet.get_by_role("button", name="Publier").click()
    expect(sheet.locator("[name=reason] ~ .errorlist")).to_have_text(
        "Dites sur quoi repose le niveau."
    )
    expect(sheet.locator("[name=source_0]")).to_have_value("Un rapport que personne ne connaît")
    expect(sheet.locator("[name=source_0] ~ .errorlist")).to_contain_text(
        "n’est pas dans la bibliothèque"
    )


def test_two_browsers_on_one_draft_lose_nothing(open_page: Callable[..., Page]) -> None:
    first, second = open_page(Role.SECRETARIAT), open_page(Role.COORDINATOR)
    for page, reason in (
        (first, "Ce que la première écrit."),
        (second, "Ce que la seconde écrit."),
    ):
        page.goto(f"{BOARD}mesures/9/")
        page.get_by_role("link", name="Changer le niveau").click()
        sheet = page.locator("[data-sheet]")
        sheet.get_by_role("radio", name="Partiellement mise en œuvre").check()
        sheet.locator("[name=reason]").fill(reason)
    first.get_by_role("button", name="Enregistrer en brouillon").click()
    expect(first.locator("#messages")).to_contain_text("le brouillon est enregistré")
    second.get_by_role("button", name="Enregistrer en brouillon").click()
    expect(second.locator("[role=alert]").first).to_contain_text(
        "a enregistré ce brouillon pendant que vous écriviez"
    )
    expect(second.locator("[data-sheet] del")).to_contain_text("première")
    expect(second.locator("[name=reason]")).to_have_value("Ce que la seconde écrit.")
    second.get_by_role("button", name="Enregistrer en brouillon").click()
    expect(second.locator("#messages")).to_contain_text("le brouillon est enregistré")


def test_without_javascript_the_same_job_is_done(open_page: Callable[..., Page]) -> None:
    page = open_page(Role.SECRETARIAT, java_script_enabled=False)
    page.goto(BOARD)
    tile(page, "20").get_by_role("link", name="Changer le niveau").click()
    page.get_by_role("radio", name="Mise en œuvre", exact=True).check()
    page.get_by_role("button", name="Publier").click()
    expect(page.locator("main")).to_contain_text("Dites sur quoi repose le niveau.")
    page.locator("[name=reason]").fill("Une délégation a été créée.")
    page.get_by_role("button", name="Publier").click()
    expect(page.locator("#messages")).to_contain_text("Mesure 20 : le changement est publié.")

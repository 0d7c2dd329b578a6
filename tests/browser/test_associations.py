"""Cards on a phone, and an import pasted from a spreadsheet, corrected and confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from members.enums import Role
from tests.browser.conftest import PHONE, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def _collective(site: Site) -> None:
    for word, name in (("associations", "associations"), ("participations", "participations")):
        site.manage("import_members", word, str(ROOT / "data" / "collectif" / f"{name}.csv"))


def own_card(page: Page) -> str:
    """The card of the association that the demonstration's member represents."""
    page.goto("/collectif/annuaire/?q=demonstration")
    row = page.locator("tbody tr").filter(has_text="démonstration").first
    address = row.locator("th a").get_attribute("href")
    assert address
    return address


def test_representative_changes_their_card_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page(Role.MEMBER, viewport=PHONE)
    address = own_card(page)
    page.goto(address)
    page.get_by_role("link", name="Modifier la fiche").click()
    assert page.locator("[name=joined_on]").count() == 0
    page.locator("[name=presentation]").fill("Nous **accompagnons** les victimes.")
    page.locator("[name=networks-0-name]").fill("Réseau d’essai")
    page.locator("[name=networks-0-url]").fill("pas une adresse")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[name=networks-0-name]")).to_have_value("Réseau d’essai")
    page.locator("[name=networks-0-url]").fill("reseau.vigie.example")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("main strong", has_text="accompagnons")).to_be_visible()
    expect(page.get_by_role("link", name="Réseau d’essai")).to_be_visible()
    # Nothing sticks out of the screen.
    for path in (address, f"{address}modifier/", "/collectif/", "/collectif/annuaire/"):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], (path, wide)
    stranger = open_page(None, viewport=PHONE)
    stranger.goto(address)
    expect(stranger.locator("main strong", has_text="accompagnons")).to_be_visible()
    expect(stranger.get_by_role("link", name="Modifier la fiche")).to_have_count(0)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_pasted_cells_are_corrected_then_imported(
    open_page: Callable[..., Page], *, java_script_enabled: bool
) -> None:
    page = open_page(Role.SECRETARIAT, java_script_enabled=java_script_enabled)
    occasion = f"Réunion d’essai {java_script_enabled}"
    page.goto("/collectif/import/")
    page.locator("[name=kind]").select_option("participations")
    pasted = f"Occasion\tDATE \tassociation\n{occasion}\t13/09/2014\tCCEM\n{occasion}\t13/09/2014\tSOS Esclave"
    page.locator("[name=text]").fill(pasted)
    page.get_by_role("button", name="Voir ce qu’il ferait").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("ligne 3")
    expect(alert).to_contain_text("colonne C (Association)")
    expect(page.locator("[name=text]")).to_have_value(pasted)
    page.locator("[name=text]").fill(pasted.replace("Esclave", "esclaves"))
    page.get_by_role("button", name="Voir ce qu’il ferait").click()
    expect(page.locator("main")).to_contain_text("2 à ajouter, 0 à modifier, 0 inchangée")
    page.get_by_role("button", name="Importer").click()
    expect(page.locator("#messages")).to_contain_text("2 ajoutées")
    page.goto("/collectif/ccem/")
    expect(page.locator("main")).to_contain_text(occasion)

"""Minutes imported in a real browser: chosen, corrected, confirmed, then in the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from members.enums import Role
from tests.browser.conftest import PHONE
from tests.word_files import docx, heading, paragraph

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]

pytestmark = pytest.mark.browser


def test_word_file_is_corrected_then_imported(open_page: OpenPage, tmp_path: Path) -> None:
    file = tmp_path / "compte-rendu.docx"
    file.write_bytes(
        docx(
            heading("Compte-rendu de la réunion du 12 mars 2014"),
            heading("I. Ouverture", 2),
            paragraph("Le groupe parle de la mesure 22."),
            heading("Mesure 4 bis", 2),
            paragraph("Elle manque."),
            heading("Participants", 2),
            paragraph("Cercle inconnu, Membre 1", numbering=1),
        )
    )
    page = open_page(Role.SECRETARIAT)
    page.goto("/reunions/importer/")
    page.locator("[name=file]").set_input_files(file)
    page.locator("main form.house-form [type=submit]").click()
    page.wait_for_selector("#word-for-word")
    assert page.locator("[name=day_0]").input_value() == "2014-03-12"
    assert page.locator("[name=s1_measures]").input_value() == "22"
    assert page.locator("[name=s2_measures]").input_value() == "4 bis"
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    found = Axe().run(page).response["violations"]
    assert found == [], [violation["id"] for violation in found]
    page.locator("[name=title]").fill("Réunion de mars, importée")
    page.locator("[name=s1_heading]").fill("Ouverture de la réunion")
    page.locator("form.import [type=submit]").click()
    page.wait_for_url("**/rediger/**")
    words = page.locator("main").inner_text()
    assert "Ouverture de la réunion" in words
    assert "Mesure 4 bis" in words

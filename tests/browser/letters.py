"""What the walks do on the page of a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.factories import SMALL_PDF

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page
    from pypdf import PageObject


def first_page_of_pdf(page: Page) -> PageObject:
    """Have the letter laid out by the worker while the page waits, and open the file."""
    page.locator("#lay-out").click()
    expect(page.locator("#pdf")).to_be_visible()
    with page.expect_download() as waiting:
        page.locator("#pdf").click()
    return PdfReader(waiting.value.path()).pages[0]


def send_and_answer(page: Page) -> None:
    """Sent by post, then answered with a paper, “reponse.pdf”."""
    letter = page.url
    page.locator("#send").click()
    page.locator("[name=sent_by][value=post]").check()
    page.locator("#take-step").click()
    page.wait_for_url(letter)
    page.locator("#reply").click()
    page.locator("#id_summary").fill("Elle est à la signature.")
    paper: FilePayload = {"name": "reponse.pdf", "mimeType": "application/pdf", "buffer": SMALL_PDF}
    page.locator("#id_uploaded").set_input_files(paper)
    page.locator("#take-step").click()
    page.wait_for_url(letter)

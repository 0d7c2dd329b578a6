"""What the walks do with the report."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


def ask_for_report(page: Page) -> str:
    """Press the coordinator's button; returns the address of what was asked for, where the page then is."""
    page.goto("/rapports/")
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url("**/rapports/*/")
    return page.url


def report_file(page: Page) -> Path:
    """Wait for the worker on the page of a report, and open its file: until then the page offers the last one's."""
    link = page.locator(f"a[href='{urlsplit(page.url).path}fichier/']")
    # As long as the site itself gives it.
    expect(link).to_be_visible(timeout=300_000)
    with page.expect_download() as waiting:
        link.click()
    return waiting.value.path()

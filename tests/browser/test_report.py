"""The coordinator's button: a job with progress, a reload that loses nothing, a file, its publication."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from members.enums import Role
from tests.browser.reports import ask_for_report, report_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_a_report_is_asked_for_followed_and_published(open_page: Callable[..., Page]) -> None:
    page = open_page(Role.COORDINATOR)
    address = ask_for_report(page)
    page.reload()
    page.goto("/")
    page.goto(address)
    assert len(PdfReader(report_file(page)).pages) > 40

    stranger = open_page()
    hidden = stranger.goto(address)
    assert hidden is not None
    assert hidden.status == 404
    page.get_by_role("button", name="Publier").click()
    expect(page.locator("#messages")).to_be_visible()
    seen = stranger.goto(address)
    assert seen is not None
    assert seen.status == 200


def test_a_member_has_no_button(open_page: Callable[..., Page]) -> None:
    page = open_page(Role.MEMBER)
    page.goto("/rapports/")
    expect(page.locator("main form")).to_have_count(0)

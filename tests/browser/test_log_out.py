"""A computer that several people use: what one of them read, the next one does not find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from members.enums import Role
from tests.browser.conftest import CHROMIUM, FLAGS, log_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """In a browser that keeps whole pages for “Back”, as people's do: Playwright's own does not."""
    keeping = browser.browser_type.launch(
        executable_path=CHROMIUM, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield keeping.new_page(base_url=site.url, locale="fr-FR")
    keeping.close()


def test_back_shows_nothing_of_whoever_has_left(page: Page) -> None:
    log_in(page, Role.SECRETARIAT)
    page.goto("/engagements/suivi/")
    way_out = page.locator("form[action='/compte/deconnexion/']")
    expect(way_out).to_be_visible()
    way_out.locator("button").click()
    expect(way_out).to_have_count(0)
    page.go_back(wait_until="commit")
    # Without the session, the way back ends at the door.
    page.wait_for_function("location.pathname != '/'")
    expect(page.locator("main [name=password]")).to_be_visible(timeout=10_000)

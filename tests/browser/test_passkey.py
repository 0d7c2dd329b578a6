"""The account's own pages in a browser: their scripts must run under the content security policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from members.enums import Role
from tests.browser.conftest import PASSWORD, PATIENCE, log_in, log_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page

    from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

SOMEBODY = "telephone@vigie.example"
NAME = "Personne au téléphone"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A browser on a device that knows its owner. Passkeys need a name: an IP address has none."""
    context = browser.new_context(
        base_url=site.url.replace("127.0.0.1", "localhost"), locale="fr-FR"
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    refused: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if said.type == "error":
            refused.append(said.text)

    page.on("console", note)
    page.on("pageerror", lambda error: refused.append(str(error)))
    yield page
    assert refused == []
    context.close()


def come_in(page: Page, site: Site) -> None:
    """As somebody of one's own: the other tests' people must not need a second factor all at once."""
    site.run(
        "import datetime as dt\n"
        "from members.models import Association, Mandate, User\n"
        f"person = User.objects.create_user('{SOMEBODY}', '{PASSWORD}', name='{NAME}')\n"
        "association = Association.objects.create(slug='telephone', name='Association au téléphone',"
        " joined_on=dt.date(2026, 1, 1))\n"
        "Mandate.objects.create(person=person, association=association, since=dt.date(2026, 1, 1))"
    )
    page.goto("/compte/connexion/")
    page.locator("[name=login]").fill(SOMEBODY)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url(lambda address: "connexion" not in address)


def test_passkey_is_set_up_then_opens_the_site_alone(page: Page, site: Site) -> None:
    come_in(page, site)
    page.goto("/compte/second-facteur/webauthn/add/")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.locator("#id_passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/")
    codes = page.locator("#recovery_codes").input_value().split()
    assert len(codes) == 10
    page.goto("/compte/second-facteur/webauthn/")
    assert page.locator("main tbody tr").count() == 1

    log_out(page)
    page.goto("/compte/connexion/")
    page.locator("#passkey_login").click()
    page.wait_for_url(lambda address: "connexion" not in address)
    assert page.locator("header").get_by_text(NAME).is_visible()


def test_code_for_the_authenticator_app_is_shown(page: Page) -> None:
    log_in(page, Role.MEMBER)
    page.goto("/compte/second-facteur/totp/activate/")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    picture = page.locator("main img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 50)")

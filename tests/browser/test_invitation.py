"""From the invitation to the end of the mandate, in real browsers: the coordinator's and the two people's own."""

from __future__ import annotations

import quopri
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from members.enums import Role
from tests.browser.conftest import PATIENCE, PHONE, log_out
from tests.browser.test_passkey import DEVICE
from tests.factories import totp_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

PASSWORD = "une-longue-phrase-de-passe"
# Of these tests alone: an association has one titular representative.
ASSOCIATION = "Association qui invite"
ASSOCIATION_MADE = f"""
import datetime as dt
from members.models import Association
Association.objects.create(slug="invite", name="{ASSOCIATION}", joined_on=dt.date(2026, 1, 1))
"""


@pytest.fixture(scope="module", autouse=True)
def _association(site: Site) -> None:
    site.run(ASSOCIATION_MADE)


def invite(page: Page, site: Site, address: str, kind: str) -> str:
    """Invite somebody through the form; returns the link of their mail, without the site's name."""
    page.goto("/collectif/invitations/nouvelle/")
    page.locator("[name=email]").fill(address)
    page.locator("[name=role]").select_option(Role.MEMBER)
    page.locator("[name=association]").select_option(ASSOCIATION)
    page.locator("[name=mandate_kind]").select_option(kind)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/collectif/invitations/")
    expect(page.locator("main")).to_contain_text(address)
    letter = quopri.decodestring(site.mails_to(address)[-1].encode()).decode()
    found = re.search(rf"{re.escape(site.url)}(/invitation/\S+/)", letter)
    assert found
    return found[1]


def end_mandate(page: Page, name: str) -> None:
    """As the coordinator does it, today."""
    page.goto("/collectif/mandats/")
    page.locator("tr", has_text=name).locator("a[href$='/terminer/']").click()
    page.locator("[name=reason]").fill("Fin du mandat")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/collectif/mandats/")
    expect(page.locator("table")).not_to_contain_text(name)


def assert_next_click_answers_as_to_a_stranger(page: Page) -> None:
    """The tab was open all the while; whatever is clicked now asks to log in."""
    page.locator("a[href='/compte/sessions/']").click()
    page.wait_for_url("**/compte/connexion/?next=/compte/sessions/")
    assert page.locator("[name=login]").is_visible()
    page.goto("/collectif/mandats/")
    assert "/compte/connexion/" in page.url


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Page]:
    """A telephone that recognises its owner. Passkeys need a name: an IP address has none."""
    context = browser.new_context(
        base_url=site.url.replace("127.0.0.1", "localhost"),
        locale="fr-FR",
        viewport=PHONE,
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield page
    context.close()


def test_person_joins_with_a_password_and_a_code_then_the_mandate_ends(
    open_page: Callable[..., Page], site: Site
) -> None:
    coordinator, person = open_page(Role.COORDINATOR), open_page()
    link = invite(coordinator, site, "code@vigie.example", "titular")
    person.goto(link)
    person.reload()
    person.locator("[name=name]").fill("Personne au code")
    person.locator("[name=password]").fill(PASSWORD)
    person.locator("[name=password_again]").fill(PASSWORD)
    person.locator("main form button[type=submit]").click()
    person.wait_for_url("**/compte/second-facteur/")
    person.goto("/compte/second-facteur/totp/activate/")
    secret = person.locator("#authenticator_secret").input_value()
    person.locator("[name=code]").fill(totp_code(secret))
    person.locator("main form button[type=submit]").click()
    person.wait_for_url("**/recovery-codes/")

    # It opened once: nobody else comes in by it, and it tells nothing.
    stranger = open_page()
    response = stranger.goto(link)
    assert response is not None
    assert response.status == 410
    assert "code@vigie.example" not in stranger.content()

    person.goto("/compte/")
    end_mandate(coordinator, "Personne au code")
    assert_next_click_answers_as_to_a_stranger(person)


def test_person_joins_with_a_passkey_alone_then_the_mandate_ends(
    open_page: Callable[..., Page], site: Site, phone: Page
) -> None:
    coordinator = open_page(Role.COORDINATOR)
    link = invite(coordinator, site, "passe@vigie.example", "alternate")
    phone.goto(link)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    phone.locator("[name=name]").fill("Personne sans mot de passe")
    phone.locator("[name=way][value=passkey]").check()
    phone.locator("main form button[type=submit]").click()
    phone.wait_for_url("**/webauthn/add/")
    assert phone.locator("#id_passwordless").is_checked()
    phone.locator("#mfa_webauthn_add").click()
    phone.wait_for_url("**/recovery-codes/")

    log_out(phone)
    phone.goto("/compte/connexion/")
    phone.locator("#passkey_login").click()
    phone.wait_for_url(lambda address: "connexion" not in address)
    phone.goto("/compte/")
    assert phone.locator("main").get_by_text("Personne sans mot de passe").is_visible()
    end_mandate(coordinator, "Personne sans mot de passe")
    assert_next_click_answers_as_to_a_stranger(phone)

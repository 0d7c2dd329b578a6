"""From a late promise to its letter, to the signature, the PDF, the answer, and back to the promise by links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from members.enums import Role
from tests.browser.conftest import PHONE
from tests.browser.letters import first_page_of_pdf, send_and_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

LATE_PROMISE = """
import datetime as dt
from tests.factories import make_commitment, make_institution
ministry = make_institution(key="ministere-ecrit", name="Ministère à qui l’on écrit")
make_commitment(
    slug="promesse-a-rappeler",
    institution=ministry,
    wording="Une circulaire aux préfets",
    deadline_words="avant la fin de l’année 2014",
    late_from=dt.date(2015, 1, 1),
)
make_institution(key="copie-une", name="Première institution en copie")
make_institution(key="copie-deux", name="Seconde institution en copie")
"""
THREAD = "/engagements/promesse-a-rappeler/"


@pytest.fixture(scope="module", autouse=True)
def _promise(site: Site) -> None:
    site.run(LATE_PROMISE)


def test_a_late_promise_is_reminded_by_letter_and_answered(open_page: Callable[..., Page]) -> None:
    page = open_page(Role.SECRETARIAT)

    # Begun from the promise, with its facts filled in.
    page.goto("/courriers/ecrire/?engagement=promesse-a-rappeler")
    page.locator("form.house-form [type=submit]").click()
    page.wait_for_url("**/modifier/")
    expect(page.locator("#id_body")).to_have_value(
        re.compile("circulaire aux préfets", re.IGNORECASE)
    )

    # Copies are added and moved by buttons, the letter beside follows, and focus stays where one works.
    for name in ("Première institution", "Seconde institution"):
        _choose(page, name)
        page.locator("button[value=copies-add]").click()
        expect(page.locator("#copies li", has_text=name)).to_be_visible()
        expect(page.locator("#copies-add")).to_be_focused()
    page.locator("button[value=copies-up-1]").press("Enter")
    expect(page.locator("#sheet .letter-end dd").first).to_contain_text("Seconde institution")
    expect(page.locator("button[value=copies-down-0]")).to_be_focused()
    page.locator("#id_subject").fill("Où en est la circulaire")
    expect(page.locator("#sheet .letter-subject")).to_have_text("Où en est la circulaire")
    page.locator("#id_address").fill("1 rue du Bac\n75007 Paris")
    page.locator("#id_subject").press("Enter")
    page.wait_for_url(re.compile(r"/courriers/\d+/$"))
    address = page.url
    expect(page.locator("#sign")).to_have_count(0)

    # Signed by the coordinator, after a page that says that it is final.
    coordinator = open_page(Role.COORDINATOR)
    coordinator.goto(address)
    coordinator.locator("#sign").click()
    coordinator.locator("#take-step").click()
    coordinator.wait_for_url(address)
    expect(coordinator.locator("#edit")).to_have_count(0)

    page.goto(address)
    text = " ".join(first_page_of_pdf(page).extract_text().split())
    assert "Où en est la circulaire" in text
    assert "Seconde institution en copie" in text

    send_and_answer(page)
    expect(page.locator(".letter-replies")).to_contain_text("reponse.pdf")

    # A member follows it from the letter to the promise, and back.
    member = open_page(Role.MEMBER)
    member.goto(address)
    member.locator(f".letter-about a[href='{THREAD}']").click()
    member.wait_for_url(f"**{THREAD}")
    kinds = member.locator(".thread-event").evaluate_all(
        "rows => rows.map((row) => row.dataset.kind)"
    )
    assert sorted(kinds) == ["answered", "made", "reminded"]
    assert kinds[1] == "reminded"
    member.locator(f"main a[href='{urlsplit(address).path}']").first.click()
    member.wait_for_url(re.compile(re.escape(address)))


def test_a_letter_is_read_and_written_on_a_phone_without_scripts(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(Role.SECRETARIAT, viewport=PHONE, java_script_enabled=False)
    page.goto("/courriers/ecrire/?institution=ministere-ecrit")
    page.locator("form.house-form [type=submit]").click()
    page.wait_for_url("**/modifier/")
    page.locator("#id_subject").fill("Sans script")
    _choose(page, "Première institution")
    page.locator("button[value=copies-add]").click()
    # Nothing typed is lost, and the letter shows it.
    expect(page.locator("#id_subject")).to_have_value("Sans script")
    expect(page.locator("#sheet .letter-subject")).to_have_text("Sans script")
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide
    page.locator("#save").click()
    page.wait_for_url(re.compile(r"/courriers/\d+/$"))
    expect(page.locator("h1")).to_have_text("Sans script")


def _choose(page: Page, name: str) -> None:
    option = page.locator("#copies-add option", has_text=name)
    page.locator("#copies-add").select_option(option.get_attribute("value"))

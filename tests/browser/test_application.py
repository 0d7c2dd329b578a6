"""An application for membership, from the first paper to the letter of decision, as the candidate and those who decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from members.enums import Role
from tests.browser.conftest import PASSWORD, PHONE, WIDE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

PAPERS = [
    ("presentation", ""),
    ("statutes", ""),
    ("activity_report", "1"),
    ("activity_report", "2"),
    ("activity_report", "3"),
]
# An invitation is another page's matter: here its result, an account of a guest for this application.
GUEST = """
import datetime as dt
from django.utils import timezone
from members.enums import Role
from members.models import GuestAccess, MembershipApplication, User
guest, _made = User.objects.get_or_create(
    email="{email}", defaults={{"name": "Contact", "role": Role.GUEST}}
)
guest.set_password("{password}")
guest.save()
GuestAccess.objects.create(
    person=guest,
    application=MembershipApplication.objects.get(name="{name}"),
    until=timezone.localdate() + dt.timedelta(days=60),
)
"""


def no_wider_than_its_window(page: Page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("window.innerWidth"), page.url


def send(page: Page) -> None:
    """The one filled button of a form."""
    no_wider_than_its_window(page)
    page.locator("main .btn-primary[type=submit]").click()


def go(page: Page, ending: str) -> None:
    no_wider_than_its_window(page)
    page.locator(f"main a[href$='{ending}']").first.click()


def state(page: Page, words: str) -> None:
    expect(page.locator(".application-facts .state")).to_have_attribute("data-state", words)
    no_wider_than_its_window(page)


@pytest.mark.parametrize("window", [WIDE, PHONE], ids=["desktop", "phone"])
def test_from_the_first_paper_to_the_letter_of_decision(
    window: Any,
    site: Site,
    browser: Browser,
    open_page: Callable[..., Page],
    tmp_path: Path,
) -> None:
    width = window["width"]
    name, email = f"Équipes candidates {width}", f"contact-{width}@vigie.example"
    file = tmp_path / "piece.pdf"
    file.write_bytes(b"%PDF-1.7\n%%EOF\n")

    secretary = open_page(Role.SECRETARIAT, viewport=window)
    secretary.goto("/collectif/candidatures/")
    go(secretary, "/nouvelle/")
    secretary.locator("#id_name").fill(name)
    send(secretary)
    state(secretary, "received")
    address = secretary.url
    year = int(secretary.evaluate(TODAY)[:4])
    site.run(GUEST.format(email=email, password=PASSWORD, name=name))

    # The candidate hands everything in.
    candidate = open_page(viewport=window)
    candidate.goto("/compte/connexion/")
    candidate.locator("[name=login]").fill(email)
    candidate.locator("[name=password]").fill(PASSWORD)
    candidate.locator("main form [type=submit]").first.click()
    candidate.wait_for_url(lambda url: "connexion" not in url)
    candidate.goto("/collectif/candidatures/")
    go(candidate, address.split("candidatures")[1])
    expect(candidate.locator(".checklist .tone-none")).to_have_count(7)
    for kind, back in PAPERS:
        go(candidate, "/pieces/ajouter/")
        candidate.locator("#id_kind").select_option(kind)
        if back:
            candidate.locator("#id_year").fill(str(year - int(back)))
        candidate.locator("#id_file").set_input_files(file)
        send(candidate)
        expect(candidate.locator("#messages .notice-success")).to_be_visible()
    # The wrong kind of file: said at the field.
    wrong = tmp_path / "statuts.pdf"
    wrong.write_bytes(b"MZ")
    go(candidate, "/pieces/ajouter/")
    candidate.locator("#id_kind").select_option("statutes")
    candidate.locator("#id_file").set_input_files(wrong)
    send(candidate)
    expect(candidate.locator("#id_file_error")).to_be_visible()
    candidate.goto(address)
    go(candidate, "/modifier/")
    candidate.locator("#id_about_trafficking").fill("Accompagnement de victimes.")
    candidate.locator("#id_motivation").fill("Agir ensemble.")
    send(candidate)
    candidate.wait_for_url(address)

    # The secretariat checks each paper, then the file is complete.
    secretary.goto(address)
    for number in range(len(PAPERS)):
        secretary.locator("main a[href$='/avis/']").nth(number).click()
        secretary.locator("[name=verdict][value=valid]").check()
        send(secretary)
        secretary.wait_for_url(address)
    expect(secretary.locator(".checklist .tone-none")).to_have_count(0)
    send(secretary)
    state(secretary, "complete")
    go(secretary, "/audition/")
    secretary.locator("#id_hearing_on").fill(secretary.evaluate(TODAY))
    send(secretary)
    state(secretary, "to_be_heard")

    # The coordinator decides; the candidate's next click answers as to a stranger.
    coordinator = open_page(Role.COORDINATOR, viewport=window)
    coordinator.goto(address)
    go(coordinator, "/decision/")
    coordinator.locator("[name=outcome][value=accepted]").check()
    send(coordinator)
    coordinator.wait_for_url("**/lettres/decision/nouvelle/")
    candidate.goto(address)
    assert "connexion" in candidate.url

    # The letter: corrected, made by the worker, sent, read back.
    body = coordinator.locator("#id_body")
    body.fill(body.input_value().replace("Madame, Monsieur,", "Chers collègues,"))
    send(coordinator)
    expect(coordinator.get_by_text(email)).to_be_visible()
    no_wider_than_its_window(coordinator)
    with coordinator.expect_download() as waiting:
        coordinator.locator("main a[href$='/fichier/']").first.click()
    text = " ".join(page.extract_text() for page in PdfReader(waiting.value.path()).pages)
    assert "Chers collègues" in text
    assert name in text
    coordinator.goto(address)
    state(coordinator, "accepted")
    coordinator.goto("/collectif/candidatures/")
    no_wider_than_its_window(coordinator)


# As a field for a day wants it, by the clock of the machine.
TODAY = "new Intl.DateTimeFormat('sv-SE', {timeZone: 'Europe/Paris'}).format(new Date())"

"""The life of minutes, from what is looked at before they leave to the text that nobody changes any more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from members.enums import Role
from tests.browser.conftest import PHONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
SLUG = "vie-d-un-compte-rendu"
MINUTES = f"/reunions/{SLUG}/compte-rendu/"
# Writing minutes is another page's matter: here its result, a draft, and the meeting that will adopt it.
DRAFT = """
import datetime as dt
from django.utils import timezone
from meetings.services.meetings import SessionFacts, create_meeting
from meetings.services.papers import add_meeting_paper
from meetings.services.sections import add_section, start_minutes
from members.enums import Audience
today = timezone.localdate()
held = SessionFacts(on=today - dt.timedelta(days=10))
meeting = create_meeting(by=None, title="Vie d’un compte rendu", slug="{slug}", sessions=[held])
later = create_meeting(by=None, title="Réunion qui adopte", slug="{slug}-2", sessions=[SessionFacts(on=today)])
minutes = start_minutes(meeting=meeting, by=None)
add_section(minutes=minutes, by=None, number="I.", heading="Moyens",
            text="La mission a **six postes** ; elle en demandait douze. Appeler le 01 99 00 12 34.")
add_section(minutes=minutes, by=None, number="II.", heading="Entre nous", text="Mot gardé.",
            audience=Audience.SECRETARIAT)
add_meeting_paper(meeting=meeting, by=None, title="Contribution", text="# Former\\n\\nLa formation est prévue.",
                  comments_until=today)
"""


@pytest.fixture(scope="module", autouse=True)
def _draft(site: Site) -> None:
    site.run(DRAFT.format(slug=SLUG))


def fits(page: Page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("window.innerWidth"), page.url


def send(page: Page) -> None:
    """The one filled button of a form."""
    fits(page)
    page.locator("main form .btn-primary[type=submit]").click()


def choose(page: Page, words: str) -> None:
    """Select words of the page, as a finger or a mouse would, once a script follows what is selected."""
    page.wait_for_load_state()
    page.evaluate(
        """words => {
            const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const start = walker.currentNode.data.indexOf(words);
                if (start < 0) continue;
                const range = document.createRange();
                range.setStart(walker.currentNode, start);
                range.setEnd(walker.currentNode, start + words.length);
                document.getSelection().removeAllRanges();
                document.getSelection().addRange(range);
                return;
            }
            throw new Error("not on the page: " + words);
        }""",
        words,
    )


def test_minutes_from_circulation_to_adoption(open_page: Callable[..., Page]) -> None:
    secretary = open_page(Role.SECRETARIAT)
    member = open_page(Role.MEMBER, viewport=PHONE)
    assert member.goto(MINUTES).status == 404  # type: ignore[union-attr]

    # What looks private is shown, and must be looked at.
    secretary.goto(f"{MINUTES}circuler/")
    expect(secretary.locator(".warning mark")).to_have_text(["01 99 00 12 34"])
    send(secretary)
    expect(secretary.locator("main [role=alert]")).to_be_visible()
    secretary.locator("[name=looked]").check()
    send(secretary)
    secretary.wait_for_url(re.compile(f"{MINUTES}$"))

    # A member reads on a phone, annotates a passage and proposes a correction.
    member.goto(MINUTES)
    expect(member.locator("main")).to_contain_text("elle en demandait")
    expect(member.locator("main")).not_to_contain_text("Mot gardé")
    choose(member, "demandait douze")
    bar = member.locator(".passage-bar")
    expect(bar).to_be_visible()
    fits(member)
    bar.locator("a[href*='/annotations/']").click()
    expect(member.locator("[name=passage]")).to_have_value("demandait douze")
    member.locator("[name=text]").fill("Voir la mesure 22.")
    send(member)
    expect(member.locator("main")).to_contain_text("Voir la mesure 22.")
    choose(member, "douze")
    bar.locator("a[href*='/corrections/']").click()
    expect(member.locator("[name=replacement]")).to_have_value("douze")
    member.locator("[name=replacement]").fill("dix")
    member.locator("[name=reason]").fill("Compté deux fois")
    send(member)
    expect(member.locator(".correction ins")).to_contain_text("dix")
    fits(member)

    # The secretariat accepts it; a second answer comes too late.
    secretary.goto(f"{MINUTES}corrections/")
    late = open_page(Role.SECRETARIAT)
    late.goto(f"{MINUTES}corrections/")
    secretary.locator("button[value=accept]").click()
    expect(secretary.locator(".correction-outcome")).to_be_visible()
    late.locator("[name=answer]").fill("Trop tard")
    late.locator("button[value=refuse]").click()
    expect(late.locator("main .notice-warning")).to_be_visible()
    member.goto(f"{MINUTES}versions/")
    expect(member.locator(".difference del")).to_contain_text("douze")
    expect(member.locator(".difference ins")).to_contain_text("dix")
    fits(member)

    # A later meeting adopts: the text is locked, and an erratum follows it.
    secretary.goto(f"{MINUTES}adopter/")
    adopting = secretary.locator("[name=meeting] option", has_text="Réunion qui adopte")
    secretary.locator("[name=meeting]").select_option(adopting.get_attribute("value"))
    send(secretary)
    secretary.wait_for_url(re.compile(f"{MINUTES}$"))
    member.goto(MINUTES)
    expect(member.locator("main")).to_contain_text("elle en demandait dix")
    expect(member.locator("a[href*='/corrections/ajouter/']")).to_have_count(0)
    secretary.goto(MINUTES)
    secretary.locator("a[href*='/errata/ajouter/']").first.click()
    secretary.locator("[name=text]").fill("Lire « neuf ».")
    send(secretary)
    member.goto(MINUTES)
    expect(member.locator(".erratum")).to_contain_text("neuf")


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_paper_sent_for_comment_is_annotated_on_a_phone(
    open_page: Callable[..., Page], *, java_script_enabled: bool
) -> None:
    remark = f"Quand, avec {java_script_enabled} ?"
    member = open_page(Role.MEMBER, viewport=PHONE, java_script_enabled=java_script_enabled)
    member.goto(MINUTES.replace("compte-rendu/", "annotations/"))
    # The paper's own page is reached from the meeting's.
    secretary = open_page(Role.SECRETARIAT)
    secretary.goto(f"/reunions/{SLUG}/")
    address = secretary.locator("a[href*='/pieces/'][href$='/lire/']").first.get_attribute("href")
    assert address
    member.goto(address)
    fits(member)
    member.locator(".paper-part .section-tools a").first.click()
    expect(member.locator(".source-text")).to_contain_text("La formation est prévue.")
    member.locator("[name=passage]").fill("La formation")
    member.locator("[name=text]").fill(remark)
    send(member)
    expect(member.locator(".remark-text", has_text=remark)).to_be_visible()
    fits(member)
    secretary.goto(f"/reunions/{SLUG}/annotations/")
    expect(secretary.locator(".remark-text", has_text=remark)).to_be_visible()
    with secretary.expect_download() as download:
        secretary.locator("a[href$='annotations.csv']").click()
    assert remark in download.value.path().read_text(encoding="utf-8-sig")

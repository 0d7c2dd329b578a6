"""Minutes as they are read: on a phone, by keyboard, without a script, on paper, and by the automated rules of access."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from members.enums import Role
from tests.browser.conftest import PHONE
from tests.browser.test_pages import violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

# Written by the services' own rows: the text needs no editor to be read.
WRITE = """
import datetime as dt
from django.utils import timezone
from meetings.models import Decision, FollowUp, Meeting, Minutes, MinutesSection, Session
from measures.models import Measure
from plan.models import Institution
slug = "lecture-d-essai"
if not Meeting.objects.filter(slug=slug).exists():
    meeting = Meeting.objects.create(slug=slug, title="Lecture d’essai", is_public=True)
    Session.objects.create(meeting=meeting, on=dt.date(2014, 1, 31), place="Paris")
    later = Meeting.objects.create(slug=slug + "-suite", title="Réunion suivante")
    Session.objects.create(meeting=later, on=dt.date(2014, 3, 20))
    minutes = Minutes.objects.create(meeting=meeting)
    for place in range(1, 9):
        section = MinutesSection.objects.create(
            minutes=minutes, position=place, number=f"{place}.", heading=f"Passage {place}", audience="public",
            level=1 + place % 2, text="\\n\\n".join(["Une phrase assez longue pour tenir sur plusieurs lignes. " * 6] * 4)
            + "^[Une note.]\\n\\n- un\\n- deux\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |",
        )
        section.measures.set(Measure.objects.filter(number="22"))
        section.institutions.set(Institution.objects.filter(key="miprof"))
        Decision.objects.create(section=section, text="Décision prise.")
        FollowUp.objects.create(section=section, text="Suite à donner.", who="Le secrétariat")
    MinutesSection.objects.create(
        minutes=minutes, position=9, heading="Réservé", audience="secretariat", text="Pour le secrétariat.")
    minutes.status, minutes.circulated_at = "adopted", timezone.now()
    minutes.adopted_at_meeting, minutes.adopted_on = later, dt.date(2014, 3, 20)
    minutes.save()
"""
MINUTES = "/reunions/lecture-d-essai/compte-rendu/"
MEASURE = "/plans/traite-2014-2016/mesures/22/"
PAGES = [
    MINUTES,
    "/reunions/comptes-rendus/",
    f"{MEASURE}paroles/",
    "/institutions/",
    "/institutions/miprof/",
    "/institutions/miprof/paroles/",
    "/institutions/miprof/reunions/",
]


@pytest.fixture(scope="module", autouse=True)
def _minutes(site: Site) -> None:
    site.run(WRITE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_pages_keep_the_rules_of_access_and_stay_within_a_phone(
    address: str, scheme: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(Role.SECRETARIAT, color_scheme=scheme)
    page.goto(address)
    assert violations(page) == []
    page.set_viewport_size(PHONE)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page) == []


def test_contents_are_folded_on_a_phone_and_lead_to_the_passage(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(viewport=PHONE)
    page.goto(MINUTES)
    contents = page.locator(".contents")
    fifth = contents.get_by_role("link", name="Passage 5")
    expect(fifth).to_be_hidden()
    contents.locator("summary").click()
    fifth.click()
    expect(fifth).to_be_hidden()
    heading = page.locator("h2, h3", has_text="Passage 5")
    expect(heading).to_be_in_viewport()


def test_contents_stand_beside_the_text_and_say_where_one_is(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    page.goto(MINUTES)
    expect(page.locator(".contents ol a")).to_have_count(8)
    page.locator(".contents").get_by_role("link", name="Passage 4").click()
    # Two, where one ends and the other begins.
    expect(page.locator(".contents a[aria-current]").first).to_contain_text("Passage")
    expect(page.locator(".contents")).to_be_in_viewport()


def test_lines_have_some_66_characters(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(MINUTES)
    width, letter = page.evaluate(
        """() => {
          const words = document.querySelector(".minutes-section p:has(> .para)");
          const rule = document.createElement("span");
          rule.textContent = words.textContent.slice(0, 200);
          rule.className = "nowrap";
          words.append(rule);
          const found = [words.getBoundingClientRect().width, rule.getBoundingClientRect().width / 200];
          rule.remove();
          return found;
        }"""
    )
    assert 58 <= width / letter <= 75


def test_every_paragraph_can_be_linked_to_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(MINUTES)
    mark = page.locator(".para").nth(3)
    assert mark.evaluate("element => getComputedStyle(element).opacity") == "0"
    mark.focus()
    assert mark.evaluate("element => getComputedStyle(element).opacity") == "1"
    page.keyboard.press("Enter")
    place = mark.get_attribute("id")
    expect(page).to_have_url(re.compile(f"#{place}$"))
    other = open_page()
    other.goto(f"{MINUTES}#{place}")
    paragraph = other.locator(f"p:has(> #{place})")
    expect(paragraph).to_be_in_viewport()
    assert paragraph.evaluate("element => element.getBoundingClientRect().top") >= 0


def test_text_is_read_without_a_script(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(MINUTES)
    expect(page.locator(".minutes-section")).to_have_count(8)
    page.locator(".contents").get_by_role("link", name="Passage 6").click()
    expect(page).to_have_url(re.compile("#s"))
    page.goto(MEASURE)
    page.locator(".panel-link a[href$='/paroles/']").click()
    page.wait_for_url("**/paroles/")
    expect(page.locator(".thread > li", has_text="Lecture d’essai")).to_have_count(8)


def test_what_was_said_comes_into_the_page_of_the_measure(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(MEASURE)
    page.locator("[aria-labelledby='panel-said']").scroll_into_view_if_needed()
    said = page.locator("[aria-labelledby='panel-said'] .thread > li", has_text="Lecture d’essai")
    expect(said).to_have_count(8)
    assert violations(page) == []
    said.first.get_by_role("link", name=re.compile("Passage 1")).click()
    page.wait_for_url(lambda url: MINUTES in url)


def test_on_paper_there_is_the_text_and_nothing_to_press(open_page: Callable[..., Page]) -> None:
    page = open_page(Role.MEMBER)
    page.goto(MINUTES)
    page.emulate_media(media="print")
    for hidden in (".contents", ".site-nav", ".to-top-end", ".para >> nth=0"):
        expect(page.locator(hidden)).to_be_hidden()
    for shown in ("h1", ".minutes-section >> nth=7", ".decisions >> nth=0", ".tag >> nth=0"):
        expect(page.locator(shown)).to_be_visible()
    page.goto(MEASURE)
    page.emulate_media(media="print")
    expect(page.locator(".panel-link a[href$='/paroles/']")).to_be_visible()


def test_what_is_for_the_secretariat_is_marked_for_it_and_absent_for_others(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(Role.SECRETARIAT)
    page.goto(MINUTES)
    expect(page.locator(".minutes-text .lock")).to_have_count(1)
    page = open_page(Role.MEMBER)
    page.goto(MINUTES)
    expect(page.locator("main")).not_to_contain_text("Réservé")
    expect(page.locator(".minutes-text .lock")).to_have_count(0)

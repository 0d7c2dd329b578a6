"""The thread of the circular day by day; and from a sentence of minutes to a commitment, an event, a footnote."""

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
MEETING = "promesse-dite-en-reunion"
MINUTES = f"/reunions/{MEETING}/compte-rendu/"
CIRCULAR = "circulaire-de-demonstration"
PREPARED = """
import datetime as dt
from commitments.enums import EventKind
from commitments.services.commitments import create_commitment
from commitments.services.events import record_event
from measures.models import Measure
from meetings.services.meetings import SessionFacts, create_meeting
from meetings.services.sections import add_section, start_minutes
from members.enums import Audience
from plan.models import Institution
body = Institution.objects.filter(acronym="MIPROF").first()
held = SessionFacts(on=dt.date(2014, 9, 23))
meeting = create_meeting(by=None, title="Une promesse dite en réunion", slug="{meeting}", sessions=[held])
minutes = start_minutes(meeting=meeting, by=None)
measure = Measure.objects.get(plan__slug="traite-2014-2016", number="5")
add_section(minutes=minutes, by=None, number="I.", heading="Préfectures", institutions=[body], measures=[measure],
            text="D’abord autre chose.\\n\\nUne **circulaire** partira aux préfets avant la fin de l’année 2014. Puis rien.")
made = create_commitment(by=None, institution=body, wording="Une circulaire aux préfets", made_on=dt.date(2014, 9, 23),
                         slug="{circular}", meeting=meeting, deadline_words="avant la fin de l’année 2014",
                         audience=Audience.PUBLIC)
record_event(commitment=made, by=None, kind=EventKind.NO_NEWS, on=dt.date(2015, 1, 22))
record_event(commitment=made, by=None, kind=EventKind.REMINDED, on=dt.date(2015, 4, 21))
"""


@pytest.fixture(scope="module", autouse=True)
def _prepared(site: Site) -> None:
    site.manage("shell", "-c", PREPARED.format(meeting=MEETING, circular=CIRCULAR))


def fits(page: Page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("window.innerWidth"), page.url


def save(page: Page) -> None:
    """The one filled button of a form."""
    fits(page)
    page.locator("main form .btn-primary[type=submit]").click()


def test_the_circular_stands_rightly_each_day(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport=PHONE)
    address = f"/engagements/{CIRCULAR}/"
    expected = [
        ("2014-12-31", "promised", False, 1),
        ("2015-01-01", "late", True, 1),
        ("2015-01-22", "no_news", True, 2),
        ("2015-04-21", "reminded", True, 3),
    ]
    for day, state, is_late, events in expected:
        page.goto(f"{address}?le={day}")
        badge = page.locator("#state")
        expect(badge).to_have_attribute("data-state", state)
        assert (badge.get_attribute("data-late") is not None) == is_late
        expect(page.locator(".thread-event")).to_have_count(events)
        fits(page)
    # From one day to the other by links, then by the date.
    page.goto(f"{address}?le=2015-04-21")
    page.locator(".milestones [rel=prev]").click()
    expect(page.locator("#state")).to_have_attribute("data-state", "no_news")
    page.locator("#le").fill("2014-12-31")
    expect(page.locator("#state")).to_have_attribute("data-state", "promised")
    assert "le=2014-12-31" in page.url
    # And on the list.
    page.goto("/engagements/?le=2015-01-01&q=circulaire")
    row = page.locator(".promise-table tbody tr", has=page.locator(f"a[href*='{CIRCULAR}']"))
    expect(row.locator(".days-late")).to_be_visible()
    fits(page)


def test_from_a_sentence_to_a_footnote_and_back(open_page: Callable[..., Page]) -> None:
    page = open_page(Role.COORDINATOR)
    page.goto(MINUTES)
    # The words are chosen with the mouse: a triple click takes the paragraph.
    sentence = page.locator(".minutes-section p", has_text="partira aux préfets")
    sentence.click(click_count=3)
    bar = page.locator(".passage-bar")
    bar.locator("a[href*='/engagements/ajouter/']").click()
    quote = page.locator("[name=quote]")
    expect(quote).to_have_value(re.compile("Une circulaire partira aux préfets"))
    expect(page.locator("[name=made_on]")).to_have_value("2014-09-23")
    expect(page.locator("[name=measures]:checked")).to_have_count(1)
    assert page.locator("[name=institution]").input_value()
    assert page.locator("[name=section]").input_value()

    # What cannot be told is asked, and nothing typed is lost.
    page.locator("[name=wording]").fill("Une circulaire, dite en réunion")
    page.locator("[name=deadline_words]").fill("quand il pleuvra")
    save(page)
    expect(page.locator("#field-late_from .errorlist")).to_be_visible()
    expect(quote).to_have_value(re.compile("Une circulaire partira"))
    page.locator("[name=deadline_words]").fill("avant la fin de l’année 2014")
    page.locator("[name=deadline_words]").press("Tab")
    expect(page.locator("#field-late_from .deadline-told")).to_contain_text("2015")
    save(page)
    page.wait_for_url(re.compile(r"/engagements/une-circulaire"))
    thread = page.url
    expect(page.locator("#state")).to_have_attribute("data-state", "late")

    # What happened next.
    page.locator("a[href$='/evenements/ajouter/']").click()
    page.locator("[name=kind][value=no_news]").check()
    page.locator("[name=on]").fill("2015-01-22")
    page.locator("[name=text]").fill("Aucun membre ne l’a vue.")
    save(page)
    expect(page.locator(".thread-event[data-kind=no_news]")).to_contain_text("Aucun membre")
    fits(page)

    # The paragraph shows it, and it leads to the paragraph.
    page.locator("#origin a").click()
    page.wait_for_url(re.compile(rf"{MINUTES}#s\d+-p2$"))
    shown = sentence.locator(".promised-here")
    expect(shown).to_be_visible()
    shown.click()
    page.wait_for_url(thread)

    # Public, it is cited in an assessment.
    page.locator("a[href$='/publier/']").click()
    save(page)
    page.wait_for_url(thread)
    page.goto("/plans/traite-2014-2016/mesures/5/")
    page.locator(".measure-tools .assess-link").click()
    sheet = page.locator("[data-sheet]")
    sheet.locator("a[href$='/engagements/citer/']").click()
    sheet.locator(".citable .cite-slot button", has_text=re.compile("dite en réunion")).click()
    expect(sheet.locator("[name=source_0]")).to_have_value(re.compile("dite en réunion"))
    key = sheet.locator(".cite-key code").first.inner_text()
    sheet.locator("input[name=level]").first.check()
    sheet.locator("[name=reason]").fill(f"La circulaire promise n’a pas été vue {key}.")
    sheet.locator("[value=publish]").click()
    expect(sheet).to_have_count(0)

    # The note leads back to the thread, and the thread to the assessment.
    note = page.locator(".notes li", has_text="dite en réunion").first
    note.locator("a[href*='/engagements/']").click()
    page.wait_for_url(re.compile(re.escape(thread)))
    expect(page.locator("#assessments a")).to_have_count(1)


def test_the_keyboard_goes_from_words_to_the_form(open_page: Callable[..., Page]) -> None:
    page = open_page(Role.SECRETARIAT)
    page.goto(MINUTES)
    page.locator(".section-tools a[href*='/engagements/ajouter/']").first.focus()
    page.keyboard.press("Enter")
    # Without words chosen, the place is filled in all the same.
    expect(page.locator("[name=made_on]")).to_have_value("2014-09-23")
    expect(page.locator("[name=quote]")).to_have_value("")

"""The thread of the circular day by day; and from a sentence of minutes to a commitment, and on to the report."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from members.enums import Role
from tests.browser.conftest import PHONE
from tests.browser.letters import first_page_of_pdf, send_and_answer
from tests.browser.reports import ask_for_report, report_file
from tests.factories import SMALL_PDF

if TYPE_CHECKING:
    from collections.abc import Callable

    from pypdf import PageObject

    from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
MEETING = "promesse-dite-en-reunion"
MINUTES = f"/reunions/{MEETING}/compte-rendu/"
MEASURE = "/plans/traite-2014-2016/mesures/5/"
CIRCULAR, REDIT = "circulaire-de-demonstration", "formation-de-demonstration"
REASON = "La circulaire promise n’a pas été vue"
PREPARED = """
import datetime as dt
from commitments.enums import EventKind
from commitments.services.commitments import create_commitment
from commitments.services.events import record_event
from measures.models import Measure
from meetings.services.life import circulate
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
            text="D’abord autre chose.\\n\\nUne **circulaire** partira aux préfets avant la fin de l’année 2014. Puis rien.\\n\\nDes formations aussi, et le ministre le redit.")
minutes.refresh_from_db()
# Words of a draft are for the secretariat alone: no letter would print them.
circulate(minutes=minutes, version=minutes.version, by=None, remarks_until=dt.date(2014, 10, 15),
          at=dt.datetime(2014, 10, 1, tzinfo=dt.UTC))
made = create_commitment(by=None, institution=body, wording="Une circulaire aux préfets", made_on=dt.date(2014, 9, 23),
                         slug="{circular}", meeting=meeting, deadline_words="avant la fin de l’année 2014",
                         audience=Audience.PUBLIC)
record_event(commitment=made, by=None, kind=EventKind.NO_NEWS, on=dt.date(2015, 1, 22))
record_event(commitment=made, by=None, kind=EventKind.REMINDED, on=dt.date(2015, 4, 21))
create_commitment(by=None, institution=body, wording="Des formations aussi", made_on=dt.date(2014, 9, 22),
                  slug="{other}", meeting=meeting)
"""


@pytest.fixture(scope="module", autouse=True)
def _prepared(site: Site) -> None:
    site.run(PREPARED.format(meeting=MEETING, circular=CIRCULAR, other=REDIT))


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
    # Only a script follows the field.
    page.wait_for_load_state()
    page.locator("#le").fill("2014-12-31")
    expect(page.locator("#state")).to_have_attribute("data-state", "promised")
    expect(page).to_have_url(re.compile("le=2014-12-31"))
    # And on the list.
    page.goto("/engagements/?le=2015-01-01&q=circulaire")
    row = page.locator(".promise-table tbody tr", has=page.locator(f"a[href*='{CIRCULAR}']"))
    expect(row.locator(".days-late")).to_be_visible()
    fits(page)


def test_from_a_sentence_to_the_report_and_back(open_page: Callable[..., Page]) -> None:
    """The whole way: minutes, commitment, letter, its PDF, the answer, a footnote, the report; then back by links."""
    page = open_page(Role.COORDINATOR)
    thread = _record_from_words(page)
    letter = _write_and_answer(page, thread)
    _cite_in_an_assessment(page, thread)
    _read_the_footnote_in_the_report(page, thread)

    # Back: from the note on the page of the measure to the thread,
    page.goto(MEASURE)
    note = page.locator(".notes li", has_text="dite en réunion").first
    note.locator("a[href*='/engagements/']").click()
    page.wait_for_url(re.compile(re.escape(thread)))
    fits(page)
    # to the letter, its answer, and the paper that was kept,
    page.locator(f".thread-event[data-kind=answered] a[href='{urlsplit(letter).path}']").click()
    page.wait_for_url(letter)
    with page.expect_download() as waiting:
        page.locator(".letter-replies a").click()
    assert waiting.value.path().read_bytes() == SMALL_PDF
    page.locator(f".letter-about a[href='{urlsplit(thread).path}']").click()
    page.wait_for_url(thread)
    # to the assessment that cites it,
    page.locator("#assessments a").click()
    page.wait_for_url(re.compile(re.escape(MEASURE)))
    page.goto(thread)
    # and to the paragraph of the minutes, which leads to it.
    page.locator("#origin a").click()
    page.wait_for_url(re.compile(rf"{MINUTES}#s\d+-p2$"))
    page.locator(f".promised-here[href='{urlsplit(thread).path}']").click()
    page.wait_for_url(thread)


def test_words_of_minutes_become_an_event_of_an_open_commitment(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(Role.SECRETARIAT)
    page.goto(MINUTES)
    last = page.locator(".minutes-section p", has_text="le ministre le redit")
    last.click(click_count=3)
    page.locator(".passage-bar a[href*='/engagements/ajouter/evenement/']").click()
    expect(page.locator(".promise-quote")).to_contain_text("le ministre le redit")
    fits(page)
    page.locator(f".promise-letters a[href*='{REDIT}']").click()
    expect(page.locator("[name=on]")).to_have_value("2014-09-23")
    expect(page.locator("[name=text]")).to_have_value(re.compile("«.*le ministre le redit.*»"))
    assert page.locator("[name=meeting]").input_value()
    assert page.locator("[name=section]").input_value()
    # What did not happen yet is refused at the day, with all that was typed.
    page.locator("[name=kind][value=reaffirmed]").check()
    page.locator("[name=on]").fill("2014-09-20")
    save(page)
    expect(page.locator("#field-on .errorlist")).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value(re.compile("le ministre le redit"))
    page.locator("[name=on]").fill("2014-09-23")
    save(page)
    told = page.locator(".thread-event[data-kind=reaffirmed]")
    expect(told).to_contain_text("le ministre le redit")
    # The thread leads to the paragraph, which shows what was said there.
    told.locator("a[href*='/compte-rendu/']").click()
    page.wait_for_url(re.compile(rf"{MINUTES}#s\d+-p3$"))
    expect(last.locator(f".promised-here[href*='{REDIT}']")).to_be_visible()


def test_words_are_told_of_a_commitment_without_scripts(open_page: Callable[..., Page]) -> None:
    page = open_page(Role.SECRETARIAT, viewport=PHONE, java_script_enabled=False)
    page.goto(MINUTES)
    page.locator(".section-tools a[href*='/engagements/ajouter/evenement/']").first.click()
    fits(page)
    page.locator("form.filters [name=q]").fill("circulaire aux préfets")
    page.locator("form.filters [type=submit]").click()
    page.locator(f".promise-letters a[href*='{CIRCULAR}']").click()
    # Said twice on one day: the form comes with its place, and nothing is asked again.
    assert page.locator("[name=section]").input_value()
    expect(page.locator("[name=on]")).to_have_value("2014-09-23")
    fits(page)


def _record_from_words(page: Page) -> str:
    """From words chosen in minutes to the thread of a commitment, made public; returns its address."""
    page.goto(MINUTES)
    # The words are chosen with the mouse: a triple click takes the paragraph.
    sentence = page.locator(".minutes-section p", has_text="partira aux préfets")
    sentence.click(click_count=3)
    bar = page.locator(".passage-bar")
    bar.locator("a[href*='/engagements/ajouter/?']").click()
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
    page.locator("a[href$='/publier/']").click()
    save(page)
    page.wait_for_url(thread)
    return thread


def _write_and_answer(page: Page, thread: str) -> str:
    """From a commitment to its letter, the PDF and the answer; returns the letter's address."""
    page.locator("a[href*='/courriers/ecrire/']").click()
    page.locator("form.house-form [type=submit]").click()
    page.wait_for_url("**/modifier/")
    expect(page.locator("#id_body")).to_have_value(re.compile("Une circulaire partira aux préfets"))
    page.locator("#id_address").fill("1 rue du Bac\n75007 Paris")
    page.locator("#save").click()
    page.wait_for_url(re.compile(r"/courriers/\d+/$"))
    letter = page.url
    page.locator("#sign").click()
    page.locator("#take-step").click()
    page.wait_for_url(letter)
    assert "Une circulaire partira aux préfets" in words_on(first_page_of_pdf(page))
    send_and_answer(page)
    page.goto(thread)
    # The events followed by themselves.
    for kind in ("reminded", "answered"):
        expect(page.locator(f".thread-event[data-kind={kind}]")).to_be_visible()
    return letter


def _cite_in_an_assessment(page: Page, thread: str) -> None:
    page.goto(MEASURE)
    page.locator(".measure-tools .assess-link").click()
    sheet = page.locator("[data-sheet]")
    sheet.locator("a[href$='/engagements/citer/']").click()
    sheet.locator(".citable .cite-slot button", has_text=re.compile("dite en réunion")).click()
    expect(sheet.locator("[name=source_0]")).to_have_value(re.compile("dite en réunion"))
    key = sheet.locator(".cite-key code").first.inner_text()
    sheet.locator("input[name=level]").first.check()
    sheet.locator("[name=reason]").fill(f"{REASON} {key}.")
    sheet.locator("[value=publish]").click()
    expect(sheet).to_have_count(0)
    page.goto(thread)
    expect(page.locator("#assessments a")).to_have_count(1)


def _read_the_footnote_in_the_report(page: Page, thread: str) -> None:
    """The worker lays the report out: on the page of the call stand the note and its link."""
    ask_for_report(page)
    leaves = PdfReader(report_file(page)).pages
    called = next(leaf for leaf in leaves if REASON in words_on(leaf))
    words = words_on(called)
    assert "Une circulaire, dite en réunion" in words
    assert "engagement pris le 23 septembre 2014" in words
    assert thread in addresses_on(called)


def words_on(leaf: PageObject) -> str:
    return " ".join(leaf.extract_text().split())


def addresses_on(leaf: PageObject) -> list[str]:
    links = [each.get_object().get("/A", {}) for each in leaf.get("/Annots", [])]
    return [link["/URI"] for link in links if "/URI" in link]


def test_the_keyboard_goes_from_words_to_the_form(open_page: Callable[..., Page]) -> None:
    page = open_page(Role.SECRETARIAT)
    page.goto(MINUTES)
    page.locator(".section-tools a[href*='/engagements/ajouter/']").first.focus()
    page.keyboard.press("Enter")
    # Without words chosen, the place is filled in all the same.
    expect(page.locator("[name=made_on]")).to_have_value("2014-09-23")
    expect(page.locator("[name=quote]")).to_have_value("")

"""Minutes written in a real browser: what is typed is saved, completed, compared, and never lost."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from members.enums import Role
from tests.browser.conftest import PHONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import Site

    OpenPage = Callable[..., Page]

pytestmark = pytest.mark.browser

ADDRESS = "/reunions/{slug}/compte-rendu/rediger/"
BEGIN = """
import datetime as dt, json
from meetings.services.meetings import SessionFacts, create_meeting
from meetings.services.sections import add_section, start_minutes
meeting = create_meeting(by=None, title="Réunion {slug}", slug="{slug}", sessions=[SessionFacts(on=dt.date(2014, 1, 31))])
minutes = start_minutes(meeting=meeting, by=None)
print(json.dumps([add_section(minutes=minutes, by=None, heading=heading, text=text).pk for heading, text in {sections!r}]))
"""
STORED = """
import json
from meetings.models import MinutesSection
row = MinutesSection.objects.get(pk={pk})
print(json.dumps([row.text, row.version, [measure.number for measure in row.measures.all()]]))
"""
_numbers = count(1)


class Minutes:
    """New minutes on the site of the browser tests."""

    def __init__(self, site: Site, *sections: tuple[str, str]) -> None:
        self.site = site
        self.slug = f"editeur-{next(_numbers)}"
        script = BEGIN.format(slug=self.slug, sections=sections)
        self.pks: list[int] = json.loads(site.run(script))

    @property
    def editor(self) -> str:
        return ADDRESS.format(slug=self.slug)

    def page(self, place: int = 0) -> str:
        return f"{self.editor}{self.pks[place]}/"

    def stored(self, place: int = 0) -> tuple[str, int, list[str]]:
        script = STORED.format(pk=self.pks[place])
        text, version, measures = json.loads(self.site.run(script))
        return text, version, measures


@pytest.fixture
def begin(site: Site) -> Callable[..., Minutes]:
    return lambda *sections: Minutes(site, *(sections or [("Accueil", "Un.")]))


def open_text(page: Page, address: str) -> None:
    """The page of a section, its script started, the caret at the end of the text."""
    page.goto(address)
    page.wait_for_selector("form[data-started]")
    page.locator("#id_text").click()
    page.keyboard.press("Control+End")


def wait_for_version(page: Page, version: int) -> None:
    expect(page.locator("#section-form [name=version]")).to_have_value(str(version))


def expect_said(page: Page, name: str) -> None:
    """The line under the text says what the page has for this."""
    words = page.locator("#section-form").get_attribute(f"data-said-{name}") or "nothing"
    expect(page.locator("#save-state")).to_have_text(words)


def test_what_is_typed_is_saved_and_shown_as_it_will_be_read(
    begin: Callable[..., Minutes], open_page: OpenPage
) -> None:
    minutes, page = begin(), open_page(Role.SECRETARIAT)
    open_text(page, minutes.page())
    page.keyboard.type("\n\nUn **mot** de plus.")
    # Until it is saved, which it may be before the preview has come.
    expect(page.locator("#save-typing")).to_be_visible()
    expect(page.locator("#preview strong")).to_have_text("mot")
    wait_for_version(page, 2)
    expect(page.locator("#save-typing")).to_be_hidden()
    expect(page.locator("#save-state")).not_to_be_empty()
    assert (
        page.evaluate("sessionStorage.getItem('vigie-section-' + location.pathname.split('/')[5])")
        is None
    )
    assert minutes.stored()[:2] == ("Un.\n\nUn **mot** de plus.", 2)
    # An explicit save right after typing takes what was typed last.
    page.keyboard.type(" Et la fin.")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".notice-success")
    assert minutes.stored()[0].endswith("Et la fin.")


def test_measure_is_completed_by_keyboard_and_ticked(
    begin: Callable[..., Minutes], open_page: OpenPage
) -> None:
    minutes, page = begin(), open_page(Role.SECRETARIAT)
    open_text(page, minutes.page())
    page.keyboard.type(" Voir @22")
    options = page.locator("#completions [role=option]")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert page.locator("#id_text").get_attribute("aria-activedescendant") == "completion-0"
    page.keyboard.press("Escape")
    expect(page.locator("#completions")).to_be_hidden()
    page.keyboard.press("Backspace")
    expect(options.nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    text = page.locator("#id_text").input_value()
    assert text == "Un. Voir [mesure 2](/plans/traite-2014-2016/mesures/2/)"
    wait_for_version(page, 2)
    assert minutes.stored() == (text, 2, ["2"])
    expect(page.locator("#preview a")).to_have_attribute(
        "href", "/plans/traite-2014-2016/mesures/2/"
    )


def test_mention_is_linked_by_its_button(
    begin: Callable[..., Minutes], open_page: OpenPage
) -> None:
    minutes, page = begin(("Accueil", "🙂 La mesure 22.")), open_page(Role.SECRETARIAT)
    open_text(page, minutes.page())
    page.locator("#preview [data-link]").click()
    expect(page.locator("#id_text")).to_have_value(
        "🙂 La [mesure 22](/plans/traite-2014-2016/mesures/22/)."
    )
    wait_for_version(page, 2)
    assert minutes.stored()[2] == ["22"]
    expect(page.locator("#preview [data-link]")).to_have_count(0)


def test_toolbar_puts_in_a_table_and_undoing_takes_it_out(
    begin: Callable[..., Minutes], open_page: OpenPage
) -> None:
    minutes, page = begin(), open_page(Role.SECRETARIAT)
    open_text(page, minutes.page())
    page.locator("[data-insert=table]").click()
    expect(page.locator("#preview table")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.locator("#id_text")).to_have_value("Un.")
    page.keyboard.press("Control+a")
    page.locator("md-bold").click()
    expect(page.locator("#preview strong")).to_have_text("Un.")


def test_text_that_is_too_long_is_said_on_the_page_and_stays_there(
    begin: Callable[..., Minutes], open_page: OpenPage
) -> None:
    minutes, page = begin(), open_page(Role.SECRETARIAT)
    open_text(page, minutes.page())
    page.locator("#id_text").fill("x" * 100_001)
    page.locator("#section-form [type=submit]").first.click()
    expect_said(page, "long")
    expect(page.locator("#id_text")).to_be_focused()
    # Nothing was sent: the server would have answered with its own page.
    expect(page.locator(".field-error")).to_have_count(0)
    assert minutes.stored()[:2] == ("Un.", 1)


def test_two_browsers_on_one_section_see_both_texts_and_lose_none(
    begin: Callable[..., Minutes], open_page: OpenPage
) -> None:
    minutes = begin()
    one, other = open_page(Role.SECRETARIAT), open_page(Role.COORDINATOR)
    open_text(one, minutes.page())
    open_text(other, minutes.page())
    one.keyboard.type(" Premier.")
    wait_for_version(one, 2)
    other.keyboard.type(" Second.")
    conflict = other.locator("#conflict")
    expect(conflict).to_be_visible()
    expect(conflict.locator("del")).to_contain_text("Premier")
    expect(conflict.locator("ins")).to_contain_text("Second")
    expect(other.locator("#id_text")).to_have_value("Un. Second.")
    assert minutes.stored()[0] == "Un. Premier."
    # Reloaded in the middle of it, the page still has both.
    other.once("dialog", lambda dialog: dialog.accept())
    other.reload()
    expect(conflict).to_be_visible()
    expect(other.locator("#id_text")).to_have_value("Un. Second.")
    other.locator("[data-keep-mine]").click()
    wait_for_version(other, 3)
    expect(conflict).to_be_hidden()
    assert minutes.stored()[0] == "Un. Second."
    # What was replaced stays in the history.
    history = (
        "from meetings.models import MinutesSection\n"
        f"print('Un. Premier.' in MinutesSection.history.filter(id={minutes.pks[0]}).values_list('text', flat=True))"
    )
    assert minutes.site.run(history).strip() == "True"


def test_what_is_typed_without_a_network_is_sent_when_it_is_back(
    begin: Callable[..., Minutes], open_page: OpenPage
) -> None:
    minutes, page = begin(), open_page(Role.SECRETARIAT)
    open_text(page, minutes.page())
    page.context.set_offline(True)
    page.keyboard.type(" Hors ligne.")
    expect_said(page, "offline")
    assert minutes.stored()[0] == "Un."
    page.context.set_offline(False)
    wait_for_version(page, 2)
    assert minutes.stored()[0] == "Un. Hors ligne."


def test_what_is_typed_after_the_session_ended_is_sent_once_logged_in_again(
    begin: Callable[..., Minutes], open_page: OpenPage
) -> None:
    minutes, page = begin(), open_page(Role.SECRETARIAT)
    open_text(page, minutes.page())
    kept: Any = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    page.keyboard.type(" Encore.")
    expect_said(page, "expired")
    assert minutes.stored()[0] == "Un."
    page.context.add_cookies(kept)
    wait_for_version(page, 2)
    assert minutes.stored()[0] == "Un. Encore."


def test_list_is_put_in_order_by_keyboard(
    begin: Callable[..., Minutes], open_page: OpenPage
) -> None:
    minutes, page = begin(("Un", ""), ("Deux", ""), ("Trois", "")), open_page(Role.SECRETARIAT)
    page.goto(minutes.editor)
    first = minutes.pks[0]
    page.focus(f"#down-{first}")
    for place in (1, 2):
        page.keyboard.press("Enter")
        row = page.locator(".section-row").nth(place)
        expect(row).to_have_attribute("id", f"section-{first}")
        expect(page.locator(f"#down-{first}")).to_be_focused()


def test_list_is_put_in_order_by_keyboard_without_javascript(
    begin: Callable[..., Minutes], open_page: OpenPage
) -> None:
    minutes = begin(("Un", ""), ("Deux", ""), ("Trois", ""))
    page = open_page(Role.SECRETARIAT, java_script_enabled=False)
    page.goto(minutes.editor)
    last = minutes.pks[2]
    page.focus(f"#up-{last}")
    for place in (1, 0):
        page.keyboard.press("Enter")
        row = page.locator(".section-row").nth(place)
        expect(row).to_have_attribute("id", f"section-{last}")
        expect(page.locator(f"#up-{last}")).to_be_focused()


def test_decision_is_added_without_leaving_the_text(
    begin: Callable[..., Minutes], open_page: OpenPage
) -> None:
    minutes, page = begin(), open_page(Role.SECRETARIAT)
    open_text(page, minutes.page())
    page.keyboard.type(" En cours")
    page.locator("#outcomes summary").first.click()
    page.locator("#id_decision-text").fill("Écrire au ministère")
    page.locator("#id_decision-means").select_option("vote")
    page.locator(".outcome-form").first.locator("button").click()
    # A vote is counted: the form stays, with what is wrong.
    expect(page.locator("#outcomes .errorlist").first).to_be_visible()
    page.locator("#id_decision-votes_for").fill("12")
    page.locator(".outcome-form").first.locator("button").click()
    expect(page.locator(".outcome-list li")).to_contain_text("Écrire au ministère")
    expect(page.locator("#id_text")).to_have_value("Un. En cours")


def test_minutes_are_written_without_javascript(
    begin: Callable[..., Minutes], open_page: OpenPage
) -> None:
    minutes = begin(("Accueil", "La mesure 22."))
    page = open_page(Role.SECRETARIAT, java_script_enabled=False, viewport=PHONE)
    page.goto(minutes.page())
    assert not page.locator("markdown-toolbar").is_visible()
    page.locator("#id_text").fill("La mesure 22 **encore**.")
    page.locator("#suggestions button[name=action]").click()
    expect(page.locator("#preview strong")).to_have_text("encore")
    assert minutes.stored()[0] == (
        "La [mesure 22](/plans/traite-2014-2016/mesures/22/) **encore**."
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

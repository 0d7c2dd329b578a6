"""A meeting called together in a real browser: the mail with its file, the answer, and what a guest sees of it all."""

from __future__ import annotations

import re
import time
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import pytest
import vobject
from playwright.sync_api import expect

from members.enums import Role
from tests.browser.conftest import PATIENCE, PHONE

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import Message

    from playwright.sync_api import Page

    from tests.browser.conftest import Site

    OpenPage = Callable[..., Page]

pytestmark = pytest.mark.browser

TO_COME = """
import datetime as dt
from django.utils import timezone
from meetings.services.agenda import add_item
from meetings.services.meetings import SessionFacts, create_meeting
from members.models import User
day = SessionFacts(on=timezone.localdate() + dt.timedelta(days=9), starts_at=dt.time(14), place="Paris")
meeting = create_meeting(by=None, title="Réunion à venir", slug="reunion-a-venir", sessions=[day])
add_item(meeting=meeting, by=None, title="La formation")
print(User.objects.get(email="guest@vigie.example").pk)
"""
ANSWERED = """
from meetings.models import Invitee
print(Invitee.objects.filter(meeting__slug="reunion-a-venir", answer="present").count())
"""
PAST = """
import datetime as dt
from django.utils import timezone
from meetings.models import Invitee
from meetings.services.life import circulate
from meetings.services.meetings import SessionFacts, create_meeting
from meetings.services.papers import add_meeting_paper
from meetings.services.sections import add_section, start_minutes
from members.enums import Audience
from members.models import User
today = timezone.localdate()
guest = User.objects.get(email="guest@vigie.example")
day = SessionFacts(on=today - dt.timedelta(days=9))
meeting = create_meeting(by=None, title="Audition d’un invité", slug="audition-d-un-invite", sessions=[day])
create_meeting(by=None, title="Une autre", slug="une-autre-reunion", sessions=[day])
Invitee.objects.create(meeting=meeting, person=guest)
add_meeting_paper(meeting=meeting, by=None, title="Pièce des membres", text="Mot membre.")
minutes = start_minutes(meeting=meeting, by=None)
add_section(minutes=minutes, by=None, heading="Ce qui le regarde", text="Xylophone nommé.", audience=Audience.NAMED, people=[guest])
add_section(minutes=minutes, by=None, heading="Entre membres", text="Xylophone membre.", audience=Audience.MEMBERS)
add_section(minutes=minutes, by=None, heading="Entre nous", text="Xylophone gardé.", audience=Audience.SECRETARIAT)
circulate(minutes=minutes, version=minutes.version, by=None, remarks_until=today, at=timezone.now() - dt.timedelta(hours=1))
"""


def mail_about(site: Site, role: Role, words: str) -> Message:
    """The mail of the worker, once it has left; what other tests had it write may come before and after."""
    deadline = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < deadline:
        for mail in site.mails_to(f"{role}@vigie.example"):
            message = message_from_bytes(mail.encode())
            if words in text_of(message):
                return message
        time.sleep(0.2)
    pytest.fail(f"No mail about {words} to {role}.")


def text_of(message: Message) -> str:
    parts: Any = message.walk()
    return b"".join(
        part.get_payload(decode=True) for part in parts if part.get_content_maintype() == "text"
    ).decode()


def test_meeting_is_convened_by_mail_and_answered(site: Site, open_page: OpenPage) -> None:
    guest = site.run(TO_COME).strip()
    secretariat = open_page(Role.SECRETARIAT)
    secretariat.goto("/reunions/reunion-a-venir/convoquer/")
    # Other tests have guests of their own.
    secretariat.locator(f"[name=guests][value='{guest}']").check()
    secretariat.locator("main form .btn-primary[type=submit]").click()
    secretariat.wait_for_selector(".notice-success")
    for role in (Role.MEMBER, Role.GUEST):
        message = mail_about(site, role, "reunion-a-venir")
        [attached] = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
        payload: Any = attached.get_payload(decode=True)
        event = vobject.readOne(payload.decode()).vevent
        assert event.summary.value == "Réunion à venir"
        assert (event.dtstart.value.hour, event.location.value) == (14, "Paris")
        address = re.search(r"http\S+/reunions/reunion-a-venir/", text_of(message))
        assert address is not None
        page = open_page(role, viewport=PHONE)
        page.goto(address[0])
        expect(page.locator("#ordre-du-jour")).to_contain_text("La formation")
        page.locator("a[href$='/repondre/']").first.click()
        page.locator("[name=answer][value=present]").check()
        page.locator("main form .btn-primary[type=submit]").click()
        expect(page.locator("#own-title ~ p strong")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert site.run(ANSWERED).strip() == "2"


def test_guest_sees_the_one_meeting_and_what_names_them(site: Site, open_page: OpenPage) -> None:
    site.run(PAST)
    page = open_page(Role.GUEST, viewport=PHONE)
    page.goto("/reunions/")
    expect(page.locator("main")).to_contain_text("Audition d’un invité")
    expect(page.locator("main")).not_to_contain_text("Une autre")
    page.goto("/reunions/audition-d-un-invite/")
    expect(page.locator("main")).not_to_contain_text("Pièce des membres")
    page.locator("#minutes-title ~ p a").click()
    expect(page.locator(".minutes-section")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("Xylophone nommé.")
    for hidden in ("Entre membres", "Xylophone membre", "Entre nous", "Xylophone gardé"):
        assert hidden not in page.content()
    assert page.locator(".section-tools a").count() == 0
    page.goto("/recherche/?q=xylophone")
    expect(page.locator(".search-title")).to_have_count(1)
    closed = {
        "/reunions/une-autre-reunion/": 404,
        "/reunions/audition-d-un-invite/compte-rendu/rediger/": 403,
        "/reunions/audition-d-un-invite/compte-rendu/versions/": 404,
        "/reunions/audition-d-un-invite/presences/": 404,
    }
    found = {address: page.request.get(address).status for address in closed}
    assert found == closed

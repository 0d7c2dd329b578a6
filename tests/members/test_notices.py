"""What people are told: in their account at once, by mail as often as they chose."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from members.enums import MailFrequency, Role
from members.mail import send_text
from members.models import Notice, User
from members.services.notices import send_due_notices, tell
from tests.conftest import ClientAs
from tests.factories import make_mandate, make_stranger, make_user

pytestmark = pytest.mark.django_db

PAGE = reverse("members:notices")
MONDAY = dt.datetime(2026, 3, 2, 6, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def people(**fields: Any) -> dict[str, User]:
    return {
        frequency: make_user(Role.SECRETARIAT, mail_frequency=frequency, **fields)
        for frequency in MailFrequency.values
    }


def mailed() -> list[str]:
    """To whom, since it was last asked."""
    addresses = sorted(message.to[0] for message in mail.outbox)
    mail.outbox.clear()
    return addresses


def test_everyone_finds_it_in_their_account_and_one_kind_is_mailed_at_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, settings: Settings
) -> None:
    settings.SITE_URL = "https://vigie.example"
    told = people()
    with django_capture_on_commit_callbacks(execute=True):
        tell(people=told.values(), words="The report is published.", path="/rapports/")
        assert mail.outbox == []
    assert Notice.objects.count() == len(told)
    [message] = mail.outbox
    assert message.to == [told[MailFrequency.AT_ONCE].email]
    assert "https://vigie.example/rapports/" in message.body
    assert send_due_notices() == 2


def test_words_are_in_each_persons_own_language() -> None:
    french, english = make_user(language="fr"), make_user(language="en")
    tell(people=[french, english], words="Log out", path="")
    assert english.notices.get().words == "Log out"
    assert french.notices.get().words != "Log out"


def test_digests_leave_once_a_day_and_once_a_week() -> None:
    told = people()
    daily, weekly = told[MailFrequency.DAILY].email, told[MailFrequency.WEEKLY].email
    sent: list[list[str]] = []
    for day in range(9):
        with time_machine.travel(MONDAY + day * DAY, tick=False):
            tell(people=told.values(), words=f"News of day {day}", path="")
            Notice.objects.filter(person=told[MailFrequency.AT_ONCE]).delete()
            send_due_notices()
            send_due_notices()
            sent.append(mailed())
    both = sorted([daily, weekly])
    assert sent == [both, *[[daily]] * 6, both, [daily]]


def test_digest_holds_everything_since_the_last_one() -> None:
    person = make_user(mail_frequency=MailFrequency.DAILY)
    with time_machine.travel(MONDAY, tick=False):
        for number in range(3):
            tell(people=[person], words=f"News {number}", path="/compte/")
        make_mandate(person)
        send_due_notices()
    [message] = mail.outbox
    assert all(f"News {number}" in message.body for number in range(3))
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_only_who_may_come_in_today_is_mailed() -> None:
    member, closed, former = make_user(), make_user(is_active=False), make_stranger()
    tell(people=[member, closed, former], words="News", path="")
    send_due_notices()
    assert mailed() == [member.email]


def test_who_asks_for_no_mail_gets_none() -> None:
    tell(people=[make_user(mail_frequency=MailFrequency.NEVER)], words="News", path="")
    assert send_due_notices() == 0
    assert mailed() == []


def test_mail_that_the_server_refuses_leaves_with_the_next_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = make_user(), make_user()
    tell(people=[first, second], words="News", path="")

    from members.services import notices

    send = send_text

    def refuse_first(**options: Any) -> None:
        if options["to"] == first.email:
            raise ConnectionRefusedError
        send(**options)

    monkeypatch.setattr(notices, "send_text", refuse_first)
    assert send_due_notices() == 1
    assert mailed() == [second.email]
    monkeypatch.undo()
    assert send_due_notices() == 1
    assert mailed() == [first.email]


def test_old_news_is_no_news() -> None:
    person = make_user()
    Notice.objects.create(
        person=person, words="Old", created_at=timezone.now() - dt.timedelta(days=90)
    )
    assert send_due_notices() == 0


def test_command_says_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    tell(people=[make_user()], words="News", path="")
    call_command("send_notices")
    call_command("send_notices")
    assert capsys.readouterr().out.split() == ["1", "0"]


def test_page_shows_ones_own_only(client_as: ClientAs) -> None:
    me, other = make_user(), make_user()
    tell(people=[me], words="For me <b>", path="/collectif/")
    tell(people=[other], words="For another", path="")
    page = client_as(me).get(PAGE).content.decode()
    assert "For me &lt;b&gt;" in page
    assert "For another" not in page


def test_page_asks_as_much_for_one_as_for_twenty(
    client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    me = make_user()
    client = client_as(me)
    tell(people=[me], words="News", path="")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for _number in range(19):
        tell(people=[me], words="News", path="/")
    with django_assert_num_queries(len(few)):
        client.get(PAGE)

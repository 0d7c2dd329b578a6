"""The weekly mail of what waits: to whom, with what, and once."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.conf import settings as house_settings
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.enums import EventKind
from commitments.models import Digest
from commitments.services import digests
from commitments.services.digests import send_digests
from members.enums import Audience, MailFrequency, Role
from members.mail import send_text
from members.services.own_data import own_data
from tests.factories import make_commitment, make_event, make_user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from tests.members.processes import House
pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2015, 6, 1, 6, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
LATE_FROM = dt.date(2015, 1, 1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def bodies() -> dict[str, str]:
    """By address, since it was last asked."""
    found = {message.to[0]: str(message.body) for message in mail.outbox}
    assert len(found) == len(mail.outbox)
    mail.outbox.clear()
    return found


def test_those_who_follow_commitments_are_mailed_what_waits(settings: Settings) -> None:
    settings.SITE_URL = "https://vigie.example"
    people = {make_user(role).email for role in (Role.SECRETARIAT, Role.COORDINATOR)}
    for role in (Role.MEMBER, Role.GUEST, Role.ADMINISTRATOR):
        make_user(role)
    late = make_commitment(late_from=LATE_FROM, wording="Une circulaire aux préfets")
    assert send_digests() == 2
    found = bodies()
    assert set(found) == people
    for body in found.values():
        assert "Une circulaire aux préfets" in body
        assert f"https://vigie.example{late.get_absolute_url()}\n" in body
        assert "https://vigie.example/engagements/suivi/\n" in body
        assert "http" not in re.sub(r"https://vigie\.example/", "", body)
        assert "152" in body


def test_mail_is_plain_text_with_a_subject_of_one_line() -> None:
    make_user(Role.SECRETARIAT)
    make_commitment(late_from=LATE_FROM, wording="L’égalité d’abord & « sans délai »")
    send_digests()
    [message] = mail.outbox
    assert "\n" not in message.subject
    assert "L’égalité d’abord & «" in message.body
    assert message.content_subtype == "plain"
    assert getattr(message, "alternatives", []) == []


def test_nothing_that_waits_no_mail() -> None:
    make_user(Role.SECRETARIAT)
    make_event(make_commitment(late_from=LATE_FROM), EventKind.KEPT, LATE_FROM)
    # It waits on the page of the follow-up, but for nothing that a week changes.
    make_commitment(deadline_words="dès que possible")
    assert send_digests() == 0
    assert not Digest.objects.exists()


def test_who_wants_no_mail_or_may_not_come_in_gets_none() -> None:
    make_commitment(late_from=LATE_FROM)
    make_user(Role.SECRETARIAT, mail_frequency=MailFrequency.NEVER)
    make_user(Role.SECRETARIAT, is_active=False)
    assert send_digests() == 0


def test_once_a_week_however_often_it_is_run(clock: time_machine.Traveller) -> None:
    make_user(Role.SECRETARIAT)
    make_commitment(late_from=LATE_FROM)
    sent = []
    for days in (0, 0, 1, 6, 7, 8):
        clock.move_to(MONDAY + days * DAY)
        sent.append(send_digests())
    assert sent == [1, 0, 0, 0, 1, 0]
    assert [row.week for row in Digest.objects.order_by("week")] == [
        dt.date(2015, 6, 1),
        dt.date(2015, 6, 8),
    ]


def test_another_run_at_the_same_moment_sends_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    make_user(Role.SECRETARIAT)
    make_commitment(late_from=LATE_FROM)
    read, others = digests._lists, []

    def and_another_run_comes_in_between(*arguments: Any) -> Any:
        monkeypatch.setattr(digests, "_lists", read)
        others.append(send_digests())
        return read(*arguments)

    monkeypatch.setattr(digests, "_lists", and_another_run_comes_in_between)
    assert send_digests() + sum(others) == 1
    assert len(bodies()) == 1


def test_mail_that_the_server_refuses_is_taken_up_again_and_keeps_nobody_else_from_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = make_user(Role.SECRETARIAT), make_user(Role.COORDINATOR)
    make_commitment(late_from=LATE_FROM)

    def refuse_the_first(**values: Any) -> None:
        if values["to"] == first.email:
            raise ConnectionRefusedError
        send_text(**values)

    monkeypatch.setattr(digests, "send_text", refuse_the_first)
    assert send_digests() == 1
    assert list(bodies()) == [second.email]
    monkeypatch.setattr(digests, "send_text", send_text)
    assert send_digests() == 1
    assert list(bodies()) == [first.email]


def test_words_are_those_that_the_reader_may_see(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever it is that follows commitments: here a member is let in."""
    member, secretariat = make_user(Role.MEMBER), make_user(Role.SECRETARIAT)
    make_commitment(late_from=LATE_FROM, wording="Pour-les-membres", quote="Mot-à-mot")
    make_commitment(
        late_from=LATE_FROM, wording="Pour-le-secrétariat", audience=Audience.SECRETARIAT
    )
    monkeypatch.setattr(digests, "can_edit_commitments", lambda _person: True)
    assert send_digests() == 2
    found = bodies()
    assert "Pour-les-membres" in found[member.email]
    assert "Pour-le-secrétariat" not in found[member.email]
    assert "Pour-le-secrétariat" in found[secretariat.email]
    assert not any("Mot-à-mot" in body for body in found.values())


def test_mail_is_in_the_language_of_its_reader() -> None:
    make_user(Role.SECRETARIAT, language="fr")
    make_user(Role.SECRETARIAT, language="en")
    make_commitment(late_from=LATE_FROM)
    send_digests()
    french, english = (message.body for message in mail.outbox)
    assert "juin 2015" in french
    assert "June 2015" in english


def test_long_list_is_cut_and_told_whole() -> None:
    make_user(Role.SECRETARIAT)
    institution = make_commitment(late_from=LATE_FROM).institution
    for _number in range(16):
        make_commitment(late_from=LATE_FROM, institution=institution)
    send_digests()
    [message] = mail.outbox
    assert message.body.count("\n- ") == 15
    assert "(17)" in message.body


def test_command_says_how_many_left(capsys: pytest.CaptureFixture[str]) -> None:
    make_user(Role.SECRETARIAT)
    make_commitment(late_from=LATE_FROM)
    call_command("send_commitment_digest")
    call_command("send_commitment_digest")
    assert capsys.readouterr().out.split() == ["1", "0"]


def test_timer_runs_the_command_every_week() -> None:
    units = Path(house_settings.BASE_DIR) / "deploy" / "systemd"
    assert "manage.py send_commitment_digest" in (units / "vigie-commitments.service").read_text()
    assert "OnCalendar=Mon " in (units / "vigie-commitments.timer").read_text()


def test_mail_asks_as_many_questions_for_one_promise_as_for_twenty() -> None:
    def questions() -> int:
        make_user(Role.SECRETARIAT)
        with CaptureQueriesContext(connection) as queries:
            assert send_digests() == 1
        return len(queries)

    make_event(make_commitment(late_from=LATE_FROM), EventKind.REMINDED, LATE_FROM)
    make_commitment(late_from=LATE_FROM)
    one = questions()
    for _number in range(10):
        make_commitment(late_from=LATE_FROM)
        make_event(make_commitment(), EventKind.REMINDED, LATE_FROM)
    assert questions() == one


def test_person_finds_the_mails_in_their_own_data() -> None:
    person = make_user(Role.SECRETARIAT)
    make_commitment(late_from=LATE_FROM)
    send_digests()
    [row] = own_data(person)["weekly_mails_of_commitments"]
    assert row["week"] == MONDAY.date()


PREPARE = """
import datetime as dt
from tests.factories import *
from members.enums import Role
for _person in range(5):
    make_user(Role.SECRETARIAT)
make_commitment(late_from=dt.date(2015, 1, 1))
print("null")
"""
SEND = """
from commitments.services.digests import send_digests
meet()
print(json.dumps(send_digests()))
"""
COUNT = """
from commitments.models import Digest
print(json.dumps(Digest.objects.count()))
"""


def test_processes_that_run_together_mail_each_person_once(house: House) -> None:
    house.run(PREPARE)
    assert sum(house.run(SEND, processes=4)) == 5
    assert house.run(COUNT) == [5]

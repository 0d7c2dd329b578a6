"""Deadlines in somebody's own calendar, with their rights at the moment when it is read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commitments.enums import EventKind
from meetings.services.calendars import make_link, withdraw_link
from members.enums import Audience, Role
from members.logs import without_secrets
from tests.factories import make_commitment, make_event, make_user
from tests.meetings.test_calendars import Properties, events, parse

if TYPE_CHECKING:
    from django.test import Client

    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

TODAY = dt.datetime(2014, 12, 1, 9, tzinfo=dt.UTC)
LATE_FROM = dt.date(2015, 1, 1)
PAGE = reverse("meetings:calendar-link")


def feed_of(client: Client, secret: str) -> bytes:
    response = client.get(reverse("commitments:feed", args=[secret]))
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    return response.content


def read_by(client: Client, person: User) -> list[Properties]:
    return events(feed_of(client, make_link(person=person)))


@time_machine.travel(TODAY, tick=False)
def test_deadline_is_the_last_whole_day_in_time(client: Client) -> None:
    commitment = make_commitment(
        made_on=dt.date(2014, 9, 23),
        wording="Une circulaire; aux préfets",
        deadline_words="avant la fin de l’année 2014",
        late_from=LATE_FROM,
    )
    [event] = read_by(client, make_user(Role.MEMBER))
    assert event["DTSTART"] == ({"VALUE": "DATE"}, "20141231")
    assert event["DTEND"] == ({"VALUE": "DATE"}, "20150101")
    assert "Une circulaire" in event["SUMMARY"][1]
    assert commitment.institution.short_name in event["SUMMARY"][1]
    assert "avant la fin de l’année 2014" in event["DESCRIPTION"][1]
    assert event["URL"][1].endswith(commitment.get_absolute_url())
    assert event["UID"][1].startswith(f"engagement-{commitment.pk}@")


@time_machine.travel(TODAY, tick=False)
def test_feed_holds_what_is_open_and_has_a_date(client: Client) -> None:
    person = make_user(Role.MEMBER)
    make_event(make_commitment(late_from=LATE_FROM), EventKind.KEPT, dt.date(2014, 11, 1))
    make_commitment(deadline_words="dès que possible")
    late = make_commitment(late_from=dt.date(2014, 11, 2), wording="En-retard")
    assert [late.wording in event["SUMMARY"][1] for event in read_by(client, person)] == [True]


@time_machine.travel(TODAY, tick=False)
def test_deadline_that_is_put_off_moves(client: Client) -> None:
    commitment = make_commitment(late_from=LATE_FROM)
    make_event(
        commitment,
        EventKind.POSTPONED,
        dt.date(2014, 11, 20),
        deadline_words="fin mars",
        late_from=dt.date(2015, 4, 1),
    )
    [event] = read_by(client, make_user(Role.MEMBER))
    assert event["DTSTART"][1] == "20150331"


@time_machine.travel(TODAY, tick=False)
def test_feed_goes_back_a_year_and_holds_the_nearest(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for late_from in ("2013-11-30", "2013-12-01", "2014-11-01", "2015-02-01", "2021-01-01"):
        make_commitment(made_on=dt.date(2013, 1, 1), late_from=dt.date.fromisoformat(late_from))
    person = make_user(Role.MEMBER)

    def days() -> list[str]:
        return [event["DTEND"][1] for event in read_by(client, person)]

    assert days() == ["20131201", "20141101", "20150201", "20210101"]
    monkeypatch.setattr("commitments.calendar.MOST", 2)
    assert days() == ["20141101", "20150201"]


@time_machine.travel(TODAY, tick=False)
def test_each_reads_what_they_may_see_at_that_moment(client: Client) -> None:
    member, secretariat = make_user(Role.MEMBER), make_user(Role.SECRETARIAT)
    secrets = {each.pk: make_link(person=each) for each in (member, secretariat)}
    named = make_commitment(late_from=LATE_FROM, audience=Audience.NAMED, people=[member])
    make_commitment(late_from=LATE_FROM, audience=Audience.SECRETARIAT)

    def numbers() -> list[int]:
        return [len(events(feed_of(client, secrets[each.pk]))) for each in (member, secretariat)]

    assert numbers() == [1, 2]
    named.named_people.clear()
    assert numbers() == [0, 2]


def test_address_that_is_wrong_withdrawn_or_of_somebody_who_left_answers_nothing(
    client: Client,
) -> None:
    person = make_user(Role.MEMBER)
    secret = make_link(person=person)
    address = reverse("commitments:feed", args=[secret])
    assert client.get(reverse("commitments:feed", args=["x" * 43])).status_code == 404
    assert client.get(address).status_code == 200
    person.is_active = False
    person.save()
    assert client.get(address).status_code == 404
    person.is_active = True
    person.save()
    withdraw_link(person=person)
    assert client.get(address).status_code == 404


def test_guest_has_no_deadlines(client: Client, client_as: ClientAs) -> None:
    guest = make_user(Role.GUEST)
    secret = make_link(person=guest)
    make_commitment(late_from=LATE_FROM, audience=Audience.PUBLIC)
    assert client.get(reverse("meetings:feed", args=[secret])).status_code == 200
    assert client.get(reverse("commitments:feed", args=[secret])).status_code == 404
    page = client_as(guest).get(PAGE)
    assert page.context["feeds"] == []
    assert "engagements.ics" not in page.content.decode()


def test_page_of_the_address_tells_of_the_deadlines(client_as: ClientAs) -> None:
    client = client_as(Role.MEMBER)
    assert client.get(PAGE).context["feeds"] != []
    html = client.post(PAGE).content.decode()
    secret = html.partition("/calendrier/")[2].partition(".ics")[0]
    assert reverse("commitments:feed", args=[secret]) in html
    feed_of(client, secret)
    html = client.get(PAGE).content.decode()
    assert "/engagements.ics" in html
    assert secret not in html


def test_secret_is_not_logged() -> None:
    address = reverse("commitments:feed", args=["tres-secret"])
    assert "tres-secret" not in without_secrets(f'"GET {address} HTTP/1.1" 200')


def test_feed_is_one_calendar_without_rows(client: Client) -> None:
    content = feed_of(client, make_link(person=make_user(Role.MEMBER)))
    assert [name for name, _properties in parse(content)] == ["VCALENDAR"]


@time_machine.travel(TODAY, tick=False)
def test_feed_asks_as_many_questions_for_one_as_for_twenty(client: Client) -> None:
    secret = make_link(person=make_user(Role.MEMBER))

    def questions() -> int:
        # What was added is read once.
        feed_of(client, secret)
        with CaptureQueriesContext(connection) as queries:
            feed_of(client, secret)
        return len(queries)

    make_commitment(late_from=LATE_FROM)
    one = questions()
    for _number in range(20):
        make_commitment(late_from=LATE_FROM)
    assert questions() == one

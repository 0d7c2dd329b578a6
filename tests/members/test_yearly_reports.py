"""Calls for yearly reports: who answers for whom, who is reminded, and the compilation."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.enums import Role
from members.models import ReportCall, YearlyReport
from members.services.yearly_reports import RemindedLatelyError, people_to_remind, remind
from tests.factories import (
    make_association,
    make_mandate,
    make_report_call,
    make_user,
    make_yearly_report,
)

if TYPE_CHECKING:
    from pytest_django import DjangoCaptureOnCommitCallbacks

    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
CALL = "/collectif/rapports-annuels/2013/"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(dt.datetime(2015, 3, 1, 12, tzinfo=dt.UTC), tick=False) as travelling:
        yield travelling


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_page_tells_who_answered_who_has_not_and_the_days_left(client_as: ClientAs) -> None:
    call = make_report_call()
    make_yearly_report(call, make_association(name="A répondu"), title="Notre année")
    make_association(name="Se tait")
    make_association(name="Partie avant", left_on=dt.date(2014, 1, 1))
    make_association(name="Invitée", joined_on=None, invited_on=dt.date(2013, 9, 13))
    response = client_as(Role.COORDINATOR).get(CALL)
    assert [row.title for row in response.context["reports"]] == ["Notre année"]
    assert [row.name for row in response.context["silent"]] == ["Se tait"]
    assert response.context["days_left"] == 30


def test_secretariat_opens_a_call_once_a_year(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    content = {"year": "2014", "opened_on": "2015-01-22", "deadline": "2015-06-30"}
    assert client.post("/collectif/rapports-annuels/ouvrir/", content).status_code == 302
    assert client.post("/collectif/rapports-annuels/ouvrir/", content).status_code == 422
    assert ReportCall.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"year": "12"},
        {"year": "99999999"},
        {"deadline": "2014-01-01"},
        {"deadline": "demain"},
        {"year": ""},
    ],
)
def test_call_that_makes_no_sense_is_refused(client_as: ClientAs, changes: dict[str, str]) -> None:
    content = {"year": "2014", "opened_on": "2015-01-22", "deadline": "2015-06-30"} | changes
    response = client_as(Role.SECRETARIAT).post("/collectif/rapports-annuels/ouvrir/", content)
    assert response.status_code == 422
    assert not ReportCall.objects.exists()


def test_representative_answers_for_their_own_association_only(client_as: ClientAs) -> None:
    make_report_call()
    person, other = make_user(), make_mandate().association
    own = person.mandates.get().association
    client = client_as(person)
    content = {"title": "Rapport", "url": "vigie.example/rapport", "received_on": "2015-03-01"}
    refused = client.post(f"{CALL}repondre/", content | {"association": str(other.pk)})
    assert refused.status_code == 422
    assert client.get(f"{CALL}repondre/", {"association": other.slug}).status_code == 404
    assert client.get(f"{CALL}repondre/", {"association": own.slug}).status_code == 200
    answer = client.post(f"{CALL}repondre/", content | {"association": str(own.pk)})
    assert answer.status_code == 302
    row = YearlyReport.objects.get()
    assert (row.association, row.recorded_by) == (own, person)
    assert row.url == "https://vigie.example/rapport"
    # Once more corrects it.
    client.post(f"{CALL}repondre/", content | {"association": str(own.pk), "title": "Corrigé"})
    assert YearlyReport.objects.get().title == "Corrigé"


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"url": "javascript:alert(1)"},
        {"url": ""},
        {"received_on": "2016-01-01"},
        {"received_on": "x"},
        {"association": "999999"},
    ],
)
def test_answer_that_makes_no_sense_is_refused(
    client_as: ClientAs, changes: dict[str, str]
) -> None:
    make_report_call()
    content = {
        "association": str(make_association().pk),
        "title": "Tapé",
        "url": "https://vigie.example/r",
        "received_on": "2015-03-01",
    } | changes
    response = client_as(Role.SECRETARIAT).post(f"{CALL}repondre/", content)
    assert response.status_code == 422
    assert not YearlyReport.objects.exists()


def test_reminder_goes_once_to_each_silent_representative(
    client_as: ClientAs, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    call = make_report_call()
    twice = make_mandate().person
    make_mandate(twice, make_association())
    ended = make_mandate(until=dt.date(2015, 2, 1)).person
    answered = make_mandate()
    make_yearly_report(call, answered.association)
    client = client_as(Role.SECRETARIAT)
    assert client.get(f"{CALL}relancer/").context["mails"] == 1
    assert mail.outbox == []
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{CALL}relancer/")
    assert [message.to for message in mail.outbox] == [[twice.email]]
    assert ended.email not in str([message.to for message in mail.outbox])
    assert "/collectif/rapports-annuels/2013/" in mail.outbox[0].body
    assert "2013" in mail.outbox[0].subject
    assert "&" not in mail.outbox[0].body


def test_not_twice_within_a_day_without_a_confirmation(
    client_as: ClientAs,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    clock: Any,
) -> None:
    make_report_call()
    make_mandate()
    client = client_as(Role.SECRETARIAT)
    statuses = []
    with django_capture_on_commit_callbacks(execute=True):
        for data in ({}, {}, {"again": "yes"}):
            statuses.append(client.post(f"{CALL}relancer/", data).status_code)
    assert statuses == [302, 409, 302]
    assert len(mail.outbox) == 2
    clock.shift(dt.timedelta(hours=25))
    with django_capture_on_commit_callbacks(execute=True):
        # The session ended meanwhile.
        assert client_as(Role.COORDINATOR).post(f"{CALL}relancer/").status_code == 302
    assert len(mail.outbox) == 3


def test_refused_reminder_writes_nothing() -> None:
    call = make_report_call()
    make_mandate()
    assert remind(call=call) == 1
    told = ReportCall.objects.get().reminded_at
    with pytest.raises(RemindedLatelyError):
        remind(call=call)
    assert ReportCall.objects.get().reminded_at == told
    assert len(people_to_remind(call)) == 1


def test_compilation_lists_addresses_and_cannot_be_a_formula(client_as: ClientAs) -> None:
    call = make_report_call()
    make_yearly_report(call, title="=HYPERLINK(1)", url="https://vigie.example/rapport")
    client = client_as(Role.SECRETARIAT)
    assert "https://vigie.example/rapport" in text(client.get(f"{CALL}compilation/"))
    content = client.get(f"{CALL}compilation.csv").content.decode("utf-8-sig")
    assert ";'=HYPERLINK(1);https://vigie.example/rapport;2015-01-22" in content


def test_pages_make_as_many_queries_for_one_as_for_twenty(client_as: ClientAs) -> None:
    client = client_as(Role.COORDINATOR)
    call = make_report_call()
    make_yearly_report(call)
    make_association()
    for address in (
        "/collectif/rapports-annuels/",
        CALL,
        f"{CALL}relancer/",
        f"{CALL}compilation/",
    ):
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        year = 2020 + ReportCall.objects.count()
        for number in range(20):
            make_yearly_report(call)
            make_mandate()
            make_report_call(year=year + number)
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) == len(few), address

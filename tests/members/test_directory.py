"""The directory: members and their mandates on a day, addresses by choice, exports."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.enums import Role
from tests.factories import make_association, make_mandate, make_stranger

if TYPE_CHECKING:
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
DIRECTORY = "/collectif/annuaire/"


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(dt.datetime(2015, 4, 21, 12, tzinfo=dt.UTC), tick=False):
        yield


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_address_is_shown_only_to_who_chose_so(client_as: ClientAs) -> None:
    shown = make_mandate(make_stranger(shows_address=True), function="présidence").person
    hidden = make_mandate().person
    page = text(client_as(Role.MEMBER).get(DIRECTORY))
    assert shown.email in page
    assert hidden.email not in page
    assert hidden.name in page
    assert "présidence" in page


def test_past_day_shows_the_mandates_of_that_day(client_as: ClientAs) -> None:
    association = make_association()
    before = make_mandate(association=association, until=dt.date(2014, 6, 1)).person
    after = make_mandate(association=association, since=dt.date(2014, 6, 1)).person
    client = client_as(Role.MEMBER)
    for day, there, gone in (
        ("2014-05-31", before, after),
        ("2014-06-01", after, before),
        ("", after, before),
    ):
        page = text(client.get(DIRECTORY, {"le": day}))
        assert there.name in page, day
        assert gone.name not in page, day


def test_former_members_are_there_on_their_days_only(client_as: ClientAs) -> None:
    make_association(name="Partie depuis", left_on=dt.date(2014, 1, 1))
    client = client_as(Role.SECRETARIAT)
    assert "Partie depuis" not in text(client.get(DIRECTORY))
    assert "Partie depuis" in text(client.get(DIRECTORY, {"le": "2013-12-31"}))
    assert "Partie depuis" not in text(client.get(DIRECTORY, {"le": "2014-01-01"}))


def test_filter_finds_people_and_associations_without_accents(client_as: ClientAs) -> None:
    make_mandate(make_stranger(name="Personne Étoilée"), make_association(name="Œuvre"))
    make_mandate(association=make_association(name="Autre"))
    client = client_as(Role.SECRETARIAT)
    for words in ("etoilee", "oeuvre"):
        page = text(client.get(DIRECTORY, {"q": words}))
        assert "Étoilée" in page
        assert "Autre" not in page


@pytest.mark.parametrize("day", ["hier", "2014-02-30", "1789-07-14", "9999-99-99", "0000-00-00"])
def test_nonsense_day_is_said(client_as: ClientAs, day: str) -> None:
    response = client_as(Role.SECRETARIAT).get(DIRECTORY, {"le": day})
    assert response.status_code == 200
    assert "errorlist" in text(response)


def test_directory_makes_as_many_queries_for_one_as_for_forty(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    make_mandate()
    for query in ({}, {"q": "a"}):
        with CaptureQueriesContext(connection) as few:
            client.get(DIRECTORY, query)
        for _number in range(20):
            make_mandate()
        with CaptureQueriesContext(connection) as many:
            client.get(DIRECTORY, query)
        assert len(many) == len(few)


def test_export_of_a_day_holds_that_day_only(client_as: ClientAs) -> None:
    old = make_mandate(until=dt.date(2014, 6, 1))
    new = make_mandate(since=dt.date(2014, 6, 1))
    client = client_as(Role.COORDINATOR)

    def people(query: dict[str, str]) -> list[str]:
        content = client.get("/collectif/export/mandats.csv", query).content.decode("utf-8-sig")
        return [row["Adresse"] for row in csv.DictReader(io.StringIO(content), delimiter=";")]

    assert sorted(people({})) == sorted([old.person.email, new.person.email])
    assert people({"le": "2014-05-01"}) == [old.person.email]
    book = openpyxl.load_workbook(
        io.BytesIO(client.get("/collectif/export/mandats.xlsx", {"le": "2015-01-01"}).content)
    )
    rows = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert len(rows) == 2
    assert rows[1][5] == dt.datetime(2014, 6, 1)


def test_member_may_not_export(client_as: ClientAs) -> None:
    client = client_as(Role.MEMBER)
    assert client.get("/collectif/export/mandats.csv").status_code == 403

"""Institutions side by side: their order, what is said of small numbers, and who may take the table away."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.comparison import COLUMNS, compare
from commitments.enums import EventKind
from members.enums import Audience, Role
from tests.factories import make_commitment, make_event, make_institution, make_user

if TYPE_CHECKING:
    from django.test import Client

    from plan.models import Institution
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

PAGE = "/engagements/comparaison/"
EXPORT = "/engagements/comparaison.csv"
MADE, LATE, ON = dt.date(2014, 9, 23), dt.date(2015, 1, 1), dt.date(2015, 4, 21)
ROW = re.compile(r'<th scope="row"><a href="/institutions/([\w-]+)/engagements/')


def promise(of: Institution, kind: str = "", **fields: Any) -> None:
    row = make_commitment(institution=of, **{"made_on": MADE, "late_from": LATE, **fields})
    if kind:
        make_event(row, EventKind(kind), dt.date(2014, 12, 1))


@pytest.fixture
def three() -> dict[str, Institution]:
    """One that keeps most, one that keeps half of what is due, one of which little is known."""
    rows = {
        key: make_institution(key=key, name=name)
        for key, name in [("alpha", "Alpha"), ("beta", "Bêta"), ("gamma", "=Gamma")]
    }
    for _ in range(5):
        promise(rows["alpha"], "kept")
    for kind in ("kept", "kept", "kept", "broken", "", ""):
        promise(rows["beta"], kind)
    promise(rows["gamma"])
    make_institution(key="delta", name="Delta")
    return rows


def order(client: Client, **asked: str) -> list[str]:
    response = client.get(PAGE, {"le": ON.isoformat(), **asked})
    assert response.status_code == 200
    return ROW.findall(response.content.decode())


@pytest.mark.usefixtures("three")
def test_those_who_promised_are_compared_and_nobody_else(client_as: ClientAs) -> None:
    assert order(client_as(Role.MEMBER)) == ["beta", "alpha", "gamma"]
    assert order(client_as(Role.MEMBER), le="2014-09-22") == []


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("sort", "found"),
    [
        # The sign before the name of the third sorts it first.
        ("nom", ["gamma", "alpha", "beta"]),
        ("-nom", ["beta", "alpha", "gamma"]),
        ("-promis", ["beta", "alpha", "gamma"]),
        ("promis", ["gamma", "alpha", "beta"]),
        ("-part", ["alpha", "beta", "gamma"]),
        # Without a share it is last, whichever way.
        ("part", ["beta", "alpha", "gamma"]),
        ("-retard", ["beta", "gamma", "alpha"]),
        ("-moyen", ["gamma", "beta", "alpha"]),
        ("n’importe quoi", ["beta", "alpha", "gamma"]),
        ("--promis", ["beta", "alpha", "gamma"]),
    ],
)
def test_rows_are_sorted_by_any_column(sort: str, found: list[str], client_as: ClientAs) -> None:
    assert order(client_as(Role.MEMBER), tri=sort) == found


@pytest.mark.usefixtures("three")
def test_a_head_says_how_it_is_sorted_and_turns_it_round(client_as: ClientAs) -> None:
    client = client_as(Role.MEMBER)
    html = client.get(PAGE, {"tri": "-promis", "le": ON.isoformat()}).content.decode()
    assert html.count("aria-sort=") == 1
    assert f'aria-sort="descending"><a href="?tri=promis&amp;le={ON}"' in html
    assert f'<a href="?tri=-retard&amp;le={ON}"' in html
    back = client.get(PAGE, {"tri": "promis"}).content.decode()
    assert 'aria-sort="ascending"><a href="?tri=-promis"' in back
    assert '<option value="promis" selected>' in back


def cells(who: Any, key: str) -> dict[str, str]:
    row = next(
        each
        for each in compare(who, ON).rows
        if each.institution is not None and each.institution.key == key
    )
    return {cell.key: cell.words for cell in row.cells}


@pytest.mark.usefixtures("three")
def test_small_numbers_have_no_share_and_say_so(client_as: ClientAs) -> None:
    member = make_user(Role.MEMBER)
    assert cells(member, "alpha")["part"] == "100 %"
    assert cells(member, "beta")["part"] == "50 %"
    assert cells(member, "gamma")["part"] == "–"
    html = client_as(member).get(PAGE, {"le": ON.isoformat()}).content.decode()
    assert html.count('class="few"') == 1
    assert "notice-warning" in html


@pytest.mark.usefixtures("three")
def test_all_together_is_of_all_promises_not_of_averages() -> None:
    total = compare(make_user(Role.MEMBER), ON).total
    words = {cell.key: cell.words for cell in total.cells}
    assert (words["promis"], words["tenus"], words["part"]) == ("12", "8", "67 %")
    assert words["presences"] == "–"


@pytest.mark.usefixtures("three")
def test_every_column_says_how_it_is_counted(client_as: ClientAs) -> None:
    html = client_as(Role.MEMBER).get(PAGE).content.decode()
    shown = [column for column in COLUMNS if column.is_shown]
    assert html.count("<dt>") == len(shown)
    assert len({column.key for column in COLUMNS}) == len(COLUMNS)
    # A stranger reads no letter and no list of those present: these columns are not there.
    promise(make_institution(), audience=Audience.PUBLIC)
    stranger = client_as(None).get(PAGE).content.decode()
    assert stranger.count("<dt>") == len([each for each in shown if not each.bound])
    assert 'data-column="reponses"' not in stranger


def test_each_reader_compares_what_they_may_read(client_as: ClientAs) -> None:
    ministry = make_institution(key="ministere")
    for audience in Audience:
        promise(ministry, audience=audience)
    counted = {
        str(who): cells(make_user(who) if who else AnonymousUser(), "ministere")["promis"]
        for who in (None, *Role)
    }
    assert counted == {
        "None": "1",
        Role.GUEST: "1",
        Role.ADMINISTRATOR: "1",
        Role.MEMBER: "2",
        Role.SECRETARIAT: "4",
        Role.COORDINATOR: "4",
    }
    hidden = make_institution(key="cachee")
    promise(hidden, audience=Audience.SECRETARIAT)
    assert order(client_as(Role.MEMBER)) == ["ministere"]


def test_nothing_to_compare_is_said(client_as: ClientAs) -> None:
    assert 'class="empty"' in client_as(None).get(PAGE).content.decode()
    assert client_as(None).get(PAGE, {"le": "demain"}).status_code == 422


# --- As a file ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (None, 302),
        (Role.GUEST, 404),
        (Role.ADMINISTRATOR, 404),
        (Role.MEMBER, 403),
        (Role.SECRETARIAT, 200),
        (Role.COORDINATOR, 200),
    ],
)
@pytest.mark.usefixtures("three")
def test_the_table_is_for_who_may_take_it_away(
    who: Role | None, status: int, client_as: ClientAs
) -> None:
    client = client_as(who)
    assert client.get(EXPORT).status_code == status
    assert (EXPORT in client.get(PAGE).content.decode()) is (status == 200)


@pytest.mark.usefixtures("three")
def test_the_table_holds_the_figures_and_no_formula(client_as: ClientAs) -> None:
    response = client_as(Role.SECRETARIAT).get(EXPORT, {"le": ON.isoformat(), "tri": "nom"})
    assert response["Content-Type"].startswith("text/csv")
    assert "attachment" in response["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert len({len(row) for row in rows}) == 1
    assert [row[0] for row in rows[1:]] == ["'=Gamma", "Alpha", "Bêta"]
    assert rows[3][1] == ON.isoformat()
    # Kept, partly kept, late, broken, under way, overtaken, then the columns of the page.
    assert rows[3][2:8] == ["3", "0", "2", "1", "0", "0"]
    assert rows[3][8:11] == ["6", "3", "50"]


def test_a_table_of_no_day_is_refused(client_as: ClientAs) -> None:
    response = client_as(Role.SECRETARIAT).get(EXPORT, {"le": "2015-02-31"})
    assert response.status_code == 400


@pytest.mark.usefixtures("three")
def test_as_many_queries_for_twenty_institutions_as_for_three(client_as: ClientAs) -> None:
    client = client_as(Role.MEMBER)
    counts = []
    for _turn in range(2):
        client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))
        for _ in range(17):
            promise(make_institution(), "reminded")
    assert 0 < counts[0] == counts[1] < 30

"""Commitments and letters as data: as of a day, each reader what they may see."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.enums import EventKind, LetterStatus, Origin
from members.enums import Audience, Role
from tests.factories import (
    make_commitment,
    make_event,
    make_institution,
    make_letter,
    make_measure,
    make_minutes,
    make_section,
    make_user,
)

if TYPE_CHECKING:
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
API = "/api/v1/"
LATE_FROM = dt.date(2015, 1, 1)


def get(path: str, client: Client | None = None) -> Any:
    response = (client or Client()).get(f"{API}{path}")
    assert response.status_code == 200, response.content
    return response.json()


def test_a_commitment_is_told_as_it_stood_on_a_day() -> None:
    commitment = make_commitment(audience=Audience.PUBLIC, late_from=LATE_FROM)
    make_event(commitment, EventKind.REMINDED, dt.date(2015, 4, 21))
    for on, state, is_late, events in [
        ("2014-12-31", "promised", False, 1),
        ("2015-01-01", "late", True, 1),
        ("2015-04-21", "reminded", True, 2),
    ]:
        [row] = get(f"commitments/?le={on}")["results"]
        assert (row["state"], row["is_late"], len(row["events"])) == (state, is_late, events)
        assert get(f"commitments/{commitment.slug}/?le={on}") == row
    assert get("commitments/?le=2014-09-22")["results"] == []
    assert Client().get(f"{API}commitments/{commitment.slug}/?le=2014-09-22").status_code == 404


def test_commitments_are_asked_for_by_state_institution_and_measure() -> None:
    measure, institution = make_measure(), make_institution()
    late = make_commitment(
        audience=Audience.PUBLIC, late_from=LATE_FROM, measures=[measure], institution=institution
    )
    make_commitment(audience=Audience.PUBLIC)
    for asked in (
        "etat=late",
        "retard=true",
        f"institution={institution.key}",
        f"mesure={measure.number}",
        f"plan={measure.plan.slug}&mesure={measure.number}",
    ):
        assert [row["slug"] for row in get(f"commitments/?{asked}")["results"]] == [late.slug]
    assert get("commitments/?tri=-date")["count"] == 2


@pytest.mark.parametrize(
    "asked", ["le=demain", "le=2999-01-01", "etat=perdu", "mesure=999", "couleur=rouge"]
)
def test_what_makes_no_sense_is_refused_in_words(asked: str) -> None:
    response = Client().get(f"{API}commitments/?{asked}")
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [asked.split("=")[0]]


def test_one_commitment_is_refused_a_day_that_is_none() -> None:
    commitment = make_commitment(audience=Audience.PUBLIC)
    response = Client().get(f"{API}commitments/{commitment.slug}/?le=demain")
    assert (response.status_code, list(response.json()["errors"])) == (400, ["le"])


def test_a_quote_is_null_for_whoever_may_not_read_its_section(client_as: ClientAs) -> None:
    named = make_user(Role.MEMBER)
    section = make_section(make_minutes(), audience=Audience.NAMED, people=[named])
    commitment = make_commitment(section=section, quote="Mot pour mot")
    address = f"commitments/{commitment.slug}/"
    assert get(address, client_as(named))["quote"] == "Mot pour mot"
    assert get(address, client_as(Role.MEMBER))["quote"] is None
    [row] = get("commitments/", client_as(Role.MEMBER))["results"]
    assert row["quote"] is None


def test_a_stranger_reads_public_commitments_and_no_letter(client_as: ClientAs) -> None:
    hidden = make_commitment()
    letter = make_letter(status=LetterStatus.SENT, commitments=[hidden])
    draft = make_letter()
    assert get("commitments/")["count"] == get("letters/")["count"] == 0
    assert Client().get(f"{API}commitments/{hidden.slug}/").status_code == 404
    assert Client().get(f"{API}letters/{letter.pk}/").status_code == 404
    member = client_as(Role.MEMBER)
    assert [row["subject"] for row in get("letters/", member)["results"]] == [letter.subject]
    assert member.get(f"{API}letters/{draft.pk}/").status_code == 404


def test_a_letter_names_only_the_commitments_that_its_reader_may_see(client_as: ClientAs) -> None:
    seen, secret = make_commitment(), make_commitment(audience=Audience.SECRETARIAT)
    letter = make_letter(status=LetterStatus.SENT, commitments=[seen, secret])
    row = get(f"letters/{letter.pk}/", client_as(Role.MEMBER))
    assert [part["wording"] for part in row["commitments"]] == [seen.wording]
    assert "address" not in row
    assert "email" not in row


def test_queries_do_not_grow_with_rows() -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            get("commitments/?le=2015-04-21")
        return len(queries)

    def more(number: int) -> None:
        for _each in range(number):
            whole = make_commitment(
                audience=Audience.PUBLIC,
                origin=Origin.SPEECH,
                measures=[make_measure()],
                section=make_section(),
            )
            make_commitment(audience=Audience.PUBLIC, parent=whole)
            make_event(whole, EventKind.REMINDED, dt.date(2015, 1, 22))

    more(1)
    few = asked()
    more(8)
    assert asked() == few

"""Commitments and letters are found by what their readers may read of them, and by nothing else."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.enums import EventKind, LetterStatus, Origin
from commitments.models import Commitment, Letter
from common.models import SearchEntry
from common.search import index
from common.search.rebuilding import rebuild
from meetings.enums import MinutesStatus
from meetings.forms.search import KINDS
from members.enums import Audience, Role
from tests.factories import (
    make_commitment,
    make_event,
    make_institution,
    make_letter,
    make_measure,
    make_meeting,
    make_minutes,
    make_section,
    make_user,
)

if TYPE_CHECKING:
    from django.test import Client

    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
PAGE = "/recherche/"
HIT = re.compile(r'<h2 class="search-title"><a href="([^"]*)">')


def hits(client: Client, **asked: str) -> list[str]:
    response = client.get(PAGE, asked)
    assert response.status_code == 200
    return HIT.findall(response.content.decode())


@pytest.mark.parametrize("word", ["circulaires", "ministre", "retardée", "préfets", "ajournement"])
def test_a_commitment_is_found_by_all_that_its_readers_read(word: str, client_as: ClientAs) -> None:
    row = make_commitment(
        wording="Une circulaire",
        function="ministre de l’Intérieur",
        quote="Je l’adresserai aux préfets.",
        remark="Sans cesse retardée.",
    )
    make_event(row, EventKind.POSTPONED, dt.date(2014, 12, 1), text="Un ajournement.")
    index(row)
    assert hits(client_as(Role.MEMBER), q=word) == [row.get_absolute_url()]


def test_nobody_finds_a_commitment_by_words_of_a_section_that_others_may_not_read(
    client_as: ClientAs,
) -> None:
    section = make_section(
        make_minutes(status=MinutesStatus.DRAFT), text="Rien.", audience=Audience.SECRETARIAT
    )
    row = make_commitment(wording="Une circulaire", quote="sémaphore", section=section)
    index(row)
    for role in Role:
        assert hits(client_as(role), q="sémaphore") == []
    assert len(hits(client_as(Role.MEMBER), q="circulaire")) == 1


def test_what_was_recorded_by_mistake_is_found_no_more(client_as: ClientAs) -> None:
    row = make_commitment()
    mistake = make_event(row, EventKind.KEPT, dt.date(2014, 12, 1), text="Un sémaphore.")
    index(row)
    member = client_as(Role.MEMBER)
    assert len(hits(member, q="sémaphore")) == 1
    make_event(
        row, EventKind.RETRACTED, dt.date(2014, 12, 2), retracts=mistake, text="Un phare, en fait."
    )
    index(row)
    assert hits(member, q="sémaphore") == []
    assert hits(member, q="phare") == []


@pytest.mark.parametrize(
    ("audience", "finders"),
    [
        (Audience.PUBLIC, {"anonymous", "named", *Role}),
        (Audience.MEMBERS, {Role.MEMBER, Role.SECRETARIAT, Role.COORDINATOR}),
        (Audience.NAMED, {"named", Role.SECRETARIAT, Role.COORDINATOR}),
        (Audience.SECRETARIAT, {Role.SECRETARIAT, Role.COORDINATOR}),
    ],
)
def test_a_commitment_is_found_by_its_audience_and_nobody_else(
    audience: Audience, finders: set[str], client_as: ClientAs
) -> None:
    guest = make_user(Role.GUEST)
    people = [guest] if audience == Audience.NAMED else []
    index(make_commitment(wording="Un phare", audience=audience, people=people))
    who = {"anonymous": None, "named": guest, **{str(role): make_user(role) for role in Role}}
    found = {name for name, person in who.items() if hits(client_as(person), q="phare")}
    assert found == {str(each) for each in finders}


@pytest.mark.parametrize(
    ("audience", "status", "finders"),
    [
        (Audience.MEMBERS, LetterStatus.DRAFT, {Role.SECRETARIAT, Role.COORDINATOR}),
        (Audience.MEMBERS, LetterStatus.SIGNED, {Role.SECRETARIAT, Role.COORDINATOR}),
        (Audience.MEMBERS, LetterStatus.SENT, {Role.MEMBER, Role.SECRETARIAT, Role.COORDINATOR}),
        (Audience.NAMED, LetterStatus.SENT, {"named", Role.SECRETARIAT, Role.COORDINATOR}),
        (Audience.SECRETARIAT, LetterStatus.SENT, {Role.SECRETARIAT, Role.COORDINATOR}),
    ],
)
def test_a_letter_is_found_once_sent_by_its_audience(
    audience: Audience, status: LetterStatus, finders: set[str], client_as: ClientAs
) -> None:
    guest = make_user(Role.GUEST)
    letter = make_letter(
        subject="Un phare",
        body="La **balise**, point 2.",
        audience=audience,
        status=status,
        people=[guest] if audience == Audience.NAMED else [],
    )
    index(letter)
    who = {"anonymous": None, "named": guest, **{str(role): make_user(role) for role in Role}}
    for words in ("phare", '"balise point"'):
        found = {name for name, person in who.items() if hits(client_as(person), q=words)}
        assert found == {str(each) for each in finders}


def test_a_search_is_narrowed_to_either_by_measure_and_by_institution(client_as: ClientAs) -> None:
    measure, ministry = make_measure(number="22"), make_institution(key="interieur")
    promise = make_commitment(wording="Un phare", institution=ministry, measures=[measure])
    letter = make_letter(subject="Le phare", institution=ministry, status=LetterStatus.SENT)
    index(promise, letter, make_commitment(wording="Phares"))
    member = client_as(Role.MEMBER)
    assert len(hits(member, q="phare")) == 3
    assert len(hits(member, q="phare", genre="engagements")) == 2
    assert hits(member, q="phare", genre="courriers") == [letter.get_absolute_url()]
    assert hits(member, q="phare", mesure="22") == [promise.get_absolute_url()]
    assert len(hits(member, q="phare", institution="interieur")) == 2
    assert hits(member, q="phare", genre="engagements", au="2014-09-22") == []
    assert hits(member, q="phare", du="2014-09-23", au="2014-09-23", institution="interieur")


def test_the_list_of_kinds_has_them() -> None:
    assert KINDS["engagements"][1] == (Commitment,)
    assert KINDS["courriers"][1] == (Letter,)


def test_the_name_of_an_institution_follows_it_to_its_commitments() -> None:
    ministry = make_institution(name="Ministère")
    index(make_commitment(institution=ministry), make_letter(institution=ministry))
    ministry.name = "Ministère renommé"
    ministry.save()
    index(ministry)
    kept = SearchEntry.objects.filter(kind__startswith="commitments.")
    assert set(kept.values_list("context", flat=True)) == {"Ministère renommé"}


def test_made_again_from_the_rows_the_index_says_the_same() -> None:
    row = make_commitment(origin=Origin.SPEECH, meeting=make_meeting(), quote="phare")
    index(row, make_letter(commitments=[row]))
    steps = [step for step in rebuild() if step.changed]
    kinds = {
        SearchEntry.objects.filter(kind=f"commitments.{kind}").count()
        for kind in ("commitment", "letter")
    }
    assert kinds == {1}
    assert {step.name for step in steps}.isdisjoint(
        {str(Commitment._meta.verbose_name_plural), str(Letter._meta.verbose_name_plural)}
    )


def test_twenty_are_indexed_with_as_many_queries_as_one() -> None:
    measure = make_measure()
    rows = [make_commitment(measures=[measure]) for _ in range(21)]
    counts = []
    for some in (rows[:1], rows[1:]):
        with CaptureQueriesContext(connection) as queries:
            index(*some)
        counts.append(len(queries))
    assert 0 < counts[0] == counts[1] < 30

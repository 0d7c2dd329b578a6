"""“À suivre”: who does what, by when, and the list of what is open and late."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.versions import StaleRowError
from meetings.enums import MinutesStatus
from meetings.models import FollowUp, MinutesSection
from meetings.services.follow_ups import (
    add_follow_up,
    close_follow_up,
    delete_follow_up,
    edit_follow_up,
)
from members.enums import Audience, Role
from tests.factories import (
    make_association,
    make_institution,
    make_mandate,
    make_minutes,
    make_section,
    make_user,
)

if TYPE_CHECKING:
    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
LIST = "/a-suivre/"


@pytest.fixture
def secretary() -> User:
    return make_user(Role.SECRETARIAT)


@pytest.fixture
def section() -> MinutesSection:
    return make_section(make_minutes(status=MinutesStatus.DRAFT))


def make_follow_up(section: MinutesSection | None = None, **fields: Any) -> FollowUp:
    fields.setdefault("text", "Rédiger la lettre")
    if not {"association", "institution"} & fields.keys():
        fields.setdefault("who", "le secrétariat")
    return FollowUp.objects.create(section=section or make_section(), **fields)


def address(name: str, section: MinutesSection, pk: int) -> str:
    return reverse(f"meetings:{name}", args=[section.minutes.meeting.slug, pk])


def test_follow_up_is_written_changed_and_taken_out(
    secretary: User, section: MinutesSection
) -> None:
    row = add_follow_up(
        section=section,
        by=secretary,
        text="Rédiger la lettre",
        institution=make_institution(acronym="MIPROF"),
        due_words="avant l’été",
        due_on=dt.date(2014, 6, 20),
    )
    assert row.whose == "MIPROF"
    edit_follow_up(follow_up=row, version=1, by=secretary, text="Relire", who="le bureau")
    row.refresh_from_db()
    assert (row.text, row.whose, row.due_words, row.due_on) == ("Relire", "le bureau", "", None)
    with pytest.raises(StaleRowError):
        edit_follow_up(follow_up=row, version=1, by=secretary, text="Non", who="x")
    delete_follow_up(follow_up=row, version=2, by=secretary)
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"who": ""},
        {"due_words": "x" * 101},
        {"done_on": timezone.localdate() + dt.timedelta(days=2)},
    ],
)
def test_wrong_follow_up_is_refused(
    secretary: User, section: MinutesSection, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        add_follow_up(section=section, by=secretary, **({"text": "Lire", "who": "moi"} | wrong))
    assert not FollowUp.objects.exists()


def test_adopted_minutes_lock_the_words_and_not_what_came_of_them(secretary: User) -> None:
    row = make_follow_up(make_section(make_minutes(status=MinutesStatus.ADOPTED)))
    for attempt in (
        lambda: add_follow_up(section=row.section, by=secretary, text="Non", who="x"),
        lambda: edit_follow_up(follow_up=row, version=1, by=secretary, text="Non", who="x"),
        lambda: delete_follow_up(follow_up=row, version=1, by=secretary),
    ):
        with pytest.raises(ValidationError) as refused:
            attempt()
        assert refused.value.code == "locked"
    today = timezone.localdate()
    close_follow_up(
        follow_up=row, version=1, by=secretary, done_on=today, done_note="Lettre envoyée"
    )
    row.refresh_from_db()
    assert (row.text, row.done_on, row.done_note) == ("Rédiger la lettre", today, "Lettre envoyée")
    close_follow_up(follow_up=row, version=2, by=secretary, done_on=None, done_note="Perdu")
    row.refresh_from_db()
    assert (row.done_on, row.done_note) == (None, "")


def test_only_the_secretariat_writes(section: MinutesSection) -> None:
    member, row = make_user(), make_follow_up(section)
    for attempt in (
        lambda: add_follow_up(section=section, by=member, text="Non", who="x"),
        lambda: edit_follow_up(follow_up=row, version=1, by=member, text="Non", who="x"),
        lambda: close_follow_up(follow_up=row, version=1, by=member, done_on=None),
        lambda: delete_follow_up(follow_up=row, version=1, by=member),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    row.refresh_from_db()
    assert (row.version, row.text) == (1, "Rédiger la lettre")


def test_follow_up_is_added_edited_and_deleted_on_the_pages(
    client_as: ClientAs, section: MinutesSection
) -> None:
    client, htmx = client_as(Role.SECRETARIAT), {"HX-Request": "true"}
    add = address("follow-up-add", section, section.pk)
    for headers in ({}, htmx):
        wrong = client.post(add, {"follow_up-text": "Gardé"}, headers=headers)
        assert wrong.status_code == 422
        assert "Gardé" in wrong.text
    right = {
        "follow_up-text": "Lire",
        "follow_up-who": "le bureau",
        "follow_up-due_on": "2014-06-20",
    }
    assert "Lire" in client.post(add, right, headers=htmx).text
    row = FollowUp.objects.get()
    edit = address("follow-up-edit", section, row.pk)
    assert "le bureau" in client.get(edit).text
    content = {"version": "1", "text": "Relire", "who": "le bureau"}
    assert client.post(edit, {**content, "due_on": "demain"}).status_code == 422
    assert client.post(edit, content).status_code == 302
    assert client.post(edit, {**content, "text": "Autrement"}).status_code == 409
    delete = address("follow-up-delete", section, row.pk)
    assert client.get(delete).status_code == 200
    assert client.post(delete, {"version": "2"}).status_code == 302
    assert not FollowUp.objects.exists()


def test_follow_up_is_closed_with_a_note(client_as: ClientAs) -> None:
    row = make_follow_up()
    close = reverse("meetings:follow-up-close", args=[row.pk])
    content = {"version": "1", "done_on": str(timezone.localdate()), "done_note": "Envoyée"}
    assert client_as(None).get(close).status_code == 302
    assert client_as(Role.GUEST).get(close).status_code == 404
    for client in (client_as(Role.MEMBER),):
        assert client.get(close).status_code == 403
        assert client.post(close, content).status_code == 403
    client = client_as(Role.SECRETARIAT)
    assert client.get(close).status_code == 200
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert client.post(close, {**content, "done_on": str(tomorrow)}).status_code == 422
    assert client.post(close, content).status_code == 302
    stale = client.post(close, {**content, "done_note": "Perdue"})
    assert stale.status_code == 409
    assert "Perdue" in stale.text
    row.refresh_from_db()
    assert row.done_note == "Envoyée"


def test_list_shows_what_is_late_first_then_what_has_a_day(client_as: ClientAs) -> None:
    today = timezone.localdate()
    rows = {
        "sans jour": None,
        "plus tard": today + dt.timedelta(days=9),
        "en retard": today - dt.timedelta(days=9),
    }
    for text, due_on in rows.items():
        make_follow_up(text=text, due_on=due_on)
    make_follow_up(text="déjà fait", done_on=today)
    shown = client_as(Role.MEMBER).get(LIST).text
    places = [shown.index(text) for text in ("en retard", "plus tard", "sans jour")]
    assert places == sorted(places)
    assert shown.count('class="late"') == 1
    assert "déjà fait" not in shown
    done = client_as(Role.MEMBER).get(LIST, {"etat": "fait"}).text
    assert "déjà fait" in done
    assert "en retard" not in done
    assert client_as(Role.MEMBER).get(LIST, {"etat": "autre"}).text.count("<tr id=") == 0


def test_mine_are_those_of_the_associations_that_i_represent(client_as: ClientAs) -> None:
    person, association = make_user(), make_association()
    make_mandate(person, association)
    make_follow_up(text="pour nous", association=association)
    make_follow_up(text="pour eux", association=make_association())
    client = client_as(person)
    everyone = client.get(LIST).text
    assert "pour nous" in everyone
    assert "pour eux" in everyone
    mine = client.get(LIST, {"qui": "moi"}).text
    assert "pour nous" in mine
    assert "pour eux" not in mine


def test_list_shows_what_each_reader_may_read(client_as: ClientAs) -> None:
    make_follow_up(text="du secrétariat", section=make_section(audience=Audience.SECRETARIAT))
    make_follow_up(
        text="en cours d’écriture", section=make_section(make_minutes(status=MinutesStatus.DRAFT))
    )
    make_follow_up(text="pour les membres")
    assert client_as(None).get(LIST).status_code == 302
    seen = {role: client_as(role).get(LIST).text for role in Role}
    for text, readers in {
        "du secrétariat": {Role.SECRETARIAT, Role.COORDINATOR},
        "en cours d’écriture": {Role.SECRETARIAT, Role.COORDINATOR},
        "pour les membres": {Role.MEMBER, Role.SECRETARIAT, Role.COORDINATOR},
    }.items():
        assert {role for role, page in seen.items() if text in page} == readers


def test_list_asks_as_much_for_twenty_rows_as_for_one(client_as: ClientAs) -> None:
    client, counts = client_as(Role.SECRETARIAT), []
    for more in (1, 19):
        for _number in range(more):
            make_follow_up(association=make_association())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]

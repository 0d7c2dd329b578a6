"""Mandates: who speaks for whom, and never two as titular on one day."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from common.versions import StaleRowError
from members.enums import MandateKind, Role
from members.models import Association, Mandate, User
from members.services.mandates import correct_mandate, end_mandate, give_mandate
from tests.conftest import ClientAs
from tests.factories import (
    JOINED_ON,
    make_association,
    make_guest_access,
    make_mandate,
    make_stranger,
    make_user,
)

pytestmark = pytest.mark.django_db

LIST = reverse("members:mandate-list")
CREATE = reverse("members:mandate-create")
START, END = dt.date(2020, 1, 1), dt.date(2021, 1, 1)


def give(**fields: Any) -> Mandate:
    if "person" not in fields:
        fields["person"] = make_stranger()
    if "association" not in fields:
        fields["association"] = make_association()
    fields.setdefault("kind", MandateKind.TITULAR)
    fields.setdefault("since", START)
    return give_mandate(**fields)


def edit(mandate: Mandate) -> str:
    return reverse("members:mandate-edit", args=[mandate.pk])


def end(mandate: Mandate) -> str:
    return reverse("members:mandate-end", args=[mandate.pk])


def assert_refused(field: str, **fields: Any) -> None:
    before = Mandate.objects.count()
    with pytest.raises(ValidationError) as refused:
        give(**fields)
    assert set(refused.value.message_dict) == {field}
    assert Mandate.objects.count() == before


def test_mandate_opens_the_door_and_tells_the_person() -> None:
    person = make_stranger()
    assert not person.may_come_in
    mandate = give(person=person, reason="Vote du 3 mars")
    assert User.objects.get(pk=person.pk).may_come_in
    assert mandate.history.get().history_change_reason == "Vote du 3 mars"
    assert mandate.association.short_name in person.notices.get().words


def test_guest_becomes_a_member() -> None:
    guest = make_user(Role.GUEST)
    give(person=guest)
    guest.refresh_from_db()
    assert guest.role == Role.MEMBER


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_other_roles_stay(role: Role) -> None:
    person = make_user(role)
    give(person=person)
    person.refresh_from_db()
    assert person.role == role


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (START, END),
        (START, None),
        (dt.date(2019, 1, 1), dt.date(2020, 1, 2)),
        (dt.date(2020, 12, 31), None),
        (dt.date(2020, 3, 1), dt.date(2020, 4, 1)),
        (dt.date(2014, 1, 1), None),
    ],
)
def test_two_titulars_never_overlap_whatever_the_days(
    since: dt.date, until: dt.date | None
) -> None:
    association = make_association()
    give(association=association, until=END)
    assert_refused("kind", association=association, since=since, until=until)
    give(association=association, since=since, until=until, kind=MandateKind.ALTERNATE)


@pytest.mark.parametrize(
    ("since", "until"), [(END, None), (dt.date(2019, 1, 1), START), (END, dt.date(2100, 1, 1))]
)
def test_titulars_may_follow_one_another_to_the_day(since: dt.date, until: dt.date | None) -> None:
    association = make_association()
    give(association=association, until=END)
    give(association=association, since=since, until=until)


def test_same_person_holds_one_mandate_of_an_association_at_a_time() -> None:
    association, person = make_association(), make_stranger()
    give(association=association, person=person, until=END)
    assert_refused(
        "person", association=association, person=person, kind=MandateKind.ALTERNATE, until=END
    )
    give(association=association, person=person, since=END)
    give(person=person, since=START)


def test_mandate_begins_neither_before_the_association_came_nor_when_it_has_left() -> None:
    came = make_association(joined_on=START)
    assert_refused("since", association=came, since=START - dt.timedelta(days=1))
    invited = make_association(invited_on=dt.date(2019, 1, 1), joined_on=START)
    give(association=invited, since=dt.date(2019, 1, 1))
    left = make_association(left_on=END)
    assert_refused("since", association=left, since=END)
    assert_refused("until", association=left, since=START)
    give(association=left, since=START, until=END)


def test_mandate_cannot_end_before_it_began() -> None:
    assert_refused("until", since=END, until=START)


def test_ended_today_shuts_the_door_at_the_next_request(client_as: ClientAs) -> None:
    member = make_user()
    mandate = member.mandates.get()
    client = client_as(member)
    assert client.get(LIST).status_code == 200
    response = client_as(Role.COORDINATOR).post(
        end(mandate), {"until": timezone.localdate(), "version": 1, "reason": "Parti"}
    )
    assert response.status_code == 302
    assert client.get(LIST).status_code == 302
    mandate.refresh_from_db()
    assert mandate.version == 2
    last = mandate.history.first()
    assert last is not None
    assert (last.history_change_reason, last.until) == ("Parti", timezone.localdate())


def test_second_mandate_keeps_the_door_open() -> None:
    member = make_user()
    make_mandate(member)
    first = member.mandates.first()
    assert first is not None
    end_mandate(mandate=first, version=1, until=timezone.localdate(), reason="")
    assert User.objects.get(pk=member.pk).may_come_in


def test_mandate_ends_on_the_day_said_not_before() -> None:
    member = make_user()
    with time_machine.travel(dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC), tick=False):
        end_mandate(mandate=member.mandates.get(), version=1, until=dt.date(2026, 3, 2), reason="")
        assert User.objects.get(pk=member.pk).may_come_in
    with time_machine.travel(dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC), tick=False):
        assert not User.objects.get(pk=member.pk).may_come_in


def test_correction_is_refused_on_an_old_version_and_where_it_would_overlap() -> None:
    association = make_association()
    first = give(association=association, until=END)
    second = give(association=association, since=END)
    with pytest.raises(StaleRowError):
        correct_mandate(mandate=first, version=7, reason="", function="Présidence")
    with pytest.raises(ValidationError, match="kind"):
        correct_mandate(mandate=second, version=1, reason="", since=START)
    second.refresh_from_db()
    assert (second.since, second.version) == (END, 1)
    correct_mandate(mandate=second, version=1, reason="Faute de frappe", function="Présidence")
    second.refresh_from_db()
    assert (second.function, second.version) == ("Présidence", 2)


def test_erased_person_gets_no_mandate() -> None:
    erased = make_stranger(is_active=False, erased_at=timezone.now())
    assert_refused("person", person=erased)


# --- Pages ------------------------------------------------------------------------------------------------------------


def typed(person: User, association: Association, **fields: Any) -> dict[str, Any]:
    return {
        "person": person.pk,
        "association": association.pk,
        "kind": "titular",
        "since": "2020-01-01",
        **fields,
    }


def test_coordinator_gives_a_mandate_through_the_page(client_as: ClientAs) -> None:
    person, association = make_stranger(), make_association()
    client = client_as(Role.COORDINATOR)
    page = client.get(f"{CREATE}?person={person.pk}&association={association.slug}")
    assert page.context["form"].initial["person"] == person
    response = client.post(CREATE, typed(person, association, function="Présidence"))
    assert response.headers["Location"] == LIST
    assert person.mandates.get().function == "Présidence"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("since", {"since": "2012-01-01"}),
        ("since", {"since": "31/02/2020"}),
        ("until", {"until": "2019-01-01"}),
        ("kind", {"kind": "king"}),
        ("person", {"person": "0"}),
        ("person", {"person": "9" * 40}),
        ("association", {"association": "x"}),
        ("function", {"function": "x" * 500}),
    ],
)
def test_mistake_is_told_at_its_field_and_nothing_typed_is_lost(
    client_as: ClientAs, field: str, wrong: dict[str, str]
) -> None:
    data = {**typed(make_stranger(), make_association(), reason="Raison tapée"), **wrong}
    response = client_as(Role.COORDINATOR).post(CREATE, data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "Raison tapée" in response.content.decode()
    assert not Mandate.objects.exists()


def test_titular_that_overlaps_is_told_at_the_kind(client_as: ClientAs) -> None:
    association = make_mandate().association
    response = client_as(Role.COORDINATOR).post(CREATE, typed(make_stranger(), association))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["kind"]


@pytest.mark.parametrize("which", ["edit", "end"])
def test_stale_save_shows_both_texts_and_loses_nothing_typed(
    client_as: ClientAs, which: str
) -> None:
    mandate = make_mandate(function="Secrétariat")
    correct_mandate(mandate=mandate, version=1, reason="", function="Présidence")
    client = client_as(Role.COORDINATOR)
    data = {
        "version": 1,
        "kind": "titular",
        "since": JOINED_ON,
        "until": "2030-05-05",
        "function": "Trésorerie",
        "reason": "Tapée",
    }
    address = edit(mandate) if which == "edit" else end(mandate)
    response = client.post(address, data)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Tapée" in page
    assert "<ins>" in page
    assert 'name="version" value="2"' in page
    mandate.refresh_from_db()
    assert (mandate.function, mandate.until) == ("Présidence", None)
    assert client.post(address, {**data, "version": 2}).status_code == 302
    mandate.refresh_from_db()
    assert mandate.until == dt.date(2030, 5, 5)


@pytest.mark.parametrize("data", [{}, {"until": "x", "version": "y"}, {"version": "-1"}])
def test_nonsense_is_answered_at_the_form(client_as: ClientAs, data: dict[str, str]) -> None:
    mandate = make_mandate()
    client = client_as(Role.ADMINISTRATOR)
    assert client.post(end(mandate), data).status_code == 422
    assert client.post(edit(mandate), data).status_code == 422


def test_list_shows_today_or_everything(client_as: ClientAs) -> None:
    past = make_mandate(until=dt.date(2015, 1, 1))
    live = make_mandate()
    client = client_as(Role.SECRETARIAT)
    today, everything = (client.get(LIST + more).content.decode() for more in ("", "?passes=1"))
    assert live.person.name in today
    assert past.person.name not in today
    assert past.person.name in everything
    assert edit(live) not in everything


def test_list_asks_as_much_for_one_as_for_twenty(
    client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_as(Role.COORDINATOR)
    make_mandate()
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for _number in range(19):
        make_mandate()
    with django_assert_num_queries(len(few)):
        client.get(LIST)


def test_guest_sees_no_mandate(client_as: ClientAs) -> None:
    guest = make_user(Role.GUEST)
    make_guest_access(guest)
    assert client_as(guest).get(LIST).status_code == 404
    assert client_as(guest).get(edit(make_mandate())).status_code == 404

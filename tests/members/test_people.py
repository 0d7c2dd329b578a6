"""Accounts, as those who manage them see and change them."""

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from members.enums import Role
from members.models import User
from members.services.people import change_role, close_account, reopen_account
from tests.conftest import ClientAs
from tests.factories import PASSWORD, make_mandate, make_stranger, make_user

pytestmark = pytest.mark.django_db

LIST = reverse("members:person-list")
MANAGERS = [Role.COORDINATOR, Role.ADMINISTRATOR]


def page_of(person: User, what: str = "detail") -> str:
    return reverse(f"members:person-{what}", args=[person.pk])


@pytest.mark.parametrize("by", MANAGERS)
def test_role_is_changed_and_the_history_says_why(by: Role) -> None:
    person, manager = make_user(), make_user(by)
    change_role(person=person, role=Role.SECRETARIAT, by=manager, reason="Élection")
    person.refresh_from_db()
    last = person.history.first()
    assert last is not None
    assert (person.role, last.history_change_reason) == (Role.SECRETARIAT, "Élection")


@pytest.mark.parametrize("by", [Role.SECRETARIAT, Role.MEMBER, Role.GUEST])
@pytest.mark.parametrize("service", [change_role, close_account, reopen_account])
def test_others_change_nothing(by: Role, service: Any) -> None:
    person = make_user()
    more = {"role": Role.ADMINISTRATOR} if service is change_role else {}
    with pytest.raises(PermissionDenied):
        service(person=person, by=make_user(by), **more)
    person.refresh_from_db()
    assert (person.role, person.is_active) == (Role.MEMBER, True)


@pytest.mark.parametrize("role", MANAGERS)
def test_nobody_changes_their_own_role_nor_closes_their_own_account(role: Role) -> None:
    make_user(Role.COORDINATOR)
    me = make_user(role)
    with pytest.raises(ValidationError):
        change_role(person=me, role=Role.SECRETARIAT, by=me)
    with pytest.raises(ValidationError):
        close_account(person=me, by=me)
    me.refresh_from_db()
    assert (me.role, me.is_active) == (role, True)


def test_last_coordinator_stays() -> None:
    last, administrator = make_user(Role.COORDINATOR), make_user(Role.ADMINISTRATOR)
    make_user(Role.COORDINATOR, is_active=False)
    with pytest.raises(ValidationError):
        change_role(person=last, role=Role.MEMBER, by=administrator)
    with pytest.raises(ValidationError):
        close_account(person=last, by=administrator)
    make_user(Role.COORDINATOR)
    change_role(person=last, role=Role.MEMBER, by=administrator)


def test_who_was_demoted_meanwhile_demotes_nobody() -> None:
    first, second = make_user(Role.COORDINATOR), make_user(Role.COORDINATOR)
    stale = User.objects.get(pk=second.pk)
    change_role(person=second, role=Role.SECRETARIAT, by=first)
    with pytest.raises(PermissionDenied):
        change_role(person=first, role=Role.SECRETARIAT, by=stale)


def test_closing_ends_every_session_at_once_and_reopening_lets_in_again(
    client_as: ClientAs,
) -> None:
    person = make_user(password=PASSWORD)
    browser = Client()
    browser.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert browser.get(reverse("members:account")).status_code == 200
    assert UserSession.objects.filter(user=person).count() == 1
    key = browser.session.session_key
    manager = client_as(Role.COORDINATOR)
    assert manager.post(page_of(person, "close"), {"reason": "Demande"}).status_code == 302
    assert browser.get(reverse("members:account")).status_code == 302
    assert not UserSession.objects.filter(user=person).exists()
    assert key is not None
    from django.contrib.sessions.models import Session

    assert not Session.objects.filter(pk=key).exists()
    assert manager.post(page_of(person, "reopen")).status_code == 302
    browser.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert browser.get(reverse("members:account")).status_code == 200


def test_erased_account_is_neither_reopened_nor_given_a_role() -> None:
    erased = make_stranger(is_active=False, erased_at=timezone.now())
    manager = make_user(Role.COORDINATOR)
    with pytest.raises(ValidationError):
        reopen_account(person=erased, by=manager)
    with pytest.raises(ValidationError):
        change_role(person=erased, role=Role.ADMINISTRATOR, by=manager)


# --- Pages ------------------------------------------------------------------------------------------------------------


def names(client: Client, query: str = "") -> set[str]:
    response = client.get(LIST + query)
    assert response.status_code == 200
    return {person.name for person in response.context["people"]}


def test_list_is_narrowed_by_role_door_and_words(client_as: ClientAs) -> None:
    coordinator = make_user(Role.COORDINATOR, name="Coordination")
    make_user(name="Dedans", email="dedans@vigie.example")
    make_stranger(name="Dehors", email="dehors@vigie.example")
    make_user(name="Close", is_active=False)
    client = client_as(coordinator)
    assert names(client) == {"Coordination", "Dedans", "Dehors", "Close"}
    assert names(client, "?role=coordinator") == {"Coordination"}
    assert names(client, "?porte=ouverte") == {"Coordination", "Dedans"}
    assert names(client, "?porte=fermee") == {"Dehors", "Close"}
    assert names(client, "?q=vigie deh") == {"Dehors"}
    assert names(client, "?role=member&porte=ouverte") == {"Dedans"}
    for nonsense in ("?role=king", "?porte=x", f"?q={'x' * 500}"):
        assert names(client, nonsense) == set()
    assert names(client, "?page=99&q=dehors") == {"Dehors"}


def test_list_asks_as_much_for_one_as_for_twenty(
    client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_as(Role.COORDINATOR)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for _number in range(10):
        make_user()
        make_user(Role.GUEST)
    with django_assert_num_queries(len(few)):
        client.get(LIST)


def test_page_of_a_person_asks_as_much_for_twenty_mandates(
    client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = make_user()
    client = client_as(Role.COORDINATOR)
    client.get(page_of(person))
    with CaptureQueriesContext(connection) as few:
        client.get(page_of(person))
    for _number in range(19):
        make_mandate(person)
    with django_assert_num_queries(len(few)):
        client.get(page_of(person))


@pytest.mark.parametrize("role", [Role.MEMBER, Role.GUEST])
def test_member_and_guest_do_not_even_see_their_own_page(client_as: ClientAs, role: Role) -> None:
    me = make_user(role)
    client = client_as(me)
    assert client.get(LIST).status_code == 404
    assert client.get(page_of(me)).status_code == 404
    assert client.post(page_of(me, "role"), {"role": "coordinator"}).status_code == 404
    me.refresh_from_db()
    assert me.role == role


@pytest.mark.parametrize("what", ["role", "close", "reopen", "erase"])
def test_ones_own_row_is_not_changed_here(client_as: ClientAs, what: str) -> None:
    me = make_user(Role.COORDINATOR)
    make_user(Role.COORDINATOR)
    client = client_as(me)
    data = {"role": "administrator", "sure": "on"}
    assert client.get(page_of(me, what)).status_code == 403
    assert client.post(page_of(me, what), data).status_code == 403
    before = (me.role, me.is_active, me.email)
    me.refresh_from_db()
    assert (me.role, me.is_active, me.email) == before


def test_secretariat_reads_and_changes_nothing(client_as: ClientAs) -> None:
    person = make_user()
    client = client_as(Role.SECRETARIAT)
    page = client.get(page_of(person)).content.decode()
    assert person.email in page
    assert page_of(person, "role") not in page


def test_refusal_is_told_on_the_page(client_as: ClientAs) -> None:
    last = make_user(Role.COORDINATOR)
    client = client_as(Role.ADMINISTRATOR)
    response = client.post(page_of(last, "role"), {"role": "member", "reason": "Tapée"})
    assert response.status_code == 422
    assert "Tapée" in response.content.decode()
    assert client.post(page_of(last, "close")).status_code == 422
    assert client.post(page_of(last, "role"), {"role": "king"}).status_code == 422
    last.refresh_from_db()
    assert (last.role, last.is_active) == (Role.COORDINATOR, True)

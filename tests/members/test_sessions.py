"""Who is logged in is asked of the database at every request."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.backends import AuthenticationBackend
from members.enums import Role
from members.models import User
from members.sessions import SessionStore, accounts_read_with
from tests import factories

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of_member() -> Client:
    client = Client()
    client.force_login(factories.make_user(Role.SECRETARIAT))
    return client


def note_whose_session(client: Client, user: User) -> None:
    """As the library does when somebody logs in by its pages."""
    key = client.session.session_key
    UserSession.objects.create(user=user, session_key=key, ip="127.0.0.1", user_agent="test")


def is_logged_in(client: Client) -> bool:
    return client.get(reverse("members:account")).status_code == 200


def test_account_that_is_closed_is_out_at_the_next_request(client_of_member: Client) -> None:
    assert is_logged_in(client_of_member)
    user = User.objects.get()
    user.is_active = False
    user.save()
    assert not is_logged_in(client_of_member)


def test_account_that_is_gone_is_out_at_the_next_request(client_of_member: Client) -> None:
    User.objects.all().delete()
    assert not is_logged_in(client_of_member)


def test_session_ends_on_its_hour(client_of_member: Client) -> None:
    Session.objects.update(expire_date=timezone.now() + dt.timedelta(seconds=30))
    assert is_logged_in(client_of_member)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    assert not is_logged_in(client_of_member)


def test_key_of_nobody_is_not_taken_up(client_of_member: Client) -> None:
    chosen = "a" * 32
    client_of_member.cookies[settings.SESSION_COOKIE_NAME] = chosen
    assert not is_logged_in(client_of_member)
    store = SessionStore(session_key=chosen)
    assert store.load() == {}
    assert store.session_key is None


def test_visit_is_noted_and_leaves_nothing_in_the_history() -> None:
    user = factories.make_user(Role.SECRETARIAT, password=factories.PASSWORD)
    before = User.history.count()
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": factories.PASSWORD})
    user.refresh_from_db()
    assert user.last_login is not None
    assert User.history.count() == before


def test_session_is_read_with_its_account_in_one_query(
    client_of_member: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = User.objects.get()
    note_whose_session(client_of_member, user)
    store = SessionStore(client_of_member.session.session_key)
    with django_assert_num_queries(1), accounts_read_with(store):
        store.load()
        assert AuthenticationBackend().get_user(user.pk) == user
    # Outside of the request, and for anybody else, it is asked for as before.
    with django_assert_num_queries(1):
        assert AuthenticationBackend().get_user(user.pk) == user
    with django_assert_num_queries(1), accounts_read_with(store):
        assert AuthenticationBackend().get_user(user.pk + 1) is None


def test_session_that_the_library_wrote_down_as_anothers_opens_nothing(
    client_of_member: Client,
) -> None:
    """Whose session it is, the signed session says; the table beside it only saves a query."""
    user, other = User.objects.get(), factories.make_user(Role.COORDINATOR)
    note_whose_session(client_of_member, other)
    page = client_of_member.get(reverse("members:account")).content.decode()
    assert user.email in page
    assert other.email not in page

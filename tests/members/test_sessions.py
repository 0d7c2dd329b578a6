"""Who is logged in is asked of the database at every request."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.enums import Role
from members.models import User
from members.sessions import SessionStore
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of_member() -> Client:
    client = Client()
    client.force_login(factories.make_user(Role.SECRETARIAT))
    return client


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

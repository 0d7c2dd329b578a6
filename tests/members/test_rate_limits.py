"""Guessing passwords is slow. The counts live in the database, so that every process shares them."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache, caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, make_authenticator_app, make_user

pytestmark = pytest.mark.django_db

LOGIN = "/compte/connexion/"
# Attempts at one account in five minutes, before it says no.
ATTEMPTS = 5


def attempt(email: str, password: str, ip: str = "192.0.2.1") -> Client:
    client = Client(REMOTE_ADDR=ip)
    client.post(LOGIN, {"login": email, "password": password})
    return client


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_counts_are_kept_in_the_database() -> None:
    assert isinstance(caches["default"], DatabaseCache)
    assert "vigie_cache" in connection.introspection.table_names()
    cache.set("kept", "yes")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vigie_cache WHERE cache_key LIKE %s", ["%kept%"])
        assert cursor.fetchone() == (1,)


def test_account_is_closed_for_five_minutes_after_five_wrong_passwords() -> None:
    user = make_user(password=PASSWORD)
    with time_machine.travel(dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)) as clock:
        # From different places: it is the account that is counted.
        for number in range(ATTEMPTS):
            attempt(user.email, "mistaken", ip=f"192.0.2.{number}")
        assert not is_logged_in(attempt(user.email, PASSWORD, ip="192.0.2.99"))
        clock.shift(dt.timedelta(minutes=5, seconds=1))
        assert is_logged_in(attempt(user.email, PASSWORD, ip="192.0.2.99"))


def test_refusal_says_to_wait_and_keeps_the_address() -> None:
    user = make_user(password=PASSWORD)
    for _ in range(ATTEMPTS):
        attempt(user.email, "mistaken")
    page = Client().post(LOGIN, {"login": user.email, "password": PASSWORD}).content.decode()
    assert "Trop de tentatives" in page
    assert f'value="{user.email}"' in page


def test_other_accounts_stay_open() -> None:
    user, other = make_user(password=PASSWORD), make_user(password=PASSWORD)
    for _ in range(ATTEMPTS):
        attempt(user.email, "mistaken")
    assert is_logged_in(attempt(other.email, PASSWORD))


def test_one_place_trying_many_accounts_is_stopped() -> None:
    user = make_user(password=PASSWORD)
    for number in range(10):
        attempt(f"guess-{number}@vigie.example", "mistaken")
    assert not is_logged_in(attempt(user.email, PASSWORD))
    assert is_logged_in(attempt(user.email, PASSWORD, ip="192.0.2.2"))


def test_too_many_requests_get_a_page_that_says_so() -> None:
    for number in range(30):
        attempt(f"guess-{number}@vigie.example", "mistaken")
    response = Client(REMOTE_ADDR="192.0.2.1").post(LOGIN, {"login": "x", "password": "x"})
    assert response.status_code == 429
    assert "<main" in response.content.decode()


def test_resetting_the_password_opens_the_account_at_once() -> None:
    user = make_user(password=PASSWORD)
    for _ in range(ATTEMPTS):
        attempt(user.email, "mistaken")
    client = Client()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = next(word for word in str(mail.outbox[0].body).split() if "/oublie/" in word)
    form = client.get("/" + link.split("/", 3)[3], follow=True)
    new = "another-long-password"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert is_logged_in(attempt(user.email, new))


def test_guessing_the_second_factor_is_stopped_too() -> None:
    user = make_user(password=PASSWORD)
    make_authenticator_app(user)
    client = attempt(user.email, PASSWORD)
    pages = [
        client.post(reverse("mfa_authenticate"), {"code": f"{number:06}"}).content.decode()
        for number in range(ATTEMPTS + 1)
    ]
    assert "Trop de tentatives" in pages[-1]
    assert "Trop de tentatives" not in pages[0]


def test_asking_for_reset_mails_is_limited() -> None:
    user = make_user(password=PASSWORD)
    client = Client()
    for _ in range(8):
        client.post(reverse("account_reset_password"), {"email": user.email})
    assert len(mail.outbox) == 5

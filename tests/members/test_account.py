"""The account's pages, ours and the library's, in every state in which a person can see them."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from members.enums import Role
from members.models import User
from tests.conftest import ClientAs
from tests.factories import (
    PASSWORD,
    make_authenticator_app,
    make_passkey,
    make_user,
    totp_code,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    user = make_user(Role.SECRETARIAT, name="Anne Vigie", password=PASSWORD)
    make_authenticator_app(user)
    make_passkey(user)
    return user


@pytest.fixture
def client(client_as: ClientAs, user: User) -> Client:
    """Logged in, with every second factor, the password just confirmed."""
    client = client_as(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def anonymous_pages() -> list[str]:
    names = [
        "account_login",
        "account_inactive",
        "account_signup",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    ]
    return [*map(reverse, names), reverse("account_reset_password_from_key", args=["x", "y-z"])]


def pages(user: User) -> list[str]:
    key = Authenticator.objects.get(user=user, type=Authenticator.Type.WEBAUTHN).pk
    names = [
        "members:account",
        "account_logout",
        "account_reauthenticate",
        "account_change_password",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "usersessions_list",
    ]
    return [
        *map(reverse, names),
        reverse("mfa_edit_webauthn", args=[key]),
        reverse("mfa_remove_webauthn", args=[key]),
    ]


def assert_fits_the_house(page: str) -> None:
    """What the content security policy would stop, and what every page of the site has."""
    assert '<main id="main"' in page
    assert "<title>" in page
    assert not re.search(r"<title>\s*–", page), "the page has no title"
    assert len(re.findall(r"<h1", page)) == 1
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert "<style" not in page
    assert not re.search(r"<[^>]+\son\w+=", page), "an event handler written in the page"
    assert "javascript:" not in page
    for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
        if "src=" in attributes:
            assert re.search(r'src="/static/', attributes)
        else:
            assert 'type="application/json"' in attributes, f"a script in the page: {content}"
    for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page):
        if 'type="hidden"' in field:
            continue
        name = re.search(r'\sid="([^"]+)"', field)
        assert name, field
        assert f'<label for="{name[1]}"' in page or f'for="{name[1]}"' in page, field
    for described in re.findall(r'aria-describedby="([^"]+)"', page):
        for part in described.split():
            assert f'id="{part}"' in page, part


def test_pages_for_anyone_fit_the_house() -> None:
    for path in anonymous_pages():
        response = Client().get(path)
        assert response.status_code == 200, path
        assert_fits_the_house(response.content.decode())


def test_pages_of_an_account_fit_the_house(client: Client, user: User) -> None:
    for path in pages(user):
        response = client.get(path)
        assert response.status_code == 200, (path, response.headers.get("Location"))
        assert_fits_the_house(response.content.decode())


def test_pages_of_setting_up_fit_the_house(client_as: ClientAs) -> None:
    user = make_user(Role.SECRETARIAT, password=PASSWORD)
    client = client_as(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    for name in ("mfa_index", "mfa_activate_totp", "mfa_list_webauthn"):
        assert_fits_the_house(client.get(reverse(name)).content.decode())
    secret = client.session["mfa.totp.secret"]
    client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})
    assert_fits_the_house(client.get(reverse("mfa_view_recovery_codes")).content.decode())
    codes = client.get(reverse("mfa_download_recovery_codes"))
    assert "attachment" in codes.headers["Content-Disposition"]
    later = Client()
    later.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert_fits_the_house(later.get(reverse("mfa_authenticate")).content.decode())


def test_pages_with_errors_fit_the_house(client: Client) -> None:
    page = client.post(reverse("account_change_password"), {"oldpassword": "wrong"})
    assert page.status_code == 200
    assert_fits_the_house(page.content.decode())
    assert page.content.decode().count('class="errorlist') == 3


def test_person_without_a_password_can_choose_one(client_as: ClientAs) -> None:
    client = client_as(make_user())
    sent = client.get(reverse("account_change_password"))
    assert sent.headers["Location"] == reverse("account_set_password")
    assert_fits_the_house(client.get(reverse("account_set_password")).content.decode())


def test_account_page_shows_what_is_known(client: Client, user: User) -> None:
    page = client.get(reverse("members:account")).content.decode()
    assert user.name in page
    assert user.email in page
    assert str(user.get_role_display()) in page
    for name in ("account_change_password", "mfa_index", "usersessions_list", "set_language"):
        assert reverse(name) in page


def test_sessions_can_be_closed_from_elsewhere() -> None:
    user = make_user(password=PASSWORD)
    here, there = Client(), Client()
    for browser in (here, there):
        browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert here.get(reverse("usersessions_list")).content.count(b"<tr>") == 3
    here.post(reverse("usersessions_list"))
    assert here.get(reverse("members:account")).status_code == 200
    assert there.get(reverse("members:account")).status_code == 302

"""Whoever can change the record proves it twice."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from members.enums import Role
from members.models import User
from plan.models import Plan
from tests.conftest import ClientAs
from tests.factories import (
    PASSWORD,
    make_authenticator_app,
    make_passkey,
    make_user,
    totp_code,
)
from tests.passkeys import SoftwarePasskey

pytestmark = pytest.mark.django_db

SETUP = "/compte/second-facteur/"
WORKING_ROLES = [Role.SECRETARIAT, Role.COORDINATOR, Role.ADMINISTRATOR]


@pytest.fixture(autouse=True)
def _required(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def log_in(client: Client, user: User) -> str:
    response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return str(response.headers["Location"])


def set_up(client: Client) -> str:
    """Set up an authenticator app through the pages; returns its secret.

    Only in a test with transactions of its own: the rest of the house hears of it once it is committed.
    """
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    secret = str(client.session["mfa.totp.secret"])
    client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})
    return secret


def add_passkey(client: Client, user: User) -> SoftwarePasskey:
    """Log in, and set up a passkey through the pages as a browser does."""
    log_in(client, user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_add_webauthn"))
    passkey = SoftwarePasskey()
    credential = passkey.register(page.context["js_data"]["creation_options"]["publicKey"])
    client.post(
        reverse("mfa_add_webauthn"),
        {"name": "Téléphone", "passwordless": "on", "credential": json.dumps(credential)},
    )
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()
    return passkey


def log_in_with(passkey: SoftwarePasskey, client: Client) -> None:
    options = client.get(
        reverse("mfa_login_webauthn"), headers={"accept": "application/json"}
    ).json()
    credential = passkey.sign(options["request_options"]["publicKey"])
    client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(credential)})


@pytest.mark.parametrize("role", WORKING_ROLES)
@pytest.mark.parametrize(
    "name", ["measures:home", "members:account", "account_change_password", "usersessions_list"]
)
def test_without_a_second_factor_every_page_leads_to_setting_one_up(
    client_as: ClientAs, role: Role, name: str
) -> None:
    response = client_as(role).get(reverse(name))
    assert (response.status_code, response.headers["Location"]) == (302, SETUP)


@pytest.mark.parametrize("role", WORKING_ROLES)
def test_without_a_second_factor_the_setup_itself_is_open(client_as: ClientAs, role: Role) -> None:
    """No loop: the pages that set it up, and what they ask on the way, answer."""
    client = client_as(make_user(role, password=PASSWORD))
    assert client.get(SETUP).status_code == 200
    assert client.get(reverse("account_reauthenticate")).status_code == 200
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200


def test_without_a_second_factor_one_can_still_leave(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_without_a_second_factor_nothing_can_be_changed(client_as: ClientAs) -> None:
    user = make_user(Role.SECRETARIAT, password=PASSWORD)
    new = "another-long-password"
    response = client_as(user).post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert response.headers["Location"] == SETUP
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_api_answers_a_program_with_403_rather_than_a_page(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    response = client_as(Role.SECRETARIAT).get(reverse("api:plans-list"))
    assert response.status_code == 403
    assert response.headers["Content-Type"] == "application/json"
    assert plan_with_measures.title not in response.content.decode()


def test_fragment_sends_the_whole_page_to_the_setup(client_as: ClientAs) -> None:
    response = client_as(Role.SECRETARIAT).get(
        reverse("measures:home"), headers={"hx-request": "true"}
    )
    assert response.headers["HX-Redirect"] == SETUP
    assert response.content == b""


def test_member_needs_none(client_as: ClientAs) -> None:
    assert client_as(Role.MEMBER).get(reverse("members:account")).status_code == 200


def test_anonymous_reader_needs_none(client: Client, plan_with_measures: Plan) -> None:
    assert client.get(reverse("api:plans-list")).status_code == 200


@pytest.mark.parametrize("role", WORKING_ROLES)
def test_passkey_alone_counts(client_as: ClientAs, role: Role) -> None:
    user = make_user(role)
    make_passkey(user)
    client = client_as(user)
    assert client.get(reverse("members:account")).status_code == 200
    assert client.get(reverse("mfa_list_webauthn")).status_code == 200


def test_passkey_set_up_through_the_pages_opens_the_site_without_a_password() -> None:
    user = make_user(Role.COORDINATOR, password=PASSWORD)
    first, later = Client(), Client()
    passkey = add_passkey(first, user)
    assert first.get(reverse("members:account")).status_code == 200

    log_in_with(passkey, later)
    assert later.get(reverse("members:account")).status_code == 200
    assert reverse("mfa_index") not in later.get(reverse("mfa_index")).headers.get("Location", "")


def test_passkey_of_a_deactivated_person_opens_nothing() -> None:
    user = make_user(Role.COORDINATOR, password=PASSWORD)
    passkey = add_passkey(Client(), user)
    user.is_active = False
    user.save()
    later = Client()
    log_in_with(passkey, later)
    assert "_auth_user_id" not in later.session


def test_passkey_of_somebody_else_opens_nothing() -> None:
    user = make_user(Role.COORDINATOR, password=PASSWORD)
    passkey = add_passkey(Client(), user)
    passkey.key = SoftwarePasskey().key
    later = Client()
    log_in_with(passkey, later)
    assert "_auth_user_id" not in later.session


def test_recovery_codes_alone_do_not_count(client_as: ClientAs) -> None:
    user = make_user(Role.SECRETARIAT)
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x", "used_mask": 0}
    )
    assert client_as(user).get(reverse("members:account")).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_whole_way_from_the_password_to_the_site(client: Client) -> None:
    user = make_user(Role.SECRETARIAT, password=PASSWORD)
    assert log_in(client, user) == reverse("measures:home")
    assert client.get(reverse("members:account")).headers["Location"] == SETUP
    secret = set_up(client)
    assert client.get(reverse("members:account")).status_code == 200
    # Recovery codes come with it, and the person is told by mail.
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    assert [message.to for message in mail.outbox] == [[user.email]]

    later = Client()
    assert log_in(later, user) == reverse("mfa_authenticate")
    assert "_auth_user_id" not in later.session
    assert later.get(reverse("members:account")).status_code == 302
    assert later.get(reverse("mfa_authenticate")).status_code == 200
    wrong = later.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    assert "_auth_user_id" not in later.session
    later.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    assert later.get(reverse("members:account")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_recovery_code_opens_once(client: Client) -> None:
    user = make_user(Role.SECRETARIAT, password=PASSWORD)
    log_in(client, user)
    set_up(client)
    codes = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES).wrap()
    code = codes.get_unused_codes()[0]
    for opens in (True, False):
        later = Client()
        log_in(later, user)
        later.post(reverse("mfa_authenticate"), {"code": code})
        assert ("_auth_user_id" in later.session) is opens


@pytest.mark.django_db(transaction=True)
def test_sessions_opened_before_the_second_factor_are_closed_by_setting_it_up() -> None:
    """A thief who came in with the password must not be let through by the owner's setting up."""
    user = make_user(Role.SECRETARIAT, password=PASSWORD)
    thief, owner = Client(), Client()
    log_in(thief, user)
    log_in(owner, user)
    set_up(owner)
    assert owner.get(reverse("members:account")).status_code == 200
    assert "connexion" in thief.get(reverse("members:account")).headers["Location"]


def test_last_second_factor_taken_away_closes_the_site_again(client_as: ClientAs) -> None:
    user = make_user(Role.SECRETARIAT, password=PASSWORD)
    make_authenticator_app(user)
    client = client_as(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert client.get(reverse("members:account")).headers["Location"] == SETUP


def test_setting_one_up_asks_for_the_password_again(client_as: ClientAs) -> None:
    client = client_as(make_user(Role.SECRETARIAT, password=PASSWORD))
    response = client.get(reverse("mfa_activate_totp"))
    assert reverse("account_reauthenticate") in response.headers["Location"]


def test_development_can_do_without(client_as: ClientAs, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    assert client_as(Role.SECRETARIAT).get(reverse("members:account")).status_code == 200

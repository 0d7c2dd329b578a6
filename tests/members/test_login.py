"""Coming in and going out, as a browser does it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from members.enums import Role
from members.models import User
from tests.conftest import ClientAs
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

LOGIN = "/compte/connexion/"


@pytest.fixture
def anne() -> User:
    return make_user(Role.MEMBER, email="anne@vigie.example", password=PASSWORD)


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def log_in(client: Client, email: str, password: str = PASSWORD, **query: str) -> str:
    """Post the form; returns where it sends, or nothing when it stays."""
    response = client.post(f"{LOGIN}?{'&'.join(f'{k}={v}' for k, v in query.items())}", {
        "login": email, "password": password, **query,
    })  # fmt: skip
    return response.headers.get("Location", "")


def test_right_password_opens_the_site(client: Client, anne: User) -> None:
    assert log_in(client, anne.email) == reverse("measures:home")
    assert is_logged_in(client)


def test_address_may_be_typed_with_capitals(client: Client, anne: User) -> None:
    log_in(client, "Anne@Vigie.Example")
    assert is_logged_in(client)


def test_wrong_password_is_said_at_the_form_and_only_the_password_is_lost(
    client: Client, anne: User
) -> None:
    response = client.post(LOGIN, {"login": anne.email, "password": "mistaken-password"})
    page = response.content.decode()
    assert response.status_code == 200
    assert not is_logged_in(client)
    assert 'role="alert"' in page
    assert f'value="{anne.email}"' in page
    assert "mistaken-password" not in page


def test_unknown_address_gets_the_same_answer_as_a_wrong_password(
    client: Client, anne: User
) -> None:
    """Otherwise the form would tell who has an account."""

    def alert(email: str) -> str:
        page = client.post(LOGIN, {"login": email, "password": "mistaken"}).content.decode()
        found = re.search(r'role="alert">(.*?)</div>', page, re.DOTALL)
        assert found
        return found[1]

    assert alert(anne.email) == alert("nobody@vigie.example")


def test_empty_field_is_tied_to_its_error(client: Client) -> None:
    page = client.post(LOGIN, {"login": "anne@vigie.example", "password": ""}).content.decode()
    field = re.search(r'<input[^>]*name="password"[^>]*>', page)
    assert field
    assert 'aria-invalid="true"' in field[0]
    described = re.search(r'aria-describedby="([^"]+)"', field[0])
    assert described
    for part in described[1].split():
        assert f'id="{part}"' in page


def test_deactivated_person_cannot_come_in(client: Client) -> None:
    gone = make_user(password=PASSWORD, is_active=False)
    assert log_in(client, gone.email) == reverse("account_inactive")
    assert not is_logged_in(client)
    assert client.get(reverse("account_inactive")).status_code == 200


def test_person_deactivated_meanwhile_is_out_at_the_next_request(
    client: Client, anne: User
) -> None:
    log_in(client, anne.email)
    assert client.get(reverse("members:account")).status_code == 200
    anne.is_active = False
    anne.save()
    assert client.get(reverse("members:account")).status_code == 302


def test_page_that_was_asked_for_comes_after_the_login(client: Client, anne: User) -> None:
    asked = client.get(reverse("members:account"))
    assert asked.headers["Location"] == f"{LOGIN}?next={reverse('members:account')}"
    assert log_in(client, anne.email, next=reverse("members:account")) == reverse("members:account")


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", r"\\evil.example", "javascript:alert(1)"],
)
def test_login_never_leads_to_another_site(client: Client, anne: User, elsewhere: str) -> None:
    assert log_in(client, anne.email, next=elsewhere) == reverse("measures:home")
    assert is_logged_in(client)


def test_logging_out_takes_a_post(client_as: ClientAs) -> None:
    client = client_as(Role.MEMBER)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_logged_in(client)
    client.post(reverse("account_logout"))
    assert not is_logged_in(client)


def test_form_without_its_token_is_refused_with_an_explanation(anne: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(LOGIN, {"login": anne.email, "password": PASSWORD})
    assert response.status_code == 403
    assert "Content-Security-Policy" in response.headers
    assert not is_logged_in(strict)


def test_nobody_can_sign_up(client: Client) -> None:
    page = client.get(reverse("account_signup"))
    assert page.status_code == 200
    assert b"<form" not in page.content.split(b"<main")[1].split(b"</main")[0]
    client.post(
        reverse("account_signup"),
        {"email": "new@vigie.example", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert User.objects.count() == 0
    assert not is_logged_in(client)


@pytest.mark.parametrize(
    "address", ["email/", "signup/", "confirm-email/", "login/", "phone/change/"]
)
def test_pages_about_addresses_and_signing_up_do_not_exist(
    client_as: ClientAs, address: str
) -> None:
    assert client_as(Role.COORDINATOR).get(f"/compte/{address}").status_code == 404


def test_language_is_kept_once_chosen(client: Client) -> None:
    client.post(reverse("set_language"), {"language": "en", "next": LOGIN})
    assert 'lang="en"' in client.get(LOGIN).content.decode()
    client.post(reverse("set_language"), {"language": "fr", "next": LOGIN})
    assert 'lang="fr"' in client.get(LOGIN).content.decode()


def test_language_switch_never_leads_to_another_site(client: Client) -> None:
    response = client.post(
        reverse("set_language"), {"language": "en", "next": "https://evil.example/"}
    )
    assert response.headers["Location"] == "/"


# --- A forgotten password ------------------------------------------------------------------------------------------


def link_in(message: EmailMessage) -> str:
    found = re.search(r"https?://\S+/oublie/\S+", str(message.body))
    assert found
    return found[0]


def test_forgotten_password_is_replaced_through_a_mail(
    client: Client, anne: User, settings: Settings
) -> None:
    settings.SITE_URL = "https://vigie.example.org"
    client.post(reverse("account_reset_password"), {"email": anne.email})
    [message] = mail.outbox
    assert message.to == [anne.email]
    link = link_in(message)
    assert link.startswith("https://vigie.example.org/compte/")
    form = client.get(link.removeprefix("https://vigie.example.org"), follow=True)
    assert form.status_code == 200
    new = "another-long-password"
    response = client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert response.headers["Location"] == reverse("account_reset_password_from_key_done")
    log_in(client, anne.email, new)
    assert is_logged_in(client)
    # The person is told that it has changed.
    assert len(mail.outbox) == 2


def test_link_in_the_mail_is_the_sites_own_whatever_the_request_claims(
    client: Client, anne: User, settings: Settings
) -> None:
    settings.SITE_URL = "https://vigie.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    client.post(
        reverse("account_reset_password"), {"email": anne.email}, headers={"host": "evil.example"}
    )
    [message] = mail.outbox
    assert "evil.example" not in str(message.message())
    assert link_in(message).startswith("https://vigie.example.org/")


def test_reset_link_serves_once(client: Client, anne: User) -> None:
    client.post(reverse("account_reset_password"), {"email": anne.email})
    path = re.sub(r"^https?://[^/]+", "", link_in(mail.outbox[0]))
    form = client.get(path, follow=True)
    new = "another-long-password"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    again = Client().get(path, follow=True)
    assert b"<input" not in again.content.split(b"<main")[1].split(b'id="logout-from-stage"')[0]


def test_no_mail_goes_to_an_address_without_account(client: Client) -> None:
    response = client.post(reverse("account_reset_password"), {"email": "nobody@vigie.example"})
    assert response.headers["Location"] == reverse("account_reset_password_done")
    assert mail.outbox == []


def test_no_mail_goes_to_a_deactivated_person(client: Client) -> None:
    gone = make_user(password=PASSWORD, is_active=False)
    client.post(reverse("account_reset_password"), {"email": gone.email})
    assert mail.outbox == []


def test_forgetting_ones_password_leaves_no_second_address_behind(
    client: Client, anne: User
) -> None:
    """The library would keep one, unverified: it bars the second factor and outlives a change of address."""
    client.post(reverse("account_reset_password"), {"email": anne.email})
    assert mail.outbox
    assert not EmailAddress.objects.exists()


def test_password_that_is_too_easy_is_refused(client_as: ClientAs, anne: User) -> None:
    client = client_as(anne)
    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "short", "password2": "short"},
    )
    assert response.status_code == 200
    anne.refresh_from_db()
    assert anne.check_password(PASSWORD)


def test_changing_ones_password_closes_the_other_sessions(client: Client, anne: User) -> None:
    elsewhere = Client()
    log_in(client, anne.email)
    log_in(elsewhere, anne.email)
    new = "another-long-password"
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert client.get(reverse("members:account")).status_code == 200
    assert elsewhere.get(reverse("members:account")).status_code == 302

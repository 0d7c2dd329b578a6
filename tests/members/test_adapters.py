import pytest
from django.core import mail
from django.test import RequestFactory
from pytest_django import Settings

from members.adapters import AccountAdapter, SecondFactorAdapter
from tests.factories import make_user


def test_signing_up_is_closed() -> None:
    assert AccountAdapter().is_open_for_signup(RequestFactory().get("/")) is False


@pytest.mark.django_db
def test_people_are_shown_by_their_name() -> None:
    assert AccountAdapter().get_user_display(make_user(name="Anne Vigie")) == "Anne Vigie"


def test_authenticator_shows_the_sites_address_without_its_path(settings: Settings) -> None:
    settings.SITE_URL = "https://vigie.example.org/here"
    assert SecondFactorAdapter().get_totp_issuer() == "vigie.example.org"


def test_mail_names_the_site_and_its_own_address_even_outside_a_request(
    settings: Settings,
) -> None:
    settings.SITE_URL = "https://vigie.example.org"
    AccountAdapter().send_mail(
        "account/email/password_changed",
        "anne@vigie.example",
        {"ip": "192.0.2.1", "user_agent": "x", "timestamp": None},
    )
    [message] = mail.outbox
    assert message.subject.startswith("[Vigie] ")
    assert message.to == ["anne@vigie.example"]
    assert "https://vigie.example.org" in str(message.body)

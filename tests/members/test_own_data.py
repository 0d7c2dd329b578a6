"""One's own account: choices, everything that is held, and being forgotten."""

import datetime as dt
import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from members.enums import MailFrequency, MandateKind, Role
from members.models import FileReading, Invitation, Notice, User
from members.services.erasure import erase_person
from members.services.mandates import give_mandate
from members.services.own_data import own_data
from tests.conftest import ClientAs
from tests.factories import (
    PASSWORD,
    make_association,
    make_authenticator_app,
    make_guest_access,
    make_invitation,
    make_mandate,
    make_passkey,
    make_stranger,
    make_user,
)

pytestmark = pytest.mark.django_db

ACCOUNT = reverse("members:account")
PREFERENCES = reverse("members:preferences")
DATA = reverse("members:own-data")
ERASE = reverse("members:own-erasure")


def log_in(user: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


# --- Choices ----------------------------------------------------------------------------------------------------------


def test_account_shows_mandates_of_today_and_of_before(client_as: ClientAs) -> None:
    member = make_user()
    past = make_mandate(member, until=dt.date(2015, 1, 1))
    page = client_as(member).get(ACCOUNT).content.decode()
    for mandate in member.mandates.select_related("association"):
        assert mandate.association.short_name in page
    assert page.count("<strong>") == 1
    assert past.association.short_name in page


def test_account_asks_as_much_for_twenty_mandates(
    client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    member = make_user()
    client = client_as(member)
    client.get(ACCOUNT)
    with CaptureQueriesContext(connection) as few:
        client.get(ACCOUNT)
    for _number in range(19):
        make_mandate(member)
        make_guest_access(member)
    with django_assert_num_queries(len(few)):
        client.get(ACCOUNT)


def test_choices_are_kept(client_as: ClientAs) -> None:
    member = make_user()
    data = {"mail_frequency": "weekly", "language": "en", "shows_address": "on"}
    response = client_as(member).post(PREFERENCES, data)
    assert response.headers["Location"] == ACCOUNT
    member.refresh_from_db()
    assert (member.mail_frequency, member.language) == ("weekly", "en")
    assert member.shows_address
    assert [row.language for row in member.history.order_by("history_id")][-2:] == ["fr", "en"]


@pytest.mark.parametrize(
    "wrong",
    [{"language": "xx"}, {"mail_frequency": "hourly"}, {"language": ""}, {"mail_frequency": "\0"}],
)
def test_choice_that_makes_no_sense_is_told_at_its_field(
    client_as: ClientAs, wrong: dict[str, str]
) -> None:
    member = make_user()
    data = {"mail_frequency": "weekly", "language": "en", **wrong}
    response = client_as(member).post(PREFERENCES, data)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(wrong)
    member.refresh_from_db()
    assert member.mail_frequency == MailFrequency.DAILY


def test_choices_change_nothing_else(client_as: ClientAs) -> None:
    member = make_user()
    data = {"mail_frequency": "weekly", "language": "fr", "role": "coordinator", "is_active": ""}
    client_as(member).post(PREFERENCES, data)
    member.refresh_from_db()
    assert (member.role, member.is_active) == (Role.MEMBER, True)


def test_language_follows_the_person_to_another_browser(client_as: ClientAs) -> None:
    member = make_user(password=PASSWORD)
    client_as(member).post(reverse("set_language"), {"language": "en"})
    member.refresh_from_db()
    assert member.language == "en"
    page = log_in(member).get(ACCOUNT).content.decode()
    assert '<html lang="en">' in page


def test_language_of_a_stranger_is_kept_by_the_browser_only(client: Client) -> None:
    client.post(reverse("set_language"), {"language": "en"})
    assert '<html lang="en">' in client.get(reverse("account_login")).content.decode()
    assert client.post(reverse("set_language"), {"language": "xx"}).status_code == 302


def test_language_that_is_not_known_is_not_kept(client_as: ClientAs) -> None:
    member = make_user()
    client_as(member).post(reverse("set_language"), {"language": "xx"})
    member.refresh_from_db()
    assert member.language == "fr"


# --- Export -----------------------------------------------------------------------------------------------------------


def full_person() -> User:
    person = make_user(password=PASSWORD, name="Une personne", email="somebody@vigie.example")
    make_mandate(person, until=dt.date(2016, 1, 1), function="Présidence")
    make_guest_access(person)
    make_authenticator_app(person)
    make_passkey(person)
    Notice.objects.create(person=person, words="Une nouvelle", path="/compte/")
    FileReading.objects.create(person=person, kind="paper", row=7, title="Un titre lu")
    make_invitation(email=person.email.upper(), accepted_at=timezone.now(), accepted_by=person)
    association = person.mandates.live_on(timezone.localdate()).get().association
    make_invitation(created_by=person, association=association, mandate_kind="alternate")
    return person


def test_export_holds_everything_about_oneself() -> None:
    person = full_person()
    client = log_in(person)
    client.post(reverse("mfa_authenticate"), {"code": "0"})
    client.force_login(person)
    response = client.get(DATA)
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "no-store" in response.headers["Cache-Control"]
    data = json.loads(response.content)
    assert data["account"]["email"] == "somebody@vigie.example"
    assert {row["function"] for row in data["mandates"]} == {"", "Présidence"}
    assert data["files_read"][0]["title"] == "Un titre lu"
    assert data["notices"][0]["words"] == "Une nouvelle"
    assert {row["kind"] for row in data["second_factors"]} == {"totp", "webauthn"}
    for kind in ("guest_accesses", "invitations_received", "invitations_sent"):
        assert len(data[kind]) == 1, kind
    assert data["history_of_account"][0]["action"] == "created"


def test_export_holds_what_one_did_with_its_day() -> None:
    coordinator = make_user(Role.COORDINATOR)
    client = Client()
    client.force_login(coordinator)
    person, association = make_stranger(), make_association()
    client.post(
        reverse("members:mandate-create"),
        {
            "person": person.pk,
            "association": association.pk,
            "kind": MandateKind.TITULAR,
            "since": "2020-01-01",
        },
    )
    mine, theirs = own_data(coordinator)["actions"], own_data(person)["actions"]
    [mandate] = [action for action in mine if action["row"] == person.mandates.get().pk]
    assert mandate["action"] == "created"
    assert abs(mandate["at"] - timezone.now()) < dt.timedelta(minutes=1)
    assert theirs == []


def test_export_holds_no_key_and_nobody_elses_address() -> None:
    person = full_person()
    text = json.dumps(own_data(person), default=str)
    assert person.password not in text
    for other in User.objects.exclude(pk=person.pk):
        assert other.email not in text
    for row in Authenticator.objects.filter(user=person):
        for value in row.data.values():
            assert str(value) not in text
    for invitation in Invitation.objects.all():
        assert invitation.secret_sha256 not in text
    for session in UserSession.objects.all():
        assert session.session_key not in text


def test_export_asks_as_much_for_twenty_rows(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    person = full_person()
    with CaptureQueriesContext(connection) as few:
        own_data(person)
    for _number in range(19):
        make_mandate(person, until=dt.date(2016, 1, 1))
        make_guest_access(person)
        make_invitation(email=person.email)
    with django_assert_num_queries(len(few)):
        own_data(person)


# --- Being forgotten --------------------------------------------------------------------------------------------------


def every_text() -> str:
    """All that the database holds, as one text."""
    rows: list[Any] = []
    for model in apps.get_models():
        rows += [model.__name__, *model._default_manager.values()]
    return str(rows)


def test_erased_person_is_nowhere_any_more_and_the_record_stays() -> None:
    person = full_person()
    before = {
        "mandates": person.mandates.count(),
        "readings": person.file_readings.count(),
        "invitations": Invitation.objects.count(),
    }
    person.name = "Un nom d’avant"
    person.email = "before@vigie.example"
    person.save()
    person.name, person.email = "Une personne", "somebody@vigie.example"
    person.save()
    # Invited at an address that the account no longer has.
    make_invitation(email="older@vigie.example", accepted_at=timezone.now(), accepted_by=person)
    before["invitations"] += 1
    erased = erase_person(person=person, by=person)
    text = every_text().lower()
    for word in ("une personne", "un nom d’avant", "somebody@", "before@", "older@"):
        assert word not in text, word
    assert before == {
        "mandates": person.mandates.count(),
        "readings": person.file_readings.count(),
        "invitations": Invitation.objects.count(),
    }
    last = person.mandates.order_by("-since", "-pk").first()
    assert last is not None
    with override("fr"):
        words = _("former representative of %(name)s") % {"name": last.association.short_name}
    assert erased.name == words
    assert not erased.has_usable_password()
    assert not erased.is_active
    assert not Authenticator.objects.filter(user=person).exists()
    assert not person.notices.exists()
    assert not person.mandates.live_on(timezone.localdate()).exists()
    past = person.mandates.get(function="Présidence")
    assert past.until == dt.date(2016, 1, 1)


def test_person_without_a_mandate_is_a_former_account() -> None:
    coordinator, person = make_user(Role.COORDINATOR), make_stranger()
    with override("fr"):
        assert erase_person(person=person, by=coordinator).name == _("former account")


def test_others_invitations_and_accounts_stay_as_they_are() -> None:
    person, other = full_person(), full_other()
    kept = (other.name, other.email, other.invitations_accepted.get().email)
    erase_person(person=person, by=person)
    other.refresh_from_db()
    assert kept == (other.name, other.email, other.invitations_accepted.get().email)
    assert other.mandates.live_on(timezone.localdate()).exists()


def full_other() -> User:
    other = make_user(password=PASSWORD, name="Une autre personne")
    make_invitation(email=other.email, accepted_at=timezone.now(), accepted_by=other)
    return other


def test_mandate_to_come_never_begins() -> None:
    person, soon = make_stranger(), timezone.localdate() + dt.timedelta(days=9)
    mandate = give_mandate(
        person=person, association=make_association(), kind=MandateKind.TITULAR, since=soon
    )
    erase_person(person=person, by=person)
    mandate.refresh_from_db()
    assert mandate.until == soon
    assert not mandate.is_live_on(soon)


@pytest.mark.parametrize("by", [Role.MEMBER, Role.GUEST, Role.SECRETARIAT])
def test_nobody_else_erases_an_account(by: Role) -> None:
    person = make_user()
    with pytest.raises(PermissionDenied):
        erase_person(person=person, by=make_user(by))
    person.refresh_from_db()
    assert person.erased_at is None


def test_last_coordinator_is_not_erased_even_by_themselves(client_as: ClientAs) -> None:
    last, administrator = make_user(Role.COORDINATOR), make_user(Role.ADMINISTRATOR)
    for by in (last, administrator):
        with pytest.raises(ValidationError):
            erase_person(person=last, by=by)
    response = client_as(last).post(ERASE, {"sure": "on"})
    assert response.status_code == 422
    last.refresh_from_db()
    assert last.erased_at is None
    make_user(Role.COORDINATOR)
    erase_person(person=last, by=last)


def test_erasing_twice_is_refused() -> None:
    person, coordinator = make_user(), make_user(Role.COORDINATOR)
    erase_person(person=person, by=coordinator)
    with pytest.raises(ValidationError):
        erase_person(person=person, by=coordinator)


def test_person_erases_themselves_with_their_password_shown_again() -> None:
    person = make_user(password=PASSWORD)
    client = log_in(person)
    assert reverse("account_reauthenticate") in client.get(ERASE).headers["Location"]
    elsewhere = log_in(person).post(ERASE, {"sure": "on"})
    assert reverse("account_reauthenticate") in elsewhere.headers["Location"]
    person.refresh_from_db()
    assert person.erased_at is None
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": ERASE})
    assert client.post(ERASE).status_code == 422
    response = client.post(ERASE, {"sure": "on"})
    assert response.status_code == 302
    assert "_auth_user_id" not in client.session
    erased = User.objects.get(pk=person.pk)
    assert erased.erased_at is not None
    assert log_in(person).get(ACCOUNT).status_code == 302


def test_coordinator_erases_by_the_page_that_says_what_happens(client_as: ClientAs) -> None:
    person = make_user()
    client = client_as(Role.COORDINATOR)
    address = reverse("members:person-erase", args=[person.pk])
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 422
    assert client.post(address, {"sure": "on"}).status_code == 302
    person.refresh_from_db()
    assert person.erased_at is not None
    page = client.get(reverse("members:person-detail", args=[person.pk])).content.decode()
    assert person.email not in page

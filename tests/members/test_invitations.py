"""Invitations: who sends them, what the link opens, and that it opens once."""

import datetime as dt
import re
from hashlib import sha256
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from members.enums import MandateKind, Role
from members.logs import without_secrets
from members.models import GuestAccess, Invitation, Mandate, User
from members.services.invitations import (
    SENT_A_DAY,
    AccountExistsError,
    ClosedAccountError,
    ForeignInvitationError,
    InvitationGoneError,
    accept_as_account,
    accept_as_newcomer,
    find_open,
    invite,
    send_again,
    withdraw_invitation,
)
from tests.conftest import ClientAs
from tests.factories import (
    PASSWORD,
    make_application,
    make_association,
    make_authenticator_app,
    make_invitation,
    make_invitation_link,
    make_mandate,
    make_passkey,
    make_stranger,
    make_user,
    totp_code,
)

pytestmark = pytest.mark.django_db

LIST = reverse("members:invitation-list")
CREATE = reverse("members:invitation-create")
NEW = "new@vigie.example"
STAFF = [Role.SECRETARIAT, Role.COORDINATOR, Role.ADMINISTRATOR]


def link(secret: str) -> str:
    return reverse("members:invitation-accept", args=[secret])


def newcomer(**fields: str) -> dict[str, str]:
    return {
        "name": "Une personne",
        "way": "password",
        "password": PASSWORD,
        "password_again": PASSWORD,
        **fields,
    }


def secret_in(message: Any) -> str:
    found = re.search(r"/invitation/([^/\s]+)/", message.body)
    assert found
    return found[1]


def invite_member(by: User, **fields: Any) -> Invitation:
    fields.setdefault("email", NEW)
    fields.setdefault("role", Role.MEMBER)
    if "association" not in fields:
        fields["association"] = make_association()
    fields.setdefault("mandate_kind", MandateKind.TITULAR)
    return invite(by=by, **fields)


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# --- Who may invite whom ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [Role.COORDINATOR, Role.ADMINISTRATOR])
@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_coordinator_and_administrator_give_any_role(by: Role, role: Role) -> None:
    assert invite(by=make_user(by), email=NEW, role=role).role == role


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize("by", [Role.SECRETARIAT, Role.MEMBER, Role.GUEST])
def test_others_give_no_role_above_member(by: Role, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        invite(by=make_user(by), email=NEW, role=role)
    assert not Invitation.objects.exists()


def test_representative_invites_for_their_own_association_only() -> None:
    member = make_user()
    own = member.mandates.get().association
    invite_member(member, association=own, mandate_kind=MandateKind.ALTERNATE)
    with pytest.raises(PermissionDenied):
        invite_member(member, association=make_association())
    with pytest.raises(PermissionDenied):
        invite(by=member, email=NEW, role=Role.GUEST, guest_until=dt.date(2100, 1, 1))
    assert Invitation.objects.count() == 1


def test_representative_whose_mandate_ended_invites_nobody() -> None:
    member = make_user()
    mandate = member.mandates.get()
    own = mandate.association
    make_mandate(member)
    mandate.until = timezone.localdate()
    mandate.save()
    with pytest.raises(PermissionDenied):
        invite_member(member, association=own)


def test_guest_and_former_member_invite_nobody() -> None:
    for nobody in (make_user(Role.GUEST), make_stranger()):
        with pytest.raises(PermissionDenied):
            invite_member(nobody)


def test_representative_sends_no_more_than_a_few_a_day() -> None:
    member = make_user()
    own = member.mandates.get().association
    for number in range(SENT_A_DAY):
        invite_member(
            member, association=own, email=f"n{number}@vigie.example", mandate_kind="alternate"
        )
    with pytest.raises(ValidationError):
        invite_member(member, association=own, mandate_kind=MandateKind.ALTERNATE)


# --- What is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("email", {"email": "no address"}),
        ("association", {"association": None}),
        ("mandate_kind", {"mandate_kind": ""}),
        ("mandate_kind", {"mandate_kind": "king"}),
        ("guest_until", {"role": Role.GUEST}),
        ("guest_until", {"role": Role.GUEST, "guest_until": dt.date(2020, 1, 1)}),
        ("guest_until", {"role": Role.GUEST, "guest_until": dt.date(2100, 1, 1)}),
    ],
)
def test_mistake_is_told_at_its_field_and_nothing_is_written(
    field: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError) as refused:
        invite_member(make_user(Role.COORDINATOR), **wrong)
    assert field in refused.value.message_dict
    assert not Invitation.objects.exists()


def test_association_that_left_or_has_its_titular_is_refused() -> None:
    coordinator = make_user(Role.COORDINATOR)
    gone = make_association(left_on=timezone.localdate())
    with pytest.raises(ValidationError, match="association"):
        invite_member(coordinator, association=gone)
    taken = make_mandate().association
    with pytest.raises(ValidationError, match="mandate_kind"):
        invite_member(coordinator, association=taken)
    invite_member(coordinator, association=taken, mandate_kind=MandateKind.ALTERNATE)


def test_nobody_invites_themselves() -> None:
    coordinator = make_user(Role.COORDINATOR)
    with pytest.raises(ValidationError, match="email"):
        invite(by=coordinator, email=coordinator.email.upper(), role=Role.ADMINISTRATOR)


# --- Secret and mail --------------------------------------------------------------------------------------------------


def test_secret_is_mailed_and_only_its_fingerprint_kept(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, settings: Settings
) -> None:
    settings.SITE_URL = "https://vigie.example"
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invite_member(make_user(Role.COORDINATOR), email=" New@Vigie.Example ")
        assert mail.outbox == []
    [message] = mail.outbox
    assert message.to == [NEW]
    secret = secret_in(message)
    assert f"https://vigie.example{link(secret)}" in message.body
    assert len(secret) == 43
    assert invitation.secret_sha256 == sha256(secret.encode()).hexdigest()
    assert secret not in message.subject
    for row in Invitation.objects.values():
        assert secret not in str(row)
    for row in Invitation.history.values():
        assert secret not in str(row)
        assert invitation.secret_sha256 not in str(row)


def test_two_secrets_are_never_the_same() -> None:
    coordinator = make_user(Role.COORDINATOR)
    invite_member(coordinator)
    invite_member(coordinator)
    assert Invitation.objects.values("secret_sha256").distinct().count() == 2


def test_new_invitation_to_the_same_thing_withdraws_the_former() -> None:
    coordinator, association = make_user(Role.COORDINATOR), make_association()
    first = invite_member(coordinator, association=association)
    other_thing = invite_member(coordinator)
    second = invite_member(
        coordinator, association=association, email=NEW.upper(), mandate_kind="alternate"
    )
    states = {row.pk: row.is_open for row in Invitation.objects.all()}
    assert states == {first.pk: False, other_thing.pk: True, second.pk: True}


def test_sending_again_gives_a_new_secret_and_spoils_the_old(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    coordinator = make_user(Role.COORDINATOR)
    with django_capture_on_commit_callbacks(execute=True):
        first = invite_member(coordinator)
    with django_capture_on_commit_callbacks(execute=True):
        send_again(invitation=first, by=coordinator)
    old, new = (secret_in(message) for message in mail.outbox)
    with pytest.raises(InvitationGoneError):
        find_open(old)
    assert find_open(new).email == NEW


def test_mail_that_cannot_leave_is_said_and_the_invitation_stays(
    client_as: ClientAs,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def refuse(**_mail: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("members.services.invitations.send_text", refuse)
    monkeypatch.setattr("django.db.transaction.on_commit", lambda do, **_options: do())
    client = client_as(Role.COORDINATOR)
    data = {"email": NEW, "role": Role.SECRETARIAT}
    response = client.post(CREATE, data, follow=True)
    assert response.status_code == 200
    assert "notice-error" in response.content.decode()


# --- No oracle --------------------------------------------------------------------------------------------------------


def test_answer_is_the_same_whether_the_address_is_known_or_not(
    client_as: ClientAs, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    member = make_user()
    client = client_as(member)
    known = [make_user(email="a-known@vigie.example"), make_stranger(email="b-known@vigie.example")]
    closed = make_user(email="c-known@vigie.example", is_active=False)
    told, mailed = set(), set()
    for email in (*(user.email for user in (*known, closed)), "d-newer@vigie.example"):
        mail.outbox.clear()
        data = {
            "email": email,
            "role": Role.MEMBER,
            "association": member.mandates.get().association_id,
            "mandate_kind": MandateKind.ALTERNATE,
        }
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(CREATE, data)
        assert response.status_code == 302
        [message] = mail.outbox
        page = client.get(response.headers["Location"]).content.decode()
        notice = re.search(r'<p class="notice[^>]*>(.*?)</p>', page)
        assert notice
        told.add(notice[0].replace(email, ""))
        mailed.add((message.subject, message.body.replace(secret_in(message), "")))
    assert len(told) == len(mailed) == 1


def test_inviting_asks_the_same_questions_of_the_database_for_every_address(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    coordinator = make_user(Role.COORDINATOR)
    association = make_association()
    known = make_user(email="known@vigie.example")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked = []
    for email in (known.email, "other@vigie.example"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            invite_member(coordinator, email=email, association=association)
        asked.append(len(queries))
        assert not any(
            "members_user" in query["sql"] and "email" in query["sql"].split("WHERE")[-1]
            for query in queries
            if query["sql"].startswith("SELECT") and "WHERE" in query["sql"]
        )
    assert asked[0] == asked[1]


# --- Looking, and using once ------------------------------------------------------------------------------------------


def test_looking_never_uses_it_up(client: Client) -> None:
    secret = make_invitation_link(email=NEW)
    for _look in range(3):
        assert client.get(link(secret)).status_code == 200
        assert client.head(link(secret)).status_code == 200
    assert Invitation.objects.get().is_open
    assert not User.objects.filter(email=NEW).exists()


def test_page_is_kept_nowhere_and_gives_its_address_to_nobody(client: Client) -> None:
    secret = make_invitation_link()
    response = client.get(link(secret))
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "strict-origin"
    page = response.content.decode()
    title = re.search(r"<title>(.*?)</title>", page)
    assert title
    assert secret not in title[1]
    # The form for the language goes back to where it was asked; nothing else holds the secret.
    assert page.count(secret) == 1


def test_log_holds_no_secret() -> None:
    line = "Unprocessable Entity: /invitation/AbC-_123/ from /compte/mot-de-passe/oublie/3-abc-def/"
    assert without_secrets(line) == (
        "Unprocessable Entity: /invitation/…/ from /compte/mot-de-passe/oublie/…/"
    )


def test_real_log_line_holds_no_secret(client: Client, settings: Settings) -> None:
    import io
    import logging
    from logging.config import DictConfigurator

    formatter = DictConfigurator(settings.LOGGING).configure_formatter(
        settings.LOGGING["formatters"]["line"]
    )
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        secret = make_invitation_link()
        assert client.post(link(secret), {}).status_code == 422
    finally:
        logger.removeHandler(handler)
    assert "/invitation/…/" in stream.getvalue()
    assert secret not in stream.getvalue()


def test_newcomer_joins_with_a_password_and_is_led_to_the_second_factor(client: Client) -> None:
    association = make_association()
    secret = make_invitation_link(email=NEW, association=association)
    response = client.post(link(secret), newcomer())
    assert response.headers["Location"] == reverse("mfa_index")
    person = User.objects.get(email=NEW)
    assert (person.name, person.role) == ("Une personne", Role.MEMBER)
    assert person.check_password(PASSWORD)
    mandate = person.mandates.get()
    assert (mandate.association, mandate.since) == (association, timezone.localdate())
    assert is_logged_in(client)
    assert client.get(reverse("mfa_index")).status_code == 200
    assert UserSession.objects.filter(user=person).count() == 1
    row = Invitation.objects.get()
    assert (row.accepted_by, row.is_open) == (person, False)
    assert [past.history_type for past in row.history.all()] == ["~", "+"]


def test_newcomer_joins_without_a_password_and_is_led_to_the_passkey(client: Client) -> None:
    secret = make_invitation_link(email=NEW)
    response = client.post(link(secret), newcomer(way="passkey", password="", password_again=""))
    assert response.headers["Location"] == reverse("mfa_add_webauthn")
    assert not User.objects.get(email=NEW).has_usable_password()
    page = client.get(reverse("mfa_add_webauthn"))
    assert page.status_code == 200
    assert page.context["form"].fields["passwordless"].required
    assert "checked" in str(page.context["form"]["passwordless"])


@pytest.mark.parametrize("role", STAFF)
def test_newcomer_of_the_working_roles_must_set_up_a_second_factor(
    client: Client, role: Role, settings: Settings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client.post(link(make_invitation_link(email=NEW, role=role)), newcomer())
    assert User.objects.get(email=NEW).role == role
    assert client.get(reverse("members:account")).headers["Location"] == reverse("mfa_index")


def test_guest_gets_an_access_that_ends(client: Client) -> None:
    application, until = make_application(), timezone.localdate() + dt.timedelta(days=5)
    secret = make_invitation_link(
        email=NEW, role=Role.GUEST, application=application, guest_until=until
    )
    client.post(link(secret), newcomer())
    access = GuestAccess.objects.get()
    assert (access.application, access.until) == (application, until)
    assert client.get(reverse("members:account")).status_code == 200
    with time_machine.travel(dt.datetime.combine(until, dt.time(12), dt.UTC)):
        assert client.get(reverse("members:account")).status_code == 302


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 200}),
        ("way", {"way": "magic"}),
        ("password", {"password": "", "password_again": ""}),
        ("password", {"password": "short", "password_again": "short"}),
        ("password", {"password": "123456789012345", "password_again": "123456789012345"}),
        ("password_again", {"password_again": "another-long-password"}),
    ],
)
def test_form_with_a_mistake_says_so_and_uses_nothing_up(
    client: Client, field: str, wrong: dict[str, str]
) -> None:
    secret = make_invitation_link(email=NEW)
    response = client.post(link(secret), newcomer(**wrong))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert PASSWORD not in response.content.decode()
    assert Invitation.objects.get().is_open
    assert not User.objects.filter(email=NEW).exists()
    assert client.post(link(secret), newcomer()).status_code == 302


def gone_links() -> dict[str, str]:
    coordinator = make_user(Role.COORDINATOR)
    late = timezone.now() - dt.timedelta(minutes=1)
    used = make_invitation_link(accepted_at=late, accepted_by=make_user(), created_by=coordinator)
    return {
        "wrong": "x" * 43,
        "odd": "%00é'--",
        "long": "y" * 3000,
        "expired": make_invitation_link(expires_at=late, created_by=coordinator),
        "withdrawn": make_invitation_link(withdrawn_at=late, created_by=coordinator),
        "used": used,
    }


def test_wrong_expired_withdrawn_and_used_give_one_same_page(client: Client) -> None:
    pages = set()
    accounts = None
    links = gone_links()
    accounts = User.objects.count()
    for secret in links.values():
        for response in (client.get(link(secret)), client.post(link(secret), newcomer())):
            assert response.status_code == 410
            page = response.content.decode()
            pages.add(re.sub(r'name="next" value="[^"]*"|name="csrf[^>]*>', "", page))
    assert len(pages) == 1
    assert User.objects.count() == accounts


def test_link_holds_for_seven_days(client: Client) -> None:
    with time_machine.travel(dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC), tick=False):
        secret = make_invitation_link()
    with time_machine.travel(dt.datetime(2026, 3, 8, 11, 59, tzinfo=dt.UTC), tick=False):
        assert client.get(link(secret)).status_code == 200
    with time_machine.travel(dt.datetime(2026, 3, 8, 12, 0, tzinfo=dt.UTC), tick=False):
        assert client.get(link(secret)).status_code == 410


def test_invitation_is_worth_what_its_sender_may_do_today(client: Client) -> None:
    sender = make_user(Role.COORDINATOR)
    secret = make_invitation_link(role=Role.COORDINATOR, created_by=sender)
    sender.role = Role.SECRETARIAT
    sender.save()
    assert client.get(link(secret)).status_code == 410
    assert client.post(link(secret), newcomer()).status_code == 410
    member = make_user()
    own = member.mandates.get()
    secret = make_invitation_link(
        association=own.association, mandate_kind="alternate", created_by=member
    )
    assert client.get(link(secret)).status_code == 200
    own.until = timezone.localdate()
    own.save()
    assert client.get(link(secret)).status_code == 410


def test_titular_who_came_meanwhile_is_said_and_nothing_is_written(client: Client) -> None:
    association = make_association()
    secret = make_invitation_link(email=NEW, association=association)
    make_mandate(association=association)
    response = client.post(link(secret), newcomer())
    assert response.status_code == 422
    assert "notice-error" in response.content.decode()
    assert not User.objects.filter(email=NEW).exists()
    assert Invitation.objects.get().is_open


# --- An address that has an account -----------------------------------------------------------------------------------


def test_former_member_comes_in_again_by_the_link_and_their_password(client: Client) -> None:
    former = make_stranger(password=PASSWORD)
    association = make_association()
    secret = make_invitation_link(email=former.email.upper(), association=association)
    page = client.get(link(secret)).content.decode()
    assert 'name="password_again"' not in page
    response = client.post(link(secret), {"password": PASSWORD})
    assert response.headers["Location"] == reverse("members:account")
    assert client.get(reverse("members:account")).status_code == 200
    assert former.mandates.get().association == association
    assert User.objects.filter(email__iexact=former.email).count() == 1


def test_link_alone_neither_opens_a_former_members_account_nor_changes_its_password(
    client: Client,
) -> None:
    former = make_stranger(password=PASSWORD)
    secret = make_invitation_link(email=former.email)
    for data in ({"password": "a-wrong-password-here"}, newcomer(password="x" * 20), {}):
        assert client.post(link(secret), data).status_code == 422
    assert not is_logged_in(client)
    assert not former.mandates.exists()
    former.refresh_from_db()
    assert former.check_password(PASSWORD)
    assert Invitation.objects.get().is_open


def test_passwords_cannot_be_tried_at_will_through_a_link(client: Client) -> None:
    former = make_stranger(password=PASSWORD)
    secret = make_invitation_link(email=former.email)
    for attempt in range(20):
        client.post(link(secret), {"password": f"wrong-password-{attempt}"})
    assert client.post(link(secret), {"password": PASSWORD}).status_code == 422
    assert not former.mandates.exists()


def test_second_factor_is_still_asked_of_who_has_one(client: Client) -> None:
    former = make_stranger(password=PASSWORD)
    totp = make_authenticator_app(former)
    secret = make_invitation_link(email=former.email)
    response = client.post(link(secret), {"password": PASSWORD})
    assert response.headers["Location"] == reverse("mfa_authenticate")
    assert not is_logged_in(client)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(totp)})
    assert client.get(reverse("members:account")).status_code == 200


def test_former_member_with_a_passkey_only_accepts_then_logs_in(client: Client) -> None:
    former = make_stranger()
    make_passkey(former)
    secret = make_invitation_link(email=former.email)
    response = client.post(link(secret))
    assert response.headers["Location"] == reverse("account_login")
    assert not is_logged_in(client)
    assert former.mandates.exists()


def test_member_with_a_passkey_only_logs_in_first(client: Client, client_as: ClientAs) -> None:
    member = make_user()
    secret = make_invitation_link(email=member.email)
    assert client.post(link(secret)).status_code == 200
    assert Invitation.objects.get().is_open
    assert client_as(member).post(link(secret)).status_code == 302
    assert member.mandates.count() == 2


def test_account_that_is_logged_in_accepts_with_one_click(client_as: ClientAs) -> None:
    member = make_user()
    secret = make_invitation_link(email=member.email)
    client = client_as(member)
    assert client.get(link(secret)).status_code == 200
    assert client.post(link(secret)).headers["Location"] == reverse("members:account")
    assert member.mandates.count() == 2
    assert client.post(link(secret)).status_code == 410


def test_somebody_else_who_is_logged_in_is_told_so(client_as: ClientAs) -> None:
    other = make_user()
    secret = make_invitation_link(email=NEW)
    client = client_as(other)
    for response in (client.get(link(secret)), client.post(link(secret), newcomer())):
        assert response.status_code == 403
        assert NEW not in response.content.decode()
    assert Invitation.objects.get().is_open
    with pytest.raises(ForeignInvitationError):
        accept_as_account(secret=secret, person=other)


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize("given", [Role.GUEST, Role.MEMBER, Role.ADMINISTRATOR])
def test_working_role_is_neither_raised_nor_lowered(role: Role, given: Role) -> None:
    person = make_user(role)
    until = timezone.localdate() + dt.timedelta(days=3)
    secret = make_invitation_link(
        email=person.email, role=given, guest_until=until if given == Role.GUEST else None
    )
    assert accept_as_account(secret=secret, person=person).role == role
    assert Mandate.objects.filter(person=person).exists() == (given == Role.MEMBER)


def test_guest_becomes_a_member_by_a_mandate_and_former_member_a_guest_by_an_access() -> None:
    guest = make_user(Role.GUEST)
    secret = make_invitation_link(email=guest.email)
    assert accept_as_account(secret=secret, person=guest).role == Role.MEMBER
    until = timezone.localdate() + dt.timedelta(days=3)
    former, member = make_stranger(), make_user()
    for person, role in ((former, Role.GUEST), (member, Role.MEMBER)):
        secret = make_invitation_link(email=person.email, role=Role.GUEST, guest_until=until)
        changed = accept_as_account(secret=secret, person=person)
        assert (changed.role, changed.may_come_in) == (role, True)


def test_account_closed_by_hand_is_not_reopened_by_an_invitation(client: Client) -> None:
    closed = make_user(password=PASSWORD, is_active=False)
    secret = make_invitation_link(email=closed.email)
    for response in (client.get(link(secret)), client.post(link(secret), {"password": PASSWORD})):
        assert response.status_code == 403
    with pytest.raises(ClosedAccountError):
        accept_as_account(secret=secret, person=closed)
    assert closed.mandates.count() == 1


def test_second_invitation_of_one_address_finds_the_account_of_the_first() -> None:
    first, second = make_invitation_link(email=NEW), make_invitation_link(email=NEW)
    accept_as_newcomer(secret=first, name="Une personne", password=None)
    with pytest.raises(AccountExistsError):
        accept_as_newcomer(secret=second, name="Une autre", password=None)
    assert User.objects.filter(email=NEW).count() == 1


# --- The list ---------------------------------------------------------------------------------------------------------


def test_list_says_where_each_stands(client_as: ClientAs) -> None:
    coordinator = make_user(Role.COORDINATOR)
    late = timezone.now() - dt.timedelta(hours=1)
    make_invitation(created_by=coordinator)
    make_invitation(expires_at=late, created_by=coordinator)
    make_invitation(withdrawn_at=late, created_by=coordinator)
    make_invitation(accepted_at=late, accepted_by=make_user(), created_by=coordinator)
    client = client_as(coordinator)
    client.post(reverse("set_language"), {"language": "en"})
    page = client.get(LIST).content.decode()
    for words in ("open until", "expired", "withdrawn", "accepted on"):
        assert words in page


def test_list_asks_as_much_for_one_as_for_twenty(
    client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    coordinator = make_user(Role.COORDINATOR)
    client = client_as(coordinator)
    make_invitation(created_by=coordinator)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for _number in range(19):
        make_invitation(created_by=coordinator)
    with django_assert_num_queries(len(few)):
        client.get(LIST)


def test_representative_sees_those_of_their_association_only(client_as: ClientAs) -> None:
    member = make_user()
    own = make_invitation(association=member.mandates.get().association, mandate_kind="alternate")
    other = make_invitation()
    client = client_as(member)
    page = client.get(LIST).content.decode()
    assert own.email in page
    assert other.email not in page
    assert client.post(reverse("members:invitation-withdraw", args=[other.pk])).status_code == 404
    assert client.post(reverse("members:invitation-withdraw", args=[own.pk])).status_code == 302
    own.refresh_from_db()
    assert not own.is_open


def test_withdrawing_an_accepted_one_is_refused() -> None:
    used = make_invitation(accepted_at=timezone.now(), accepted_by=make_user())
    with pytest.raises(ValidationError):
        withdraw_invitation(invitation=used, by=make_user(Role.COORDINATOR))
    with pytest.raises(ValidationError):
        send_again(invitation=used, by=make_user(Role.COORDINATOR))


def test_form_offers_each_what_they_may_give(client_as: ClientAs) -> None:
    member = make_user()
    make_association()
    for who, roles in (
        (member, {Role.MEMBER}),
        (make_user(Role.SECRETARIAT), {Role.MEMBER, Role.GUEST}),
        (make_user(Role.COORDINATOR), set(Role)),
        (make_user(Role.ADMINISTRATOR), set(Role)),
    ):
        form = client_as(who).get(CREATE).context["form"]
        assert {value for value, _words in form.fields["role"].choices} == roles
    offered = client_as(member).get(CREATE).context["form"].fields["association"].queryset
    assert [row.pk for row in offered] == [member.mandates.get().association_id]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"email": "x", "role": "king", "association": "no", "guest_until": "32/13/2020"},
        {"email": NEW, "role": "member", "association": "999999999999999999999999"},
        {"email": f"{'x' * 300}@vigie.example", "role": "secretariat"},
        {"email": "a@vigie.example\nBcc: b@vigie.example", "role": "secretariat"},
    ],
)
def test_whatever_is_posted_is_answered_at_the_fields(
    client_as: ClientAs, data: dict[str, str]
) -> None:
    response = client_as(Role.COORDINATOR).post(CREATE, data)
    assert response.status_code == 422
    assert not Invitation.objects.exists()
    assert mail.outbox == []


def test_form_begins_with_the_role_that_gives_least(client_as: ClientAs) -> None:
    page = client_as(Role.COORDINATOR).get(CREATE).content.decode()
    offered = re.findall(r'<option value="(\w+)"', page)
    assert offered[:2] == [Role.MEMBER, Role.GUEST]

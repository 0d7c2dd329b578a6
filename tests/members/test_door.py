"""Whether somebody may come in today: by a live mandate, an access that runs, or a post."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.utils import timezone

from members.access import ANONYMOUS, kind_of
from members.backends import AuthenticationBackend
from members.enums import Role
from members.models import User
from members.perms import is_reader_of_papers
from tests import factories

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def people() -> dict[str, bool]:
    """One of each, with whether the door opens to them today."""
    today = timezone.localdate()
    doors: dict[str, bool] = {}

    def add(user: User, *, opens: bool) -> None:
        doors[user.email] = opens

    for role in Role:
        add(factories.make_user(role), opens=True)
        add(factories.make_user(role, is_active=False), opens=False)
    add(factories.make_stranger(), opens=False)
    for since, until, opens in [
        (today, None, True),
        (today + DAY, None, False),
        (today - DAY, today, False),
        (today - DAY, today + DAY, True),
        (today, today, False),
    ]:
        member = factories.make_stranger()
        factories.make_mandate(member, since=since, until=until)
        add(member, opens=opens)
    several = factories.make_stranger()
    factories.make_mandate(several, since=today - DAY, until=today)
    factories.make_mandate(several, since=today)
    add(several, opens=True)
    guest = factories.make_user(Role.GUEST)
    guest.guest_accesses.update(since=today - 2 * DAY, until=today)
    add(guest, opens=False)
    return doors


def test_request_account_and_queryset_agree_on_who_may_come_in() -> None:
    doors = people()
    users = {user.email: user for user in User.objects.all()}
    by_set = set(User.objects.who_may_come_in(timezone.localdate()).values_list("email", flat=True))
    for email, opens in doors.items():
        user = users[email]
        assert (AuthenticationBackend().get_user(user.pk) is not None) == opens, email
        assert (email in by_set) == opens, email
        assert (kind_of(user) != ANONYMOUS) == opens, email


def test_request_asks_once_and_rules_ask_no_more(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    member = factories.make_user()
    with django_assert_num_queries(1):
        user = AuthenticationBackend().get_user(member.pk)
        assert user is not None
        assert is_reader_of_papers(user)
    with django_assert_num_queries(1):
        user = User.objects.get(pk=member.pk)
    with django_assert_num_queries(1):
        assert is_reader_of_papers(user)
        assert is_reader_of_papers(user)


def test_mandate_ends_at_midnight_in_paris() -> None:
    member = factories.make_stranger()
    factories.make_mandate(member, until=dt.date(2026, 3, 1))
    with time_machine.travel(dt.datetime(2026, 2, 28, 22, 59, tzinfo=dt.UTC), tick=False):
        assert AuthenticationBackend().get_user(member.pk) is not None
    with time_machine.travel(dt.datetime(2026, 2, 28, 23, 1, tzinfo=dt.UTC), tick=False):
        assert AuthenticationBackend().get_user(member.pk) is None


def test_query_of_the_request_reads_every_column() -> None:
    """A field added to the model is in the account that the request knows."""
    user = AuthenticationBackend().get_user(factories.make_user(Role.COORDINATOR).pk)
    assert user is not None
    assert user.get_deferred_fields() == set()

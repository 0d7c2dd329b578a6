"""Errata: dated additions to what is locked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from meetings.enums import MinutesStatus
from meetings.models import Erratum, MinutesSection
from meetings.services.errata import add_erratum
from members.enums import Audience, Role
from tests.factories import make_minutes, make_section, make_user

if TYPE_CHECKING:
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db


@pytest.fixture
def section() -> MinutesSection:
    return make_section(make_minutes(status=MinutesStatus.ADOPTED))


def test_erratum_is_added_to_adopted_minutes(section: MinutesSection) -> None:
    secretary, today = make_user(Role.SECRETARIAT), timezone.localdate()
    erratum = add_erratum(section=section, by=secretary, on=today, text="Lire « dix ».")
    assert list(section.errata.all()) == [erratum]
    assert erratum.added_by == secretary


def test_erratum_is_refused_elsewhere_and_on_a_wrong_day(section: MinutesSection) -> None:
    secretary, today = make_user(Role.SECRETARIAT), timezone.localdate()
    adopted_on = section.minutes.adopted_on
    assert adopted_on is not None
    before = adopted_on - dt.timedelta(days=1)
    for on in (today + dt.timedelta(days=1), before):
        with pytest.raises(ValidationError) as refused:
            add_erratum(section=section, by=secretary, on=on, text="Lire.")
        assert "on" in refused.value.message_dict
    with pytest.raises(ValidationError):
        add_erratum(section=section, by=secretary, on=today, text="")
    with pytest.raises(ValidationError):
        add_erratum(section=make_section(), by=secretary, on=today, text="Lire.")
    with pytest.raises(PermissionDenied):
        add_erratum(section=section, by=make_user(), on=today, text="Lire.")
    assert not Erratum.objects.exists()


def test_page_of_an_erratum(client_as: ClientAs, section: MinutesSection) -> None:
    url = reverse("meetings:erratum-add", args=[section.minutes.meeting.slug, section.pk])
    client = client_as(Role.SECRETARIAT)
    assert client.get(url).status_code == 200
    assert client.post(url, {"on": "demain", "text": "Lire."}).status_code == 422
    assert client.post(url, {"on": "2000-01-01", "text": "Lire."}).status_code == 422
    assert (
        client.post(url, {"on": timezone.localdate().isoformat(), "text": "Lire."}).status_code
        == 302
    )
    assert Erratum.objects.get().text == "Lire."
    assert client_as(Role.MEMBER).get(url).status_code == 403
    assert client_as(Role.GUEST).get(url).status_code == 404


def test_only_adopted_minutes_have_the_page_and_only_their_own_sections(
    client_as: ClientAs, section: MinutesSection
) -> None:
    client, other = client_as(Role.SECRETARIAT), make_section()
    slug, elsewhere = section.minutes.meeting.slug, other.minutes.meeting.slug
    assert (
        client.get(reverse("meetings:erratum-add", args=[elsewhere, other.pk])).status_code == 404
    )
    assert client.get(reverse("meetings:erratum-add", args=[slug, other.pk])).status_code == 404


def test_erratum_is_read_by_who_reads_its_section() -> None:
    minutes = make_minutes(status=MinutesStatus.ADOPTED)
    hidden = make_section(minutes, audience=Audience.SECRETARIAT)
    secretary = make_user(Role.SECRETARIAT)
    erratum = add_erratum(section=hidden, by=secretary, on=timezone.localdate(), text="Lire.")
    assert not Erratum.objects.visible_to(make_user()).exists()
    assert Erratum.objects.visible_to(secretary).get() == erratum

"""Working groups: their members by dates, versions, what is refused."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.versions import StaleRowError
from members.enums import Role
from members.models import GroupMembership, WorkingGroup
from members.services.groups import add_group, add_group_member, end_group_member, revise_group
from tests.factories import JOINED_ON, make_association, make_group, make_group_membership

if TYPE_CHECKING:
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
TODAY = dt.date(2015, 4, 21)


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(dt.datetime(2015, 4, 21, 12, tzinfo=dt.UTC), tick=False):
        yield


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_page_tells_present_from_past_and_to_come(client_as: ClientAs) -> None:
    group = make_group()
    make_group_membership(group, association=make_association(name="Présente"))
    make_group_membership(group, association=make_association(name="Sortie"), until=TODAY)
    make_group_membership(
        group, association=make_association(name="À venir"), since=dt.date(2015, 5, 1)
    )
    response = client_as(Role.MEMBER).get(group.get_absolute_url())
    told = [
        [str(row.association) for row in response.context[key]]
        for key in ("present", "past", "to_come")
    ]
    assert told == [["Présente"], ["Sortie"], ["À venir"]]


def test_secretariat_makes_a_group_and_fills_it(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    association = make_association()
    content = {
        "name": "Groupe mineurs",
        "purpose": "Traite des mineurs",
        "created_on": "2013-09-13",
    }
    assert client.post("/collectif/groupes/ajouter/", content).status_code == 302
    group = WorkingGroup.objects.get()
    assert group.slug == "groupe-mineurs"
    add = f"/collectif/groupes/{group.slug}/membres/ajouter/"
    row = {"association": str(association.pk), "since": "2013-09-13"}
    assert client.post(add, row).status_code == 302
    membership = group.memberships.get()
    # Twice is refused, and what was typed is kept.
    again = client.post(add, row)
    assert again.status_code == 422
    assert 'value="2013-09-13"' in text(again)
    end = f"/collectif/groupes/{group.slug}/membres/{membership.pk}/retirer/"
    assert client.get(end).status_code == 200
    assert client.post(end, {"until": "2012-01-01"}).status_code == 422
    assert client.post(end, {"until": "2015-04-01"}).status_code == 302
    membership.refresh_from_db()
    assert membership.until == dt.date(2015, 4, 1)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"since": "2015-01-01"},
        {"association": "999999", "since": "2015-01-01"},
        {"association": "x", "since": "2015-01-01"},
        {"association": "1", "since": "le 3"},
    ],
)
def test_member_that_makes_no_sense_is_refused(
    client_as: ClientAs, content: dict[str, str]
) -> None:
    group = make_group()
    address = f"/collectif/groupes/{group.slug}/membres/ajouter/"
    assert client_as(Role.SECRETARIAT).post(address, content).status_code == 422
    assert not GroupMembership.objects.exists()


def test_wrong_group_is_refused_at_its_field(client_as: ClientAs) -> None:
    group = make_group()
    client = client_as(Role.SECRETARIAT)
    address = f"/collectif/groupes/{group.slug}/modifier/"
    content = {
        "name": "Autre",
        "created_on": "2014-01-01",
        "closed_on": "2013-01-01",
        "version": "1",
    }
    response = client.post(address, content)
    assert response.status_code == 422
    assert "closed_on" in response.context["form"].errors
    group.refresh_from_db()
    assert group.version == 1


def test_stale_save_of_a_group_shows_both_texts(client_as: ClientAs) -> None:
    group = make_group(purpose="Le début")
    revise_group(group=group, version=1, purpose="Celui de la première")
    address = f"/collectif/groupes/{group.slug}/modifier/"
    content = {
        "name": group.name,
        "purpose": "Celui de la seconde",
        "created_on": "2013-09-13",
        "version": "1",
    }
    client = client_as(Role.SECRETARIAT)
    response = client.post(address, content)
    assert response.status_code == 409
    page = text(response)
    assert "première</del>" in page
    assert "seconde</ins>" in page
    assert "Celui de la seconde</textarea>" in page
    again = content | {"version": "2"}
    assert client.post(address, again).status_code == 302


def test_refused_services_write_nothing() -> None:
    group = make_group()
    with pytest.raises(StaleRowError):
        revise_group(group=group, version=5, name="Autre")
    with pytest.raises(ValidationError):
        add_group(name="", created_on=JOINED_ON)
    with pytest.raises(ValidationError):
        add_group_member(group=group, since=JOINED_ON)
    row = add_group_member(group=group, association=make_association(), since=JOINED_ON)
    with pytest.raises(ValidationError):
        end_group_member(membership=row, until=dt.date(2000, 1, 1))
    assert WorkingGroup.objects.count() == 1
    assert GroupMembership.objects.get().until is None


def test_key_is_never_the_address_of_the_form() -> None:
    assert add_group(name="Ajouter", created_on=JOINED_ON).slug == "ajouter-2"


def test_lists_make_as_many_queries_for_one_as_for_twenty(client_as: ClientAs) -> None:
    client = client_as(Role.MEMBER)
    group = make_group()
    make_group_membership(group)
    for address in ("/collectif/groupes/", group.get_absolute_url()):
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for _number in range(20):
            make_group()
            make_group_membership(group)
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) == len(few)

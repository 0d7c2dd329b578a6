"""The agenda: order, nesting, outcome, and what is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from common.versions import StaleRowError
from meetings.dossier import in_line, points_of
from meetings.enums import Outcome
from meetings.models import AgendaItem, Meeting
from meetings.services.agenda import (
    MOST_POINTS,
    add_item,
    delete_item,
    edit_item,
    move_item,
    set_outcome,
    stamp_of,
)
from members.enums import Role
from tests.factories import make_application, make_measure, make_meeting, make_user

if TYPE_CHECKING:
    from django.test import Client

    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return make_user(Role.SECRETARIAT)


def numbered(meeting: Meeting, user: User) -> list[str]:
    return [f"{point.number} {point.item.title}" for point in in_line(points_of(meeting, user))]


def test_points_come_in_order_and_stand_under_each_other(by: User) -> None:
    meeting = make_meeting()
    one = add_item(meeting=meeting, by=by, title="Un")
    add_item(meeting=meeting, by=by, title="Deux")
    add_item(meeting=meeting, by=by, title="Dedans", parent=one)
    add_item(meeting=meeting, by=by, title="Dedans aussi", parent=one)
    assert numbered(meeting, by) == ["1 Un", "1.1 Dedans", "1.2 Dedans aussi", "2 Deux"]


def test_point_moves_among_its_own_and_stops_at_the_end(by: User) -> None:
    meeting = make_meeting()
    one, two, three = (add_item(meeting=meeting, by=by, title=name) for name in "ABC")
    add_item(meeting=meeting, by=by, title="a", parent=one)
    move_item(item=three, by=by, steps=-1)
    assert numbered(meeting, by) == ["1 A", "1.1 a", "2 C", "3 B"]
    move_item(item=two, by=by, steps=1)
    move_item(item=one, by=by, steps=-1)
    assert numbered(meeting, by) == ["1 A", "1.1 a", "2 C", "3 B"]
    # Places that are the same, as an import may leave them, are told apart on the way.
    for item in AgendaItem.objects.filter(parent=None):
        item.position = 0
        item.save()
    move_item(item=three, by=by, steps=-1)
    assert numbered(meeting, by) == ["1 A", "1.1 a", "2 C", "3 B"]


def test_circle_depth_and_number_of_points_are_bounded(by: User) -> None:
    meeting = make_meeting()
    one = add_item(meeting=meeting, by=by, title="Un")
    two = add_item(meeting=meeting, by=by, title="Deux", parent=one)
    with pytest.raises(ValidationError) as refused:
        edit_item(item=one, by=by, title="Un", parent=two)
    assert set(refused.value.message_dict) == {"parent"}
    three = add_item(meeting=meeting, by=by, title="Trois", parent=two)
    four = add_item(meeting=meeting, by=by, title="Quatre", parent=three)
    with pytest.raises(ValidationError):
        add_item(meeting=meeting, by=by, title="Cinq", parent=four)
    elsewhere = add_item(meeting=make_meeting(), by=by, title="Ailleurs")
    with pytest.raises(ValidationError):
        add_item(meeting=meeting, by=by, title="Cinq", parent=elsewhere)
    for rank in range(meeting.agenda.count(), MOST_POINTS):
        AgendaItem.objects.create(meeting=meeting, title=str(rank))
    with pytest.raises(ValidationError):
        add_item(meeting=meeting, by=by, title="De trop")
    assert meeting.agenda.count() == MOST_POINTS


def test_branch_does_not_grow_too_deep_by_being_moved(by: User) -> None:
    meeting = make_meeting()
    one = add_item(meeting=meeting, by=by, title="Un")
    two = add_item(meeting=meeting, by=by, title="Deux", parent=one)
    branch = add_item(meeting=meeting, by=by, title="Branche")
    leaf = add_item(meeting=meeting, by=by, title="Feuille", parent=branch)
    add_item(meeting=meeting, by=by, title="Bout", parent=leaf)
    with pytest.raises(ValidationError):
        edit_item(item=branch, by=by, title="Branche", parent=two)
    branch.refresh_from_db()
    assert branch.parent is None


def test_point_of_an_application_does_not_name_it(by: User) -> None:
    application = make_application(name="Les Amis de l’Été", acronym="LADE")
    meeting = make_meeting()
    for title in ("Candidature : les AMIS de l'ete", "Candidature LADE"):
        with pytest.raises(ValidationError) as refused:
            add_item(meeting=meeting, by=by, title=title, application=application)
        assert set(refused.value.message_dict) == {"title"}
    add_item(meeting=meeting, by=by, title="Candidature à examiner", application=application)
    assert meeting.agenda.count() == 1


def test_member_changes_no_agenda() -> None:
    member = make_user(Role.MEMBER)
    item = add_item(meeting=make_meeting(), by=None, title="Un")
    for change in (
        lambda: add_item(meeting=item.meeting, by=member, title="Deux"),
        lambda: edit_item(item=item, by=member, title="Deux"),
        lambda: move_item(item=item, by=member, steps=1),
        lambda: set_outcome(item=item, by=member, outcome=Outcome.POSTPONED),
        lambda: delete_item(item=item, by=member),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert [row.title for row in AgendaItem.objects.all()] == ["Un"]


def test_edit_on_an_old_reading_is_refused(by: User) -> None:
    item = add_item(meeting=make_meeting(), by=by, title="Un")
    read = stamp_of(item)
    edit_item(item=item, by=by, title="Deux", stamp=read)
    with pytest.raises(StaleRowError):
        edit_item(item=item, by=by, title="Trois", stamp=read)


# --- Pages ------------------------------------------------------------------------------------------------------------


def at(item: AgendaItem, name: str) -> str:
    return reverse(f"meetings:agenda-{name}", args=[item.meeting.slug, item.pk])


@pytest.fixture
def client(client_as: ClientAs) -> Client:
    return client_as(Role.SECRETARIAT)


def test_agenda_is_written_on_its_page(client: Client) -> None:
    meeting, measure = make_meeting(), make_measure(number="22")
    add = reverse("meetings:agenda-add", args=[meeting.slug])
    client.post(add, {"title": "Un", "length": "15", "measures": [measure.pk]})
    one = meeting.agenda.get()
    client.post(add, {"title": "Dedans", "parent": one.pk})
    assert one.measures.get() == measure
    assert meeting.agenda.get(title="Dedans").parent == one
    text = client.get(reverse("meetings:agenda", args=[meeting.slug])).content.decode()
    assert f'id="point-{one.pk}"' in text
    for wrong in ({"title": ""}, {"title": "x", "parent": "999"}, {"title": "x", "length": "-1"}):
        response = client.post(add, {"note": "Gardée", **wrong})
        assert response.status_code == 422
        assert "Gardée" in response.content.decode()
    assert meeting.agenda.count() == 2


def test_buttons_move_close_and_take_off(client: Client) -> None:
    meeting = make_meeting()
    one, two = (add_item(meeting=meeting, by=None, title=name) for name in ("Un", "Deux"))
    response = client.post(at(two, "move"), {"steps": "-1"})
    assert response.headers["Location"].endswith(f"/ordre-du-jour/#point-{two.pk}")
    assert [row.title for row in meeting.agenda.all()] == ["Deux", "Un"]
    client.post(at(one, "outcome"), {"outcome": "postponed"})
    one.refresh_from_db()
    assert one.outcome == Outcome.POSTPONED
    for name, data in (("move", {"steps": "5"}), ("outcome", {"outcome": "lost"})):
        assert client.post(at(one, name), data).status_code == 400
    assert client.get(at(one, "delete")).status_code == 200
    assert meeting.agenda.count() == 2
    client.post(at(one, "delete"))
    assert [row.title for row in meeting.agenda.all()] == ["Deux"]
    assert one.history.filter(history_type="-").exists()


def test_stale_point_shows_both_texts(client: Client, by: User) -> None:
    item = add_item(meeting=make_meeting(), by=by, title="Texte lu")
    typed = {"title": "Texte mien", "stamp": stamp_of(item)}
    edit_item(item=item, by=by, title="Texte autre")
    response = client.post(at(item, "edit"), typed)
    text = response.content.decode()
    assert response.status_code == 409
    assert re.search("<del>.*autre.*</del>", text)
    assert re.search("<ins>.*mien.*</ins>", text)
    assert client.post(at(item, "edit"), {**typed, "stamp": stamp_of(item)}).status_code == 302
    item.refresh_from_db()
    assert item.title == "Texte mien"


def test_point_of_another_meeting_is_not_found_under_this_one(client: Client) -> None:
    item = add_item(meeting=make_meeting(), by=None, title="Un")
    address = reverse("meetings:agenda-edit", args=[make_meeting().slug, item.pk])
    assert client.get(address).status_code == 404


def test_application_is_named_only_to_who_sees_it(client_as: ClientAs) -> None:
    application = make_application(name="Candidate-secrète")
    meeting = make_meeting()
    add_item(meeting=meeting, by=None, title="À examiner", application=application)
    seen = {
        role: "Candidate-secrète"
        in client_as(role).get(meeting.get_absolute_url()).content.decode()
        for role in (Role.SECRETARIAT, Role.MEMBER)
    }
    assert seen == {Role.SECRETARIAT: True, Role.MEMBER: False}

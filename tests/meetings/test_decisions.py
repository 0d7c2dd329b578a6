"""Decisions, as a section of minutes tells them: by consensus, or by a vote that is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from common.versions import StaleRowError
from meetings.enums import DecisionMeans, MinutesStatus
from meetings.models import Decision, MinutesSection
from meetings.services.decisions import add_decision, delete_decision, edit_decision
from members.enums import Role
from tests.factories import make_minutes, make_section, make_user

if TYPE_CHECKING:
    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
VOTE: dict[str, Any] = {"means": DecisionMeans.VOTE, "votes_for": 12, "votes_against": 1}


@pytest.fixture
def secretary() -> User:
    return make_user(Role.SECRETARIAT)


@pytest.fixture
def section() -> MinutesSection:
    return make_section(make_minutes(status=MinutesStatus.DRAFT))


def address(name: str, section: MinutesSection, pk: int) -> str:
    return reverse(f"meetings:{name}", args=[section.minutes.meeting.slug, pk])


def test_decision_is_written_changed_and_taken_out(
    secretary: User, section: MinutesSection
) -> None:
    decision = add_decision(section=section, by=secretary, text="Écrire")
    edit_decision(decision=decision, version=1, by=secretary, text="Écrire vite", **VOTE)
    decision.refresh_from_db()
    assert (decision.text, decision.votes_for, decision.version) == ("Écrire vite", 12, 2)
    with pytest.raises(StaleRowError):
        edit_decision(decision=decision, version=1, by=secretary, text="Non", means="consensus")
    with pytest.raises(StaleRowError):
        delete_decision(decision=decision, version=1, by=secretary)
    delete_decision(decision=decision, version=2, by=secretary)
    assert not Decision.objects.exists()
    assert Decision.history.count() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "x" * 2_001},
        {"means": "dice"},
        {"means": DecisionMeans.VOTE},
        {"votes_for": 3},
        {"means": DecisionMeans.VOTE, "votes_for": -1},
    ],
)
def test_wrong_decision_is_refused(
    secretary: User, section: MinutesSection, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        add_decision(section=section, by=secretary, **({"text": "Écrire"} | wrong))
    assert not Decision.objects.exists()


def test_adopted_decisions_are_locked_and_only_the_secretariat_writes(
    secretary: User, section: MinutesSection
) -> None:
    decision = add_decision(section=section, by=secretary, text="Écrire")
    member = make_user(Role.MEMBER)
    changes: dict[str, Any] = {"text": "Non", "means": "consensus"}
    for attempt in (
        lambda by, row: add_decision(section=row.section, by=by, text="Non"),
        lambda by, row: edit_decision(decision=row, version=1, by=by, **changes),
        lambda by, row: delete_decision(decision=row, version=1, by=by),
    ):
        with pytest.raises(PermissionDenied):
            attempt(member, decision)
    adopted = make_section(make_minutes(status=MinutesStatus.ADOPTED))
    locked = Decision.objects.create(section=adopted, text="Écrire", is_locked=True)
    for attempt in (
        lambda by, row: add_decision(section=row.section, by=by, text="Non"),
        lambda by, row: edit_decision(decision=row, version=1, by=by, **changes),
        lambda by, row: delete_decision(decision=row, version=1, by=by),
    ):
        with pytest.raises(ValidationError) as refused:
            attempt(secretary, locked)
        assert refused.value.code == "locked"
    assert list(Decision.objects.values_list("text", flat=True)) == ["Écrire", "Écrire"]


def test_decision_is_added_in_place_and_without_javascript(
    client_as: ClientAs, section: MinutesSection
) -> None:
    client, htmx = client_as(Role.SECRETARIAT), {"HX-Request": "true"}
    add = address("decision-add", section, section.pk)
    wrong = client.post(add, {"decision-text": "", "decision-means": "consensus"}, headers=htmx)
    assert wrong.status_code == 422
    assert 'id="outcomes"' in wrong.text
    uncounted = {"decision-text": "Gardé", "decision-means": "vote"}
    for headers in ({}, htmx):
        answer = client.post(add, uncounted, headers=headers)
        assert answer.status_code == 422
        assert "Gardé" in answer.text
    assert not Decision.objects.exists()
    right = {"decision-text": "Écrire", "decision-means": "vote", "decision-votes_for": "12"}
    assert "Écrire" in client.post(add, right, headers=htmx).text
    assert client.post(add, right)["Location"].endswith("#outcomes")
    assert Decision.objects.count() == 2


def test_decision_is_edited_and_deleted_on_its_pages(
    client_as: ClientAs, secretary: User, section: MinutesSection
) -> None:
    decision = add_decision(section=section, by=secretary, text="Écrire")
    client = client_as(Role.SECRETARIAT)
    edit = address("decision-edit", section, decision.pk)
    assert "Écrire" in client.get(edit).text
    content = {"version": "1", "text": "Écrire vite", "means": "consensus"}
    assert client.post(edit, {**content, "text": ""}).status_code == 422
    assert client.post(edit, content).status_code == 302
    stale = client.post(edit, {**content, "text": "Autrement"})
    assert stale.status_code == 409
    assert "<ins>" in stale.text
    assert "Autrement" in stale.text
    delete = address("decision-delete", section, decision.pk)
    assert client.get(delete).status_code == 200
    assert client.post(delete, {"version": "1"}).status_code == 409
    assert client.post(delete, {"version": "2"}).status_code == 302
    assert not Decision.objects.exists()


def test_pages_are_hidden_from_who_may_not_write(
    client_as: ClientAs, secretary: User, section: MinutesSection
) -> None:
    hidden = add_decision(section=section, by=secretary, text="Écrire")
    shown = add_decision(section=make_section(), by=secretary, text="Lire")
    member = client_as(Role.MEMBER)
    for name in ("decision-edit", "decision-delete"):
        assert member.get(address(name, section, hidden.pk)).status_code == 404
        assert member.get(address(name, shown.section, shown.pk)).status_code == 403
        assert member.post(address(name, shown.section, shown.pk)).status_code == 403
        # Another meeting's address does not lead to it.
        other = address(name, shown.section, hidden.pk)
        assert client_as(Role.SECRETARIAT).get(other).status_code == 404
    assert Decision.objects.count() == 2

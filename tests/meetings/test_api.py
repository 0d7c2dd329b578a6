"""Meetings as data: each reader what their audience gives, and no field that nobody declared."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetings.enums import DecisionMeans, MinutesStatus
from meetings.models import Decision, FollowUp
from members.enums import Audience, Role
from tests.factories import (
    make_institution,
    make_measure,
    make_meeting,
    make_minutes,
    make_plan,
    make_section,
    make_user,
)

if TYPE_CHECKING:
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
API = "/api/v1/"


def get(path: str, client: Client | None = None) -> Any:
    response = (client or Client()).get(f"{API}{path}")
    assert response.status_code == 200, response.content
    return response.json()


def test_stranger_reads_public_meetings_and_no_more_than_day_title_and_place() -> None:
    make_meeting()
    public = make_meeting(is_public=True, purpose="Dire à un ministre")
    [row] = get("meetings/")["results"]
    assert row["slug"] == public.slug
    assert set(row) == {"url", "page", "slug", "title", "kind", "sessions"}
    assert "Dire à un ministre" not in str(row)


def test_section_for_named_readers_is_absent_for_another_member(client_as: ClientAs) -> None:
    named, other = make_user(), make_user()
    section = make_section(audience=Audience.NAMED, people=[named], text="Entre nous")
    address = f"minutes-sections/{section.pk}/"
    assert get(address, client_as(named))["text"] == "Entre nous"
    listed = get("minutes-sections/", client_as(other))
    assert (listed["count"], listed["results"]) == (0, [])
    missing = client_as(other).get(f"{API}minutes-sections/{10**6}/")
    hidden = client_as(other).get(f"{API}{address}")
    assert (hidden.status_code, hidden.content) == (404, missing.content)


def test_decisions_and_follow_ups_go_with_their_section(client_as: ClientAs) -> None:
    named, other = make_user(), make_user()
    section = make_section(audience=Audience.NAMED, people=[named])
    Decision.objects.create(section=section, text="Écrire", means=DecisionMeans.VOTE, votes_for=3)
    FollowUp.objects.create(section=section, text="Relancer", who="le secrétariat")
    row = get(f"minutes-sections/{section.pk}/", client_as(named))
    assert [one["text"] for one in row["decisions"] + row["follow_ups"]] == ["Écrire", "Relancer"]
    assert get("follow-ups/?ouvert=true", client_as(named))["count"] == 1
    assert get("follow-ups/?ouvert=false", client_as(named))["count"] == 0
    assert get("follow-ups/", client_as(other))["count"] == 0


def test_sections_are_found_by_measure_institution_meeting_and_day(client_as: ClientAs) -> None:
    plan, institution = make_plan(), make_institution()
    one, two = make_measure(plan), make_measure(plan)
    early, late = make_meeting(dt.date(2014, 1, 31)), make_meeting(dt.date(2014, 10, 22))
    first = make_section(make_minutes(early), measures=[one, two])
    second = make_section(make_minutes(late), measures=[two], institutions=[institution])
    client = client_as(make_user())

    def found(query: str) -> list[int]:
        rows = get(f"minutes-sections/?{query}", client)["results"]
        return [int(row["url"].rstrip("/").rpartition("/")[2]) for row in rows]

    assert found("tri=date") == [first.pk, second.pk]
    assert found(f"plan={plan.slug}") == [first.pk, second.pk]
    assert found(f"plan={plan.slug}&mesure={one.number}") == [first.pk]
    assert found(f"mesure={two.number}") == [first.pk, second.pk]
    assert found(f"institution={institution.key}") == [second.pk]
    assert found(f"reunion={early.slug}") == [first.pk]
    assert found("depuis=2014-02-01") == [second.pk]
    assert client.get(f"{API}minutes-sections/?mesure=99").status_code == 400


def test_unknown_meeting_and_hidden_one_are_refused_alike() -> None:
    hidden = make_meeting()
    answers = [
        Client().get(f"{API}minutes-sections/?reunion={slug}").content.replace(slug.encode(), b"")
        for slug in (hidden.slug, "nowhere")
    ]
    assert answers[0] == answers[1]


def test_drafts_of_minutes_are_for_who_writes_them(client_as: ClientAs) -> None:
    make_section(make_minutes(status=MinutesStatus.DRAFT))
    assert get("minutes-sections/", client_as(make_user()))["count"] == 0
    assert get("minutes-sections/", client_as(make_user(Role.SECRETARIAT)))["count"] == 1


def test_queries_do_not_grow_with_rows(client_as: ClientAs) -> None:
    client, plan, minutes = client_as(make_user()), make_plan(), make_minutes()

    def add() -> None:
        section = make_section(
            minutes, measures=[make_measure(plan)], institutions=[make_institution()]
        )
        FollowUp.objects.create(section=section, text="Faire", who="Le secrétariat")

    def count(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            get(path, client)
        return len(queries)

    add()
    paths = ("minutes-sections/", "meetings/", "follow-ups/")
    before = [count(path) for path in paths]
    for _number in range(9):
        add()
        make_meeting()
    assert [count(path) for path in paths] == before

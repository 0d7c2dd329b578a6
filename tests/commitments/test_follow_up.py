"""What waits: late, silent, soon due, without a date. On its page, and on the agenda of the next meeting."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commitments.enums import EventKind
from commitments.follow_up import LISTS, counts_on, late_on, silent_on, soon_on, undated_on
from meetings.services.agenda import delete_item
from meetings.services.next_agenda import add_proposed, proposals_for
from members.enums import Audience, Role
from tests.factories import (
    make_commitment,
    make_event,
    make_institution,
    make_invitee,
    make_meeting,
    make_user,
)

if TYPE_CHECKING:
    from commitments.models import Commitment
    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

PAGE = reverse("commitments:follow-up")
ON = dt.date(2015, 6, 1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def by() -> User:
    return make_user(Role.SECRETARIAT)


def promise(late_from: dt.date | None = None, **fields: object) -> Commitment:
    return make_commitment(late_from=late_from, **fields)  # type: ignore[arg-type]


def reminded(on: dt.date, late_from: dt.date | None = None) -> Commitment:
    commitment = promise(late_from)
    make_event(commitment, EventKind.REMINDED, on)
    return commitment


# --- The lists --------------------------------------------------------------------------------------------------------


def test_late_from_the_first_late_day_on(by: User) -> None:
    later, longest = promise(ON), promise(ON - 40 * DAY)
    promise(ON + DAY)
    make_event(promise(ON - DAY), EventKind.KEPT, ON - DAY)
    assert list(late_on(by, ON)) == [longest, later]
    assert list(late_on(by, ON - DAY)) == [longest]


def test_silent_thirty_days_after_a_reminder(by: User) -> None:
    silent = reminded(ON - 30 * DAY)
    reminded(ON - 29 * DAY)
    answered = reminded(ON - 40 * DAY)
    make_event(answered, EventKind.ANSWERED, ON - 35 * DAY)
    assert list(silent_on(by, ON)) == [silent]


def test_soon_is_within_thirty_days(by: User) -> None:
    last, first = promise(ON + 30 * DAY), promise(ON + DAY)
    promise(ON)
    promise(ON + 31 * DAY)
    make_event(promise(ON + DAY), EventKind.OVERTAKEN, ON)
    assert list(soon_on(by, ON)) == [first, last]


def test_undated_has_no_deadline_or_words_that_tell_no_date(by: User) -> None:
    without, vague = promise(), make_commitment(deadline_words="dès que possible")
    promise(ON)
    make_event(promise(), EventKind.KEPT, ON)
    assert list(undated_on(by, ON)) == [without, vague]


def test_each_promise_stands_in_one_list(by: User) -> None:
    reminded(ON - 40 * DAY, late_from=ON - 50 * DAY)
    reminded(ON - 40 * DAY, late_from=ON + DAY)
    reminded(ON - 40 * DAY)
    promise(ON)
    assert [number for _waiting, number in counts_on(by, ON)] == [3, 1, 0, 0]
    for waiting, number in counts_on(by, ON):
        assert waiting.rows(by, ON).count() == number


@pytest.mark.parametrize(
    ("audience", "role", "sees"),
    [
        (Audience.SECRETARIAT, Role.SECRETARIAT, True),
        (Audience.SECRETARIAT, Role.MEMBER, False),
        (Audience.NAMED, Role.MEMBER, False),
        (Audience.MEMBERS, Role.MEMBER, True),
        (Audience.MEMBERS, Role.ADMINISTRATOR, False),
        (Audience.PUBLIC, Role.ADMINISTRATOR, True),
    ],
)
def test_lists_hold_what_the_reader_may_see(audience: str, role: Role, sees: bool) -> None:
    promise(ON, audience=audience)
    user = make_user(role)
    assert late_on(user, ON).exists() is sees
    assert (counts_on(user, ON)[1][1] == 1) is sees


# --- The page ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SECRETARIAT, 200),
        (Role.COORDINATOR, 200),
        (Role.MEMBER, 403),
        (Role.GUEST, 404),
        (Role.ADMINISTRATOR, 404),
        (None, 302),
    ],
)
def test_page_is_for_those_who_follow_commitments(
    client_as: ClientAs, role: Role | None, status: int
) -> None:
    assert client_as(role).get(PAGE).status_code == status


def test_page_gives_each_promise_its_next_acts(client_as: ClientAs) -> None:
    late = promise(ON)
    html = client_as(Role.SECRETARIAT).get(PAGE, {"le": ON.isoformat()}).content.decode()
    assert f'id="engagement-{late.pk}"' in html
    assert f"{reverse('commitments:letter-start')}?engagement={late.slug}" in html
    assert reverse("commitments:event-add", args=[late.slug]) in html
    assert 'class="next-step"' in html


def test_several_promises_lead_to_one_letter(client_as: ClientAs) -> None:
    one, two = promise(ON), promise(ON)
    html = client_as(Role.SECRETARIAT).get(PAGE, {"le": ON.isoformat()}).content.decode()
    assert f'<form method="get" action="{reverse("commitments:letter-start")}">' in html
    for row in (one, two):
        assert f'type="checkbox" name="engagement" value="{row.slug}"' in html


def test_page_without_anything_says_so_list_by_list(client_as: ClientAs) -> None:
    html = client_as(Role.SECRETARIAT).get(PAGE).content.decode()
    assert html.count('class="empty"') == len(LISTS)


def test_page_is_as_of_a_day(client_as: ClientAs) -> None:
    promise(dt.date(2015, 1, 1), wording="La circulaire")
    client = client_as(Role.SECRETARIAT)
    before = client.get(PAGE, {"le": "2014-12-31"})
    after = client.get(PAGE, {"le": "2015-01-01"})
    assert [shown.total for shown in before.context["lists"]] == [0, 0, 1, 0]
    assert [shown.total for shown in after.context["lists"]] == [0, 1, 0, 0]


@pytest.mark.parametrize("day", ["demain", "2999-01-01", "2015-02-30"])
def test_wrong_day_is_said_at_its_field(client_as: ClientAs, day: str) -> None:
    response = client_as(Role.SECRETARIAT).get(PAGE, {"le": day})
    assert response.status_code == 422
    html = response.content.decode()
    assert 'id="le-error"' in html
    assert f'value="{day}"' in html


def test_long_list_has_a_page_of_its_own(client_as: ClientAs) -> None:
    institution = make_institution()
    for _number in range(52):
        promise(ON, institution=institution)
    client = client_as(Role.SECRETARIAT)
    common = client.get(PAGE, {"le": ON.isoformat()})
    assert [len(shown.lines) for shown in common.context["lists"]] == [0, 15, 0, 0]
    assert "?liste=en-retard" in common.content.decode()
    alone = client.get(PAGE, {"le": ON.isoformat(), "liste": "en-retard", "page": "2"})
    [shown] = alone.context["lists"]
    assert len(shown.lines) == 2


def test_page_asks_as_many_questions_for_one_as_for_twenty(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    client.get(PAGE)

    def questions() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(PAGE, {"le": ON.isoformat()}).status_code == 200
        return len(queries)

    def add() -> None:
        promise(ON)
        reminded(ON - 40 * DAY)
        promise(ON + DAY)
        promise()

    add()
    one = questions()
    for _number in range(10):
        add()
    assert questions() == one


# --- The agenda of the next meeting -----------------------------------------------------------------------------------


def test_next_agenda_is_proposed_what_is_late_or_silent_those_who_are_met_first(by: User) -> None:
    host = make_institution()
    meeting = make_meeting(ON)
    meeting.institutions.add(host)
    longest = promise(ON - 50 * DAY)
    silent = reminded(ON - 40 * DAY)
    of_host = promise(ON, institution=host)
    promise(ON + DAY)
    found = [each for each in proposals_for(meeting, by) if each.kind == "commitment"]
    assert found[0].key == f"commitment-{of_host.pk}"
    assert {each.key for each in found[1:]} == {
        f"commitment-{longest.pk}",
        f"commitment-{silent.pk}",
    }
    assert [each.is_checked for each in found] == [True, False, False]


def test_agenda_names_only_what_is_public(by: User) -> None:
    words = {
        audience: f"Promesse-{audience}"
        for audience in (Audience.PUBLIC, Audience.MEMBERS, Audience.SECRETARIAT)
    }
    for audience, wording in words.items():
        promise(ON, audience=audience, wording=wording)
    titles = [each.title for each in proposals_for(make_meeting(ON), by)]
    assert len(titles) == 3
    assert [word for word in words.values() if any(word in title for title in titles)] == [
        words[Audience.PUBLIC]
    ]


def test_proposed_promise_is_taken_up_once_and_again_when_its_point_is_taken_off(by: User) -> None:
    meeting, commitment = make_meeting(ON), promise(ON)
    key = f"commitment-{commitment.pk}"
    [item] = add_proposed(meeting=meeting, by=by, keys=[key])
    assert list(commitment.agenda_items.all()) == [item]
    assert proposals_for(meeting, by) == []
    assert add_proposed(meeting=meeting, by=by, keys=[key]) == []
    assert [each.key for each in proposals_for(make_meeting(ON), by)] == [key]
    delete_item(item=item, by=by)
    assert [each.key for each in proposals_for(meeting, by)] == [key]


def test_point_shows_its_promise_to_those_who_may_read_it(client_as: ClientAs, by: User) -> None:
    meeting = make_meeting(ON)
    secret = promise(ON, audience=Audience.SECRETARIAT, wording="Ce-que-peu-savent")
    shared = promise(ON, wording="Ce-que-les-membres-savent")
    keys = [f"commitment-{row.pk}" for row in (secret, shared)]
    assert len(add_proposed(meeting=meeting, by=by, keys=keys)) == 2
    guest = make_user(Role.GUEST)
    make_invitee(meeting, guest)

    def seen(who: Role | User) -> list[bool]:
        html = client_as(who).get(meeting.get_absolute_url()).content.decode()
        assert html.count('class="agenda-title"') == 2
        return [row.wording in html for row in (secret, shared)]

    assert seen(Role.SECRETARIAT) == [True, True]
    assert seen(Role.MEMBER) == [False, True]
    assert seen(guest) == [False, False]


def test_page_that_prepares_the_agenda_shows_them_under_their_own_heading(
    client_as: ClientAs, by: User
) -> None:
    meeting, commitment = make_meeting(ON), promise(ON)
    address = reverse("meetings:agenda-prepare", args=[meeting.slug])
    client = client_as(by)
    assert f'value="commitment-{commitment.pk}"' in client.get(address).content.decode()
    client.post(address, {"proposals": [f"commitment-{commitment.pk}"]})
    assert meeting.agenda.count() == 1


def test_long_public_promise_is_cut_in_the_title(by: User) -> None:
    promise(ON, audience=Audience.PUBLIC, wording="Long " * 60)
    [proposal] = proposals_for(make_meeting(ON), by)
    assert len(proposal.title) <= 300
    assert add_proposed(meeting=make_meeting(ON), by=by, keys=[proposal.key])


@time_machine.travel(dt.datetime(2015, 6, 1, 8, tzinfo=dt.UTC))
def test_promise_late_by_the_day_of_a_coming_meeting_is_proposed(by: User) -> None:
    promise(ON + 10 * DAY)
    assert len(proposals_for(make_meeting(ON + 10 * DAY), by)) == 1
    assert proposals_for(make_meeting(ON + 9 * DAY), by) == []

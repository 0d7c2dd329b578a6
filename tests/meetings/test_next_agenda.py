"""The next agenda, prepared from what is open."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.enums import MinutesStatus, Outcome
from meetings.models import FollowUp
from meetings.services.agenda import add_item, set_outcome
from meetings.services.next_agenda import add_proposed, proposals_for
from members.enums import ApplicationState, Audience, Role
from tests.factories import (
    make_application,
    make_group,
    make_meeting,
    make_minutes,
    make_section,
    make_user,
)

if TYPE_CHECKING:
    from meetings.models import Meeting, MinutesSection
    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
BEFORE, DAY, AFTER = dt.date(2014, 10, 22), dt.date(2014, 12, 17), dt.date(2015, 1, 5)
HEARD = {"state": ApplicationState.TO_BE_HEARD, "hearing_on": DAY}


@pytest.fixture
def by() -> User:
    return make_user(Role.SECRETARIAT)


def make_follow_up(section: MinutesSection | None = None, **fields: object) -> FollowUp:
    row = FollowUp(section=section or make_section(), text="À faire", who="le secrétariat")
    for name, value in {"due_on": BEFORE, **fields}.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    return row


def keys(meeting: Meeting, by: User) -> set[str]:
    return {proposal.key for proposal in proposals_for(meeting, by)}


def test_point_put_off_is_proposed_until_it_is_taken_up(by: User) -> None:
    earlier, meeting = make_meeting(BEFORE), make_meeting(DAY)
    put_off = add_item(meeting=earlier, by=by, title="Remis", note="Voir", length=10)
    add_item(meeting=earlier, by=by, title="Oublié")
    done = add_item(meeting=earlier, by=by, title="Traité")
    set_outcome(item=put_off, by=by, outcome=Outcome.POSTPONED)
    set_outcome(item=done, by=by, outcome=Outcome.DEALT_WITH)
    later = add_item(meeting=make_meeting(AFTER), by=by, title="D’après")
    set_outcome(item=later, by=by, outcome=Outcome.POSTPONED)
    elsewhere = add_item(meeting=make_meeting(BEFORE, group=make_group()), by=by, title="Groupe")
    set_outcome(item=elsewhere, by=by, outcome=Outcome.POSTPONED)
    assert keys(meeting, by) == {f"point-{put_off.pk}"}
    added = add_proposed(meeting=meeting, by=by, keys=[f"point-{put_off.pk}", "point-999", "x"])
    assert [(row.title, row.note, row.length, row.carried_from) for row in added] == [
        ("Remis", "Voir", 10, put_off)
    ]
    assert keys(meeting, by) == set()
    assert add_proposed(meeting=meeting, by=by, keys=[f"point-{put_off.pk}"]) == []


def test_point_whose_outcome_nobody_told_is_proposed_after_the_meeting_just_before(
    by: User,
) -> None:
    earlier = make_meeting(BEFORE, group=make_group())
    meeting = make_meeting(DAY, previous=earlier)
    item = add_item(meeting=earlier, by=by, title="Oublié")
    proposal = proposals_for(meeting, by)[0]
    assert (proposal.key, proposal.is_checked) == (f"point-{item.pk}", False)


def test_minutes_not_adopted_of_earlier_meetings_are_proposed(by: User) -> None:
    meeting = make_meeting(DAY)
    wanted = make_minutes(make_meeting(BEFORE))
    make_minutes(make_meeting(BEFORE), status=MinutesStatus.DRAFT)
    make_minutes(make_meeting(BEFORE), status=MinutesStatus.ADOPTED)
    make_minutes(make_meeting(AFTER))
    assert keys(meeting, by) == {f"minutes-{wanted.pk}"}
    [item] = add_proposed(meeting=meeting, by=by, keys=keys(meeting, by))
    assert item.minutes == wanted
    assert wanted.meeting.title not in item.title
    assert keys(meeting, by) == set()


def test_follow_ups_due_by_then_and_not_done_are_proposed(by: User) -> None:
    meeting = make_meeting(DAY)
    due = make_follow_up(due_on=DAY)
    make_follow_up(due_on=AFTER)
    make_follow_up(due_on=None)
    make_follow_up(done_on=BEFORE)
    assert {key for key in keys(meeting, by) if "follow" in key} == {f"follow-up-{due.pk}"}
    add_proposed(meeting=meeting, by=by, keys=keys(meeting, by))
    assert not {key for key in keys(meeting, by) if "follow" in key}


def test_applications_to_hear_are_proposed(by: User) -> None:
    meeting = make_meeting(DAY)
    wanted = make_application(name="Candidate-secrète", **HEARD)
    make_application(state=ApplicationState.COMPLETE)
    assert keys(meeting, by) == {f"application-{wanted.pk}"}
    [item] = add_proposed(meeting=meeting, by=by, keys=keys(meeting, by))
    assert item.application == wanted
    assert "Candidate" not in item.title.replace("Candidature", "")


def test_what_a_reader_may_not_see_stays_out_of_the_words_of_the_point(
    client_as: ClientAs, by: User
) -> None:
    """The text of a follow-up of a restricted section is shown to whoever may read the section, alone."""
    named = make_user(Role.MEMBER)
    section = make_section(audience=Audience.NAMED, people=[named])
    follow_up = make_follow_up(section, text="Texte-réservé")
    meeting = make_meeting(DAY)
    add_proposed(meeting=meeting, by=by, keys=[f"follow-up-{follow_up.pk}"])
    address = meeting.get_absolute_url()
    seen = [
        "Texte-réservé" in client_as(who).get(address).content.decode()
        for who in (named, Role.MEMBER, Role.SECRETARIAT)
    ]
    assert seen == [True, False, True]


def test_member_prepares_nothing(by: User) -> None:
    meeting = make_meeting(DAY)
    wanted = make_minutes(make_meeting(BEFORE))
    with pytest.raises(PermissionDenied):
        add_proposed(meeting=meeting, by=make_user(Role.MEMBER), keys=[f"minutes-{wanted.pk}"])
    assert not meeting.agenda.exists()


def test_page_proposes_and_adds_what_is_ticked(client_as: ClientAs) -> None:
    meeting = make_meeting(DAY)
    first, second = make_minutes(make_meeting(BEFORE)), make_minutes(make_meeting(BEFORE))
    client = client_as(Role.SECRETARIAT)
    address = reverse("meetings:agenda-prepare", args=[meeting.slug])
    text = client.get(address).content.decode()
    assert f'value="minutes-{first.pk}" checked' in text
    response = client.post(address, {"proposals": [f"minutes-{second.pk}"]})
    assert response.headers["Location"] == reverse("meetings:agenda", args=[meeting.slug])
    assert meeting.agenda.get().minutes == second
    client.post(address, {"proposals": ["nonsense", f"minutes-{first.pk}'--"]})
    assert meeting.agenda.count() == 1


def test_proposals_take_as_many_queries_for_twenty(by: User) -> None:
    meeting = make_meeting(DAY)
    counts = []
    for number in (1, 19):
        for _rank in range(number):
            make_application(**HEARD)
            make_follow_up(make_section(make_minutes(make_meeting(BEFORE))))
            item = add_item(meeting=make_meeting(BEFORE), by=None, title="Remis")
            set_outcome(item=item, by=by, outcome=Outcome.POSTPONED)
        with CaptureQueriesContext(connection) as queries:
            proposals_for(meeting, by)
        counts.append(len(queries))
    assert counts[0] == counts[1]

"""What meetings hold about a person goes into what that person may take away, and nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.enums import Answer
from meetings.models import Annotation, Attendance, CalendarLink, Correction, MinutesVisit
from members.services.own_data import own_data
from tests.factories import make_association, make_invitee, make_section, make_user

if TYPE_CHECKING:
    from members.models import User

pytestmark = pytest.mark.django_db


def hold_something_about(person: User) -> None:
    section = make_section(text="Ce que dit le compte-rendu.")
    meeting = section.minutes.meeting
    make_invitee(meeting, person, answer=Answer.PRESENT, answered_at=timezone.now())
    Attendance.objects.create(meeting=meeting, association=make_association(), person=person)
    Annotation.objects.create(
        section=section, author=person, passage="Ce que dit", text="Ma remarque"
    )
    Correction.objects.create(
        section=section, author=person, passage="Ce que dit", replacement="Ce que disait"
    )
    MinutesVisit.objects.create(minutes=section.minutes, person=person, last_at=timezone.now())


def test_person_takes_away_what_they_wrote_and_answered() -> None:
    person = make_user()
    for one in (person, make_user()):
        hold_something_about(one)
    CalendarLink.objects.create(person=person, secret_sha256="0" * 64)
    data = own_data(person)
    assert [row["answer"] for row in data["meetings_asked_to"]] == [Answer.PRESENT]
    assert len(data["meetings_attended"]) == len(data["minutes_read"]) == 1
    assert [row["text"] for row in data["annotations"]] == ["Ma remarque"]
    assert [row["replacement"] for row in data["corrections"]] == ["Ce que disait"]
    assert len(data["calendar_links"]) == 1
    # The passage is of minutes that they may no longer read; the fingerprint opens a door.
    assert "Ce que dit le" not in str(data)
    assert "0" * 64 not in str(data)


def test_own_data_takes_as_many_queries_whatever_the_rows() -> None:
    person = make_user()

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            own_data(person)
        return len(queries)

    hold_something_about(person)
    before = count()
    for _number in range(3):
        hold_something_about(person)
    assert count() == before

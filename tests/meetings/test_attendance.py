"""Who was there: the quick list, everybody else, on whose behalf on that day, the quorum."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.versions import StaleRowError
from meetings.enums import Answer, Capacity, Presence
from meetings.models import Attendance, Meeting
from meetings.quorum import quorum_of
from meetings.services.attendance import (
    add_attendance,
    delete_attendance,
    edit_attendance,
    lines_of,
    save_lines,
    stamp_of,
)
from members.enums import MandateKind, Role
from tests.factories import (
    make_association,
    make_institution,
    make_invitee,
    make_mandate,
    make_meeting,
    make_session,
    make_user,
)

if TYPE_CHECKING:
    from members.models import Association, User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
DAY = dt.date(2014, 12, 17)


@pytest.fixture
def by() -> User:
    return make_user(Role.SECRETARIAT)


def answered(meeting: Meeting, answer: Answer, association: Association, **fields: Any) -> User:
    person = make_user(Role.GUEST)
    make_mandate(person, association, kind=MandateKind.ALTERNATE)
    make_invitee(
        meeting,
        person,
        association=association,
        answer=answer,
        answered_at=timezone.now(),
        **fields,
    )
    return person


def test_list_of_attendance_holds_every_kind_of_line(by: User) -> None:
    meeting = make_meeting(DAY)
    association, ministry = make_association(), make_institution()
    add_attendance(meeting=meeting, by=by, association=association)
    add_attendance(
        meeting=meeting,
        by=by,
        institution=ministry,
        function="Directrice",
        capacity=Capacity.INTERLOCUTOR,
    )
    add_attendance(meeting=meeting, by=None, label="Un institut", capacity=Capacity.GUEST)
    assert [str(row) for row in meeting.attendances.all()] == [
        str(association),
        str(ministry),
        "Un institut",
    ]
    assert [row.position for row in meeting.attendances.all()] == [1, 2, 3]


def test_person_stands_for_who_they_represented_on_that_day(by: User) -> None:
    meeting, association = make_meeting(DAY), make_association()
    former = make_user(Role.GUEST)
    make_mandate(former, association, until=DAY + dt.timedelta(days=1))
    later = make_user(Role.GUEST)
    make_mandate(later, association, since=DAY + dt.timedelta(days=1))
    row = add_attendance(meeting=meeting, by=by, association=association, person=former)
    assert row.person == former
    with pytest.raises(ValidationError) as refused:
        edit_attendance(attendance=row, by=by, association=association, person=later)
    assert set(refused.value.message_dict) == {"person"}
    # On its second day somebody else came.
    second = make_session(meeting, on=DAY + dt.timedelta(days=2))
    add_attendance(meeting=meeting, by=by, association=association, person=later, session=second)
    assert meeting.attendances.count() == 2


def test_lines_that_make_no_sense_are_refused(by: User) -> None:
    meeting, one, two = make_meeting(DAY), make_association(), make_association()
    elsewhere = make_meeting().sessions.get()
    add_attendance(meeting=meeting, by=by, association=one)
    wrong: list[dict[str, Any]] = [
        {},
        {"association": one},
        {"association": two, "institution": make_institution()},
        {"association": two, "name": "Une personne"},
        {"association": two, "represented_by": one},
        {"association": two, "presence": Presence.REPRESENTED, "represented_by": two},
        {"institution": make_institution(), "presence": Presence.REPRESENTED},
        {"association": two, "session": elsewhere},
        {"association": two, "presence": "late"},
    ]
    for fields in wrong:
        with pytest.raises(ValidationError):
            add_attendance(meeting=meeting, by=by, **fields)
    assert meeting.attendances.count() == 1


def test_member_writes_nothing_down() -> None:
    member, meeting = make_user(Role.MEMBER), make_meeting(DAY)
    row = add_attendance(meeting=meeting, by=None, association=make_association())
    for change in (
        lambda: add_attendance(meeting=meeting, by=member, label="x"),
        lambda: edit_attendance(attendance=row, by=member, label="x"),
        lambda: delete_attendance(attendance=row, by=member),
        lambda: save_lines(meeting=meeting, by=member, stamp=stamp_of(meeting), lines=[]),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert Attendance.objects.get().label == ""


def test_quorum_counts_each_association_once_present_or_represented(by: User) -> None:
    meeting = make_meeting(DAY, quorum=2)
    first, second, third = make_association(), make_association(), make_association()
    session = meeting.sessions.get()

    def quorum() -> tuple[int, bool]:
        counted = quorum_of(meeting, meeting.attendances.all())
        assert counted is not None
        return counted.counted, counted.is_reached

    add_attendance(meeting=meeting, by=by, association=first)
    add_attendance(meeting=meeting, by=by, association=first, session=session)
    add_attendance(meeting=meeting, by=by, association=second, presence=Presence.EXCUSED)
    add_attendance(meeting=meeting, by=by, association=third, capacity=Capacity.GUEST)
    add_attendance(meeting=meeting, by=by, institution=make_institution())
    assert quorum() == (1, False)
    row = meeting.attendances.get(association=second)
    edit_attendance(
        attendance=row,
        by=by,
        association=second,
        presence=Presence.REPRESENTED,
        represented_by=first,
    )
    assert quorum() == (2, True)
    assert quorum_of(make_meeting(), []) is None


# --- The quick list ---------------------------------------------------------------------------------------------------


def test_quick_list_is_proposed_from_the_answers() -> None:
    meeting = make_meeting(DAY)
    coming, excused, represented, silent = (make_association() for _rank in range(4))
    gone = make_association(left_on=DAY)
    person = answered(meeting, Answer.PRESENT, coming)
    answered(meeting, Answer.EXCUSED, coming)
    answered(meeting, Answer.EXCUSED, excused)
    answered(meeting, Answer.REPRESENTED, represented, represented_by=coming)
    lines = {line.association: line for line in lines_of(meeting)}
    assert gone not in lines
    assert (lines[coming].presence, lines[coming].person) == (Presence.PRESENT, person)
    assert lines[excused].presence == Presence.EXCUSED
    assert (lines[represented].presence, lines[represented].represented_by) == (
        Presence.REPRESENTED,
        coming,
    )
    assert lines[silent].presence == ""


def test_quick_list_is_saved_at_once_and_refused_on_an_old_list(by: User) -> None:
    meeting, association = make_meeting(DAY), make_association()
    stamp, [line] = stamp_of(meeting), lines_of(meeting)
    line.presence = str(Presence.PRESENT)
    save_lines(meeting=meeting, by=by, stamp=stamp, lines=[line])
    row = meeting.attendances.get()
    assert (row.association, row.presence) == (association, Presence.PRESENT)
    with pytest.raises(StaleRowError):
        save_lines(meeting=meeting, by=by, stamp=stamp, lines=[line])
    [written] = lines_of(meeting)
    save_lines(meeting=meeting, by=by, stamp=stamp_of(meeting), lines=[written])
    assert row.history.count() == 1
    written.presence = ""
    save_lines(meeting=meeting, by=by, stamp=stamp_of(meeting), lines=[written])
    assert not meeting.attendances.exists()


def test_page_writes_the_list_without_a_script(client_as: ClientAs) -> None:
    meeting, one, two = make_meeting(DAY), make_association(), make_association()
    client = client_as(Role.SECRETARIAT)
    address = reverse("meetings:attendance", args=[meeting.slug])
    assert client.get(address).status_code == 200
    data = {
        "stamp": 0,
        f"a{one.pk}-presence": "present",
        f"a{two.pk}-presence": "represented",
        f"a{two.pk}-represented_by": one.pk,
    }
    for wrong in ({f"a{one.pk}-presence": "late"}, {f"a{two.pk}-represented_by": two.pk}):
        assert client.post(address, {**data, **wrong}).status_code == 422
    assert not meeting.attendances.exists()
    assert client.post(address, data).status_code == 302
    rows = {row.association: row for row in meeting.attendances.all()}
    assert rows[two].represented_by == one
    stale = client.post(address, {**data, f"a{one.pk}-presence": "excused"})
    assert stale.status_code == 409
    assert "<ins>" in stale.content.decode()
    for broken in ("x", "9" * 40, ""):
        assert client.post(address, {**data, "stamp": broken}).status_code == 409
    assert rows[one].history.count() == 1


def test_others_are_added_corrected_and_taken_off(client_as: ClientAs) -> None:
    meeting, ministry = make_meeting(DAY), make_institution()
    client = client_as(Role.SECRETARIAT)
    add = reverse("meetings:attendance-add", args=[meeting.slug])
    data = {
        "institution": ministry.pk,
        "function": "Directrice",
        "capacity": "interlocutor",
        "presence": "present",
    }
    assert client.get(add).status_code == 200
    assert client.post(add, {**data, "institution": ""}).status_code == 422
    assert client.post(add, data).status_code == 302
    row = meeting.attendances.get()
    edit = reverse("meetings:attendance-edit", args=[meeting.slug, row.pk])
    assert client.get(edit).status_code == 200
    assert client.post(edit, {**data, "function": "Cheffe de bureau"}).status_code == 302
    row.refresh_from_db()
    assert row.function == "Cheffe de bureau"
    text = client.get(reverse("meetings:attendance", args=[meeting.slug])).content.decode()
    assert "Cheffe de bureau" in text
    delete = reverse("meetings:attendance-delete", args=[meeting.slug, row.pk])
    assert client.get(delete).status_code == 200
    assert client.post(delete).status_code == 302
    assert not meeting.attendances.exists()


def test_members_read_who_was_there_and_guests_do_not(client_as: ClientAs) -> None:
    guest = make_user(Role.GUEST)
    meeting = make_meeting(DAY, quorum=1)
    make_invitee(meeting, guest)
    add_attendance(
        meeting=meeting, by=None, institution=make_institution(), function="Fonction-lue"
    )
    seen = {
        who: "Fonction-lue" in client_as(who).get(meeting.get_absolute_url()).content.decode()
        for who in (Role.MEMBER, guest)
    }
    assert seen == {Role.MEMBER: True, guest: False}


def test_page_of_attendance_makes_as_many_queries_for_twenty(client_as: ClientAs) -> None:
    meeting, client = make_meeting(DAY), client_as(Role.SECRETARIAT)
    address = reverse("meetings:attendance", args=[meeting.slug])
    counts = []
    for number in (1, 19):
        for _rank in range(number):
            association = make_association()
            answered(meeting, Answer.PRESENT, association)
            add_attendance(meeting=meeting, by=None, association=association)
            add_attendance(meeting=meeting, by=None, label="Un institut")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]

"""What the tables refuse, and who may read which meeting and which section."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from meetings.enums import MinutesStatus, StepKind
from meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    Erratum,
    Meeting,
    Minutes,
    MinutesSection,
    MinutesStep,
    Session,
)
from members.enums import Audience, Role
from tests.factories import (
    FOUND_ON,
    make_association,
    make_institution,
    make_invitee,
    make_meeting,
    make_minutes,
    make_section,
    make_session,
    make_user,
)

if TYPE_CHECKING:
    from members.models import User

pytestmark = pytest.mark.django_db
NINE, TEN = dt.time(9), dt.time(10)


def test_session_cannot_end_before_it_begins() -> None:
    meeting = make_meeting(None)
    with pytest.raises(ValidationError, match="commenc"):
        Session(meeting=meeting, on=FOUND_ON, starts_at=TEN, ends_at=NINE).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.create(meeting=meeting, on=FOUND_ON, starts_at=TEN, ends_at=NINE)
    with pytest.raises(ValidationError, match="heure"):
        Session(meeting=meeting, on=FOUND_ON, ends_at=NINE).full_clean()


def test_agenda_points_cannot_stand_in_a_circle() -> None:
    meeting = make_meeting()
    one = AgendaItem.objects.create(meeting=meeting, title="Un")
    two = AgendaItem.objects.create(meeting=meeting, title="Deux", parent=one)
    one.parent = two
    with pytest.raises(ValidationError, match="en rond"):
        one.full_clean()
    two.parent = AgendaItem.objects.create(meeting=make_meeting(), title="Ailleurs")
    with pytest.raises(ValidationError, match="autre réunion"):
        two.full_clean()


def test_attendance_is_of_an_association_or_an_institution() -> None:
    meeting = make_meeting()
    for wrong in (
        {},
        {"association": make_association(), "institution": make_institution()},
        {"association": make_association(), "name": "Quelqu’un"},
    ):
        with pytest.raises(ValidationError):
            Attendance(meeting=meeting, **wrong).full_clean()
    Attendance(meeting=meeting, institution=make_institution(), name="Ministre").full_clean()


def test_minutes_are_adopted_by_another_meeting() -> None:
    meeting = make_meeting()
    with pytest.raises(ValidationError, match="ultérieure"):
        Minutes(
            meeting=meeting,
            status=MinutesStatus.ADOPTED,
            circulated_at=timezone.now(),
            adopted_at_meeting=meeting,
            adopted_on=FOUND_ON,
        ).full_clean()


def test_text_of_adopted_minutes_cannot_be_changed_by_anyone() -> None:
    section = make_section(make_minutes(status=MinutesStatus.ADOPTED))
    rows = MinutesSection.objects.filter(pk=section.pk)
    for change in ({"text": "Autre"}, {"heading": "Autre"}, {"is_locked": False}):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        rows.delete()
    rows.update(audience=Audience.PUBLIC)


def test_decision_of_adopted_minutes_cannot_be_changed_by_anyone() -> None:
    section = make_section(make_minutes(status=MinutesStatus.ADOPTED))
    decision = Decision.objects.create(section=section, text="Écrire", is_locked=True)
    for change in ({"text": "Autre"}, {"votes_for": 1}):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(**change)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).delete()


def test_steps_and_errata_are_facts() -> None:
    section = make_section()
    step = MinutesStep.objects.create(
        minutes=section.minutes, kind=StepKind.CIRCULATED, at=timezone.now()
    )
    erratum = Erratum.objects.create(
        section=section, on=FOUND_ON, text="Lire.", added_by=make_user(Role.SECRETARIAT)
    )
    for row in (step, erratum):
        rows = type(row)._default_manager.filter(pk=row.pk)
        for change in (rows.delete, lambda rows=rows: rows.update(id=10**6)):
            with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                change()


def test_reader_sees_the_meetings_that_the_table_gives_them() -> None:
    hidden, public, asked = make_meeting(), make_meeting(is_public=True), make_meeting()
    guest = make_user(Role.GUEST)
    make_invitee(asked, guest)
    seen: dict[str, User | AnonymousUser] = {
        "stranger": AnonymousUser(),
        "administrator": make_user(Role.ADMINISTRATOR),
        "guest": guest,
        "member": make_user(Role.MEMBER),
        "secretariat": make_user(Role.SECRETARIAT),
    }
    assert {who: set(Meeting.objects.visible_to(user)) for who, user in seen.items()} == {
        "stranger": {public},
        "administrator": {public},
        "guest": {public, asked},
        "member": {hidden, public, asked},
        "secretariat": {hidden, public, asked},
    }


@pytest.mark.parametrize("status", MinutesStatus.values)
@pytest.mark.parametrize("audience", Audience.values)
@pytest.mark.parametrize("is_public", [True, False])
def test_reader_sees_the_sections_that_audience_and_state_give_them(
    status: str, audience: str, *, is_public: bool
) -> None:
    guest, named, other = make_user(Role.GUEST), make_user(), make_user()
    meeting = make_meeting(is_public=is_public)
    make_invitee(meeting, guest)
    section = make_section(
        make_minutes(meeting, status=status), audience=audience, people=[guest, named]
    )
    shown = status != MinutesStatus.DRAFT
    told = status == MinutesStatus.ADOPTED and audience == Audience.PUBLIC and is_public
    is_named = shown and audience == Audience.NAMED
    expected: dict[User | AnonymousUser, bool] = {
        AnonymousUser(): told,
        make_user(Role.ADMINISTRATOR): told,
        guest: told or is_named,
        named: is_named or (shown and audience in {Audience.PUBLIC, Audience.MEMBERS}),
        other: shown and audience in {Audience.PUBLIC, Audience.MEMBERS},
        make_user(Role.SECRETARIAT): True,
        make_user(Role.COORDINATOR): True,
    }
    for user, may in expected.items():
        assert MinutesSection.objects.visible_to(user).filter(pk=section.pk).exists() is may, user
        minutes = Minutes.objects.visible_to(user).filter(pk=section.minutes_id).exists()
        is_reader = getattr(user, "role", "") == Role.MEMBER and shown
        assert minutes is (may or is_reader), user


def test_guest_named_in_a_section_reads_it_only_if_asked_to_that_meeting() -> None:
    guest = make_user(Role.GUEST)
    section = make_section(audience=Audience.NAMED, people=[guest])
    assert not MinutesSection.objects.visible_to(guest).exists()
    make_invitee(section.minutes.meeting, guest)
    assert list(MinutesSection.objects.visible_to(guest)) == [section]


def test_section_is_said_on_the_day_of_its_session() -> None:
    meeting = make_meeting(dt.date(2014, 10, 22))
    later = make_session(meeting, on=dt.date(2015, 1, 5))
    minutes = make_minutes(meeting)
    make_section(minutes), make_section(minutes, session=later)
    days = MinutesSection.objects.with_day().values_list("said_on", flat=True)
    assert list(days) == [dt.date(2014, 10, 22), dt.date(2015, 1, 5)]

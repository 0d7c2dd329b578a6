"""Asking people to a meeting: whom, once, by mail with a calendar file; what they answer."""

from __future__ import annotations

import datetime as dt
import re
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import pytest
import vobject
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone

from common.versions import StaleRowError
from meetings.enums import Answer
from meetings.models import Invitee, Meeting
from meetings.services.agenda import add_item
from meetings.services.convocations import (
    answer_convocation,
    cancel_meeting,
    convene,
    recipients,
    send_waiting,
)
from meetings.services.meetings import SessionFacts, edit_meeting
from members.enums import Role
from tests.factories import (
    make_application,
    make_association,
    make_group,
    make_group_membership,
    make_invitee,
    make_mandate,
    make_meeting,
    make_minutes,
    make_session,
    make_stranger,
    make_user,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import DjangoCaptureOnCommitCallbacks

    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db


def soon(**fields: Any) -> Meeting:
    return make_meeting(timezone.localdate() + dt.timedelta(days=10), **fields)


@pytest.fixture
def by() -> User:
    return make_user(Role.SECRETARIAT)


def file_of(message: Any) -> str:
    """The calendar file, taken out of the mail as it would arrive."""
    parts: Any = message_from_bytes(message.message().as_bytes()).get_payload()
    part = parts[1]
    assert part.get_content_type() == "text/calendar"
    assert part.get_filename() == "invitation.ics"
    return bytes(part.get_payload(decode=True)).decode()


def sent_to() -> list[str]:
    return sorted(address for message in mail.outbox for address in message.to)


# --- Whom -------------------------------------------------------------------------------------------------------------


def test_those_who_hold_a_mandate_that_day_are_asked() -> None:
    member, today = make_user(Role.MEMBER), timezone.localdate()
    former = make_stranger()
    make_mandate(former, until=today)
    shut = make_user(Role.MEMBER, is_active=False)
    make_user(Role.GUEST)
    asked = recipients(soon(), today)
    assert list(asked) == [member]
    assert asked[member] == member.mandates.get().association
    assert former not in recipients(soon(), today + dt.timedelta(days=1))
    assert shut not in asked


def test_of_a_group_its_associations_and_its_people_are_asked() -> None:
    group, today = make_group(), timezone.localdate()
    inside, alone = make_user(Role.MEMBER), make_user(Role.MEMBER)
    make_user(Role.MEMBER)
    association = inside.mandates.get().association
    make_group_membership(group, association=association)
    make_group_membership(group, person=alone)
    asked = recipients(soon(group=group), today)
    assert asked == {inside: association, alone: None}


def test_convocation_leaves_once_to_each_with_its_file(
    by: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    members = [make_user(Role.MEMBER), make_user(Role.MEMBER)]
    guest = make_user(Role.GUEST)
    meeting = soon(title="Réunion plénière", purpose="Le but")
    add_item(meeting=meeting, by=by, title="Le premier point")
    with django_capture_on_commit_callbacks() as queued:
        convened = convene(meeting=meeting, version=1, by=by, guests=[guest])
    assert len(queued) == 1
    assert mail.outbox == []
    assert (convened.version, convened.convened_at is not None) == (2, True)
    assert send_waiting(meeting.pk) == 3
    assert send_waiting(meeting.pk) == 0
    assert sent_to() == sorted(person.email for person in [*members, guest])
    message = mail.outbox[0]
    assert "Réunion plénière" in message.subject
    assert all(word in message.body for word in ("Le but", "1 Le premier point"))
    assert f"{meeting.get_absolute_url()}" in message.body
    assert "SUMMARY:Réunion plénière" in file_of(message)


def test_second_click_sends_nothing(by: User) -> None:
    make_user(Role.MEMBER)
    meeting = soon()
    convene(meeting=meeting, version=1, by=by)
    with pytest.raises(StaleRowError):
        convene(meeting=meeting, version=1, by=by, is_repeated=True)
    assert send_waiting(meeting.pk) == 1


def test_mail_that_did_not_leave_waits_and_leaves_alone(
    by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused, taken = make_user(Role.MEMBER), make_user(Role.MEMBER)
    meeting = soon()
    convene(meeting=meeting, version=1, by=by)
    send = EmailBackend.send_messages

    def out_of_order(backend: EmailBackend, messages: list[Any]) -> int:
        if refused.email in messages[0].to:
            raise OSError("no such mailbox")
        return int(send(backend, messages))

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", out_of_order)
        assert send_waiting(meeting.pk) == 1
    assert sent_to() == [taken.email]
    assert Invitee.objects.get(person=refused).sent_at is None
    convene(meeting=meeting, version=2, by=by)
    assert send_waiting(meeting.pk) == 1
    assert sent_to() == sorted([taken.email, refused.email])


def test_who_lost_the_mandate_meanwhile_is_not_written_to(by: User) -> None:
    member = make_user(Role.MEMBER)
    meeting = soon()
    convene(meeting=meeting, version=1, by=by)
    mandate = member.mandates.get()
    mandate.until = timezone.localdate()
    mandate.save()
    assert send_waiting(meeting.pk) == 0


def test_change_is_sent_again_on_demand_with_a_higher_number(by: User) -> None:
    make_user(Role.MEMBER)
    meeting = soon()
    convene(meeting=meeting, version=1, by=by)
    send_waiting(meeting.pk)
    convene(meeting=meeting, version=2, by=by)
    assert send_waiting(meeting.pk) == 0
    convene(meeting=meeting, version=3, by=by, is_repeated=True)
    assert send_waiting(meeting.pk) == 1
    numbers = [
        int(re.search(r"SEQUENCE:(\d+)", file_of(message))[1])  # type: ignore[index]
        for message in mail.outbox
    ]
    assert numbers == sorted(set(numbers))


def test_cancelling_tells_those_who_were_asked_and_nobody_else(by: User) -> None:
    member = make_user(Role.MEMBER)
    meeting = soon()
    convene(meeting=meeting, version=1, by=by)
    send_waiting(meeting.pk)
    mail.outbox.clear()
    cancel_meeting(meeting=meeting, version=2, by=by)
    assert send_waiting(meeting.pk) == 1
    assert sent_to() == [member.email]
    content = file_of(mail.outbox[0])
    assert "METHOD:CANCEL" in content
    assert "STATUS:CANCELLED" in content
    untold = soon()
    cancel_meeting(meeting=untold, version=1, by=by)
    assert send_waiting(untold.pk) == 0


def test_what_cannot_be_convened_or_cancelled(by: User) -> None:
    member, guest = make_user(Role.MEMBER), make_user(Role.GUEST)
    past, cancelled, meeting = make_meeting(), soon(cancelled_at=timezone.now()), soon()
    for wrong in (past, cancelled):
        with pytest.raises(ValidationError):
            convene(meeting=wrong, version=1, by=by)
    with pytest.raises(ValidationError):
        cancel_meeting(meeting=cancelled, version=1, by=by)
    with pytest.raises(ValidationError):
        cancel_meeting(meeting=make_minutes().meeting, version=1, by=by)
    with pytest.raises(ValidationError):
        convene(meeting=meeting, version=1, by=by, guests=[member])
    for verb in (convene, cancel_meeting):
        for who in (member, guest):
            with pytest.raises(PermissionDenied):
                verb(meeting=meeting, version=1, by=who)
    assert not Invitee.objects.exists()


def test_nobody_to_ask_is_said(by: User) -> None:
    with pytest.raises(ValidationError):
        convene(meeting=soon(), version=1, by=by)


def test_mail_to_a_guest_names_no_candidate(by: User) -> None:
    guest = make_user(Role.GUEST)
    meeting = soon()
    application = make_application(name="Candidate-secrète")
    add_item(meeting=meeting, by=by, title="Candidature à examiner", application=application)
    convene(meeting=meeting, version=1, by=by, guests=[guest])
    send_waiting(meeting.pk)
    assert "Candidate-secrète" not in mail.outbox[0].body


# --- Answers ----------------------------------------------------------------------------------------------------------


def asked(meeting: Meeting | None = None) -> Invitee:
    person = make_user(Role.MEMBER)
    association = person.mandates.get().association
    return make_invitee(meeting or soon(), person, association=association)


def test_somebody_answers_and_changes_their_answer() -> None:
    row, other = asked(), make_association()
    say: Callable[..., Invitee] = lambda **fields: answer_convocation(  # noqa: E731
        meeting=row.meeting, by=row.person, person=row.person, **fields
    )
    saved = say(answer=Answer.REPRESENTED, represented_by=other)
    assert (saved.answer, saved.represented_by) == (Answer.REPRESENTED, other)
    saved = say(answer=Answer.PRESENT, represented_by=other)
    assert (saved.answer, saved.represented_by) == (Answer.PRESENT, None)
    assert saved.answered_at is not None


def test_secretariat_answers_for_somebody_and_nobody_else_does(by: User) -> None:
    row = asked()
    answer_convocation(meeting=row.meeting, by=by, person=row.person, answer=Answer.EXCUSED)
    with pytest.raises(PermissionDenied):
        answer_convocation(
            meeting=row.meeting,
            by=make_user(Role.MEMBER),
            person=row.person,
            answer=Answer.PRESENT,
        )
    row.refresh_from_db()
    assert row.answer == Answer.EXCUSED


def test_answers_that_make_no_sense_are_refused(by: User) -> None:
    row = asked()
    late = asked(make_meeting())
    guest = make_user(Role.GUEST)
    invited = make_invitee(row.meeting, guest)
    wrong: list[tuple[Invitee, dict[str, Any]]] = [
        (row, {"answer": Answer.REPRESENTED, "represented_by": row.association}),
        (row, {"answer": Answer.REPRESENTED}),
        (row, {"answer": "perhaps"}),
        (late, {"answer": Answer.PRESENT}),
        (invited, {"answer": Answer.REPRESENTED, "represented_by": make_association()}),
    ]
    for invitee, fields in wrong:
        with pytest.raises(ValidationError):
            answer_convocation(
                meeting=invitee.meeting, by=invitee.person, person=invitee.person, **fields
            )
    with pytest.raises(ValidationError):
        answer_convocation(meeting=row.meeting, by=by, person=by, answer=Answer.PRESENT)
    assert not Invitee.objects.exclude(answer="").exists()


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_secretariat_convenes_from_the_page(client_as: ClientAs) -> None:
    member, guest = make_user(Role.MEMBER), make_user(Role.GUEST)
    make_user(Role.GUEST)
    meeting = soon()
    client = client_as(Role.SECRETARIAT)
    address = reverse("meetings:convene", args=[meeting.slug])
    assert member.name in client.get(address).content.decode()
    data = {"version": 1, "guests": [guest.pk]}
    assert client.post(address, {"guests": [guest.pk]}).status_code == 422
    assert client.post(address, {**data, "guests": [member.pk]}).status_code == 422
    assert not Invitee.objects.exists()
    assert client.post(address, data).status_code == 302
    assert client.post(address, data).status_code == 409
    assert set(meeting.invitees.values_list("person", flat=True)) == {member.pk, guest.pk}
    assert client.get(address).status_code == 200
    assert client.get(meeting.get_absolute_url()).status_code == 200


def test_guest_answers_on_the_page_and_cannot_be_represented(client_as: ClientAs) -> None:
    guest = make_user(Role.GUEST)
    row = make_invitee(soon(), guest)
    client = client_as(guest)
    address = reverse("meetings:answer", args=[row.meeting.slug])
    assert 'value="represented"' not in client.get(address).content.decode()
    assert client.post(address, {"answer": "represented"}).status_code == 422
    assert client.post(address, {"answer": "present"}).status_code == 302
    row.refresh_from_db()
    assert row.answer == Answer.PRESENT


def test_member_answers_on_the_page(client_as: ClientAs) -> None:
    row = asked()
    client = client_as(row.person)
    address = reverse("meetings:answer", args=[row.meeting.slug])
    assert address in client.get(row.meeting.get_absolute_url()).content.decode()
    own = row.association.pk if row.association else 0
    for wrong in ({}, {"answer": "represented"}, {"answer": "represented", "represented_by": own}):
        assert client.post(address, wrong).status_code == 422
    assert client.post(address, {"answer": "excused"}).status_code == 302
    row.refresh_from_db()
    assert row.answer == Answer.EXCUSED


def test_answer_is_for_who_was_asked(client_as: ClientAs) -> None:
    row = asked(soon(is_public=True))
    own = reverse("meetings:answer", args=[row.meeting.slug])
    theirs = reverse("meetings:answer-for", args=[row.meeting.slug, row.person.pk])
    found = {
        who: (client_as(who).get(own).status_code, client_as(who).get(theirs).status_code)
        for who in (Role.SECRETARIAT, Role.MEMBER, Role.GUEST, Role.ADMINISTRATOR, None)
    }
    assert found == {
        Role.SECRETARIAT: (403, 200),
        Role.MEMBER: (403, 403),
        Role.GUEST: (404, 403),
        Role.ADMINISTRATOR: (404, 403),
        None: (302, 302),
    }
    client = client_as(Role.SECRETARIAT)
    assert client.post(theirs, {"answer": "excused"}).status_code == 302
    row.refresh_from_db()
    assert row.answer == Answer.EXCUSED


def test_cancelling_is_confirmed_first(client_as: ClientAs) -> None:
    meeting = soon()
    client = client_as(Role.SECRETARIAT)
    address = reverse("meetings:cancel", args=[meeting.slug])
    assert client.get(address).status_code == 200
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"version": 9}).status_code == 409
    assert not Meeting.objects.exclude(cancelled_at=None).exists()
    assert client.post(address, {"version": 1}).status_code == 302
    assert Meeting.objects.exclude(cancelled_at=None).exists()
    assert client.post(address, {"version": 2}).status_code == 422


def test_session_that_is_taken_off_is_cancelled_in_the_next_mail(by: User) -> None:
    make_user(Role.MEMBER)
    meeting = soon(title="Deux jours")
    first = meeting.sessions.get()
    gone = make_session(meeting, on=first.on + dt.timedelta(days=1))
    never_told = make_session(meeting, on=first.on + dt.timedelta(days=2))
    never_told.delete()
    convene(meeting=meeting, version=1, by=by)
    send_waiting(meeting.pk)
    kept = [SessionFacts(on=first.on, pk=first.pk)]
    edit_meeting(meeting=meeting, version=2, by=by, title="Un jour", sessions=kept)
    convene(meeting=meeting, version=3, by=by, is_repeated=True)
    mail.outbox.clear()
    send_waiting(meeting.pk)
    files = {name: content for name, content, _kind in mail.outbox[0].attachments}
    assert list(files) == ["invitation.ics", "annulation.ics"]
    cancelled = vobject.readOne(_text(files["annulation.ics"]))
    assert cancelled.method.value == "CANCEL"
    [event] = cancelled.vevent_list
    assert event.uid.value.startswith(f"{meeting.uid}-{gone.pk}@")
    assert (event.status.value, event.dtstart.value) == ("CANCELLED", gone.on)
    [left] = vobject.readOne(_text(files["invitation.ics"])).vevent_list
    assert left.uid.value.startswith(f"{meeting.uid}-{first.pk}@")


def _text(content: Any) -> str:
    return content.decode() if isinstance(content, bytes) else str(content)

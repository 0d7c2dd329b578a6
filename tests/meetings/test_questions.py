"""Questions sent to an institution before a meeting, and its answers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from common.search.finding import Narrowed, find
from common.search.queries import read_query
from common.versions import StaleRowError
from meetings.models import Question
from meetings.services.questions import add_question, delete_question, edit_question
from members.enums import Audience, Role
from tests.factories import (
    make_association,
    make_institution,
    make_invitee,
    make_measure,
    make_meeting,
    make_user,
)

if TYPE_CHECKING:
    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
QUESTIONS = Narrowed(kinds=(Question,))
SENT, ANSWERED = dt.date(2014, 10, 1), dt.date(2014, 10, 22)


@pytest.fixture
def by() -> User:
    return make_user(Role.SECRETARIAT)


def edit(question: Question, *, by: User, version: int = 1, **changes: Any) -> Question:
    content: dict[str, Any] = {
        "text": question.text,
        "institution": question.institution,
        "association": question.association,
        "measures": [],
        "sent_on": question.sent_on,
        "answer": question.answer,
        "answered_on": question.answered_on,
        "audience": question.audience,
    }
    return edit_question(question=question, version=version, by=by, **{**content, **changes})


def test_question_is_kept_with_its_answer(by: User) -> None:
    measure, ministry, association = make_measure(), make_institution(), make_association()
    meeting = make_meeting()
    question = add_question(
        meeting=meeting,
        by=by,
        text="Quel budget ?",
        institution=ministry,
        association=association,
        measures=[measure],
        sent_on=SENT,
    )
    question = edit(question, by=by, answer="Celui de 2015.", answered_on=ANSWERED)
    assert (question.institution, question.association) == (ministry, association)
    assert (question.answer, question.version) == ("Celui de 2015.", 2)


def test_questions_that_make_no_sense_are_refused(by: User) -> None:
    wrong: list[dict[str, Any]] = [
        {"text": ""},
        {"answer": "Oui."},
        {"answered_on": ANSWERED},
        {"answer": "Oui.", "answered_on": SENT, "sent_on": ANSWERED},
        {"audience": Audience.PUBLIC},
        {"audience": Audience.NAMED},
    ]
    for fields in wrong:
        with pytest.raises(ValidationError):
            add_question(meeting=make_meeting(), by=by, **{"text": "Quel budget ?", **fields})
    assert not Question.objects.exists()


def test_member_asks_nothing_here_and_old_readings_are_refused(by: User) -> None:
    member = make_user(Role.MEMBER)
    question = add_question(meeting=make_meeting(), by=None, text="Quel budget ?")
    with pytest.raises(PermissionDenied):
        add_question(meeting=question.meeting, by=member, text="x")
    with pytest.raises(PermissionDenied):
        edit(question, by=member, text="x")
    with pytest.raises(PermissionDenied):
        delete_question(question=question, version=1, by=member)
    with pytest.raises(StaleRowError):
        edit(question, by=by, version=2, text="x")
    with pytest.raises(StaleRowError):
        delete_question(question=question, version=2, by=by)
    assert Question.objects.get().text == "Quel budget ?"


def test_question_is_read_by_whom_it_is_for(client_as: ClientAs) -> None:
    guest, named = make_user(Role.GUEST), make_user(Role.MEMBER)
    meeting = make_meeting(is_public=True)
    make_invitee(meeting, guest)
    add_question(meeting=meeting, by=None, text="Question-commune")
    add_question(
        meeting=meeting,
        by=None,
        text="Question-nommée",
        audience=Audience.NAMED,
        people=[guest, named],
    )
    seen = []
    for who in (None, Role.ADMINISTRATOR, guest, Role.MEMBER, named, Role.SECRETARIAT):
        text = client_as(who).get(meeting.get_absolute_url()).content.decode()
        seen.append(tuple(word for word in ("commune", "nommée") if f"Question-{word}" in text))
    assert seen == [(), (), ("nommée",), ("commune",), ("commune", "nommée"), ("commune", "nommée")]


def test_question_is_written_on_its_pages(client_as: ClientAs) -> None:
    meeting, client = make_meeting(), client_as(Role.SECRETARIAT)
    add = reverse("meetings:question-add", args=[meeting.slug])
    assert client.get(add).status_code == 200
    for wrong in ({"text": ""}, {"audience": "public"}, {"answer": "Oui."}):
        data = {"text": "Quel budget ?", "audience": "members", **wrong}
        assert client.post(add, data).status_code == 422
    assert not Question.objects.exists()
    assert client.post(add, {"text": "Texte lu", "audience": "members"}).status_code == 302
    question = Question.objects.get()
    address = reverse("meetings:question-edit", args=[meeting.slug, question.pk])
    typed = {"version": 1, "text": "Texte mien", "audience": "members"}
    assert client.post(address, {**typed, "text": "Texte autre"}).status_code == 302
    stale = client.post(address, typed)
    assert stale.status_code == 409
    assert "<ins>" in stale.content.decode()
    delete = reverse("meetings:question-delete", args=[meeting.slug, question.pk])
    assert client.get(delete).status_code == 200
    assert client.post(delete, {"version": 1}).status_code == 409
    assert client_as(Role.MEMBER).post(delete, {"version": 2}).status_code == 403
    assert client.post(delete, {"version": 2}).status_code == 302
    assert not Question.objects.exists()


def test_question_is_found_by_whom_it_is_for_until_it_is_taken_off(by: User) -> None:
    question = add_question(
        meeting=make_meeting(),
        by=by,
        text="Quel budget ?",
        answer="Douze **postes**",
        answered_on=ANSWERED,
    )

    def found(who: User, words: str) -> list[int]:
        return [hit.row for hit in find(read_query(words), user=who, narrowed=QUESTIONS).entries]

    member = make_user(Role.MEMBER)
    for words in ("budget", "poste"):
        assert found(member, words) == [question.pk]
        assert found(make_user(Role.GUEST), words) == []
    narrowed = edit(question, by=by, audience=Audience.SECRETARIAT, text="Quelle somme ?")
    assert (found(member, "somme"), found(by, "somme")) == ([], [question.pk])
    delete_question(question=narrowed, version=2, by=by)
    assert found(by, "somme") == []

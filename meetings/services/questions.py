"""Questions sent to institutions before a meeting, and what they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from common.search import forget, index
from meetings.models import Question
from meetings.perms import can_edit_meeting_papers
from meetings.services.papers import check_names, set_names
from members.enums import Audience

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from measures.models import Measure
    from meetings.models import Meeting
    from members.models import Association, User, WorkingGroup
    from plan.models import Institution


@transaction.atomic
def add_question(
    *,
    meeting: Meeting,
    by: User | None,
    text: str,
    institution: Institution | None = None,
    association: Association | None = None,
    measures: Collection[Measure] = (),
    sent_on: dt.date | None = None,
    answer: str = "",
    answered_on: dt.date | None = None,
    audience: str = Audience.MEMBERS,
    people: Collection[User] = (),
    groups: Collection[WorkingGroup] = (),
) -> Question:
    """Keep a question, with its answer when there is one. `by` is None only for commands. Raises ValidationError."""
    _check_may_edit(by)
    question = Question(
        meeting=meeting,
        text=text,
        institution=institution,
        association=association,
        sent_on=sent_on,
        answer=answer,
        answered_on=answered_on,
        audience=audience,
    )
    _save(question, measures, people, groups)
    return question


@transaction.atomic
def edit_question(
    *,
    question: Question,
    version: int,
    by: User,
    text: str,
    institution: Institution | None,
    association: Association | None,
    measures: Collection[Measure],
    sent_on: dt.date | None,
    answer: str,
    answered_on: dt.date | None,
    audience: str,
    people: Collection[User] = (),
    groups: Collection[WorkingGroup] = (),
) -> Question:
    """Save over the version that was read. Raises StaleRowError, ValidationError."""
    _check_may_edit(by)
    current = Question.lock_version(question.pk, version)
    current.text, current.answer, current.audience = text, answer, audience
    current.institution, current.association = institution, association
    current.sent_on, current.answered_on = sent_on, answered_on
    _save(current, measures, people, groups)
    return current


@transaction.atomic
def delete_question(*, question: Question, version: int, by: User) -> None:
    """Take a question off; its history says that there was one. Raises StaleRowError."""
    _check_may_edit(by)
    current = Question.lock_version(question.pk, version)
    forget(current)
    current.delete()


def _check_may_edit(by: User | None) -> None:
    if by is not None and not can_edit_meeting_papers(by):
        raise PermissionDenied


def _save(
    question: Question,
    measures: Collection[Measure],
    people: Collection[User],
    groups: Collection[WorkingGroup],
) -> None:
    if question.audience == Audience.PUBLIC:
        # What the collective asks a ministry is its own until the minutes tell it.
        raise ValidationError({"audience": _("A question is for the members at most.")})
    if question.sent_on and question.answered_on and question.answered_on < question.sent_on:
        raise ValidationError({"answered_on": _("It cannot be answered before it is sent.")})
    check_names(question, people, groups)
    question.full_clean()
    question.save()
    question.measures.set(measures)
    set_names(question, people, groups)
    index(question)

"""What meetings, the sections of their minutes, their papers and their questions are found by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils.text import Truncator

from common.search import Address, Document, register
from common.search.plain import plain_text
from meetings.models import Meeting, MeetingPaper, MinutesSection, Question, Session
from members.enums import Audience

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

# Of a question, which has no other title than its first words.
TITLE_LENGTH = 120


def register_rows() -> None:
    register(
        Meeting,
        number=8,
        rows=_meetings,
        document=_meeting,
        visible=Meeting.objects.visible_to,
        parts=_parts_of_meetings,
    )
    register(
        MinutesSection,
        number=9,
        rows=_sections,
        document=_section,
        visible=MinutesSection.objects.visible_to,
    )
    register(
        MeetingPaper,
        number=10,
        rows=_papers,
        document=_paper,
        visible=MeetingPaper.objects.visible_to,
    )

    register(
        Question,
        number=14,
        rows=_questions,
        document=_question,
        visible=Question.objects.visible_to,
    )


def _meetings() -> QuerySet[Any]:
    return Meeting.objects.prefetch_related(_days(""), "institutions")


def _meeting(meeting: Meeting) -> Document:
    sessions = _sessions(meeting)
    return Document(
        title=meeting.title,
        # Members and guests read what it is for; anyone else its day and its title alone, so that is all it is found by.
        body="",
        address=Address("meetings:detail", (meeting.slug,)),
        dated_on=sessions[0].on if sessions else None,
        is_open=meeting.is_public,
        facets={"institution": [each.pk for each in meeting.institutions.all()]},
    )


def _parts_of_meetings(pks: list[int]) -> Iterable[QuerySet[Any]]:
    """They have its day and its title, and nobody outside finds them before it is made public."""
    yield MinutesSection.objects.filter(minutes__meeting__in=pks)
    yield MeetingPaper.objects.filter(meeting__in=pks)
    yield Question.objects.filter(meeting__in=pks)


def _sections() -> QuerySet[Any]:
    return MinutesSection.objects.select_related("minutes__meeting", "session").prefetch_related(
        _days("minutes__meeting__"), "measures", "institutions", "decisions", "follow_ups", "errata"
    )


def _section(section: MinutesSection) -> Document:
    meeting = section.minutes.meeting
    days = [section.session] if section.session else _sessions(meeting)
    heading = f"{section.number} {section.heading}".strip()
    parts: tuple[Any, ...] = (section.decisions, section.follow_ups, section.errata)
    texts = [section.text, *(each.text for rows in parts for each in rows.all())]
    return Document(
        title=plain_text(heading) or meeting.title,
        body="\n".join(filter(None, map(plain_text, texts))),
        context=meeting.title,
        address=Address("meetings:minutes", (meeting.slug,), f"s{section.pk}"),
        dated_on=days[0].on if days else None,
        is_open=section.audience == Audience.PUBLIC and meeting.is_public,
        facets=_subjects(section),
    )


def _papers() -> QuerySet[Any]:
    return MeetingPaper.objects.select_related("meeting").prefetch_related(
        _days("meeting__"), "measures", "institutions"
    )


def _paper(paper: MeetingPaper) -> Document:
    days = _sessions(paper.meeting)
    return Document(
        title=paper.title,
        body="",
        context=paper.meeting.title,
        address=Address("meetings:detail", (paper.meeting.slug,), f"piece-{paper.pk}"),
        dated_on=paper.dated_on or (days[0].on if days else None),
        is_open=paper.audience == Audience.PUBLIC and paper.meeting.is_public,
        facets=_subjects(paper),
    )


def _questions() -> QuerySet[Any]:
    return Question.objects.select_related("meeting").prefetch_related(
        _days("meeting__"), "measures"
    )


def _question(question: Question) -> Document:
    days = _sessions(question.meeting)
    asked = [question.institution_id] if question.institution_id else []
    return Document(
        title=Truncator(plain_text(question.text)).chars(TITLE_LENGTH),
        body="\n".join(filter(None, (plain_text(question.text), plain_text(question.answer)))),
        context=question.meeting.title,
        address=Address("meetings:detail", (question.meeting.slug,), f"question-{question.pk}"),
        dated_on=question.sent_on or (days[0].on if days else None),
        facets={"measure": [each.pk for each in question.measures.all()], "institution": asked},
    )


def _subjects(row: MinutesSection | MeetingPaper) -> dict[str, Iterable[int]]:
    return {
        "measure": [each.pk for each in row.measures.all()],
        "institution": [each.pk for each in row.institutions.all()],
    }


def _days(path: str) -> Prefetch[Any]:
    return Prefetch(f"{path}sessions", Session.objects.order_by("on", "pk"), to_attr="in_order")


def _sessions(meeting: Meeting) -> list[Session]:
    # Put there by `_days`.
    return meeting.in_order  # type: ignore[attr-defined, no-any-return]

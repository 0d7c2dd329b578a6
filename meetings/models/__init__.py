"""Who met, what was on the agenda, what was said, and what members say of it."""

from meetings.models.agenda import AgendaItem
from meetings.models.attendance import Attendance
from meetings.models.calendars import CalendarLink
from meetings.models.meetings import Invitee, Meeting, Session
from meetings.models.minutes import (
    Decision,
    Erratum,
    FollowUp,
    Minutes,
    MinutesSection,
    MinutesStep,
    MinutesVisit,
)
from meetings.models.papers import MeetingPaper, Question
from meetings.models.remarks import Annotation, Correction

__all__ = [
    "AgendaItem",
    "Annotation",
    "Attendance",
    "CalendarLink",
    "Correction",
    "Decision",
    "Erratum",
    "FollowUp",
    "Invitee",
    "Meeting",
    "MeetingPaper",
    "Minutes",
    "MinutesSection",
    "MinutesStep",
    "MinutesVisit",
    "Question",
    "Session",
]

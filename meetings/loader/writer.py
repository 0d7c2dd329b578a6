"""Writes the meetings of checked files through the services that the pages call."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from measures.importer.report import Report
from measures.importer.rows import refusals
from measures.importer.values import day, day_of, entries, text_of, texts
from meetings.loader.checks import days_of
from meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    FollowUp,
    Meeting,
    MeetingPaper,
    Minutes,
    MinutesSection,
    Question,
)
from meetings.services.agenda import add_item
from meetings.services.attendance import add_attendance
from meetings.services.decisions import add_decision
from meetings.services.follow_ups import add_follow_up
from meetings.services.life import adopt, circulate
from meetings.services.meetings import SessionFacts, create_meeting
from meetings.services.papers import add_meeting_paper
from meetings.services.questions import add_question
from meetings.services.sections import add_section, start_minutes

if TYPE_CHECKING:
    from measures.importer.files import Item, PlanFiles
    from meetings.loader.known import Known
    from meetings.models import Session

KINDS = (
    Meeting,
    AgendaItem,
    Attendance,
    MeetingPaper,
    Question,
    Minutes,
    MinutesSection,
    Decision,
    FollowUp,
)
# Documents give the day on which minutes went round, never the hour.
NOON = dt.time(12)


def write_meetings(files: PlanFiles, known: Known) -> Report:
    report = Report()
    for kind in KINDS:
        report.of(kind)
    written: list[tuple[Item, Minutes]] = []
    # A meeting comes after the one that it follows, and before those that adopt its minutes.
    plans = {
        id(meeting): text_of(root, "plan") or ""
        for root in files.roots
        for meeting in entries(root, "meetings")
    }
    for item in sorted(files.items("meetings"), key=lambda item: min(days_of(item))):
        if item["slug"] in known.meetings:
            report.of(Meeting).unchanged += 1
            report.notes.append(
                _("The meeting “%(slug)s” is already on the site: it stays as it is.")
                % {"slug": item["slug"]}
            )
            continue
        writing = _Writing(item, known, plans[id(item)], report)
        known.meetings[item["slug"]] = writing.write()
        if writing.minutes is not None:
            written.append((item["minutes"], writing.minutes))
    for item, minutes in written:
        _adopt(item, minutes, known)
    return report


def _adopt(item: Item, minutes: Minutes, known: Known) -> None:
    if "adopted_at" not in item:
        return
    meeting = known.meetings[item["adopted_at"]]
    on = day(item, "adopted_on") or min(meeting.sessions.values_list("on", flat=True))
    with refusals(item):
        adopt(minutes=minutes, version=minutes.version, by=None, meeting=meeting, on=on)


class _Writing:
    """One meeting with all that hangs on it."""

    def __init__(self, item: Item, known: Known, plan: str, report: Report) -> None:
        self.item = item
        self.known = known
        self.measures = known.measures.get(plan, {})
        self.report = report
        self.minutes: Minutes | None = None
        self.sessions: dict[dt.date, Session] = {}

    def write(self) -> Meeting:
        item, known = self.item, self.known
        with refusals(item):
            self.meeting = meeting = create_meeting(
                by=None,
                sessions=[self._session(session) for session in entries(item, "sessions")],
                is_public=item.get("public", False),
                group=known.groups[item["group"]] if "group" in item else None,
                quorum=item.get("quorum"),
                previous=known.meetings[item["previous"]] if "previous" in item else None,
                institutions=self._institutions(item),
                **_texts(item, "slug", "title", "purpose", "kind"),
            )
        self.report.of(Meeting).added += 1
        self.sessions = {session.on: session for session in meeting.sessions.all()}
        self._agenda(item, "agenda", None)
        for line in entries(item, "attendance"):
            self._attendance(line)
        for paper in entries(item, "papers"):
            self._paper(paper)
        for question in entries(item, "questions"):
            self._question(question)
        if "minutes" in item:
            self._minutes(item["minutes"])
        return meeting

    def _session(self, item: Item) -> SessionFacts:
        on = day(item, "on")
        assert on is not None  # noqa: S101 (the schema requires it)
        return SessionFacts(
            on=on,
            starts_at=_hour(item, "starts_at"),
            ends_at=_hour(item, "ends_at"),
            host=self._institution(item, "host"),
            **_texts(item, "title", "place", "room"),
        )

    def _agenda(self, item: Item, name: str, parent: AgendaItem | None) -> None:
        for point in entries(item, name):
            with refusals(point):
                row = add_item(
                    meeting=self.meeting,
                    by=None,
                    parent=parent,
                    length=point.get("length"),
                    measures=self._measures(point),
                    **_texts(point, "title", "note"),
                )
            self.report.of(AgendaItem).added += 1
            self._agenda(point, "parts", row)

    def _attendance(self, item: Item) -> None:
        associations = self.known.associations
        represented_by = item.get("represented_by")
        chosen = {name: item[name] for name in ("capacity", "presence") if name in item}
        with refusals(item):
            add_attendance(
                meeting=self.meeting,
                by=None,
                association=associations[item["association"]] if "association" in item else None,
                institution=self._institution(item, "institution"),
                session=self._sitting(item),
                represented_by=associations[represented_by] if represented_by else None,
                **_texts(item, "label", "name", "function"),
                **chosen,
            )
        self.report.of(Attendance).added += 1

    def _paper(self, item: Item) -> None:
        with refusals(item):
            add_meeting_paper(
                meeting=self.meeting,
                by=None,
                dated_on=day(item, "dated_on"),
                comments_until=day(item, "comments_until"),
                institutions=self._institutions(item),
                measures=self._measures(item),
                **self._readers(item),
                **_texts(item, "title", "summary", "text"),
            )
        self.report.of(MeetingPaper).added += 1

    def _question(self, item: Item) -> None:
        associations = self.known.associations
        with refusals(item):
            add_question(
                meeting=self.meeting,
                by=None,
                institution=self._institution(item, "institution"),
                association=associations[item["association"]] if "association" in item else None,
                sent_on=day(item, "sent_on"),
                answered_on=day(item, "answered_on"),
                measures=self._measures(item),
                **self._readers(item),
                **_texts(item, "text", "answer"),
            )
        self.report.of(Question).added += 1

    def _minutes(self, item: Item) -> None:
        with refusals(item):
            minutes = start_minutes(meeting=self.meeting, by=None, dated_on=day(item, "dated_on"))
        for section in entries(item, "sections"):
            self._section(minutes, section)
        circulated_on = day_of(item, "circulated_on")
        if circulated_on is not None:
            with refusals(item):
                minutes = circulate(
                    minutes=minutes,
                    version=minutes.version,
                    by=None,
                    remarks_until=day(item, "remarks_until") or circulated_on,
                    at=timezone.make_aware(dt.datetime.combine(circulated_on, NOON)),
                )
        self.minutes = minutes
        self.report.of(Minutes).added += 1

    def _section(self, minutes: Minutes, item: Item) -> None:
        with refusals(item):
            section = add_section(
                minutes=minutes,
                by=None,
                level=item.get("level", 1),
                session=self._sitting(item),
                measures=self._measures(item),
                institutions=self._institutions(item),
                **self._readers(item),
                **_texts(item, "heading", "number", "text", "proposes_measure"),
            )
        self.report.of(MinutesSection).added += 1
        for decision in entries(item, "decisions"):
            chosen = {name: value for name, value in decision.items() if name != "text"}
            with refusals(decision):
                add_decision(section=section, by=None, text=decision["text"], **chosen)
            self.report.of(Decision).added += 1
        for follow_up in entries(item, "follow_ups"):
            self._follow_up(section, follow_up)

    def _follow_up(self, section: MinutesSection, item: Item) -> None:
        associations = self.known.associations
        with refusals(item):
            add_follow_up(
                section=section,
                by=None,
                association=associations[item["association"]] if "association" in item else None,
                institution=self._institution(item, "institution"),
                due_on=day(item, "due_on"),
                done_on=day(item, "done_on"),
                **_texts(item, "text", "who", "due_words", "done_note"),
            )
        self.report.of(FollowUp).added += 1

    def _sitting(self, item: Item) -> Session | None:
        on = day(item, "session")
        return self.sessions[on] if on else None

    def _institution(self, item: Item, name: str) -> Any:
        return self.known.institutions[item[name]] if name in item else None

    def _institutions(self, item: Item) -> list[Any]:
        return [self.known.institutions[key] for key in item.get("institutions", [])]

    def _measures(self, item: Item) -> list[Any]:
        return [self.measures[number] for number in item.get("measures", [])]

    def _readers(self, item: Item) -> dict[str, Any]:
        readers: dict[str, Any] = {
            "groups": [self.known.groups[key] for key in item.get("groups", [])]
        }
        if "audience" in item:
            readers["audience"] = item["audience"]
        return readers


def _texts(item: Item, *names: str) -> dict[str, Any]:
    """Any, as keywords beside others: the services say what each one is."""
    return {**texts(item, *names)}


def _hour(item: Item, name: str) -> dt.time | None:
    return dt.time.fromisoformat(item[name]) if name in item else None

"""From what a reader may have of minutes to the HTML that is laid out. Nothing is read here.

Notes are numbered as the document is read, so the texts are rendered in that order, and only once.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from common.markdown import FootNotes, render, render_inline, render_part, without_notes
from common.typography import NO_BREAK, french, long_date
from meetings.enums import Capacity, MinutesStatus, Presence
from meetings.minutes_page import done_words, how_decided
from members.enums import Audience
from reports.minutes_copy import PERSONAL

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from reports.minutes_copy import MinutesCopy

STYLESHEETS = ["css/minutes.css"]
# The title of the meeting stands above the sections.
TITLE = 1


@dataclass
class _Work:
    """A source, as notes want it."""

    citation: str
    short: str
    url: str


def compose_minutes(copy: MinutesCopy) -> str:
    """The whole document, in French, as one HTML page for `static/css/minutes.css`."""
    with translation.override("fr"):
        html = str(render_to_string("reports/minutes.html", _Composer(copy).context()))
        # The program's own words follow French typography like those of the texts.
        html = html.replace("&nbsp;", NO_BREAK)
        return re.sub(r">([^<>]+)<", lambda found: f">{french(found[1])}<", html)


def section_titles(copy: MinutesCopy) -> set[str]:
    """What the outline of the document must hold."""
    titles = {_title(section) for section in copy.data["sections"]}
    return {french(title) for title in titles if title}


class _Composer:
    def __init__(self, copy: MinutesCopy) -> None:
        self.copy = copy
        self.data = copy.data
        works = {key: _Work(**source) for key, source in copy.data["sources"].items()}
        self.notes = FootNotes(works.get)

    # The order of these keys is the order of the document.
    def context(self) -> dict[str, Any]:
        data = self.data
        sections = self._sections()
        dated_on = data["minutes"]["dated_on"] or data["sessions"][0]["on"]
        slug = data["meeting"]["slug"]
        return {
            "language": "fr",
            "meeting": data["meeting"],
            "days": [_long(on) for on in sorted({each["on"] for each in data["sessions"]})],
            "sittings": [_sitting(session) for session in data["sessions"]],
            "status": self._status(),
            "is_draft": data["minutes"]["status"] == MinutesStatus.DRAFT,
            "dated": _long(data["minutes"]["dated_on"]),
            "dated_on": dated_on,
            "foot": self._foot(),
            "agenda": data["agenda"],
            "participants": self._participants(),
            "sections": sections,
            "questions": [
                {
                    **question,
                    "sent_on": _long(question["sent_on"]),
                    "answered_on": _long(question["answered_on"]),
                    "html": self._text(question["answer"]),
                    "audience": _narrow(question["audience"]),
                }
                for question in data["questions"]
            ],
            "papers": [
                {
                    "title": paper["title"],
                    "dated": _long(paper["dated_on"]),
                    "html": self._text(paper["summary"]),
                    "audience": _narrow(paper["audience"]),
                }
                for paper in data["papers"]
            ],
            "decisions": [
                {"section": section, **row} for section in sections for row in section["decisions"]
            ],
            "follow_ups": [
                {"section": section, **row} for section in sections for row in section["follow_ups"]
            ],
            "address": settings.SITE_URL + reverse("meetings:minutes", args=[slug]),
        }

    def _text(self, text: str) -> SafeString:
        return render(text, self.notes)

    def _status(self) -> str:
        minutes = self.data["minutes"]
        if minutes["status"] == MinutesStatus.ADOPTED:
            words = _("Adopted on %(day)s") % {"day": _long(minutes["adopted_on"])}
            if minutes["adopted_at"]:
                words += " " + _("at the meeting “%(title)s”") % {"title": minutes["adopted_at"]}
            return words
        if minutes["status"] == MinutesStatus.CIRCULATED:
            return _("Circulated on %(day)s, to be adopted") % {
                "day": _long(minutes["circulated_on"])
            }
        return _("Being written")

    def _foot(self) -> str:
        """Whose eyes the copy is for, on each page."""
        if self.copy.is_personal:
            return _("Copy of %(name)s – not to be passed on") % {"name": self.copy.reader}
        is_inner = self.data["attendances"] or self.data["agenda"]
        if is_inner or Audience.MEMBERS in self.copy.audiences:
            return _("For the members of the Collectif")
        return _("Public")

    def _participants(self) -> list[dict[str, Any]]:
        """Session by session, as minutes print them: associations, then whom they met, then who was excused."""
        groups = []
        for rank in [None, *range(len(self.data["sessions"]))]:
            lines = [row for row in self.data["attendances"] if row["session"] == rank]
            present = [row for row in lines if row["presence"] == Presence.PRESENT]
            if lines:
                groups.append(
                    {
                        "session": "" if rank is None else self._said_at(rank),
                        "present": [
                            _participant(row)
                            for row in present
                            if row["capacity"] != Capacity.INTERLOCUTOR
                        ],
                        "interlocutors": [
                            _participant(row)
                            for row in present
                            if row["capacity"] == Capacity.INTERLOCUTOR
                        ],
                        "absent": [_participant(row) for row in lines if row not in present],
                    }
                )
        return groups

    def _sections(self) -> list[dict[str, Any]]:
        composed = []
        depth, sitting = TITLE, None
        for place, section in enumerate(self.data["sections"], start=1):
            # The section above may be one that this reader does not have: levels follow one another all the same.
            if _title(section):
                depth = min(section["level"] + TITLE, depth + 1)
            session = section["session"]
            is_other = session not in {None, sitting} and len(self.data["sessions"]) > 1
            sitting = sitting if session is None else session
            composed.append(
                {
                    **section,
                    "anchor": f"s{place}",
                    "title": _title(section),
                    "depth": depth,
                    "sitting": self._said_at(session) if is_other else "",
                    "audience": _narrow(section["audience"]),
                    "html": render_part(section["text"], under=depth).placed(self.notes, _no_mark),
                    "decisions": [
                        {
                            "html": self._text(decision["text"]),
                            "line": _line(decision["text"]),
                            "how": how_decided(decision["means"], *decision["votes"]),
                        }
                        for decision in section["decisions"]
                    ],
                    "follow_ups": [
                        {
                            "line": _line(each["text"]),
                            "who": each["who"],
                            "by_when": each["due_words"] or _long(each["due_on"]),
                            "done": done_words(_day(each["done_on"]), each["done_note"]),
                        }
                        for each in section["follow_ups"]
                    ],
                    "errata": [
                        {"on": _long(erratum["on"]), "html": self._text(erratum["text"])}
                        for erratum in section["errata"]
                    ],
                }
            )
        return composed

    def _said_at(self, rank: int) -> str:
        sitting = _sitting(self.data["sessions"][rank])
        return ", ".join(each for each in (sitting["day"], sitting["title"]) if each)


def _title(section: dict[str, Any]) -> str:
    return f"{section['number']} {section['heading']}".strip()


def _no_mark(_number: int) -> str:
    """Paragraphs have addresses on the page only."""
    return ""


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _long(text: str) -> str:
    return long_date(dt.date.fromisoformat(text)) if text else ""


def _narrow(audience: str) -> str:
    """In words, where fewer than all members read it."""
    return str(Audience(audience).label) if audience in PERSONAL else ""


def _line(text: str) -> SafeString:
    """For a table, which has no room for notes."""
    return render_inline(without_notes(text))


def _sitting(session: dict[str, str]) -> dict[str, str]:
    where = [session["place"], session["room"]]
    if session["host"] not in session["place"]:
        where.append(session["host"])
    hours = [_hour(session[name]) for name in ("starts_at", "ends_at") if session[name]]
    return {
        "day": _long(session["on"]),
        "hours": "–".join(hours),
        "where": ", ".join(each for each in where if each),
        "title": session["title"],
    }


def _hour(text: str) -> str:
    """“14 h 30” for the clock’s 14:30."""
    hour, minute = text.split(":")
    return f"{int(hour)}{NO_BREAK}h" + ("" if minute == "00" else f"{NO_BREAK}{minute}")


def _participant(row: dict[str, Any]) -> dict[str, str]:
    return {
        "who": row["who"],
        "as": ", ".join(each for each in (row["name"], row["function"]) if each),
        "presence": str(Presence(row["presence"]).label),
        "by": row["by"],
    }

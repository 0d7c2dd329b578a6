"""Writes the commitments and letters of checked files through the services that the pages call."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from commitments.enclosures import EnclosureFacts
from commitments.enums import Origin
from commitments.loader.entries import commitments_of
from commitments.models import Commitment, CommitmentEvent, Letter
from commitments.services.commitments import create_commitment
from commitments.services.events import record_event
from commitments.services.letters import (
    CopyFacts,
    close_unanswered,
    edit_letter,
    record_reply,
    send_letter,
    sign_letter,
    start_letter,
)
from measures.importer.report import Report
from measures.importer.rows import refusals
from measures.importer.values import day, entries, texts
from meetings.models import MeetingPaper
from meetings.services.papers import add_meeting_paper
from members.enums import Audience

if TYPE_CHECKING:
    from collections.abc import Callable

    from commitments.loader.entries import Entry
    from commitments.loader.known import Known
    from measures.importer.files import Item, PlanFiles
    from measures.models import Measure

WHERE = ("meeting", "section", "source", "locator")
# What happens to commitments by day and by place in the files, written in that order.
Step = tuple[dt.date, int, "Callable[[], None]"]


def write_commitments(files: PlanFiles, known: Known) -> Report:
    report = Report()
    for kind in (Commitment, CommitmentEvent, Letter, MeetingPaper):
        report.of(kind)
    before = CommitmentEvent.objects.count()
    writing = _Writing(known, report)
    for entry in commitments_of(files):
        writing.commitment(entry)
    for letter in files.items("letters"):
        writing.letter(letter)
    # Of one day in the order of the files. A letter reminds of what is still open on its day.
    for _on, _rank, write in sorted(writing.steps, key=lambda step: step[:2]):
        write()
    report.of(CommitmentEvent).added = CommitmentEvent.objects.count() - before
    return report


class _Writing:
    def __init__(self, known: Known, report: Report) -> None:
        self.known = known
        self.report = report
        self.steps: list[Step] = []

    def commitment(self, entry: Entry) -> None:
        """Record one as it was made, and plan what came of it."""
        item, known = entry.item, self.known
        if item["slug"] in known.commitments:
            self.report.of(Commitment).unchanged += 1
            self.report.notes.append(
                _("The commitment “%(slug)s” is already on the site: it stays as it is.")
                % {"slug": item["slug"]}
            )
            return
        made = item["made"]
        parent = known.commitments[entry.parent.item["slug"]] if entry.parent else None
        with refusals(item):
            row = create_commitment(
                by=None,
                institution=known.institutions[entry.get("institution")],
                origin=entry.get("origin") or Origin.MEETING,
                function=entry.get("function") or "",
                measures=self._measures(entry),
                parent=parent,
                position=entry.position,
                made_on=_day(made, "on"),
                late_from=day(made, "late_from"),
                audience=entry.get("audience") or Audience.MEMBERS,
                groups=[known.groups[key] for key in entry.get("groups") or ()],
                **self._where(*(entry.get(name) for name in WHERE)),
                **_texts(item, "slug", "wording", "quote", "remark"),
                **_texts(made, "text", "deadline_words"),
            )
        self.report.of(Commitment).added += 1
        known.commitments[row.slug] = row
        for event in entries(item, "events"):
            self._plan(_day(event, "on"), self._event(entry, row, event))

    def letter(self, item: Item) -> None:
        """Plan the life of a letter: drafted and signed, sent, answered or not, each on its day."""
        key = (item["institution"], day(item, "dated_on"), item["subject"])
        if key in self.known.letters:
            self.report.of(Letter).unchanged += 1
            self.report.notes.append(
                _("The letter “%(subject)s” is already on the site: it stays as it is.")
                % {"subject": item["subject"]}
            )
            return
        self.known.letters.add(key)
        life = _LetterLife(self, item)
        self._plan(_day(item, "dated_on"), life.sign)
        if "sent" in item:
            self._plan(_day(item["sent"], "on"), life.send)
        for reply in entries(item, "replies"):
            self._plan(_day(reply, "on"), partial(life.answer, reply))
        if "silent" in item:
            self._plan(_day(item["silent"], "on"), life.close)

    def _plan(self, on: dt.date, write: Callable[[], None]) -> None:
        self.steps.append((on, len(self.steps), write))

    def _event(self, entry: Entry, row: Commitment, item: Item) -> Callable[[], None]:
        meeting = item.get("meeting")
        if meeting is None and "section" in item:
            meeting = entry.get("meeting")

        def write() -> None:
            with refusals(item):
                record_event(
                    commitment=row,
                    by=None,
                    kind=item["kind"],
                    on=_day(item, "on"),
                    late_from=day(item, "late_from"),
                    **self._where(meeting, *(item.get(name) for name in WHERE[1:])),
                    **_texts(item, "text", "deadline_words"),
                )

        return write

    def _measures(self, entry: Entry) -> list[Measure]:
        measures = self.known.measures.get(entry.plan or "", {})
        return [measures[number] for number in entry.item.get("measures", [])]

    def _where(
        self, meeting: str | None, section: str | None, source: str | None, locator: str | None
    ) -> dict[str, Any]:
        known = self.known
        return {
            "meeting": known.meetings[meeting] if meeting else None,
            "section": known.sections[meeting][section][0] if meeting and section else None,
            "source": known.sources[source] if source else None,
            "locator": locator or "",
        }

    def paper(self, letter: Item, item: Item) -> MeetingPaper:
        """The paper of a meeting that is enclosed; one that the site lacks is added to its meeting."""
        known = self.known
        held = known.papers[item["meeting"]]
        if item["paper"] not in held:
            held[item["paper"]] = add_meeting_paper(
                meeting=known.meetings[item["meeting"]],
                by=None,
                title=item["paper"],
                dated_on=day(item, "dated_on"),
                summary=item["summary"],
                institutions=[known.institutions[letter["institution"]]],
            )
            self.report.of(MeetingPaper).added += 1
        return held[item["paper"]]


class _LetterLife:
    """One letter, drafted and signed on its day, then sent. Nobody is mailed anything: no address is given."""

    letter: Letter

    def __init__(self, writing: _Writing, item: Item) -> None:
        self.writing = writing
        self.item = item

    def sign(self) -> None:
        item, known = self.item, self.writing.known
        institution = known.institutions[item["institution"]]
        commitments = [known.commitments[slug] for slug in item["commitments"]]
        dated_on = _day(item, "dated_on")
        with refusals(item):
            draft = start_letter(
                by=None, institution=institution, commitments=commitments, on=dated_on
            )
            letter = edit_letter(
                letter=draft,
                version=draft.version,
                by=None,
                escalation=item.get("escalation", draft.escalation),
                institution=institution,
                email="",
                place=item.get("place", draft.place),
                dated_on=dated_on,
                lists_members=item.get("lists_members", True),
                commitments=commitments,
                audience=item.get("audience", Audience.MEMBERS),
                groups=[known.groups[key] for key in item.get("groups", [])],
                copies=[
                    CopyFacts(known.institutions[copy["institution"]], copy["wording"])
                    for copy in entries(item, "copies")
                ],
                enclosures=[
                    EnclosureFacts(
                        enclosure["label"], meeting_paper=self.writing.paper(item, enclosure)
                    )
                    for enclosure in entries(item, "enclosures")
                ],
                **_texts(item, "addressee", "address", "salutation", "subject", "body"),
                **_texts(item, "closing", "signatory"),
            )
            self.letter = sign_letter(
                letter=letter,
                version=letter.version,
                by=None,
                dated_on=dated_on,
                reference=item.get("reference", ""),
            )
        self.writing.report.of(Letter).added += 1

    def send(self) -> None:
        sent, letter = self.item["sent"], self.letter
        with refusals(sent):
            self.letter = send_letter(
                letter=letter,
                version=letter.version,
                by=None,
                on=_day(sent, "on"),
                sent_by=sent["by"],
                **_texts(sent, "note"),
            )

    def answer(self, reply: Item) -> None:
        with refusals(reply):
            record_reply(
                letter=self.letter,
                version=self.letter.version,
                by=None,
                dated_on=_day(reply, "on"),
                **_texts(reply, "summary"),
            )
        self.letter.refresh_from_db()

    def close(self) -> None:
        silent, letter = self.item["silent"], self.letter
        with refusals(silent):
            self.letter = close_unanswered(
                letter=letter,
                version=letter.version,
                by=None,
                on=_day(silent, "on"),
                **_texts(silent, "note"),
            )


def _day(item: Item, name: str) -> dt.date:
    """A day that the schema requires."""
    return dt.date.fromisoformat(item[name])


def _texts(item: Item, *names: str) -> dict[str, Any]:
    """Any, as keywords beside others: the services say what each one is."""
    return {**texts(item, *names)}

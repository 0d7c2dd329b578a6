"""The commitments' part of the canary world: what was promised, what came of it, the letters, and whom each is for."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from commitments.enums import EventKind, LetterStatus, LetterStepKind, Origin, SentBy
from commitments.models import (
    Commitment,
    CommitmentCitation,
    CommitmentEvent,
    Digest,
    Letter,
    LetterCopy,
    LetterEnclosure,
    LetterReply,
    LetterRun,
    LetterStep,
    LetterTemplate,
)
from common.work import WorkStatus
from measures.enums import SourceKind
from measures.models import Source
from meetings.models import MinutesSection
from members.enums import Audience, Role
from tests.canary_collective import ANYONE, NOBODY, PAPERS, WORK
from tests.canary_meetings import COMMON_WORD, GUEST, HELD_ON, MEMBER

if TYPE_CHECKING:
    from typing import Any

    from members.models import User
    from tests.canary import Marks
    from tests.canary_meetings import Meetings

Readers = frozenset[str]
DRAFT, SIGNED, SENT = LetterStatus.DRAFT, LetterStatus.SIGNED, LetterStatus.SENT


class Commitments:
    """One commitment and one letter for each audience; the letters also in each state."""

    def __init__(self, m: Marks, meetings: Meetings) -> None:
        self.m, self.meetings = m, meetings
        self.people = meetings.people
        self.institution, self.measure = meetings.institution, meetings.measure
        member, guest = self.people[Role.MEMBER], self.people[Role.GUEST]
        self.public = self._commitment("for anyone", Audience.PUBLIC, ANYONE)
        self.for_members = self._commitment("for members", Audience.MEMBERS, PAPERS)
        self.for_secretariat = self._commitment(
            "for the secretariat", Audience.SECRETARIAT, WORK, [member]
        )
        self.of_member = self._commitment(
            "naming the member", Audience.NAMED, MEMBER | WORK, [member]
        )
        self.of_guest = self._commitment("naming the guest", Audience.NAMED, GUEST | WORK, [guest])
        self._commitment("naming nobody here", Audience.NAMED, WORK, [self.people["other"]])
        # Members know of the promise; in which words it was made, only those whom the section names.
        self._commitment(
            "quoted from a restricted section",
            Audience.MEMBERS,
            PAPERS,
            section=self._section("circulated section naming nobody here"),
            may_read_quote=WORK,
        )
        self._part()
        self._citation()
        self._letters(member, guest)
        self._template()
        self._run()
        Digest.objects.create(person=self.people[Role.SECRETARIAT], week=dt.date(2017, 3, 6))

    def _section(self, what: str) -> MinutesSection:
        rows: Any = MinutesSection.objects.select_related("minutes__meeting")
        section: MinutesSection = rows.get(heading=self.m.word(f"{what}: heading"))
        return section

    def _commitment(
        self,
        what: str,
        audience: Audience,
        readers: Readers,
        people: list[User] | None = None,
        *,
        section: MinutesSection | None = None,
        may_read_quote: Readers | None = None,
    ) -> Commitment:
        m, what = self.m, f"commitment {what}"
        quoted = readers if may_read_quote is None else may_read_quote
        commitment = Commitment.objects.create(
            slug=m(f"{what}: key", readers),
            institution=self.institution,
            function=m(f"{what}: function", readers),
            wording=f"{COMMON_WORD} {m(f'{what}: wording', readers, readers)}",
            quote=m(f"{what}: exact words", quoted, quoted),
            origin=Origin.SPEECH if section is None else Origin.MEETING,
            meeting=section.minutes.meeting if section else None,
            section=section,
            locator=m(f"{what}: place in its source", readers),
            remark=m(f"{what}: remark", readers),
            audience=audience,
        )
        commitment.named_people.set(people or [])
        commitment.measures.add(self.measure)
        event = CommitmentEvent.objects.create(
            commitment=commitment,
            kind=EventKind.MADE,
            on=HELD_ON,
            text=m(f"{what}: how it was made", readers, readers),
            deadline_words=m(f"{what}: deadline", readers, readers),
            late_from=HELD_ON + dt.timedelta(days=30),
            locator=m(f"{what}: place in the source of the event", readers),
        )
        CommitmentEvent.objects.create(
            commitment=commitment,
            kind=EventKind.REMINDED,
            on=HELD_ON,
            text=m(f"{what}: reminder", readers, readers),
            recorded_by=self.people[Role.SECRETARIAT],
        )
        wrong = CommitmentEvent.objects.create(
            commitment=commitment,
            kind=EventKind.KEPT,
            on=HELD_ON,
            text=m(f"{what}: mistake", readers),
        )
        CommitmentEvent.objects.create(
            commitment=commitment,
            kind=EventKind.RETRACTED,
            on=HELD_ON,
            text=m(f"{what}: why it is a mistake", readers),
            retracts=wrong,
        )
        assert event.pk
        return commitment

    def _part(self) -> None:
        """Part of what anyone may see, and itself for the secretariat."""
        part = self._commitment("that is a part", Audience.SECRETARIAT, WORK)
        part.parent = self.public
        part.save()

    def _citation(self) -> None:
        m = self.m
        source = Source.objects.create(
            key=m("source of a commitment: key"),
            kind=SourceKind.MINUTES,
            citation=m("source of a commitment: citation"),
            short=m("source of a commitment: short form"),
        )
        CommitmentCitation.objects.create(source=source, commitment=self.public)

    # --- Letters

    def _letters(self, member: User, guest: User) -> None:
        self.draft = self._letter("being written", DRAFT, Audience.MEMBERS, WORK)
        self._letter("signed", SIGNED, Audience.MEMBERS, WORK)
        self.sent = self._letter("sent", SENT, Audience.MEMBERS, PAPERS)
        self._letter("sent, for the secretariat", SENT, Audience.SECRETARIAT, WORK, [member])
        self._letter("naming the member", SENT, Audience.NAMED, MEMBER | WORK, [member])
        self.letter_of_guest = self._letter(
            "naming the guest", SENT, Audience.NAMED, GUEST | WORK, [guest]
        )
        self._letter(
            "naming the guest, not sent yet", SIGNED, Audience.NAMED, WORK, [guest, member]
        )
        # A letter that its reader sees names commitments that they may not see.
        self.sent.commitments.add(self.for_secretariat, self.for_members)
        CommitmentEvent.objects.create(
            commitment=self.public,
            kind=EventKind.NO_NEWS,
            on=HELD_ON,
            letter=self.sent,
        )

    def _letter(
        self,
        what: str,
        status: LetterStatus,
        audience: Audience,
        readers: Readers,
        people: list[User] | None = None,
    ) -> Letter:
        m, what = self.m, f"letter {what}"
        letter = Letter.objects.create(
            institution=self.institution,
            addressee=m(f"{what}: addressee", readers),
            address=m(f"{what}: address", readers),
            email=f"{m(f'{what}: mail address', WORK)}@vigie.example",
            salutation=m(f"{what}: salutation", readers),
            subject=f"{COMMON_WORD} {m(f'{what}: subject', readers, readers)}",
            body=m(f"{what}: body", readers, readers),
            closing=m(f"{what}: closing", readers),
            place=m(f"{what}: place", readers),
            signatory=m(f"{what}: signatory", readers),
            audience=audience,
            status=DRAFT,
        )
        letter.named_people.set(people or [])
        letter.commitments.add(self.for_members)
        self._enclosed(letter, what, readers)
        if status != DRAFT:
            letter.status, letter.is_locked = status, True
            letter.reference = m(f"{what}: reference", readers)
            letter.dated_on = HELD_ON
            LetterStep.objects.create(
                letter=letter,
                kind=LetterStepKind.SENT,
                sent_by=SentBy.POST,
                on=HELD_ON,
                note=m(f"{what}: note on a step", readers),
            )
        self._file(letter, what, readers)
        letter.laid_out_version = letter.version
        letter.save()
        if status == SENT:
            self._reply(letter, what, readers)
        return letter

    def _enclosed(self, letter: Letter, what: str, readers: Readers) -> None:
        m = self.m
        LetterCopy.objects.create(
            letter=letter, institution=self.institution, wording=m(f"{what}: copy", readers)
        )
        LetterEnclosure.objects.create(
            letter=letter,
            label=m(f"{what}: enclosure", readers),
            meeting_paper=self.meetings.papers[0],
        )

    def _reply(self, letter: Letter, what: str, readers: Readers) -> None:
        reply = LetterReply(
            letter=letter,
            dated_on=HELD_ON,
            summary=self.m(f"{what}: summary of the reply", readers, readers),
        )
        self._file(reply, f"{what}: reply", readers)
        reply.save()

    def _file(self, row: Letter | LetterReply, what: str, readers: Readers) -> None:
        from tests.canary import tiny_pdf

        m = self.m
        content = tiny_pdf(m(f"{what}: text of the file", readers, readers))
        row.file_name = f"{m(f'{what}: name of the file', readers)}.pdf"
        row.file_size = len(content)
        row.file_sha256 = m(f"{what}: fingerprint of the file", readers)
        stored = f"{m(f'{what}: stored name', NOBODY)}.pdf"
        row.file.storage.save(stored, ContentFile(content))
        row.file.name = stored

    def _template(self) -> None:
        m = self.m
        LetterTemplate.objects.create(
            name=m("template: name", WORK, WORK),
            subject=m("template: subject", WORK),
            body=m("template: text", WORK),
            closing=m("template: closing", WORK),
        )

    def _run(self) -> None:
        from tests.canary import tiny_pdf

        content = tiny_pdf(self.m("run of letters: text of the file", WORK, WORK))
        LetterRun.objects.create(
            requested_by=self.people[Role.SECRETARIAT],
            letters_asked=2,
            status=WorkStatus.DONE,
            file=default_storage.save(
                f"exports/{self.m('run of letters: stored name', NOBODY)}.pdf",
                ContentFile(content),
            ),
            size=len(content),
            sha256=sha256(content).hexdigest(),
            finished_at=timezone.now(),
            error=self.m("run of letters: what went wrong", WORK),
        )

    # --- Addresses

    def rows_of(self, name: str) -> list[list[object]]:
        """What the address of a name may be about: every row of this world, whosever it is."""
        for prefix, rows in sorted(self._rows.items(), key=lambda pair: -len(pair[0])):
            if name.startswith(prefix):
                return rows
        return [[]]

    @cached_property
    def _rows(self) -> dict[str, list[list[object]]]:
        slugs: list[list[object]] = [[row.slug] for row in _all(Commitment)]
        events: list[list[object]] = [
            [row.commitment.slug, row.pk] for row in _all(CommitmentEvent)
        ]
        letters: list[list[object]] = [[row.pk] for row in _all(Letter)]
        replies: list[list[object]] = [[row.letter_id, row.pk] for row in _all(LetterReply)]
        plan, number = self.measure.plan.slug, self.measure.number
        return {
            "commitments:": [[]],
            "commitments:detail": slugs,
            "commitments:edit": slugs,
            "commitments:history": slugs,
            "commitments:cite": slugs,
            "commitments:publish": slugs,
            "commitments:event-add": slugs,
            "commitments:event-retract": events,
            "commitments:letter-": letters,
            "commitments:letter": letters,
            "commitments:letters": [[]],
            "commitments:letter-start": [[]],
            "commitments:letter-preview": [[]],
            "commitments:reply-file": replies,
            "commitments:template-edit": [[row.pk] for row in _all(LetterTemplate)],
            "commitments:run": [[row.pk] for row in _all(LetterRun)],
            "commitments:run-add": [[]],
            "commitments:record": [[self.institution.key]],
            "commitments:board": [[plan]],
            "commitments:measure": [[plan, number]],
            "commitments:citable": [[plan, number]],
            "commitments:in-minutes": [[meeting.slug] for meeting in self.meetings.all],
            "commitments:feed": [["not-a-secret"]],
            "api:commitments-detail": slugs,
            "api:letters-detail": letters,
        }


def _all(model: type) -> list:  # type: ignore[type-arg]
    return list(model._default_manager.order_by("pk"))  # type: ignore[attr-defined]

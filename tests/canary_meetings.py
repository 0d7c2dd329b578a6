"""The meetings' part of the canary world: what was said, to whom, and who was asked to come."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.utils import timezone

from meetings.enums import CorrectionState, MinutesStatus, StepKind
from meetings.models import (
    AgendaItem,
    Annotation,
    Attendance,
    CalendarLink,
    Correction,
    Decision,
    Erratum,
    FollowUp,
    Invitee,
    Meeting,
    MeetingPaper,
    Minutes,
    MinutesSection,
    MinutesStep,
    MinutesVisit,
    Question,
    Session,
)
from members.enums import Audience, Role
from tests.canary_collective import ANYONE, NOBODY, PAPERS, WORK

if TYPE_CHECKING:
    from typing import Any

    from measures.models import Measure
    from members.models import User, WorkingGroup
    from plan.models import Institution
    from tests.canary import Marks
    from tests.canary_collective import Collective

GUEST = frozenset({Role.GUEST})
MEMBER = frozenset({Role.MEMBER})
ASKED = PAPERS | GUEST
# Not long ago: the calendar leads from month to month, and every month from then to now is read by everyone.
HELD_ON = timezone.localdate() - dt.timedelta(days=80)
# In every text, so that one question to the search finds all that a reader may find.
COMMON_WORD = "rassemblement"


class Meetings:
    """Three meetings: one that anyone may know of, one that the guest is asked to, one for the members alone."""

    def __init__(
        self, m: Marks, collective: Collective, measure: Measure, institution: Institution
    ) -> None:
        self.m = m
        self.people, self.own = collective.people, collective.own
        self.other_association, self.group = collective.other, collective.group
        self.measure, self.institution = measure, institution
        self.public = self._meeting("public", ANYONE, PAPERS, HELD_ON, is_public=True)
        self.asked = self._meeting("asked", ASKED, ASKED, HELD_ON + dt.timedelta(days=20))
        self.internal = self._meeting("internal", PAPERS, PAPERS, HELD_ON + dt.timedelta(days=40))
        self.all = [self.public, self.asked, self.internal]
        for key in (Role.GUEST, Role.MEMBER):
            Invitee.objects.create(
                meeting=self.asked, person=self.people[key], sent_at=timezone.now()
            )
        self.adopted = self._minutes(
            self.public,
            status=MinutesStatus.ADOPTED,
            adopted_at_meeting=self.internal,
            adopted_on=HELD_ON + dt.timedelta(days=40),
        )
        self.circulated = self._minutes(self.asked, status=MinutesStatus.CIRCULATED)
        self.draft = self._minutes(self.internal, status=MinutesStatus.DRAFT)
        self._sections()
        self.papers = self._papers()
        self._calendar()

    def _meeting(
        self,
        which: str,
        known_to: frozenset[str],
        readers: frozenset[str],
        on: dt.date,
        *,
        is_public: bool = False,
    ) -> Meeting:
        """`known_to` may know its day, title and place; `readers` its purpose and its agenda."""
        m = self.m
        meeting = Meeting.objects.create(
            slug=m(f"{which} meeting: key", known_to),
            title=m(f"{which} meeting: title", known_to, known_to),
            purpose=m(f"{which} meeting: purpose", readers, readers),
            is_public=is_public,
            group=self.group if which == "internal" else None,
        )
        Session.objects.create(
            meeting=meeting,
            on=on,
            title=m(f"{which} meeting: title of a session", known_to),
            place=m(f"{which} meeting: place", known_to, known_to),
            room=m(f"{which} meeting: room", known_to),
        )
        AgendaItem.objects.create(
            meeting=meeting,
            title=m(f"{which} meeting: point", readers, readers),
            note=m(f"{which} meeting: note on a point", readers),
        )
        Attendance.objects.create(
            meeting=meeting,
            institution=self.institution,
            name=m(f"{which} meeting: interlocutor", PAPERS, PAPERS),
            function=m(f"{which} meeting: function of an interlocutor", PAPERS),
        )
        Attendance.objects.create(
            meeting=meeting, label=m(f"{which} meeting: who is not matched", PAPERS)
        )
        return meeting

    def _minutes(self, meeting: Meeting, *, status: str, **fields: Any) -> Minutes:
        is_draft = status == MinutesStatus.DRAFT
        minutes = Minutes.objects.create(
            meeting=meeting,
            status=status,
            circulated_at=None if is_draft else timezone.now(),
            **fields,
        )
        if not is_draft:
            MinutesStep.objects.create(
                minutes=minutes,
                kind=StepKind.CIRCULATED,
                at=timezone.now(),
                note=self.m(f"step of {status} minutes: note", ASKED),
            )
        return minutes

    def _sections(self) -> None:
        """One of each audience, in each state of the minutes."""
        for minutes, state, anyone, members in [
            (self.adopted, "adopted", ANYONE, PAPERS),
            (self.circulated, "circulated", PAPERS, PAPERS),
            (self.draft, "draft", WORK, WORK),
        ]:
            seen: dict[str, tuple[Audience, frozenset[str], list[User], list[WorkingGroup]]] = {
                "for anyone": (Audience.PUBLIC, anyone, [], []),
                "for members": (Audience.MEMBERS, members, [], []),
                "for the secretariat": (Audience.SECRETARIAT, WORK, [self.people[Role.MEMBER]], []),
                "naming nobody here": (Audience.NAMED, WORK, [self.people["other"]], []),
            }
            if state == "circulated":
                seen |= {
                    "naming the member": (
                        Audience.NAMED, MEMBER | WORK, [self.people[Role.MEMBER]], [],
                    ),
                    "naming the guest": (
                        Audience.NAMED, GUEST | WORK, [self.people[Role.GUEST]], [],
                    ),
                    "naming a group": (Audience.NAMED, MEMBER | WORK, [], [self.group]),
                }  # fmt: skip
            for what, (audience, readers, people, groups) in seen.items():
                self._section(minutes, f"{state} section {what}", audience, readers, people, groups)

    def _section(
        self,
        minutes: Minutes,
        what: str,
        audience: Audience,
        readers: frozenset[str],
        people: list[User],
        groups: list[WorkingGroup],
    ) -> MinutesSection:
        m = self.m
        must = readers
        section = MinutesSection.objects.create(
            minutes=minutes,
            position=minutes.sections.count() + 1,
            number=m(f"{what}: number", readers),
            heading=m(f"{what}: heading", readers, must),
            text=f"{COMMON_WORD} {m(f'{what}: text', readers, must)}",
            proposes_measure=m(f"{what}: measure proposed", readers),
            audience=audience,
            is_locked=minutes.is_locked,
        )
        section.named_people.set(people)
        section.named_groups.set(groups)
        section.measures.add(self.measure)
        section.institutions.add(self.institution)
        Decision.objects.create(
            section=section,
            text=m(f"{what}: decision", readers, must),
            is_locked=minutes.is_locked,
        )
        FollowUp.objects.create(
            section=section,
            text=m(f"{what}: follow-up", readers, must),
            who=m(f"{what}: whose follow-up", readers),
            due_words=m(f"{what}: by when", readers),
            done_note=m(f"{what}: what came of it", readers),
        )
        if minutes.is_locked:
            Erratum.objects.create(
                section=section,
                on=HELD_ON,
                text=m(f"{what}: erratum", readers, must),
                added_by=self.people[Role.SECRETARIAT],
            )
        self._remarks(section, what, readers & PAPERS)
        return section

    def _remarks(self, section: MinutesSection, what: str, readers: frozenset[str]) -> None:
        m, other = self.m, self.people["other"]
        Annotation.objects.create(
            section=section,
            passage=m(f"{what}: passage annotated", readers),
            text=m(f"{what}: annotation", readers),
            author=other,
            association=self.other_association,
        )
        Correction.objects.create(
            section=section,
            passage=m(f"{what}: passage to correct", readers),
            replacement=m(f"{what}: correction", readers),
            reason=m(f"{what}: reason of the correction", readers),
            author=other,
            state=CorrectionState.REFUSED,
            decided_by=self.people[Role.SECRETARIAT],
            decided_at=timezone.now(),
            answer=m(f"{what}: answer to the correction", readers),
        )

    def _papers(self) -> list[MeetingPaper]:
        named, member, guest = Audience.NAMED, self.people[Role.MEMBER], self.people[Role.GUEST]
        return [
            self._paper(self.public, "for anyone", Audience.PUBLIC, ANYONE),
            self._paper(
                self.internal, "for anyone, of a meeting for members", Audience.PUBLIC, PAPERS
            ),
            self._paper(self.internal, "for members", Audience.MEMBERS, PAPERS),
            self._paper(self.internal, "for the secretariat", Audience.SECRETARIAT, WORK, [member]),
            self._paper(self.asked, "naming the member", named, MEMBER | WORK, [member]),
            self._paper(self.asked, "naming the guest", named, GUEST | WORK, [guest]),
            self._paper(self.internal, "naming the guest, who is not asked", named, WORK, [guest]),
        ]

    def _paper(
        self,
        meeting: Meeting,
        what: str,
        audience: Audience,
        readers: frozenset[str],
        people: list[User] | None = None,
    ) -> MeetingPaper:
        from tests.canary import tiny_pdf

        m, what = self.m, f"meeting paper {what}"
        paper = MeetingPaper(
            meeting=meeting,
            title=m(f"{what}: title", readers, readers),
            summary=m(f"{what}: summary", readers),
            text=f"{COMMON_WORD} {m(f'{what}: text', readers)}",
            comments_until=HELD_ON,
            audience=audience,
            added_by=self.people[Role.SECRETARIAT],
        )
        content = tiny_pdf(m(f"{what}: text of the file", readers, readers))
        paper.file_name = f"{m(f'{what}: name of the file', readers)}.pdf"
        paper.file_size = len(content)
        paper.file_sha256 = m(f"{what}: fingerprint of the file", readers)
        stored = f"{m(f'{what}: stored name', NOBODY)}.pdf"
        paper.file.storage.save(stored, ContentFile(content))
        paper.file.name = stored
        paper.save()
        paper.named_people.set(people or [])
        paper.measures.add(self.measure)
        paper.institutions.add(self.institution)
        Annotation.objects.create(
            paper=paper,
            passage=m(f"{what}: passage annotated", readers & PAPERS),
            text=m(f"{what}: annotation", readers & PAPERS),
            author=self.people["other"],
        )
        question = Question.objects.create(
            meeting=meeting,
            text=m(f"{what}: question of its audience", readers & ASKED),
            answer=m(f"{what}: answer of its audience", readers & ASKED),
            answered_on=HELD_ON,
            institution=self.institution,
            audience=audience,
        )
        question.named_people.set(people or [])
        return paper

    def _calendar(self) -> None:
        CalendarLink.objects.create(
            person=self.people[Role.MEMBER],
            secret_sha256=self.m("calendar link: fingerprint", NOBODY),
        )
        MinutesVisit.objects.create(
            minutes=self.circulated, person=self.people[Role.MEMBER], last_at=timezone.now()
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
        slugs: list[list[object]] = [[row.slug] for row in self.all]
        sections: list[list[object]] = [
            [row.minutes.meeting.slug, row.pk]
            for row in self._sections_of_all()
            # One of each audience and state is enough to try a door.
            if row.minutes == self.circulated or row.audience == Audience.MEMBERS
        ]
        agenda: list[list[object]] = [
            [row.meeting.slug, row.pk] for row in AgendaItem.objects.all()
        ]
        every: Any = Question.objects.all()
        questions: list[list[object]] = [[row.meeting.slug, row.pk] for row in every]
        papers: list[list[object]] = [[row.meeting.slug, row.pk] for row in self.papers]
        measure: list[object] = [self.measure.plan.slug, self.measure.number]
        return {
            "meetings:": slugs,
            "meetings:answer-for": [
                [row.meeting.slug, row.person_id] for row in Invitee.objects.all()
            ],
            "meetings:attendance-": [
                [row.meeting.slug, row.pk] for row in Attendance.objects.all()
            ],
            "meetings:attendance-add": slugs,
            "meetings:agenda-": agenda,
            "meetings:agenda-add": slugs,
            "meetings:agenda-prepare": slugs,
            "meetings:paper-": papers,
            "meetings:paper-add": slugs,
            "meetings:question-": questions,
            "meetings:question-add": slugs,
            "meetings:section-": sections,
            "meetings:section-add": slugs,
            "meetings:editor-section": sections,
            "meetings:erratum-add": sections,
            "meetings:correction-add": sections,
            "meetings:annotation-add": sections,
            "meetings:decision-add": sections,
            "meetings:follow-up-add": sections,
            "meetings:decision-": self._parts(Decision),
            "meetings:follow-up-": self._parts(FollowUp),
            "meetings:follow-up-close": [[row.pk] for row in FollowUp.objects.all()],
            "meetings:correction-": self._parts(Correction),
            "meetings:annotation-": [
                [_meeting_of(row).slug, row.pk]
                for row in Annotation.objects.exclude(section__minutes=self.draft)
            ],
            "meetings:annotations-export": [
                [slug, form] for [slug] in slugs for form in ("csv", "xlsx")
            ],
            "meetings:said-measure": [measure],
            "meetings:said-institution": [[self.institution.key]],
            "meetings:institution-meetings": [[self.institution.key]],
            "meetings:feed": [["not-a-secret"]],
            "meetings:import": [[]],
            **{
                f"meetings:{name}": [[]]
                for name in (
                    "list", "create", "calendar", "calendar-link", "search", "follow-ups", "minutes-list",
                )
            },
            "measures:institution-": [[self.institution.key]],
            "measures:institution-list": [[]],
            "reports:minutes": slugs,
            "api:meetings-detail": slugs,
            "api:minutes-sections-detail": [[row.pk] for row in self._sections_of_all()],
            "api:follow-ups-detail": [[row.pk] for row in FollowUp.objects.all()],
        }  # fmt: skip

    def _sections_of_all(self) -> list[MinutesSection]:
        rows: Any = MinutesSection.objects.select_related("minutes__meeting")
        return list(rows)

    def _parts(self, model: Any) -> list[list[object]]:
        rows = model.objects.filter(section__minutes=self.circulated).select_related(
            "section__minutes__meeting"
        )
        return [[row.section.minutes.meeting.slug, row.pk] for row in rows]


def _meeting_of(remark: Annotation) -> Meeting:
    text: Any = remark.paper or remark.section
    meeting: Meeting = text.meeting if remark.paper else text.minutes.meeting
    return meeting

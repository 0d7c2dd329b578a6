"""The collective's part of the canary world: associations, papers, applications, and whom each is for."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.utils import timezone

from members import audit
from members.enums import (
    ApplicationState,
    Audience,
    LetterKind,
    MandateKind,
    PaperKind,
    PaperVerdict,
    Role,
)
from members.models import (
    ApplicationEvent,
    ApplicationLetter,
    ApplicationPaper,
    Association,
    FileReading,
    GroupMembership,
    GuestAccess,
    Invitation,
    Mandate,
    MembershipApplication,
    Network,
    Notice,
    Paper,
    Participation,
    Publication,
    ReportCall,
    User,
    WorkingGroup,
    YearlyReport,
)

if TYPE_CHECKING:
    from typing import Any

    from common.files import PrivateFileModel
    from tests.canary import Marks

ANYONE = frozenset({"anonymous", *Role})
PAPERS = frozenset({Role.MEMBER, Role.SECRETARIAT, Role.COORDINATOR})
WORK = frozenset({Role.SECRETARIAT, Role.COORDINATOR})
PEOPLE_READERS = WORK | {Role.ADMINISTRATOR}
NOBODY: frozenset[str] = frozenset()
JOINED_ON = dt.date(2013, 9, 13)


class Collective:
    """Built once; `rows` names what the addresses of the crawl need."""

    def __init__(self, m: Marks, people: dict[str, User]) -> None:
        self.m = m
        self.people = people
        self.member, self.guest = people[Role.MEMBER], people[Role.GUEST]
        self.secretariat = people[Role.SECRETARIAT]
        self.associations = [self._association("own"), self._association("other")]
        self.own, self.other = self.associations
        self._mandates()
        self.group = self._group()
        self._invitations()
        self.applications = [
            self._application("own", frozenset({Role.GUEST}) | WORK, guest=self.guest),
            self._application("other", WORK, guest=None),
        ]
        self._invitation_of_guest(self.applications[1])
        self._yearly_reports()
        self.papers = self._papers()
        self._told()

    def _association(self, which: str) -> Association:
        m = self.m
        association = Association.objects.create(
            slug=m(f"{which} association: key"),
            name=m(f"{which} association: name", ANYONE, ANYONE),
            acronym=m(f"{which} association: acronym"),
            presentation=m(f"{which} association: presentation", ANYONE, ANYONE),
            site=f"https://{m(f'{which} association: site')}.example",
            joined_on=JOINED_ON,
            has_link=True,
            link_checked_on=JOINED_ON,
            link_url=f"https://{m(f'{which} association: page of the link', PAPERS)}.example",
        )
        Network.objects.create(
            association=association,
            name=m(f"{which} association: network", ANYONE, ANYONE),
            url=f"https://{m(f'{which} association: address of network')}.example",
        )
        Publication.objects.create(
            association=association,
            title=m(f"{which} association: publication", ANYONE, ANYONE),
            url=f"https://{m(f'{which} association: address of publication')}.example",
        )
        Participation.objects.create(
            association=association,
            on=JOINED_ON,
            occasion=m(f"{which} association: occasion", ANYONE, ANYONE),
        )
        # What the card said once is for those who may edit it.
        association.presentation, kept = (
            m(
                f"{which} association: earlier presentation",
                self._editors(which),
                self._editors(which),
            ),
            association.presentation,
        )
        association.save()
        association.presentation = kept
        association._change_reason = m(  # type: ignore[attr-defined]
            f"{which} association: reason of a change", self._editors(which)
        )
        association.save()
        return association

    def _editors(self, which: str) -> frozenset[str]:
        return PAPERS if which == "own" else WORK

    def _mandates(self) -> None:
        for person, association, which in [
            (self.member, self.own, "own"),
            (self._other_member(), self.other, "other"),
        ]:
            Mandate.objects.filter(person=person).delete()
            Mandate.objects.create(
                person=person,
                association=association,
                kind=MandateKind.TITULAR,
                function=self.m(f"{which} mandate: function", PAPERS | PEOPLE_READERS, PAPERS),
                since=JOINED_ON,
            )

    def _other_member(self) -> User:
        return User.objects.get(pk=self.people["other"].pk)

    def _group(self) -> WorkingGroup:
        m = self.m
        group = WorkingGroup.objects.create(
            slug=m("group: key", PAPERS),
            name=m("group: name", PAPERS, PAPERS),
            purpose=m("group: purpose", PAPERS, PAPERS),
            created_on=JOINED_ON,
        )
        GroupMembership.objects.create(group=group, association=self.own, since=JOINED_ON)
        return group

    def _invitations(self) -> None:
        for association, which, audience in [
            (self.own, "own", PEOPLE_READERS | {Role.MEMBER}),
            (self.other, "other", PEOPLE_READERS),
        ]:
            Invitation.objects.create(
                email=f"{self.m(f'{which} invitation: address', audience)}@vigie.example",
                role=Role.MEMBER,
                association=association,
                mandate_kind=MandateKind.ALTERNATE,
                secret_sha256=self.m(f"{which} invitation: fingerprint", NOBODY),
                created_by=self.secretariat,
                expires_at=timezone.now() + dt.timedelta(days=7),
            )

    def _invitation_of_guest(self, application: MembershipApplication) -> None:
        """It leads to an application, which not everyone who reads invitations may read."""
        Invitation.objects.create(
            email=f"{self.m('invitation of a guest: address', PEOPLE_READERS)}@vigie.example",
            role=Role.GUEST,
            application=application,
            guest_until=timezone.localdate() + dt.timedelta(days=30),
            secret_sha256=self.m("invitation of a guest: fingerprint", NOBODY),
            created_by=self.secretariat,
            expires_at=timezone.now() + dt.timedelta(days=7),
        )

    def _application(
        self, which: str, audience: frozenset[str], *, guest: User | None
    ) -> MembershipApplication:
        m = self.m
        today = timezone.localdate()
        application = MembershipApplication.objects.create(
            name=m(f"{which} application: name", audience, audience),
            acronym=m(f"{which} application: acronym", audience),
            site=f"https://{m(f'{which} application: site', audience)}.example",
            about_trafficking=m(f"{which} application: work", audience, audience),
            motivation=m(f"{which} application: reasons", audience, audience),
        )
        if guest is not None:
            GuestAccess.objects.filter(person=guest).delete()
            GuestAccess.objects.create(
                person=guest, application=application, until=today + dt.timedelta(days=30)
            )
        paper = ApplicationPaper(
            application=application,
            kind=PaperKind.STATUTES,
            verdict=PaperVerdict.REFUSED,
            remark=m(f"{which} application: remark on a paper", audience, audience),
            added_by=self.secretariat,
        )
        self._file(paper, f"{which} application: paper", audience, audience)
        ApplicationEvent.objects.create(
            application=application,
            state=ApplicationState.RECEIVED,
            on=today,
            reason=m(f"{which} application: reason of a step", audience),
            by=self.secretariat,
        )
        letter = ApplicationLetter(
            application=application,
            kind=LetterKind.RECEPTION,
            body=m(f"{which} application: letter", audience),
            created_by=self.secretariat,
        )
        self._file(letter, f"{which} application: letter", audience)
        return application

    def _yearly_reports(self) -> None:
        self.call = ReportCall.objects.create(
            year=2014, opened_on=JOINED_ON, deadline=dt.date(2015, 6, 30)
        )
        YearlyReport.objects.create(
            call=self.call,
            association=self.own,
            title=self.m("yearly report: title", ANYONE, ANYONE),
            url=f"https://{self.m('yearly report: address')}.example",
            received_on=JOINED_ON,
            recorded_by=self.secretariat,
        )

    def _papers(self) -> list[Paper]:
        member, guest = frozenset({Role.MEMBER}), frozenset({Role.GUEST})
        named = Audience.NAMED
        return [
            self._paper("for anyone", ANYONE, Audience.PUBLIC),
            self._paper("for members", PAPERS, Audience.MEMBERS),
            self._paper("for the secretariat", WORK, Audience.SECRETARIAT, people=[self.member]),
            self._paper("naming the member", member | WORK, named, people=[self.member]),
            self._paper("naming the guest", guest | WORK, named, people=[self.guest]),
            self._paper("naming a group", member | WORK, named, groups=[self.group]),
            self._paper("naming nobody here", WORK, named, people=[self.people["other"]]),
            self._paper("of own association", member | WORK, named, association=self.own),
            self._paper("of another association", WORK, named, association=self.other),
        ]

    def _paper(
        self,
        what: str,
        readers: frozenset[str],
        audience: Audience,
        *,
        people: list[User] | None = None,
        groups: list[WorkingGroup] | None = None,
        association: Association | None = None,
    ) -> Paper:
        paper = Paper(
            title=self.m(f"paper {what}: title", readers, readers),
            audience=audience,
            association=association,
            added_by=self.secretariat,
        )
        self._file(paper, f"paper {what}", readers, readers)
        paper.named_people.set(people or [])
        paper.named_groups.set(groups or [])
        return paper

    def _file(
        self,
        row: PrivateFileModel,
        what: str,
        readers: frozenset[str],
        must: frozenset[str] = NOBODY,
    ) -> None:
        from tests.canary import tiny_pdf

        content = tiny_pdf(self.m(f"{what}: text of the file", readers, must))
        row.file_name = f"{self.m(f'{what}: name of the file', readers)}.pdf"
        row.file_size = len(content)
        row.file_sha256 = self.m(f"{what}: fingerprint of the file", readers)
        row.file.save("x.pdf", ContentFile(content), save=False)
        # The name under which it is stored is for the machine alone.
        stored = f"{self.m(f'{what}: stored name', NOBODY)}.pdf"
        storage: Any = row.file.storage
        storage.save(stored, ContentFile(content))
        row.file.name = stored
        row.save()

    def _told(self) -> None:
        for role in Role:
            me = frozenset({role.value})
            Notice.objects.create(
                person=self.people[role.value],
                words=self.m(f"notice of {role}", me, me),
                path=f"/{self.m(f'page of the notice of {role}', me)}/",
            )
        FileReading.objects.create(
            person=self.member,
            kind="members.paper",
            row=1,
            title=self.m(
                "reading of the member",
                frozenset({Role.MEMBER, Role.COORDINATOR}),
                frozenset({Role.MEMBER, Role.COORDINATOR}),
            ),
        )

    # --- Addresses

    def rows_of(self, name: str) -> list[list[object]]:
        """What the address of a name may be about: every row of this world, whosever it is."""
        for prefix, rows in sorted(self._rows.items(), key=lambda pair: -len(pair[0])):
            if name.startswith(f"members:{prefix}"):
                return rows
        return [[]]

    @cached_property
    def _rows(self) -> dict[str, list[list[object]]]:
        slugs: list[list[object]] = [[row.slug] for row in self.associations]
        applications: list[list[object]] = [[row.pk] for row in self.applications]
        letters: list[list[object]] = [
            [row.pk, letter.pk] for row in self.applications for letter in row.letters.all()
        ]
        return {
            "association-": slugs,
            "association-list": [[]],
            "association-add": [[]],
            "link-check-record": slugs,
            "export": [
                [kind, form]
                for kind in ("associations", "mandats", "participations", "groupes")
                for form in ("csv", "xlsx")
            ],
            "group-": [[self.group.slug]],
            "group-list": [[]],
            "group-add": [[]],
            "group-member-end": [[self.group.slug, self.group.memberships.get().pk]],
            "report-call-": [[self.call.year]],
            "report-call-list": [[]],
            "report-call-open": [[]],
            "person-": [[person.pk] for person in self.people.values()],
            "person-list": [[]],
            "mandate-": [[row.pk] for row in Mandate.objects.all()],
            "mandate-list": [[]],
            "mandate-create": [[]],
            "invitation-": [[row.pk] for row in Invitation.objects.all()],
            "invitation-list": [[]],
            "invitation-create": [[]],
            "invitation-accept": [["not-a-secret"]],
            "paper-": [[row.pk] for row in self.papers],
            "paper-list": [[]],
            "paper-add": [[]],
            "application-": applications,
            "application-list": [[]],
            "application-add": [[]],
            "application-paper-": [
                [row.pk, paper.pk] for row in self.applications for paper in row.papers.all()
            ],
            "application-paper-add": applications,
            "letter-": letters,
            "letter-add": [[row.pk, kind] for row in self.applications for kind in LetterKind],
            "audit-entry": [
                [name, row.pk]
                for name, model in audit.kinds().items()
                # Of meetings, whose tables are many and alike, the newest row of each.
                for row in model.history.all()[: 1 if name.startswith("meetings.") else None]  # type: ignore[attr-defined]
            ],
        }

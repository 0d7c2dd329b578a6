"""A small world in which every text of every row carries a word of its own, and who may read each of these words.

`audience` is who may see a word, `must` who cannot miss it: a page that shows nothing leaks nothing either. The word
survives typography, Markdown, addresses, JSON and a PDF's text: letters and digits, no sign, no break.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.management import call_command

from common.work import WorkStatus
from measures.enums import FigureState, Involvement, SectionRole, SuccessionKind
from measures.models import (
    Box,
    EvaluationSection,
    Figure,
    FigureTable,
    MeasureInstitution,
    MeasureSuccession,
    Series,
    ThematicRecommendation,
    Theme,
)
from measures.services import Ask, Citation, discard_draft, revise_draft
from members.enums import Role
from members.models import User
from plan.enums import Meaning, VersionStatus
from plan.models import InstitutionAttachment, Milestone, PlanVersion
from reports.enums import ExportStep
from reports.models import MinutesExport
from tests.canary_collective import Collective
from tests.canary_commitments import Commitments
from tests.canary_meetings import Meetings
from tests.factories import (
    FOUND_ON,
    make_assessment,
    make_draft,
    make_evaluation,
    make_export,
    make_institution,
    make_measure,
    make_plan,
    make_priority,
    make_scale,
    make_source,
    make_user,
    publish_unchecked,
)

if TYPE_CHECKING:
    from typing import Any

    from measures.models import Assessment, Measure, Source
    from plan.models import Institution, Plan
    from reports.models import Export

ANONYMOUS = "anonymous"
ANYONE = frozenset({ANONYMOUS, *Role})
LOGGED_IN = ANYONE - {ANONYMOUS}
PAPERS = frozenset({Role.MEMBER, Role.SECRETARIAT, Role.COORDINATOR})
WORK = frozenset({Role.SECRETARIAT, Role.COORDINATOR})
PEOPLE_READERS = WORK | {Role.ADMINISTRATOR}
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Mark:
    """A word, what it stands in, and who may, and must, see it."""

    word: str
    what: str
    audience: frozenset[str]
    must: frozenset[str]


@dataclass
class Marks:
    """Every word that was given out."""

    given: list[Mark] = field(default_factory=list)
    # The same: words by themselves, and numbers.
    by_word: dict[str, Mark] = field(default_factory=dict)
    numbers: list[Mark] = field(default_factory=list)
    _next: count[int] = field(default_factory=lambda: count(1001))

    def __call__(
        self, what: str, audience: frozenset[str] = ANYONE, must: frozenset[str] = NOBODY
    ) -> str:
        mark = Mark(f"zq{next(self._next)}qz", what, audience, must)
        assert must <= audience, what
        self.given.append(mark)
        self.by_word[mark.word] = mark
        return mark.word

    def word(self, what: str) -> str:
        [mark] = [mark for mark in self.given if mark.what == what]
        return mark.word

    def number(self, what: str, audience: frozenset[str]) -> int:
        """A number that is a mark: nothing else in the world has so many figures."""
        mark = Mark(f"7{next(self._next)}7", what, audience, NOBODY)
        self.given.append(mark)
        self.numbers.append(mark)
        return int(mark.word)


@dataclass(frozen=True)
class Canary:
    marks: Marks
    people: dict[str, User | None]
    plan: Plan
    published: Assessment
    draft: Assessment
    exports: dict[str, Export]
    collective: Collective
    meetings: Meetings
    commitments: Commitments

    @property
    def measure(self) -> Measure:
        return self.published.measure


def tiny_pdf(text: str) -> bytes:
    """One page that says this."""
    stream = f"BT /F1 12 Tf 40 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, start)
    )


def build() -> Canary:
    m = Marks()
    people = _people(m)
    # Named nowhere but on drafts: where that name shows, somebody is told that there is a draft.
    drafter = make_user(
        Role.SECRETARIAT,
        name=m("who writes drafts", PAPERS | PEOPLE_READERS, PAPERS),
        email=f"{m('address of who writes drafts', PEOPLE_READERS)}@vigie.example",
    )
    plan, second = _plan(m)
    source = _source(m, "source", must=ANYONE)
    published, draft = _assessments(m, plan, source, by=people[Role.SECRETARIAT], drafter=drafter)
    _history(m, plan, by=drafter)
    _evaluation(m, plan, published, draft)
    _figures(m, plan, published.measure, source)
    _other_viewpoint(m, published.measure, second, drafter)
    known = {role: user for role, user in people.items() if user is not None}
    known["other"] = User.objects.get(name=m.word("name of another member"))
    collective = Collective(m, known)
    meetings = Meetings(m, collective, published.measure, second)
    commitments = Commitments(m, meetings)
    exports = _exports(m, plan, people)
    _minutes_export(m, meetings, known[Role.MEMBER])
    call_command("index_search", verbosity=0)
    return Canary(m, people, plan, published, draft, exports, collective, meetings, commitments)


def _people(m: Marks) -> dict[str, User | None]:
    people: dict[str, User | None] = {ANONYMOUS: None}
    for role in Role:
        me = frozenset({role.value})
        # Who represents whom is known among members; a guest, by those who invited them.
        known_to = PEOPLE_READERS if role == Role.GUEST else LOGGED_IN - {Role.GUEST}
        user = make_user(
            role,
            name=m(f"name of {role}", known_to | me, me),
            email=f"{m(f'address of {role}', PEOPLE_READERS | me, me)}@vigie.example",
        )
        user.password = f"!{m(f'password of {role}', NOBODY)}"
        user.save()
        people[role.value] = user
    other = make_user(
        name=m("name of another member", LOGGED_IN - {Role.GUEST}),
        email=f"{m('address of another member', PEOPLE_READERS)}@vigie.example",
    )
    other.password = f"!{m('password of another member', NOBODY)}"
    other.save()
    # Who chose to be written to by the other members.
    make_user(
        name=m("name of a member who shows their address", LOGGED_IN - {Role.GUEST}),
        email=f"{m('address shown to members', PAPERS | PEOPLE_READERS)}@vigie.example",
        shows_address=True,
    )
    return people


def _institution(m: Marks, what: str, must: frozenset[str] = NOBODY) -> Institution:
    return make_institution(
        key=m(f"{what}: key"),
        name=m(f"{what}: name"),
        acronym=m(f"{what}: acronym", ANYONE, must),
        website=f"https://{m(f'{what}: website')}.example/",
        about=m(f"{what}: about"),
        remark=m(f"{what}: remark"),
    )


def _plan(m: Marks) -> tuple[Plan, Institution]:
    """A plan with a predecessor, two assessors and everything that hangs on it."""
    scale = make_scale(name=m("scale"))
    for position, level in enumerate(scale.levels.all()):
        level.key, level.label = m(f"level {position}: key"), m(f"level {position}: label")
        level.short_label = m(f"level {position}: short label")
        level.save()
    lead, second = _institution(m, "lead assessor", ANYONE), _institution(m, "second assessor")
    plan = make_plan(
        slug=m("plan: slug", ANYONE, ANYONE),
        title=m("plan: title", ANYONE, ANYONE),
        short_title=m("plan: short title"),
        summary=m("plan: summary"),
        remark=m("plan: remark"),
        predecessor=make_plan(
            title=m("earlier plan: title"),
            starts_on=dt.date(2010, 1, 1),
            ends_on=dt.date(2012, 1, 1),
            adopted_on=dt.date(2010, 1, 1),
        ),
        scale=scale,
        lead_assessor=lead,
    )
    plan.assessors.add(second)
    PlanVersion.objects.create(
        plan=plan,
        label=m("version: label"),
        note=m("version: note"),
        dated_on=plan.adopted_on,
        status=VersionStatus.ADOPTED,
    )
    Milestone.objects.create(plan=plan, label=m("milestone"), on=plan.adopted_on)
    make_priority(
        plan,
        number=m("priority: number"),
        title=m("priority: title", ANYONE, ANYONE),
        text=m("priority: text"),
    )
    InstitutionAttachment.objects.create(
        institution=lead, attached_to=second, note=m("attachment: note")
    )
    return plan, second


def _source(m: Marks, what: str, must: frozenset[str] = NOBODY) -> Source:
    return make_source(
        key=m(f"{what}: key"),
        citation=m(f"{what}: citation", ANYONE, must),
        short=m(f"{what}: short form"),
        author=m(f"{what}: author"),
        url=f"https://{m(f'{what}: link')}.example/",
        remark=m(f"{what}: remark"),
    )


def _measure(m: Marks, plan: Plan, what: str) -> Measure:
    return make_measure(
        plan,
        number=m(f"{what}: number"),
        title=m(f"{what}: title", ANYONE, ANYONE),
        short_title=m(f"{what}: short title", ANYONE, ANYONE),
        summary=m(f"{what}: summary"),
    )


def _texts(
    m: Marks, what: str, audience: frozenset[str], must: frozenset[str], source: Source
) -> dict[str, Any]:
    """Every text of an assessment and of its parts."""
    return {
        "reason": m(f"{what}: reason", audience, must),
        "state_actions": f"{m(f'{what}: actions', audience, must)} [@{source.key}]",
        "observations": m(f"{what}: observations", audience, must),
        "remark": m(f"{what}: remark", audience),
        "citations": [Citation(source, place=m(f"{what}: place in the source", audience))],
        "recommendations": [
            Ask(
                text=m(f"{what}: recommendation", audience, must),
                number=m.number(f"{what}: number of the recommendation", audience),
            )
        ],
    }


def _assessments(
    m: Marks, plan: Plan, source: Source, *, by: User | None, drafter: User
) -> tuple[Assessment, Assessment]:
    """Published ones, drafts, and every way in which one row leads to the other kind."""
    only_draft = make_draft(
        _measure(m, plan, "measure with a draft"),
        by=drafter,
        **_texts(m, "draft", PAPERS, PAPERS, source),
    )
    published = make_assessment(
        _measure(m, plan, "measure"),
        Meaning.PARTIAL,
        by=by,
        **_texts(m, "published", ANYONE, ANYONE, source),
    )
    MeasureInstitution.objects.create(
        measure=published.measure,
        institution=_institution(m, "leading institution", ANYONE),
        involvement=Involvement.LEAD,
    )
    MeasureSuccession.objects.create(
        predecessor=published.measure,
        successor=only_draft.measure,
        kind=SuccessionKind.CARRIED_OVER,
    )
    # A correction under way: the same measure has both.
    make_draft(
        published.measure,
        meaning=Meaning.NONE,
        by=drafter,
        supersedes=published,
        **_texts(m, "draft correction", PAPERS, NOBODY, source),
    )
    # Corrected and published: both are facts.
    mistaken = make_assessment(
        _measure(m, plan, "corrected measure"),
        Meaning.NONE,
        by=by,
        **_texts(m, "corrected", ANYONE, NOBODY, source),
    )
    make_assessment(
        mistaken.measure,
        Meaning.FULL,
        by=by,
        supersedes=mistaken,
        **_texts(m, "correction", ANYONE, NOBODY, source),
    )
    # A published text that refers to a draft's: no service would write it, and it must not leak all the same.
    sharing = make_draft(
        _measure(m, plan, "measure sharing a draft's text"),
        meaning=None,
        lacks_information=True,
        observations_with=only_draft,
        by=by,
        reason=m("sharing: reason", ANYONE, ANYONE),
    )
    publish_unchecked(sharing, by=by)
    return published, only_draft


def _history(m: Marks, plan: Plan, *, by: User) -> None:
    """What was written once and is no longer there: the history keeps it for those who may edit."""
    measure = _measure(m, plan, "measure with a past")
    measure.short_title, kept = m("earlier short title", WORK, WORK), measure.short_title
    measure.save()
    measure.short_title = kept
    measure._change_reason = m("reason of a change", WORK, WORK)  # type: ignore[attr-defined]
    measure.save()
    draft = make_draft(measure, by=by, reason=m("earlier draft", WORK, WORK))
    draft = revise_draft(draft=draft, version=draft.version, reason=m("later draft", WORK, WORK))
    discard_draft(draft=draft, version=draft.version)


def _evaluation(m: Marks, plan: Plan, published: Assessment, draft: Assessment) -> None:
    evaluation = make_evaluation(
        plan,
        key=m("evaluation: key"),
        kind=m("evaluation: kind"),
        title=m("evaluation: title"),
        body=m("evaluation: body"),
        vote=m("evaluation: vote"),
    )
    for role in SectionRole:
        EvaluationSection.objects.create(
            evaluation=evaluation,
            role=role,
            title=m(f"section {role}: title"),
            text=m(f"section {role}: text"),
        )
    theme = Theme.objects.create(
        evaluation=evaluation,
        number=m("theme: number"),
        position=1,
        title=m("theme: title"),
        text=m("theme: text"),
    )
    proposal = ThematicRecommendation.objects.create(
        theme=theme, position=1, text=m("thematic recommendation")
    )
    proposal.measures.add(published.measure)
    proposal.recommendations.add(published.recommendations.get(), draft.recommendations.get())


def _figures(m: Marks, plan: Plan, measure: Measure, source: Source) -> None:
    table = FigureTable.objects.create(
        plan=plan,
        measure=measure,
        assessor=plan.lead_assessor,
        key=m("table: key"),
        caption=m("table: caption", ANYONE, ANYONE),
        unit=m("table: unit"),
        published_on=FOUND_ON,
        source=source,
        source_text=m("table: source as printed"),
        note=m("table: note"),
        remark=m("table: remark"),
    )
    series = Series.objects.create(
        table=table, key=m("series: key"), label=m("series: label", ANYONE, ANYONE), position=1
    )
    Figure.objects.create(
        series=series, period=m("period"), position=1, state=FigureState.NUMBER, value=3
    )
    Box.objects.create(
        plan=plan,
        measure=measure,
        assessor=plan.lead_assessor,
        key=m("box: key"),
        title=m("box: title"),
        text=m("box: text", ANYONE, ANYONE),
        published_on=FOUND_ON,
    )


def _other_viewpoint(m: Marks, measure: Measure, assessor: Institution, drafter: User) -> None:
    make_assessment(
        measure,
        Meaning.NONE,
        assessor=assessor,
        reason=m("second assessor's finding", ANYONE, ANYONE),
    )
    make_draft(
        measure, assessor=assessor, by=drafter, reason=m("second assessor's draft", PAPERS, PAPERS)
    )


def _exports(m: Marks, plan: Plan, people: dict[str, User | None]) -> dict[str, Export]:
    def make(what: str, audience: frozenset[str], on: dt.date, **fields: Any) -> Export:
        text = m(f"{what} report: text", audience, audience)
        # Where the file lies is nobody's business.
        place = m(f"{what} report: name of the file", NOBODY)
        return make_export(
            plan,
            on=on,
            requested_by=people[Role.COORDINATOR],
            file=ContentFile(tiny_pdf(text), name=f"{place}.pdf"),
            sha256=m(f"{what} report: sum", audience, audience).ljust(64, "0"),
            data_sha256=m(f"{what} report: sum of the data", audience).ljust(64, "1"),
            **fields,
        )

    day = dt.timedelta(days=1)
    return {
        "published": make("published", ANYONE, FOUND_ON, publish=True),
        "finished": make("unpublished", WORK, FOUND_ON + day),
        "failed": make_export(
            plan,
            on=FOUND_ON + 2 * day,
            requested_by=people[Role.COORDINATOR],
            status=WorkStatus.FAILED,
            step=ExportStep.RENDERING,
            error=m("what went wrong", WORK, WORK),
        ),
        "running": make_export(
            plan,
            on=FOUND_ON + 3 * day,
            requested_by=people[Role.COORDINATOR],
            status=WorkStatus.RUNNING,
            step=ExportStep.COMPOSING,
        ),
    }


def _minutes_export(m: Marks, meetings: Meetings, member: User) -> None:
    """A member's own copy of minutes: nobody else's, and it leaves only if it still says what they may read."""
    own = frozenset({Role.MEMBER.value})
    MinutesExport.objects.create(
        minutes=meetings.circulated,
        requested_by=member,
        status=WorkStatus.FAILED,
        step=ExportStep.RENDERING,
        error=m("copy of minutes: what went wrong", own),
        file=ContentFile(
            tiny_pdf(m("copy of minutes: text", NOBODY)),
            name=f"{m('copy of minutes: stored name', NOBODY)}.pdf",
        ),
        sha256=m("copy of minutes: sum", own).ljust(64, "0"),
        key=m("copy of minutes: key", NOBODY),
    )

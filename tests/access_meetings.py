"""Who gets which answer at the addresses of meetings and minutes; how to read it is said in `tests.access`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils import timezone

from meetings.enums import MinutesStatus
from meetings.models import (
    AgendaItem,
    Annotation,
    Attendance,
    Correction,
    Decision,
    FollowUp,
    Question,
)
from members.access import Relation, Verb
from members.enums import Audience, Role
from tests.access_cases import Case, ask, do, not_read, page, see
from tests.factories import (
    make_association,
    make_institution,
    make_invitee,
    make_meeting,
    make_meeting_paper,
    make_minutes,
    make_section,
    make_user,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from measures.models import Measure
    from meetings.models import Meeting, MeetingPaper, MinutesSection
    from members.models import User

NAMED = {"relation": Relation.NAMED}
OWN = {"relation": Relation.OWN}

# A row that somebody may not see, and one that is not there.
MISSING = {
    "meeting": "no meeting",
    "circulated minutes": "no meeting",
    "draft minutes": "no meeting",
    "minutes naming another": "no meeting",
    "members meeting paper": "no meeting paper",
    "named meeting paper": "no meeting paper",
    "secretariat meeting paper": "no meeting paper",
    "circulated section": "no section",
    "draft section": "no section",
    "question": "no question",
    "annotation": "no annotation",
    "correction": "no correction",
    "follow-up": "no follow-up",
}


@dataclass
class Rows:
    """Rows of meetings, and those among them that can be made somebody's own."""

    addresses: dict[str, list[Any]]
    asking: Meeting
    naming: MinutesSection
    paper: MeetingPaper
    annotation: Annotation
    correction: Correction

    def belong_to(self, user: User | None) -> None:
        if user is None:
            return
        if user.role in {Role.GUEST, Role.MEMBER}:
            for meeting in (self.asking, self.naming.minutes.meeting):
                make_invitee(meeting, user)
        self.naming.named_people.add(user)
        self.paper.named_people.add(user)
        if user.role == Role.MEMBER:
            for remark in (self.annotation, self.correction):
                remark.author = user
                remark.save()


def make_rows(measure: Measure) -> Rows:
    on = dt.date(2017, 3, 1)
    public, plain, asking = make_meeting(on, is_public=True), make_meeting(on), make_meeting(on)
    told = make_section(
        make_minutes(public, status=MinutesStatus.ADOPTED), audience=Audience.PUBLIC
    )
    circulated = make_section(
        make_minutes(remarks_until=timezone.localdate()), text="Ce qui fut dit ce jour-là."
    )
    draft = make_section(make_minutes(status=MinutesStatus.DRAFT))
    naming = make_section(audience=Audience.NAMED, people=[make_user()])
    decision = Decision.objects.create(section=circulated, text="Écrire")
    follow_up = FollowUp.objects.create(section=circulated, text="Relancer", who="Le secrétariat")
    public_follow_up = FollowUp.objects.create(section=told, text="Publier", who="Le secrétariat")
    person = make_invitee(plain, make_user()).person
    item = AgendaItem.objects.create(meeting=plain, title="Un point")
    attendance = Attendance.objects.create(meeting=plain, association=make_association())
    papers = {
        "public": make_meeting_paper(public, audience=Audience.PUBLIC, **_text()),
        "members": make_meeting_paper(plain, **_text()),
        "named": make_meeting_paper(plain, audience=Audience.NAMED, people=[make_user()]),
        "mine": make_meeting_paper(
            asking, audience=Audience.NAMED, people=[make_user()], **_text()
        ),
        "secretariat": make_meeting_paper(plain, audience=Audience.SECRETARIAT),
    }
    question = Question.objects.create(meeting=plain, text="Quand", audience=Audience.MEMBERS)
    remark = {"section": circulated, "author": make_user(), "passage": "Ce qui fut dit"}
    annotation, mine = (Annotation.objects.create(**remark, text="Oui") for _n in range(2))
    correction, own = (Correction.objects.create(**remark, replacement="Non") for _n in range(2))
    slug, held = plain.slug, circulated.minutes.meeting.slug
    addresses: dict[str, list[Any]] = {
        "meeting": [slug],
        "public meeting": [public.slug],
        "meeting asking me": [asking.slug],
        "no meeting": ["nowhere"],
        "invitee": [slug, person.pk],
        "point": [slug, item.pk],
        "presence": [slug, attendance.pk],
        "public minutes": [public.slug],
        "circulated minutes": [held],
        "draft minutes": [draft.minutes.meeting.slug],
        "minutes naming me": [naming.minutes.meeting.slug],
        "public section": [public.slug, told.pk],
        "circulated section": [held, circulated.pk],
        "draft section": [draft.minutes.meeting.slug, draft.pk],
        "no section": [held, 10**6],
        "decision": [held, decision.pk],
        "follow-up of section": [held, follow_up.pk],
        "follow-up": [follow_up.pk],
        "public follow-up": [public_follow_up.pk],
        "no follow-up": [10**6],
        "public meeting paper": [public.slug, papers["public"].pk],
        "members meeting paper": [slug, papers["members"].pk],
        "named meeting paper": [slug, papers["named"].pk],
        "meeting paper naming me": [asking.slug, papers["mine"].pk],
        "secretariat meeting paper": [slug, papers["secretariat"].pk],
        "no meeting paper": [slug, 10**6],
        "question": [slug, question.pk],
        "no question": [slug, 10**6],
        "annotation": [held, annotation.pk],
        "own annotation": [held, mine.pk],
        "no annotation": [held, 10**6],
        "correction": [held, correction.pk],
        "own correction": [held, own.pk],
        "no correction": [held, 10**6],
        "export of annotations": [held, "csv"],
        "calendar secret": ["x" * 43],
        "measure of meetings": [measure.plan.slug, measure.number],
        "institution of meetings": [make_institution().key],
        "section for anyone": [told.pk],
        "section for members": [circulated.pk],
        "draft of a section": [draft.pk],
    }
    return Rows(addresses, asking, naming, papers["mine"], mine, own)


def _text() -> dict[str, Any]:
    """A paper with something to read, and a file to take."""
    return {
        "text": "Un texte à commenter.",
        "comments_until": timezone.localdate(),
        "file": ContentFile(b"Une note.", name="note.txt"),
        "file_name": "note.txt",
    }


def _meeting_form(name: str, done: str = "422", *, methods: str = "GET POST") -> Iterator[Case]:
    """Something that the secretariat does with a meeting."""
    address = f"meetings:{name}"
    rows: list[tuple[str, dict[str, Any]]] = [
        ("meeting", {}),
        ("public meeting", {"seen_as": "meeting-public"}),
        ("meeting asking me", NAMED),
        ("no meeting", {}),
    ]
    for row, more in rows:
        if "GET" in methods:
            yield ask(address, "meeting", Verb.EDIT, row, **more)
        if "POST" in methods:
            yield do(address, "meeting", Verb.EDIT, row, done=done, **more)
    if methods == "POST":
        yield not_read(address, "meeting")


def _on_point(name: str, done: str, *, methods: str = "GET POST") -> Iterator[Case]:
    address = f"meetings:{name}"
    if "GET" in methods:
        yield ask(address, "meeting", Verb.EDIT, "point")
    else:
        yield not_read(address, "point")
    yield do(address, "meeting", Verb.EDIT, "point", done=done)


def _on_minutes(
    name: str, verb: Verb = Verb.EDIT, done: str = "422", *, methods: str = "GET POST"
) -> Iterator[Case]:
    """Something that the secretariat does with minutes: 403 where they may be read, 404 where not."""
    address = f"meetings:{name}"
    for row, seen_as in [
        ("circulated minutes", "minutes-members"),
        ("draft minutes", "minutes-draft"),
        ("no meeting", "minutes-draft"),
    ]:
        if "GET" in methods:
            yield ask(address, "minutes-draft", verb, row, seen_as=seen_as)
        if "POST" in methods:
            yield do(address, "minutes-draft", verb, row, done=done, seen_as=seen_as)
    if methods == "POST":
        yield not_read(address, "circulated minutes")


def _on_section(name: str, done: str = "422", *, methods: str = "GET POST") -> Iterator[Case]:
    address = f"meetings:{name}"
    for row, seen_as in [
        ("circulated section", "minutes-members"),
        ("draft section", "minutes-draft"),
        ("no section", "minutes-members"),
    ]:
        if "GET" in methods:
            yield ask(address, "minutes-draft", Verb.EDIT, row, seen_as=seen_as)
        if "POST" in methods:
            yield do(address, "minutes-draft", Verb.EDIT, row, done=done, seen_as=seen_as)
    if methods == "POST":
        yield not_read(address, "circulated section")


def _on_part(name: str, row: str, done: str = "422") -> Iterator[Case]:
    address = f"meetings:{name}"
    yield ask(address, "minutes-draft", Verb.EDIT, row, seen_as="minutes-members")
    yield do(address, "minutes-draft", Verb.EDIT, row, done=done, seen_as="minutes-members")


MEETINGS = [
    see("meetings:list", "meeting-public", verb=Verb.LIST),
    see("meetings:calendar", "meeting-public", verb=Verb.LIST),
    *[
        case
        for address in ("meetings:detail", "meetings:ics")
        for case in (
            see(address, "meeting-public", "public meeting"),
            see(address, "meeting", "meeting"),
            see(address, "meeting", "meeting asking me", **NAMED),
            see(address, "meeting", "no meeting"),
        )
    ],
    see("api:meetings-list", "meeting-public", verb=Verb.LIST),
    see("api:meetings-detail", "meeting-public", "public meeting"),
    see("api:meetings-detail", "meeting", "meeting"),
    see("api:meetings-detail", "meeting", "meeting asking me", **NAMED),
    see("api:meetings-detail", "meeting", "no meeting"),
    # Whose secret opens it is tried in tests/meetings/test_calendars.py.
    page("meetings:feed", "404 404 404 404 404 404", "calendar secret"),
    ask("meetings:calendar-link", "calendar", Verb.EDIT, **OWN),
    do("meetings:calendar-link", "calendar", Verb.EDIT, done="200", **OWN),
    do("meetings:calendar-link-withdraw", "calendar", Verb.EDIT, **OWN),
    not_read("meetings:calendar-link-withdraw"),
    ask("meetings:create", "meeting", Verb.CREATE),
    do("meetings:create", "meeting", Verb.CREATE, done="422"),
    *_meeting_form("edit"),
    *_meeting_form("copy"),
    *_meeting_form("cancel"),
    *_meeting_form("convene"),
    *_meeting_form("agenda", methods="GET"),
    *_meeting_form("agenda-add", methods="POST"),
    *_meeting_form("agenda-prepare", "302"),
    *_on_point("agenda-edit", "422"),
    *_on_point("agenda-move", "400", methods="POST"),
    *_on_point("agenda-outcome", "302", methods="POST"),
    *_on_point("agenda-delete", "302"),
    ask("meetings:answer-for", "meeting", Verb.EDIT, "invitee"),
    do("meetings:answer-for", "meeting", Verb.EDIT, "invitee", done="422"),
    # Only whoever is asked answers for themselves: the others may look at the meeting, or know nothing of it.
    page("meetings:answer", "login 200 200 403 403 404", "meeting asking me"),
    page("meetings:answer", "login 404 403 403 403 404", "meeting"),
    *[
        case
        for name, row, done in [
            ("attendance", "meeting", "409"),
            ("attendance-add", "meeting", "422"),
            ("attendance-edit", "presence", "422"),
            ("attendance-delete", "presence", "302"),
        ]
        for case in (
            ask(f"meetings:{name}", "attendance", Verb.EDIT, row),
            do(f"meetings:{name}", "attendance", Verb.EDIT, row, done=done),
        )
    ],
]

PAPERS = [
    *[
        case
        for name in ("paper-add", "question-add")
        for case in (
            ask(f"meetings:{name}", "meeting-paper-members", Verb.EDIT, "meeting"),
            do(f"meetings:{name}", "meeting-paper-members", Verb.EDIT, "meeting", done="422"),
        )
    ],
    *[
        case
        for name in ("paper-edit", "paper-replace", "paper-delete")
        for row, thing, more in [
            ("public meeting paper", "meeting-paper-public", {}),
            ("members meeting paper", "meeting-paper-members", {}),
            ("named meeting paper", "meeting-paper-named", {}),
            ("meeting paper naming me", "meeting-paper-named", NAMED),
            ("secretariat meeting paper", "meeting-paper-secretariat", {}),
        ]
        for case in (
            ask(f"meetings:{name}", thing, Verb.EDIT, row, **more),
            do(f"meetings:{name}", thing, Verb.EDIT, row, done="422", **more),
        )
    ],
    *[
        see("meetings:paper-read", thing, row, **more)
        for row, thing, more in [
            ("public meeting paper", "meeting-paper-public", {}),
            ("members meeting paper", "meeting-paper-members", {}),
            ("meeting paper naming me", "meeting-paper-named", NAMED),
            ("no meeting paper", "meeting-paper-members", {}),
        ]
    ],
    see("meetings:paper-download", "meeting-paper-members", "members meeting paper"),
    see("meetings:paper-download", "meeting-paper-public", "public meeting paper"),
    *[
        case
        for name in ("question-edit", "question-delete")
        for case in (
            ask(f"meetings:{name}", "meeting-paper-members", Verb.EDIT, "question"),
            do(f"meetings:{name}", "meeting-paper-members", Verb.EDIT, "question", done="422"),
        )
    ],
]

MINUTES = [
    see("meetings:minutes-list", "minutes-public", verb=Verb.LIST),
    see("meetings:minutes", "minutes-public", "public minutes"),
    see("meetings:minutes", "minutes-members", "circulated minutes"),
    see("meetings:minutes", "minutes-draft", "draft minutes"),
    see("meetings:minutes", "minutes-named", "minutes naming me", **NAMED),
    see("meetings:minutes", "minutes-members", "no meeting"),
    see("api:minutes-sections-list", "minutes-public", verb=Verb.LIST),
    see("api:minutes-sections-detail", "minutes-public", "section for anyone"),
    see("api:minutes-sections-detail", "minutes-members", "section for members"),
    see("api:minutes-sections-detail", "minutes-draft", "draft of a section"),
    see("api:minutes-sections-detail", "minutes-members", "no follow-up"),
    see("api:follow-ups-list", "minutes-public", verb=Verb.LIST),
    see("api:follow-ups-detail", "minutes-public", "public follow-up"),
    see("api:follow-ups-detail", "minutes-members", "follow-up"),
    see("api:follow-ups-detail", "minutes-members", "no follow-up"),
    see("meetings:search", "measure"),
    see("meetings:said-measure", "measure", "measure of meetings"),
    see("meetings:said-institution", "measure", "institution of meetings"),
    see("meetings:institution-meetings", "measure", "institution of meetings"),
    see("measures:institution-list", "measure"),
    see("measures:institution-detail", "measure", "institution of meetings"),
    *_on_minutes("editor", methods="GET"),
    *_on_minutes("completion", methods="GET"),
    *_on_minutes("minutes-date"),
    *_on_minutes("section-add", done="302"),
    *_on_minutes("circulate", Verb.PUBLISH),
    *_on_minutes("adopt", Verb.PUBLISH),
    do("meetings:minutes-start", "minutes-draft", Verb.EDIT, "meeting"),
    not_read("meetings:minutes-start", "meeting"),
    *_on_section("editor-section"),
    *_on_section("section-rename"),
    *_on_section("section-delete"),
    *_on_section("section-move", "302", methods="POST"),
    *_on_section("section-level", "302", methods="POST"),
    *_on_section("section-autosave", methods="POST"),
    *_on_section("section-preview", "200", methods="POST"),
    *_on_section("decision-add", methods="POST"),
    *_on_section("follow-up-add", methods="POST"),
    *_on_part("decision-edit", "decision"),
    *_on_part("decision-delete", "decision"),
    *_on_part("follow-up-edit", "follow-up of section"),
    *_on_part("follow-up-delete", "follow-up of section"),
    *_on_part("follow-up-close", "follow-up"),
    page("meetings:follow-ups", "login 200 200 200 200 200"),
    ask(
        "meetings:erratum-add",
        "minutes-draft",
        Verb.EDIT,
        "public section",
        seen_as="minutes-members",
    ),
    do(
        "meetings:erratum-add",
        "minutes-draft",
        Verb.EDIT,
        "public section",
        done="422",
        seen_as="minutes-members",
    ),
    ask("meetings:import", "minutes-import", Verb.CREATE, seen_as="meeting"),
    do("meetings:import", "minutes-import", Verb.CREATE, done="422", seen_as="meeting"),
    do("meetings:import-confirm", "minutes-import", Verb.CREATE, done="422", seen_as="meeting"),
    not_read("meetings:import-confirm"),
    see("reports:minutes", "minutes-members", "circulated minutes", verb=Verb.EXPORT),
    see("reports:minutes", "minutes-draft", "draft minutes", verb=Verb.EXPORT),
    see("reports:minutes", "minutes-members", "no meeting", verb=Verb.EXPORT),
    do("reports:minutes-create", "minutes-members", Verb.EXPORT, "circulated minutes"),
    not_read("reports:minutes-create", "circulated minutes"),
    # Nothing was made yet: back to the page that offers to.
    Case("reports:minutes-pdf", "minutes-members", Verb.EXPORT, "circulated minutes", done="302"),
    Case("reports:minutes-pdf", "minutes-draft", Verb.EXPORT, "draft minutes", done="302"),
]

REMARKS = [
    see("meetings:versions", "minutes-members", "circulated minutes", verb=Verb.CREATE),
    see("meetings:corrections", "annotation", "circulated minutes", verb=Verb.CREATE),
    see("meetings:annotations", "annotation", "circulated minutes", verb=Verb.CREATE),
    see("meetings:versions", "minutes-members", "no meeting", verb=Verb.CREATE),
    *[
        case
        for name in ("correction-add", "annotation-add")
        for case in (
            ask(f"meetings:{name}", "annotation", Verb.CREATE, "circulated section"),
            ask(f"meetings:{name}", "annotation", Verb.CREATE, "no section"),
            do(f"meetings:{name}", "annotation", Verb.CREATE, "circulated section", done="422"),
        )
    ],
    ask("meetings:paper-annotation-add", "annotation", Verb.CREATE, "members meeting paper"),
    do(
        "meetings:paper-annotation-add",
        "annotation",
        Verb.CREATE,
        "members meeting paper",
        done="422",
    ),
    Case("meetings:annotations-export", "annotation", Verb.EXPORT, "export of annotations"),
    do("meetings:correction-decide", "annotation", Verb.EDIT, "correction", done="422"),
    not_read("meetings:correction-decide", "correction"),
    *[
        case
        for name in ("annotation-edit", "annotation-delete")
        for row, more in [("annotation", {}), ("own annotation", OWN), ("no annotation", {})]
        for case in (
            ask(f"meetings:{name}", "annotation", Verb.EDIT, row, **more),
            do(f"meetings:{name}", "annotation", Verb.EDIT, row, done="422", **more),
        )
    ],
    not_read("meetings:correction-withdraw", "own correction"),
]

CASES = [*MEETINGS, *PAPERS, *MINUTES, *REMARKS]

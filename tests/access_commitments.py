"""Who gets which answer at the addresses of commitments and letters; how to read it is said in `tests.access`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from commitments.enums import EventKind, LetterStatus
from commitments.models import LetterReply, LetterRun, LetterTemplate
from common.work import WorkStatus
from members.access import Relation, Verb
from members.enums import Audience, Role
from tests.access_cases import Case, ask, do, not_read, page, see
from tests.factories import (
    make_commitment,
    make_event,
    make_institution,
    make_letter,
    make_user,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from commitments.models import Commitment, Letter
    from measures.models import Measure
    from members.models import User

NAMED = {"relation": Relation.NAMED}
OWN = {"relation": Relation.OWN}
NOTE = b"%PDF-1.4 Une note."

# A row that somebody may not see, and one that is not there.
MISSING = {
    "members commitment": "no commitment",
    "named commitment": "no commitment",
    "secretariat commitment": "no commitment",
    "draft letter": "no letter of ours",
    "sent letter": "no letter of ours",
    "named letter": "no letter of ours",
    "run": "no run",
    "template": "no template",
}


@dataclass
class Rows:
    """Rows of commitments, and those among them that can name somebody."""

    addresses: dict[str, list[Any]]
    naming: Commitment
    letter: Letter

    def belong_to(self, user: User | None) -> None:
        if user is None:
            return
        self.naming.named_people.add(user)
        self.letter.named_people.add(user)


def make_rows(measure: Measure) -> Rows:
    other = [make_user()]
    institution = make_institution()
    public = make_commitment(audience=Audience.PUBLIC, institution=institution, measures=[measure])
    members = make_commitment()
    event = make_event(members, EventKind.NO_NEWS, dt.date(2015, 1, 22))
    naming = make_commitment(audience=Audience.NAMED, people=other)
    sent = _laid_out(make_letter(status=LetterStatus.SENT, commitments=[members]))
    signed = _laid_out(make_letter(status=LetterStatus.SIGNED))
    mine = _laid_out(make_letter(status=LetterStatus.SENT, audience=Audience.NAMED, people=other))
    reply = LetterReply.objects.create(
        letter=sent,
        dated_on=dt.date(2015, 5, 2),
        summary="Rien de neuf.",
        file=default_storage.save("reponse.pdf", ContentFile(NOTE)),
        file_name="reponse.pdf",
    )
    template = LetterTemplate.objects.create(
        name="Relance", subject="Vos engagements", body="Nous attendons.", closing="Salutations."
    )
    run = LetterRun.objects.create(
        requested_by=make_user(Role.SECRETARIAT),
        letters_asked=1,
        status=WorkStatus.DONE,
        file=default_storage.save("exports/courriers.pdf", ContentFile(NOTE)),
        sha256="x",
        finished_at=timezone.now(),
    )
    addresses: dict[str, list[Any]] = {
        "public commitment": [public.slug],
        "members commitment": [members.slug],
        "named commitment": [make_commitment(audience=Audience.NAMED, people=other).slug],
        "commitment naming me": [naming.slug],
        "secretariat commitment": [make_commitment(audience=Audience.SECRETARIAT).slug],
        "no commitment": ["nowhere"],
        "event": [members.slug, event.pk],
        "draft letter": [make_letter().pk],
        "signed letter": [signed.pk],
        "sent letter": [sent.pk],
        "named letter": [
            make_letter(status=LetterStatus.SENT, audience=Audience.NAMED, people=other).pk
        ],
        "letter naming me": [mine.pk],
        "no letter of ours": [10**6],
        "reply": [sent.pk, reply.pk],
        "no reply": [sent.pk, 10**6],
        "template": [template.pk],
        "no template": [10**6],
        "run": [run.pk],
        "no run": [10**6],
        "deadlines secret": ["x" * 43],
        "institution that promised": [institution.key],
        "measure of commitments": [measure.plan.slug, measure.number],
        "plan of commitments": [measure.plan.slug],
    }
    return Rows(addresses, naming, mine)


def _laid_out(letter: Letter) -> Letter:
    letter.file.name = default_storage.save("courrier.pdf", ContentFile(NOTE))
    letter.file_name, letter.laid_out_version = "courrier.pdf", letter.version
    letter.save()
    return letter


def _on_commitment(name: str, done: str = "422", *, methods: str = "GET POST") -> Iterator[Case]:
    """Something that the secretariat does with a commitment: 403 where it may be seen, 404 where not."""
    address = f"commitments:{name}"
    rows: list[tuple[str, str, dict[str, Any]]] = [
        ("public commitment", "commitment-public", {}),
        ("members commitment", "commitment-members", {}),
        ("named commitment", "commitment-named", {}),
        ("commitment naming me", "commitment-named", NAMED),
        ("secretariat commitment", "commitment-secretariat", {}),
        ("no commitment", "commitment-members", {}),
    ]
    for row, thing, more in rows:
        if "GET" in methods:
            yield ask(address, thing, Verb.EDIT, row, **more)
        if "POST" in methods:
            yield do(address, thing, Verb.EDIT, row, done=done, **more)
    if methods == "POST":
        yield not_read(address, "members commitment")


def _on_letter(
    name: str,
    verb: Verb,
    row: str,
    done: str = "422",
    *,
    thing: str = "letter-draft",
    methods: str = "GET POST",
) -> Iterator[Case]:
    """Something done with a letter that is not sent, which members know nothing of; then with one that is sent."""
    address = f"commitments:{name}"
    if "GET" in methods:
        yield ask(address, thing, verb, row, seen_as="letter-draft")
        yield ask(address, thing, verb, "no letter of ours")
    if "POST" in methods:
        yield do(address, thing, verb, row, done=done, seen_as="letter-draft")
    if methods == "POST":
        yield not_read(address, row)


COMMITMENTS = [
    see("commitments:list", "commitment-public", verb=Verb.LIST),
    *[
        case
        for address in ("commitments:detail", "api:commitments-detail")
        for case in (
            see(address, "commitment-public", "public commitment"),
            see(address, "commitment-members", "members commitment"),
            see(address, "commitment-named", "named commitment"),
            see(address, "commitment-named", "commitment naming me", **NAMED),
            see(address, "commitment-secretariat", "secretariat commitment"),
            see(address, "commitment-members", "no commitment"),
        )
    ],
    see("api:commitments-list", "commitment-public", verb=Verb.LIST),
    ask("commitments:create", "commitment-members", Verb.CREATE),
    do("commitments:create", "commitment-members", Verb.CREATE, done="422"),
    ask("commitments:event-choose", "commitment-members", Verb.CREATE),
    *_on_commitment("edit"),
    *_on_commitment("history", methods="GET"),
    *_on_commitment("event-add"),
    ask("commitments:event-retract", "commitment-members", Verb.EDIT, "event"),
    do("commitments:event-retract", "commitment-members", Verb.EDIT, "event", done="422"),
    see("commitments:measure", "commitment-public", "measure of commitments"),
    see("commitments:board", "commitment-public", "plan of commitments"),
    see("commitments:record", "commitment-public", "institution that promised"),
    see("commitments:comparison", "commitment-public", verb=Verb.LIST),
    page("commitments:record-pdf", "login 200 200 200 200 200", "institution that promised"),
    ask("commitments:follow-up", "commitment-members", Verb.EDIT, seen_as="commitment-members"),
    see("commitments:citable", "assessment-draft", "measure of commitments", verb=Verb.CREATE),
    see("commitments:in-minutes", "minutes-public", "public minutes"),
    see("commitments:in-minutes", "minutes-members", "circulated minutes"),
    see("commitments:in-minutes", "minutes-draft", "draft minutes"),
    *_on_commitment("cite", "302", methods="POST"),
    ask("commitments:publish", "commitment-public", Verb.PUBLISH, "public commitment"),
    ask(
        "commitments:publish",
        "commitment-public",
        Verb.PUBLISH,
        "members commitment",
        seen_as="commitment-members",
    ),
    Case("commitments:comparison-export", "commitment-members", Verb.EXPORT),
    # Whose secret opens it is tried in tests/commitments/test_feed.py.
    page("commitments:feed", "404 404 404 404 404 404", "deadlines secret"),
]

LETTERS = [
    page("commitments:letters", "login 200 200 200 200 404"),
    see("api:letters-list", "commitment-public", verb=Verb.LIST),
    *[
        case
        for address in ("commitments:letter", "commitments:letter-pdf")
        for case in (
            see(address, "letter-draft", "signed letter"),
            see(address, "letter", "sent letter"),
            see(address, "letter-named", "letter naming me", **NAMED),
            see(address, "letter", "no letter of ours"),
        )
    ],
    page("api:letters-detail", "404 404 404 200 200 404", "signed letter"),
    page("api:letters-detail", "404 404 200 200 200 404", "sent letter"),
    # The administrator runs the machine, and is no reader even where named.
    page("api:letters-detail", "404 200 200 200 200 404", "letter naming me"),
    page("api:letters-detail", "404 404 404 404 404 404", "no letter of ours"),
    see("commitments:letter", "letter-draft", "draft letter"),
    see("commitments:letter", "letter-named", "named letter"),
    see("commitments:reply-file", "letter", "reply"),
    see("commitments:reply-file", "letter", "no reply"),
    ask("commitments:letter-start", "letter-draft", Verb.CREATE, seen_as="letter"),
    do("commitments:letter-start", "letter-draft", Verb.CREATE, done="422", seen_as="letter"),
    *_on_letter("letter-edit", Verb.EDIT, "draft letter"),
    *_on_letter("letter-others", Verb.EDIT, "draft letter"),
    *_on_letter("letter-delete", Verb.EDIT, "draft letter"),
    *_on_letter("letter-sign", Verb.PUBLISH, "draft letter"),
    *_on_letter("letter-send", Verb.EDIT, "signed letter"),
    *_on_letter("letter-mail", Verb.EDIT, "signed letter", "302", methods="POST"),
    do("commitments:run-add", "letter-draft", Verb.EDIT),
    not_read("commitments:run-add"),
    *_on_letter("letter-lay-out", Verb.EDIT, "draft letter", "302", methods="POST"),
    ask("commitments:letter-reply", "letter", Verb.EDIT, "sent letter"),
    do("commitments:letter-reply", "letter", Verb.EDIT, "sent letter", done="422"),
    ask("commitments:letter-silent", "letter", Verb.EDIT, "sent letter"),
    do("commitments:letter-silent", "letter", Verb.EDIT, "sent letter", done="422"),
    see("commitments:templates", "letter-template", verb=Verb.LIST),
    ask("commitments:template-add", "letter-template", Verb.CREATE),
    do("commitments:template-add", "letter-template", Verb.CREATE, done="422"),
    ask("commitments:template-edit", "letter-template", Verb.EDIT, "template"),
    ask("commitments:template-edit", "letter-template", Verb.EDIT, "no template"),
    do("commitments:template-edit", "letter-template", Verb.EDIT, "template", done="422"),
    ask("commitments:run", "letter-draft", Verb.EDIT, "run"),
    ask("commitments:run", "letter-draft", Verb.EDIT, "no run"),
    ask("commitments:run-pdf", "letter-draft", Verb.EDIT, "run"),
]

CASES = [*COMMITMENTS, *LETTERS]

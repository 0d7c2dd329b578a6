"""The test that counts most: every page is read as every kind of person, and every word in it must be allowed there.

Each guard has a twin, in which the guard is taken off and the same reading must find a leak: a checker that cannot
find one proves nothing.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from commitments.models import Commitment
from commitments.models.commitments import CommitmentQuerySet
from commitments.models.events import CommitmentEventQuerySet
from commitments.models.letters import LetterQuerySet, PartOfLetterQuerySet
from commitments.models.runs import LetterRunQuerySet
from common import pdf_child
from common.fragments import kept_page
from common.search.visibility import forget_conditions
from measures.models import Assessment
from measures.models.assessments import AssessmentQuerySet, RecommendationQuerySet
from meetings import reading
from meetings.models.meetings import MeetingQuerySet
from meetings.models.minutes import MinutesSectionQuerySet
from meetings.models.papers import MeetingPaperQuerySet, QuestionQuerySet
from meetings.models.remarks import AnnotationQuerySet, CorrectionQuerySet
from members.backends import AuthenticationBackend
from members.enums import Audience, Role
from members.models import User
from members.models.applications import MembershipApplicationQuerySet
from members.models.groups import WorkingGroupQuerySet
from members.models.invitations import InvitationQuerySet
from members.models.mandates import MandateQuerySet
from members.models.papers import PaperQuerySet
from members.models.users import UserQuerySet
from members.services import papers
from members.services.invitations import invite
from members.services.yearly_reports import remind
from reports.compose import compose
from reports.models import ExportQuerySet
from reports.services import make_report
from reports.snapshot import build_snapshot, canonical_json
from tests.canary import ANONYMOUS, ANYONE, Canary, Mark, build
from tests.canary_meetings import COMMON_WORD
from tests.crawl import Page, crawl, fetch, text_of
from tests.test_access import addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from django.http import HttpResponse

    from tests.conftest import ClientAs

OURS = ("common", "members", "plan", "measures", "meetings", "commitments", "reports")
# Those who may see most come first: what a kept rendering has taken from them would show to the others.
ORDER = (
    Role.COORDINATOR,
    Role.SECRETARIAT,
    Role.MEMBER,
    Role.GUEST,
    Role.ADMINISTRATOR,
    ANONYMOUS,
)
# Texts that no fixture can choose.
COMPUTED = {
    "members.User.password": "marked too, but through the hash's own shape",
    "members.FileReading.kind": "the kind of row: a word of the code",
    "common.SearchEntry.kind": "the kind of row: a word of the code",
    "commitments.LetterRun.sha256": "made from the file",
    "measures.Measure.number_key": "made from the number",
    "measures.Measure.folded": "made from the number and the titles",
}

Seen = dict[str, list[Page]]
WORD = re.compile(r"zq\d+qz")


@pytest.fixture
def world(db: None) -> Canary:
    return build()


@pytest.fixture
def _pdfs_laid_out_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in a process for each, which takes longer to start than to lay out a page."""

    def lay_out(html: str, *, stylesheets: list[str], time_limit_s: int) -> bytes:
        root = Path(settings.STATICFILES_DIRS[0])
        [pdf] = pdf_child.render([html], root=root, stylesheets=stylesheets, variant="pdf/ua-1")
        return pdf

    monkeypatch.setattr("commitments.record_pdf.render_pdf", lay_out)


def starts(world: Canary) -> list[str]:
    """An address of every name, with the rows that one could try, and the doors that links do not show."""
    plan, number = world.plan.slug, world.measure.number
    drafts = [draft.pk for draft in Assessment.objects.drafts()]
    rows: dict[str, list[list[object]]] = {
        "measures:board": [[plan]],
        "measures:list": [[plan]],
        "measures:detail": [[plan, measure.number] for measure in world.plan.measures.all()],
        "measures:history": [[plan, measure.number] for measure in world.plan.measures.all()],
        "measures:assess": [[plan, measure.number] for measure in world.plan.measures.all()],
        "measures:discard": [[plan, number]],
        "reports:detail": [[export.pk] for export in world.exports.values()],
        "reports:download": [[export.pk] for export in world.exports.values()],
        "reports:publish": [[world.exports["finished"].pk]],
        "reports:withdraw": [[world.exports["published"].pk]],
        "api:plans-detail": [[plan]],
        "api:priorities-detail": [[plan, world.measure.priority.number]],
        "api:measures-detail": [[plan, measure.number] for measure in world.plan.measures.all()],
        "api:assessments-detail": [[row.pk] for row in Assessment.objects.all()],
        "api:recommendations-detail": [
            [row.pk] for one in Assessment.objects.all() for row in one.recommendations.all()
        ],
        "api:sources-detail": [[row.source.key] for row in world.published.citations.all()],
        "api:figure-tables-detail": [[plan, row.key] for row in world.plan.figure_tables.all()],
        "api:institutions-detail": [[world.plan.lead_assessor.key]],
        "account_reset_password_from_key": [["x", "y-z"]],
        "mfa_edit_webauthn": [[1]],
        "mfa_remove_webauthn": [[1]],
    }
    found = []
    for name in addresses(get_resolver().url_patterns):
        for arguments in rows.get(name) or _rows_of(world, name):
            found.append(reverse(name, args=arguments))
    board, listing = reverse("measures:board", args=[plan]), reverse("measures:list", args=[plan])
    assessor = [one.key for one in world.plan.assessors.all()]
    return [
        *found,
        *(f"{page}?par={key}" for page in (board, listing) for key in assessor),
        *(f"{page}?le={day}" for page in (board, listing) for day in ("2015-01-01", "2018-01-01")),
        *(f"{reverse('measures:detail', args=[plan, number])}?par={key}" for key in assessor),
        f"{board}?le=yesterday",
        f"{listing}?q=mesure&page=2",
        f"{reverse('api:assessments-list')}?statut=draft",
        f"{reverse('api:assessments-list')}?tri=-date",
        f"{reverse('api:recommendations-list')}?tri=numero",
        f"{reverse('api:assessments-list')}?observations__contains=z",
        *(f"{reverse('reports:list')}?plan={plan}&assessor={key}" for key in assessor),
        *(f"{reverse('measures:assess', args=[plan, number])}?par={key}" for key in assessor),
        *(f"/recherche/?q={words}" for words in (COMMON_WORD, f"{COMMON_WORD}&page=2", "mesure")),
        f"/plans/{plan}/mesures/{drafts[0]}/",
        "/collectif/journal/?quoi=members.filereading",
        "/nowhere/",
    ]


def _rows_of(world: Canary, name: str) -> list[list[object]]:
    if name.startswith(("commitments:", "api:commitments", "api:letters")):
        return world.commitments.rows_of(name)
    is_of_meetings = name.startswith(
        ("meetings:", "api:", "reports:minutes", "measures:institution")
    )
    return (world.meetings if is_of_meetings else world.collective).rows_of(name)


# What only changes something tells nothing.
ACTS = re.compile(
    "rediger|ordre-du-jour|presences|modifier|supprimer|ajouter|remplacer|calendrier|decider|retirer"
    "|signer|envoyer|reponse/|sans-reponse|mettre-en-page|autres-destinataires|citer|ecrire"
)


def glance(world: Canary, client: Client, *places: str) -> Iterator[Page]:
    """The pages that tell something, of some places or of all; what they lead to is not followed."""
    wanted = re.compile("|".join(places))
    for address in starts(world):
        if wanted.search(address) and not ACTS.search(address):
            yield fetch(client, address)


def read_all(world: Canary, client_as: ClientAs) -> Seen:
    where = starts(world)
    return {who: list(crawl(client_as(world.people[who]), where)) for who in ORDER}


def marks_in(world: Canary, text: str) -> Iterator[Mark]:
    for word in set(WORD.findall(text)) & world.marks.by_word.keys():
        yield world.marks.by_word[word]
    # Numbers are few, and may stand against other figures.
    yield from (mark for mark in world.marks.numbers if mark.word in text)


def leaks(world: Canary, who: str, pages: Iterable[Page]) -> Iterator[str]:
    """Words that somebody saw and may not see, with the page."""
    for page in pages:
        # What one asked for by its address, one knew: pages say it back (to change the language, to log in).
        path = page.address.partition("?")[0]
        said = page.text.replace(path, "").replace(quote(path), "")
        for mark in marks_in(world, said):
            if who not in mark.audience:
                yield f"{who} reads “{mark.what}” at {page.address}"


def missing(world: Canary, seen: Seen) -> list[str]:
    """Words that somebody must see and that no page showed them."""
    read = {
        who: {mark.word for page in pages for mark in marks_in(world, page.text)}
        for who, pages in seen.items()
    }
    return [
        f"{who} never reads “{mark.what}”"
        for mark in world.marks.given
        for who in sorted(mark.must & seen.keys())
        if mark.word not in read[who]
    ]


def words_in(world: Canary, text: str, *, but_for: frozenset[str]) -> list[str]:
    """What a text says that these readers may not know."""
    return [
        mark.what
        for mark in world.marks.given
        if mark.word in text and not but_for <= mark.audience
    ]


# --- The reading ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_pdfs_laid_out_here")
def test_everyone_sees_what_they_must_and_nothing_that_they_may_not(
    world: Canary, client_as: ClientAs, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        seen = read_all(world, client_as)
    assert [leak for who in seen for leak in leaks(world, who, seen[who])] == []
    assert missing(world, seen) == []
    # No page fell over, and the crawl went everywhere.
    for who, pages in seen.items():
        assert [page.address for page in pages if page.status >= 500] == [], who
        assert len(pages) > 100, who
    # What the machine writes down, and what it sends, is read by others still.
    written = caplog.text
    asked = {page.address.partition("?")[0] for pages in seen.values() for page in pages} - {"/"}
    # The longest first: one address is often the beginning of another.
    for path in sorted(asked, key=len, reverse=True):
        # An address is what somebody asked; those that open a door are cut (members/logs.py).
        written = written.replace(path, "").replace(quote(path), "")
    assert words_in(world, written, but_for=ANYONE) == []
    assert mail.outbox == []


def test_mail_tells_each_reader_what_they_may_know(
    world: Canary, django_capture_on_commit_callbacks: Any
) -> None:
    coordinator = world.people[Role.COORDINATOR]
    assert coordinator is not None
    with django_capture_on_commit_callbacks(execute=True):
        remind(call=world.collective.call)
        invite(by=coordinator, email="stranger@vigie.example", role=Role.SECRETARIAT)
        papers.add_paper(
            by=coordinator,
            title=world.marks("paper added later", frozenset({Role.SECRETARIAT, Role.COORDINATOR})),
            uploaded=SimpleUploadedFile("note.txt", b"Une note."),
            audience=Audience.NAMED,
            people=[user for user in world.people.values() if user is not None],
        )
        # News of a paper hold no word of it: they stay when the right to read it has gone.
        call_command("send_notices", verbosity=0)
    readers = {user.email: user for user in User.objects.all()}
    assert {getattr(readers.get(one.to[0]), "role", None) for one in mail.outbox} >= {*Role, None}
    for message in mail.outbox:
        assert len(message.recipients()) == 1, "One address at a time."
        reader = readers.get(message.to[0])
        said = f"{message.subject}\n{message.message()}"
        if reader is not None:
            said = said.replace(reader.name, "").replace(reader.email, "")
        page = Page(message.to[0], 200, "text/plain", said)
        assert list(leaks(world, reader.role if reader else ANONYMOUS, [page])) == []


def test_world_marks_every_text_of_every_row(world: Canary) -> None:
    """A new field, or a new model, must come into this world before it comes to readers."""
    words = [mark.word for mark in world.marks.given]
    bare = []
    for model in apps.get_models():
        if model._meta.app_label not in OURS or model.__name__.startswith("Historical"):
            continue
        assert model._default_manager.exists(), f"There is no {model.__name__} in this world."
        for field in model._meta.concrete_fields:
            if not isinstance(field, (models.CharField, models.TextField, models.FileField)):
                continue
            if field.choices:
                continue
            values = " ".join(
                map(str, model._default_manager.values_list(field.attname, flat=True))
            )
            name = f"{model._meta.label}.{field.name}"
            if not any(word in values for word in words) and name not in COMPUTED:
                bare.append(name)
    assert bare == []


def test_words_are_each_others_strangers(world: Canary) -> None:
    words = [mark.word for mark in world.marks.given]
    assert len(set(words)) == len(words)
    assert not [(one, other) for one in words for other in words if one != other and one in other]


def test_crawl_fills_a_form_in_twice_and_with_each_row_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    form = "/engagements/{}/evenements/ajouter/?section={}"
    links = "".join(f' href="{form.format(slug, row)}"' for slug in "abc" for row in range(1, 6))
    monkeypatch.setattr(
        "tests.crawl.fetch", lambda _client, address: Page(address, 200, "text/html", links)
    )
    read = [page.address for page in crawl(Client(), ["/"])]
    rows = {"a": [1, 2, 3, 4, 5], "b": [1, 2], "c": [1, 2]}
    assert read == ["/", *(form.format(slug, row) for slug in rows for row in rows[slug])]


# --- The same reading with a guard off must fail -----------------------------------------------------------------------


def everything(rows: models.QuerySet[models.Model], *_: object) -> models.QuerySet[models.Model]:
    return rows.all()


# Guards that choose rows: taken off, every row is let through.
QUERYSETS: dict[str, tuple[type[models.QuerySet[Any]], str]] = {
    "assessments": (AssessmentQuerySet, "visible_to"),
    "recommendations": (RecommendationQuerySet, "visible_to"),
    "exports": (ExportQuerySet, "visible_to"),
    "published": (AssessmentQuerySet, "published"),
    "published exports": (ExportQuerySet, "published"),
    "papers": (PaperQuerySet, "visible_to"),
    "applications": (MembershipApplicationQuerySet, "visible_to"),
    "open applications": (MembershipApplicationQuerySet, "open"),
    "invitations": (InvitationQuerySet, "visible_to"),
    "groups": (WorkingGroupQuerySet, "visible_to"),
    "mandates": (MandateQuerySet, "visible_to"),
    "users": (UserQuerySet, "visible_to"),
}
# Guards that say yes or no: taken off, they say yes.
VERBS = {
    "history": "measures.views.pages.can_see_history",
    "history of cards": "members.views.associations.may_see_card_history",
    "directory": "members.views.directory.can_see_directory",
    "export": "members.views.directory.can_export_directory",
    "people": "members.views.people.can_see_people",
    "journal": "members.views.audit.can_see_audit",
    "content of the journal": "members.views.audit.can_see_audit_content",
}


def without_guard(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if what in QUERYSETS:
        monkeypatch.setattr(*QUERYSETS[what], everything)
    else:
        monkeypatch.setattr(VERBS[what], lambda *_: True)


# Where each guard stands, and its twin reads nothing else: what an address holds, as a pattern.
PLACES: dict[str, list[str]] = {
    "assessments": ["/api/v1/assessments/"],
    "recommendations": ["/api/v1/recommendations/"],
    "exports": ["/rapports/"],
    "published": ["/mesures/"],
    "published exports": ["/rapports/"],
    "papers": ["/collectif/pieces/"],
    "applications": ["/collectif/candidatures/", "/collectif/personnes/"],
    "open applications": ["/collectif/candidatures/"],
    "invitations": ["/collectif/invitations/"],
    "groups": ["/collectif/groupes/"],
    "mandates": ["/collectif/annuaire/"],
    "users": ["/collectif/personnes/"],
    "history": ["/historique/"],
    "history of cards": ["/historique/"],
    "directory": ["/collectif/annuaire/"],
    "export": ["/collectif/export/"],
    "people": ["/collectif/personnes/"],
    "journal": ["/collectif/journal/"],
    "content of the journal": [r"/collectif/journal/\?quoi="],
    "meetings": ["/reunions/"],
    "sections": ["/compte-rendu/"],
    "papers of meetings": ["/pieces/"],
    "questions": [r"/reunions/\w+/$"],
    "annotations": ["/annotations/"],
    "corrections": ["/corrections/"],
    "attendance": ["/compte-rendu/"],
    # Slugs are marks too.
    "commitments": ["/engagements/zq"],
    "events": ["/engagements/zq"],
    "quotes": ["/api/v1/commitments/"],
    "letters": ["/courriers/", "/api/v1/letters/"],
    "parts of letters": ["/courriers/"],
}


# Which guards are taken off, who reads then, and what they must be found to read.
TWINS: list[tuple[list[str], str, str]] = [
    (["assessments"], ANONYMOUS, "draft: reason"),
    (["assessments"], Role.ADMINISTRATOR, "draft: recommendation"),
    (["recommendations"], ANONYMOUS, "draft: recommendation"),
    (["exports"], ANONYMOUS, "unpublished report: text"),
    (["exports"], Role.MEMBER, "what went wrong"),
    (["published"], ANONYMOUS, "draft: observations"),
    (["published exports"], ANONYMOUS, "unpublished report: sum"),
    (["history"], Role.MEMBER, "earlier draft"),
    (["papers"], ANONYMOUS, "paper for members: title"),
    (["papers"], Role.MEMBER, "paper for the secretariat: text of the file"),
    (["papers"], Role.GUEST, "paper naming the member: title"),
    (["papers"], Role.ADMINISTRATOR, "paper of own association: title"),
    (["applications"], Role.GUEST, "other application: name"),
    (["applications"], Role.ADMINISTRATOR, "own application: name"),
    (["invitations"], Role.MEMBER, "other invitation: address"),
    (["groups"], Role.GUEST, "group: purpose"),
    (["history of cards"], Role.MEMBER, "other association: earlier presentation"),
    (["directory", "mandates"], Role.GUEST, "other mandate: function"),
    (["export"], Role.MEMBER, "address of another member"),
    (["people", "users"], Role.MEMBER, "address of another member"),
    (["journal", "content of the journal"], Role.MEMBER, "other application: name"),
    (["content of the journal"], Role.ADMINISTRATOR, "reading of the member"),
]


def forget_what_was_kept() -> None:
    """Renderings and questions that are kept know nothing of a guard that is off."""
    for name in ("published", "minutes", "sections"):
        caches[name].clear()
    forget_conditions()


def blind_twins(
    twins: list[tuple[list[str], str, str]],
    who: str,
    world: Canary,
    client: Client,
    take_off: Callable[[str, pytest.MonkeyPatch], None],
) -> list[tuple[list[str], str]]:
    """Guards without which the reading found nothing. The world is the same for all: it takes long to make."""
    blind = []
    for guards, reader, what in twins:
        if reader != who:
            continue
        with pytest.MonkeyPatch.context() as patch:
            forget_what_was_kept()
            for guard in guards:
                take_off(guard, patch)
            words = f"{who} reads “{what}”"
            read = glance(world, client, *(place for guard in guards for place in PLACES[guard]))
            if not any(leak.startswith(words) for leak in leaks(world, who, read)):
                blind.append((guards, what))
    forget_what_was_kept()
    return blind


@pytest.mark.parametrize("who", sorted({who for _guards, who, _what in TWINS}))
def test_reading_finds_the_leak_when_a_guard_is_off(
    who: str, world: Canary, client_as: ClientAs
) -> None:
    assert blind_twins(TWINS, who, world, client_as(world.people[who]), without_guard) == []


# The guards of meetings, and what each of them keeps from whom.
GUARDS_OF_MEETINGS: dict[str, type[models.QuerySet[Any]]] = {
    "meetings": MeetingQuerySet,
    "sections": MinutesSectionQuerySet,
    "papers of meetings": MeetingPaperQuerySet,
    "questions": QuestionQuerySet,
    "annotations": AnnotationQuerySet,
    "corrections": CorrectionQuerySet,
}


def take_off(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if guard == "attendance":
        for room in ("meetings.dossier", "meetings.reading"):
            monkeypatch.setattr(f"{room}.can_see_attendance", lambda _user: True)
    else:
        monkeypatch.setattr(GUARDS_OF_MEETINGS[guard], "visible_to", everything)
    # Questions that are written once are written again, and once more after the test.
    for question in (reading.MINUTES, reading.SECTIONS):
        monkeypatch.setattr(question, "_of_day", (None, {}))


TWINS_OF_MEETINGS: list[tuple[list[str], str, str]] = [
    (["meetings"], ANONYMOUS, "internal meeting: title"),
    (["meetings"], Role.GUEST, "internal meeting: title"),
    (["sections"], Role.MEMBER, "circulated section for the secretariat: text"),
    (["sections"], Role.MEMBER, "circulated section naming nobody here: decision"),
    (["sections"], ANONYMOUS, "adopted section for members: heading"),
    (["sections"], Role.ADMINISTRATOR, "adopted section for the secretariat: erratum"),
    (["papers of meetings"], Role.MEMBER, "meeting paper for the secretariat: title"),
    (["papers of meetings"], Role.MEMBER, "meeting paper for the secretariat: text of the file"),
    (["questions"], Role.MEMBER, "meeting paper for the secretariat: question of its audience"),
    (["annotations"], Role.MEMBER, "meeting paper for the secretariat: annotation"),
    (["corrections"], Role.MEMBER, "circulated section for the secretariat: correction"),
    (["attendance"], ANONYMOUS, "public meeting: interlocutor"),
]


@pytest.mark.parametrize("who", sorted({who for _guards, who, _what in TWINS_OF_MEETINGS}))
def test_reading_of_meetings_finds_the_leak_when_a_guard_is_off(
    who: str, world: Canary, client_as: ClientAs
) -> None:
    client = client_as(world.people[who])
    assert blind_twins(TWINS_OF_MEETINGS, who, world, client, take_off) == []


# The guards of commitments and letters.
def take_off_of_commitments(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if guard == "quotes":
        monkeypatch.setattr(Commitment, "quote_for", lambda commitment, _user: commitment.quote)
        monkeypatch.setattr("commitments.api.views._sections_read", EveryNumber)
    else:
        monkeypatch.setattr(GUARDS_OF_COMMITMENTS[guard], "visible_to", everything)


class EveryNumber:
    """A set that holds whatever it is asked for."""

    def __init__(self, *_: object) -> None: ...

    def __contains__(self, _number: object) -> bool:
        return True


GUARDS_OF_COMMITMENTS: dict[str, type[models.QuerySet[Any]]] = {
    "commitments": CommitmentQuerySet,
    "events": CommitmentEventQuerySet,
    "letters": LetterQuerySet,
    "parts of letters": PartOfLetterQuerySet,
    "runs": LetterRunQuerySet,
}
TWINS_OF_COMMITMENTS: list[tuple[list[str], str, str]] = [
    (["commitments"], ANONYMOUS, "commitment for members: wording"),
    (["commitments"], Role.GUEST, "commitment naming the member: wording"),
    (["commitments"], Role.MEMBER, "commitment for the secretariat: exact words"),
    (["commitments", "events"], Role.ADMINISTRATOR, "commitment for members: reminder"),
    (["quotes"], Role.MEMBER, "commitment quoted from a restricted section: exact words"),
    (["letters"], ANONYMOUS, "letter sent: body"),
    (["letters"], Role.MEMBER, "letter being written: body"),
    (["letters"], Role.MEMBER, "letter being written: text of the file"),
    (["letters"], Role.GUEST, "letter naming the guest, not sent yet: body"),
    (
        ["letters", "parts of letters"],
        Role.MEMBER,
        "letter sent, for the secretariat: reply: text of the file",
    ),
    (["letters"], Role.ADMINISTRATOR, "letter sent: subject"),
]


@pytest.mark.parametrize("who", sorted({who for _guards, who, _what in TWINS_OF_COMMITMENTS}))
def test_reading_of_commitments_finds_the_leak_when_a_guard_is_off(
    who: str, world: Canary, client_as: ClientAs
) -> None:
    client = client_as(world.people[who])
    assert blind_twins(TWINS_OF_COMMITMENTS, who, world, client, take_off_of_commitments) == []


def leave(person: User | None) -> User:
    assert person is not None
    today = timezone.localdate()
    person.mandates.update(until=today)
    person.guest_accesses.update(until=today)
    return person


@pytest.mark.parametrize("who", [Role.MEMBER, Role.GUEST])
def test_whoever_has_left_reads_what_a_stranger_reads(
    who: Role, world: Canary, client_as: ClientAs
) -> None:
    person = leave(world.people[who])
    assert list(leaks(world, ANONYMOUS, glance(world, client_as(person)))) == []


@pytest.mark.parametrize(
    ("who", "guard", "what"),
    [
        (Role.MEMBER, "papers", "paper for members: title"),
        (Role.GUEST, "applications", "own application: name"),
    ],
)
def test_reading_finds_what_whoever_has_left_would_read_if_the_door_were_open(
    who: Role,
    guard: str,
    what: str,
    world: Canary,
    client_as: ClientAs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = leave(world.people[who])
    # The door alone: what guests may see of their own is asked of the access itself.
    monkeypatch.setattr(User, "may_come_in", True)
    monkeypatch.setattr(
        AuthenticationBackend, "get_user", lambda _self, pk: User.objects.get(pk=pk)
    )
    person.guest_accesses.update(until=timezone.localdate() + dt.timedelta(days=1))
    found = leaks(world, ANONYMOUS, glance(world, client_as(person), *PLACES[guard]))
    assert any(leak.startswith(f"{ANONYMOUS} reads “{what}”") for leak in found)


def test_reading_finds_what_is_hidden_from_those_who_must_see_it(
    world: Canary, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_as(world.people[Role.MEMBER])

    def is_missed() -> bool:
        pages = list(glance(world, client, *PLACES["assessments"]))
        return f"{Role.MEMBER} never reads “draft: reason”" in missing(world, {Role.MEMBER: pages})

    assert not is_missed()
    monkeypatch.setattr(AssessmentQuerySet, "visible_to", lambda rows, user: rows.published())
    assert is_missed()


def test_reading_finds_what_a_kept_page_takes_from_one_reader_to_the_next(
    world: Canary, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page kept with what stood in its holes: a member's drafts, for the administrator to read."""

    def keep_holes_too(
        *key: Any, context: Callable[[], Mapping[str, Any]], **holes: str
    ) -> HttpResponse:
        return kept_page(*key, context=lambda: {**context(), **holes})

    monkeypatch.setattr("measures.views.pages.kept_page", keep_holes_too)
    # A measure's page prints the reason of its drafts; the board only says that there are some.
    draft = Assessment.objects.drafts().select_related("measure__plan").first()
    assert draft is not None
    page = draft.measure.get_absolute_url()
    client_as(world.people[Role.MEMBER]).get(page)
    read = crawl(client_as(world.people[Role.ADMINISTRATOR]), [page])
    assert any("draft" in leak for leak in leaks(world, Role.ADMINISTRATOR, read))


# --- The report ----------------------------------------------------------------------------------------------------


def report_texts(world: Canary) -> Iterator[str]:
    snapshot = build_snapshot(
        world.plan, on=timezone.localdate(), assessor=world.plan.lead_assessor
    )
    yield canonical_json(snapshot)
    yield compose(snapshot)


def test_report_holds_what_is_published_and_no_draft(world: Canary) -> None:
    for text in report_texts(world):
        assert words_in(world, text, but_for=ANYONE) == []
        for what in ("published: reason", "published: observations", "published: recommendation"):
            [mark] = [mark for mark in world.marks.given if mark.what == what]
            assert mark.word in text


@pytest.mark.parametrize("guard", ["published"])
def test_report_would_hold_drafts_if_the_guard_were_off(
    guard: str, world: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_guard(guard, monkeypatch)
    for text in report_texts(world):
        assert "draft: reason" in words_in(world, text, but_for=ANYONE)


def test_file_that_is_handed_out_says_no_more_than_that(
    world: Canary,
) -> None:
    report = make_report(
        plan=world.plan, on=timezone.localdate(), assessor=world.plan.lead_assessor
    )
    text = text_of("application/pdf", report.pdf)
    assert words_in(world, text, but_for=ANYONE) == []
    [mark] = [mark for mark in world.marks.given if mark.what == "published: observations"]
    assert mark.word in text

"""Everyone at every address, against the table of `tests.access`."""

from __future__ import annotations

import re
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http.request import HttpHeaders
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from common.work import WorkStatus
from measures.models import FigureTable, Measure
from measures.services import Ask, Citation
from members.access import ANONYMOUS
from members.enums import ApplicationState, Audience, Role
from members.models import MembershipApplication, Paper
from reports.enums import ExportStep
from tests import access_commitments, access_meetings
from tests.access import CASES
from tests.access_cases import PEOPLE, Case, addresses_for_anyone
from tests.crawl import read
from tests.factories import (
    FOUND_ON,
    make_application,
    make_application_letter,
    make_application_paper,
    make_assessment,
    make_association,
    make_draft,
    make_export,
    make_group,
    make_group_membership,
    make_guest_access,
    make_invitation,
    make_invitation_link,
    make_mandate,
    make_measure,
    make_paper,
    make_passkey,
    make_plan,
    make_report_call,
    make_source,
    make_user,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from members.models import User
    from tests.conftest import ClientAs


LIBRARY = ("account_", "mfa_", "usersessions_", "set_language")
# A row that somebody may not see, and one that is not there.
MISSING = {
    "draft assessment": "no assessment",
    "draft recommendation": "no recommendation",
    "report": "no report",
    "failed report": "no report",
    "group": "no group",
    "call": "no call",
    "person": "no person",
    "mandate": "no mandate",
    "invitation": "no invitation",
    "members paper": "no paper",
    "named paper": "no paper",
    "secretariat paper": "no paper",
    "internal paper": "no paper",
    "application": "no application",
    "ended application": "no application",
    "application paper": "no application paper",
    "letter": "no letter",
    **access_meetings.MISSING,
    **access_commitments.MISSING,
}


@dataclass(frozen=True)
class World:
    """Where each word of the table's third column leads."""

    rows: dict[str, list[Any]]
    meetings: access_meetings.Rows
    commitments: access_commitments.Rows

    def address(self, case: Case, row: str | None = None) -> str:
        return reverse(case.name, args=self.rows[case.row if row is None else row])

    def belong_to(self, user: User | None) -> None:
        """Let rows of somebody's own be those of this person, who represents at most one association."""
        self.meetings.belong_to(user)
        self.commitments.belong_to(user)
        mandate = user and user.mandates.select_related("association").first()
        if mandate:
            self.rows["own association"] = [mandate.association.slug]
            internal = Paper.objects.get(pk=self.rows["own internal paper"][0])
            internal.association = mandate.association
            internal.save()
        if user:
            naming = Paper.objects.get(pk=self.rows["paper naming me"][0])
            naming.named_people.add(user)
        if user and user.role == Role.GUEST:
            for row in ("own application", "own ended application"):
                application = MembershipApplication.objects.get(pk=self.rows[row][0])
                make_guest_access(user, application=application)


@pytest.fixture
def world(db: None) -> World:
    plan = make_plan()
    source = make_source()
    texts: dict[str, Any] = {
        "recommendations": [Ask(text="Faire")],
        "citations": [Citation(source)],
    }
    assessment = make_assessment(make_measure(plan), **texts)
    draft = make_draft(make_measure(plan), **texts)
    table = FigureTable.objects.create(
        plan=plan,
        assessor=plan.lead_assessor,
        key="table",
        caption="Table",
        unit="personnes",
        published_on=FOUND_ON,
        source_text="Source",
    )
    group = make_group()
    failed = make_export(
        plan, status=WorkStatus.FAILED, step=ExportStep.RENDERING, error="Rien ne va"
    )
    application, own_application = make_application(), make_application()
    paper, own_paper = make_application_paper(application), make_application_paper(own_application)
    letter, own_letter = (
        make_application_letter(application),
        make_application_letter(own_application),
    )
    rows: dict[str, list[Any]] = {
        "": [],
        "plan": [plan.slug],
        "no plan": ["nowhere"],
        "priority": [plan.slug, assessment.measure.priority.number],
        "published": [plan.slug, assessment.measure.number],
        "draft": [plan.slug, draft.measure.number],
        "no measure": [plan.slug, "99"],
        "assessment": [assessment.pk],
        "draft assessment": [draft.pk],
        "no assessment": [10**6],
        "recommendation": [assessment.recommendations.get().pk],
        "draft recommendation": [draft.recommendations.get().pk],
        "no recommendation": [10**6],
        "source": [source.key],
        "table": [plan.slug, table.key],
        "institution": [plan.lead_assessor.key],
        "report": [make_export(plan).pk],
        "published report": [make_export(plan, publish=True).pk],
        "failed report": [failed.pk],
        "no report": [10**6],
        "reset link": ["x", "y-z"],
        "act": ["measures.measure", Measure.history.latest("pk").pk],
        "no act": ["measures.measure", 10**6],
        "key": [make_passkey(make_user()).pk],
        "association": [make_association().slug],
        # Of the person who asks, when they represent one (`World.belong_to`).
        "own association": [make_association().slug],
        "no association": ["nowhere"],
        "export of cards": ["associations", "csv"],
        "export of mandates": ["mandats", "xlsx"],
        "no export": ["personnes", "csv"],
        "group": [group.slug],
        "no group": ["nowhere"],
        "group member": [group.slug, make_group_membership(group).pk],
        "no group member": [group.slug, 10**6],
        "call": [make_report_call().year],
        "no call": [1999],
        "person": [make_user().pk],
        "no person": [10**6],
        "mandate": [make_mandate().pk],
        "no mandate": [10**6],
        "invitation": [make_invitation().pk],
        "no invitation": [10**6],
        "invitation link": [make_invitation_link()],
        "no invitation link": ["x" * 43],
        "public paper": [make_paper(audience=Audience.PUBLIC).pk],
        "members paper": [make_paper(audience=Audience.MEMBERS).pk],
        "named paper": [make_paper(audience=Audience.NAMED, people=[make_user()]).pk],
        "paper naming me": [make_paper(audience=Audience.NAMED, people=[make_user()]).pk],
        "secretariat paper": [make_paper(audience=Audience.SECRETARIAT).pk],
        "internal paper": [make_paper(association=make_association()).pk],
        "own internal paper": [make_paper(association=make_association()).pk],
        "no paper": [10**6],
        "application": [application.pk],
        "own application": [own_application.pk],
        "ended application": [make_application(state=ApplicationState.WITHDRAWN).pk],
        "own ended application": [make_application(state=ApplicationState.WITHDRAWN).pk],
        "no application": [10**6],
        "application paper": [application.pk, paper.pk],
        "own application paper": [own_application.pk, own_paper.pk],
        "no application paper": [10**6, paper.pk],
        "letter to write": [application.pk, "reception"],
        "own letter to write": [own_application.pk, "reception"],
        "letter": [application.pk, letter.pk],
        "own letter": [own_application.pk, own_letter.pk],
        "no letter": [10**6, letter.pk],
    }
    meetings = access_meetings.make_rows(assessment.measure)
    commitments = access_commitments.make_rows(assessment.measure)
    return World({**rows, **meetings.addresses, **commitments.addresses}, meetings, commitments)


def addresses(
    patterns: list[URLPattern | URLResolver], space: tuple[str, ...] = ()
) -> Iterator[str]:
    """Every name of the site, with its namespaces."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (*space, pattern.namespace) if pattern.namespace else space
            yield from addresses(pattern.url_patterns, inner)
        else:
            assert pattern.name, f"{pattern} has no name: nothing can be said of it"
            yield ":".join((*space, pattern.name))


def answer(response: Any) -> str:
    read(response)
    where = response.headers.get("Location", "")
    if response.status_code == 302 and where.split("?")[0] == reverse("account_login"):
        return "login"
    return str(response.status_code)


def bare(response: Any, path: str) -> str:
    """The page without what changes from one request to the next, nor the address itself."""
    page = read(response).decode()
    page = re.sub(r'(name="csrfmiddlewaretoken" value=|nonce=)"[^"]*"', "", page)
    return page.replace(path, "")


def test_every_address_is_in_the_table_and_the_table_holds_no_other() -> None:
    assert {case.name for case in CASES} == set(addresses(get_resolver().url_patterns))


people = pytest.mark.parametrize("person", PEOPLE)


def somebody(person: str) -> Role | None:
    return None if person == ANONYMOUS else Role(person)


@contextmanager
def undone() -> Iterator[None]:
    """Let a request change what it will; the next one finds the world as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client: Client, case: Case, path: str, method: str = "", **headers: str) -> Any:
    body = urlencode(case.data)
    kind = "application/x-www-form-urlencoded"
    with undone():
        return client.generic(method or case.method, path, body, kind, headers=headers)


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The headers that requests are asked for, by name."""
    names: set[str] = set()
    find = HttpHeaders.__getitem__

    def look(headers: HttpHeaders, name: str) -> str:
        names.add(name.lower())
        return find(headers, name)

    monkeypatch.setattr(HttpHeaders, "__getitem__", look)
    return names


@people
def test_answers(person: str, world: World, client_as: ClientAs, looked_up: set[str]) -> None:
    """Asked for by htmx, or only by its head, an address answers as it does as a page: it is no other door."""
    role = somebody(person)
    user = make_user(role) if role else None
    world.belong_to(user)
    logged_in = client_as(user).cookies
    wrong, in_parts = [], set()

    def given_to(case: Case, method: str = "", **headers: str) -> str:
        # A new browser each time: one of the cases is to log out. What it did on the site is undone.
        browser = Client()
        browser.cookies = deepcopy(logged_in)
        return answer(ask(browser, case, world.address(case), method, **headers))

    for case in CASES:
        looked_up.clear()
        given = {given_to(case)}
        # A view that does not ask what htmx says answers it as it answers anybody.
        if case.method == "GET" and any(name.startswith("hx-") for name in looked_up):
            in_parts.add(case.name)
            for target in ("results", ""):
                given.add(given_to(case, **{"hx-request": "true", "hx-target": target}))
        # The head comes from the same view: one kind of reader tells. Some pages of the library answer nothing but what
        # they are made for.
        if case.method == "GET" and person == Role.MEMBER and not case.name.startswith(LIBRARY):
            given.add(given_to(case, "HEAD"))
        if given != {case.answer(person)}:
            wrong.append(f"{case}: {given} instead of {case.answer(person)}")
    assert not wrong
    assert "measures:list" in in_parts


@people
def test_hidden_row_cannot_be_told_from_one_that_does_not_exist(
    person: str, world: World, client_as: ClientAs
) -> None:
    client = client_as(somebody(person))
    for case in CASES:
        if case.row not in MISSING or case.answer(person) != "404":
            continue
        hidden, missing = world.address(case), world.address(case, MISSING[case.row])
        told = [bare(ask(client, case, path), path) for path in (hidden, missing)]
        assert told[0] == told[1], case


def test_public_page_says_so_on_its_own_line(world: World) -> None:
    """Login is required by the middleware; an open page is marked, and no other one is."""
    # The library marks its own; the table above has tried each of them.
    cases = {case.name: case for case in CASES if not case.name.startswith(LIBRARY)}
    marked = {
        name
        for name, case in cases.items()
        if getattr(resolve(world.address(case)).func, "login_required", True) is False
    }
    assert marked == addresses_for_anyone() & cases.keys()


def test_reset_link_and_login_keep_where_one_was_going(world: World, client_as: ClientAs) -> None:
    path = reverse("measures:assess", args=world.rows["published"])
    response = client_as(None).get(path)
    assert response.headers["Location"] == f"{reverse('account_login')}?next={path}"

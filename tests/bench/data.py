"""What is measured: the real plan, plans made large, and a member who is logged in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.crypto import get_random_string

from measures.importer import load_plan
from measures.models import Measure
from members.enums import Role
from members.models import Association, Mandate, User
from members.sessions import SessionStore
from plan.models import Plan
from tests.bench.load import Page
from tests.plans import write_large_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

REAL_PLAN = Path("data") / "traite-2014-2016"


@dataclass(frozen=True)
class Cost:
    """Queries of a page: when its rendering must be made, and when it was kept."""

    first: int
    again: int


def prepare() -> Plan:
    """Make the tables and load the real plan."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    load_plan(settings.BASE_DIR / REAL_PLAN)
    gather_statistics()
    return Plan.objects.get()


def add_large_plan(folder: Path, measures: int) -> Plan:
    slug = write_large_plan(folder, measures, slug=f"plan-{measures}")
    load_plan(folder)
    gather_statistics()
    return Plan.objects.get(slug=slug)


def cookie_of(role: Role) -> str:
    """The cookies of somebody of this role, as logging in gives them."""
    email = f"{role}@vigie.example"
    user = User.objects.filter(email=email).first()
    is_new = user is None
    if user is None:
        user = User.objects.create_user(email=email, name="Bench", role=role, password=None)
    if is_new and role == Role.MEMBER:
        joined_on = dt.date(2014, 1, 1)
        association = Association.objects.create(
            slug="bench-own", name="Association du banc", joined_on=joined_on
        )
        Mandate.objects.create(person=user, association=association, since=joined_on)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    # The library writes down whose session it is when somebody logs in.
    UserSession.objects.create(
        user=user, session_key=session.session_key, ip="127.0.0.1", user_agent="bench"
    )
    token = get_random_string(32)
    return (
        f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={token}"
    )


def pages(plan: Plan) -> list[Page]:
    """The bare page first, then those of the site. The measure is one with texts, tables and notes."""
    measure = _fullest(plan)
    board = f"/plans/{plan.slug}/"
    return [
        Page("bare", f"/bench/bare/{plan.pk}/", "</table>"),
        Page("board", board, plan.title[:20]),
        Page("list", f"{board}mesures/", "</table>"),
        Page("measure", measure.get_absolute_url(), measure.title[:20]),
    ]


def _fullest(plan: Plan) -> Measure:
    """The measure with the longest texts: the heaviest page of its kind."""
    rows = Measure.objects.filter(plan=plan).prefetch_related("assessments").select_related("plan")
    return max(
        rows,
        key=lambda row: sum(
            len(each.state_actions) + len(each.observations) for each in row.assessments.all()
        ),
    )


def count_queries(asked: Mapping[tuple[str, str], Page]) -> dict[tuple[str, str], Cost]:
    """How many queries each page takes, the first time and again."""
    return {key: _cost(page) for key, page in asked.items()}


def add_associations(total: int) -> None:
    """Bring the collective to so many associations, each with its representative. Written in bulk: only their number counts."""
    start = Association.objects.count()
    joined_on = dt.date(2014, 1, 1)
    Association.objects.bulk_create(
        Association(slug=f"bench-{n}", name=f"Association {n:05}", joined_on=joined_on)
        for n in range(start, total)
    )
    User.objects.bulk_create(
        User(email=f"bench-{n}@vigie.example", name=f"Personne {n:05}", role=Role.MEMBER)
        for n in range(start, total)
    )
    people = User.objects.filter(email__startswith="bench-").order_by("pk")
    rows = Association.objects.filter(slug__startswith="bench-", mandates=None).order_by("pk")
    Mandate.objects.bulk_create(
        Mandate(person=person, association=association, since=joined_on)
        for person, association in zip(people.filter(mandates=None), rows, strict=True)
    )
    gather_statistics()


def collective_pages() -> list[Page]:
    """The lists of the collective, one card, and one person's page."""
    card = Association.objects.order_by("name").first()
    person = User.objects.filter(role=Role.MEMBER).order_by("pk").first()
    if card is None or person is None:
        raise RuntimeError("There is no association to ask for.")
    return [
        Page("associations", reverse("members:association-list"), ""),
        Page("card", card.get_absolute_url(), ""),
        Page("directory", reverse("members:directory"), ""),
        Page("people", reverse("members:person-list"), ""),
        Page("person", reverse("members:person-detail", args=[person.pk]), ""),
        Page("mandates", reverse("members:mandate-list"), ""),
        Page("papers", reverse("members:paper-list"), ""),
    ]


def _cost(page: Page) -> Cost:
    caches["published"].clear()
    client = Client(headers={"accept-language": "fr"})
    if page.cookie:
        client.cookies.load(page.cookie)
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(page.path, SERVER_NAME="127.0.0.1")
        if response.status_code != 200:
            raise RuntimeError(f"{page.path} answers {response.status_code}")
        counts.append(len(queries))
    return Cost(*counts)


def gather_statistics() -> None:
    """So that PostgreSQL plans its queries as it would after a day."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

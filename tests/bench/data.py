"""What is measured: the real plan, plans made large, and a member who is logged in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.crypto import get_random_string

from measures.importer import load_plan
from measures.models import Measure
from members.enums import Role
from members.models import User
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
    _gather_statistics()
    return Plan.objects.get()


def add_large_plan(folder: Path, measures: int) -> Plan:
    slug = write_large_plan(folder, measures, slug=f"plan-{measures}")
    load_plan(folder)
    _gather_statistics()
    return Plan.objects.get(slug=slug)


def member_cookie() -> str:
    """The cookies of a member, as logging in gives them."""
    user = User.objects.create_user(
        email="bench@vigie.example", name="Bench", role=Role.MEMBER, password=None
    )
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
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


def _gather_statistics() -> None:
    """So that PostgreSQL plans its queries as it would after a day."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

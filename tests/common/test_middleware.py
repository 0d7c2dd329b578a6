"""Reads cannot write: what a GET tries to change stays as it is, and says so loudly."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt

from common.middleware import ReadWroteError
from config import urls
from plan.models import Institution, Milestone, Plan, Scale
from plan.services import mark_changed
from tests.factories import PASSWORD, make_institution, make_plan, make_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 1, 1)


def sql(statement: str) -> Callable[[Plan], object]:
    def run(plan: Plan) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def rename(plan: Plan) -> Plan:
    plan.title = "Autre titre"
    return plan


WRITING: dict[str, Callable[[Plan], object]] = {
    "insert": lambda plan: make_institution(),
    "save": lambda plan: rename(plan).save(),
    "update": lambda plan: Institution.objects.update(name="x"),
    "delete": lambda plan: plan.milestones.get().delete(),
    "bulk": lambda plan: Milestone.objects.bulk_create([Milestone(plan=plan, label="x", on=TODAY)]),
    "service": lambda plan: mark_changed([plan]),
    "sql": sql("UPDATE plan_institution SET name = 'x'"),
    "sql in small letters": sql(" delete from plan_milestone"),
    "sql behind a read": sql("WITH gone AS (SELECT 1) DELETE FROM plan_milestone"),
    "sql that names a table it may write": sql(
        "INSERT INTO plan_scale (name) SELECT 'x' WHERE NOT EXISTS (SELECT 1 FROM \"django_session\")"
    ),
    "structure": sql("CREATE TABLE stray (id integer)"),
}


@csrf_exempt
@login_not_required
def tries(request: HttpRequest, deed: str) -> HttpResponse:
    WRITING[deed](Plan.objects.get())
    return HttpResponse()


@login_not_required
def keeps(request: HttpRequest) -> HttpResponse:
    """Leave behind what a page may: a lock, a session, a message, a cached rendering."""
    with transaction.atomic():
        list(Institution.objects.select_for_update())
    request.session["seen"] = 1
    request.session.save()
    messages.info(request, "Vu")
    cache.set("rendering", "kept")
    return HttpResponse()


urlpatterns = [*urls.urlpatterns, path("tries/<str:deed>/", tries), path("keeps/", keeps)]


@pytest.fixture(autouse=True)
def plan(settings: Settings) -> Plan:
    settings.ROOT_URLCONF = __name__
    plan = make_plan()
    plan.milestones.create(label="Adoption", on=TODAY)
    return plan


def everything() -> list[object]:
    return [list(model.objects.values()) for model in (Plan, Institution, Milestone, Scale)]


@pytest.mark.parametrize("deed", WRITING)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_safe_method_changes_nothing(client: Client, method: str, deed: str) -> None:
    before = everything()
    with pytest.raises(ReadWroteError), transaction.atomic():
        client.generic(method, f"/tries/{deed}/")
    assert everything() == before


@pytest.mark.parametrize("deed", sorted(WRITING))
def test_post_may_do_every_one_of_these(client: Client, deed: str) -> None:
    """The other side of each refusal: none of these deeds fails for a reason of its own."""
    before = everything()
    assert client.post(f"/tries/{deed}/").status_code == 200
    if deed == "structure":
        assert "stray" in connection.introspection.table_names()
    else:
        assert everything() != before


def test_reader_of_a_page_that_wrote_gets_the_error_page(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/tries/update/")
    assert response.status_code == 500
    assert "Content-Security-Policy" in response.headers


def test_guard_is_gone_with_the_request(client: Client) -> None:
    with pytest.raises(ReadWroteError), transaction.atomic():
        client.get("/tries/save/")
    make_institution()


def test_sessions_messages_and_caches_are_no_record(client: Client) -> None:
    assert client.get("/keeps/").status_code == 200
    assert client.session["seen"] == 1
    assert cache.get("rendering") == "kept"


def test_expired_session_is_replaced_while_reading(client: Client, settings: Settings) -> None:
    """Django gives a new key to a session signed with an old secret, and drops one that is stale."""
    user = make_user(password=PASSWORD)
    client.force_login(user)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key"
    assert client.get(reverse("members:account")).status_code == 200


def test_sessions_page_may_forget_closed_sessions(client: Client) -> None:
    user = make_user(password=PASSWORD)
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    elsewhere.session.delete()
    assert client.get(reverse("usersessions_list")).content.count(b"<tr>") == 2

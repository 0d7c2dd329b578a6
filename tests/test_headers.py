"""What every answer carries, errors included, and what production insists on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import path, reverse

from config import urls
from members.enums import Role
from tests import factories

if TYPE_CHECKING:
    from pytest_django import Settings

    from plan.models import Plan
    from tests.conftest import ClientAs

ROOT = Path(__file__).resolve().parent.parent


@login_not_required
def fails(request: HttpRequest, how: str) -> HttpResponse:
    if how == "403":
        raise PermissionDenied
    if how == "400":
        raise SuspiciousOperation
    raise RuntimeError("a secret of the machine")


urlpatterns = [*urls.urlpatterns, path("fails/<str:how>/", fails)]
handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404


@pytest.fixture
def lenient(db: None, settings: Settings) -> Client:
    """A browser that is shown errors as people are, on a site that has a page for each."""
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


def assert_is_safe(response: HttpResponseBase) -> None:
    written = response.headers["Content-Security-Policy"].split(";")
    policy = {name: values for name, *values in map(str.split, written)}
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["base-uri"] == ["'none'"]
    assert policy["style-src"] == ["'self'"]
    assert policy["form-action"] == ["'self'"]
    assert policy["script-src"][0] == "'self'"
    assert all(value.startswith("'nonce-") for value in policy["script-src"][1:])
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("name", ["measures:home", "account_login", "api:root", "api:plans-list"])
def test_page_has_them(client: Client, plan_with_measures: Plan, name: str) -> None:
    response = client.get(reverse(name), follow=True)
    assert response.status_code == 200
    assert_is_safe(response)


def test_what_somebody_reads_is_kept_nowhere(client_as: ClientAs, plan_with_measures: Plan) -> None:
    board = reverse("measures:board", args=[plan_with_measures.slug])
    assert not client_as(None).get(board).has_header("Cache-Control")
    for address in (board, reverse("members:account"), reverse("api:plans-list")):
        kept = client_as(Role.MEMBER).get(address).headers["Cache-Control"]
        assert set(kept.split(", ")) == {"private", "no-store"}, address


def test_redirect_to_the_login_has_them(client: Client) -> None:
    assert_is_safe(client.get(reverse("members:account")))


@pytest.mark.parametrize(
    ("path", "status"),
    [("/fails/400/", 400), ("/fails/403/", 403), ("/nowhere/", 404), ("/fails/500/", 500)],
)
def test_error_has_them_and_a_page_of_ours(lenient: Client, path: str, status: int) -> None:
    response = lenient.get(path)
    assert response.status_code == status
    assert_is_safe(response)
    page = response.content.decode()
    assert '<html lang="fr">' in page
    assert '<main id="main"' in page
    assert "css/vigie.css" in page
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*src=)", page)


def test_refusal_that_is_kept_names_whoever_asks_and_where(lenient: Client) -> None:
    asked = {"Alice": "/nowhere/", "Bob": "/fails/403/", "Carol": "/nowhere/?x=1"}
    for name, address in asked.items():
        lenient.force_login(factories.make_user(name=name))
        page = lenient.get(address).content.decode()
        assert [who for who in asked if f">{who}<" in page] == [name]
        assert f'name="next" value="{address}"' in page
        assert 'name="csrfmiddlewaretoken"' in page
    lenient.logout()
    assert 'name="csrfmiddlewaretoken"' not in lenient.get("/nowhere/").content.decode()


def test_refused_host_has_them(lenient: Client) -> None:
    response = lenient.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert_is_safe(response)
    assert "evil.example" not in response.content.decode()


def test_expired_form_has_them_and_says_what_to_do() -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "x"})
    assert response.status_code == 403
    assert_is_safe(response)
    assert "<h1>" in response.content.decode()


def test_error_page_says_nothing_about_the_machine(lenient: Client) -> None:
    page = lenient.get("/fails/500/").content.decode()
    assert "secret of the machine" not in page
    assert "Traceback" not in page


def test_error_page_needs_no_database(
    lenient: Client, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    """It is shown when the database is what has failed."""
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert lenient.get("/fails/500/").status_code == 500


def test_error_page_needs_no_manifest_of_static_files(lenient: Client, settings: Settings) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    assert lenient.get("/fails/500/").status_code == 500
    assert "<main" in lenient.get("/fails/500/").content.decode()
    assert "<main" in lenient.get("/fails/400/").content.decode()


def run_in_production(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "DATABASE_URL") if name in os.environ
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=kept | {"VIGIE_ENV": "production"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


SECRET = "k" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz"
ADDRESS = "https://vigie.example.org"


# Tried with each database: the settings depend on which it is.
@pytest.mark.django_db
def test_production_passes_djangos_own_checks() -> None:
    done = run_in_production(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        VIGIE_SECRET_KEY=SECRET,
        VIGIE_SITE_URL=ADDRESS,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    "environment",
    [
        {"VIGIE_SITE_URL": ADDRESS},
        {"VIGIE_SECRET_KEY": SECRET},
        {"VIGIE_SECRET_KEY": SECRET, "VIGIE_SITE_URL": "vigie.example.org"},
        {"VIGIE_SECRET_KEY": SECRET, "VIGIE_SITE_URL": ADDRESS, "VIGIE_DEBUG": "1"},
        {
            "VIGIE_SECRET_KEY": SECRET,
            "VIGIE_SITE_URL": ADDRESS,
            "VIGIE_SECOND_FACTOR_REQUIRED": "0",
        },
        {"VIGIE_SECRET_KEY": SECRET, "VIGIE_SITE_URL": ADDRESS, "DATABASE_URL": "mysql://x/y"},
        {"VIGIE_ENV": "staging"},
    ],
    ids=["no key", "no address", "bare host", "debug", "one factor", "mysql", "unknown kind"],
)
def test_production_refuses_to_start_unsafe(environment: dict[str, str]) -> None:
    done = run_in_production("check", **environment)
    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr


def test_demo_accounts_are_refused_in_production() -> None:
    done = run_in_production(
        "create_demo_accounts", VIGIE_SECRET_KEY=SECRET, VIGIE_SITE_URL=ADDRESS
    )
    assert done.returncode != 0
    assert "development only" in done.stderr

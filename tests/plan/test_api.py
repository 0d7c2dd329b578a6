"""What holds for the whole API, tried on plans, priorities and institutions."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from members.enums import Role
from plan.enums import InstitutionKind, VersionStatus
from plan.models import InstitutionAttachment, Milestone, PlanVersion
from tests import factories

if TYPE_CHECKING:
    from pathlib import Path

    from plan.models import Plan
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

API = "/api/v1/"
ENDPOINTS = [
    "plans", "priorities", "measures", "assessments", "recommendations", "sources", "figure-tables", "institutions",
    "meetings", "minutes-sections", "follow-ups", "commitments", "letters",
]  # fmt: skip


def get(path: str, client: Client | None = None) -> Any:
    """The data at an address, which must answer 200."""
    response = (client or Client()).get(f"{API}{path}")
    assert response.status_code == 200, response.content
    return response.json()


def refusal(path: str, status: int = 400) -> dict[str, Any]:
    response = Client().get(f"{API}{path}")
    assert response.status_code == status, response.content
    data: dict[str, Any] = response.json()
    assert data["detail"]
    return data


def test_root_lists_what_there_is_to_read() -> None:
    addresses = get("")
    assert list(addresses) == [*ENDPOINTS, "schema", "docs"]
    for address in addresses.values():
        assert Client().get(address).status_code == 200


@pytest.mark.parametrize("name", ENDPOINTS)
def test_empty_list_is_a_page(name: str) -> None:
    assert get(f"{name}/") == {"count": 0, "next": None, "previous": None, "results": []}


@pytest.mark.parametrize("name", ENDPOINTS)
def test_unknown_parameter_is_named(name: str) -> None:
    assert refusal(f"{name}/?inconnu=1")["errors"].keys() == {"inconnu"}
    # Not even those that reach through relations, or that a library knows.
    for parameter in (
        "measure__plan",
        "created_by__email",
        "ordering",
        "search",
        "format",
        "limit",
    ):
        assert refusal(f"{name}/?{parameter}=1")["errors"].keys() == {parameter}


@pytest.mark.parametrize("name", ENDPOINTS)
def test_unknown_order_is_named(name: str) -> None:
    for order in ("created_by", "--date", "?", "-", "pk"):
        assert refusal(f"{name}/?tri={order}")["errors"].keys() == {"tri"}


def test_parameter_given_twice_is_refused(plan_with_measures: Plan) -> None:
    assert get("measures/?q=mesure")["count"] == 4
    assert refusal("measures/?q=mesure&q=b")["errors"].keys() == {"q"}


def test_one_row_takes_no_parameter(plan_with_measures: Plan) -> None:
    path = f"plans/{plan_with_measures.slug}/"
    assert get(path)["slug"] == plan_with_measures.slug
    assert refusal(f"{path}?tri=titre")["errors"].keys() == {"tri"}


@pytest.mark.parametrize("name", ENDPOINTS)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("role", [None, Role.SECRETARIAT])
def test_nothing_can_be_written(
    client_as: ClientAs, name: str, method: str, role: Role | None
) -> None:
    # With tokens checked, as for a real browser: the answer is still about the verb.
    client = Client(enforce_csrf_checks=True)
    client.cookies = client_as(role).cookies
    response = getattr(client, method)(f"{API}{name}/", {}, content_type="application/json")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_row_that_does_not_exist_is_not_found_in_the_words_of_nobody() -> None:
    messages = {
        refusal(f"{path}/", 404)["detail"] for path in ("plans/x", "assessments/1", "measures/x/1")
    }
    assert len(messages) == 1


def test_number_larger_than_any_row_is_not_found() -> None:
    refusal("assessments/99999999999999999999999/", 404)


def test_sign_that_a_database_refuses_is_refused_before_it() -> None:
    for path in ("plans/%00/", "measures/%00/1/", "measures/a/%00/", "sources/a%00b/"):
        refusal(path, 404)
    for path in (
        "measures/?plan=%00", "measures/?par=%00", "measures/?q=%00", "measures/?le=%00", "assessments/?par=%00",
        "sources/?type=%00", "sources/?tri=%00", "sources/?taille=%00", "sources/?%00=1",
    ):  # fmt: skip
        refusal(path)
    refusal("sources/?page=%00", 404)


def test_pages_hold_fifty_rows() -> None:
    for number in range(51):
        factories.make_institution(key=f"i-{number:02d}")
    first = get("institutions/?tri=cle")
    assert (first["count"], len(first["results"]), first["previous"]) == (51, 50, None)
    second = Client().get(first["next"]).json()
    assert [row["key"] for row in second["results"]] == ["i-50"]
    assert second["next"] is None
    assert Client().get(second["previous"]).json() == first


def test_pages_hold_as_many_rows_as_asked_for_up_to_two_hundred() -> None:
    for _ in range(3):
        factories.make_institution()
    assert len(get("institutions/?taille=2")["results"]) == 2
    assert len(get("institutions/?taille=200")["results"]) == 3
    for size in ("0", "201", "-1", "beaucoup", "", "5.0", "٥", "9" * 5000):
        assert refusal(f"institutions/?taille={size}")["errors"].keys() == {"taille"}


@pytest.mark.parametrize("number", ["0", "2", "-1", "last", "x", "1.5", "9" * 5000])
def test_page_that_does_not_exist_is_not_found(number: str) -> None:
    factories.make_institution()
    assert number[:20] in refusal(f"institutions/?page={number}", 404)["detail"]


def test_plan_says_how_it_is_assessed() -> None:
    earlier = factories.make_plan(slug="plan-2011")
    plan = factories.make_plan(slug="plan-2014", predecessor=earlier)
    PlanVersion.objects.create(
        plan=plan, label="Projet", dated_on=dt.date(2014, 1, 27), status=VersionStatus.DRAFT
    )
    Milestone.objects.create(plan=plan, label="Remise", on=dt.date(2017, 6, 1))
    data = get("plans/plan-2014/")
    assert data["predecessor"] == "http://testserver/api/v1/plans/plan-2011/"
    assert get("plans/plan-2011/")["predecessor"] is None
    assert [level["key"] for level in data["scale"]["levels"]] == [
        level.key for level in plan.scale.levels.all()
    ]
    assert data["lead_assessor"]["key"] == plan.lead_assessor.key
    assert data["versions"] == [
        {"label": "Projet", "dated_on": "2014-01-27", "status": "draft", "note": ""}
    ]
    assert data["milestones"] == [{"label": "Remise", "on": "2017-06-01"}]


def test_plans_come_the_newest_first_or_in_the_order_asked_for() -> None:
    for year in (2014, 2019, 2011):
        factories.make_plan(
            slug=f"plan-{year}", starts_on=dt.date(year, 1, 1), ends_on=dt.date(year, 12, 31)
        )

    def years(query: str = "") -> list[str]:
        return [row["slug"].removeprefix("plan-") for row in get(f"plans/{query}")["results"]]

    assert years() == years("?tri=-debut") == ["2019", "2014", "2011"]
    assert years("?tri=debut") == ["2011", "2014", "2019"]


def test_priorities_are_addressed_by_plan_and_number() -> None:
    plan = factories.make_plan(slug="traite")
    factories.make_priority(plan, number="2", position=2)
    factories.make_priority(plan, number="1", position=1)
    factories.make_priority(factories.make_plan(), number="1")
    rows = get("priorities/?plan=traite")["results"]
    assert [row["number"] for row in rows] == ["1", "2"]
    assert get("priorities/traite/2/") == rows[1]
    assert rows[1]["url"] == "http://testserver/api/v1/priorities/traite/2/"
    assert refusal("priorities/?plan=autre")["errors"].keys() == {"plan"}


def test_institutions_by_kind_with_what_they_were_attached_to() -> None:
    ministry = factories.make_institution(key="justice", kind=InstitutionKind.MINISTRY)
    mission = factories.make_institution(key="miprof", kind=InstitutionKind.MISSION)
    InstitutionAttachment.objects.create(
        institution=mission, attached_to=ministry, until=dt.date(2014, 4, 1), note="depuis ?"
    )
    assert [row["key"] for row in get("institutions/?type=mission")["results"]] == ["miprof"]
    (attachment,) = get("institutions/miprof/")["attachments"]
    assert attachment["attached_to"]["key"] == "justice"
    assert (attachment["since"], attachment["until"]) == (None, "2014-04-01")
    assert refusal("institutions/?type=inconnu")["errors"].keys() == {"type"}


def make_rows(count: int) -> None:
    for _ in range(count):
        plan = factories.make_plan(predecessor=factories.make_plan())
        factories.make_priority(plan)
        Milestone.objects.create(plan=plan, label="Remise", on=dt.date(2017, 6, 1))
        PlanVersion.objects.create(
            plan=plan, label="Projet", dated_on=dt.date(2014, 1, 27), status=VersionStatus.DRAFT
        )
        InstitutionAttachment.objects.create(
            institution=plan.lead_assessor, attached_to=factories.make_institution()
        )


@pytest.mark.parametrize("name", ["plans", "priorities", "institutions"])
def test_queries_do_not_grow_with_rows(name: str) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert get(f"{name}/")["results"]
        return len(queries)

    make_rows(1)
    before = count()
    make_rows(20)
    assert count() == before


def test_every_view_of_the_api_says_on_its_own_line_who_may_read() -> None:
    views = [
        pattern.callback
        for resolver in get_resolver().url_patterns
        if str(resolver.pattern) == "api/v1/"
        for pattern in resolver.url_patterns  # type: ignore[union-attr]
    ]
    assert len(views) == 3 + 2 * len(ENDPOINTS)
    for view in views:
        own = {**view.cls.__dict__, **view.initkwargs}  # type: ignore[union-attr]
        assert own.get("permission_classes"), view


def test_view_that_says_nothing_is_closed_to_everyone(client_as: ClientAs) -> None:
    class Forgotten(APIView):
        def get(self, request: object) -> None:
            raise AssertionError

    request = APIRequestFactory().get("/")
    request.user = factories.make_user(Role.COORDINATOR)
    assert Forgotten.as_view()(request).status_code == 403


def test_schema_is_complete_and_says_no_warning(tmp_path: Path) -> None:
    # The command also fails on a warning.
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(tmp_path / "schema.yml"))


def test_documentation_holds_nothing_that_the_policy_refuses() -> None:
    page = Client().get(f"{API}docs/")
    html = page.content.decode()
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]
    assert "<style" not in html
    assert " style=" not in html
    # Every script has an address, on this site.
    scripts = re.findall(r"<script([^>]*)>([^<]*)", html)
    assert scripts
    for attributes, words in scripts:
        assert re.search(r'src="/(?!/)', attributes)
        assert not words
    script = Client().get(f"{API}docs/?script=")
    assert script["Content-Type"] == "application/javascript"
    assert "/api/v1/schema/" in script.content.decode().replace("\\u002D", "-")


@pytest.mark.parametrize("role", [None, Role.MEMBER])
def test_schema_is_public_and_names_every_parameter(client_as: ClientAs, role: Role | None) -> None:
    response = client_as(role).get(f"{API}schema/", headers={"accept": "application/json"})
    assert response.status_code == 200
    paths = response.json()["paths"]
    assert len(paths) == 2 * len(ENDPOINTS)
    names = [each["name"] for each in paths[f"{API}measures/"]["get"]["parameters"]]
    assert names == sorted(
        ["priorite", "niveau", "institution", "q", "par", "le", "plan", "tri", "page", "taille"]
    )
    one = paths[f"{API}measures/{{plan}}/{{number}}/"]["get"]["parameters"]
    assert [each["name"] for each in one] == ["le", "number", "par", "plan"]

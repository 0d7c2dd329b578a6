"""Pages about measures as a browser gets them: what is said, what is kept, what is refused."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from measures.models import Assessment, Source
from members.enums import Role
from plan.enums import Meaning
from tests import factories

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from plan.models import Plan
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db


def sheet(plan: Plan, **changes: str) -> dict[str, str]:
    """What the status sheet posts when everything is filled in."""
    level = plan.scale.levels.get(meaning=Meaning.PARTIAL)
    return {
        "level": str(level.pk),
        "assessed_on": "2018-03-01",
        "assessor": str(plan.lead_assessor_id),
        "reason": "Un outil est paru.",
        "action": "publish",
        **changes,
    }


def assess_url(plan: Plan, number: str = "1") -> str:
    return reverse("measures:assess", args=[plan.slug, number])


@pytest.mark.parametrize("name", ["home", "board", "list", "detail", "plans"])
def test_anyone_may_read_what_is_published(
    name: str, client_as: ClientAs, plan_with_measures: Plan
) -> None:
    arguments = {"board": [plan_with_measures.slug], "list": [plan_with_measures.slug]}
    arguments["detail"] = [plan_with_measures.slug, "4 bis"]
    response = client_as(None).get(reverse(f"measures:{name}", args=arguments.get(name, [])))
    assert response.status_code == 200


def test_without_a_plan_the_home_page_says_how_to_load_one(client_as: ClientAs) -> None:
    response = client_as(None).get("/")
    assert b"load_plan" in response.content


def test_a_board_of_an_unknown_assessor_says_so_and_shows_the_lead(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    response = client_as(None).get("/", {"par": "personne", "le": "demain"})
    assert response.status_code == 200
    assert "« personne » n’évalue pas ce plan." in response.content.decode()
    assert 'id="le-error"' in response.content.decode()


def test_a_change_is_on_the_board_at_once(client_as: ClientAs, plan_with_measures: Plan) -> None:
    reader, secretariat = client_as(None), client_as(Role.SECRETARIAT)
    url = reverse("measures:detail", args=[plan_with_measures.slug, "4 bis"])
    assert "Pas encore évaluée" in reader.get(url).content.decode()
    response = secretariat.post(assess_url(plan_with_measures, "4 bis"), sheet(plan_with_measures))
    assert response.status_code == 302
    assert "Partiellement mise en œuvre" in reader.get(url).content.decode()


def test_a_draft_is_shown_to_members_only(client_as: ClientAs, plan_with_measures: Plan) -> None:
    client_as(Role.SECRETARIAT).post(
        assess_url(plan_with_measures),
        sheet(plan_with_measures, reason="Secret de travail.", action="draft"),
    )
    url = reverse("measures:detail", args=[plan_with_measures.slug, "1"])
    assert "Secret de travail." in client_as(Role.MEMBER).get(url).content.decode()
    assert "Secret de travail." not in client_as(None).get(url).content.decode()
    assert "Secret de travail." not in client_as(Role.ADMINISTRATOR).get(url).content.decode()


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMINISTRATOR])
def test_others_are_not_offered_the_sheet_and_its_address_is_refused(
    role: Role, client_as: ClientAs, plan_with_measures: Plan
) -> None:
    client = client_as(role)
    assert "evaluer" not in client.get("/").content.decode()
    assert client.get(assess_url(plan_with_measures)).status_code == 403
    assert client.post(assess_url(plan_with_measures), sheet(plan_with_measures)).status_code == 403
    assert Assessment.objects.published().count() == 3


def test_nobody_is_sent_to_log_in(client_as: ClientAs, plan_with_measures: Plan) -> None:
    response = client_as(None).get(assess_url(plan_with_measures))
    assert response.status_code == 302
    assert response["Location"].startswith("/compte/")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("reason", {"reason": ""}),
        ("reason", {"reason": "y" * 2001}),
        ("reason", {"reason": "Voir [@nulle-part]."}),
        ("level", {"level": "99999"}),
        ("assessed_on", {"assessed_on": "2999-01-01"}),
        ("assessed_on", {"assessed_on": "1999-01-01"}),
        ("assessed_on", {"assessed_on": "hier"}),
        ("source_0", {"source_0": "Un rapport inconnu"}),
        ("new_source_citation", {"new_source_short": "Un rapport"}),
        ("assessor", {"assessor": "99999"}),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_typed_is_lost(
    field: str, typed: dict[str, str], client_as: ClientAs, plan_with_measures: Plan
) -> None:
    count = Assessment.objects.count()
    data = sheet(plan_with_measures, observations="Un long texte.", **typed)
    response = client_as(Role.SECRETARIAT).post(assess_url(plan_with_measures), data)
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    page = response.content.decode()
    assert "Un long texte." in page
    assert data["reason"] in page
    assert Assessment.objects.count() == count


def test_a_new_source_joins_the_library(client_as: ClientAs, plan_with_measures: Plan) -> None:
    data = sheet(
        plan_with_measures,
        new_source_short="Lettre du 3 mars",
        new_source_citation="TRACFIN, lettre du 3 mars 2018",
        new_source_kind="letter",
    )
    client_as(Role.SECRETARIAT).post(assess_url(plan_with_measures), data)
    assessment = Assessment.objects.order_by("pk").last()
    assert assessment is not None
    assert [row.source.key for row in assessment.citations.all()] == ["lettre-du-3-mars"]


def test_a_refused_sheet_leaves_no_source_behind(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    data = sheet(
        plan_with_measures, reason="", new_source_short="Lettre", new_source_citation="Une lettre."
    )
    client_as(Role.SECRETARIAT).post(assess_url(plan_with_measures), data)
    assert not Source.objects.exists()


def test_two_people_on_one_draft_lose_nothing(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    first, second = client_as(Role.SECRETARIAT), client_as(Role.COORDINATOR)
    url = assess_url(plan_with_measures, "3")
    version = first.get(url).context["form"]["version"].value()
    mine = sheet(plan_with_measures, reason="La première.", version=str(version), action="draft")
    theirs = sheet(plan_with_measures, reason="La seconde.", version=str(version), action="draft")
    assert first.post(url, mine).status_code == 302
    refused = second.post(url, theirs)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "première" in page
    assert "La seconde." in page
    assert Assessment.objects.drafts().get().reason == "La première."
    # Having seen both, the second person decides.
    theirs["version"] = str(refused.context["form"]["version"].value())
    assert second.post(url, theirs).status_code == 302
    assert Assessment.objects.drafts().get().reason == "La seconde."


def test_a_draft_begun_meanwhile_is_compared_and_not_overwritten(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    first, second = client_as(Role.SECRETARIAT), client_as(Role.COORDINATOR)
    url = assess_url(plan_with_measures)
    data = sheet(plan_with_measures, action="draft")
    assert first.post(url, {**data, "reason": "La première."}).status_code == 302
    assert second.post(url, {**data, "reason": "La seconde."}).status_code == 409
    assert Assessment.objects.drafts().get(measure__number="1").reason == "La première."


def test_a_draft_published_meanwhile_is_said(client_as: ClientAs, plan_with_measures: Plan) -> None:
    client = client_as(Role.SECRETARIAT)
    url = assess_url(plan_with_measures, "3")
    version = str(client.get(url).context["form"]["version"].value())
    assert client.post(url, sheet(plan_with_measures, version=version)).status_code == 302
    late = client.post(url, sheet(plan_with_measures, reason="En retard.", version=version))
    assert late.status_code == 422
    assert "En retard." in late.content.decode()


def test_a_draft_is_discarded_on_its_version_only(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    client = client_as(Role.SECRETARIAT)
    url = reverse("measures:discard", args=[plan_with_measures.slug, "3"])
    draft = Assessment.objects.drafts().get()
    client.post(url, {"version": str(draft.version + 1)})
    assert Assessment.objects.drafts().exists()
    client.post(url, {"version": str(draft.version)})
    assert not Assessment.objects.drafts().exists()


@pytest.mark.parametrize(
    "elsewhere", ["https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)"]
)
def test_after_saving_one_is_never_sent_to_another_site(
    elsewhere: str, client_as: ClientAs, plan_with_measures: Plan
) -> None:
    data = sheet(plan_with_measures, retour=elsewhere)
    response = client_as(Role.SECRETARIAT).post(assess_url(plan_with_measures), data)
    assert response["Location"].startswith("/plans/")


def test_after_saving_one_is_where_one_was(client_as: ClientAs, plan_with_measures: Plan) -> None:
    data = sheet(plan_with_measures, retour="/plans/?le=2017-01-01")
    response = client_as(Role.SECRETARIAT).post(assess_url(plan_with_measures), data)
    assert response["Location"].startswith("/plans/?le=2017-01-01#mesure-")


def test_in_place_the_page_is_read_again_without_leaving(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    response = client_as(Role.SECRETARIAT).post(
        assess_url(plan_with_measures),
        sheet(plan_with_measures, retour="/"),
        headers={"HX-Request": "true"},
    )
    assert response.status_code == 204
    assert '"path": "/"' in response["HX-Location"]


def test_the_history_tells_who_and_why_to_those_who_may_edit(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    secretariat = factories.make_user(Role.SECRETARIAT, name="La secrétaire")
    client = client_as(secretariat)
    client.post(assess_url(plan_with_measures), sheet(plan_with_measures))
    url = reverse("measures:history", args=[plan_with_measures.slug, "1"])
    page = client.get(url).content.decode()
    assert "La secrétaire" in page
    assert "Un outil est paru." in page
    assert client_as(Role.MEMBER).get(url).status_code == 404
    assert client_as(None).get(url).status_code == 302


def test_filters_are_in_the_address_and_ignore_accents(client_as: ClientAs) -> None:
    plan = factories.make_plan()
    factories.make_measure(plan, title="Développer l’hébergement")
    factories.make_measure(plan, title="Former les magistrats")
    url = reverse("measures:list", args=[plan.slug])
    page = client_as(None).get(url, {"q": "HEBERGEMENT"}).content.decode()
    assert "Développer l’hébergement" in page
    assert "Former les magistrats" not in page
    nothing = client_as(None).get(url, {"q": "introuvable"}).content.decode()
    assert "Aucune mesure ne répond à ces filtres" in nothing


@pytest.mark.parametrize("name", ["board", "list"])
def test_pages_cost_the_same_queries_for_twenty_measures_as_for_one(
    name: str,
    client_as: ClientAs,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    counts = []
    for measures in (1, 20):
        plan = factories.make_plan()
        for _number in range(measures):
            factories.make_assessment(factories.make_measure(plan))
        client: Client = client_as(Role.SECRETARIAT)
        with django_assert_max_num_queries(20) as queries:
            assert client.get(reverse(f"measures:{name}", args=[plan.slug])).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_page_seen_again_costs_one_query_to_a_stranger(
    client_as: ClientAs, plan_with_measures: Plan, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_as(None)
    url = reverse("measures:board", args=[plan_with_measures.slug])
    client.get(url)
    with django_assert_num_queries(1):
        client.get(url)


def test_a_day_has_one_rendering_and_another_day_another(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    client = client_as(None)
    url = reverse("measures:board", args=[plan_with_measures.slug])
    now = client.get(url).content.decode()
    then = client.get(url, {"le": str(factories.FOUND_ON - dt.timedelta(days=1))}).content.decode()
    assert now.count("Pas encore évaluée") == 2
    assert then.count("Pas encore évaluée") == 4

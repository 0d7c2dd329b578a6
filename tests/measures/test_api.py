from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from measures.enums import FigureState, Involvement, SourceKind, SuccessionKind
from measures.models import (
    Assessment,
    Figure,
    FigureTable,
    Measure,
    MeasureInstitution,
    MeasureSuccession,
    Recommendation,
    Series,
)
from measures.services import Ask, Citation
from members.enums import Role
from plan.enums import Meaning
from tests import factories

if TYPE_CHECKING:
    from plan.models import Institution, Plan
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

API = "/api/v1/"
HOST = "http://testserver"
READERS_OF_PAPERS = [Role.MEMBER, Role.SECRETARIAT, Role.COORDINATOR]


def get(path: str, client: Client | None = None) -> Any:
    response = (client or Client()).get(f"{API}{path}")
    assert response.status_code == 200, response.content
    return response.json()


def results(path: str, client: Client | None = None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = get(path, client)["results"]
    return rows


def errors(path: str) -> dict[str, Any]:
    response = Client().get(f"{API}{path}")
    assert response.status_code == 400, response.content
    found: dict[str, Any] = response.json()["errors"]
    return found


def numbers(query: str = "") -> list[str]:
    return [row["number"] for row in results(f"measures/{query}")]


def make_table(plan: Plan, **fields: Any) -> FigureTable:
    """Two parts and a total that is 2 too low, as the 2017 report has one."""
    fields.setdefault("key", f"table-{plan.figure_tables.count()}")
    table = FigureTable.objects.create(
        plan=plan, assessor=plan.lead_assessor, caption="Condamnations", unit="condamnations",
        published_on=factories.FOUND_ON, source_text="Ministère de la Justice", **fields,
    )  # fmt: skip
    rows = {"hommes": (Decimal("120.0000"), None), "femmes": (Decimal("12.5000"), Decimal(3)),
            "total": (Decimal("130.5"), Decimal(3))}  # fmt: skip
    series = {}
    for position, (key, values) in enumerate(rows.items()):
        series[key] = Series.objects.create(table=table, key=key, label=key, position=position)
        for year, value in zip(("2015", "2016"), values, strict=True):
            Figure.objects.create(
                series=series[key], period=year, position=int(year), value=value,
                state=FigureState.NOT_AVAILABLE if value is None else FigureState.NUMBER,
            )  # fmt: skip
    series["total"].parts.set([series["hommes"], series["femmes"]])
    return table


def make_repetition(
    of: Recommendation, measure: Measure, number: int | None = None, **fields: Any
) -> Assessment:
    """A published assessment whose recommendation repeats another, be it a draft's."""
    draft = factories.make_draft(measure, recommendations=[Ask("Encore.", None, number)], **fields)
    draft.recommendations.update(repeats=of)
    return factories.publish_unchecked(draft)


# --- Measures ---


def test_measures_come_in_the_order_of_the_plan(plan_with_measures: Plan) -> None:
    second = plan_with_measures.priorities.get(number="2")
    for number in ("10", "4", "4 ter"):
        factories.make_measure(plan_with_measures, priority=second, number=number)
    expected = ["1", "2", "3", "4", "4 bis", "4 ter", "10"]
    assert numbers() == numbers("?tri=numero") == expected
    assert numbers("?tri=-numero") == expected[::-1]
    assert numbers("?taille=3&page=2") == ["4", "4 bis", "4 ter"]


def test_measure_is_addressed_by_plan_and_number(plan_with_measures: Plan) -> None:
    slug = plan_with_measures.slug
    other = factories.make_measure(number="4 bis")
    data = get(f"measures/{slug}/4%20bis/")
    assert data["url"] == f"{HOST}{API}measures/{slug}/4%20bis/"
    assert data["page"] == f"/plans/{slug}/mesures/4%20bis/"
    assert Client().get(data["page"]).status_code == 200
    assert get(f"measures/{other.plan.slug}/4 bis/")["title"] == other.title
    assert Client().get(f"{API}measures/{slug}/5/").status_code == 404


def test_measure_says_who_leads_it_and_what_became_of_it(plan_with_measures: Plan) -> None:
    first, second = plan_with_measures.measures.all()[:2]
    for measure, involvement in ((first, Involvement.PARTNER), (second, Involvement.LEAD)):
        MeasureInstitution.objects.create(
            measure=measure,
            institution=factories.make_institution(key=f"i-{measure.number}"),
            involvement=involvement,
        )
    later = factories.make_measure(factories.make_plan(slug="plan-2019"), number="7")
    MeasureSuccession.objects.create(
        predecessor=first, successor=later, kind=SuccessionKind.CARRIED_OVER
    )
    MeasureSuccession.objects.create(predecessor=second, kind=SuccessionKind.DROPPED)
    one, two = results(f"measures/?plan={plan_with_measures.slug}")[:2]
    assert [(row["institution"]["key"], row["involvement"]) for row in one["institutions"]] == [
        ("i-1", "partner")
    ]
    assert two["institutions"][0]["involvement"] == "lead"
    assert one["successions"] == [
        {
            "kind": "carried-over",
            "successor": {
                "url": f"{HOST}{API}measures/plan-2019/7/",
                "plan": "plan-2019",
                "number": "7",
            },
        }
    ]
    assert two["successions"] == [{"kind": "dropped", "successor": None}]


def test_measures_carry_the_finding_in_force(plan_with_measures: Plan) -> None:
    rows = {row["number"]: row["finding"] for row in results("measures/")}
    assert rows["1"]["level"]["meaning"] == Meaning.FULL
    assert rows["2"]["level"]["meaning"] == Meaning.PARTIAL
    assert rows["3"] is None
    assert rows["4 bis"] is None
    assert get(rows["2"]["url"].removeprefix(f"{HOST}{API}"))["reason"] == rows["2"]["reason"]


def test_viewpoint_chooses_the_finding(plan_with_measures: Plan) -> None:
    plan = plan_with_measures
    collective = factories.make_institution(key="collectif")
    plan.assessors.add(collective)
    measure = plan.measures.get(number="1")
    factories.make_assessment(
        measure, Meaning.NONE, assessor=collective, assessed_on=dt.date(2015, 4, 21)
    )
    path = f"measures/{plan.slug}/1/"
    for query, meaning in {
        "": Meaning.FULL,
        "?le=2017-05-31": None,
        "?par=collectif": Meaning.NONE,
        "?par=collectif&le=2015-04-21": Meaning.NONE,
        "?par=collectif&le=2015-04-20": None,
    }.items():
        separator = "&" if query else "?"
        listed = results(f"measures/{query}{separator}plan={plan.slug}")[0]["finding"]
        assert get(f"{path}{query}")["finding"] == listed
        assert (listed and listed["level"]["meaning"]) == meaning
    assert results("measures/?par=collectif")[0]["finding"]["level"]["meaning"] == Meaning.NONE


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("le=demain", "le"),
        ("le=9999-01-01", "le"),
        ("par=personne", "par"),
        ("plan=inconnu", "plan"),
        ("priorite=9", "priorite"),
        ("niveau=inconnu", "niveau"),
        ("institution=inconnue", "institution"),
    ],
)
def test_value_that_makes_no_sense_is_refused(
    plan_with_measures: Plan, query: str, name: str
) -> None:
    assert errors(f"measures/?{query}").keys() == {name}
    if name in {"le", "par"}:
        assert errors(f"measures/{plan_with_measures.slug}/1/?{query}").keys() == {name}
    if name != "plan":
        assert errors(f"measures/?{query}&plan={plan_with_measures.slug}").keys() == {name}


def test_assessor_of_another_plan_is_refused_for_this_one(plan_with_measures: Plan) -> None:
    other = factories.make_plan().lead_assessor.key
    assert errors(f"measures/?plan={plan_with_measures.slug}&par={other}").keys() == {"par"}
    assert results(f"measures/?par={other}")


def test_measures_by_every_filter(plan_with_measures: Plan) -> None:
    plan = plan_with_measures
    full = plan.scale.levels.get(meaning=Meaning.FULL).key
    institution = factories.make_institution(key="justice")
    MeasureInstitution.objects.create(
        measure=plan.measures.get(number="3"), institution=institution, involvement=Involvement.LEAD
    )
    factories.make_measure(number="99", title="Été")
    assert numbers(f"?plan={plan.slug}") == ["1", "2", "3", "4 bis"]
    assert numbers(f"?plan={plan.slug}&priorite=2") == ["3", "4 bis"]
    assert numbers(f"?niveau={full}") == ["1"]
    assert numbers(f"?plan={plan.slug}&niveau=non-evaluee") == ["3", "4 bis"]
    assert numbers(f"?niveau={full}&le=2016-01-01") == []
    assert numbers("?institution=justice") == ["3"]
    assert numbers("?q=ete") == ["99"]
    assert numbers(f"?plan={plan.slug}&q=mesure+4") == ["4 bis"]
    assert sorted(numbers("?tri=titre")) == ["1", "2", "3", "4 bis", "99"]


# --- Assessments ---


def test_draft_is_seen_by_those_who_take_part_and_by_nobody_else(
    plan_with_measures: Plan, client_as: ClientAs
) -> None:
    draft = Assessment.objects.drafts().get()
    for role in [None, *Role]:
        client = client_as(role)
        sees = role in READERS_OF_PAPERS
        ids = {row["url"].split("/")[-2] for row in results("assessments/", client)}
        assert (str(draft.pk) in ids) is sees, role
        assert len(ids) == (4 if sees else 3)
        assert get("assessments/", client)["count"] == len(ids)
        status = client.get(f"{API}assessments/{draft.pk}/").status_code
        assert status == (200 if sees else 404), role
        assert len(results("assessments/?statut=draft", client)) == (1 if sees else 0)
        assert len(results("assessments/?statut=published", client)) == 3
        # As of a day, or as what is in force: published facts only, whoever asks.
        assert len(results("assessments/?le=2020-01-01", client)) == 2
        finding = get(f"measures/{plan_with_measures.slug}/3/", client)["finding"]
        assert finding is None, role


def test_nothing_of_a_draft_shows_through_another_row(
    plan_with_measures: Plan, client_as: ClientAs
) -> None:
    published = Assessment.objects.published().get(measure__number="1")
    draft = factories.make_draft(
        published.measure,
        supersedes=published,
        reason="SECRET",
        recommendations=[Ask(text="SECRET")],
    )
    asked = Recommendation.objects.get(assessment=draft)
    known = make_repetition(
        asked,
        factories.make_measure(published.measure.plan, number="50"),
        observations_with=draft,
    )
    hidden = [f"assessments/{draft.pk}/", f"recommendations/{asked.pk}/", "SECRET"]
    for role in [None, *Role]:
        client = client_as(role)
        pages = "".join(
            json.dumps(get(path, client))
            for path in (
                "assessments/", "recommendations/", "measures/", "sources/",
                f"assessments/{published.pk}/", f"assessments/{known.pk}/",
            )
        )  # fmt: skip
        for token in hidden:
            assert (token in pages) is (role in READERS_OF_PAPERS), (role, token)
        status = client.get(f"{API}recommendations/{asked.pk}/").status_code
        assert status == (200 if role in READERS_OF_PAPERS else 404)


def test_assessment_carries_what_it_rests_on() -> None:
    loi = factories.make_source(key="loi-2016-444", kind=SourceKind.LAW)
    factories.make_source(key="rapport")
    ministry = factories.make_institution(key="justice")
    assessment = factories.make_assessment(
        None,
        None,
        lacks_information=True,
        reason="Voir [@rapport].",
        state_actions="Prévu [@loi-2016-444, art. 8] et [@rapport].",
        citations=[Citation(source=loi, place="art. 8")],
        recommendations=[Ask(text="Publier."), Ask(text="Former.", addressee=ministry)],
        by=factories.make_user(Role.SECRETARIAT, email="qui@vigie.example"),
    )
    data = get(f"assessments/{assessment.pk}/")
    assert data["measure"]["number"] == assessment.measure.number
    assert data["page"] == assessment.measure.get_absolute_url()
    assert (data["level"], data["lacks_information"]) == (None, True)
    assert data["notes"] == ["rapport", "loi-2016-444"]
    (cited,) = data["sources"]
    assert (cited["source"]["key"], cited["locator"]) == ("loi-2016-444", "art. 8")
    assert [(row["number"], row["text"]) for row in data["recommendations"]] == [
        (1, "Publier."),
        (2, "Former."),
    ]
    assert data["recommendations"][1]["addressee"]["key"] == "justice"
    # Markdown, as written.
    assert data["state_actions"] == assessment.state_actions
    # Who recorded it is not for everyone.
    assert "qui@vigie.example" not in json.dumps(data)
    assert not {"created_by", "published_by", "created_at", "version", "history"} & set(data)


def test_correction_and_what_it_corrects_name_each_other(plan_with_measures: Plan) -> None:
    rows = results("assessments/?mesure=2")
    corrected = next(row for row in rows if row["superseded_by"])
    correction = next(row for row in rows if row["supersedes"])
    assert corrected["superseded_by"] == correction["url"]
    assert correction["supersedes"] == corrected["url"]
    assert corrected["supersedes"] is correction["superseded_by"] is None


def test_assessments_by_every_filter(plan_with_measures: Plan) -> None:
    plan = plan_with_measures
    source = factories.make_source(key="loi")
    other = factories.make_assessment(
        factories.make_measure(number="77"),
        Meaning.NONE,
        assessed_on=dt.date(2015, 1, 1),
        citations=[Citation(source, "art. 1"), Citation(source, "art. 2")],
    )

    def found(query: str) -> list[str]:
        return [row["measure"]["number"] for row in results(f"assessments/?{query}")]

    assert found(f"plan={plan.slug}&tri=mesure") == ["1", "2", "2"]
    assert found("mesure=77") == ["77"]
    assert found(f"par={other.assessor.key}") == ["77"]
    assert found(f"niveau={other.level.key}") == ["77"]  # type: ignore[union-attr]
    assert found("source=loi") == ["77"]
    assert found("le=2016-01-01") == ["77"]
    assert found("tri=date")[0] == found("tri=-date")[-1] == "77"
    assert found(f"plan={plan.slug}&mesure=77") == []
    for name in ("plan", "mesure", "par", "niveau", "source", "statut", "le"):
        assert errors(f"assessments/?{name}=inconnu").keys() == {name}
    assert errors("assessments/?le=9999-01-01").keys() == {"le"}


# --- Recommendations, sources, tables ---


def test_recommendations_by_every_filter() -> None:
    ministry = factories.make_institution(key="justice")
    first = factories.make_assessment(
        factories.make_measure(number="1"), recommendations=[Ask("Former.", ministry, 12)]
    )
    second = make_repetition(first.recommendations.get(), factories.make_measure(number="2"), 3)

    def found(query: str = "") -> list[int]:
        return [row["number"] for row in results(f"recommendations/{query}")]

    assert found() == found("?tri=numero") == [3, 12]
    assert found("?tri=-numero") == [12, 3]
    assert found(f"?plan={first.measure.plan.slug}") == [12]
    assert found("?mesure=2") == [3]
    assert found(f"?par={second.assessor.key}") == [3]
    assert found("?destinataire=justice") == [12]
    for name in ("plan", "mesure", "par", "destinataire"):
        assert errors(f"recommendations/?{name}=inconnu").keys() == {name}
    repeating, repeated = results("recommendations/")
    assert repeating["repeats"]["number"] == 12
    assert [row["number"] for row in repeated["repeated_by"]] == [3]
    assert repeated["assessment"] == f"{HOST}{API}assessments/{first.pk}/"
    assert repeated["made_on"] == first.assessed_on.isoformat()


def test_sources_are_addressed_by_key_and_filtered_by_kind() -> None:
    factories.make_source(key="loi", kind=SourceKind.LAW, url="https://exemple.fr/loi")
    factories.make_source(key="avis", kind=SourceKind.OPINION, dated_on=dt.date(2017, 3, 8))
    assert [row["key"] for row in results("sources/")] == ["avis", "loi"]
    assert [row["key"] for row in results("sources/?tri=-cle")] == ["loi", "avis"]
    assert [row["key"] for row in results("sources/?type=law")] == ["loi"]
    assert errors("sources/?type=inconnu").keys() == {"type"}
    data = get("sources/loi/")
    assert data["url"] == f"{HOST}{API}sources/loi/"
    assert data["link"] == "https://exemple.fr/loi"


def test_table_gives_numbers_as_printed_and_what_does_not_add_up(plan_with_measures: Plan) -> None:
    plan = plan_with_measures
    make_table(plan, key="condamnations", measure=plan.measures.get(number="1"))
    make_table(plan, key="autre", source=factories.make_source(key="annuaire"))
    assert [row["key"] for row in results("figure-tables/?mesure=1")] == ["condamnations"]
    data = get(f"figure-tables/{plan.slug}/condamnations/")
    men, women, total = data["series"]
    assert [figure["value"] for figure in women["figures"]] == ["12.5", "3"]
    assert men["figures"] == [
        {"period": "2015", "state": "number", "value": "120", "is_provisional": False},
        {"period": "2016", "state": "n.d.", "value": None, "is_provisional": False},
    ]
    assert sorted(total["total_of"]) == ["femmes", "hommes"]
    # Nothing is said of 2016: “n.d.” is not 0.
    assert data["wrong_totals"] == [
        {
            "series": "total",
            "label": "total",
            "period": "2015",
            "printed": "130.5",
            "computed": "132.5",
        }
    ]
    assert get(f"figure-tables/{plan.slug}/autre/")["source"]["key"] == "annuaire"
    assert len(results(f"figure-tables/?plan={plan.slug}&par={plan.lead_assessor.key}")) == 2
    for name in ("plan", "mesure", "par"):
        assert errors(f"figure-tables/?{name}=inconnu").keys() == {name}


# --- Everything ---


LISTS = [
    "measures/?plan=le-plan", "measures/?plan=le-plan&par=collectif&q=mesure&niveau=non-evaluee",
    "measures/", "assessments/", "recommendations/", "sources/", "figure-tables/",
]  # fmt: skip


def make_rows(plan: Plan, count: int) -> None:
    """Measures with all that hangs on them."""
    later = factories.make_plan()
    ministry: Institution = factories.make_institution()
    for _ in range(count):
        measure = factories.make_measure(plan)
        MeasureInstitution.objects.create(
            measure=measure, institution=ministry, involvement=Involvement.LEAD
        )
        MeasureSuccession.objects.create(
            predecessor=measure,
            successor=factories.make_measure(later),
            kind=SuccessionKind.CARRIED_OVER,
        )
        first = factories.make_assessment(
            measure,
            citations=[Citation(factories.make_source())],
            recommendations=[Ask("Former.", ministry)],
        )
        make_repetition(
            first.recommendations.get(), measure, supersedes=first, observations_with=first
        )
        make_table(plan, measure=measure, source=factories.make_source())


@pytest.mark.parametrize("role", [None, Role.MEMBER])
def test_queries_do_not_grow_with_rows(client_as: ClientAs, role: Role | None) -> None:
    plan = factories.make_plan(slug="le-plan")
    plan.assessors.add(factories.make_institution(key="collectif"))
    client = client_as(role)

    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert results(path, client)
        return len(queries)

    make_rows(plan, 1)
    before = {path: count(path) for path in LISTS}
    make_rows(plan, 20)
    assert {path: count(path) for path in LISTS} == before


def test_one_measure_takes_as_many_queries_whatever_its_record(plan_with_measures: Plan) -> None:
    measure = plan_with_measures.measures.get(number="1")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            get(f"measures/{measure.plan.slug}/1/")
        return len(queries)

    before = count()
    for day in range(1, 20):
        factories.make_assessment(measure, assessed_on=dt.date(2018, 1, day))
    assert count() == before


def test_no_field_of_the_api_names_what_is_internal() -> None:
    assert Measure.objects.count() == 0
    schema = Client().get(f"{API}schema/", headers={"accept": "application/json"}).json()
    fields = {
        name
        for component in schema["components"]["schemas"].values()
        for name in component.get("properties", ())
    }
    internal = {
        "folded",
        "number_key",
        "revision",
        "version",
        "created_by",
        "published_by",
        "history",
        "email",
    }
    assert "number" in fields
    assert not fields & internal

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from measures.enums import Involvement
from measures.filters import MeasureFilter
from measures.models import Measure, MeasureInstitution
from measures.viewpoints import AnyPlanViewpoint, Viewpoint
from plan.enums import Meaning
from plan.models import Plan
from tests import factories

if TYPE_CHECKING:
    from plan.models import Institution

pytestmark = pytest.mark.django_db


def filtered(plan: Plan, **query: str) -> MeasureFilter:
    data = QueryDict(mutable=True)
    data.update(query)
    rows = Measure.objects.filter(plan=plan)
    return MeasureFilter(data, rows, viewpoint=Viewpoint.from_query(plan, data))


def numbers(plan: Plan, **query: str) -> list[str]:
    return [measure.number for measure in filtered(plan, **query).qs]


def level_key(plan: Plan, meaning: Meaning) -> str:
    return plan.scale.levels.get(meaning=meaning).key


def involve(measure: Measure, institution: Institution, involvement: Involvement) -> None:
    MeasureInstitution.objects.create(
        measure=measure, institution=institution, involvement=involvement
    )


def test_without_filter_all_measures_come_in_the_order_of_the_plan(
    plan_with_measures: Plan,
) -> None:
    first, second = plan_with_measures.priorities.all()
    factories.make_measure(plan_with_measures, priority=second, number="4 ter")
    factories.make_measure(plan_with_measures, priority=second, number="10")
    factories.make_measure(plan_with_measures, priority=second, number="4")
    factories.make_measure(plan_with_measures, priority=first, number="12")
    assert numbers(plan_with_measures) == ["1", "2", "12", "3", "4", "4 bis", "4 ter", "10"]


def test_priority_is_its_number_within_the_plan(plan_with_measures: Plan) -> None:
    other = factories.make_plan()
    factories.make_priority(other, number="A")
    assert numbers(plan_with_measures, priorite="2") == ["3", "4 bis"]
    assert filtered(plan_with_measures, priorite="A").errors.keys() == {"priorite"}


def test_level_is_the_one_in_force(plan_with_measures: Plan) -> None:
    plan = plan_with_measures
    assert numbers(plan, niveau=level_key(plan, Meaning.FULL)) == ["1"]
    assert numbers(plan, niveau=level_key(plan, Meaning.PARTIAL)) == ["2"]
    # Measure 2 was found so, and corrected.
    assert numbers(plan, niveau=level_key(plan, Meaning.NONE)) == []


def test_older_level_is_not_found_when_a_newer_one_holds(plan_with_measures: Plan) -> None:
    plan = plan_with_measures
    measure = plan.measures.get(number="1")
    factories.make_assessment(measure, Meaning.PARTIAL, assessed_on=dt.date(2018, 1, 1))
    assert numbers(plan, niveau=level_key(plan, Meaning.FULL)) == []
    assert numbers(plan, niveau=level_key(plan, Meaning.FULL), le="2017-12-31") == ["1"]


def test_draft_is_no_finding(plan_with_measures: Plan) -> None:
    assert numbers(plan_with_measures, niveau="non-evaluee") == ["3", "4 bis"]
    assert numbers(plan_with_measures, niveau=level_key(plan_with_measures, Meaning.UNKNOWN)) == []


def test_lack_of_information_is_neither_a_level_nor_never_assessed(
    plan_with_measures: Plan,
) -> None:
    plan = plan_with_measures
    factories.make_assessment(plan.measures.get(number="4 bis"), None, lacks_information=True)
    assert numbers(plan, niveau="information-insuffisante") == ["4 bis"]
    assert numbers(plan, niveau="non-evaluee") == ["3"]
    keys = [key for key, _ in plan.scale.levels.values_list("key", "pk")]
    found = [number for key in keys for number in numbers(plan, niveau=key)]
    assert sorted(found) == ["1", "2"]


def test_mere_comment_leaves_a_measure_never_assessed(plan_with_measures: Plan) -> None:
    measure = plan_with_measures.measures.get(number="4 bis")
    factories.make_assessment(measure, None, observations="À suivre.")
    assert numbers(plan_with_measures, niveau="non-evaluee") == ["3", "4 bis"]


def test_level_is_that_of_the_assessor_asked_for(plan_with_measures: Plan) -> None:
    plan = plan_with_measures
    collective = factories.make_institution(key="collectif")
    plan.assessors.add(collective)
    factories.make_assessment(plan.measures.get(number="3"), Meaning.NONE, assessor=collective)
    assert numbers(plan, par="collectif", niveau=level_key(plan, Meaning.NONE)) == ["3"]
    assert numbers(plan, par="collectif", niveau="non-evaluee") == ["1", "2", "4 bis"]


def test_institution_leads_or_takes_part(plan_with_measures: Plan) -> None:
    plan = plan_with_measures
    justice = factories.make_institution(key="justice")
    miprof = factories.make_institution(key="miprof")
    first, second, third, _ = Measure.objects.filter(plan=plan)
    involve(first, justice, Involvement.LEAD)
    involve(first, miprof, Involvement.PARTNER)
    involve(second, justice, Involvement.PARTNER)
    involve(third, miprof, Involvement.LEAD)
    assert numbers(plan, institution="justice") == ["1", "2"]
    assert numbers(plan, institution="miprof") == ["1", "3"]


def test_institution_of_another_plan_is_no_choice(plan_with_measures: Plan) -> None:
    elsewhere = factories.make_institution(key="ailleurs")
    involve(factories.make_measure(), elsewhere, Involvement.LEAD)
    assert filtered(plan_with_measures, institution="ailleurs").errors.keys() == {"institution"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ete", ["1"]),
        ("ÉTÉ", ["1"]),
        ("l'œuvre", ["1"]),
        ("oeuvre L’OEUVRE", ["1"]),
        ("ouvrir été", ["1"]),
        ("ouvrir hiver", []),
        ("100%", ["2"]),
        ("0%0", []),
        ("%", ["2"]),
        ("_", ["2"]),
        ("a_b", ["2"]),
        ("\\", ["2"]),
        ("  ", ["1", "2"]),
        ("résumé", ["2"]),
    ],
)
def test_words_are_found_without_accents_case_or_wildcards(words: str, expected: list[str]) -> None:
    plan = factories.make_plan()
    factories.make_measure(plan, number="1", title="Ouvrir l’œuvre à l’Été")
    factories.make_measure(
        plan, number="2", title=r"Former 100% de a_b \ à 1000", summary="Un Résumé"
    )
    assert numbers(plan, q=words) == expected


def test_filters_add_up(plan_with_measures: Plan) -> None:
    assert numbers(plan_with_measures, priorite="2", niveau="non-evaluee", q="bis") == ["4 bis"]
    assert numbers(plan_with_measures, priorite="1", niveau="non-evaluee") == []


@pytest.mark.parametrize("name", ["priorite", "niveau", "institution"])
def test_unknown_value_is_said_at_its_field_and_matches_nothing(
    plan_with_measures: Plan, name: str
) -> None:
    filters = filtered(plan_with_measures, **{name: "inconnu"})
    assert filters.errors.keys() == {name}
    assert list(filters.qs) == []


@pytest.mark.parametrize(("name", "value"), [("par", "inconnu"), ("le", "demain")])
def test_bad_viewpoint_is_said_at_its_field_and_rows_stay(
    plan_with_measures: Plan, name: str, value: str
) -> None:
    filters = filtered(plan_with_measures, **{name: value})
    assert filters.errors.keys() == {name}
    assert filters.qs.count() == 4


def test_too_many_words_are_refused(plan_with_measures: Plan) -> None:
    assert filtered(plan_with_measures, q="a " * 101).errors.keys() == {"q"}


def test_form_offers_what_the_plan_has(plan_with_measures: Plan) -> None:
    plan = plan_with_measures
    justice = factories.make_institution(key="justice", acronym="DACG")
    involve(plan.measures.get(number="1"), justice, Involvement.LEAD)
    factories.make_priority(factories.make_plan(), number="A")
    fields = filtered(plan).form.fields
    assert [value for value, _ in fields["priorite"].choices] == ["", "1", "2"]
    assert list(fields["institution"].choices)[1:] == [("justice", "DACG")]
    levels = [value for value, _ in fields["niveau"].choices]
    assert levels == [
        "",
        *plan.scale.levels.values_list("key", flat=True),
        "information-insuffisante",
        "non-evaluee",
    ]
    assessors = [value for value, _ in fields["par"].widget.choices]
    assert assessors == [plan.lead_assessor.key]


def test_queries_do_not_grow_with_measures(plan_with_measures: Plan) -> None:
    plan = plan_with_measures
    institution = factories.make_institution(key="justice")

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            filters = filtered(
                Plan.objects.for_page().get(pk=plan.pk),
                priorite="2", niveau="non-evaluee", institution="justice", q="mesure",
            )  # fmt: skip
            assert list(filters.qs)
            str(filters.form)
        return len(queries)

    involve(plan.measures.get(number="4 bis"), institution, Involvement.LEAD)
    before = count()
    for _ in range(20):
        measure = factories.make_measure(plan, priority=plan.priorities.get(number="2"))
        involve(measure, institution, Involvement.LEAD)
    assert count() == before


def test_over_several_plans_a_number_means_each_plans_own() -> None:
    one, two = factories.make_plan(), factories.make_plan()
    for plan in (one, two):
        factories.make_measure(plan, priority=factories.make_priority(plan, number="1"))
    factories.make_measure(two, priority=factories.make_priority(two, number="2"))

    def found(query: str) -> MeasureFilter:
        data = QueryDict(query)
        return MeasureFilter(
            data, Measure.objects.all(), viewpoint=AnyPlanViewpoint.from_query(data)
        )

    assert found("priorite=1").qs.count() == 2
    assert found("priorite=2").qs.count() == 1
    assert found("priorite=3").errors.keys() == {"priorite"}
    assert found("niveau=non-evaluee").qs.count() == 3

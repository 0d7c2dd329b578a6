from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.http import QueryDict

from measures.models import Measure
from measures.viewpoints import AnyPlanViewpoint, Viewpoint
from plan.enums import Meaning
from tests import factories

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from plan.models import Plan

pytestmark = pytest.mark.django_db

TODAY = dt.date(2018, 3, 1)


@pytest.fixture(autouse=True)
def _in_2018() -> object:
    with time_machine.travel(dt.datetime(2018, 3, 1, 10, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def plan() -> Plan:
    plan = factories.make_plan()
    plan.assessors.add(factories.make_institution(key="collectif"))
    return plan


def test_viewpoint_is_lead_assessor_today_by_default(plan: Plan) -> None:
    viewpoint = Viewpoint.from_query(plan, QueryDict())
    assert (viewpoint.assessor, viewpoint.on) == (plan.lead_assessor, TODAY)
    assert viewpoint.is_today
    assert not viewpoint.errors
    assert viewpoint.query_string == ""


def test_empty_fields_of_a_form_mean_the_default(plan: Plan) -> None:
    viewpoint = Viewpoint.from_query(plan, QueryDict("par=&le="))
    assert (viewpoint.assessor, viewpoint.on) == (plan.lead_assessor, TODAY)
    assert not viewpoint.errors


def test_viewpoint_reads_assessor_and_day(plan: Plan) -> None:
    viewpoint = Viewpoint.from_query(plan, QueryDict("par=collectif&le=2017-03-08"))
    assert viewpoint.assessor.key == "collectif"
    assert viewpoint.on == dt.date(2017, 3, 8)
    assert not viewpoint.is_today
    assert viewpoint.query_string == "?par=collectif&le=2017-03-08"


def test_what_is_the_default_anyway_stays_out_of_links(plan: Plan) -> None:
    query = QueryDict(f"par={plan.lead_assessor.key}&le={TODAY}")
    viewpoint = Viewpoint.from_query(plan, query)
    assert viewpoint.is_today
    assert viewpoint.query_string == ""


@pytest.mark.parametrize(
    "text",
    [
        "hier",
        "20170308",
        "2017-W10-3",
        "2017-3-8",
        "2017-02-30",
        "0000-01-01",
        "２０１７-03-08",
        "2018-03-02",
        "9999-12-31",
    ],
)
def test_day_that_makes_no_sense_is_said_and_today_taken(plan: Plan, text: str) -> None:
    viewpoint = Viewpoint.from_query(plan, QueryDict(mutable=True) | {"le": text})
    assert list(viewpoint.errors) == ["le"]
    assert viewpoint.on == TODAY
    assert viewpoint.query_string == ""


def test_day_before_the_plan_is_fine_and_shows_nothing_assessed(plan: Plan) -> None:
    measure = factories.make_assessment(factories.make_measure(plan)).measure
    viewpoint = Viewpoint.from_query(plan, QueryDict("le=1998-07-12"))
    assert not viewpoint.errors
    row = viewpoint.annotate(Measure.objects.filter(pk=measure.pk)).get()
    assert row.finding_id is None  # type: ignore[attr-defined] # annotated


def test_assessor_of_another_plan_is_said_and_the_lead_taken(plan: Plan) -> None:
    other = factories.make_plan()
    for key in (other.lead_assessor.key, "personne"):
        viewpoint = Viewpoint.from_query(plan, QueryDict(f"par={key}"))
        assert list(viewpoint.errors) == ["par"]
        assert viewpoint.assessor == plan.lead_assessor


def test_reading_the_viewpoint_takes_one_query_at_most(
    plan: Plan, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        Viewpoint.from_query(plan, QueryDict(f"le=2017-03-08&par={plan.lead_assessor.key}"))
    with django_assert_num_queries(1):
        Viewpoint.from_query(plan, QueryDict("le=2017-03-08&par=collectif"))


def test_over_several_plans_each_is_seen_through_its_own_lead() -> None:
    one, two = (factories.make_assessment(factories.make_measure()) for _ in range(2))
    rows = AnyPlanViewpoint.from_query(QueryDict()).annotate(Measure.objects.all())
    found = dict(rows.values_list("pk", "finding_id"))  # type: ignore[misc] # annotated
    assert found == {one.measure_id: one.pk, two.measure_id: two.pk}
    query = QueryDict(f"par={one.assessor.key}")
    rows = AnyPlanViewpoint.from_query(query).annotate(Measure.objects.all())
    found = dict(rows.values_list("pk", "finding_id"))  # type: ignore[misc] # annotated
    assert found == {one.measure_id: one.pk, two.measure_id: None}


def test_over_several_plans_an_assessor_of_none_is_said() -> None:
    factories.make_institution(key="ministere")
    viewpoint = AnyPlanViewpoint.from_query(QueryDict("par=ministere&le=demain"))
    assert set(viewpoint.errors) == {"par", "le"}
    assert viewpoint.assessor is None


def test_finding_in_force_follows_the_day(plan: Plan) -> None:
    measure = factories.make_measure(plan)
    first = factories.make_assessment(measure, Meaning.NONE, assessed_on=dt.date(2015, 1, 1))
    second = factories.make_assessment(measure, Meaning.FULL, assessed_on=dt.date(2016, 1, 1))
    for day, expected in {
        "2014-12-31": None,
        "2015-12-31": first.pk,
        "2016-01-01": second.pk,
    }.items():
        viewpoint = Viewpoint.from_query(plan, QueryDict(f"le={day}"))
        row = viewpoint.annotate(Measure.objects.all()).get()
        assert row.finding_id == expected  # type: ignore[attr-defined] # annotated

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from common.prepared import Prepared
from measures.models import Measure
from tests import factories

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


def test_prepared_question_is_answered_for_each_of_its_parameters(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    question = Prepared(
        lambda slug, number: (
            Measure.objects.filter(number=number, plan__slug=slug)
            .order_by()
            .values_list("pk", "title")
        ),
        str,
        str,
    )
    one, two = factories.make_measure(number="4 bis"), factories.make_measure(number="7")
    for _ in range(2):
        for measure in (one, two):
            with django_assert_num_queries(1):
                assert question.first(measure.plan.slug, measure.number) == (
                    measure.pk,
                    measure.title,
                )
        assert question.first(one.plan.slug, two.number) is None


def test_prepared_question_takes_numbers_and_keeps_what_is_fixed() -> None:
    question = Prepared(
        lambda plan: Measure.objects.filter(number="2", plan=plan).order_by().values_list("pk"), int
    )
    plan = factories.make_plan()
    factories.make_measure(plan, number="1")
    measure = factories.make_measure(plan, number="2")
    assert question.first(plan.pk) == (measure.pk,)
    assert question.first(plan.pk + 1) is None
    assert question.first(plan.pk) == (measure.pk,)

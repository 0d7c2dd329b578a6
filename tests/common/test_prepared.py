from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from common.prepared import Prepared, every_row_of
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


def test_prepared_question_gives_every_row_or_the_first_alone(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    question = Prepared(
        lambda plan: Measure.objects.filter(plan=plan).order_by("pk").values_list("number"), int
    )
    measures = [factories.make_measure(number="1")]
    measures += [factories.make_measure(measures[0].plan, number=number) for number in ("2", "3")]
    factories.make_measure()
    for _ in range(2):
        with django_assert_num_queries(2):
            assert question.all(measures[0].plan_id) == [("1",), ("2",), ("3",)]
            assert question.first(measures[0].plan_id) == ("1",)
    assert question.all(-1) == []


def test_questions_asked_together_are_answered_each_in_its_place() -> None:
    numbers = Prepared(
        lambda plan: Measure.objects.filter(plan=plan).order_by("pk").values_list("number"), int
    )
    titles = Prepared(
        lambda number: Measure.objects.filter(number=number).order_by().values_list("title"), str
    )
    one, two = factories.make_measure(number="1"), factories.make_measure(number="2")
    for _ in range(2):
        found = every_row_of(
            numbers.asked(two.plan_id),
            titles.asked("1"),
            titles.asked("7"),
            numbers.asked(one.plan_id),
        )
        assert found == [[("2",)], [(one.title,)], [], [("1",)]]
    assert every_row_of() == []

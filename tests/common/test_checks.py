from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from common.checks import AllChecks, CheckedModel
from members.enums import Role
from members.models import Invitation
from tests import factories

pytestmark = pytest.mark.django_db

CHECKED = [model for model in apps.get_models() if issubclass(model, CheckedModel)]
TODAY = dt.date(2026, 9, 21)


def said_of(row: models.Model, *left_out: str) -> list[tuple[str, str | None, str]]:
    """What validation says of a row: where, with which code, in which words."""
    try:
        row.validate_constraints(exclude=set(left_out))
    except ValidationError as error:
        return sorted(
            (field, each.code, str(each.message))
            for field, errors in error.error_dict.items()
            for each in errors
        )
    return []


def questions(queries: CaptureQueriesContext) -> int:
    return sum('AS "_check"' in query["sql"] for query in queries)


def check(name: str, condition: Q | RawSQL) -> models.CheckConstraint:
    return models.CheckConstraint(name=name, condition=condition, violation_error_message=name)


def broken(*checks: models.CheckConstraint) -> list[str]:
    """Which of some CHECKs are said to be broken by an invitation that says nothing but its role."""
    try:
        AllChecks(checks).validate(Invitation, Invitation(role=Role.GUEST))
    except ValidationError as error:
        return error.messages
    return []


def test_good_row_costs_one_question_whatever_the_number_of_its_checks() -> None:
    numbers = set()
    for row in (
        factories.make_user(),
        factories.make_plan(),
        factories.make_invitation(),
        factories.make_application(),
        factories.make_commitment(),
    ):
        numbers.add(sum(isinstance(each, models.CheckConstraint) for each in row._meta.constraints))
        with CaptureQueriesContext(connection) as queries:
            row.validate_constraints()
        assert questions(queries) == 1
    assert len(numbers) >= 3


def test_row_without_checks_costs_none() -> None:
    evaluation = factories.make_evaluation(factories.make_plan())
    with CaptureQueriesContext(connection) as queries:
        evaluation.validate_constraints()
    assert questions(queries) == 0


@pytest.mark.parametrize("model", CHECKED, ids=lambda model: model.__name__)
def test_bad_row_is_told_what_django_tells(
    model: type[models.Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = said_of(model())
    monkeypatch.delattr(CheckedModel, "get_constraints")
    assert said_of(model()) == ours


def test_field_that_is_left_out_leaves_out_its_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Invitation(role="queen", mandate_kind="substitute", accepted_at=dt.datetime.now(dt.UTC))
    names = [field.name for field in Invitation._meta.concrete_fields]
    ours = {name: said_of(row, name) for name in names}
    assert {len(said) for said in ours.values()} == {2, 3}
    monkeypatch.delattr(CheckedModel, "get_constraints")
    assert {name: said_of(row, name) for name in names} == ours


def test_two_that_are_broken_are_both_told() -> None:
    with translation.override("en"):
        said = said_of(Invitation(role="queen", mandate_kind="substitute"))
    assert said == [
        ("__all__", None, "Choose one of the known roles."),
        ("__all__", None, "Choose titular or alternate."),
    ]


def test_check_that_comes_to_null_holds_and_hides_no_other() -> None:
    null = check("null", Q(guest_until__gt=TODAY))
    member, guest = check("member", Q(role=Role.MEMBER)), check("guest", Q(role=Role.GUEST))
    with CaptureQueriesContext(connection) as queries:
        assert broken(null, guest) == []
    assert questions(queries) == 1
    assert broken(null, member) == broken(member, null) == ["member"]


def test_check_that_the_database_cannot_answer_hides_no_other() -> None:
    nonsense = check("nonsense", RawSQL("no_such_column = 1", (), models.BooleanField()))
    member = check("member", Q(role=Role.MEMBER))
    assert broken(nonsense) == []
    assert broken(nonsense, member) == ["member"]

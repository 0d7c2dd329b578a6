"""The CHECKs of a row, asked of the database in one question instead of one each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError, ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Q
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from collections.abc import Sequence


class AllChecks(models.BaseConstraint):
    """The CHECKs of a model, to be validated as one. Only when one is broken are they asked in turn: Django then says which."""

    def __init__(self, checks: Sequence[models.CheckConstraint]) -> None:
        super().__init__(name="all_checks")
        self.checks = checks

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: set[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        against = instance._get_field_expression_map(meta=model._meta, exclude=exclude)  # type: ignore[attr-defined]
        if self._hold(against, using):
            return
        errors = []
        for check in self.checks:
            try:
                check.validate(model, instance, exclude=exclude, using=using)
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)

    def _hold(self, against: dict[str, Any], using: str) -> bool:
        """Whether none is broken, as far as one question tells. A CHECK that comes to NULL holds."""
        conditions = Q(*(check.condition for check in self.checks))
        held = Coalesce(conditions, models.Value(value=True), output_field=models.BooleanField())
        try:
            # A question that the database refuses counts as a yes: the one to ask is whether something is wrong.
            return not (~Q(held)).check(against, using=using)
        except FieldError:
            # One of them reads a field that is not to be validated.
            return False


class CheckedModel(models.Model):
    """A row with CHECKs: `full_clean` asks the database about all of them at once."""

    class Meta:
        abstract = True

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        """What `full_clean` validates: the CHECKs of each model as one, then the others."""
        found: list[tuple[type[models.Model], Sequence[models.BaseConstraint]]] = []
        for model, constraints in super().get_constraints():
            checks = [each for each in constraints if isinstance(each, models.CheckConstraint)]
            others = [each for each in constraints if not isinstance(each, models.CheckConstraint)]
            found.append((model, [AllChecks(checks), *others] if checks else others))
        return found

"""Which priorities and institutions are listed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from common.filters import KnownValueFilter
from plan.enums import InstitutionKind
from plan.models import Plan


class PlanFilter(KnownValueFilter):
    """`?plan=traite-2014-2016`, wherever rows belong to a plan."""

    def __init__(self, field_name: str) -> None:
        super().__init__(Plan.objects.visible_to, "slug", field_name=field_name, label=_("Plan"))


class PriorityFilterSet(FilterSet):
    plan = PlanFilter("plan__slug")


class InstitutionFilterSet(FilterSet):
    type = ChoiceFilter(field_name="kind", choices=InstitutionKind.choices, label=_("Kind"))

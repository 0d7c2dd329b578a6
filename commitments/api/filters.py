"""Which commitments and letters the API lists."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, ChoiceFilter, FilterSet

from commitments.enums import LetterStatus, State
from commitments.models import Commitment
from common.filters import KnownValueFilter
from measures.api.filters import DayFilter, MeasureNumberFilter
from measures.models import Measure
from plan.filters import PlanFilter
from plan.models import Institution

if TYPE_CHECKING:
    from django.db import models

    from commitments.models.commitments import CommitmentQuerySet


class CommitmentFilterSet(FilterSet):
    """As they stood on a day: `?le=2015-01-22`, today without. What is asked narrows, it never doubles a row."""

    le = DayFilter(method="keep", label=_("As it stood on"))
    etat = ChoiceFilter(field_name="state", choices=State.choices, label=_("State"))
    retard = BooleanFilter(field_name="is_late", label=_("Late"))
    institution = KnownValueFilter(
        Institution.objects.visible_to,
        "key",
        field_name="institution__key",
        label=_("Institution"),
    )
    plan = PlanFilter("measures__plan__slug")
    mesure = MeasureNumberFilter("measures__number")

    def filter_queryset(self, queryset: models.QuerySet[models.Model]) -> CommitmentQuerySet:
        data = self.form.cleaned_data
        rows: CommitmentQuerySet = queryset  # type: ignore[assignment] # what the view lists
        rows = rows.standing_on(data["le"] or timezone.localdate())
        measures = {
            field: data[name]
            for name, field in (("plan", "plan__slug"), ("mesure", "number"))
            if data[name]
        }
        if measures:
            wanted = Measure.objects.visible_to(self.request.user).filter(**measures)
            through = Commitment.measures.through._default_manager
            rows = rows.filter(pk__in=through.filter(measure__in=wanted).values("commitment"))
        for name in ("etat", "retard", "institution"):
            rows = self.filters[name].filter(rows, data[name])
        return rows

    def keep(self, rows: Any, _name: str, _day: dt.date) -> Any:
        return rows


class LetterFilterSet(FilterSet):
    institution = KnownValueFilter(
        Institution.objects.visible_to,
        "key",
        field_name="institution__key",
        label=_("Addressee"),
    )
    statut = ChoiceFilter(field_name="status", choices=LetterStatus.choices, label=_("Status"))

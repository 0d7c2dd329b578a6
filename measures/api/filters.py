"""Which rows the API lists, where a page has no list of its own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from common.filters import KnownValueFilter
from measures.enums import AssessmentStatus, SourceKind
from measures.filters import MeasureFilter
from measures.models import Assessment, Measure, Source
from measures.viewpoints import parse_day
from plan.filters import PlanFilter
from plan.models import Institution, Level

if TYPE_CHECKING:
    from measures.models.assessments import AssessmentQuerySet


class MeasureNumberFilter(KnownValueFilter):
    """`?mesure=22`, wherever rows are about a measure."""

    def __init__(self, field_name: str) -> None:
        super().__init__(
            Measure.objects.visible_to, "number", field_name=field_name, label=_("Measure")
        )


class AssessorFilter(KnownValueFilter):
    """`?par=cncdh`: the institution that made a finding or printed a table."""

    def __init__(self, field_name: str) -> None:
        super().__init__(
            Institution.objects.visible_to, "key", field_name=field_name, label=_("Assessed by")
        )


class DayField(forms.CharField):
    def clean(self, value: Any) -> dt.date | None:
        text = super().clean(value)
        return parse_day(text) if text else None


class DayFilter(CharFilter):
    field_class = DayField


class MeasureApiFilter(MeasureFilter):
    """The page's filters, over every plan unless one is named."""

    plan = PlanFilter("plan__slug")


class AssessmentFilterSet(FilterSet):
    plan = PlanFilter("measure__plan__slug")
    mesure = MeasureNumberFilter("measure__number")
    par = AssessorFilter("assessor__key")
    niveau = KnownValueFilter(
        lambda _reader: Level.objects.all(), "key", field_name="level__key", label=_("Level")
    )
    statut = ChoiceFilter(
        field_name="status", choices=AssessmentStatus.choices, label=_("Draft or published")
    )
    source = KnownValueFilter(
        Source.objects.visible_to, "key", method="by_source", label=_("Source it rests on")
    )
    le = DayFilter(
        method="by_day",
        label=_("Published facts as they stood on a day, less those corrected by then"),
    )

    def by_source(self, rows: AssessmentQuerySet, _name: str, key: str) -> AssessmentQuerySet:
        # One assessment may cite a source at several places.
        return rows.filter(
            pk__in=Assessment.objects.filter(citations__source__key=key).values("pk")
        )

    def by_day(self, rows: AssessmentQuerySet, _name: str, day: dt.date) -> AssessmentQuerySet:
        return rows.as_of(day)


class RecommendationFilterSet(FilterSet):
    plan = PlanFilter("assessment__measure__plan__slug")
    mesure = MeasureNumberFilter("assessment__measure__number")
    par = AssessorFilter("assessment__assessor__key")
    destinataire = KnownValueFilter(
        Institution.objects.visible_to, "key", field_name="addressee__key", label=_("Addressee")
    )


class SourceFilterSet(FilterSet):
    type = ChoiceFilter(field_name="kind", choices=SourceKind.choices, label=_("Kind"))


class FigureTableFilterSet(FilterSet):
    plan = PlanFilter("plan__slug")
    mesure = MeasureNumberFilter("measure__number")
    par = AssessorFilter("assessor__key")

"""Which meetings, sections and follow-ups the API lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, ChoiceFilter, FilterSet

from common.filters import KnownValueFilter
from measures.api.filters import DayFilter, MeasureNumberFilter
from measures.models import Measure
from meetings.enums import MeetingKind
from meetings.models import Meeting, MinutesSection
from plan.filters import PlanFilter
from plan.models import Institution

if TYPE_CHECKING:
    import datetime as dt

    from meetings.models.minutes import MinutesSectionQuerySet


class MeetingFilter(KnownValueFilter):
    """`?reunion=…`, wherever rows belong to a meeting."""

    def __init__(self, field_name: str) -> None:
        super().__init__(
            Meeting.objects.visible_to, "slug", field_name=field_name, label=_("Meeting")
        )


class MeetingFilterSet(FilterSet):
    type = ChoiceFilter(field_name="kind", choices=MeetingKind.choices, label=_("Kind"))


class SectionFilterSet(FilterSet):
    """A section is about several measures and institutions: what is asked narrows, it never doubles a row."""

    reunion = MeetingFilter("minutes__meeting__slug")
    plan = PlanFilter("measures__plan__slug")
    mesure = MeasureNumberFilter("measures__number")
    institution = KnownValueFilter(
        Institution.objects.visible_to, "key", method="by_institution", label=_("Institution")
    )
    depuis = DayFilter(method="since", label=_("Said since"))

    def filter_queryset(self, queryset: models.QuerySet[models.Model]) -> MinutesSectionQuerySet:
        data = self.form.cleaned_data
        measures = {
            field: data[name]
            for name, field in (("plan", "plan__slug"), ("mesure", "number"))
            if data[name]
        }
        rows: MinutesSectionQuerySet = queryset  # type: ignore[assignment] # what the view lists
        if measures:
            wanted = Measure.objects.visible_to(self.request.user).filter(**measures)
            through = MinutesSection.measures.through._default_manager
            rows = rows.filter(pk__in=through.filter(measure__in=wanted).values("minutessection"))
        for name in ("reunion", "institution", "depuis"):
            rows = self.filters[name].filter(rows, data[name])
        return rows

    def by_institution(
        self, rows: MinutesSectionQuerySet, _name: str, key: str
    ) -> MinutesSectionQuerySet:
        through = MinutesSection.institutions.through._default_manager
        return rows.filter(pk__in=through.filter(institution__key=key).values("minutessection"))

    def since(
        self, rows: MinutesSectionQuerySet, _name: str, day: dt.date
    ) -> MinutesSectionQuerySet:
        return rows.filter(said_on__gte=day)


class FollowUpFilterSet(FilterSet):
    reunion = MeetingFilter("section__minutes__meeting__slug")
    ouvert = BooleanFilter(field_name="done_on", lookup_expr="isnull", label=_("Not done yet"))

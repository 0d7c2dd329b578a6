"""Which measures are shown: the same parameters, with the same meaning, for the page and the API."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from common.text import fold
from measures.models import Assessment, Measure, MeasureInstitution
from measures.viewpoints import ASSESSOR, DAY
from plan.models import Institution, Level, Plan, Priority

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest

    from measures.models.measures import MeasureQuerySet
    from measures.viewpoints import AnyPlanViewpoint, Viewpoint

    Choices = list[tuple[str, str]]

# Values of `niveau` that are facts of their own, beside the levels of the plan's scale.
NOT_ASSESSED = "non-evaluee"
LACKS_INFORMATION = "information-insuffisante"

# Characters. Every word is one more condition on the rows: nobody searches by the page.
WORDS_LIMIT = 200


class MeasureFilterForm(forms.Form):
    """The filters as fields. The viewpoint was read already: what was wrong with it is said at its fields."""

    viewpoint_errors: Mapping[str, str] = {}

    def clean(self) -> dict[str, Any]:
        for name, message in self.viewpoint_errors.items():
            self.add_error(name, message)
        return self.cleaned_data


class MeasureFilter(FilterSet):
    """Measures by priority, level, institution and words, as seen from a viewpoint.

    Each list of choices is read once, and only when a value must be checked or the form is shown: at most four
    queries, however many measures there are. A filter that makes no sense matches nothing, rather than everything; a
    viewpoint that makes none has fallen back to its default (`measures.viewpoints`), and says so.
    """

    priorite = ChoiceFilter(
        field_name="priority__number", label=_("Priority"), empty_label=_("All priorities")
    )
    niveau = ChoiceFilter(method="by_level", label=_("Level"), empty_label=_("All levels"))
    institution = ChoiceFilter(
        # Once at most on a measure, so the join shows none twice.
        field_name="institutions__key",
        label=_("Institution"),
        empty_label=_("All institutions"),
    )
    q = CharFilter(
        method="by_words",
        label=_("Words"),
        max_length=WORDS_LIMIT,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    # Read by the viewpoint, which has annotated the rows: nothing is left to filter.
    par = CharFilter(method="by_viewpoint", label=_("Assessed by"), widget=forms.Select)
    le = CharFilter(
        method="by_viewpoint",
        label=_("As it stood on"),
        widget=forms.TextInput(attrs={"type": "date"}),
    )

    class Meta:
        model = Measure
        fields: list[str] = []
        form = MeasureFilterForm

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        queryset: MeasureQuerySet,
        *,
        viewpoint: Viewpoint | AnyPlanViewpoint,
        request: HttpRequest | None = None,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, viewpoint.annotate(queryset), request=request, prefix=prefix)
        self.viewpoint = viewpoint
        self.plan: Plan | None = viewpoint.plan
        user = getattr(request, "user", None)
        self.reader = AnonymousUser() if user is None else user
        choices: dict[str, Callable[[], Choices]] = {
            "priorite": lambda: self._priorities,
            "niveau": lambda: self._levels,
            "institution": lambda: self._institutions,
        }
        for name, read in choices.items():
            self.filters[name].extra["choices"] = read
        self.filters[ASSESSOR].extra["widget"] = forms.Select(
            choices=CallableChoiceIterator(lambda: self._assessors)
        )

    @property
    def qs(self) -> MeasureQuerySet:
        rows: MeasureQuerySet = super().qs
        # Left alone, a filterset skips the filter that makes no sense and shows all the rows.
        return rows.none() if set(self.errors) - {ASSESSOR, DAY} else rows

    def get_form_class(self) -> type[MeasureFilterForm]:
        form: type[MeasureFilterForm] = super().get_form_class()
        form.viewpoint_errors = self.viewpoint.errors
        return form

    def by_level(self, measures: MeasureQuerySet, _name: str, value: str) -> MeasureQuerySet:
        if value == NOT_ASSESSED:
            return measures.filter(finding_id=None)  # type: ignore[misc] # annotated by the viewpoint
        # Not `in_force(…).filter(level=…)`: conditions added to a ranking come before it, so that would find
        # the last finding of that level instead of the last finding.
        finding = Assessment.objects.published().filter(pk=OuterRef("finding_id"))
        if value == LACKS_INFORMATION:
            return measures.filter(Exists(finding.filter(level=None)))
        return measures.filter(Exists(finding.filter(level__key=value)))

    def by_words(self, measures: MeasureQuerySet, _name: str, value: str) -> MeasureQuerySet:
        for word in fold(value).split():
            measures = measures.filter(folded__contains=word)
        return measures

    def by_viewpoint(self, measures: MeasureQuerySet, _name: str, _value: str) -> MeasureQuerySet:
        return measures

    @cached_property
    def _priorities(self) -> Choices:
        rows = Priority.objects.all() if self.plan is None else self.plan.priorities.all()
        return [(row.number, str(row)) for row in rows]

    @cached_property
    def _levels(self) -> Choices:
        rows = Level.objects.all() if self.plan is None else self.plan.scale.levels.all()
        return [
            *((row.key, row.label) for row in rows),
            (LACKS_INFORMATION, gettext("Not enough information")),
            (NOT_ASSESSED, gettext("Never assessed")),
        ]

    @cached_property
    def _institutions(self) -> Choices:
        involvements = MeasureInstitution.objects.filter(institution=OuterRef("pk"))
        if self.plan is not None:
            involvements = involvements.filter(measure__plan=self.plan)
        rows = Institution.objects.visible_to(self.reader).filter(Exists(involvements))
        return [(row.key, row.short_name) for row in rows]

    @cached_property
    def _assessors(self) -> Choices:
        if self.plan is None:
            return []
        rows = [
            self.plan.lead_assessor,
            *(one for one in self.plan.assessors.all() if one != self.plan.lead_assessor),
        ]
        return [(row.key, row.short_name) for row in rows]

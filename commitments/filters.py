"""Which commitments are shown: the same parameters, with the same meaning, wherever they are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, FilterSet

from commitments.enums import State
from commitments.models import Commitment
from measures.models import Measure
from measures.viewpoints import DAY
from plan.models import Institution

if TYPE_CHECKING:
    from collections.abc import Mapping

    from commitments.days import AsOf
    from commitments.models.commitments import CommitmentQuerySet

# Characters. Every word is one more condition on the rows: nobody searches by the page.
WORDS_LIMIT = 200
STATE, LATE = "etat", "retard"


class CommitmentFilterForm(forms.Form):
    """The filters as fields. The day was read already: what was wrong with it is said at its field."""

    day_error = ""

    def clean(self) -> dict[str, Any]:
        if self.day_error:
            self.add_error(DAY, self.day_error)
        return self.cleaned_data


class CommitmentFilter(FilterSet):
    """By state, lateness, institution, measure and words, as of a day.

    What makes no sense matches nothing, rather than everything. `qs` needs rows that stand on the day (`standing_on`);
    `in_all_states` takes any. Choices are read only to check a value or to show the form: two queries.
    """

    etat = ChoiceFilter(
        field_name="state", label=_("State"), choices=State.choices, empty_label=_("All states")
    )
    institution = ChoiceFilter(
        field_name="institution__key", label=_("Institution"), empty_label=_("All institutions")
    )
    mesure = ChoiceFilter(method="by_measure", label=_("Measure"), empty_label=_("All measures"))
    q = CharFilter(
        method="by_words",
        label=_("Words"),
        max_length=WORDS_LIMIT,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    retard = BooleanFilter(method="by_lateness", label=_("Late only"), widget=forms.CheckboxInput)
    # Read already: the rows stand on that day.
    le = CharFilter(
        method="by_day",
        label=_("As it stood on"),
        widget=forms.TextInput(attrs={"type": "date"}),
    )

    class Meta:
        model = Commitment
        fields: list[str] = []
        form = CommitmentFilterForm

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        queryset: CommitmentQuerySet,
        *,
        user: Any,
        as_of: AsOf,
    ) -> None:
        super().__init__(data, queryset)
        self.as_of = as_of
        visible = Commitment.objects.visible_to(user)
        # Each stops at the first commitment found: a list of all that one may see takes longer.
        bodies = Institution.objects.visible_to(user).filter(
            Exists(visible.filter(institution=OuterRef("pk")))
        )
        measures = (
            Measure.objects.visible_to(user)
            .filter(Exists(visible.filter(measures=OuterRef("pk"))))
            .order_by("plan", "number_key", "pk")
            .values_list("plan__slug", "number", "short_title")
        )
        self.filters["institution"].extra["choices"] = CallableChoiceIterator(
            lambda: [(row.key, row.short_name) for row in bodies]
        )
        self.filters["mesure"].extra["choices"] = CallableChoiceIterator(
            lambda: [
                (measure_key(plan, number), f"{number} – {title}")
                for plan, number, title in measures
            ]
        )

    def get_form_class(self) -> type[CommitmentFilterForm]:
        form: type[CommitmentFilterForm] = super().get_form_class()
        form.day_error = self.as_of.error
        return form

    @property
    def qs(self) -> Any:
        rows = super().qs
        return rows.none() if self.has_nonsense else rows

    @property
    def has_nonsense(self) -> bool:
        return bool(set(self.errors) - {DAY})

    @property
    def in_all_states(self) -> Any:
        """The rows that all filters keep but those by state and by lateness."""
        rows = self.queryset.none() if self.has_nonsense else self.queryset.all()
        for name, value in self.form.cleaned_data.items():
            if name not in {STATE, LATE}:
                rows = self.filters[name].filter(rows, value)
        return rows

    def asked(self, name: str) -> Any:
        """What is asked for by a filter; nothing when it makes no sense."""
        return None if name in self.errors else self.form.cleaned_data.get(name)

    def by_measure(self, rows: CommitmentQuerySet, _name: str, value: str) -> CommitmentQuerySet:
        plan, _slash, number = value.partition("/")
        about = Commitment.measures.through._default_manager.filter(
            commitment=OuterRef("pk"), measure__plan__slug=plan, measure__number=number
        )
        return rows.filter(Exists(about))

    def by_words(self, rows: CommitmentQuerySet, _name: str, value: str) -> CommitmentQuerySet:
        """In our own words, and in the names of who promised: the exact words are not for everybody."""
        for word in value.split():
            rows = rows.filter(
                Q(wording__icontains=word)
                | Q(function__icontains=word)
                | Q(institution__name__icontains=word)
                | Q(institution__acronym__icontains=word)
            )
        return rows

    def by_lateness(
        self,
        rows: CommitmentQuerySet,
        _name: str,
        value: bool,  # noqa: FBT001 (the library calls it so)
    ) -> CommitmentQuerySet:
        return rows.filter(is_late=True) if value else rows

    def by_day(self, rows: CommitmentQuerySet, _name: str, _value: str) -> CommitmentQuerySet:
        return rows


def measure_key(plan: str, number: str) -> str:
    """How an address names a measure among those of all plans."""
    return f"{plan}/{number}"

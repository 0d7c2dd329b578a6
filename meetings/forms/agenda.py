from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from measures.models import Measure
from meetings.dossier import in_line
from meetings.enums import Outcome
from meetings.models.meetings import TEXT_LIMIT
from members.forms.papers import NamesField, RowForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetings.dossier import Point
    from meetings.models import AgendaItem
    from members.models import User


class MeasuresField(NamesField):
    """Measures, the plan told too: several plans have a measure 4."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Measures"))
        super().__init__(
            queryset=Measure.objects.none(),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            **options,
        )

    def offer(self, user: User) -> None:
        self.queryset = Measure.objects.visible_to(user).select_related("plan")

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} – {obj.short_title} ({obj.plan.short_title})"


class ItemForm(RowForm):
    """A point of an agenda. `stamp` is the last change that was read."""

    stamp = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)
    title = forms.CharField(label=_("Title"), max_length=300)
    parent = forms.TypedChoiceField(label=_("Under"), required=False, empty_value=None)
    length = forms.IntegerField(
        label=_("Minutes allowed"), required=False, min_value=1, max_value=1_440
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=TEXT_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    outcome = forms.ChoiceField(
        label=_("What became of it"),
        choices=[("", _("Not told yet")), *Outcome.choices],
        required=False,
    )
    measures = MeasuresField()

    def __init__(
        self,
        *args: Any,
        user: User,
        points: Sequence[Point],
        item: AgendaItem | None = None,
        stamp: int = 0,
    ) -> None:
        initial: dict[str, Any] = {}
        if item is not None:
            initial = {**content_of(item), "parent": item.parent_id, "stamp": stamp}
        super().__init__(*args, initial=initial)
        self.by_pk = {str(point.item.pk): point.item for point in in_line(points)}
        parent: Any = self.fields["parent"]
        parent.choices = [
            ("", _("The agenda itself")),
            *(
                (str(point.item.pk), f"{point.number} {point.item.title}")
                for point in in_line(points)
                if item is None or point.item.pk != item.pk
            ),
        ]
        parent.coerce = self.by_pk.get
        measures: Any = self.fields["measures"]
        measures.offer(user)
        if item is None:
            del self.fields["outcome"]

    def content(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "stamp"}


def content_of(item: AgendaItem) -> dict[str, Any]:
    return {
        "title": item.title,
        "parent": item.parent,
        "length": item.length,
        "note": item.note,
        "outcome": item.outcome,
        "measures": list(item.measures.all()),
    }


def words_of(content: dict[str, Any]) -> dict[str, str]:
    """The content of a point as somebody reads it, to be compared."""
    outcomes = {"": "", **dict(Outcome.choices)}
    return {
        "title": content["title"],
        "parent": str(content["parent"] or ""),
        "length": str(content["length"] or ""),
        "note": content["note"],
        "outcome": str(outcomes[content["outcome"]]),
        "measures": ", ".join(sorted(str(row) for row in content["measures"])),
    }


class MoveForm(forms.Form):
    steps = forms.TypedChoiceField(choices=[("-1", ""), ("1", "")], coerce=int)


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(choices=[("", ""), *Outcome.choices], required=False)

"""The status sheet: a level, a day, the reason and its sources, in one short form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.text import fold
from measures.enums import SourceKind
from measures.models import Assessment, Source
from measures.models.assessments import REASON_LIMIT, TEXT_LIMIT
from measures.services import Citation
from plan.models import Institution, Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from measures.models import Measure

SOURCE_ROWS = 2


class AssessorField(forms.ModelChoiceField[Institution]):
    """Assessors by the name that people say."""

    def label_from_instance(self, obj: Institution) -> str:
        return obj.short_name


class SourceField(forms.CharField):
    """A source of the library, by its short form or its key, as the list of suggestions writes them."""

    default_error_messages = {
        "unknown": _(
            "“%(text)s” is not in the library of sources: choose a suggestion, or add it below."
        )
    }

    def clean(self, value: Any) -> Source | None:
        text = super().clean(value).strip()
        if not text:
            return None
        wanted = fold(text)
        found = [
            source
            for source in Source.objects.only("key", "short")
            if wanted in {fold(source.key), fold(source.short)}
        ]
        if not found:
            raise ValidationError(self.error_messages["unknown"], params={"text": text})
        return found[0]


class StatusForm(forms.ModelForm[Assessment]):
    """A finding on a measure. What does not hold is said at its field by `Assessment.clean`."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    new_source_short = forms.CharField(label=_("Short form"), max_length=150, required=False)
    new_source_citation = forms.CharField(
        label=_("Whole citation"), max_length=1000, required=False
    )
    new_source_kind = forms.ChoiceField(label=_("Kind"), choices=SourceKind.choices, required=False)
    new_source_url = forms.URLField(
        label=_("Address"), max_length=500, required=False, assume_scheme="https"
    )

    class Meta:
        model = Assessment
        fields = [
            "level", "lacks_information", "assessed_on", "assessor", "reason", "state_actions", "observations",
        ]  # fmt: skip
        field_classes = {"assessor": AssessorField}
        widgets = {
            "level": forms.RadioSelect,
            "assessed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "reason": forms.Textarea(attrs={"rows": 2, "maxlength": REASON_LIMIT}),
            "state_actions": forms.Textarea(attrs={"rows": 8, "maxlength": TEXT_LIMIT}),
            "observations": forms.Textarea(attrs={"rows": 8, "maxlength": TEXT_LIMIT}),
        }
        error_messages = {
            "reason": {"required": _("Say what the level rests on.")},
            "level": {"invalid_choice": _("This level does not belong to the scale of the plan.")},
            "assessed_on": {
                "required": _("Give the day on which it was found."),
                "invalid": _("This is not a day: write it as 2017-03-08."),
            },
        }

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        measure: Measure,
        draft: Assessment | None,
        assessor: Institution,
    ) -> None:
        instance = draft or Assessment(
            measure=measure, assessor=assessor, assessed_on=timezone.localdate()
        )
        super().__init__(
            data, instance=instance, initial={"version": draft.version if draft else None}
        )
        self.measure = measure
        level = self.fields["level"]
        level.queryset = Level.objects.filter(scale=measure.plan.scale_id).order_by("-position")  # type: ignore[attr-defined]
        level.empty_label = None  # type: ignore[attr-defined]
        level.required = False
        self.fields["assessor"].queryset = measure.plan.assessors.all()  # type: ignore[attr-defined]
        self.fields["assessor"].empty_label = None  # type: ignore[attr-defined]
        cited = list(draft.citations.select_related("source")) if draft else []
        for row in range(max(SOURCE_ROWS, len(cited) + 1)):
            citation = cited[row] if row < len(cited) else None
            self.fields[f"source_{row}"] = SourceField(
                label=_("Source %(row)d") % {"row": row + 1},
                required=False,
                initial=citation.source.short if citation else "",
                widget=forms.TextInput(attrs={"list": "sources", "autocomplete": "off"}),
            )
            self.fields[f"place_{row}"] = forms.CharField(
                label=_("Place in source %(row)d") % {"row": row + 1},
                max_length=150,
                required=False,
                initial=citation.locator if citation else "",
            )
        for name, field in self.fields.items():
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            if not isinstance(
                field.widget, (forms.RadioSelect, forms.CheckboxInput, forms.HiddenInput)
            ):
                field.widget.attrs["class"] = kind
            if data is not None and name in self.errors:
                field.widget.attrs["class"] = (
                    f"{field.widget.attrs.get('class', '')} is-invalid".strip()
                )

    @property
    def source_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        rows = sum(name.startswith("source_") for name in self.fields)
        return [(self[f"source_{row}"], self[f"place_{row}"]) for row in range(rows)]

    @property
    def has_long_texts(self) -> bool:
        """Whether the part with the report's texts must be open: something is there, or is wrong."""
        return any(
            self[name].value() or self[name].errors for name in ("state_actions", "observations")
        )

    @property
    def has_new_source(self) -> bool:
        names = ("new_source_short", "new_source_citation", "new_source_url")
        return any(self[name].value() or self[name].errors for name in names)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        short, citation = data.get("new_source_short"), data.get("new_source_citation")
        if short and not citation:
            self.add_error(
                "new_source_citation", _("Write the citation as the note will print it.")
            )
        if citation and not short:
            self.add_error(
                "new_source_short", _("Give a short form: it stands for a source already cited.")
            )
        if data.get("new_source_url") and not (short or citation):
            self.add_error(
                "new_source_citation", _("Write the citation as the note will print it.")
            )
        return data

    def citations(self) -> list[Citation]:
        """The sources that were chosen, without the new one."""
        rows = sum(name.startswith("source_") for name in self.fields)
        found = (
            (self.cleaned_data[f"source_{row}"], self.cleaned_data[f"place_{row}"])
            for row in range(rows)
        )
        return [Citation(source=source, place=place) for source, place in found if source]

    def content(self) -> dict[str, Any]:
        """The fields of the assessment as `measures.services` takes them."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

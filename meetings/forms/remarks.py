from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from measures.models import Measure
from meetings.models.remarks import PASSAGE_LIMIT
from meetings.services.voices import voices_of
from members.forms.papers import RowForm, VersionForm
from members.models import Association

if TYPE_CHECKING:
    from members.models import User


class VoiceForm(RowForm):
    """A remark, for oneself or for an association that one represents today."""

    association = forms.ModelChoiceField(
        label=_("For the association"),
        queryset=Association.objects.none(),
        required=False,
        empty_label=_("For myself"),
    )

    def __init__(self, *args: Any, speaker: User, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["association"]
        field.queryset = voices_of(speaker)
        voices = list(field.queryset[:2])
        if not voices:
            del self.fields["association"]
        elif len(voices) == 1 and "association" not in self.initial:
            self.initial["association"] = voices[0].pk


class MeasureField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} – {obj.title}"


class AnnotationForm(VoiceForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    passage = forms.CharField(
        label=_("Passage"),
        required=False,
        max_length=PASSAGE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Copied from the text. Empty: the remark is on the whole."),
    )
    text = forms.CharField(
        label=_("Remark"), max_length=PASSAGE_LIMIT, widget=forms.Textarea(attrs={"rows": 6})
    )
    field_order = ("passage", "text", "measure", "association")
    measure = MeasureField(
        label=_("Measure"),
        queryset=Measure.objects.none(),
        required=False,
        empty_label=_("The one that the remark names, if any"),
    )

    def __init__(self, *args: Any, user: User, is_new: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["measure"]
        field.queryset = Measure.objects.visible_to(user).order_by("plan", "number_key", "pk")
        if not is_new:
            # What was annotated is not changed: it is another remark.
            del self.fields["passage"]
            field.empty_label = _("No measure")


class CorrectionForm(VoiceForm):
    field_order = ("passage", "replacement", "reason", "association")
    passage = forms.CharField(
        label=_("Passage to correct"),
        max_length=PASSAGE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Copied from the section: the words must stand in it once."),
    )
    replacement = forms.CharField(
        label=_("To read instead"),
        required=False,
        strip=False,
        max_length=PASSAGE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Empty: the passage is taken out."),
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)

    def clean_replacement(self) -> str:
        """Browsers send two signs where a line ends."""
        words: str = self.cleaned_data["replacement"].replace("\r\n", "\n")
        return words if words.strip() else ""


class DecisionForm(VersionForm):
    """What the secretariat answers to a correction."""

    action = forms.ChoiceField(
        choices=[("accept", _("Accept")), ("refuse", _("Refuse"))], widget=forms.HiddenInput
    )
    answer = forms.CharField(label=_("Answer to its author"), required=False, max_length=500)

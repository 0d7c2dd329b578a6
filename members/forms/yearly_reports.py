"""Calls for yearly reports, and the answers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import AddressField, DayInput, HouseForm
from members.models import Association, ReportCall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from members.models.associations import AssociationQuerySet

FIRST_YEAR, LAST_YEAR = 2000, 2100


class CallForm(HouseForm, forms.ModelForm[ReportCall]):
    class Meta:
        model = ReportCall
        fields = ["year", "opened_on", "deadline"]
        widgets = {"opened_on": DayInput, "deadline": DayInput}

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        today = timezone.localdate()
        super().__init__(data, initial={"year": today.year - 1, "opened_on": today})
        self.fields["year"].validators = [
            MinValueValidator(FIRST_YEAR),
            MaxValueValidator(LAST_YEAR),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        opened, deadline = data.get("opened_on"), data.get("deadline")
        if opened and deadline and deadline < opened:
            self.add_error("deadline", _("The deadline comes after the call."))
        return data


class AnswerForm(HouseForm, forms.Form):
    """The public address of a report. Which associations one may answer for is the caller's to say."""

    association = forms.ModelChoiceField(Association.objects.none(), label=_("Association"))
    title = forms.CharField(label=_("Title"), max_length=200)
    url = AddressField(
        label=_("Address"), max_length=200, help_text=_("Where anyone can read the report.")
    )
    received_on = forms.DateField(label=_("Received on"), widget=DayInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        associations: AssociationQuerySet,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={"received_on": timezone.localdate(), **(initial or {})})
        self.fields["association"].queryset = associations  # type: ignore[attr-defined]

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise ValidationError(_("An answer cannot come in the future."))
        return day

"""Giving, correcting and ending a mandate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput, HouseForm
from members.enums import MandateKind
from members.models import Association, Mandate, User

if TYPE_CHECKING:
    from collections.abc import Mapping

REASON_LIMIT = 100


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Why (optional, kept in the history)"), max_length=REASON_LIMIT, required=False
    )


class PersonField(forms.ModelChoiceField[User]):
    """Two people may have one name: the address tells them apart."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.email})"


class MandateForm(HouseForm, forms.Form):
    """What is said of a mandate, whoever holds it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=MandateKind.choices)
    function = forms.CharField(
        label=_("Function in the association"), max_length=120, required=False
    )
    since = forms.DateField(label=_("Since"), widget=DayInput)
    until = forms.DateField(
        label=_("Ended on"),
        required=False,
        widget=DayInput,
        help_text=_("The first day without the mandate."),
    )
    reason = reason_field()


class GiveMandateForm(MandateForm):
    person = PersonField(User.objects.none(), label=_("Person"))
    association = forms.ModelChoiceField(Association.objects.none(), label=_("Association"))
    field_order = ["person", "association"]

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        by: User,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={"since": timezone.localdate(), **(initial or {})})
        people = User.objects.visible_to(by).filter(erased_at=None)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["association"].queryset = Association.objects.visible_to(by)  # type: ignore[attr-defined]


class CorrectMandateForm(MandateForm):
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, mandate: Mandate) -> None:
        names = ("kind", "function", "since", "until", "version")
        super().__init__(data, initial={name: getattr(mandate, name) for name in names})


class EndMandateForm(HouseForm, forms.Form):
    until = forms.DateField(
        label=_("Ends on"),
        widget=DayInput,
        help_text=_("The first day without the mandate. Today: at the person’s next click."),
    )
    reason = reason_field()
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, mandate: Mandate) -> None:
        today = timezone.localdate()
        super().__init__(data, initial={"until": today, "version": mandate.version})

"""Working groups: what they are, and who is in them from one day to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput, HouseForm
from members.models import Association, User, WorkingGroup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import AnonymousUser

PURPOSE_LIMIT = 5_000


class GroupForm(HouseForm, forms.ModelForm[WorkingGroup]):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = WorkingGroup
        fields = ["name", "purpose", "created_on", "closed_on"]
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 4, "maxlength": PURPOSE_LIMIT}),
            "created_on": DayInput,
            "closed_on": DayInput,
        }

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: WorkingGroup) -> None:
        initial = {"version": instance.version} if instance.pk else {}
        super().__init__(data, instance=instance, initial=initial)

    def clean_purpose(self) -> str:
        text: str = self.cleaned_data["purpose"]
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > PURPOSE_LIMIT:
            raise forms.ValidationError(
                _("%(limit)s characters at most."), params={"limit": PURPOSE_LIMIT}
            )
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        created, closed = data.get("created_on"), data.get("closed_on")
        if created and closed and closed < created:
            self.add_error("closed_on", _("A group cannot close before it was created."))
        return data

    def content(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class GroupMemberForm(HouseForm, forms.Form):
    """An association, with whoever represents it; or one person by name."""

    association = forms.ModelChoiceField(
        Association.objects.none(), label=_("Association"), required=False
    )
    person = forms.ModelChoiceField(
        User.objects.none(), label=_("or a person, by name"), required=False
    )
    since = forms.DateField(label=_("Since"), widget=DayInput)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, user: User | AnonymousUser
    ) -> None:
        super().__init__(data, initial={"since": timezone.localdate()})
        today = timezone.localdate()
        self.fields["association"].queryset = (  # type: ignore[attr-defined]
            Association.objects.visible_to(user).with_state(today).exclude(left_on__lte=today)
        )
        self.fields["person"].queryset = User.objects.visible_to(user).filter(is_active=True)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and bool(data.get("association")) == bool(data.get("person")):
            self.add_error("association", _("Choose an association, or a person, not both."))
        return data


class GroupMemberEndForm(HouseForm, forms.Form):
    until = forms.DateField(label=_("First day without it"), widget=DayInput)

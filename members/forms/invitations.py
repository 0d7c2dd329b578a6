"""Inviting somebody, and accepting an invitation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput, HouseForm
from members.enums import MandateKind, Role
from members.models import Association, MembershipApplication
from members.services.invitations import associations_to_invite_for, roles_to_give

if TYPE_CHECKING:
    from collections.abc import Mapping

    from members.models import User

PASSWORD, PASSKEY = "password", "passkey"
password_help = lazy(password_validators_help_text_html, str)


class InviteForm(HouseForm, forms.Form):
    """Whom, as what, and on whose behalf. What does not fit the role chosen is left aside."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("Role"))
    association = forms.ModelChoiceField(
        Association.objects.none(),
        label=_("Association"),
        required=False,
        help_text=_("For a member: the one that they will represent."),
    )
    mandate_kind = forms.ChoiceField(
        label=_("Kind of mandate"),
        choices=[("", "---------"), *MandateKind.choices],
        required=False,
    )
    application = forms.ModelChoiceField(
        MembershipApplication.objects.none(),
        label=_("Application"),
        required=False,
        help_text=_("For a guest: the application that they will follow."),
    )
    guest_until = forms.DateField(
        label=_("Guest until"),
        required=False,
        widget=DayInput,
        help_text=_("The first day without access."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        by: User,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        roles = roles_to_give(by)
        associations = associations_to_invite_for(by)
        self._choices("role", [(role.value, role.label) for role in roles])
        self._rows(
            "association",
            Association.objects.visible_to(by).filter(pk__in=[row.pk for row in associations]),
        )
        self._rows("application", MembershipApplication.objects.visible_to(by).open())
        if Role.GUEST not in roles:
            del self.fields["application"], self.fields["guest_until"]
        if len(roles) == 1:
            self.fields["role"].initial = roles[0].value
            self.fields["role"].widget = forms.HiddenInput()
        if len(associations) == 1 and len(roles) == 1:
            self.fields["association"].initial = associations[0].pk

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _rows(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]


class NewcomerForm(HouseForm, forms.Form):
    """A name, and a way to come back: a password, or a passkey set up on the next page."""

    name = forms.CharField(
        label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    way = forms.ChoiceField(
        label=_("How you will log in"),
        choices=[
            (PASSWORD, _("With a password")),
            (PASSKEY, _("Without a password, with a passkey")),
        ],
        widget=forms.RadioSelect,
        initial=PASSWORD,
        help_text=_(
            "A passkey is kept by your telephone or your computer, which recognises you by a finger, a face or a code."
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_help(),
    )
    password_again = forms.CharField(
        label=_("The same password again"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("way") != PASSWORD:
            return data
        if not data.get("password"):
            self.add_error("password", _("Choose a password, or come in with a passkey."))
        elif data["password"] != data.get("password_again"):
            self.add_error("password_again", _("The two passwords are not the same."))
        return data

    @property
    def chosen_password(self) -> str | None:
        return self.cleaned_data["password"] if self.cleaned_data["way"] == PASSWORD else None


class OwnPasswordForm(HouseForm, forms.Form):
    """Proof that the account is one's own."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """What a service refuses, at its field; what belongs to no field of the form, above them."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)

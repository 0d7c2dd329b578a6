"""People, as those who manage the accounts see them, and as each sees themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from common.forms import HouseForm
from members.enums import Role
from members.forms.mandates import reason_field
from members.models import User

if TYPE_CHECKING:
    from collections.abc import Mapping


class RoleForm(HouseForm, forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)
    reason = reason_field()


class ReasonForm(HouseForm, forms.Form):
    reason = reason_field()


class PreferencesForm(HouseForm, forms.ModelForm[User]):
    """What one sets for oneself."""

    class Meta:
        model = User
        fields = ["mail_frequency", "language", "shows_address"]

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: User) -> None:
        super().__init__(data, instance=instance)
        # Each language under its own name: whoever looks for it may read no other.
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            (code, get_language_info(code)["name_local"].capitalize())
            for code, _name in settings.LANGUAGES
        ]


class ErasureForm(HouseForm, forms.Form):
    """One says it in so many words: nothing brings the account back."""

    sure = forms.BooleanField(
        label=_("I have understood that this cannot be undone."),
        error_messages={"required": _("Tick the box to confirm.")},
    )


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc] # published without types
    """Who has no password can come back with the key alone, or not at all."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.user.has_usable_password():
            field = self.fields["passwordless"]
            field.required = True
            field.initial = True
            field.help_text = _(
                "You have no password: your device itself must recognise you, or you could not come back."
            )

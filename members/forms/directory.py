"""Which part of the directory is shown, and on which day."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput
from members.forms.associations import WORDS_LIMIT

# Before that the collective was not.
FIRST_DAY = dt.date(2000, 1, 1)


class DirectoryForm(forms.Form):
    q = forms.CharField(
        label=_("Association or person"),
        max_length=WORDS_LIMIT,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    le = forms.DateField(
        label=_("As it stood on"),
        required=False,
        widget=DayInput,
        error_messages={"invalid": _("This is not a day: write it as 2017-03-08.")},
    )

    def clean_le(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["le"]
        if day is not None and day < FIRST_DAY:
            raise forms.ValidationError(_("Nothing is known before the year 2000."))
        return day

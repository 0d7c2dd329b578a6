"""Forms that look and speak like the house: the classes of the controls, days in ISO, addresses in https."""

from __future__ import annotations

from typing import Any

from django import forms

PLAIN = (forms.RadioSelect, forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.HiddenInput)


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class HouseForm(forms.BaseForm):
    """To be put before `forms.Form` or `forms.ModelForm`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if not isinstance(field.widget, PLAIN):
                kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
                field.widget.attrs.setdefault("class", kind)


class AddressField(forms.URLField):
    """An address typed without its scheme is one of the web of today."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("assume_scheme", "https")
        super().__init__(**options)

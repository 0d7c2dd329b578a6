"""Lists to choose from are written in one template, and say the same as the framework's own three."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, TemplatesSetting

CHOICES = [
    ("", "Tous"),
    (1, "L’un & <l’autre>"),
    ("Un groupe", [("a", "A"), ("b", "B")]),
    (None, "Rien"),
]


@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple])
@pytest.mark.parametrize("value", [None, 1, "b", ["a", "b"]])
def test_select_is_that_of_the_framework(widget: type[forms.Select], value: object) -> None:
    attributes = {"class": "form-select", "disabled": True, "hidden": False}
    given = widget(attributes, choices=CHOICES)
    ours, theirs = (
        re.sub(r"\s+", " ", given.render("nom", value, {"id": "id_nom"}, renderer)).strip()
        for renderer in (TemplatesSetting(), DjangoTemplates())
    )
    assert ours == theirs
    assert "<option" in ours

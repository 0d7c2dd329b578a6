"""Filters that say when what is asked for does not exist, instead of finding nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_filters import CharFilter

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet


class KnownValueField(forms.CharField):
    """A key that must be the key of some row: a typing error is said, instead of finding nothing."""

    def __init__(self, *, is_known: Callable[[str], bool], **options: Any) -> None:
        super().__init__(**options)
        self.is_known = is_known

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if text and not self.is_known(text):
            raise ValidationError(_("“%(value)s” is not known."), params={"value": text})
        return text


class KnownValueFilter(CharFilter):
    """Rows by the key of another row. One query checks the key, among the rows that the reader may see."""

    field_class = KnownValueField

    def __init__(self, rows: Callable[[Any], QuerySet[Any]], key: str, **options: Any) -> None:
        super().__init__(**options)
        self.rows = rows
        self.key = key

    @property
    def field(self) -> Any:
        # Each filterset works on copies of its filters: only now is this the copy that knows the request.
        self.extra["is_known"] = self.is_known
        return super().field

    def is_known(self, value: str) -> bool:
        return self.rows(self.parent.request.user).filter(**{self.key: value}).exists()

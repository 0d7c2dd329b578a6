"""Which people are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from members.enums import Role
from members.models import User

if TYPE_CHECKING:
    from members.models.users import UserQuerySet

WORDS_LIMIT = 100
OPEN, SHUT = "ouverte", "fermee"


class PersonFilter(FilterSet):
    """By role, by door, by words of the name or the address. What makes no sense matches nobody, rather than everybody."""

    role = ChoiceFilter(label=_("Role"), choices=Role.choices, empty_label=_("All roles"))
    porte = ChoiceFilter(
        method="by_door",
        label=_("Door"),
        choices=[(OPEN, _("Open today")), (SHUT, _("Shut today"))],
        empty_label=_("Open or shut"),
    )
    q = CharFilter(
        method="by_words",
        label=_("Words"),
        max_length=WORDS_LIMIT,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    class Meta:
        model = User
        fields: list[str] = []

    @property
    def qs(self) -> Any:
        rows = super().qs
        return rows.none() if self.errors else rows

    @property
    def form(self) -> Any:
        form = super().form
        for field in form.fields.values():
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs["class"] = kind
        return form

    def by_door(self, people: UserQuerySet, _name: str, value: str) -> UserQuerySet:
        inside = people.who_may_come_in(timezone.localdate())
        if value == OPEN:
            return inside
        return people.exclude(pk__in=inside.values("pk"))

    def by_words(self, people: UserQuerySet, _name: str, value: str) -> UserQuerySet:
        for word in value.split():
            people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
        return people

"""Documents that show an association at work."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from common.forms import DayInput
from common.text import fold
from members.importer.kinds.base import (
    Done,
    Kind,
    Outcome,
    check,
    errors_of,
    place_of,
)
from members.models import (
    Association,
    Participation,
)
from members.services.associations import (
    record_participation,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from members.importer.files import Cell
    from members.importer.kinds.base import Reader


class ParticipationForm(forms.Form):
    on = forms.DateField(widget=DayInput)
    occasion = forms.CharField(max_length=200)


class Participations(Kind):
    key = "participations"
    words = gettext_lazy("Participations")
    columns: ClassVar = {"association": "Association", "on": "Date", "occasion": "Occasion"}
    days = frozenset({"on"})

    def identity(self, line: Mapping[str, str]) -> tuple[str, ...]:
        found = self._associations.get(fold(line["association"]))
        return (found.slug if found else line["association"], line["on"], line["occasion"])

    def take(self, line: Mapping[str, str], why: str) -> Done:
        association = self._association(line["association"])
        content = check(ParticipationForm(dict(line)))
        name = f"{association.short_name} – {content['on']} – {content['occasion']}"
        if (association.pk, content["on"], content["occasion"]) in self._known:
            return Done(Outcome.UNCHANGED, name)
        try:
            record_participation(association=association, **content)
        except ValidationError as error:
            raise errors_of(error) from error
        return Done(Outcome.ADDED, name)

    @cached_property
    def _known(self) -> set[tuple[int, dt.date, str]]:
        return set(Participation.objects.values_list("association_id", "on", "occasion"))

    def rows(self, user: Reader) -> Iterable[Sequence[Cell]]:
        cards = Association.objects.visible_to(user)
        rows = Participation.objects.filter(association__in=cards).select_related("association")
        for row in sorted(rows, key=lambda row: (row.on, row.occasion, place_of(row.association))):
            yield [row.association.slug, row.on, row.occasion]

"""Who speaks for whom, from one day to another."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DayInput
from common.text import fold
from members.enums import MandateKind
from members.importer.kinds.base import (
    Done,
    Kind,
    Outcome,
    WrongLineError,
    check,
    differences_of,
    errors_of,
    place_of,
)
from members.models import (
    Mandate,
)
from members.perms import can_end_mandates
from members.services.mandates import correct_mandate, give_mandate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from members.importer.files import Cell
    from members.importer.kinds.base import Reader


class MandateForm(forms.Form):
    """The cells of a mandate that are no reference to another row."""

    kind = forms.ChoiceField(choices=MandateKind.choices)
    function = forms.CharField(max_length=120, required=False)
    since = forms.DateField(widget=DayInput)
    until = forms.DateField(widget=DayInput, required=False)


class Mandates(Kind):
    key = "mandats"
    words = gettext_lazy("Mandates")
    # Whoever may give one by hand.
    may_import: ClassVar[Callable[[Any], bool]] = staticmethod(can_end_mandates)
    columns: ClassVar = {
        "email": "Adresse",
        "person": "Personne",
        "association": "Association",
        "kind": "Type",
        "function": "Fonction",
        "since": "Depuis",
        "until": "Jusqu’au",
    }
    days = frozenset({"since", "until"})
    for_readers = frozenset({"person"})
    KINDS: ClassVar = {MandateKind.TITULAR: "titulaire", MandateKind.ALTERNATE: "suppléant"}

    def identity(self, line: Mapping[str, str]) -> tuple[str, ...]:
        found = self._associations.get(fold(line["association"]))
        return (line["email"].lower(), found.slug if found else line["association"], line["since"])

    def take(self, line: Mapping[str, str], why: str) -> Done:
        person, association = self._person(line["email"]), self._association(line["association"])
        kinds = {fold(word): kind for kind, word in self.KINDS.items()} | {
            "suppleante": MandateKind.ALTERNATE
        }
        kind = kinds.get(fold(line["kind"]))
        if kind is None:
            raise WrongLineError({"kind": [_("Write “titulaire” or “suppléant”.")]})
        content = check(MandateForm({**line, "kind": kind}))
        name = f"{person.name} – {association.short_name}"
        found = self._known.get((person.pk, association.pk, content["since"]))
        try:
            if found is None:
                give_mandate(person=person, association=association, reason=why, **content)
                return Done(Outcome.ADDED, name)
            differences = differences_of(Mandate, found, content)
            if not differences:
                return Done(Outcome.UNCHANGED, name)
            correct_mandate(mandate=found, version=found.version, reason=why, **content)
        except ValidationError as error:
            raise errors_of(error, {"person": "email"}) from error
        return Done(Outcome.CHANGED, name, differences)

    @cached_property
    def _known(self) -> dict[tuple[int, int, dt.date], Mandate]:
        return {
            (row.person_id, row.association_id, row.since): row
            for row in Mandate.objects.order_by("-pk")
        }

    def rows(self, user: Reader) -> Iterable[Sequence[Cell]]:
        return self.lines_of(
            Mandate.objects.visible_to(user).select_related("person", "association")
        )

    def lines_of(self, rows: Iterable[Mandate]) -> Iterable[Sequence[Cell]]:
        for row in sorted(rows, key=lambda row: (place_of(row.association), row.since, row.pk)):
            yield [
                row.person.email,
                row.person.name,
                row.association.slug,
                self.KINDS[MandateKind(row.kind)],
                row.function,
                row.since,
                row.until,
            ]

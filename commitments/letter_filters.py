"""Which letters are shown, and in which order: those that nobody answers first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import BooleanField, Case, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from commitments.enums import LetterStatus, LetterStepKind
from commitments.follow_up import PATIENCE
from commitments.models import Letter, LetterStep
from commitments.models.letters import LEFT_THE_HOUSE
from commitments.perms import can_follow_letters
from plan.models import Institution

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import User

# Characters. Every word is one more condition on the rows.
WORDS_LIMIT = 200
FOUND_IN = ("subject", "reference", "addressee", "institution__name", "body")


def letters_for(user: User | AnonymousUser, on: dt.date) -> Any:
    """The letters that somebody may read: late answers first, then the latest; drafts without a date before.

    Annotates `sent_on`, and `is_overdue`: sent thirty days ago or more, and neither answered nor closed.
    """
    sent = LetterStep.objects.filter(letter=OuterRef("pk"), kind=LetterStepKind.SENT)
    rows: Any = Letter.objects.visible_to(user).annotate(
        sent_on=Subquery(sent.order_by("-on", "-pk").values("on")[:1])
    )
    rows = rows.annotate(
        is_overdue=Case(
            When(Q(status=LetterStatus.SENT, sent_on__lte=on - PATIENCE), then=Value(value=True)),
            default=Value(value=False),
            output_field=BooleanField(),
        ),
        waiting_since=Case(When(is_overdue=True, then=F("sent_on"))),
    )
    return rows.select_related("institution").order_by(
        "-is_overdue", "waiting_since", F("dated_on").desc(nulls_first=True), "-pk"
    )


class LetterFilter(FilterSet):  # type: ignore[misc]  # the library has no types
    """By status, addressee, year and words. What makes no sense matches nothing, rather than everything."""

    etat = ChoiceFilter(
        field_name="status",
        label=_("Status"),
        choices=LetterStatus.choices,
        empty_label=_("All statuses"),
    )
    institution = ChoiceFilter(
        field_name="institution__key", label=_("Addressee"), empty_label=_("All addressees")
    )
    annee = ChoiceFilter(field_name="dated_on__year", label=_("Year"), empty_label=_("All years"))
    q = CharFilter(
        method="by_words",
        label=_("Words"),
        max_length=WORDS_LIMIT,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    class Meta:
        model = Letter
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        user = self.request.user
        visible: Any = Letter.objects.visible_to(user)
        written_to = Institution.objects.visible_to(user).filter(letters__in=visible.values("pk"))
        self._choose("institution", lambda: _institutions(written_to.distinct()))
        self._choose("annee", lambda: _years(visible))
        if not can_follow_letters(user):
            kept = [choice for choice in LetterStatus.choices if choice[0] in LEFT_THE_HOUSE]
            self.filters["etat"].extra["choices"] = kept

    @property
    def qs(self) -> Any:
        rows = super().qs
        return rows.none() if self.errors else rows

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.filters)

    def by_words(self, letters: Any, _name: str, value: str) -> Any:
        for word in value.split():
            found = Q()
            for place in FOUND_IN:
                found |= Q(**{f"{place}__icontains": word})
            letters = letters.filter(found)
        return letters

    def _choose(self, name: str, choices: Any) -> None:
        self.filters[name].extra["choices"] = CallableChoiceIterator(choices)


def filtered_letters(request: Any, data: Any) -> LetterFilter:
    return LetterFilter(
        data, queryset=letters_for(request.user, timezone.localdate()), request=request
    )


def _institutions(rows: Any) -> list[tuple[str, str]]:
    return [(row.key, row.short_name) for row in rows]


def _years(letters: Any) -> list[tuple[str, str]]:
    days = letters.order_by().dates("dated_on", "year", "DESC")
    return [(str(day.year), str(day.year)) for day in days]

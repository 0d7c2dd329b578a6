"""Which meetings are shown. A stranger filters by what a stranger sees: the other filters would tell what they hide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from meetings.enums import MeetingKind
from meetings.models import Meeting, Session
from members.models import WorkingGroup
from members.perms import is_reader_of_papers
from plan.models import Institution

if TYPE_CHECKING:
    from meetings.models.meetings import MeetingQuerySet

WORDS_LIMIT = 100
INSIDE = ("genre", "groupe", "institution")


class MeetingFilter(FilterSet):
    """By kind, year, group, institution, words. What makes no sense matches nothing, rather than everything."""

    q = CharFilter(
        method="by_words",
        label=_("Words"),
        max_length=WORDS_LIMIT,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    annee = ChoiceFilter(method="by_year", label=_("Year"), empty_label=_("All years"))
    genre = ChoiceFilter(
        field_name="kind",
        label=_("Kind of meeting"),
        choices=MeetingKind.choices,
        empty_label=_("All kinds"),
    )
    groupe = ChoiceFilter(
        field_name="group__slug", label=_("Working group"), empty_label=_("All groups")
    )
    institution = ChoiceFilter(
        method="by_institution", label=_("Institution met"), empty_label=_("All institutions")
    )

    class Meta:
        model = Meeting
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.request.user
        self.reads_papers = is_reader_of_papers(user)
        if not self.reads_papers:
            for name in INSIDE:
                del self.filters[name]
        visible = Meeting.objects.visible_to(user)
        self._choose("annee", lambda: _years(visible))
        self._choose("groupe", lambda: _pairs(WorkingGroup.objects.visible_to(user), "slug"))
        met = (
            Institution.objects.visible_to(user)
            .filter(meetings__in=visible.values("pk"))
            .distinct()
        )
        self._choose("institution", lambda: _pairs(met, "key"))

    @property
    def qs(self) -> Any:
        rows = super().qs
        return rows.none() if self.errors else rows

    def by_words(self, meetings: MeetingQuerySet, _name: str, value: str) -> MeetingQuerySet:
        for word in value.split():
            places = Session.objects.filter(meeting=OuterRef("pk"), place__icontains=word)
            found: Any = Q(title__icontains=word) | Exists(places)
            if self.reads_papers:
                found |= Q(purpose__icontains=word)
            meetings = meetings.filter(found)
        return meetings

    def by_year(self, meetings: MeetingQuerySet, _name: str, value: str) -> MeetingQuerySet:
        held = Session.objects.filter(meeting=OuterRef("pk"), on__year=int(value))
        return meetings.filter(Exists(held))

    def by_institution(self, meetings: MeetingQuerySet, _name: str, value: str) -> MeetingQuerySet:
        met = Meeting.institutions.through._default_manager.filter(
            meeting=OuterRef("pk"), institution__key=value
        )
        hosted = Session.objects.filter(meeting=OuterRef("pk"), host__key=value)
        return meetings.filter(Exists(met) | Exists(hosted))

    def _choose(self, name: str, choices: Any) -> None:
        if name in self.filters:
            self.filters[name].extra["choices"] = CallableChoiceIterator(choices)


def _years(visible: MeetingQuerySet) -> list[tuple[str, str]]:
    days = Session.objects.filter(meeting__in=visible.values("pk")).dates("on", "year", "DESC")
    return [(str(day.year), str(day.year)) for day in days]


def _pairs(rows: Any, key: str) -> list[tuple[str, str]]:
    return [(getattr(row, key), str(row)) for row in rows]

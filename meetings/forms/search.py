"""What can be asked of the search: words, and where to look for them. All of it stands in the address."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.search.finding import Narrowed
from common.search.queries import Query, read_query
from measures.models import Assessment, Measure, Recommendation
from meetings.models import Meeting, MeetingPaper, MinutesSection, Question
from members.models import Association, Paper
from plan.models import Institution

if TYPE_CHECKING:
    from django.db.models import Model
    from django.utils.functional import _StrPromise

# Names of the kinds in the address, with what they are called and the rows that they are. Higher rooms add theirs.
KINDS: dict[str, tuple[Any, tuple[type[Model], ...]]] = {
    "mesures": (gettext_lazy("Measures"), (Measure,)),
    "evaluations": (gettext_lazy("Assessments"), (Assessment,)),
    "recommandations": (gettext_lazy("Recommendations"), (Recommendation,)),
    "comptes-rendus": (gettext_lazy("Minutes"), (MinutesSection,)),
    "reunions": (gettext_lazy("Meetings"), (Meeting,)),
    "questions": (gettext_lazy("Questions"), (Question,)),
    "pieces": (gettext_lazy("Papers"), (Paper, MeetingPaper)),
    "associations": (gettext_lazy("Associations"), (Association,)),
    "institutions": (gettext_lazy("Institutions"), (Institution,)),
}
DAY_SHAPE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def add_kind(name: str, words: _StrPromise, *models: type[Model]) -> None:
    """Let a search be narrowed to rows of a higher room, under a name in the address."""
    KINDS[name] = (words, models)


class DayField(forms.CharField):
    """YYYY-MM-DD and nothing else, as browsers send it."""

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        if not text:
            return None
        try:
            if DAY_SHAPE.fullmatch(text):
                return dt.date.fromisoformat(text)
        except ValueError:
            pass
        raise ValidationError(_("Give a day as year, month and day: 2014-01-31."))


class SearchForm(forms.Form):
    """Valid when it can be answered. `query` and `narrowed` are what the index is asked then."""

    q = forms.CharField(required=False)
    genre = forms.CharField(required=False)
    du = DayField(required=False)
    au = DayField(required=False)
    mesure = forms.CharField(required=False)
    institution = forms.CharField(required=False)

    query = Query()

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)
        self.user = user

    def clean_q(self) -> str:
        text: str = self.cleaned_data["q"]
        self.query = read_query(text)
        return text

    def clean_genre(self) -> str:
        kind: str = self.cleaned_data["genre"]
        if kind and kind not in KINDS:
            raise ValidationError(_("Choose one of the kinds of the list."))
        return kind

    def clean_mesure(self) -> list[int] | None:
        """Those that have the number, in whichever plan: people call a measure by it."""
        number = self.cleaned_data["mesure"]
        if not number:
            return None
        rows = Measure.objects.visible_to(self.user).filter(number__iexact=number)
        found = list(rows.order_by().values_list("pk", flat=True))
        if not found:
            raise ValidationError(_("No measure has this number."))
        return found

    def clean_institution(self) -> list[int] | None:
        key = self.cleaned_data["institution"]
        if not key:
            return None
        rows = Institution.objects.visible_to(self.user).filter(key=key)
        found = list(rows.order_by().values_list("pk", flat=True))
        if not found:
            raise ValidationError(_("Choose one of the institutions of the list."))
        return found

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if since and until and until < since:
            self.add_error("au", _("The last day comes before the first."))
        return self.cleaned_data

    @property
    def narrowed(self) -> Narrowed:
        asked = self.cleaned_data
        kind = asked.get("genre")
        facets = {"measure": asked.get("mesure"), "institution": asked.get("institution")}
        return Narrowed(
            kinds=KINDS[kind][1] if kind else (),
            since=asked.get("du"),
            until=asked.get("au"),
            facets={name: keys for name, keys in facets.items() if keys},
        )

    @property
    def asks_something(self) -> bool:
        return self.query != Query() or self.narrowed != Narrowed()

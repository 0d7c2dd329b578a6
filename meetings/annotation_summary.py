"""All annotations of a meeting’s texts, measure by measure: “chaque membre est invité à lire ce document et l’annoter”."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models import Annotation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.contrib.auth.models import AnonymousUser

    from measures.models import Measure
    from meetings.models import Meeting
    from members.models import User

HEADERS = [
    gettext_lazy("Measure"),
    gettext_lazy("Title of the measure"),
    gettext_lazy("Text"),
    gettext_lazy("Section"),
    gettext_lazy("Passage"),
    gettext_lazy("Remark"),
    gettext_lazy("Author"),
    gettext_lazy("Association"),
    gettext_lazy("Added on"),
]
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class OfMeasure:
    """The remarks about one measure, or about none."""

    measure: Measure | None
    annotations: Sequence[Annotation]


def summary_of(meeting: Meeting, user: User | AnonymousUser) -> list[OfMeasure]:
    """By measure in the plan’s order, those about no measure at the end. One query."""
    return [
        OfMeasure(measure, list(rows))
        for measure, rows in groupby(_rows(meeting, user), key=lambda row: row.measure)
    ]


def lines_of(meeting: Meeting, user: User | AnonymousUser) -> Iterator[list[Any]]:
    """The same as rows of a table, under `HEADERS`."""
    for row in _rows(meeting, user):
        yield [
            row.measure.number if row.measure else "",
            row.measure.title if row.measure else "",
            row.paper.title if row.paper else _("Minutes"),
            str(row.section) if row.section else "",
            row.passage,
            row.text,
            row.author.name,
            row.association.name if row.association else "",
            timezone.localdate(row.added_at),
        ]


def _rows(meeting: Meeting, user: User | AnonymousUser) -> Any:
    rows = Annotation.objects.visible_to(user).filter(
        Q(section__minutes__meeting=meeting) | Q(paper__meeting=meeting)
    )
    return rows.select_related(
        "measure__plan",
        "section__minutes__meeting",
        "paper__meeting",
        "author",
        "association",
    ).order_by(
        F("measure__plan").asc(nulls_last=True),
        F("measure__number_key").asc(nulls_last=True),
        "measure",
        F("paper").asc(nulls_first=True),
        F("section__position").asc(nulls_last=True),
        "added_at",
        "pk",
    )

"""The record of an institution: all that it promised as of a day, and what came of it, as one reader may know it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from commitments.fates import Fate, Part, parts_of
from commitments.figures import Figures, Line, audiences_of, figures_of, lines_of
from commitments.models import Commitment
from common import drawings
from common.typography import long_date
from members.enums import Audience

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.contrib.auth.models import AnonymousUser

    from members.models import User
    from plan.models import Institution, InstitutionAttachment

PAGE_SIZE = 30
# In this order where the most telling stand first.
TELLING = [
    Fate.LATE,
    Fate.BROKEN,
    Fate.PARTLY_KEPT,
    Fate.KEPT,
    Fate.WAITING,
    Fate.OVERTAKEN,
]
# Those for whom less than all members may read: what is made of them is not to be passed on.
PERSONAL = frozenset({Audience.NAMED, Audience.SECRETARIAT})


@dataclass(frozen=True)
class Year:
    """What was promised in a year, and what came of it by the day of the record."""

    year: int
    fates: Mapping[Fate, int]

    @property
    def promised(self) -> int:
        return sum(self.fates.values())

    @property
    def parts(self) -> list[Part]:
        return [part for part in parts_of(self.fates) if part.number]


@dataclass(frozen=True)
class Step:
    """What the institution was attached to: the days are those that the documents give."""

    to: Institution
    since: dt.date | None
    until: dt.date | None
    note: str

    @property
    def when(self) -> str:
        if self.since and self.until:
            return _("from %(since)s to %(until)s") % {
                "since": long_date(self.since),
                "until": long_date(self.until),
            }
        if self.since:
            return _("from %(since)s") % {"since": long_date(self.since)}
        if self.until:
            return _("until %(until)s") % {"until": long_date(self.until)}
        return _("days not known")


@dataclass(frozen=True)
class Hierarchy:
    """What an institution was attached to, one after the other, as a picture and in words."""

    institution: Institution
    steps: Sequence[Step]

    @property
    def uri(self) -> str:
        return drawings.ribbon([(step.since, step.until) for step in self.steps])

    @property
    def words(self) -> str:
        parts = [
            _("%(number)s. %(name)s, %(when)s")
            % {"number": place, "name": step.to.name, "when": step.when}
            for place, step in enumerate(self.steps, start=1)
        ]
        return _("%(name)s, attached in turn to: %(steps)s.") % {
            "name": self.institution.short_name,
            "steps": "; ".join(parts),
        }


@dataclass(frozen=True)
class Record:
    """Everything an institution promised as of a day, for one reader."""

    institution: Institution
    on: dt.date
    figures: Figures
    years: Sequence[Year]
    hierarchy: Hierarchy | None
    lines: Sequence[Line]
    """The most telling first."""
    audiences: Collection[str]
    """Whom what was counted is for."""

    @property
    def is_personal(self) -> bool:
        """Whether it tells something that not every member may read."""
        return bool(PERSONAL & set(self.audiences))

    @property
    def is_public(self) -> bool:
        return set(self.audiences) <= {Audience.PUBLIC}


def record_of(institution: Institution, user: User | AnonymousUser, on: dt.date) -> Record:
    """Read it in a constant number of queries: promises, what happened, letters, meetings, attachments."""
    lines = sorted(lines_of(user, on, institution.pk), key=_how_telling)
    figures = figures_of(user, on, lines, institution.pk)[institution.pk]
    return Record(
        institution=institution,
        on=on,
        figures=figures,
        years=_years(lines),
        hierarchy=hierarchy_of(institution, on),
        lines=lines,
        audiences=audiences_of(lines, [figures]),
    )


def page_of(
    record: Record, user: User | AnonymousUser, page: str | None, size: int = PAGE_SIZE
) -> Page[Any]:
    """A page of its promises, the most telling first, as they stood on its day. Two queries."""
    found = Paginator([line.pk for line in record.lines], size).get_page(page)
    keys = list(found.object_list)
    rows: dict[int, Any] = (
        Commitment.objects.visible_to(user)
        .standing_on(record.on)
        .prefetch_related("measures__plan")
        .in_bulk(keys)
    )
    by_key = {line.pk: line for line in record.lines}
    # A row that somebody took back between the two is left out.
    shown = [(rows[key], by_key[key]) for key in keys if key in rows]
    return Page(shown, found.number, found.paginator)


def tally(user: User | AnonymousUser, institutions: Collection[int]) -> Mapping[int, int]:
    """How many promises of each institution somebody may know of. One query."""
    rows = Commitment.objects.visible_to(user).filter(institution__in=institutions).order_by()
    return Counter(rows.values_list("institution", flat=True))


def _how_telling(line: Line) -> tuple[int, int, int]:
    """Late ones first, the longest late at the top; then those broken; then what was kept, the latest first; the rest."""
    rank = TELLING.index(line.fate)
    if line.fate == Fate.LATE:
        return rank, -line.delay, line.pk
    if line.fate == Fate.WAITING:
        # The soonest due first.
        return rank, (line.late_from or dt.date.max).toordinal(), line.pk
    return rank, -line.last_on.toordinal(), line.pk


def _years(lines: Iterable[Line]) -> list[Year]:
    years: dict[int, Counter[Fate]] = defaultdict(Counter)
    for line in lines:
        years[line.made_on.year][line.fate] += 1
    return [Year(year, years[year]) for year in sorted(years)]


# --- What it was attached to --------------------------------------------------------------------------------------------


def hierarchy_of(institution: Institution, on: dt.date) -> Hierarchy | None:
    """Those known by a day, in their order; those without a day are told as such. One query."""
    rows = institution.attachments.select_related("attached_to")
    steps = [_step(row) for row in rows if row.since is None or row.since <= on]
    return Hierarchy(institution, steps) if steps else None


def _step(row: InstitutionAttachment) -> Step:
    return Step(row.attached_to, row.since, row.until, row.note)

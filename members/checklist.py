"""What a candidate hands in before it is heard (document of 22 January 2015, point 11), and what is missing of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from members.enums import PaperKind, PaperVerdict

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from members.models import ApplicationPaper, MembershipApplication

YEARS = 3


@dataclass(frozen=True)
class Requirement:
    """One line of the checklist: in words, whether it is met and, if not, why."""

    words: str
    is_met: bool
    why: str = ""


def is_expired(paper: ApplicationPaper, on: dt.date) -> bool:
    """`valid_until` is the last day on which a paper counts."""
    return paper.valid_until is not None and paper.valid_until < on


def holds(paper: ApplicationPaper, on: dt.date) -> bool:
    return paper.verdict == PaperVerdict.VALID and not is_expired(paper, on)


def checklist(application: MembershipApplication, on: dt.date | None = None) -> list[Requirement]:
    """The whole list, as it stands on a day. One query, or none when the papers were fetched with the application."""
    on = on or timezone.localdate()
    papers = list(application.papers.all())

    def of_kind(kind: PaperKind, year: int | None = None) -> list[ApplicationPaper]:
        return [paper for paper in papers if paper.kind == kind and paper.year == year]

    def handed_in(words: str, found: list[ApplicationPaper]) -> Requirement:
        return Requirement(words, any(holds(paper, on) for paper in found), _why(found, on))

    reports = [
        handed_in(
            _("Activity report of %(year)s") % {"year": year},
            of_kind(PaperKind.ACTIVITY_REPORT, year),
        )
        for year in _years(papers, application.received_on.year, on)
    ]
    has_work = bool(application.about_trafficking.strip())
    reasons = of_kind(PaperKind.MOTIVATION)
    has_reasons = bool(application.motivation.strip())
    return [
        handed_in(_("Presentation of the association"), of_kind(PaperKind.PRESENTATION)),
        handed_in(_("Statutes"), of_kind(PaperKind.STATUTES)),
        *reports,
        Requirement(
            _("Work already done on trafficking, as the reports name it"),
            has_work,
            "" if has_work else _("to be written"),
        ),
        Requirement(
            _("Reasons to join"),
            has_reasons or any(holds(paper, on) for paper in reasons),
            _why(reasons, on) if reasons else _("to be written, or handed in as a paper"),
        ),
    ]


def missing(application: MembershipApplication, on: dt.date | None = None) -> list[Requirement]:
    return [line for line in checklist(application, on) if not line.is_met]


def _years(papers: Sequence[ApplicationPaper], received: int, on: dt.date) -> list[int]:
    """The last three years. Early in a year the report of the one before is not written yet: then the three before."""
    found = {paper.year for paper in papers if paper.kind == PaperKind.ACTIVITY_REPORT}
    windows = [[last - step for step in range(YEARS)] for last in (received - 1, received - 2)]
    return max(windows, key=lambda years: len(found.intersection(years)))


def _why(papers: Sequence[ApplicationPaper], on: dt.date) -> str:
    if not papers:
        return _("not handed in")
    if any(paper.verdict == PaperVerdict.PENDING for paper in papers):
        return _("being checked by the secretariat")
    if any(paper.verdict == PaperVerdict.REFUSED for paper in papers):
        return _("to be replaced")
    return _("no longer valid")

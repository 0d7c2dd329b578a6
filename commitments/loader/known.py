"""What the site holds that the files of commitments refer to, by the names that the files use. Nine queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from commitments.models import Commitment, Letter
from measures.models import Measure, Source
from meetings.models import Meeting, MeetingPaper, MinutesSection
from members.models import WorkingGroup
from plan.models import Institution, Plan

if TYPE_CHECKING:
    import datetime as dt


@dataclass
class Known:
    """Rows by slug, key, number or title. Sections and papers are those of each meeting."""

    commitments: dict[str, Commitment]
    # A letter has no name of its own: to whom, when and about what.
    letters: set[tuple[str, dt.date | None, str]]
    institutions: dict[str, Institution]
    sources: dict[str, Source]
    groups: dict[str, WorkingGroup]
    meetings: dict[str, Meeting]
    sections: dict[str, dict[str, list[MinutesSection]]]
    papers: dict[str, dict[str, MeetingPaper]]
    # The measures of each plan, by number.
    measures: dict[str, dict[str, Measure]]


def read_known() -> Known:
    measures: dict[str, dict[str, Measure]] = {
        slug: {} for slug in Plan.objects.values_list("slug", flat=True)
    }
    for measure in Measure.objects.select_related("plan"):
        measures[measure.plan.slug][measure.number] = measure
    sections: dict[str, dict[str, list[MinutesSection]]] = defaultdict(lambda: defaultdict(list))
    rows: Any = MinutesSection.objects.select_related("minutes__meeting")
    for section in rows:
        sections[section.minutes.meeting.slug][section.heading].append(section)
    papers: dict[str, dict[str, MeetingPaper]] = defaultdict(dict)
    rows = MeetingPaper.objects.select_related("meeting")
    for paper in rows:
        papers[paper.meeting.slug].setdefault(paper.title, paper)
    rows = Commitment.objects.all()
    return Known(
        commitments={row.slug: row for row in rows},
        letters=set(Letter.objects.values_list("institution__key", "dated_on", "subject")),
        institutions={row.key: row for row in Institution.objects.all()},
        sources={row.key: row for row in Source.objects.all()},
        groups={row.slug: row for row in WorkingGroup.objects.all()},
        meetings={row.slug: row for row in Meeting.objects.all()},
        sections=sections,
        papers=papers,
        measures=measures,
    )

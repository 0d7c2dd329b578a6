"""What the site holds that the files of meetings refer to, by the names that the files use. Seven queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from measures.models import Measure
from meetings.models import Meeting, Session
from members.models import Association, WorkingGroup
from plan.models import Institution, Plan

if TYPE_CHECKING:
    import datetime as dt


@dataclass
class Known:
    """Rows by slug, key or number. `days` are those of each meeting that is already there."""

    meetings: dict[str, Meeting]
    days: dict[str, list[dt.date]]
    associations: dict[str, Association]
    institutions: dict[str, Institution]
    groups: dict[str, WorkingGroup]
    # The measures of each plan, by number.
    measures: dict[str, dict[str, Measure]]


def read_known() -> Known:
    measures: dict[str, dict[str, Measure]] = {
        slug: {} for slug in Plan.objects.values_list("slug", flat=True)
    }
    for measure in Measure.objects.select_related("plan"):
        measures[measure.plan.slug][measure.number] = measure
    days: dict[str, list[dt.date]] = defaultdict(list)
    for slug, on in Session.objects.values_list("meeting__slug", "on"):
        days[slug].append(on)
    return Known(
        meetings={meeting.slug: meeting for meeting in Meeting.objects.all()},
        days=days,
        associations={row.slug: row for row in Association.objects.all()},
        institutions={row.key: row for row in Institution.objects.all()},
        groups={row.slug: row for row in WorkingGroup.objects.all()},
        measures=measures,
    )

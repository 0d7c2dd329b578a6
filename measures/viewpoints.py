"""From where measures are looked at: through whose findings, and as they stood on which day."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from plan.models import Institution, Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from measures.models.measures import MeasureQuerySet

# The parameters' names, in the address of every page and of the API: people quote them, so they stay.
ASSESSOR = "par"
DAY = "le"
DAY_SHAPE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class Viewpoint:
    """An assessor and a day: they say which finding on each measure of a plan is in force.

    What was asked for and makes no sense is said in `errors`, by parameter, and the default taken
    instead: a page shows the message at the field, the API refuses the request.
    """

    plan: Plan
    assessor: Institution
    on: dt.date
    errors: Mapping[str, str] = field(default_factory=dict)
    # The parameters that differ from the default: links to other pages keep them.
    parameters: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_query(cls, plan: Plan, query: Mapping[str, str]) -> Viewpoint:
        """Read `?par=` and `?le=`; without them, the plan's lead assessor and today.

        One query when another assessor than the lead is asked for, none otherwise.
        """
        errors: dict[str, str] = {}
        parameters: dict[str, str] = {}
        assessor = plan.lead_assessor
        key = query.get(ASSESSOR, "").strip()
        if key and key != assessor.key:
            found = next((one for one in plan.assessors.all() if one.key == key), None)
            if found is None:
                errors[ASSESSOR] = _("“%(key)s” does not assess this plan.") % {"key": key}
            else:
                assessor = found
                parameters[ASSESSOR] = key
        on = _read_day(query, errors, parameters)
        return cls(plan=plan, assessor=assessor, on=on, errors=errors, parameters=parameters)

    @property
    def is_today(self) -> bool:
        return DAY not in self.parameters

    @property
    def query_string(self) -> str:
        """What a link adds to keep the viewpoint: `?par=…&le=…`, or nothing."""
        return f"?{urlencode(self.parameters)}" if self.parameters else ""

    def annotate(self, measures: MeasureQuerySet) -> MeasureQuerySet:
        """Annotate each measure with `finding_id`, the finding in force from here."""
        return measures.with_finding(on=self.on, assessor=self.assessor)


@dataclass(frozen=True)
class AnyPlanViewpoint:
    """The same over several plans: without an assessor, each plan is seen through its own lead."""

    assessor: Institution | None
    on: dt.date
    errors: Mapping[str, str] = field(default_factory=dict)
    plan: None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> AnyPlanViewpoint:
        """Read `?par=` and `?le=` as `Viewpoint` does. One query when an assessor is asked for."""
        errors: dict[str, str] = {}
        assessor = None
        key = query.get(ASSESSOR, "").strip()
        if key:
            assesses = Q(assessed_plans__isnull=False) | Q(lead_assessed_plans__isnull=False)
            # PostgreSQL cannot even be asked about a NUL.
            if "\0" not in key:
                assessor = Institution.objects.filter(assesses, key=key).first()
            if assessor is None:
                errors[ASSESSOR] = _("“%(key)s” assesses no plan.") % {"key": key}
        return cls(assessor=assessor, on=_read_day(query, errors, {}), errors=errors)

    def annotate(self, measures: MeasureQuerySet) -> MeasureQuerySet:
        # A reference to each measure's plan stands where one institution would.
        lead = cast("Institution", OuterRef("plan__lead_assessor"))
        return measures.with_finding(on=self.on, assessor=self.assessor or lead)


def _read_day(
    query: Mapping[str, str], errors: dict[str, str], parameters: dict[str, str]
) -> dt.date:
    """The day asked for. Before the plan was known is fine: nothing had been assessed."""
    today = timezone.localdate()
    text = query.get(DAY, "").strip()
    if not text:
        return today
    try:
        day = parse_day(text)
    except ValidationError as error:
        errors[DAY] = error.messages[0]
        return today
    if day < today:
        parameters[DAY] = text
    return day


def parse_day(text: str) -> dt.date:
    """Read YYYY-MM-DD and nothing else, up to today. Raises ValidationError.

    `date.fromisoformat` also takes “20170308” and “2017-W10-3”, which nobody means to type.
    """
    try:
        day = dt.date.fromisoformat(text) if DAY_SHAPE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise ValidationError(
            _("“%(text)s” is not a day: write it year-month-day, such as 2017-03-08."),
            params={"text": text},
        )
    if day > timezone.localdate():
        raise ValidationError(
            _("This day has not come yet: nobody knows what will be found by then.")
        )
    return day

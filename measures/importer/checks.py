"""What entries say wrong by themselves, beyond their form: doubles, days, empty findings, sums that go round.

Entries may be malformed here, since every mistake is to be told at once.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from common.typography import long_date
from measures.importer.files import Item, PlanFiles, Rows
from measures.importer.problems import Place, Problem
from measures.importer.values import day_of, elements, entries, text_of, whole_of, words_of
from measures.models import Figure
from plan.enums import VersionStatus

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

# The field under which each list's entries are told apart, and the enclosing list it is unique in.
ENTRY_KEYS = {
    "institutions": "key",
    "sources": "key",
    "priorities": "number",
    "measures": "number",
    "evaluations": "key",
    "figures": "key",
    "boxes": "key",
}

# Where the format puts each day on which something was found, printed or written: none has yet to come.
DAYS = {
    "versions": "dated_on",
    "sources": "dated_on",
    "evaluations": "adopted_on",
    "assessments": "assessed_on",
    "figures": "published_on",
    "boxes": "published_on",
}


def check_entries(files: PlanFiles) -> list[Problem]:
    """What is wrong in entries, wherever the others stand: it can be told even when a file could not be read."""
    checks = _Checks(files)
    checks.doubles()
    checks.days()
    checks.findings()
    checks.tables()
    return checks.problems


class _Checks:
    def __init__(self, files: PlanFiles) -> None:
        self.files = files
        self.problems: list[Problem] = []

    def add(self, place: Place, message: str) -> None:
        self.problems.append(Problem(place, message))

    # --- Doubles ------------------------------------------------------------------------------------------------------
    def doubles(self) -> None:
        for name, key in ENTRY_KEYS.items():
            self._once(self.files.items(name), key)
        for scale in self.files.singles("scale"):
            self._once(entries(scale, "levels"), "key")
        self._once(self.files.items("versions"), "label", "dated_on")
        self._once(self.files.items("milestones"), "label", "on")
        self._once(self.files.items("evaluations"), "adopted_on", "assessor")
        self._once(self.files.items("assessments"), "measure", "assessor", "assessed_on")
        for measure in self.files.items("measures"):
            self._once(entries(measure, "follows"), "number", "plan")
            self._leads_and_partners(measure)
        for evaluation in self.files.items("evaluations"):
            self._once(entries(evaluation, "sections"), "role")
            self._once(entries(evaluation, "themes"), "number")
        for table in self.files.items("figures"):
            self._once(entries(table, "series"), "key")
        self._recommendation_numbers()
        self._one_adopted_version()

    def _once(self, items: Iterable[Item], *names: str) -> None:
        """No two entries have the same values under these names. The first name is where a double is shown."""
        first: dict[tuple[Hashable, ...], Place] = {}
        for item in items:
            values = tuple(text_of(item, name) for name in names)
            if None in values:
                continue
            if values in first:
                self._double(item.at(names[0]), ", ".join(map(str, values)), first[values])
            else:
                first[values] = item.at(names[0])

    def _double(self, place: Place, words: str, first: Place) -> None:
        self.add(
            place,
            _("“%(words)s” is already given at %(place)s: keep one of them.")
            % {"words": words, "place": first},
        )

    def _leads_and_partners(self, measure: Item) -> None:
        leads = dict(words_of(measure, "leads"))
        for key, place in words_of(measure, "partners"):
            if key in leads:
                self._double(place, key, leads[key])

    def _recommendation_numbers(self) -> None:
        """Numbers are permanent in the plan, for each assessor: no two requests share one."""
        first: dict[tuple[str, int], Place] = {}
        for assessment in self.files.items("assessments"):
            assessor = text_of(assessment, "assessor")
            for recommendation in entries(assessment, "recommendations"):
                number = whole_of(recommendation, "number")
                if assessor is None or number is None:
                    continue
                place = recommendation.at("number")
                if (assessor, number) in first:
                    self._double(place, f"R{number}", first[assessor, number])
                else:
                    first[assessor, number] = place

    def _one_adopted_version(self) -> None:
        adopted = [
            version.at("status")
            for version in self.files.items("versions")
            if text_of(version, "status") == VersionStatus.ADOPTED
        ]
        for place in adopted[1:]:
            self.add(
                place,
                _("Only one version of a plan is the adopted one, and it is at %(place)s.")
                % {"place": adopted[0]},
            )

    # --- Days ---------------------------------------------------------------------------------------------------------
    def days(self) -> None:
        today = timezone.localdate()
        for name, field in DAYS.items():
            for item in self.files.items(name):
                day = day_of(item, field)
                if day is not None and day > today:
                    self.add(
                        item.at(field),
                        _("%(day)s has not come yet: correct the date.") % {"day": long_date(day)},
                    )
        for plan in self.files.singles("plan"):
            self._in_order(plan, "starts_on", "ends_on")
        for institution in self.files.items("institutions"):
            for attachment in entries(institution, "attachments"):
                self._in_order(attachment, "since", "until")
        if self.files.are_whole():
            self._since_the_plan_is_known()

    def _in_order(self, item: Item, first: str, last: str) -> None:
        start, end = day_of(item, first), day_of(item, last)
        if start is not None and end is not None and end < start:
            self.add(
                item.at(last),
                _("The end, %(end)s, is before the beginning, %(start)s: correct one of them.")
                % {"end": long_date(end), "start": long_date(start)},
            )

    def _since_the_plan_is_known(self) -> None:
        days = [day_of(plan, "adopted_on") for plan in self.files.singles("plan")]
        days += [day_of(version, "dated_on") for version in self.files.items("versions")]
        known_since = min((day for day in days if day is not None), default=None)
        if known_since is None:
            return
        for name in ("evaluations", "assessments"):
            for item in self.files.items(name):
                day = day_of(item, DAYS[name])
                if day is not None and day < known_since:
                    self.add(
                        item.at(DAYS[name]),
                        _(
                            "Nothing could be found before %(day)s, when the plan became known: correct the date."
                        )
                        % {"day": long_date(known_since)},
                    )

    # --- Assessments --------------------------------------------------------------------------------------------------
    def findings(self) -> None:
        for item in self.files.items("assessments"):
            if "level" in item or item.get("lacks_information") is True or "observations" in item:
                continue
            self.add(
                item.at(),
                _(
                    "This assessment finds nothing: give it a “level”, “lacks_information: true” or “observations”."
                ),
            )

    # --- Tables -------------------------------------------------------------------------------------------------------
    def tables(self) -> None:
        for table in self.files.items("figures"):
            periods = list(elements(table, "periods"))
            series = {text_of(item, "key"): item for item in entries(table, "series")}
            for item in entries(table, "series"):
                self._values(item, len(periods) if "periods" in table else None)
            self._no_circle_of_totals(series)

    def _values(self, series: Item, periods: int | None) -> None:
        values = series.get("values")
        if not isinstance(values, Rows):
            return
        if periods is not None and len(values) != periods:
            self.add(
                series.at("values"),
                _(
                    "There are %(values)d values for %(periods)d periods: give one for each, null for an empty cell."
                )
                % {"values": len(values), "periods": periods},
            )
        for value, place in elements(series, "values"):
            if (
                isinstance(value, (int, Decimal))
                and not isinstance(value, bool)
                and not _fits(value)
            ):
                self.add(
                    place,
                    _("%(value)s has too many digits: 14 at most, and 4 after the point.")
                    % {"value": value},
                )

    def _no_circle_of_totals(self, series: dict[str | None, Item]) -> None:
        parts = {
            key: [part for part, _place in words_of(item, "total_of")]
            for key, item in series.items()
            if key
        }
        for key in parts:
            if key in _reached(parts, key):
                self.add(
                    series[key].at("total_of"),
                    _("“%(key)s” would be part of its own total: correct “total_of”.")
                    % {"key": key},
                )


def _fits(value: Decimal | int) -> bool:
    """Whether the database keeps the number exactly as printed."""
    field = Figure._meta.get_field("value")
    whole, _point, decimals = f"{abs(value):f}".partition(".")
    return (
        len(decimals.rstrip("0")) <= field.decimal_places
        and len(whole) <= field.max_digits - field.decimal_places
    )


def _reached(parts: dict[str, list[str]], start: str) -> set[str]:
    """Everything that a total is made of, down to the last part."""
    reached: set[str] = set()
    waiting = list(parts[start])
    while waiting:
        part = waiting.pop()
        if part not in reached:
            reached.add(part)
            waiting += parts.get(part, [])
    return reached

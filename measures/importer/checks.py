"""What the form of a file cannot say: names that refer to nothing, doubles, days, sums and cycles.

Entries may be malformed here, since every mistake is to be told at once: what cannot be read is passed over, the schema
has already named it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.markdown import CITATION
from common.typography import long_date
from measures.enums import SuccessionKind
from measures.importer.files import Item, PlanFiles, Rows, entries
from measures.importer.problems import Place, Problem
from measures.importer.schema import suggestion
from measures.models import Figure
from plan.enums import VersionStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator
    from decimal import Decimal

    from django.utils.functional import _StrPromise

    from measures.importer.known import Known

UNKNOWN: dict[str, _StrPromise] = {
    "institution": gettext_lazy(
        "The institution “%(key)s” is unknown: add it to “institutions”, or correct its key."
    ),
    "source": gettext_lazy("The source “%(key)s” is unknown: add it to “sources”, or correct its key."),
    "priority": gettext_lazy(
        "The priority “%(key)s” is unknown: add it to “priorities”, or correct its number."
    ),
    "measure": gettext_lazy("The measure “%(key)s” is missing from “measures”: add it, or correct its number."),
    "level": gettext_lazy("The level “%(key)s” is not in the scale: use one of its keys."),
    "evaluation": gettext_lazy(
        "The evaluation “%(key)s” is unknown: add it to “evaluations”, or correct its key."
    ),
    "recommendation": gettext_lazy(
        "The recommendation %(key)s is unknown: this assessor makes none with that number."
    ),
    "series": gettext_lazy("The series “%(key)s” is not in this table: correct its key."),
    "period": gettext_lazy("The period “%(key)s” is not one of this table's: correct it."),
    "plan": gettext_lazy("The plan “%(key)s” is not on the site: load it first, or correct its address."),
}

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


def text_of(item: Item, name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) and value else None


def day_of(item: Item, name: str) -> dt.date | None:
    value = text_of(item, name)
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError:
        return None


def whole_of(item: Item, name: str) -> int | None:
    value = item.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def elements(item: Item, name: str) -> Iterator[tuple[Any, Place]]:
    rows = item.get(name)
    if isinstance(rows, Rows):
        for index, value in enumerate(rows):
            yield value, rows.at(index)


def words_of(item: Item, name: str) -> Iterator[tuple[str, Place]]:
    for value, place in elements(item, name):
        if isinstance(value, str):
            yield value, place


def check_content(files: PlanFiles, known: Known | None) -> list[Problem]:
    """What is wrong in the files taken together, and with what the site holds.

    `known` is None when a file could not be read: what other entries refer to may stand in it, so that only what each
    entry says by itself is looked at.
    """
    checks = _Checks(files)
    checks.doubles()
    checks.days()
    checks.findings()
    checks.tables()
    if known is not None:
        checks.names(known)
        checks.citations(known)
        checks.plan(known)
        checks.site(known)
    return checks.problems


class _Checks:
    def __init__(self, files: PlanFiles) -> None:
        self.files = files
        self.problems: list[Problem] = []
        self.plans = [root["plan"] for root in files.roots if isinstance(root.get("plan"), Item)]
        self.scales = [root["scale"] for root in files.roots if isinstance(root.get("scale"), Item)]
        self.series_of_recommendations: dict[str, set[int]] = defaultdict(set)
        for assessment in files.items("assessments"):
            assessor = text_of(assessment, "assessor")
            for recommendation in entries(assessment, "recommendations"):
                number = whole_of(recommendation, "number")
                if assessor is not None and number is not None:
                    self.series_of_recommendations[assessor].add(number)

    def add(self, place: Place, message: str) -> None:
        self.problems.append(Problem(place, message))

    # --- Doubles ------------------------------------------------------------------------------------------------------
    def doubles(self) -> None:
        for name, key in ENTRY_KEYS.items():
            self._once(self.files.items(name), key)
        for scale in self.scales:
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

    def _once(self, items: Iterator[Item] | list[Item], *names: str) -> None:
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
        leads = {key: place for key, place in words_of(measure, "leads")}
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
                    self.add(item.at(field), _("%(day)s has not come yet: correct the date.") % {"day": long_date(day)})
        for plan in self.plans:
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
        days = [day_of(plan, "adopted_on") for plan in self.plans]
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
                        _("Nothing could be found before %(day)s, when the plan became known: correct the date.")
                        % {"day": long_date(known_since)},
                    )

    # --- Assessments --------------------------------------------------------------------------------------------------
    def findings(self) -> None:
        for item in self.files.items("assessments"):
            if "level" in item or item.get("lacks_information") is True or "observations" in item:
                continue
            self.add(
                item.at(),
                _("This assessment finds nothing: give it a “level”, “lacks_information: true” or “observations”."),
            )

    def _shared_observations(self) -> None:
        """The text is in the assessment of another measure, by the same assessor on the same day, and really there."""
        named = {
            tuple(text_of(item, name) for name in ("measure", "assessor", "assessed_on")): item
            for item in self.files.items("assessments")
        }
        for item in self.files.items("assessments"):
            measure = text_of(item, "observations_with")
            if measure is None:
                continue
            place = item.at("observations_with")
            if measure == text_of(item, "measure"):
                self.add(place, _("A measure cannot share its observations with itself: name the other one."))
                continue
            holder = named.get((measure, text_of(item, "assessor"), text_of(item, "assessed_on")))
            if holder is None:
                self.add(
                    place,
                    _("The measure “%(key)s” has no assessment by the same assessor on the same day.")
                    % {"key": measure},
                )
            elif "observations" not in holder or "observations_with" in holder:
                self.add(
                    place,
                    _("The assessment at %(place)s does not hold the shared text: write “observations” there.")
                    % {"place": holder.at()},
                )

    # --- Tables -------------------------------------------------------------------------------------------------------
    def tables(self) -> None:
        for table in self.files.items("figures"):
            periods = [period for period, _place in words_of(table, "periods")]
            series = {text_of(item, "key"): item for item in entries(table, "series")}
            for item in entries(table, "series"):
                self._values(item, len(periods) if "periods" in table else None)
                for period, place in words_of(item, "provisional"):
                    self._known("period", period, place, periods)
                for key, place in words_of(item, "total_of"):
                    self._known("series", key, place, [name for name in series if name])
            self._no_circle_of_totals(series)

    def _values(self, series: Item, periods: int | None) -> None:
        values = series.get("values")
        if not isinstance(values, Rows):
            return
        if periods is not None and len(values) != periods:
            self.add(
                series.at("values"),
                _("There are %(values)d values for %(periods)d periods: give one for each, null for an empty cell.")
                % {"values": len(values), "periods": periods},
            )
        for value, place in elements(series, "values"):
            if not isinstance(value, (str, bool)) and value is not None and not _fits(value):
                self.add(
                    place,
                    _("%(value)s has too many digits: 14 at most, and 4 after the point.") % {"value": value},
                )

    def _no_circle_of_totals(self, series: dict[str | None, Item]) -> None:
        parts = {
            key: [part for part, _place in words_of(item, "total_of")] for key, item in series.items() if key
        }
        for key in parts:
            if key in _reached(parts, key):
                self.add(
                    series[key].at("total_of"),
                    _("“%(key)s” would be part of its own total: correct “total_of”.") % {"key": key},
                )

    # --- Names --------------------------------------------------------------------------------------------------------
    def names(self, known: Known) -> None:
        institutions = known.institutions | self._given("institutions", "key")
        sources = known.sources | self._given("sources", "key")
        measures = self._given("measures", "number")
        for plan in self.plans:
            self._refers(plan, "lead_assessor", "institution", institutions)
            self._refers_all(plan, "assessors", "institution", institutions)
        self._institutions(institutions)
        self._measures(known, institutions)
        self._evaluations(known, institutions, measures)
        self._assessments(institutions, sources, measures)
        for name in ("figures", "boxes"):
            for item in self.files.items(name):
                self._refers(item, "assessor", "institution", institutions)
                self._refers(item, "measure", "measure", measures)
                self._refers(item, "source", "source", sources)

    def _institutions(self, institutions: set[str]) -> None:
        for item in self.files.items("institutions"):
            for attachment in entries(item, "attachments"):
                self._refers(attachment, "to", "institution", institutions)
                if text_of(attachment, "to") == text_of(item, "key") is not None:
                    self.add(
                        attachment.at("to"),
                        _("“%(key)s” is attached to itself: name the other institution.") % {"key": item["key"]},
                    )

    def _measures(self, known: Known, institutions: set[str]) -> None:
        priorities = self._given("priorities", "number")
        for item in self.files.items("measures"):
            self._refers(item, "priority", "priority", priorities)
            self._refers_all(item, "leads", "institution", institutions)
            self._refers_all(item, "partners", "institution", institutions)
            for succession in entries(item, "follows"):
                self._succession(succession, known)

    def _succession(self, item: Item, known: Known) -> None:
        plan, number = text_of(item, "plan"), text_of(item, "number")
        if plan in {text_of(own, "slug") for own in self.plans}:
            self.add(item.at("plan"), _("A measure follows one of an earlier plan: “%(key)s” is this one.") % {"key": plan})
        elif plan is not None and plan not in known.predecessors:
            self._known("plan", plan, item.at("plan"), known.predecessors)
        elif plan is not None and number is not None and number not in known.measures[plan]:
            self.add(
                item.at("number"),
                _("The plan “%(plan)s” has no measure “%(key)s”: correct its number.")
                % {"plan": plan, "key": number}
                + suggestion(number, known.measures[plan]),
            )

    def _evaluations(self, known: Known, institutions: set[str], measures: set[str]) -> None:
        own = {text_of(plan, "slug") for plan in self.plans}
        for item in self.files.items("evaluations"):
            self._refers(item, "assessor", "institution", institutions)
            key = text_of(item, "key")
            if key is not None and known.evaluations.get(key, next(iter(own), None)) not in own:
                self.add(
                    item.at("key"),
                    _("“%(key)s” is already an evaluation of the plan “%(plan)s”: choose another key.")
                    % {"key": key, "plan": known.evaluations[key]},
                )
            assessor = text_of(item, "assessor") or ""
            numbers = set(self.series_of_recommendations[assessor])
            numbers |= {number for name, number in known.corrections.holders() if name == assessor}
            for theme in entries(item, "themes"):
                for proposal in entries(theme, "proposals"):
                    self._refers_all(proposal, "measures", "measure", measures)
                    for number, place in elements(proposal, "recommendations"):
                        if isinstance(number, int) and number not in numbers:
                            self.add(place, UNKNOWN["recommendation"] % {"key": f"R{number}"})

    def _assessments(self, institutions: set[str], sources: set[str], measures: set[str]) -> None:
        levels = {text_of(level, "key") or "" for scale in self.scales for level in entries(scale, "levels")}
        evaluations = {text_of(item, "key"): item for item in self.files.items("evaluations")}
        for item in self.files.items("assessments"):
            self._refers(item, "measure", "measure", measures)
            self._refers(item, "assessor", "institution", institutions)
            self._refers(item, "level", "level", levels)
            self._refers(item, "evaluation", "evaluation", {key for key in evaluations if key})
            self._refers_all(item, "sources", "source", sources)
            for recommendation in entries(item, "recommendations"):
                self._refers(recommendation, "addressee", "institution", institutions)
            evaluation = evaluations.get(text_of(item, "evaluation") or "")
            if evaluation is not None and text_of(evaluation, "assessor") != text_of(item, "assessor"):
                self.add(
                    item.at("evaluation"),
                    _("The evaluation “%(key)s” is another assessor's: %(assessor)s.")
                    % {"key": item["evaluation"], "assessor": text_of(evaluation, "assessor")},
                )
        self._shared_observations()

    def _given(self, name: str, key: str) -> set[str]:
        return {value for item in self.files.items(name) if (value := text_of(item, key))}

    def _refers(self, item: Item, name: str, kind: str, among: Collection[str]) -> None:
        if key := text_of(item, name):
            self._known(kind, key, item.at(name), among)

    def _refers_all(self, item: Item, name: str, kind: str, among: Collection[str]) -> None:
        for key, place in words_of(item, name):
            self._known(kind, key, place, among)

    def _known(self, kind: str, key: str, place: Place, among: Collection[str]) -> None:
        if key not in among:
            self.add(place, UNKNOWN[kind] % {"key": key} + suggestion(key, among))

    # --- Texts --------------------------------------------------------------------------------------------------------
    def citations(self, known: Known) -> None:
        sources = known.sources | self._given("sources", "key")
        for root in self.files.roots:
            for item, name, text in _texts(root):
                self._citations(item, name, text, sources)

    def _citations(self, item: Item, name: str, text: str, sources: set[str]) -> None:
        cited = {match.start(): match for match in CITATION.finditer(text)}
        told: set[str] = set()
        start = text.find("[@")
        while start >= 0:
            match = cited.get(start)
            words = text[start : start + 25].partition("]")[0].partition("\n")[0] if match is None else f"[@{match['key']}"
            if words not in told and match is None:
                self.add(
                    item.at_words(name, words),
                    _("“%(words)s…” is no note call: write “[@key]”, “[@key, place]” or “[@key, place : text]”.")
                    % {"words": words},
                )
            elif words not in told and match is not None and match["key"] not in sources:
                self._known("source", match["key"], item.at_words(name, words), sources)
            told.add(words)
            start = text.find("[@", start + 2)

    # --- The plan -----------------------------------------------------------------------------------------------------
    def plan(self, known: Known) -> None:
        for name in ("plan", "scale"):
            places = [root.at(name) for root in self.files.roots if name in root]
            for place in places[1:]:
                self._double(place, name, places[0])
            if not places:
                self.add(
                    Place(self.files.files[0].name, 1, name),
                    _("“%(name)s” is missing: one of the files must have it.") % {"name": name},
                )
        for plan in self.plans:
            self._predecessors(plan, known)

    def _predecessors(self, plan: Item, known: Known) -> None:
        slug, ancestor = text_of(plan, "slug"), text_of(plan, "predecessor")
        if slug is None or ancestor is None:
            return
        place = plan.at("predecessor")
        if ancestor == slug:
            self.add(place, _("A plan cannot follow itself: name the one before it."))
            return
        self._known("plan", ancestor, place, known.predecessors)
        line = [slug, ancestor]
        while (following := known.predecessors.get(line[-1])) is not None:
            if following in line:
                circle = " ← ".join([*line, following])
                self.add(place, _("These plans would follow each other in a circle: %(circle)s.") % {"circle": circle})
                return
            line.append(following)

    # --- What the site holds ------------------------------------------------------------------------------------------
    def site(self, known: Known) -> None:
        if known.plan is None:
            return
        roots = self.files.roots
        lost = known.measures[known.plan.slug] - self._given("measures", "number")
        holder = next((root for root in roots if "measures" in root), roots[0])
        for number in sorted(lost):
            self.add(
                holder.at("measures"),
                _("The measure “%(key)s” is on the site and no longer in the files: put it back, none may vanish.")
                % {"key": number},
            )
        for scale in self.scales:
            keys = {text_of(level, "key") for level in entries(scale, "levels")}
            for key in sorted(known.levels_in_use - keys):
                self.add(
                    scale.at("levels"),
                    _("The level “%(key)s” is that of assessments on the site: put it back.") % {"key": key},
                )
        self._recommendations_of_others(known)

    def _recommendations_of_others(self, known: Known) -> None:
        """A number that another assessment on the site has taken cannot be given again."""
        holders = known.corrections.holders()
        for item in self.files.items("assessments"):
            measure, assessor = text_of(item, "measure"), text_of(item, "assessor")
            day = day_of(item, "assessed_on")
            if measure is None or assessor is None or day is None:
                continue
            line = {row.pk for row in known.corrections.line((measure, assessor, day))}
            for recommendation in entries(item, "recommendations"):
                number = whole_of(recommendation, "number") or 0
                for row in holders.get((assessor, number), ()):
                    if row.pk not in line and row.supersedes_id not in line:
                        self.add(
                            recommendation.at("number"),
                            _("R%(number)d belongs on the site to the assessment of measure %(measure)s of %(day)s: choose another number.")
                            % {"number": number, "measure": row.measure.number, "day": long_date(row.assessed_on)},
                        )
                        break


def check_successions(item: Item) -> bool:
    """Whether a succession names what came after: a dropped measure has nothing."""
    return bool(item["kind"] != SuccessionKind.DROPPED)


def _fits(value: Decimal | int) -> bool:
    """Whether the database keeps the number exactly as printed."""
    field = Figure._meta.get_field("value")
    whole, _point, decimals = f"{abs(value):f}".partition(".")
    return len(decimals.rstrip("0")) <= field.decimal_places and len(whole) <= field.max_digits - field.decimal_places


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


def _texts(item: Item) -> Iterator[tuple[Item, str, str]]:
    """Every text of an entry and of what is in it that may call notes, with the entry it belongs to."""
    for name, value in item.items():
        if isinstance(value, str):
            yield item, name, value
        elif isinstance(value, Item):
            yield from _texts(value)
        elif isinstance(value, Rows):
            for row in value:
                if isinstance(row, Item):
                    yield from _texts(row)

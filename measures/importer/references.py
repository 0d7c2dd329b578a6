"""What entries refer to: it must be in the files or on the site, and not go against what the site holds."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.markdown import CITATION
from common.typography import long_date
from measures.importer.files import Item, PlanFiles, Rows
from measures.importer.problems import Place, Problem
from measures.importer.schema import suggestion
from measures.importer.values import day_of, elements, entries, text_of, whole_of, words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.utils.functional import _StrPromise

    from measures.importer.known import Known

UNKNOWN: dict[str, _StrPromise] = {
    "institution": gettext_lazy(
        "The institution “%(key)s” is unknown: add it to “institutions”, or correct its key."
    ),
    "source": gettext_lazy(
        "The source “%(key)s” is unknown: add it to “sources”, or correct its key."
    ),
    "priority": gettext_lazy(
        "The priority “%(key)s” is unknown: add it to “priorities”, or correct its number."
    ),
    "measure": gettext_lazy(
        "The measure “%(key)s” is missing from “measures”: add it, or correct its number."
    ),
    "level": gettext_lazy("The level “%(key)s” is not in the scale: use one of its keys."),
    "evaluation": gettext_lazy(
        "The evaluation “%(key)s” is unknown: add it to “evaluations”, or correct its key."
    ),
    "recommendation": gettext_lazy(
        "The recommendation %(key)s is unknown: this assessor makes none with that number."
    ),
    "series": gettext_lazy("The series “%(key)s” is not in this table: correct its key."),
    "period": gettext_lazy("The period “%(key)s” is not one of this table’s: correct it."),
    "plan": gettext_lazy(
        "The plan “%(key)s” is not on the site: load it first, or correct its address."
    ),
}


def check_references(files: PlanFiles, known: Known) -> list[Problem]:
    """What is wrong between the files, which have all been read, and with what the site holds."""
    checks = _References(files, known)
    checks.plan()
    checks.institutions()
    checks.measures()
    checks.evaluations()
    checks.assessments()
    checks.shared_observations()
    checks.tables_and_boxes()
    checks.texts()
    checks.site()
    return checks.problems


class _References:
    def __init__(self, files: PlanFiles, known: Known) -> None:
        self.files = files
        self.site_holds = known
        self.problems: list[Problem] = []
        self.plans = files.singles("plan")
        self.scales = files.singles("scale")
        self.slugs = {text_of(plan, "slug") for plan in self.plans}
        self.institution_keys = known.institutions | self._given("institutions", "key")
        self.source_keys = known.sources | self._given("sources", "key")
        self.measure_numbers = self._given("measures", "number")
        self.level_keys = {
            key
            for scale in self.scales
            for level in entries(scale, "levels")
            if (key := text_of(level, "key"))
        }

    def add(self, place: Place, message: str) -> None:
        self.problems.append(Problem(place, message))

    def _given(self, name: str, key: str) -> set[str]:
        return {value for item in self.files.items(name) if (value := text_of(item, key))}

    def _known(self, kind: str, key: str, place: Place, among: Collection[str]) -> None:
        if key not in among:
            self.add(place, UNKNOWN[kind] % {"key": key} + suggestion(key, among))

    def _one(self, kind: str, item: Item, name: str, among: Collection[str]) -> None:
        if key := text_of(item, name):
            self._known(kind, key, item.at(name), among)

    def _all(self, kind: str, item: Item, name: str, among: Collection[str]) -> None:
        for key, place in words_of(item, name):
            self._known(kind, key, place, among)

    # --- The plan -----------------------------------------------------------------------------------------------------
    def plan(self) -> None:
        for name in ("plan", "scale"):
            places = [root.at(name) for root in self.files.roots if name in root]
            for place in places[1:]:
                self.add(
                    place,
                    _("“%(words)s” is already given at %(place)s: keep one of them.")
                    % {"words": name, "place": places[0]},
                )
            if not places:
                self.add(
                    Place(self.files.files[0].name, 1, name),
                    _("“%(field)s” is missing: one of the files must have it.") % {"field": name},
                )
        for plan in self.plans:
            self._one("institution", plan, "lead_assessor", self.institution_keys)
            self._all("institution", plan, "assessors", self.institution_keys)
            self._predecessors(plan)

    def _predecessors(self, plan: Item) -> None:
        slug, ancestor = text_of(plan, "slug"), text_of(plan, "predecessor")
        if slug is None or ancestor is None:
            return
        place = plan.at("predecessor")
        if ancestor == slug:
            self.add(place, _("A plan cannot follow itself: name the one before it."))
            return
        predecessors = self.site_holds.predecessors
        self._known("plan", ancestor, place, predecessors)
        line = [slug, ancestor]
        while (before := predecessors.get(line[-1])) is not None:
            line.append(before)
            if before == slug:
                self.add(
                    place,
                    _("These plans would follow each other in a circle: %(circle)s.")
                    % {"circle": " → ".join(line)},
                )
            if before in line[:-1]:
                return

    # --- Lists --------------------------------------------------------------------------------------------------------
    def institutions(self) -> None:
        for item in self.files.items("institutions"):
            key = text_of(item, "key")
            for attachment in entries(item, "attachments"):
                self._one("institution", attachment, "to", self.institution_keys)
                if key is not None and text_of(attachment, "to") == key:
                    self.add(
                        attachment.at("to"),
                        _("“%(key)s” is attached to itself: name the other institution.")
                        % {"key": key},
                    )

    def measures(self) -> None:
        priorities = self._given("priorities", "number")
        for item in self.files.items("measures"):
            self._one("priority", item, "priority", priorities)
            self._all("institution", item, "leads", self.institution_keys)
            self._all("institution", item, "partners", self.institution_keys)
            for succession in entries(item, "follows"):
                self._succession(succession)

    def _succession(self, item: Item) -> None:
        plan, number = text_of(item, "plan"), text_of(item, "number")
        if plan is None:
            return
        if plan in self.slugs:
            self.add(
                item.at("plan"),
                _("A measure follows one of an earlier plan: “%(key)s” is this one.")
                % {"key": plan},
            )
        elif plan not in self.site_holds.predecessors:
            self._known("plan", plan, item.at("plan"), self.site_holds.predecessors)
        elif number is not None and number not in self.site_holds.measures[plan]:
            self.add(
                item.at("number"),
                _("The plan “%(plan)s” has no measure “%(key)s”: correct its number.")
                % {"plan": plan, "key": number}
                + suggestion(number, self.site_holds.measures[plan]),
            )

    def evaluations(self) -> None:
        made = self._recommendations_made()
        for item in self.files.items("evaluations"):
            self._one("institution", item, "assessor", self.institution_keys)
            key = text_of(item, "key") or ""
            plan = self.site_holds.evaluations.get(key)
            if plan is not None and plan not in self.slugs:
                self.add(
                    item.at("key"),
                    _(
                        "“%(key)s” is already an evaluation of the plan “%(plan)s”: choose another key."
                    )
                    % {"key": key, "plan": plan},
                )
            numbers = made[text_of(item, "assessor") or ""]
            for theme in entries(item, "themes"):
                for proposal in entries(theme, "proposals"):
                    self._all("measure", proposal, "measures", self.measure_numbers)
                    for number, place in elements(proposal, "recommendations"):
                        if isinstance(number, int) and number not in numbers:
                            self.add(place, UNKNOWN["recommendation"] % {"key": f"R{number}"})

    def _recommendations_made(self) -> dict[str, set[int]]:
        """The numbers of the recommendations of each assessor, in the files and on the site."""
        made = defaultdict(set)
        for assessor, taken in self.site_holds.corrections.holders:
            made[assessor].add(taken)
        for assessment in self.files.items("assessments"):
            for recommendation in entries(assessment, "recommendations"):
                number = whole_of(recommendation, "number")
                if number is not None:
                    made[text_of(assessment, "assessor") or ""].add(number)
        return made

    def assessments(self) -> None:
        evaluations = {
            key: item
            for item in self.files.items("evaluations")
            if (key := text_of(item, "key")) is not None
        }
        for item in self.files.items("assessments"):
            self._one("measure", item, "measure", self.measure_numbers)
            self._one("institution", item, "assessor", self.institution_keys)
            self._one("level", item, "level", self.level_keys)
            self._one("evaluation", item, "evaluation", evaluations)
            self._all("source", item, "sources", self.source_keys)
            for recommendation in entries(item, "recommendations"):
                self._one("institution", recommendation, "addressee", self.institution_keys)
            evaluation = evaluations.get(text_of(item, "evaluation") or "")
            if evaluation is not None and evaluation.get("assessor") != item.get("assessor"):
                self.add(
                    item.at("evaluation"),
                    _(
                        "The evaluation “%(key)s” is by another assessor, “%(assessor)s”: correct one of them."
                    )
                    % {"key": item["evaluation"], "assessor": evaluation.get("assessor")},
                )

    def shared_observations(self) -> None:
        """The text is that of another measure, by the same assessor on the same day, and really there."""
        named = {
            (
                text_of(item, "measure"),
                text_of(item, "assessor"),
                text_of(item, "assessed_on"),
            ): item
            for item in self.files.items("assessments")
        }
        for item in self.files.items("assessments"):
            measure = text_of(item, "observations_with")
            if measure is None:
                continue
            place = item.at("observations_with")
            if measure == text_of(item, "measure"):
                self.add(
                    place,
                    _("A measure cannot share its observations with itself: name the other one."),
                )
                continue
            holder = named.get((measure, text_of(item, "assessor"), text_of(item, "assessed_on")))
            if holder is None:
                self.add(
                    place,
                    _(
                        "The measure “%(key)s” has no assessment by the same assessor on the same day: add it, or correct the number."
                    )
                    % {"key": measure},
                )
            elif "observations" not in holder or "observations_with" in holder:
                self.add(
                    place,
                    _(
                        "The assessment at %(place)s does not hold the shared text: write its “observations” there."
                    )
                    % {"place": holder.at()},
                )

    def tables_and_boxes(self) -> None:
        for name in ("figures", "boxes"):
            for item in self.files.items(name):
                self._one("institution", item, "assessor", self.institution_keys)
                self._one("measure", item, "measure", self.measure_numbers)
                self._one("source", item, "source", self.source_keys)
        for table in self.files.items("figures"):
            periods = [period for period, _place in words_of(table, "periods")]
            series = [text_of(row, "key") or "" for row in entries(table, "series")]
            for row in entries(table, "series"):
                self._all("period", row, "provisional", periods)
                self._all("series", row, "total_of", series)

    # --- Texts --------------------------------------------------------------------------------------------------------
    def texts(self) -> None:
        for root in self.files.roots:
            for item, name, text in _texts(root):
                if "[@" in text:
                    self._citations(item, name, text)

    def _citations(self, item: Item, name: str, text: str) -> None:
        calls = {call.start(): call["key"] for call in CITATION.finditer(text)}
        for key in dict.fromkeys(calls.values()):
            self._known("source", key, item.at_words(name, f"[@{key}"), self.source_keys)
        for start, piece in _pieces(text, "[@"):
            if start not in calls:
                words = re.split(r"[\]\n ]", piece, maxsplit=1)[0][:40]
                self.add(
                    item.at_words(name, words),
                    _(
                        "“%(words)s” begins no note call: write “[@key]”, “[@key, place]” or “[@key, place : text]”."
                    )
                    % {"words": words},
                )

    # --- What the site holds ------------------------------------------------------------------------------------------
    def site(self) -> None:
        plan = self.site_holds.plan
        if plan is None:
            return
        roots = self.files.roots
        holder = next((root for root in roots if "measures" in root), roots[0])
        for number in sorted(self.site_holds.measures[plan.slug] - self.measure_numbers):
            self.add(
                holder.at("measures"),
                _(
                    "The measure “%(key)s” is on the site and no longer in the files: put it back, none may vanish."
                )
                % {"key": number},
            )
        for scale in self.scales:
            for key in sorted(self.site_holds.levels_in_use - self.level_keys):
                self.add(
                    scale.at("levels"),
                    _("The level “%(key)s” is that of assessments on the site: put it back.")
                    % {"key": key},
                )
        self._numbers_taken()

    def _numbers_taken(self) -> None:
        """A number that another assessment on the site has taken cannot be given again."""
        corrections = self.site_holds.corrections
        for item in self.files.items("assessments"):
            measure, assessor = text_of(item, "measure"), text_of(item, "assessor")
            day = day_of(item, "assessed_on")
            if measure is None or assessor is None or day is None:
                continue
            line = {row.pk for row in corrections.line((measure, assessor, day))}
            for recommendation in entries(item, "recommendations"):
                number = whole_of(recommendation, "number") or 0
                for row in corrections.holders.get((assessor, number), ()):
                    if row.pk not in line and row.supersedes_id not in line:
                        self.add(
                            recommendation.at("number"),
                            _(
                                "R%(number)d is on the site in the assessment of measure %(measure)s of %(day)s: choose another number."
                            )
                            % {
                                "number": number,
                                "measure": row.measure.number,
                                "day": long_date(row.assessed_on),
                            },
                        )


def _texts(item: Item) -> Iterator[tuple[Item, str, str]]:
    """Every text of an entry and of the entries in it, with the entry that it belongs to and its name there."""
    for name, value in item.items():
        if isinstance(value, str):
            yield item, name, value
        elif isinstance(value, Item):
            yield from _texts(value)
        elif isinstance(value, Rows):
            for row in value:
                if isinstance(row, Item):
                    yield from _texts(row)


def _pieces(text: str, sign: str) -> Iterator[tuple[int, str]]:
    """Where a sign stands in a text, and the text from there on."""
    start = text.find(sign)
    while start >= 0:
        yield start, text[start:]
        start = text.find(sign, start + 1)

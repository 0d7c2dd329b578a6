"""Writes assessments through the services. What is published is final: where the files say otherwise now, a correction
supersedes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measures.importer.problems import PlanFilesError, Problem
from measures.importer.rows import differs, refusals
from measures.importer.values import day, entries, texts
from measures.models import Assessment
from measures.services import Ask, Citation, record_assessment

if TYPE_CHECKING:
    from measures.importer.context import Context
    from measures.importer.files import Item
    from measures.importer.known import Finding


def write_assessments(context: Context) -> None:
    writing = _Writing(context)
    items = context.files.items("assessments")
    # A text that several measures share is written before those that refer to it.
    for item in sorted(items, key=lambda item: "observations_with" in item):
        writing.write(item)
    if writing.problems:
        raise PlanFilesError(writing.problems)


class _Writing:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.count = context.report.of(Assessment)
        self.problems: list[Problem] = []
        self.source_keys = {source.pk: key for key, source in context.sources.items()}
        # What stands on the site for each finding of the files, and which of them this loading has corrected.
        self.in_force: dict[Finding, Assessment] = {}
        self.corrected: set[Finding] = set()

    def write(self, item: Item) -> None:
        finding = self._finding(item, item["measure"])
        content = self._content(item)
        line = self.context.known.corrections.line(finding)
        standing = self.context.known.corrections.in_force(line)
        same = [row for row in line if self._says(row, item, content)]
        if kept := [row for row in standing if row in same]:
            self.in_force[finding] = kept[-1]
            self.count.unchanged += 1
            return
        if same and standing[-1].created_by_id is not None:
            # Somebody corrected on the site what the files still say: that correction stands.
            self.in_force[finding] = standing[-1]
            self.count.unchanged += 1
            return
        superseded = standing[-1] if standing else None
        try:
            with refusals(item):
                self.in_force[finding] = record_assessment(
                    measure=self.context.measures[item["measure"]],
                    assessor=self.context.institutions[item["assessor"]],
                    by=None,
                    publish=True,
                    supersedes=superseded,
                    citations=[
                        Citation(self.context.sources[key]) for key in item.get("sources", [])
                    ],
                    recommendations=[
                        Ask(
                            text=ask["text"],
                            addressee=self.context.institutions[ask["addressee"]]
                            if "addressee" in ask
                            else None,
                            number=ask["number"],
                            is_urgent=ask.get("urgent", False),
                        )
                        for ask in entries(item, "recommendations")
                    ],
                    **content,
                )
        except PlanFilesError as refusal:
            # The next ones may be refused too: all of it is told at once.
            self.problems += refusal.problems
            return
        if superseded is None:
            self.count.added += 1
        else:
            self.count.changed += 1
            self.corrected.add(finding)

    def _finding(self, item: Item, measure: str) -> Finding:
        on = day(item, "assessed_on")
        assert on is not None  # noqa: S101 (the schema requires it)
        return measure, item["assessor"], on

    def _content(self, item: Item) -> dict[str, Any]:
        """The fields that the service takes as they are."""
        context = self.context
        holder = None
        if "observations_with" in item:
            holder = self.in_force.get(self._finding(item, item["observations_with"]))
        return {
            **texts(item, "reason", "state_actions", "observations", "remark"),
            "assessed_on": day(item, "assessed_on"),
            "level": context.levels[item["level"]] if "level" in item else None,
            "lacks_information": item.get("lacks_information", False),
            "evaluation": context.evaluations[item["evaluation"]] if "evaluation" in item else None,
            "observations_with": holder,
        }

    def _says(self, row: Assessment, item: Item, content: dict[str, Any]) -> bool:
        """Whether a published row says what the files say."""
        alone = {name: value for name, value in content.items() if name != "observations_with"}
        return (
            not differs(row, alone)
            and self._shares(row, item)
            and self._sources(row) == item.get("sources", [])
            and self._recommendations(row) == self._wanted_recommendations(item)
        )

    def _shares(self, row: Assessment, item: Item) -> bool:
        """Whether the shared text is that of the same finding, and is still the one that it was."""
        if "observations_with" not in item or row.observations_with_id is None:
            return "observations_with" not in item and row.observations_with_id is None
        holder = self._finding(item, item["observations_with"])
        if holder in self.corrected:
            return False
        line = self.context.known.corrections.line(holder)
        return row.observations_with_id in {other.pk for other in line}

    def _sources(self, row: Assessment) -> list[str]:
        """The keys cited; a place in a source, which only the site can give, makes another citation of it."""
        keys = self.source_keys
        return [
            f"{keys[citation.source_id]}, {citation.locator}"
            if citation.locator
            else keys[citation.source_id]
            for citation in row.citations.all()
        ]

    def _recommendations(self, row: Assessment) -> list[tuple[int, str, int | None, bool]]:
        return sorted(
            (
                (ask.number, ask.text, ask.addressee_id, ask.is_urgent)
                for ask in row.recommendations.all()
            ),
            key=lambda ask: ask[0],
        )

    def _wanted_recommendations(self, item: Item) -> list[tuple[int, str, int | None, bool]]:
        institutions = self.context.institutions
        return sorted(
            (
                (
                    ask["number"],
                    ask["text"],
                    institutions[ask["addressee"]].pk if "addressee" in ask else None,
                    ask.get("urgent", False),
                )
                for ask in entries(item, "recommendations")
            ),
            key=lambda ask: ask[0],
        )

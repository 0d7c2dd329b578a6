"""What is missing or does not hold in a report, said before a page of it is laid out.

A blocking finding stops the work: the document would print something that is not there. A warning does not: the
document prints what the rows say, and the coordinator knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.markdown import cited_keys
from common.typography import number
from measures.enums import SectionRole
from reports.snapshot import all_measures, printed_strings

if TYPE_CHECKING:
    from collections.abc import Iterator

# Without these an evaluation has a hole that a reader sees.
EXPECTED_SECTIONS = (
    SectionRole.KEY_POINTS,
    SectionRole.INTRODUCTION,
    SectionRole.METHOD,
    SectionRole.ABOUT,
)


@dataclass(frozen=True)
class Finding:
    """The same thing said of some measures, by number, or of the document as a whole."""

    is_blocking: bool
    measures: tuple[str, ...]
    message: str

    @property
    def place(self) -> str:
        if not self.measures:
            return _("Document")
        if len(self.measures) == 1:
            return _("Measure %(number)s") % {"number": self.measures[0]}
        return _("Measures %(numbers)s") % {"numbers": ", ".join(self.measures)}

    def __str__(self) -> str:
        return _("%(place)s: %(message)s") % {"place": self.place, "message": self.message}


def check_snapshot(snapshot: dict[str, Any]) -> list[Finding]:
    """What to say about a report before it is made, blocking findings first, then in the order of the document."""
    findings = [Finding(is_blocking, (), message) for is_blocking, message in _document(snapshot)]
    said: dict[tuple[bool, str], list[str]] = {}
    for measure in all_measures(snapshot):
        for what in (*_dead_references(snapshot, measure), *_measure(measure)):
            said.setdefault(what, []).append(measure["number"])
    findings += [Finding(what[0], tuple(numbers), what[1]) for what, numbers in said.items()]
    return sorted(findings, key=lambda finding: not finding.is_blocking)


# Each thing said: whether it blocks, and the words.
def _document(snapshot: dict[str, Any]) -> Iterator[tuple[bool, str]]:
    if not all_measures(snapshot):
        yield True, _("This plan has no measure yet.")
    yield from _dead_references(
        snapshot, {key: value for key, value in snapshot.items() if key != "priorities"}
    )
    yield from _double_numbers(_numbered(snapshot))
    for table in snapshot["tables"]:
        yield from ((False, message) for message in _wrong_totals(table))
    evaluation = snapshot["evaluation"]
    if evaluation is None:
        yield (
            False,
            _(
                "No evaluation had been adopted by this day: there will be no introduction and no Part II."
            ),
        )
        return
    for role in EXPECTED_SECTIONS:
        if role not in evaluation["sections"]:
            yield False, _("The evaluation has no section “%(section)s”.") % {"section": role.label}
    for section in evaluation["sections"].values():
        if not section["text"].strip():
            yield (
                False,
                _("The section “%(section)s” of the evaluation is empty.")
                % {"section": section["title"]},
            )
    yield from _dead_recommendations(evaluation, _numbered(snapshot))


def _numbered(snapshot: dict[str, Any]) -> dict[int, list[str]]:
    """R-number → the measures that print it."""
    printed: dict[int, list[str]] = {}
    for measure in all_measures(snapshot):
        for row in measure["recommendations"]:
            printed.setdefault(row["number"], []).append(measure["number"])
    return printed


def _double_numbers(printed: dict[int, list[str]]) -> Iterator[tuple[bool, str]]:
    """An R-number is permanent: people quote it, so it names one recommendation only."""
    for wanted, measures in printed.items():
        if len(measures) > 1:
            yield (
                True,
                _("R%(number)s is the number of several recommendations (measures %(measures)s).")
                % {"number": wanted, "measures": ", ".join(measures)},
            )


def _dead_recommendations(
    evaluation: dict[str, Any], printed: dict[int, list[str]]
) -> Iterator[tuple[bool, str]]:
    for theme in evaluation["themes"]:
        for proposal in theme["proposals"]:
            for wanted in proposal["recommendations"]:
                if wanted not in printed:
                    yield (
                        False,
                        _("Part II refers to R%(number)s, which no measure prints.")
                        % {"number": wanted},
                    )


def _dead_references(snapshot: dict[str, Any], part: dict[str, Any]) -> Iterator[tuple[bool, str]]:
    keys = dict.fromkeys(key for text in printed_strings(part) for key in cited_keys(text))
    for key in keys:
        if key not in snapshot["sources"]:
            yield (
                True,
                _("The text cites “%(key)s”, which is not in the library of sources.")
                % {"key": key},
            )


def _measure(measure: dict[str, Any]) -> Iterator[tuple[bool, str]]:
    finding, text = measure["finding"], measure["text"]
    if finding is None and text is None:
        yield False, _("Nothing had been published about this measure by this day.")
    elif finding is None:
        yield False, _("No level had been published for this measure by this day.")
    else:
        if not finding["reason"].strip():
            yield True, _("The level has no reason.")
        if not finding["sources"] and not _calls_a_note(finding, text):
            yield False, _("The level has no source.")
        if finding["contradicts_itself"]:
            yield (
                False,
                _("A level is given although the text says that the information was not enough."),
            )
        if text is None:
            yield False, _("The level has no text: neither the State’s actions nor observations.")
    if text is not None and not (text["state_actions"].strip() or text["observations"].strip()):
        yield False, _("The text is empty.")
    for table in measure["tables"]:
        for message in _wrong_totals(table):
            yield False, message


def _calls_a_note(finding: dict[str, Any], text: dict[str, Any] | None) -> bool:
    texts = [finding["reason"]]
    if text is not None and text["is_finding"]:
        texts += [text["state_actions"], text["observations"]]
    return any(cited_keys(one) or "^[" in one for one in texts)


def _wrong_totals(table: dict[str, Any]) -> Iterator[str]:
    for wrong in table["wrong_totals"]:
        yield _(
            "“%(table)s”, %(label)s, %(period)s: the printed total is %(printed)s, the sum of its parts %(computed)s."
        ) % {
            "table": table["caption"],
            "label": wrong["label"],
            "period": wrong["period"],
            "printed": number(Decimal(wrong["printed"])),
            "computed": number(Decimal(wrong["computed"])),
        }

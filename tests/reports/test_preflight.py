"""What the pre-flight says before a page is laid out, and what it stops."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from measures.services import Ask, Citation
from plan.enums import Meaning
from reports.preflight import check_snapshot
from reports.snapshot import build_snapshot
from tests.factories import (
    FOUND_ON,
    make_assessment,
    make_evaluation,
    make_measure,
    make_plan,
    make_source,
)
from tests.reports.builders import make_proposal, make_section, make_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.models import Plan


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def complete_plan(db: None) -> Plan:
    """A plan of which nothing is missing."""
    plan = make_plan()
    evaluation = make_evaluation(plan)
    for role in ("key_points", "introduction", "method", "about"):
        make_section(evaluation, role, "Texte")
    source = make_source(key="rapport")
    made = make_assessment(
        make_measure(plan, number="1"),
        state_actions="Fait[@rapport].",
        observations="Bien.",
        citations=[Citation(source)],
        recommendations=[Ask(text="Continuer", number=1)],
    )
    make_proposal(evaluation).recommendations.set(made.recommendations.all())
    return plan


def snapshot_of(plan: Plan) -> dict[str, Any]:
    return build_snapshot(plan, on=FOUND_ON, assessor=plan.lead_assessor)


def said(snapshot: dict[str, Any]) -> list[str]:
    return [str(finding) for finding in check_snapshot(snapshot)]


def test_nothing_is_said_of_a_complete_plan(complete_plan: Plan) -> None:
    assert said(snapshot_of(complete_plan)) == []


def test_a_measure_without_assessment_is_said(complete_plan: Plan) -> None:
    make_measure(complete_plan, number="2")
    make_measure(complete_plan, number="3")
    assert said(snapshot_of(complete_plan)) == [
        "Measures 2, 3: Nothing had been published about this measure by this day."
    ]


def test_a_level_without_source_or_text_is_said(complete_plan: Plan) -> None:
    make_assessment(make_measure(complete_plan, number="2"))
    assert said(snapshot_of(complete_plan)) == [
        "Measure 2: The level has no source.",
        "Measure 2: The level has no text: neither the State’s actions nor observations.",
    ]


def test_a_note_in_the_text_is_a_source(complete_plan: Plan) -> None:
    make_assessment(make_measure(complete_plan, number="2"), observations="Vu^[Sur place.].")
    assert said(snapshot_of(complete_plan)) == []


def test_a_level_over_lacking_information_is_said(complete_plan: Plan) -> None:
    make_assessment(
        make_measure(complete_plan, number="2"),
        Meaning.NONE,
        lacks_information=True,
        observations="Rien ne permet d’en juger^[Faute de réponse.].",
    )
    (only,) = said(snapshot_of(complete_plan))
    assert only.startswith("Measure 2: A level is given although")


def test_a_wrong_total_is_said_with_both_figures(complete_plan: Plan) -> None:
    measure = complete_plan.measures.get()
    make_table(
        complete_plan, {"A": ["199", "1", "1"], "T": ["194", "1", "1"]}, totals={"T": ["A"]},
        measure=measure, caption="Titres",
    )  # fmt: skip
    (only,) = check_snapshot(snapshot_of(complete_plan))
    assert not only.is_blocking
    assert only.measures == ("1",)
    assert "“Titres”, T, 2014: the printed total is 194, the sum of its parts 199." in only.message


def test_an_unknown_citation_blocks(complete_plan: Plan) -> None:
    snapshot = snapshot_of(complete_plan)
    del snapshot["sources"]["rapport"]
    first, *_others = check_snapshot(snapshot)
    assert first.is_blocking
    assert "“rapport”, which is not in the library" in first.message


def test_an_unknown_citation_of_the_introduction_blocks(complete_plan: Plan) -> None:
    snapshot = snapshot_of(complete_plan)
    snapshot["evaluation"]["sections"]["introduction"]["text"] = "Voir[@nulle-part]."
    (only,) = check_snapshot(snapshot)
    assert (only.is_blocking, only.place) == (True, "Document")


def test_empty_and_missing_sections_are_said(complete_plan: Plan) -> None:
    snapshot = snapshot_of(complete_plan)
    snapshot["evaluation"]["sections"]["method"]["text"] = " "
    del snapshot["evaluation"]["sections"]["about"]
    assert said(snapshot) == [
        "Document: The evaluation has no section “About the institution”.",
        "Document: The section “Section method” of the evaluation is empty.",
    ]


def test_a_dead_reference_of_part_two_is_said(complete_plan: Plan) -> None:
    snapshot = snapshot_of(complete_plan)
    snapshot["evaluation"]["themes"][0]["proposals"][0]["recommendations"] = [1, 99]
    assert said(snapshot) == ["Document: Part II refers to R99, which no measure prints."]


def test_one_number_for_two_recommendations_blocks(complete_plan: Plan) -> None:
    snapshot = snapshot_of(complete_plan)
    measures = snapshot["priorities"][0]["measures"]
    measures.append({**copy.deepcopy(measures[0]), "number": "2"})
    first, *_others = check_snapshot(snapshot)
    assert first.is_blocking
    assert "R1 is the number of several recommendations (measures 1, 2)" in first.message


def test_a_plan_without_measures_blocks(db: None) -> None:
    first, *_others = check_snapshot(snapshot_of(make_plan()))
    assert first.is_blocking


def test_what_is_known_of_the_2017_evaluation_is_found(
    real_snapshots: dict[str, dict[str, Any]],
) -> None:
    findings = check_snapshot(real_snapshots["adopted"])
    assert not [finding for finding in findings if finding.is_blocking]
    assert any(finding.measures == ("5",) and "194" in finding.message for finding in findings)
    assert any(
        "information was not enough" in one.message and "14" in one.measures for one in findings
    )

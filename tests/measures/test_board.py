"""What the board and a measure's page read: levels, texts and timelines as they stood on a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from measures.board import read_board
from measures.dossier import read_dossier
from measures.models import Assessment, FigureTable
from measures.services import Ask, Citation
from plan.enums import Meaning
from plan.models import Plan
from tests import factories

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from measures.board import Board

pytestmark = pytest.mark.django_db

BEFORE, DAY, LATER = dt.date(2017, 5, 31), factories.FOUND_ON, dt.date(2018, 3, 1)


def meanings(board: Board) -> dict[str, str]:
    return {
        tile.measure.number: tile.view.meaning for group in board.groups for tile in group.tiles
    }


def fresh(plan: Plan) -> Plan:
    return Plan.objects.for_page().get(pk=plan.pk)


def test_the_board_shows_the_level_in_force_and_not_drafts(plan_with_measures: Plan) -> None:
    board = read_board(plan_with_measures, on=LATER, assessor=plan_with_measures.lead_assessor)
    assert meanings(board) == {
        "1": Meaning.FULL,
        "2": Meaning.PARTIAL,
        "3": Meaning.UNKNOWN,
        "4 bis": Meaning.UNKNOWN,
    }


def test_before_any_finding_nothing_is_assessed(plan_with_measures: Plan) -> None:
    board = read_board(plan_with_measures, on=BEFORE, assessor=plan_with_measures.lead_assessor)
    assert set(meanings(board).values()) == {Meaning.UNKNOWN}
    assert [(count.level, count.number) for count in board.counts][-1] == (None, 4)


def test_counts_name_every_level_even_those_without_a_measure(plan_with_measures: Plan) -> None:
    board = read_board(plan_with_measures, on=LATER, assessor=plan_with_measures.lead_assessor)
    assert [(count.meaning, count.number) for count in board.counts] == [
        (Meaning.FULL, 1),
        (Meaning.PARTIAL, 1),
        (Meaning.NONE, 0),
        (Meaning.UNKNOWN, 0),
        (Meaning.UNKNOWN, 2),
    ]


def test_the_bar_of_a_priority_is_as_long_as_its_measures(plan_with_measures: Plan) -> None:
    board = read_board(plan_with_measures, on=LATER, assessor=plan_with_measures.lead_assessor)
    for group in board.groups:
        assert sum(part.width for part in group.bar) == 280
        assert sum(part.count.number for part in group.bar) == len(group.tiles)


def test_other_assessors_stand_beside_and_are_not_mixed_in() -> None:
    plan = factories.make_plan()
    other = factories.make_institution()
    plan.assessors.add(other)
    measure = factories.make_measure(plan)
    factories.make_assessment(measure, Meaning.FULL)
    factories.make_assessment(measure, Meaning.NONE, assessor=other)
    board = read_board(plan, on=LATER, assessor=plan.lead_assessor)
    tile = board.groups[0].tiles[0]
    assert tile.view.meaning == Meaning.FULL
    assert [view.meaning for view in tile.others] == [Meaning.NONE]


def test_measures_stand_in_their_natural_order() -> None:
    plan = factories.make_plan()
    for number in ("10", "4", "1.1.2", "4 bis", "1.1.1alter", "1.1.1", "4 quater", "4 ter"):
        factories.make_measure(plan, number=number)
    board = read_board(plan, on=LATER, assessor=plan.lead_assessor)
    numbers = [tile.measure.number for tile in board.groups[0].tiles]
    assert numbers == ["1.1.1", "1.1.1alter", "1.1.2", "4", "4 bis", "4 ter", "4 quater", "10"]


@pytest.mark.parametrize("measures", [1, 20])
def test_the_board_reads_as_much_for_twenty_measures_as_for_one(
    measures: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = factories.make_plan()
    for _number in range(measures):
        factories.make_assessment(factories.make_measure(plan))
    plan = fresh(plan)
    with django_assert_num_queries(6):
        board = read_board(plan, on=LATER, assessor=plan.lead_assessor)
        [tile.leads for group in board.groups for tile in group.tiles]


def test_a_later_level_does_not_hide_the_long_text() -> None:
    measure = factories.make_measure()
    long_text = factories.make_assessment(
        measure, Meaning.NONE, state_actions="Rien.", observations="Tout reste à faire."
    )
    change = factories.make_assessment(
        measure, Meaning.PARTIAL, assessed_on=LATER, reason="Un outil est paru."
    )
    dossier = read_dossier(measure, on=LATER, assessor=measure.plan.lead_assessor)
    assert (dossier.view.finding, dossier.narrative) == (change, long_text)
    assert dossier.is_text_older
    assert "Tout reste à faire." in dossier.observations


def test_a_comment_without_a_level_does_not_hide_the_level() -> None:
    measure = factories.make_measure()
    finding = factories.make_assessment(measure, Meaning.NONE)
    factories.make_assessment(measure, None, assessed_on=LATER, observations="Toujours rien.")
    dossier = read_dossier(measure, on=LATER, assessor=measure.plan.lead_assessor)
    assert dossier.view.finding == finding
    assert len(dossier.timeline) == 2


def test_a_corrected_assessment_leaves_the_timeline() -> None:
    measure = factories.make_measure()
    wrong = factories.make_assessment(measure, Meaning.FULL)
    right = factories.make_assessment(measure, Meaning.NONE, supersedes=wrong)
    dossier = read_dossier(measure, on=LATER, assessor=measure.plan.lead_assessor)
    assert list(dossier.timeline) == [right]


def test_a_correction_made_later_is_not_known_before() -> None:
    measure = factories.make_measure()
    wrong = factories.make_assessment(measure, Meaning.FULL)
    factories.make_assessment(measure, Meaning.NONE, supersedes=wrong, assessed_on=LATER)
    assert list(Assessment.objects.in_force(DAY)) == [wrong]


def test_notes_are_numbered_through_the_page_and_repeat_in_short() -> None:
    source = factories.make_source(key="loi", citation="Loi n° 2016-444", short="Loi de 2016")
    measure = factories.make_measure()
    factories.make_assessment(
        measure, state_actions="Voté [@loi, art. 8].", observations="Peu [@loi] et ^[Une note]."
    )
    dossier = read_dossier(measure, on=LATER, assessor=measure.plan.lead_assessor)
    assert [(note.number, note.html) for note in dossier.notes] == [
        (1, "Loi n°&nbsp;2016-444, art.&nbsp;8."),
        (2, "Loi de 2016."),
        (3, "Une note."),
    ]
    assert source.key == "loi"


def test_the_page_of_a_measure_reads_as_much_for_twenty_assessments_as_for_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    counts = []
    for rows in (1, 20):
        measure = factories.make_measure()
        for _row in range(rows):
            factories.make_assessment(
                measure,
                observations="Voir ^[note].",
                citations=[Citation(factories.make_source())],
                recommendations=[Ask("Former.", measure.plan.lead_assessor)],
            )
        FigureTable.objects.create(
            plan=measure.plan,
            measure=measure,
            assessor=measure.plan.lead_assessor,
            key="t",
            caption="T",
            unit="u",
            published_on=DAY,
            source_text="s",
        )
        measure.refresh_from_db()
        with django_assert_num_queries(11) as queries:
            read_dossier(measure, on=LATER, assessor=measure.plan.lead_assessor)
        counts.append(len(queries))
    assert counts[0] == counts[1]

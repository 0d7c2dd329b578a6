"""Figures, days, assessments and plans that make no sense, alone or beside the others, are refused on the line at fault."""

from __future__ import annotations

import pytest

from measures.importer import Place
from plan.models import Plan
from tests import factories
from tests.measures.load_plan.builders import (
    FINDINGS,
    LIBRARY,
    MEASURES,
    PLAN,
    Files,
    Mistake,
    assert_is_told_in_place,
)

pytestmark = pytest.mark.django_db

MISTAKES = {
    # Figures
    "figure that is no number": Mistake(
        FINDINGS,
        "[5, 2.5, null]",
        "[5, environ 2, null]",
        "figures[0].series[0].values[1]",
        "environ 2",
    ),
    "figure not available but written otherwise": Mistake(
        FINDINGS, "[5, 2.5, null]", "[5, 2.5, nd]", "figures[0].series[0].values[2]", "nd"
    ),
    "figure with too many decimals": Mistake(
        FINDINGS,
        "[5, 2.5, null]",
        "[5, 2.00005, null]",
        "figures[0].series[0].values[1]",
        "2.00005",
    ),
    "fewer values than periods": Mistake(
        FINDINGS, "[5, 2.5, null]", "[5, 2.5]", "figures[0].series[0].values", "3"
    ),
    "total of an unknown series": Mistake(
        FINDINGS,
        "total_of: [premiers,",
        "total_of: [premier,",
        "figures[0].series[2].total_of[0]",
        "“premiers”",
    ),
    "total of itself": Mistake(
        FINDINGS,
        "total_of: [premiers,",
        "total_of: [total,",
        "figures[0].series[2].total_of",
        "total",
    ),
    "provisional in another period": Mistake(
        FINDINGS,
        'provisional: ["2016"]',
        'provisional: ["2017"]',
        "figures[0].series[1].provisional[0]",
        "2017",
    ),
    # Days
    "ends before it begins": Mistake(
        LIBRARY,
        "until: 2014-04-09",
        "until: 2012-04-09",
        "institutions[3].attachments[0].until",
        "2012",
    ),
    "plan ends before it begins": Mistake(
        PLAN, "ends_on: 2016-12-31", "ends_on: 2013-12-31", "plan.ends_on", "2013"
    ),
    "found before the plan was known": Mistake(
        FINDINGS,
        "assessed_on: 2014-01-31",
        "assessed_on: 2014-01-26",
        "assessments[4].assessed_on",
        "2014",
    ),
    "evaluated before the plan was known": Mistake(
        FINDINGS,
        "adopted_on: 2016-07-06",
        "adopted_on: 2014-01-26",
        "evaluations[0].adopted_on",
        "2014",
    ),
    "found in the future": Mistake(
        FINDINGS,
        "assessed_on: 2014-01-31",
        "assessed_on: 2114-01-31",
        "assessments[4].assessed_on",
        "2114",
    ),
    "evaluated in the future": Mistake(
        FINDINGS,
        "adopted_on: 2016-07-06",
        "adopted_on: 2116-07-06",
        "evaluations[0].adopted_on",
        "2116",
    ),
    "printed in the future": Mistake(
        FINDINGS,
        "published_on: 2016-07-06",
        "published_on: 2116-07-06",
        "figures[0].published_on",
        "2116",
    ),
    "written in the future": Mistake(
        LIBRARY, "dated_on: 2016-03-10", "dated_on: 2116-03-10", "sources[1].dated_on", "2116"
    ),
    # Assessments
    "nothing found": Mistake(
        FINDINGS,
        '  - measure: "2"\n    assessor: autorite\n    evaluation: autorite-2016\n    assessed_on: 2016-07-06\n'
        "    level: en-partie\n",
        '  - measure: "2"\n    assessor: autorite\n    evaluation: autorite-2016\n    assessed_on: 2016-07-06\n',
        "assessments[1]",
        "lacks_information",
    ),
    "shares with a measure that is not assessed": Mistake(
        FINDINGS,
        'observations_with: "11 bis"',
        'observations_with: "5"',
        "assessments[2].observations_with",
        "5",
    ),
    "shares with itself": Mistake(
        FINDINGS,
        'observations_with: "11 bis"',
        'observations_with: "11"',
        "assessments[2].observations_with",
    ),
    "shares a text that is not there": Mistake(
        FINDINGS,
        'observations_with: "11 bis"',
        'observations_with: "2"',
        "assessments[2].observations_with",
        f"{FINDINGS}:",
    ),
    # Plans
    "predecessor not loaded": Mistake(
        PLAN,
        "  summary:",
        "  predecessor: autre-plan\n  summary:",
        "plan.predecessor",
        "autre-plan",
    ),
    "plan that follows itself": Mistake(
        PLAN, "  summary:", "  predecessor: petit-plan\n  summary:", "plan.predecessor"
    ),
    "measure that follows one of this plan": Mistake(
        MEASURES,
        "    leads: [mission]",
        '    follows:\n      - ¶{plan: petit-plan, number: "2", kind: split}',
        "measures[0].follows[0].plan",
        "petit-plan",
    ),
    "measure that follows one of no plan": Mistake(
        MEASURES,
        "    leads: [mission]",
        '    follows:\n      - ¶{plan: nul-plan, number: "2", kind: split}',
        "measures[0].follows[0].plan",
        "nul-plan",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_told_where_it_stands(files: Files, mistake: Mistake) -> None:
    assert_is_told_in_place(files, mistake)


def test_every_mistake_is_told_at_once_in_the_order_of_the_files(files: Files) -> None:
    """Whatever its kind: of form, between files, within an entry."""
    files.edit(PLAN, "meaning: full", "meaning: total")
    files.edit(LIBRARY, "- to: ministere", "- to: mission")
    files.edit(MEASURES, "summary:", "sumary:")
    files.edit(MEASURES, "leads: [ministere]", "leads: [ministre]")
    files.edit(FINDINGS, "level: en-partie", "level: presque")
    files.edit(FINDINGS, "[5, 2.5, null]", "[5, 2.5]")

    assert [(place[0], place[2]) for place in files.places()] == [
        (PLAN, "scale.levels[2].meaning"),
        (LIBRARY, "institutions[3].attachments[0].to"),
        (MEASURES, "measures[0].sumary"),
        (MEASURES, "measures[1].leads[0]"),
        (FINDINGS, "assessments[1].level"),
        (FINDINGS, "figures[0].series[0].values"),
    ]


def test_totals_that_go_round_are_refused(files: Files) -> None:
    files.edit(
        FINDINGS, "values: [5, 2.5, null]", "values: [5, 2.5, null]\n        total_of: [total]"
    )

    assert [place[2] for place in files.places()] == [
        "figures[0].series[0].total_of",
        "figures[0].series[2].total_of",
    ]


def test_plans_that_would_follow_each_other_in_a_circle_are_refused(files: Files) -> None:
    files.load()
    middle = factories.make_plan(slug="plan-b", predecessor=Plan.objects.get(slug="petit-plan"))
    factories.make_plan(slug="plan-c", predecessor=middle)
    line = files.edit(PLAN, "  summary:", "  predecessor: plan-c\n  summary:")

    [problem] = files.problems()
    assert problem.place == Place(PLAN, line, "plan.predecessor")
    assert "petit-plan → plan-c → plan-b → petit-plan" in problem.message


def test_shared_text_is_not_itself_shared_from_elsewhere(files: Files) -> None:
    """Otherwise two could each refer to the other."""
    files.edit(
        FINDINGS,
        'observations_with: "11 bis"',
        'observations_with: "11 bis"\n    observations: Et encore.',
    )
    line = files.edit(
        FINDINGS,
        "    reason: Des formations ont eu lieu.\n",
        '    reason: Des formations ont eu lieu.\n    ¶observations_with: "11"\n',
    )

    assert files.places() == [(FINDINGS, line, "assessments[1].observations_with")]


def test_measure_of_the_site_that_the_files_no_longer_have_is_refused(files: Files) -> None:
    files.load()
    factories.make_measure(Plan.objects.get(), number="12 bis")

    [problem] = files.problems()
    assert problem.place == Place(MEASURES, 1, "measures")
    assert "12 bis" in problem.message


def test_level_that_assessments_carry_cannot_be_taken_away(files: Files) -> None:
    files.load()
    files.edit(PLAN, "key: en-partie", "key: partiel")
    files.edit(FINDINGS, "level: en-partie", "level: partiel")

    [problem] = files.problems()
    assert problem.place == Place(PLAN, files.line(PLAN, "levels:"), "scale.levels")
    assert "en-partie" in problem.message

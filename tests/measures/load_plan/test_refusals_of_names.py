"""What is named twice, or names something that is not there, is refused on the line at fault."""

from __future__ import annotations

import datetime as dt

import pytest

from measures.importer import Place
from measures.services import Ask
from plan.enums import Meaning
from tests import factories
from tests.measures.load_plan.builders import (
    FINDINGS,
    FOUND_ON,
    LIBRARY,
    MEASURES,
    PLAN,
    Files,
    Mistake,
    assert_is_told_in_place,
    assessment,
)

pytestmark = pytest.mark.django_db

MISTAKES = {
    # Doubles
    "leads and takes part": Mistake(
        MEASURES,
        "partners: [ministere]",
        "partners: [mission]",
        "measures[0].partners[0]",
        "mission",
    ),
    "doubled measure": Mistake(
        MEASURES,
        '  - number: "11 bis"',
        '  - number: "11"\n    priority: "I"\n    title: A\n    short_title: A\n  - number: "11 bis"',
        "measures[3].number",
        f"{MEASURES}:14",
    ),
    "doubled institution": Mistake(
        LIBRARY,
        "  - key: ministere",
        "  - key: collectif\n    name: Autre\n    kind: local\n  - key: ministere",
        "institutions[2].key",
        f"{LIBRARY}:5",
    ),
    "doubled source": Mistake(
        LIBRARY,
        "  - key: rapport-2016",
        "  - key: loi-2013\n    kind: law\n    citation: Loi\n    short: Loi\n  - key: rapport-2016",
        "sources[1].key",
        "loi-2013",
    ),
    "doubled priority": Mistake(
        PLAN,
        "    title: Poursuivre\n",
        '    title: Poursuivre\n  - ¶number: "II"\n    title: Encore\n',
        "priorities[2].number",
        "II",
    ),
    "doubled level": Mistake(
        PLAN,
        "    - key: oui",
        "    - key: non\n      label: Non\n      short_label: Non\n      meaning: none\n    - key: oui",
        "scale.levels[2].key",
        "non",
    ),
    "doubled version": Mistake(
        PLAN,
        "    status: draft\n",
        "    status: draft\n  - ¶label: Projet\n    dated_on: 2014-01-27\n    status: draft\n",
        "versions[1].label",
        "Projet",
    ),
    "doubled milestone": Mistake(
        PLAN,
        "    on: 2014-05-14\n",
        "    on: 2014-05-14\n  - ¶label: Adoption\n    on: 2014-05-14\n",
        "milestones[1].label",
        "Adoption",
    ),
    "doubled recommendation": Mistake(
        FINDINGS, "- number: 3\n", "- number: 2\n", "assessments[1].recommendations[0].number", "R2"
    ),
    "doubled assessment": Mistake(
        FINDINGS,
        '  - measure: "2"\n    assessor: autorite\n',
        '  - measure: "1"\n    assessor: autorite\n',
        "assessments[1].measure",
        "autorite",
    ),
    "doubled series": Mistake(
        FINDINGS,
        "      - key: total",
        "      - key: premiers\n        label: A\n        values: [1, 2, 3]\n      - key: total",
        "figures[0].series[2].key",
        "premiers",
    ),
    "doubled table": Mistake(
        FINDINGS,
        "boxes:\n",
        "  - ¶key: titres\n    caption: A\n    assessor: autorite\n    published_on: 2016-07-06\n    unit: A\n"
        "    source_text: A\n    periods: [A]\n    series: [{key: a, label: A, values: [1]}]\nboxes:\n",
        "figures[1].key",
        "titres",
    ),
    "doubled section": Mistake(
        FINDINGS,
        "role: method",
        "role: introduction",
        "evaluations[0].sections[1].role",
        "introduction",
    ),
    "doubled theme": Mistake(
        FINDINGS,
        "assessments:\n",
        '      - ¶number: "1"\n        title: Autre\nassessments:\n',
        "evaluations[0].themes[1].number",
        FINDINGS,
    ),
    "two evaluations of one day": Mistake(
        FINDINGS,
        "assessments:\n",
        "  - key: autre\n    assessor: autorite\n    title: A\n    kind: A\n    ¶adopted_on: 2016-07-06\n    body: A\n"
        "assessments:\n",
        "evaluations[1].adopted_on",
        "2016-07-06, autorite",
    ),
    "two adopted versions": Mistake(
        PLAN,
        "    status: draft\n  - label: Texte adopté\n    dated_on: 2014-05-14\n    status: adopted",
        "    status: adopted\n  - label: Texte adopté\n    dated_on: 2014-05-14\n    ¶status: adopted",
        "versions[1].status",
        PLAN,
    ),
    # Names
    "unknown priority": Mistake(
        MEASURES, 'priority: "I"', 'priority: "IV"', "measures[0].priority", "IV"
    ),
    "unknown lead": Mistake(
        MEASURES, "leads: [ministere]", "leads: [ministre]", "measures[1].leads[0]", "“ministere”"
    ),
    "unknown lead assessor": Mistake(
        PLAN, "lead_assessor: autorite", "lead_assessor: personne", "plan.lead_assessor", "personne"
    ),
    "unknown other assessor": Mistake(
        PLAN,
        "lead_assessor: autorite",
        "lead_assessor: autorite\n  ¶assessors: [personne]",
        "plan.assessors[0]",
        "personne",
    ),
    "unknown assessor": Mistake(
        FINDINGS,
        "    assessor: collectif",
        "    assessor: collectifs",
        "assessments[4].assessor",
        "“collectif”",
    ),
    "unknown addressee": Mistake(
        FINDINGS,
        "addressee: mission",
        "addressee: missions",
        "assessments[0].recommendations[0].addressee",
        "“mission”",
    ),
    "unknown attachment": Mistake(
        LIBRARY, "- to: ministere", "- to: sultan", "institutions[3].attachments[0].to", "sultan"
    ),
    "attached to itself": Mistake(
        LIBRARY, "- to: ministere", "- to: mission", "institutions[3].attachments[0].to", "mission"
    ),
    "measure missing for an assessment": Mistake(
        FINDINGS, '  - measure: "2"', '  - measure: "22"', "assessments[1].measure", "22"
    ),
    "measure missing for a table": Mistake(
        FINDINGS,
        '    measure: "2"\n    placement',
        '    measure: "22"\n    placement',
        "figures[0].measure",
        "22",
    ),
    "measure missing for a box": Mistake(
        FINDINGS,
        'ailleurs[@rapport-2016].\n    measure: "1"',
        'ailleurs[@rapport-2016].\n    ¶measure: "22"',
        "boxes[0].measure",
        "22",
    ),
    "measure missing for a theme": Mistake(
        FINDINGS,
        'measures: ["1", "2"]',
        'measures: ["1", "22"]',
        "evaluations[0].themes[0].proposals[0].measures[1]",
        "22",
    ),
    "recommendation missing for a theme": Mistake(
        FINDINGS,
        "recommendations: [1, 2]",
        "recommendations: [1, 22]",
        "evaluations[0].themes[0].proposals[0].recommendations[1]",
        "R22",
    ),
    "level outside the scale": Mistake(
        FINDINGS, "level: en-partie", "level: presque", "assessments[1].level", "presque"
    ),
    "unknown evaluation": Mistake(
        FINDINGS,
        "    evaluation: autorite-2016\n",
        "    evaluation: autorite-2017\n",
        "assessments[0].evaluation",
        "“autorite-2016”",
    ),
    "evaluation of another assessor": Mistake(
        FINDINGS,
        "    assessor: collectif\n",
        "    assessor: collectif\n    ¶evaluation: autorite-2016\n",
        "assessments[4].evaluation",
        "autorite",
    ),
    "unknown source of an assessment": Mistake(
        FINDINGS,
        "sources: [loi-2013]",
        "sources: [loi-2031]",
        "assessments[0].sources[0]",
        "“loi-2013”",
    ),
    "unknown source of a table": Mistake(
        FINDINGS,
        "    source: rapport-2016\n",
        "    source: compte\n",
        "figures[0].source",
        "compte",
    ),
    # Texts
    "unknown source within a text": Mistake(
        FINDINGS,
        "commente[@rapport-2016, p. 12]",
        "commente[@rapport-2061, p. 12]",
        "assessments[0].state_actions",
        "“rapport-2016”",
    ),
    "unknown source within a folded text": Mistake(
        FINDINGS,
        "le rapport[@rapport-2016] le dit",
        "le rapport[@rapport-201] le dit",
        "assessments[0].observations",
        "rapport-201",
    ),
    "unknown source after one that begins like it": Mistake(
        FINDINGS,
        "commente[@rapport-2016, p. 12].",
        "commente[@rapport-2016, p. 12]\n      ¶et encore[@rapport-201].",
        "assessments[0].state_actions",
        "rapport-201",
    ),
    "unknown source within a section": Mistake(
        FINDINGS,
        "text: Des auditions.",
        "text: Des auditions[@agenda].",
        "evaluations[0].sections[1].text",
        "agenda",
    ),
    "unknown source within a proposal": Mistake(
        FINDINGS,
        "text: Recruter et former.",
        "text: Recruter[@agenda].",
        "evaluations[0].themes[0].proposals[0].text",
        "agenda",
    ),
    "note call that is none": Mistake(
        FINDINGS,
        "la loi[@loi-2013, art. 8]",
        "la loi[@Loi 2013]",
        "assessments[0].state_actions",
        "[@Loi",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_told_where_it_stands(files: Files, mistake: Mistake) -> None:
    assert_is_told_in_place(files, mistake)


@pytest.mark.parametrize("name", ["plan", "scale"])
def test_plan_and_scale_are_given_exactly_once(files: Files, name: str) -> None:
    other = files.directory / "05-encore.yaml"
    text = (files.directory / PLAN).read_text(encoding="utf-8")
    section = text[text.index(f"{name}:\n") :].partition("\n\n")[0]
    other.write_text(f"# Encore\n{section}\n", encoding="utf-8")
    assert files.places() == [(other.name, 2, name)]

    other.unlink()
    files.edit(PLAN, section, "")
    problems = files.problems()
    assert Place(PLAN, 1, name) in [problem.place for problem in problems]


def test_measure_that_an_earlier_plan_does_not_have_is_refused(files: Files) -> None:
    factories.make_measure(factories.make_plan(slug="ancien-plan"), number="3")
    line = files.edit(
        MEASURES,
        "    leads:",
        '    follows:\n      - ¶{plan: ancien-plan, number: "33", kind: split}\n    leads:',
    )

    assert files.places() == [(MEASURES, line, "measures[0].follows[0].number")]


def test_measure_follows_another_once(files: Files) -> None:
    factories.make_measure(factories.make_plan(slug="ancien-plan"), number="3")
    line = files.edit(
        MEASURES,
        "    leads:",
        '    follows:\n      - {plan: ancien-plan, number: "3", kind: split}\n'
        '      - ¶{plan: ancien-plan, number: "3", kind: merged}\n    leads:',
    )

    assert files.places() == [(MEASURES, line, "measures[0].follows[1].number")]


def test_recommendation_number_taken_on_the_site_is_refused(files: Files) -> None:
    files.load()
    old = assessment("2")
    factories.make_assessment(
        old.measure,
        Meaning.FULL,
        assessed_on=dt.date(2016, 9, 1),
        recommendations=[Ask("Encore.", number=9)],
    )
    line = files.edit(FINDINGS, "- number: 3\n", "- number: 9\n")

    [problem] = files.problems()
    assert problem.place == Place(FINDINGS, line, "assessments[1].recommendations[0].number")
    assert "R9" in problem.message


def test_draft_of_a_correction_may_keep_the_numbers_of_what_it_corrects(files: Files) -> None:
    files.load()
    old = assessment("2")
    factories.make_draft(
        old.measure,
        assessed_on=FOUND_ON,
        supersedes=old,
        recommendations=[Ask("Continuer encore.", number=3)],
    )

    assert not files.load().has_changes


def test_key_of_an_evaluation_of_another_plan_is_refused(files: Files) -> None:
    factories.make_evaluation(factories.make_plan(slug="ancien-plan"), key="autorite-2016")

    [problem] = files.problems()
    assert problem.place == Place(FINDINGS, 2, "evaluations[0].key")
    assert "ancien-plan" in problem.message


def test_institutions_and_sources_of_the_site_may_be_named(files: Files) -> None:
    factories.make_institution(key="prefecture")
    factories.make_source(key="note-2015")
    files.edit(MEASURES, "partners: [ministere]", "partners: [prefecture]")
    files.edit(FINDINGS, "sources: [loi-2013]", "sources: [note-2015]")
    files.edit(FINDINGS, "text: Des auditions.", "text: Des auditions[@note-2015].")
    files.load()

    assert assessment("1").sources.get().key == "note-2015"

"""What the files hold is what the site shows, whichever plan they describe."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from measures.enums import FigureState, SuccessionKind
from measures.importer import load_plan
from measures.models import (
    Assessment,
    Box,
    Evaluation,
    Figure,
    FigureTable,
    Measure,
    MeasureSuccession,
    Recommendation,
    Series,
    Source,
    ThematicRecommendation,
)
from plan.enums import Meaning
from plan.models import (
    Institution,
    InstitutionAttachment,
    Level,
    Milestone,
    Plan,
    PlanVersion,
    Priority,
    Scale,
)
from tests import factories
from tests.measures.load_plan.builders import (
    FINDINGS,
    MEASURES,
    PLAN,
    Files,
    assessment,
    everything,
)
from tests.plans import LEVELS, numbers, write_large_plan

pytestmark = pytest.mark.django_db

REAL_PLAN = Path(settings.BASE_DIR) / "data" / "traite-2014-2016"


# --- What the files hold is what the site shows -------------------------------------------------------------------------
def test_every_row_of_the_small_plan_is_there(files: Files) -> None:
    report = files.load()

    assert {kind: count.added for kind, count in report.counts.items() if count.added} == {
        Institution: 4,
        Source: 2,
        Scale: 1,
        Level: 3,
        Plan: 1,
        PlanVersion: 2,
        Milestone: 1,
        Priority: 2,
        Measure: 4,
        Evaluation: 1,
        Assessment: 5,
        FigureTable: 1,
        Box: 1,
    }
    assert {model: model._default_manager.count() for model in report.counts} == {
        kind: count.added for kind, count in report.counts.items()
    }


def test_plan_has_its_scale_and_every_assessor(files: Files) -> None:
    files.load()

    plan = Plan.objects.get()
    assert plan.known_since() == dt.date(2014, 1, 27)
    assert [(level.key, level.meaning) for level in plan.scale.levels.all()] == [
        ("non", Meaning.NONE),
        ("en-partie", Meaning.PARTIAL),
        ("oui", Meaning.FULL),
    ]
    # The second is nowhere declared: it assesses.
    assert {row.key for row in plan.assessors.all()} == {"autorite", "collectif"}


def test_institution_has_its_attachments_in_order(files: Files) -> None:
    files.load()

    attachments = InstitutionAttachment.objects.filter(institution__key="mission")
    assert [(row.attached_to.key, row.since, row.until) for row in attachments] == [
        ("ministere", dt.date(2013, 1, 3), dt.date(2014, 4, 9)),
        ("autorite", dt.date(2014, 4, 9), None),
    ]


def test_assessment_is_published_with_its_texts_sources_and_recommendations(files: Files) -> None:
    files.load()

    found = assessment("1")
    assert found.level is not None
    assert found.level.key == "non"
    assert found.evaluation is not None
    assert found.published_by is found.created_by is None
    # Texts end the same, however YAML folds them.
    assert found.state_actions.startswith("Une circulaire a paru.\n\nElle renvoie")
    assert found.state_actions.endswith("p. 12].")
    assert found.observations == "Le recrutement manque ; le rapport[@rapport-2016] le dit."
    assert [citation.source.key for citation in found.citations.all()] == ["loi-2013"]
    assert [
        (ask.number, ask.text, ask.addressee.key if ask.addressee else None)
        for ask in found.recommendations.all()
    ] == [(1, "Recruter.", "mission"), (2, "Former.", None)]


def test_shared_observations_point_to_the_assessment_that_holds_them(files: Files) -> None:
    files.load()

    assert assessment("11").observations_with == assessment("11 bis")


def test_missing_information_is_kept_beside_the_level(files: Files) -> None:
    files.edit(
        FINDINGS, "    lacks_information: true", "    level: non\n    lacks_information: true"
    )
    files.load()

    found = assessment("11 bis")
    assert found.lacks_information
    assert found.level is not None
    assert found.level.meaning == Meaning.NONE


def test_themes_gather_numbered_recommendations(files: Files) -> None:
    files.load()

    proposal = ThematicRecommendation.objects.get()
    assert {row.number for row in proposal.measures.all()} == {"1", "2"}
    # R1 of another assessor is not meant.
    assert {row.text for row in proposal.recommendations.all()} == {"Recruter.", "Former."}


def test_figures_are_kept_as_printed(files: Files) -> None:
    files.load()

    table = FigureTable.objects.get()
    assert [
        [(cell.state, cell.value) for cell in series.figures.all()] for series in table.series.all()
    ] == [
        [
            (FigureState.NUMBER, Decimal(5)),
            (FigureState.NUMBER, Decimal("2.5")),
            (FigureState.EMPTY, None),
        ],
        [
            (FigureState.NUMBER, Decimal(13)),
            (FigureState.NOT_AVAILABLE, None),
            (FigureState.NUMBER, Decimal(11)),
        ],
        [
            (FigureState.NUMBER, Decimal(18)),
            (FigureState.NUMBER, Decimal("2.5")),
            (FigureState.NUMBER, Decimal(11)),
        ],
    ]
    assert {part.key for part in Series.objects.get(key="total").parts.all()} == {
        "premiers",
        "renouvellements",
    }
    assert [cell.period for cell in Figure.objects.filter(is_provisional=True)] == ["2016"]


def test_a_reference_to_a_single_value_is_read(files: Files) -> None:
    files.edit(PLAN, "adopted_on: 2014-05-14", "adopted_on: &jour 2014-05-14")
    files.edit(PLAN, "starts_on: 2014-05-14", "starts_on: *jour")
    files.load()

    assert Plan.objects.get().starts_on == dt.date(2014, 5, 14)


def test_words_that_yaml_takes_for_truth_are_texts(files: Files) -> None:
    files.edit(MEASURES, "title: Former", "title: No")
    files.load()

    assert Measure.objects.get(number="2").title == "No"
    # “on” is the name of a field, which YAML 1.1 reads as true.
    assert Milestone.objects.get().on == dt.date(2014, 5, 14)


def test_measures_of_an_earlier_plan_are_followed(files: Files) -> None:
    earlier = factories.make_plan(slug="ancien-plan")
    kept = factories.make_measure(earlier, number="3")
    dropped = factories.make_measure(earlier, number="4")
    files.edit(PLAN, "  summary:", "  predecessor: ancien-plan\n  summary:")
    files.edit(
        MEASURES,
        "    leads: [mission]",
        "    follows:\n"
        '      - {plan: ancien-plan, number: "3", kind: carried-over}\n'
        '      - {plan: ancien-plan, number: "4", kind: dropped}\n'
        "    leads: [mission]",
    )
    files.load()

    first = Measure.objects.get(plan__slug="petit-plan", number="1")
    assert set(MeasureSuccession.objects.values_list("predecessor", "successor", "kind")) == {
        (kept.pk, first.pk, SuccessionKind.CARRIED_OVER),
        (dropped.pk, None, SuccessionKind.DROPPED),
    }
    assert Plan.objects.get(slug="petit-plan").predecessor == earlier
    assert not files.load().has_changes

    files.edit(MEASURES, '      - {plan: ancien-plan, number: "4", kind: dropped}\n', "")
    assert files.load().of(MeasureSuccession).removed == 1
    assert [row.predecessor for row in MeasureSuccession.objects.all()] == [kept]


# --- Other plans --------------------------------------------------------------------------------------------------------
def test_a_plan_of_another_kind_loads_without_any_change_of_code(tmp_path: Path) -> None:
    """Five axes, four levels, 300 measures with numbers such as 1.1.1alter, from the last to the first."""
    slug = write_large_plan(tmp_path / "grand-plan")
    report = load_plan(tmp_path / "grand-plan")

    plan = Plan.objects.get(slug=slug)
    assert report.of(Measure).added == report.of(Assessment).added == 300
    assert [level.key for level in plan.scale.levels.all()] == LEVELS
    read = [
        (measure.priority.number, measure.number)
        for measure in plan.measures.select_related("priority")
    ]
    assert read == numbers(300)
    assert [number for axis, number in read if axis == "Axe 1"][:10] == [
        "1.1.1", "1.1.1alter", "1.1.2", "1.1.3", "1.1.4", "1.1.5", "1.1.6", "1.1.7", "1.1.8", "1.1.8alter",
    ]  # fmt: skip

    before = everything()
    assert not load_plan(tmp_path / "grand-plan").has_changes
    assert everything() == before


def test_two_plans_stand_side_by_side(files: Files, tmp_path: Path) -> None:
    files.load()
    before = everything()["petit-plan"]
    write_large_plan(tmp_path / "grand-plan", measures=20)
    load_plan(tmp_path / "grand-plan")

    assert Plan.objects.count() == Scale.objects.count() == 2
    # Nothing of the first changed, its measures 1 and 2 included.
    assert everything()["petit-plan"] == before
    assert not files.load().has_changes


def test_the_real_plan_loads() -> None:
    load_plan(REAL_PLAN)

    plan = Plan.objects.get(slug="traite-2014-2016")
    assert [priority.measures.count() for priority in plan.priorities.all()] == [11, 8, 4]
    cncdh = Institution.objects.get(key="cncdh")
    assert plan.lead_assessor == cncdh
    assert Recommendation.objects.filter(is_urgent=True).count() == 5
    on = dt.date(2017, 7, 6)
    found = {
        row.measure.number: row
        for row in Assessment.objects.in_force(on)
        .filter(assessor=cncdh, measure__plan=plan)
        .select_related("level", "measure")
    }
    by_meaning: dict[str, set[int]] = {meaning: set() for meaning in Meaning.values}
    for number, row in found.items():
        assert row.assessed_on == on
        assert row.level is not None
        by_meaning[row.level.meaning].add(int(number))
    assert by_meaning[Meaning.FULL] == {13, 15, 17, 23}
    assert by_meaning[Meaning.NONE] == {1, 9, 10, 11, 14}
    assert by_meaning[Meaning.PARTIAL] == set(range(1, 24)) - {13, 15, 17, 23, 1, 9, 10, 11, 14}
    assert [number for number, row in found.items() if row.lacks_information] == ["14"]

    before = everything()
    assert not load_plan(REAL_PLAN).has_changes
    assert everything() == before

"""What a report will print, as data: published rows only, as they stood, the same for the same facts."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures.models import Assessment, Box
from measures.services import Ask, Citation
from plan.enums import Meaning
from reports.snapshot import (
    all_measures,
    build_snapshot,
    canonical_json,
    data_sha256,
    default_day,
)
from tests.factories import (
    ADOPTED_ON,
    FOUND_ON,
    make_assessment,
    make_draft,
    make_evaluation,
    make_institution,
    make_measure,
    make_plan,
    make_priority,
    make_source,
)
from tests.reports.builders import make_proposal, make_section, make_table

if TYPE_CHECKING:
    from plan.models import Plan

LATER = dt.date(2018, 3, 1)
# Of the data of the real plan's report.
FINGERPRINT = "9278fcf4c05a126f16b5c862ec1d7a646cdee626efe87e7f818017a8a1810b89"


def snapshot_of(plan: Plan, on: dt.date = FOUND_ON, **fields: Any) -> dict[str, Any]:
    return build_snapshot(plan, on=on, assessor=fields.get("assessor", plan.lead_assessor))


def only_measure(plan: Plan, on: dt.date = FOUND_ON) -> dict[str, Any]:
    (measure,) = all_measures(snapshot_of(plan, on))
    return measure


def test_levels_are_those_in_force_and_drafts_are_not_there(plan_with_measures: Plan) -> None:
    measures = {one["number"]: one for one in all_measures(snapshot_of(plan_with_measures))}
    in_force = Assessment.objects.in_force(FOUND_ON).filter(measure__plan=plan_with_measures)
    assert {row.measure.number: row.level and row.level.key for row in in_force} == {
        number: one["finding"]["level"] for number, one in measures.items() if one["finding"]
    }
    assert measures["3"]["finding"] is measures["3"]["text"] is None
    assert list(measures) == ["1", "2", "3", "4 bis"]


def test_a_draft_changes_nothing(plan_with_measures: Plan) -> None:
    before = data_sha256(snapshot_of(plan_with_measures))
    measure = plan_with_measures.measures.get(number="4 bis")
    draft = make_draft(measure, observations="Secret", recommendations=[Ask(text="Secret aussi")])
    make_proposal(make_evaluation(plan_with_measures)).recommendations.set(
        draft.recommendations.all()
    )
    after = snapshot_of(plan_with_measures)
    assert "Secret" not in canonical_json(after)
    assert after["evaluation"]["themes"][0]["proposals"][0]["recommendations"] == []
    assert data_sha256({**after, "evaluation": None}) == before


def test_the_day_bounds_everything(db: None) -> None:
    plan = make_plan()
    measure = make_measure(plan)
    source = make_source(key="rapport-tardif", citation="Rapport tardif.", short="Rapport tardif")
    make_assessment(measure, Meaning.NONE, observations="Ancien")
    make_assessment(
        measure,
        Meaning.FULL,
        assessed_on=LATER,
        observations="Nouveau[@rapport-tardif]",
        citations=[Citation(source)],
        recommendations=[Ask(text="Continuer")],
    )
    make_table(plan, {"A": ["1", "2", "3"]}, measure=measure, published_on=LATER)
    Box.objects.create(
        plan=plan, measure=measure, assessor=plan.lead_assessor, key="b", title="Encadré", text="…",
        published_on=LATER,
    )  # fmt: skip
    make_evaluation(plan, adopted_on=LATER)
    before, after = snapshot_of(plan, LATER - dt.timedelta(days=1)), snapshot_of(plan, LATER)
    assert "tardif" not in canonical_json(before)
    (old,), (new,) = all_measures(before), all_measures(after)
    assert (old["text"]["observations"], old["recommendations"]) == ("Ancien", [])
    assert (old["tables"], old["boxes"], before["evaluation"]) == ([], [], None)
    assert new["text"]["observations"].startswith("Nouveau")
    assert new["previous"]["level"] == old["finding"]["level"]
    assert len(new["tables"]) == len(new["boxes"]) == len(new["recommendations"]) == 1
    assert after["evaluation"] is not None
    assert list(after["sources"]) == ["rapport-tardif"]


def test_another_assessor_is_not_mixed_in(db: None) -> None:
    plan = make_plan()
    measure, other = make_measure(plan), make_institution()
    plan.assessors.add(other)
    make_assessment(measure, Meaning.FULL, assessor=other, observations="Un autre avis")
    make_table(plan, {"A": ["1", "2", "3"]}, measure=measure, assessor=other)
    assert only_measure(plan)["finding"] is None
    assert "Un autre avis" not in canonical_json(snapshot_of(plan))
    (seen,) = all_measures(snapshot_of(plan, assessor=other))
    assert seen["finding"] is not None
    assert len(seen["tables"]) == 1


def test_a_newer_level_keeps_the_older_text_and_every_recommendation_since(db: None) -> None:
    plan = make_plan()
    measure = make_measure(plan)
    source = make_source()
    make_assessment(
        measure,
        Meaning.NONE,
        state_actions="Texte long",
        recommendations=[Ask(text="Un", number=1)],
    )
    make_assessment(
        measure,
        Meaning.PARTIAL,
        assessed_on=LATER,
        reason="Une circulaire est parue",
        citations=[Citation(source, "art. 3")],
        recommendations=[Ask(text="Deux", number=2)],
    )
    found = only_measure(plan, LATER)
    assert found["finding"]["reason"] == "Une circulaire est parue"
    assert found["finding"]["sources"] == [{"key": source.key, "place": "art. 3"}]
    assert found["text"]["state_actions"] == "Texte long"
    assert found["text"]["is_finding"] is False
    assert [(row["number"], row["made_on"]) for row in found["recommendations"]] == [
        (1, FOUND_ON.isoformat()),
        (2, LATER.isoformat()),
    ]


def test_shared_observations_are_known_from_both_sides(db: None) -> None:
    plan = make_plan()
    eighteen, nineteen = make_measure(plan, number="18"), make_measure(plan, number="19")
    shared = make_assessment(nineteen, Meaning.PARTIAL, observations="Commun")
    make_assessment(eighteen, Meaning.PARTIAL, observations_with=shared)
    first, second = all_measures(snapshot_of(plan))
    assert (first["text"]["observations_with"], first["text"]["shared_with"]) == ("19", [])
    assert (second["text"]["observations_with"], second["text"]["shared_with"]) == ("", ["18"])


def test_wrong_totals_and_contradictions_are_in_the_data(db: None) -> None:
    plan = make_plan()
    measure = make_measure(plan)
    make_assessment(measure, Meaning.NONE, lacks_information=True)
    make_table(
        plan,
        {"A": ["1.50", "2", "3"], "T": ["1.5", "9", "3"]},
        totals={"T": ["A"]},
        measure=measure,
    )
    found = only_measure(plan)
    assert found["finding"]["contradicts_itself"] is True
    (wrong,) = found["tables"][0]["wrong_totals"]
    assert (wrong["period"], wrong["printed"], wrong["computed"]) == ("2015", "9", "2")
    assert found["tables"][0]["series"][0]["figures"]["2014"]["value"] == "1.5"


def test_acronyms_are_those_that_the_printed_words_use(db: None) -> None:
    plan = make_plan()
    make_institution(name="Mission contre la traite", acronym="MIPROF")
    make_institution(name="Jamais nommée", acronym="JAMAIS")
    make_institution(name="Dans un mot", acronym="ROF")
    make_assessment(make_measure(plan), observations="La MIPROF agit.")
    assert [one["acronym"] for one in snapshot_of(plan)["acronyms"]] == ["MIPROF"]


def test_no_database_key_and_nothing_but_plain_data(plan_with_measures: Plan) -> None:
    snapshot = snapshot_of(plan_with_measures)
    assert json.loads(canonical_json(snapshot)) == snapshot

    def keys(part: Any) -> set[str]:
        if isinstance(part, dict):
            return set(part) | {key for value in part.values() for key in keys(value)}
        return {key for value in part for key in keys(value)} if isinstance(part, list) else set()

    assert not {"id", "pk"} & keys(snapshot)


def test_the_same_facts_recorded_in_another_order_give_the_same_data(db: None) -> None:
    def record(*, backwards: bool) -> str:
        plan = make_plan(
            slug=f"plan-{backwards}",
            title="Plan",
            short_title="Plan",
            lead_assessor=assessor,
            scale=scale,
        )
        priority = make_priority(plan, title="Priorité")
        numbers = ["1", "2", "10", "4 bis"]
        for number in reversed(numbers) if backwards else numbers:
            measure = make_measure(plan, priority=priority, number=number)
            make_assessment(measure, reason="Constat")
        return data_sha256({**snapshot_of(plan), "plan": {}})

    first = make_plan()
    assessor, scale = first.lead_assessor, first.scale
    assert record(backwards=False) == record(backwards=True)


def test_the_number_of_queries_does_not_grow_with_the_plan(db: None) -> None:
    def queries(size: int) -> int:
        plan = make_plan()
        evaluation = make_evaluation(plan)
        make_section(evaluation, "introduction", "Texte")
        source = make_source()
        shared: Assessment | None = None
        for _index in range(size):
            measure = make_measure(plan)
            shared = make_assessment(
                measure,
                observations=f"Texte[@{source.key}]",
                citations=[Citation(source)],
                recommendations=[Ask(text="Faire", addressee=plan.lead_assessor)],
                observations_with=shared,
                evaluation=evaluation,
            )
            make_assessment(measure, Meaning.NONE, assessed_on=LATER, citations=[Citation(source)])
            make_table(
                plan,
                {"A": ["1", "2", "3"], "T": ["1", "2", "3"]},
                totals={"T": ["A"]},
                measure=measure,
            )
            proposal = make_proposal(evaluation)
            proposal.measures.add(measure)
            proposal.recommendations.set(shared.recommendations.all())
        with CaptureQueriesContext(
            connection,
        ) as captured:
            snapshot_of(plan, LATER)
        return len(captured)

    assert queries(2) == queries(12) <= 35


def test_without_a_day_the_report_speaks_of_the_last_published_finding(db: None) -> None:
    plan = make_plan()
    assert default_day(plan, plan.lead_assessor) == ADOPTED_ON
    measure = make_measure(plan)
    make_assessment(measure)
    make_draft(measure, assessed_on=LATER)
    make_assessment(measure, assessor=make_institution(), assessed_on=LATER)
    assert default_day(plan, plan.lead_assessor) == FOUND_ON


def test_the_real_plan_counts_as_the_published_evaluation_does(
    real_snapshots: dict[str, dict[str, Any]],
) -> None:
    levels = [measure["finding"]["level"] for measure in all_measures(real_snapshots["adopted"])]
    assert {level: levels.count(level) for level in set(levels)} == {
        "full": 4,
        "partial": 14,
        "none": 5,
    }
    assert all(measure["finding"] is None for measure in all_measures(real_snapshots["before"]))


@pytest.mark.parametrize("which", ["adopted", "before", "collective"])
def test_every_citation_of_the_real_plan_leads_somewhere(
    which: str, real_snapshots: dict[str, dict[str, Any]]
) -> None:
    from reports.preflight import check_snapshot

    assert not [found for found in check_snapshot(real_snapshots[which]) if found.is_blocking]


@pytest.mark.django_db
def test_the_real_plan_gives_the_same_data_on_every_database(
    real_snapshots: dict[str, dict[str, Any]],
) -> None:
    """Another fingerprint on both says that the plan's files, or what a report holds of them, were changed: renew it."""
    assert data_sha256(real_snapshots["adopted"]) == FINGERPRINT

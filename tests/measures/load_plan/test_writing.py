"""Loading twice changes nothing, what changed is written, and what is published is corrected."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import models

from measures.models import (
    Assessment,
    Box,
    Evaluation,
    FigureTable,
    Measure,
    Source,
    ThematicRecommendation,
)
from measures.services import Ask, record_assessment
from plan.models import Institution, Level, Milestone, Plan, PlanVersion, Priority, Scale
from tests import factories
from tests.measures.load_plan.builders import (
    FINDINGS,
    FOUND_ON,
    LIBRARY,
    MEASURES,
    PLAN,
    Files,
    assessment,
    everything,
)

pytestmark = pytest.mark.django_db


# --- Twice changes nothing; what changed is written ---------------------------------------------------------------------
def test_loading_twice_changes_nothing(files: Files) -> None:
    files.load()
    before = everything()
    report = files.load()

    assert everything() == before
    assert not report.has_changes
    assert all(not count.has_changes for count in report.counts.values())
    assert report.of(Measure).unchanged == 4


def test_dry_run_tells_and_writes_nothing(files: Files) -> None:
    before = everything()
    report = files.load(dry_run=True)

    assert everything() == before
    assert report.of(Measure).added == 4


@pytest.mark.parametrize(
    ("file", "old", "new", "kind"),
    [
        (LIBRARY, "name: Ministère", "name: Grand ministère", Institution),
        (LIBRARY, "since: 2013-01-03", "since: 2013-01-04", Institution),
        (LIBRARY, "short: Loi de 2013", "short: Loi", Source),
        (PLAN, "name: Mise en œuvre", "name: Avancement", Scale),
        (PLAN, "label: Partiellement mise en œuvre", "label: En partie", Level),
        (PLAN, "title: Petit plan d’action", "title: Plan", Plan),
        (
            PLAN,
            "  lead_assessor: autorite",
            "  lead_assessor: autorite\n  assessors: [mission]",
            Plan,
        ),
        (PLAN, "    status: draft", "    status: draft\n    note: Vu.", PlanVersion),
        (PLAN, "title: Protéger", "title: Accueillir", Priority),
        (MEASURES, "title: Coopérer en Europe", "title: Coopérer", Measure),
        (MEASURES, "partners: [ministere]", "partners: [autorite]", Measure),
        (FINDINGS, "vote: à l’unanimité", "vote: à la majorité", Evaluation),
        (FINDINGS, "text: Le plan est jeune.", "text: Le plan est vieux.", Evaluation),
        (FINDINGS, "text: Recruter et former.", "text: Recruter.", Evaluation),
        (FINDINGS, "recommendations: [1, 2]", "recommendations: [1]", Evaluation),
        (FINDINGS, "unit: titres", "unit: cartes", FigureTable),
        (FINDINGS, "values: [5, 2.5, null]", "values: [5, 2.6, null]", FigureTable),
        (FINDINGS, "total_of: [premiers, renouvellements]", "total_of: [premiers]", FigureTable),
        (FINDINGS, "title: Ailleurs", "title: Là-bas", Box),
    ],
)
def test_a_row_that_changed_is_saved_again(
    files: Files, file: str, old: str, new: str, kind: type[models.Model]
) -> None:
    files.load()
    before = everything()
    versions = versions_of(kind)
    files.edit(file, old, new)
    report = files.load()

    assert {model for model, count in report.counts.items() if count.changed} == {kind}
    assert report.of(kind).changed == 1
    after = everything()
    assert after["petit-plan"] == before["petit-plan"] + 1
    if versions:
        assert sum(versions_of(kind)) == sum(versions) + 1
        assert kind.history.count() == len(versions) + 1  # type: ignore[attr-defined]
    # And then it is as the files say.
    assert not files.load().has_changes


def versions_of(kind: type[models.Model]) -> list[int]:
    has_version = any(field.name == "version" for field in kind._meta.get_fields())
    return list(kind._default_manager.values_list("version", flat=True)) if has_version else []


def test_other_plans_of_a_shared_institution_are_marked_changed(files: Files) -> None:
    other = factories.make_plan()
    files.load()
    assert Plan.objects.get(pk=other.pk).revision == other.revision
    files.edit(LIBRARY, "name: Ministère", "name: Grand ministère")
    files.load()

    assert Plan.objects.get(pk=other.pk).revision == other.revision + 1


def test_parts_that_the_files_no_longer_have_are_taken_away(files: Files) -> None:
    files.load()
    files.edit(PLAN, "  - label: Projet\n    dated_on: 2014-01-27\n    status: draft\n", "")
    files.edit(PLAN, "milestones:\n  - label: Adoption\n    on: 2014-05-14\n", "")
    files.edit(FINDINGS, "    assessed_on: 2014-01-31", "    assessed_on: 2014-06-30")
    files.edit(
        FINDINGS,
        "      - number: 1\n        text: Changer",
        "      - number: 2\n        text: Changer",
    )
    report = files.load()

    assert report.of(PlanVersion).removed == report.of(Milestone).removed == 1
    assert [version.label for version in PlanVersion.objects.all()] == ["Texte adopté"]


def test_rows_change_places(files: Files) -> None:
    """Positions are unique, so that neither can take the other's place while it is there."""
    files.load()
    files.edit(PLAN, '  - number: "I"\n    title: Protéger\n', "")
    files.edit(
        PLAN,
        "    title: Poursuivre\n",
        '    title: Poursuivre\n  - number: "I"\n    title: Protéger\n',
    )
    low = "    - key: non\n      label: Non mise en œuvre\n      short_label: Non\n      meaning: none\n"
    files.edit(PLAN, low, "")
    files.edit(PLAN, "      meaning: full\n", "      meaning: full\n" + low)
    files.load()

    assert [row.number for row in Priority.objects.all()] == ["II", "I"]
    assert [row.key for row in Level.objects.all()] == ["en-partie", "oui", "non"]
    assert not files.load().has_changes


def test_priority_without_measures_left_is_taken_away(files: Files) -> None:
    files.load()
    files.edit(
        PLAN, '  - number: "I"\n    title: Protéger\n', '  - number: "A"\n    title: Protéger\n'
    )
    for _ in range(2):
        files.edit(MEASURES, 'priority: "I"\n', 'priority: "A"\n')
    report = files.load()

    assert (report.of(Priority).added, report.of(Priority).removed) == (1, 1)
    assert Measure.objects.get(number="1").priority.number == "A"


def test_level_that_no_assessment_carries_can_be_taken_away(files: Files) -> None:
    extra = "    - key: trop\n      label: Trop\n      short_label: Trop\n      meaning: full\n"
    files.edit(PLAN, "    - key: oui\n", extra + "    - key: oui\n")
    files.load()
    files.edit(PLAN, extra, "")

    assert files.load().of(Level).removed == 1
    assert [level.key for level in Level.objects.all()] == ["non", "en-partie", "oui"]


def test_another_version_becomes_the_adopted_one(files: Files) -> None:
    files.load()
    files.edit(PLAN, "status: draft", "status: adopted")
    files.edit(
        PLAN, "dated_on: 2014-05-14\n    status: adopted", "dated_on: 2014-05-14\n    status: draft"
    )
    files.load()

    assert PlanVersion.objects.get(status="adopted").label == "Projet"


def test_what_only_the_site_has_stays_and_is_told(files: Files) -> None:
    files.load()
    plan = Plan.objects.get()
    FigureTable.objects.create(
        plan=plan,
        assessor=plan.lead_assessor,
        key="ajout",
        caption="Ajout",
        unit="cas",
        published_on=FOUND_ON,
        source_text="Site",
    )
    report = files.load()

    assert not report.has_changes
    assert len(report.notes) == 1
    assert "ajout" in report.notes[0]


# --- What is published is final: the files bring corrections ------------------------------------------------------------
def test_changed_assessment_is_corrected_not_edited(files: Files) -> None:
    files.load()
    old = assessment("1")
    files.edit(FINDINGS, "    level: non\n", "    level: en-partie\n")
    report = files.load()

    new = assessment("1")
    assert new != old
    assert new.supersedes == old
    assert new.level is not None
    assert new.level.key == "en-partie"
    assert new.assessed_on == old.assessed_on
    assert [ask.number for ask in new.recommendations.all()] == [1, 2]
    assert Assessment.objects.get(pk=old.pk).level == old.level
    assert (report.of(Assessment).added, report.of(Assessment).changed) == (0, 1)
    # The theme goes on with the recommendations in force.
    proposal = ThematicRecommendation.objects.get()
    assert set(proposal.recommendations.all()) == set(new.recommendations.all())

    before = everything()
    assert not files.load().has_changes
    assert everything() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("reason: Personne n’a été recruté.", "reason: Nul n’a été recruté."),
        ("Une circulaire a paru.", "Une note a paru."),
        ("    sources: [loi-2013]\n", "    sources: [loi-2013, rapport-2016]\n"),
        ("text: Recruter.", "text: Recruter enfin."),
        ("        addressee: mission\n", ""),
        (
            "    sources: [loi-2013]\n",
            "    sources: [loi-2013]\n    remark: Rien ne tombe juste.\n",
        ),
        ("    level: non\n", "    level: non\n    lacks_information: true\n"),
        ("    evaluation: autorite-2016\n", ""),
    ],
)
def test_every_part_of_an_assessment_counts(files: Files, old: str, new: str) -> None:
    files.load()
    files.edit(FINDINGS, old, new)

    assert files.load().of(Assessment).changed == 1
    assert not files.load().has_changes


def test_corrected_back_is_a_correction_too(files: Files) -> None:
    files.load()
    files.edit(FINDINGS, "    level: non\n", "    level: en-partie\n")
    files.load()
    files.edit(FINDINGS, "    level: en-partie\n", "    level: non\n")
    files.load()

    found = assessment("1")
    assert found.level is not None
    assert found.level.key == "non"
    assert Assessment.objects.filter(measure__number="1", assessor__key="autorite").count() == 3


def test_correction_of_a_shared_text_reaches_those_who_share_it(files: Files) -> None:
    files.load()
    files.edit(
        FINDINGS, "observations: Le réseau est peu connu.", "observations: Le réseau est connu."
    )
    report = files.load()

    assert report.of(Assessment).changed == 2
    assert assessment("11").observations_with == assessment("11 bis")
    assert assessment("11").observations_with != assessment("11").supersedes
    assert not files.load().has_changes


def test_correction_made_on_the_site_stands(files: Files) -> None:
    files.load()
    old = assessment("1")
    mine = record_assessment(
        measure=old.measure,
        assessor=old.assessor,
        assessed_on=dt.date(2016, 7, 7),
        reason="Quelqu’un a été recruté.",
        by=factories.make_user(),
        publish=True,
        supersedes=old,
        level=Level.objects.get(key="en-partie"),
    )
    report = files.load()

    assert not report.has_changes
    assert assessment("1") == mine

    # The files say something new: that corrects what stands.
    files.edit(FINDINGS, "    level: non\n", "    level: oui\n")
    files.load()
    assert assessment("1").supersedes == mine


def test_files_may_take_over_the_day_of_a_correction(files: Files) -> None:
    """The numbers of its recommendations are then its own, not those of another assessment."""
    files.load()
    old = assessment("2")
    mine = record_assessment(
        measure=old.measure,
        assessor=old.assessor,
        assessed_on=dt.date(2016, 7, 7),
        reason="D’autres formations ont eu lieu.",
        by=factories.make_user(),
        publish=True,
        supersedes=old,
        level=old.level,
        recommendations=[Ask("Continuer.", number=3)],
    )
    files.edit(
        FINDINGS,
        "    assessed_on: 2016-07-06\n    level: en-partie",
        "    assessed_on: 2016-07-07\n    level: en-partie",
    )
    files.load()

    assert assessment("2").supersedes == mine


def test_draft_in_the_way_is_told_where_the_entry_stands(files: Files) -> None:
    files.load()
    old = assessment("1")
    record_assessment(
        measure=old.measure,
        assessor=old.assessor,
        assessed_on=FOUND_ON,
        reason="À relire.",
        by=factories.make_user(),
        publish=False,
        observations="En cours.",
    )
    files.edit(FINDINGS, "    level: non\n", "    level: oui\n")

    assert files.places() == [
        (FINDINGS, files.line(FINDINGS, "assessments:") + 1, "assessments[0]")
    ]

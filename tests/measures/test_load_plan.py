"""Loading a plan from files: all of it or nothing, every mistake in its place, twice without doubling anything.

Each mistake is made in a copy of `tests/data/petit-plan`, so that it is the only one.
"""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import models
from django.utils import translation
from jsonschema import Draft202012Validator

from measures.enums import FigureState, SuccessionKind
from measures.importer import Place, PlanFilesError, Problem, Report, load_plan
from measures.importer.schema import FORMATS, MESSAGES, PATTERNS, TYPES, plan_schema
from measures.models import (
    Assessment,
    Box,
    Evaluation,
    EvaluationSection,
    Figure,
    FigureTable,
    Measure,
    MeasureSuccession,
    Recommendation,
    Series,
    Source,
    ThematicRecommendation,
    Theme,
)
from measures.models.assessments import TEXT_LIMIT
from measures.services import Ask, record_assessment
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
from tests.plans import LEVELS, numbers, write_large_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db

SMALL_PLAN = Path(__file__).parent.parent / "data" / "petit-plan"
REAL_PLAN = Path(settings.BASE_DIR) / "data" / "traite-2014-2016"

PLAN, LIBRARY, MEASURES, FINDINGS = (
    "00-plan.yaml",
    "10-bibliotheque.yaml",
    "20-mesures.yaml",
    "30-constats.yaml",
)
FOUND_ON = dt.date(2016, 7, 6)


class Files:
    """The files of the small plan, to be spoilt."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        shutil.copytree(SMALL_PLAN, directory)

    def edit(self, file: str, old: str, new: str) -> int:
        """Replace the first occurrence of some words, which must be there.

        Returns the line of the sign ¶ in the new words, which is not written, or that on which they begin.
        """
        path = self.directory / file
        before, found, after = path.read_text(encoding="utf-8").partition(old)
        assert found
        path.write_text(before + new.replace("¶", "") + after, encoding="utf-8")
        return (before + new[: max(new.find("¶"), 0)]).count("\n") + 1

    def line(self, file: str, words: str) -> int:
        """The only line on which some words stand."""
        lines = (self.directory / file).read_text(encoding="utf-8").splitlines()
        [number] = [number for number, line in enumerate(lines, start=1) if words in line]
        return number

    def load(self, *, dry_run: bool = False) -> Report:
        return load_plan(self.directory, dry_run=dry_run)

    def problems(self) -> list[Problem]:
        """What the files are refused for, in the words of the code; nothing may have been written."""
        before = everything()
        with translation.override("en"), pytest.raises(PlanFilesError) as refusal:
            self.load()
        assert everything() == before
        return refusal.value.problems

    def places(self) -> list[tuple[str, int, str]]:
        return [
            (problem.place.file, problem.place.line, problem.place.field)
            for problem in self.problems()
        ]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "petit-plan")


def everything() -> dict[str, int]:
    """The number of rows of every table, histories included, and the revisions of the plans."""
    counts = {model._meta.label: model._default_manager.count() for model in apps.get_models()}
    revisions = {plan.slug: plan.revision for plan in Plan.objects.all()}
    return {**counts, **revisions}


def assessment(measure: str, assessor: str = "autorite") -> Assessment:
    return Assessment.objects.in_force(dt.date(2020, 1, 1)).get(
        measure__number=measure, assessor__key=assessor
    )


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


# --- Mistakes -----------------------------------------------------------------------------------------------------------
class Mistake(NamedTuple):
    """Words to replace in a file; ¶ marks the line that the refusal must give, if not the first of the new ones.

    `names` is what the reason must contain.
    """

    file: str
    old: str
    new: str
    field: str
    names: str = ""


MISTAKES = {
    # Form
    "unknown key": Mistake(MEASURES, "summary:", "sumary:", "measures[0].sumary", "“summary”"),
    "unknown list": Mistake(FINDINGS, "boxes:", "boxe:", "boxe", "“boxes”"),
    "missing field": Mistake(
        MEASURES,
        '  - number: "2"\n    priority: "I"\n    title: Former\n    short_title: Former\n',
        '  - number: "2"\n    priority: "I"\n    title: Former\n',
        "measures[1].short_title",
        "short_title",
    ),
    "number for a text": Mistake(
        FINDINGS, 'number: "1"\n', "number: 1\n", "evaluations[0].themes[0].number", "1"
    ),
    "text for a truth": Mistake(
        FINDINGS,
        "lacks_information: true",
        "lacks_information: oui",
        "assessments[3].lacks_information",
    ),
    "text for a whole number": Mistake(
        FINDINGS, "- number: 3\n", '- number: "3"\n', "assessments[1].recommendations[0].number"
    ),
    "text for a list": Mistake(MEASURES, "leads: [mission]", "leads: mission", "measures[0].leads"),
    "list for a text": Mistake(MEASURES, "title: Former", "title: [Former]", "measures[1].title"),
    "text for an entry": Mistake(
        MEASURES, "measures:\n", "measures:\n  ¶- toutes\n", "measures[0]"
    ),
    "nothing after a name": Mistake(MEASURES, "title: Former", "title:", "measures[1].title"),
    "empty text": Mistake(
        FINDINGS, "reason: Le réseau existe.", 'reason: "  "', "assessments[2].reason"
    ),
    "day that does not exist": Mistake(
        FINDINGS,
        "adopted_on: 2016-07-06",
        "adopted_on: 2016-02-30",
        "evaluations[0].adopted_on",
        "2016-02-30",
    ),
    "day written otherwise": Mistake(
        LIBRARY,
        "since: 2014-04-09",
        "since: 9 avril 2014",
        "institutions[3].attachments[1].since",
        "9 avril 2014",
    ),
    "day without hyphens": Mistake(
        LIBRARY,
        "since: 2014-04-09",
        'since: "20140409"',
        "institutions[3].attachments[1].since",
        "20140409",
    ),
    "day with an hour": Mistake(
        LIBRARY,
        "since: 2014-04-09",
        "since: 2014-04-09 10:00:00",
        "institutions[3].attachments[1].since",
    ),
    "address that is none": Mistake(
        LIBRARY,
        "website: https://ministere.example",
        "website: le site",
        "institutions[2].website",
        "le site",
    ),
    "choice that is none": Mistake(LIBRARY, "kind: law", "kind: loi", "sources[0].kind", "decree"),
    "key with capitals": Mistake(
        LIBRARY,
        "  - key: collectif",
        "  - key: Musée\n    name: Musée\n    kind: local\n  - key: collectif",
        "institutions[1].key",
        "loi-2016-444",
    ),
    "number that makes no address": Mistake(
        MEASURES,
        '  - number: "2"',
        '  - number: "2/3"\n    priority: "I"\n    title: A\n    short_title: A\n  - number: "2"',
        "measures[1].number",
        "11 bis",
    ),
    "title on two lines": Mistake(
        MEASURES,
        "title: Former",
        "title: |\n      Former\n      et encore",
        "measures[1].title",
        ">-",
    ),
    "title over its limit": Mistake(
        MEASURES, "short_title: Former", f"short_title: {'a' * 61}", "measures[1].short_title", "60"
    ),
    "reason over its limit": Mistake(
        FINDINGS,
        "reason: Le réseau existe.",
        f"reason: {'a' * 2001}",
        "assessments[2].reason",
        "2000",
    ),
    "text over its limit": Mistake(
        FINDINGS,
        "text: Le plan est jeune.",
        f"text: {'a' * 30001}",
        "evaluations[0].sections[0].text",
        "30000",
    ),
    "empty list": Mistake(
        FINDINGS,
        "boxes:\n",
        "  - key: vide\n    caption: A\n    assessor: autorite\n    published_on: 2016-07-06\n    unit: A\n"
        "    source_text: A\n    periods: [A]\n    ¶series: []\nboxes:\n",
        "figures[1].series",
    ),
    "recommendation number 0": Mistake(
        FINDINGS, "- number: 3\n", "- number: 0\n", "assessments[1].recommendations[0].number", "0"
    ),
    "key twice in a list": Mistake(
        MEASURES, "leads: [mission]", "leads: [mission, mission]", "measures[0].leads[1]", "mission"
    ),
    "name twice in an entry": Mistake(
        MEASURES, "    summary:", "    title: Encore\n    summary:", "measures[0].title", "title"
    ),
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
    """And it alone: a mistake does not hide behind what it brings about."""
    line = files.edit(mistake.file, mistake.old, mistake.new)
    problems = files.problems()

    assert [problem.place for problem in problems] == [Place(mistake.file, line, mistake.field)]
    assert mistake.names in problems[0].message


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


# --- Files that cannot be read ------------------------------------------------------------------------------------------
UNREADABLE = {
    "tab": (MEASURES, "    summary:", "\tsummary:"),
    "colon in a text": (MEASURES, "title: Former", "title: Former : tous"),
    "quotation mark left open": (
        MEASURES,
        "title: Coopérer en Europe\n    short",
        'title: "Coopérer en Europe\n    short',
    ),
    "at sign": (MEASURES, "title: Former", "title: @Former"),
    "list left open": (MEASURES, "leads: [mission]\n", "leads: [mission\n¶"),
    "line without a name": (
        MEASURES,
        "    title: Former\n",
        "    title: Former\n    et encore\n    ¶",
    ),
    "list interrupted": (MEASURES, '  - number: "2"', '  number: "2"'),
    "second document": (MEASURES, '  - number: "2"', '---\n  - number: "2"'),
    "unknown reference": (MEASURES, "title: Former", "title: *Former"),
    "control character": (MEASURES, "title: Former", "title: For\x08mer"),
}


@pytest.mark.parametrize(("file", "old", "new"), UNREADABLE.values(), ids=UNREADABLE)
def test_mistake_of_syntax_is_told_on_its_line(files: Files, file: str, old: str, new: str) -> None:
    line = files.edit(file, old, new)

    [problem] = files.problems()
    assert problem.place == Place(file, line)


def test_what_can_be_told_beside_an_unreadable_file_is(files: Files) -> None:
    """But nothing of what it may hold: its measures are not missing."""
    line = files.edit(MEASURES, "title: Former", "title: @Former")
    other = files.edit(FINDINGS, "adopted_on: 2016-07-06", "adopted_on: 2016-02-30")

    assert files.places() == [(MEASURES, line, ""), (FINDINGS, other, "evaluations[0].adopted_on")]


def test_file_that_is_not_utf_8_is_told_on_its_line(files: Files) -> None:
    path = files.directory / PLAN
    text = path.read_text(encoding="utf-8")
    line = files.line(PLAN, "title: Protéger")
    head, mark, tail = text.partition("title: Prot")
    path.write_bytes(head.encode() + mark.encode() + tail.encode("latin-1", errors="replace"))

    assert files.places() == [(PLAN, line, "")]


def test_byte_order_mark_and_windows_line_ends_are_read(files: Files) -> None:
    path = files.directory / MEASURES
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert files.load().of(Measure).added == 4


def test_file_that_is_a_list_is_refused(files: Files) -> None:
    (files.directory / "90-liste.yaml").write_text("# Une liste\n- a\n", encoding="utf-8")

    assert files.places() == [("90-liste.yaml", 2, "")]


def test_empty_file_is_nothing(files: Files) -> None:
    (files.directory / "90-vide.yaml").write_text("# À écrire\n", encoding="utf-8")

    assert files.load().has_changes


def test_file_that_would_be_left_out_is_told(files: Files) -> None:
    (files.directory / "90-suite.yml").write_text("measures: []\n", encoding="utf-8")

    assert files.places() == [("90-suite.yml", 0, "")]


def test_nesting_has_an_end(files: Files) -> None:
    line = files.edit(
        PLAN, "summary: Quatre mesures, deux priorités.", "summary: " + "[" * 20 + "]" * 20
    )

    assert {(place[0], place[1]) for place in files.places()} == {(PLAN, line)}


def test_reference_to_a_list_is_refused(files: Files) -> None:
    """One that holds itself would never end, and a few can swell to any size."""
    files.edit(FINDINGS, "values: [5,", "values: &autres [5,")
    line = files.edit(FINDINGS, 'values: [13, "n.d.", 11]', "values: *autres")

    assert files.places() == [(FINDINGS, line, "figures[0].series[1].values")]


def test_directory_without_files_is_refused(tmp_path: Path) -> None:
    for directory in (tmp_path / "nulle-part", tmp_path):
        with pytest.raises(PlanFilesError) as refusal:
            load_plan(directory)
        assert len(refusal.value.problems) >= 1
        assert refusal.value.problems[0].place.line == 0


# --- The command --------------------------------------------------------------------------------------------------------
def command(directory: Path, *options: str) -> str:
    output = StringIO()
    with translation.override("en"):
        call_command("load_plan", str(directory), *options, stdout=output)
    return output.getvalue()


def test_command_says_what_was_added_and_then_that_nothing_changes(files: Files) -> None:
    first = command(files.directory).splitlines()
    assert first[0].split() == ["added", "changed", "removed", "unchanged"]
    assert first[1].split() == ["institutions", "4", "0", "0", "0"]

    assert command(files.directory).endswith(
        "Nothing to change: the site already holds all this.\n"
    )


def test_command_tries_without_writing(files: Files) -> None:
    before = everything()
    text = command(files.directory, "--dry-run")

    assert "institutions" in text
    assert text.endswith("This was a trial: nothing has been written.\n")
    assert everything() == before


def test_command_fails_with_every_mistake_on_its_line(files: Files) -> None:
    first = files.edit(MEASURES, "leads: [ministere]", "leads: [ministre]")
    second = files.edit(FINDINGS, "level: en-partie", "level: presque")
    with pytest.raises(CommandError) as failure:
        command(files.directory)

    assert failure.value.returncode == 1
    lines = str(failure.value).splitlines()
    assert lines[0] == "Nothing was loaded, because of 2 mistakes:"
    assert lines[1].startswith(f"{MEASURES}:{first}: The institution “ministre” is unknown")
    assert lines[1].endswith("Did you mean “ministere”?")
    assert lines[2].startswith(f"{FINDINGS}:{second}: The level “presque” is not in the scale")


# --- The schema ---------------------------------------------------------------------------------------------------------
def schema_nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema within the schema: not the names of fields, which are not keywords."""
    if not isinstance(node, dict):
        return
    yield node
    for group in ("properties", "$defs"):
        for child in node.get(group, {}).values():
            yield from schema_nodes(child)
    yield from schema_nodes(node.get("items"))
    for child in node.get("anyOf", []):
        yield from schema_nodes(child)


def test_schema_is_one() -> None:
    Draft202012Validator.check_schema(plan_schema())


def test_schema_refuses_what_it_does_not_know_everywhere() -> None:
    entries = [node for node in schema_nodes(plan_schema()) if node.get("type") == "object"]
    assert len(entries) > 20
    assert all(node["additionalProperties"] is False for node in entries)


def test_every_keyword_of_the_schema_has_our_own_words() -> None:
    """Nobody reads jsonschema's, which are English and name no field."""
    said_elsewhere = {"const"}  # within an “anyOf”, which speaks for it
    silent = {"$schema", "$ref", "$defs", "title", "description", "properties", "items"}
    for node in schema_nodes(plan_schema()):
        assert node.keys() - silent - said_elsewhere <= MESSAGES.keys()
        for keyword, words in (("type", TYPES), ("pattern", PATTERNS), ("format", FORMATS)):
            assert (
                keyword not in node or node[keyword] in words or node[keyword] in {"number", "null"}
            )


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    return {**resolved(plan_schema()["$defs"][name]), **schema} if name else schema


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("plan", Plan),
        ("scale", Scale),
        ("level", Level),
        ("version", PlanVersion),
        ("milestone", Milestone),
        ("priority", Priority),
        ("institution", Institution),
        ("attachment", InstitutionAttachment),
        ("source", Source),
        ("measure", Measure),
        ("succession", MeasureSuccession),
        ("evaluation", Evaluation),
        ("section", EvaluationSection),
        ("theme", Theme),
        ("proposal", ThematicRecommendation),
        ("assessment", Assessment),
        ("recommendation", Recommendation),
        ("figures", FigureTable),
        ("series", Series),
        ("box", Box),
    ],
)
def test_schema_accepts_what_the_site_accepts(name: str, model: type[models.Model]) -> None:
    """The same lengths and choices: otherwise a file passes here and is refused there, or the other way round."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    compared = 0
    for key, property_schema in plan_schema()["$defs"][name]["properties"].items():
        field = fields.get(key)
        if field is None or field.is_relation:
            continue
        schema = resolved(property_schema)
        if field.choices:
            assert schema["enum"] == [value for value, _label in field.choices], key
        elif isinstance(field, models.CharField):
            assert schema["maxLength"] == field.max_length, key
        elif isinstance(field, models.TextField):
            limits = [
                validator.limit_value
                for validator in field.validators
                if hasattr(validator, "limit_value")
            ]
            assert schema["maxLength"] == (limits[0] if limits else TEXT_LIMIT), key
        compared += 1
    assert compared


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

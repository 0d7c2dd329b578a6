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
from measures.importer import PlanFilesError, Problem, Report, load_plan
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
from measures.services import record_assessment
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

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace the first occurrence of some words, which must be there."""
        path = self.directory / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def line(self, file: str, words: str) -> int:
        """The last line on which some words stand: mistakes are made after what they repeat."""
        lines = (self.directory / file).read_text(encoding="utf-8").splitlines()
        return max(number for number, line in enumerate(lines, start=1) if words in line)

    def load(self, *, dry_run: bool = False) -> Report:
        return load_plan(self.directory, dry_run=dry_run)

    def problems(self) -> list[Problem]:
        """What the files are refused for; nothing may have been written."""
        before = everything()
        with pytest.raises(PlanFilesError) as refusal:
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
    counts = {
        model._meta.label: model._default_manager.count() for model in apps.get_models()
    }
    revisions = {plan.slug: plan.revision for plan in Plan.objects.all()}
    return {**counts, **revisions}


def assessment(measure: str, assessor: str = "autorite") -> Assessment:
    return Assessment.objects.in_force(dt.date(2020, 1, 1)).get(
        measure__number=measure, assessor__key=assessor
    )


# --- What the files hold is what the site shows -------------------------------------------------------------------------
def test_every_row_of_the_small_plan_is_there(files: Files) -> None:
    report = files.load()

    assert {
        kind: count.added for kind, count in report.counts.items() if count.added
    } == {
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
    files.edit(FINDINGS, "    lacks_information: true", "    level: non\n    lacks_information: true")
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
    files.edit(PLAN, "label: Oui", "label: Yes") if False else None
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
        (PLAN, "  lead_assessor: autorite", "  lead_assessor: autorite\n  assessors: [mission]", Plan),
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
    files.edit(FINDINGS, "      - number: 1\n        text: Changer", "      - number: 2\n        text: Changer")
    report = files.load()

    assert report.of(PlanVersion).removed == report.of(Milestone).removed == 1
    assert [version.label for version in PlanVersion.objects.all()] == ["Texte adopté"]


def test_rows_change_places(files: Files) -> None:
    """Positions are unique, so that neither can take the other's place while it is there."""
    files.load()
    files.edit(PLAN, '  - number: "I"\n    title: Protéger\n', "")
    files.edit(PLAN, "    title: Poursuivre\n", '    title: Poursuivre\n  - number: "I"\n    title: Protéger\n')
    low = "    - key: non\n      label: Non mise en œuvre\n      short_label: Non\n      meaning: none\n"
    files.edit(PLAN, low, "")
    files.edit(PLAN, "      meaning: full\n", "      meaning: full\n" + low)
    files.load()

    assert [row.number for row in Priority.objects.all()] == ["II", "I"]
    assert [row.key for row in Level.objects.all()] == ["en-partie", "oui", "non"]
    assert not files.load().has_changes


def test_priority_without_measures_left_is_taken_away(files: Files) -> None:
    files.load()
    files.edit(PLAN, '  - number: "I"\n    title: Protéger\n', '  - number: "A"\n    title: Protéger\n')
    for _ in range(2):
        files.edit(MEASURES, 'priority: "I"\n', 'priority: "A"\n')
    report = files.load()

    assert (report.of(Priority).added, report.of(Priority).removed) == (1, 1)
    assert Measure.objects.get(number="1").priority.number == "A"


def test_another_version_becomes_the_adopted_one(files: Files) -> None:
    files.load()
    files.edit(PLAN, "status: draft", "status: adopted")
    files.edit(PLAN, "dated_on: 2014-05-14\n    status: adopted", "dated_on: 2014-05-14\n    status: draft")
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
        ("    sources: [loi-2013]\n", "    sources: [loi-2013]\n    remark: Rien ne tombe juste.\n"),
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
    files.edit(FINDINGS, "observations: Le réseau est peu connu.", "observations: Le réseau est connu.")
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

    assert not report.has_changes or not report.of(Assessment).has_changes
    assert assessment("1") == mine

    # The files say something new: that corrects what stands.
    files.edit(FINDINGS, "    level: non\n", "    level: oui\n")
    files.load()
    assert assessment("1").supersedes == mine or assessment("1") == mine


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

    assert files.places() == [(FINDINGS, files.line(FINDINGS, "autorite-2016\n") if False else 26, "assessments[0]")]


# --- Mistakes -----------------------------------------------------------------------------------------------------------
class Mistake(NamedTuple):
    """Words to replace, and where the refusal must point: the words on its line, and the field.

    `names` is what the reason must contain whatever its language.
    """

    file: str
    old: str
    new: str
    on_line: str
    field: str
    names: str = ""


ASSESSMENT = "    reason: Des formations ont eu lieu.\n"

MISTAKES = {
    "unknown key": Mistake(
        MEASURES, "summary:", "sumary:", "sumary:", "measures[0].sumary", "summary"
    ),
    "unknown list": Mistake(LIBRARY, "sources:", "source:", "source:", "source", "sources"),
    "missing field": Mistake(
        MEASURES, "    short_title: Former\n", "", 'number: "2"', "measures[1].short_title", "short_title"
    ),
    "number for a text": Mistake(MEASURES, 'number: "2"', "number: 2", "number: 2", "measures[1].number", "2"),
    "text for a truth": Mistake(
        FINDINGS, "lacks_information: true", "lacks_information: oui", "lacks_information: oui",
        "assessments[3].lacks_information",
    ),
    "text for a list": Mistake(MEASURES, "leads: [mission]", "leads: mission", "leads: mission", "measures[0].leads"),
    "list for a text": Mistake(MEASURES, "title: Former", "title: [Former]", "title: [Former]", "measures[1].title"),
    "text for an entry": Mistake(
        MEASURES, "measures:\n", "measures:\n  - toutes\n", "- toutes", "measures[0]"
    ),
    "nothing after a name": Mistake(MEASURES, "title: Former", "title:", "title:\n" if False else "    title:", "measures[1].title"),
    "empty text": Mistake(FINDINGS, "reason: Le réseau existe.", 'reason: "  "', 'reason: "  "', "assessments[2].reason"),
    "day that does not exist": Mistake(
        FINDINGS, "adopted_on: 2016-07-06", "adopted_on: 2016-02-30", "2016-02-30", "evaluations[0].adopted_on",
        "2016-02-30",
    ),
    "day written otherwise": Mistake(
        LIBRARY, "since: 2014-04-09", "since: 9 avril 2014", "9 avril", "institutions[3].attachments[1].since",
        "9 avril 2014",
    ),
    "day with an hour": Mistake(
        LIBRARY, "since: 2014-04-09", "since: 2014-04-09 10:00:00", "10:00", "institutions[3].attachments[1].since"
    ),
    "address that is none": Mistake(
        LIBRARY, "website: https://ministere.example", "website: le site", "le site", "institutions[2].website",
        "le site",
    ),
    "choice that is none": Mistake(LIBRARY, "kind: law", "kind: loi", "kind: loi", "sources[0].kind", "decree"),
    "key with capitals": Mistake(
        LIBRARY, "key: ministere", "key: Ministère", "key: Ministère", "institutions[2].key", "loi-2016-444"
    ),
    "number that makes no address": Mistake(
        MEASURES, 'number: "2"', 'number: "2/3"', '"2/3"', "measures[1].number", "11 bis"
    ),
    "title on two lines": Mistake(
        MEASURES, "title: Former", "title: |\n      Former\n      et encore", "title: |", "measures[1].title", ">-"
    ),
    "title over its limit": Mistake(
        MEASURES, "short_title: Former", f"short_title: {'a' * 61}", "aaaa", "measures[1].short_title", "60"
    ),
    "reason over its limit": Mistake(
        FINDINGS, "reason: Le réseau existe.", f"reason: {'a' * 2001}", "aaaa", "assessments[2].reason", "2000"
    ),
    "text over its limit": Mistake(
        FINDINGS, "text: Le plan est jeune.", f"text: {'a' * 30001}", "aaaa", "evaluations[0].sections[0].text", "30000"
    ),
    "empty list of periods": Mistake(
        FINDINGS, 'periods: ["2014", "2015", "2016"]', "periods: []", "periods: []", "figures[0].periods"
    ),
    "recommendation number 0": Mistake(
        FINDINGS, "- number: 3\n", "- number: 0\n", "- number: 0", "assessments[1].recommendations[0].number", "0"
    ),
    "figure that is no number": Mistake(
        FINDINGS, "[5, 2.5, null]", "[5, environ 2, null]", "environ", "figures[0].series[0].values[1]", "environ 2"
    ),
    "figure in two words": Mistake(
        FINDINGS, "[5, 2.5, null]", "[5, nd, null]", "[5, nd", "figures[0].series[0].values[1]", "nd"
    ),
    "figure with too many decimals": Mistake(
        FINDINGS, "[5, 2.5, null]", "[5, 2.00005, null]", "2.00005", "figures[0].series[0].values[1]", "2.00005"
    ),
    "fewer values than periods": Mistake(
        FINDINGS, "[5, 2.5, null]", "[5, 2.5]", "[5, 2.5]", "figures[0].series[0].values", "3"
    ),
    "total of an unknown series": Mistake(
        FINDINGS, "total_of: [premiers,", "total_of: [premier,", "[premier,", "figures[0].series[2].total_of[0]",
        "premiers",
    ),
    "provisional in another period": Mistake(
        FINDINGS, 'provisional: ["2016"]', 'provisional: ["2017"]', '["2017"]', "figures[0].series[1].provisional[0]",
        "2017",
    ),
    "key of a list twice": Mistake(
        MEASURES, "leads: [mission]", "leads: [mission, mission]", "mission, mission", "measures[0].leads[1]", "mission"
    ),
    "name twice in an entry": Mistake(
        MEASURES, "    summary:", "    title: Encore\n    summary:", "title: Encore", "measures[0].title", "title"
    ),
    "leads and takes part": Mistake(
        MEASURES, "partners: [ministere]", "partners: [mission]", "partners: [mission]", "measures[0].partners[0]",
        "mission",
    ),
    "doubled measure": Mistake(
        MEASURES, 'number: "11 bis"', 'number: "11"', 'number: "11"', "measures[3].number", f"{MEASURES}:12"
    ),
    "doubled institution": Mistake(
        LIBRARY, "key: collectif", "key: autorite", "key: autorite", "institutions[1].key", "autorite"
    ),
    "doubled source": Mistake(LIBRARY, "key: rapport-2016", "key: loi-2013", "key: loi-2013", "sources[1].key"),
    "doubled priority": Mistake(PLAN, 'number: "II"', 'number: "I"', 'number: "I"', "priorities[1].number"),
    "doubled level": Mistake(PLAN, "key: en-partie", "key: non", "key: non", "scale.levels[1].key"),
    "doubled recommendation": Mistake(
        FINDINGS, "- number: 3\n", "- number: 2\n", "- number: 2", "assessments[1].recommendations[0].number", "R2"
    ),
    "doubled assessment": Mistake(
        FINDINGS, '  - measure: "2"\n    assessor', '  - measure: "1"\n    assessor', "", "assessments[1].measure"
    ),
    "doubled series": Mistake(
        FINDINGS, "key: renouvellements", "key: premiers", "key: premiers", "figures[0].series[1].key"
    ),
    "doubled section": Mistake(
        FINDINGS, "role: method", "role: introduction", "role: introduction", "evaluations[0].sections[1].role"
    ),
    "two adopted versions": Mistake(
        PLAN, "status: draft", "status: adopted", "status: adopted", "versions[1].status", f"{PLAN}:34"
    ),
    "unknown priority": Mistake(
        MEASURES, 'priority: "I"', 'priority: "IV"', '"IV"', "measures[0].priority", "IV"
    ),
    "unknown lead": Mistake(
        MEASURES, "leads: [ministere]", "leads: [ministre]", "[ministre]", "measures[1].leads[0]", "ministere"
    ),
    "unknown lead assessor": Mistake(
        PLAN, "lead_assessor: autorite", "lead_assessor: personne", "personne", "plan.lead_assessor", "personne"
    ),
    "unknown addressee": Mistake(
        FINDINGS, "addressee: mission", "addressee: missions", "missions", "assessments[0].recommendations[0].addressee"
    ),
    "unknown attachment": Mistake(
        LIBRARY, "- to: ministere", "- to: sultan", "sultan", "institutions[3].attachments[0].to", "sultan"
    ),
    "attached to itself": Mistake(
        LIBRARY, "- to: ministere", "- to: mission", "- to: mission", "institutions[3].attachments[0].to", "mission"
    ),
    "ends before it begins": Mistake(
        LIBRARY, "until: 2014-04-09", "until: 2012-04-09", "2012-04-09", "institutions[3].attachments[0].until", "2012"
    ),
    "plan ends before it begins": Mistake(
        PLAN, "ends_on: 2016-12-31", "ends_on: 2013-12-31", "2013-12-31", "plan.ends_on", "2013"
    ),
    "measure missing for an assessment": Mistake(
        FINDINGS, '  - measure: "2"', '  - measure: "22"', '"22"', "assessments[1].measure", "22"
    ),
    "measure missing for a table": Mistake(
        FINDINGS, '    measure: "2"\n    placement', '    measure: "22"\n    placement', '"22"', "figures[0].measure", "22"
    ),
    "measure missing for a box": Mistake(
        FINDINGS, 'ailleurs[@rapport-2016].\n    measure: "1"', 'ailleurs[@rapport-2016].\n    measure: "22"', '"22"',
        "boxes[0].measure", "22",
    ),
    "measure missing for a theme": Mistake(
        FINDINGS, 'measures: ["1", "2"]', 'measures: ["1", "22"]', '"22"',
        "evaluations[0].themes[0].proposals[0].measures[1]", "22",
    ),
    "recommendation missing for a theme": Mistake(
        FINDINGS, "recommendations: [1, 2]", "recommendations: [1, 22]", "22]",
        "evaluations[0].themes[0].proposals[0].recommendations[1]", "R22",
    ),
    "level outside the scale": Mistake(
        FINDINGS, "level: en-partie", "level: presque", "presque", "assessments[1].level", "presque"
    ),
    "unknown evaluation": Mistake(
        FINDINGS, "    evaluation: autorite-2016\n", "    evaluation: autorite-2017\n", "autorite-2017",
        "assessments[0].evaluation", "autorite-2016",
    ),
    "evaluation of another assessor": Mistake(
        FINDINGS, "    assessor: collectif\n", "    assessor: collectif\n    evaluation: autorite-2016\n", "",
        "assessments[4].evaluation", "autorite",
    ),
    "unknown source of an assessment": Mistake(
        FINDINGS, "sources: [loi-2013]", "sources: [loi-2031]", "loi-2031", "assessments[0].sources[0]", "loi-2013"
    ),
    "unknown source of a table": Mistake(
        FINDINGS, "    source: rapport-2016\n", "    source: rapport\n", "source: rapport\n" if False else "    source: rapport",
        "figures[0].source", "rapport",
    ),
    "unknown source within a text": Mistake(
        FINDINGS, "commente[@rapport-2016, p. 12]", "commente[@rapport-2061, p. 12]", "rapport-2061",
        "assessments[0].state_actions", "rapport-2016",
    ),
    "unknown source within a folded text": Mistake(
        FINDINGS, "le rapport[@rapport-2016] le dit", "le rapport[@rapport-201] le dit", "[@rapport-201]",
        "assessments[0].observations", "rapport-201",
    ),
    "unknown source within a section": Mistake(
        FINDINGS, "text: Des auditions.", "text: Des auditions[@agenda].", "@agenda", "evaluations[0].sections[1].text",
        "agenda",
    ),
    "note call that is none": Mistake(
        FINDINGS, "la loi[@loi-2013, art. 8]", "la loi[@Loi 2013]", "[@Loi", "assessments[0].state_actions", "[@Loi"
    ),
    "found before the plan was known": Mistake(
        FINDINGS, "assessed_on: 2014-01-31", "assessed_on: 2014-01-26", "2014-01-26", "assessments[4].assessed_on",
        "27",
    ),
    "found in the future": Mistake(
        FINDINGS, "assessed_on: 2014-01-31", "assessed_on: 2114-01-31", "2114-01-31", "assessments[4].assessed_on",
        "2114",
    ),
    "printed in the future": Mistake(
        FINDINGS, "published_on: 2016-07-06", "published_on: 2116-07-06", "2116-07-06", "figures[0].published_on",
        "2116",
    ),
    "written in the future": Mistake(
        LIBRARY, "dated_on: 2016-03-10", "dated_on: 2116-03-10", "2116-03-10", "sources[1].dated_on", "2116"
    ),
    "nothing found": Mistake(FINDINGS, "    level: en-partie\n", "", "", "assessments[1]", "lacks_information"),
    "shares with a measure not assessed that day": Mistake(
        FINDINGS, 'observations_with: "11 bis"', 'observations_with: "5"', '"5"', "assessments[2].observations_with", "5"
    ),
    "shares with itself": Mistake(
        FINDINGS, 'observations_with: "11 bis"', 'observations_with: "11"', 'with: "11"',
        "assessments[2].observations_with",
    ),
    "shares a text that is not there": Mistake(
        FINDINGS, 'observations_with: "11 bis"', 'observations_with: "2"', 'with: "2"',
        "assessments[2].observations_with", f"{FINDINGS}:45",
    ),
    "predecessor not loaded": Mistake(
        PLAN, "  summary:", "  predecessor: autre-plan\n  summary:", "autre-plan", "plan.predecessor", "autre-plan"
    ),
    "follows itself": Mistake(
        PLAN, "  summary:", "  predecessor: petit-plan\n  summary:", "predecessor:", "plan.predecessor"
    ),
    "measure follows one of this plan": Mistake(
        MEASURES, "    leads: [mission]", '    follows:\n      - {plan: petit-plan, number: "2", kind: split}',
        "petit-plan", "measures[0].follows[0].plan", "petit-plan",
    ),
    "measure follows one of no plan": Mistake(
        MEASURES, "    leads: [mission]", '    follows:\n      - {plan: nul-plan, number: "2", kind: split}',
        "nul-plan", "measures[0].follows[0].plan", "nul-plan",
    ),
    "nested too deep": Mistake(
        PLAN, "summary: Quatre mesures, deux priorités.", "summary: " + "[" * 20 + "]" * 20, "summary:", "",
    ),
    "reference to an entry": Mistake(
        FINDINGS, "values: [13, \"n.d.\", 11]", "values: *autres", "*autres", "figures[0].series[1].values"
    ),
}  # fmt: skip


def mistakes() -> Iterator[Any]:
    for name, mistake in MISTAKES.items():
        yield pytest.param(mistake, id=name)


@pytest.mark.parametrize("mistake", mistakes())
def test_mistake_is_told_where_it_stands_and_nothing_is_written(files: Files, mistake: Mistake) -> None:
    if "*autres" in mistake.new:
        files.edit(FINDINGS, "values: [5,", "values: &autres [5,")
    files.edit(mistake.file, mistake.old, mistake.new)
    problems = files.problems()

    [problem] = [problem for problem in problems if problem.place.field == mistake.field] or problems[:1]
    assert problem.place.file == mistake.file
    assert problem.place.line == files.line(mistake.file, mistake.on_line or mistake.new)
    assert mistake.names in problem.message

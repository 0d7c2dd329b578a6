"""The files of the small plan and the mistakes made in them, and what the site holds before and after."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from django.apps import apps
from django.utils import translation

from measures.importer import Place, PlanFilesError, Problem, Report, load_plan
from measures.models import Assessment
from plan.models import Plan

SMALL_PLAN = Path(__file__).parents[2] / "data" / "petit-plan"

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


def everything() -> dict[str, int]:
    """The number of rows of every table, histories included, and the revisions of the plans."""
    counts = {model._meta.label: model._default_manager.count() for model in apps.get_models()}
    revisions = {plan.slug: plan.revision for plan in Plan.objects.all()}
    return {**counts, **revisions}


def assessment(measure: str, assessor: str = "autorite") -> Assessment:
    return Assessment.objects.in_force(dt.date(2020, 1, 1)).get(
        measure__number=measure, assessor__key=assessor
    )


class Mistake(NamedTuple):
    """Words to replace in a file; ¶ marks the line that the refusal must give, if not the first of the new ones.

    `names` is what the reason must contain.
    """

    file: str
    old: str
    new: str
    field: str
    names: str = ""


def assert_is_told_in_place(files: Files, mistake: Mistake) -> None:
    """And it alone: a mistake does not hide behind what it brings about."""
    line = files.edit(mistake.file, mistake.old, mistake.new)
    problems = files.problems()

    assert [problem.place for problem in problems] == [Place(mistake.file, line, mistake.field)]
    assert mistake.names in problems[0].message

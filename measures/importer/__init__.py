"""Loads a plan from a directory of YAML files (data/README.md): all of it, or nothing with every mistake in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from measures.importer.checks import check_entries
from measures.importer.files import read_directory
from measures.importer.known import read_known
from measures.importer.problems import Place, PlanFilesError, Problem
from measures.importer.references import check_references
from measures.importer.report import Count, Report
from measures.importer.schema import check_form
from measures.importer.values import text_of
from measures.importer.writer import write_plan

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Count", "Place", "PlanFilesError", "Problem", "Report", "load_plan"]


def load_plan(directory: Path, *, dry_run: bool = False) -> Report:
    """Bring the site to what the files of a directory say, and tell what changed; a dry run tells and changes nothing.

    Raises PlanFilesError with every problem that was found; nothing is written then.
    """
    files = read_directory(directory)
    problems = files.problems
    told = {problem.place for problem in problems}
    for root in files.roots:
        problems += [problem for problem in check_form(root) if problem.place not in told]
    problems += check_entries(files)
    with transaction.atomic():
        slugs = [slug for plan in files.singles("plan") if (slug := text_of(plan, "slug"))]
        known = read_known(slugs[0] if slugs else "")
        # What an entry refers to may stand in a file that could not be read.
        if files.are_whole():
            problems += check_references(files, known)
        if problems:
            raise PlanFilesError(problems)
        report = write_plan(files, known)
        if dry_run:
            transaction.set_rollback(True)
    return report

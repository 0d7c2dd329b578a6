"""Loads commitments and letters from a directory of YAML files (docs/engagements.md): all of them, or none with every
mistake in its place.

What the site already has is left as it is, with what happened to it: what was recorded there since is worth more than the
file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from commitments.loader.checks import check_commitments
from commitments.loader.known import read_known
from commitments.loader.writer import write_commitments
from measures.importer.files import read_directory
from measures.importer.problems import PlanFilesError
from measures.importer.schema import check_form, read_schema

if TYPE_CHECKING:
    from pathlib import Path

    from measures.importer.report import Report

__all__ = ["SCHEMA", "load_commitments"]

SCHEMA = "commitments.schema.json"


def load_commitments(directory: Path, *, dry_run: bool = False) -> Report:
    """Add the commitments and letters that the site does not have yet, and tell what was added; a dry run adds nothing.

    Raises PlanFilesError with every problem that was found; nothing is written then.
    """
    files = read_directory(directory)
    problems = files.problems
    told = {problem.place for problem in problems}
    for root in files.roots:
        form = check_form(root, read_schema(SCHEMA))
        problems += [problem for problem in form if problem.place not in told]
    with transaction.atomic():
        known = read_known()
        # What an entry refers to may stand in a file that could not be read.
        if files.are_whole():
            problems += check_commitments(files, known)
        if problems:
            raise PlanFilesError(problems)
        report = write_commitments(files, known)
        if dry_run:
            transaction.set_rollback(True)
    return report

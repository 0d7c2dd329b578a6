"""Loads commitments and letters from YAML files: see docs/engagements.md for what they hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.loader import load_commitments
from measures.importer.problems import PlanFilesError


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Load commitments and letters from the YAML files of a directory, or say what is wrong in them."
        )
        parser.add_argument(
            "directory", type=Path, metavar="DIR", help=_("the directory of the commitments")
        )
        parser.add_argument(
            "--dry-run", action="store_true", help=_("say what would change, and change nothing")
        )

    def handle(self, *args: Any, directory: Path, dry_run: bool, **options: Any) -> None:
        try:
            report = load_commitments(directory, dry_run=dry_run)
        except PlanFilesError as error:
            count = len(error.problems)
            refusal = ngettext(
                "Nothing was loaded, because of %(count)d mistake:",
                "Nothing was loaded, because of %(count)d mistakes:",
                count,
            ) % {"count": count}
            raise CommandError(f"{refusal}\n{error}") from error
        for line in report.lines():
            self.stdout.write(line)
        if dry_run:
            self.stdout.write(_("This was a trial: nothing has been written."))

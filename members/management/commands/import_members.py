"""Import a table of the collective from a file: all of it, or nothing when one line is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from members.importer.files import UnreadableFileError, read_table
from members.importer.kinds import KINDS
from members.services.imports import check_import, write_import

if TYPE_CHECKING:
    from argparse import ArgumentParser

# The words of the command line for what the pages and the files call otherwise.
NAMES = {
    "associations": "associations",
    "mandates": "mandats",
    "participations": "participations",
    "groups": "groupes",
}


class Command(BaseCommand):
    help = "Imports associations, mandates, participations or groups from a CSV or XLSX file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=NAMES)
        parser.add_argument("file", type=Path, help="CSV or XLSX, as the site exports it")
        parser.add_argument("--dry-run", action="store_true", help="say what it would do, no more")

    def handle(self, *, kind: str, file: Path, dry_run: bool, **options: Any) -> None:
        with override("fr"):
            self.take(kind, file, dry_run=dry_run)

    def take(self, name: str, file: Path, *, dry_run: bool) -> None:
        kind = KINDS[NAMES[name]]()
        try:
            table = read_table(file.read_bytes(), kind.columns.values())
        except (OSError, UnreadableFileError) as error:
            raise CommandError(f"{file}: {error}") from error
        if dry_run:
            report = check_import(kind=kind, table=table)
        else:
            report, _written = write_import(kind=kind, table=table)
        if report.mistakes:
            raise CommandError("\n".join(f"{file}: {mistake}" for mistake in report.mistakes))
        told = (len(report.added), len(report.changed), len(report.unchanged))
        self.stdout.write("{}: {} added, {} changed, {} unchanged".format(file.name, *told))

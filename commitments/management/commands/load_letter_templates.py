"""The templates of letters that the site begins with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from commitments.first_templates import add_first_templates


class Command(BaseCommand):
    help = "Adds the first templates of letters. One that the secretariat changed, or renamed, is left alone."

    def handle(self, **options: Any) -> None:
        added = add_first_templates()
        if options["verbosity"]:
            self.stdout.write(f"{added} template(s) added.")

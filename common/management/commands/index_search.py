"""Makes the search index what the rows say. For the first time, and when how rows are indexed has changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from common.search.rebuilding import rebuild


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Make the search index again from the rows. The site may be in use meanwhile; running it twice changes nothing."
        )

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        changed = 0
        for step in rebuild():
            changed += step.changed
            if verbosity > 1 or (verbosity and step.is_last):
                self.stdout.write(
                    _("%(kind)s: %(done)d of %(total)d")
                    % {"kind": step.name, "done": step.done, "total": step.total}
                )
        if verbosity:
            self.stdout.write(_("Entries changed: %(changed)d.") % {"changed": changed})

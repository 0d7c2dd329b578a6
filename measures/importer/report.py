"""What a loading changed, kind by kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.db.models import Model


@dataclass
class Count:
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    @property
    def has_changes(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass
class Report:
    """Counts by kind of row, in the order in which they are written. A part that changes counts as its whole.

    `notes` are what somebody should know although nothing had to be refused.
    """

    counts: dict[type[Model], Count] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def of(self, kind: type[Model]) -> Count:
        return self.counts.setdefault(kind, Count())

    @property
    def has_changes(self) -> bool:
        return any(count.has_changes for count in self.counts.values())

    def lines(self) -> list[str]:
        """The report as people read it in a terminal: a table, the notes, and a word when nothing changed."""
        heads = ["", _("added"), _("changed"), _("removed"), _("unchanged")]
        rows = [
            [
                str(kind._meta.verbose_name_plural),
                *map(str, (count.added, count.changed, count.removed, count.unchanged)),
            ]
            for kind, count in self.counts.items()
        ]
        widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
        lines = [
            "  ".join(
                [
                    row[0].ljust(widths[0]),
                    *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
                ]
            )
            for row in [heads, *rows]
        ]
        lines += self.notes
        if not self.has_changes:
            lines.append(_("Nothing to change: the site already holds all this."))
        return lines

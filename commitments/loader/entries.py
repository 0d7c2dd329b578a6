"""Commitments as the files give them, each with what it takes from the one that it is part of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from measures.importer.values import entries, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from measures.importer.files import Item, PlanFiles
    from measures.importer.problems import Place

# What a part does not say for itself is as in the whole, which says it once for all of them.
INHERITED = (
    "institution",
    "function",
    "origin",
    "meeting",
    "section",
    "source",
    "locator",
    "audience",
    "groups",
)


@dataclass(frozen=True)
class Entry:
    """One commitment of a file. `position` is its place among the parts of a whole, `plan` the one whose measures it names."""

    item: Item
    parent: Entry | None
    position: int
    plan: str | None

    def get(self, name: str) -> Any:
        """Its own value, or that of the whole for what is inherited; None when nobody says it."""
        if name in self.item:
            return self.item[name]
        if name in INHERITED and self.parent is not None and not self._places_itself(name):
            return self.parent.get(name)
        return None

    def at(self, name: str) -> Place:
        """Where its own value stands, or else the entry."""
        return self.item.at(name if name in self.item else None)

    def _places_itself(self, name: str) -> bool:
        """A section is of its meeting, a locator of its source, groups of their audience: they go together."""
        pairs = {"section": "meeting", "locator": "source", "groups": "audience"}
        return pairs.get(name, "") in self.item


def commitments_of(files: PlanFiles) -> Iterator[Entry]:
    """Every commitment of the files, a whole before its parts."""
    for root in files.roots:
        plan = text_of(root, "plan")
        for item in entries(root, "commitments"):
            yield from _with_parts(Entry(item, None, 0, plan))


def _with_parts(entry: Entry) -> Iterator[Entry]:
    yield entry
    for position, item in enumerate(entries(entry.item, "parts"), 1):
        yield from _with_parts(Entry(item, entry, position, entry.plan))

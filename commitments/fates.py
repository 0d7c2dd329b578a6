"""What came of a promise, in one word of six: as words, as a mark, and as a stretch of a bar."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import npgettext_lazy

from commitments.enums import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from commitments.standing import Stand

# Units of the drawing.
BAR_WIDTH = 150
# The room that a number takes in it.
DIGIT = 9


class Fate(enum.StrEnum):
    """Each promise has one, on any day, so that they add up."""

    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    LATE = "late"
    """Open, whatever was said of it since, and past its deadline."""
    BROKEN = "broken"
    WAITING = "waiting"
    """Open, and not late."""
    OVERTAKEN = "overtaken"

    @property
    def mark(self) -> str:
        """The state under whose mark it is drawn."""
        return State.PROMISED if self is Fate.WAITING else self.value

    @property
    def tone(self) -> str:
        """Plain, hatched, outlined, dotted."""
        return _TONES[self]

    def words(self, number: int) -> str:
        """“2 kept”, without the number."""
        return str(_WORDS[self] % number)


_CLOSED = {
    State.KEPT: Fate.KEPT,
    State.PARTLY_KEPT: Fate.PARTLY_KEPT,
    State.BROKEN: Fate.BROKEN,
    State.OVERTAKEN: Fate.OVERTAKEN,
}


def fate_of(stand: Stand) -> Fate:
    return _CLOSED.get(stand.state) or (Fate.LATE if stand.is_late else Fate.WAITING)


_TONES = {
    Fate.KEPT: "full",
    Fate.PARTLY_KEPT: "partial",
    Fate.LATE: "none",
    Fate.BROKEN: "none",
    Fate.WAITING: "unknown",
    Fate.OVERTAKEN: "unknown",
}
_WORDS = {
    Fate.KEPT: npgettext_lazy("promises", "kept", "kept"),
    Fate.PARTLY_KEPT: npgettext_lazy("promises", "partly kept", "partly kept"),
    Fate.LATE: npgettext_lazy("promises", "late", "late"),
    Fate.BROKEN: npgettext_lazy("promises", "broken", "broken"),
    Fate.WAITING: npgettext_lazy("promises", "under way", "under way"),
    Fate.OVERTAKEN: npgettext_lazy("promises", "overtaken by events", "overtaken by events"),
}


@dataclass(frozen=True)
class Part:
    """How many promises had one fate, and their stretch of the bar, in its own units."""

    fate: Fate
    number: int
    x: int
    width: int

    @property
    def words(self) -> str:
        return self.fate.words(self.number)

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def has_room(self) -> bool:
        """Whether its number can be written in its stretch."""
        return self.width >= DIGIT * (len(str(self.number)) + 1)


def parts_of(fates: Mapping[Fate, int], width: int = BAR_WIDTH) -> list[Part]:
    """Every fate in its order, those of no promise too: their stretch is empty."""
    total, done, parts = sum(fates.values()) or 1, 0, []
    for fate in Fate:
        start = round(width * done / total)
        done += fates.get(fate, 0)
        parts.append(Part(fate, fates.get(fate, 0), start, round(width * done / total) - start))
    return parts

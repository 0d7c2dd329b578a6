"""Whether enough associations were there for the collective to decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from meetings.enums import Capacity, Presence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetings.models import Attendance, Meeting


@dataclass(frozen=True)
class Quorum:
    """How many associations were counted, and how many are needed."""

    counted: int
    needed: int

    @property
    def is_reached(self) -> bool:
        return self.counted >= self.needed


def quorum_of(meeting: Meeting, attendances: Iterable[Attendance]) -> Quorum | None:
    """An association counts once, present or represented; a guest does not. None when no quorum is set."""
    if meeting.quorum is None:
        return None
    there = {Presence.PRESENT, Presence.REPRESENTED}
    counted = {
        row.association_id
        for row in attendances
        if row.association_id is not None
        and row.presence in there
        and row.capacity != Capacity.GUEST
    }
    return Quorum(len(counted), meeting.quorum)

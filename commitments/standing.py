"""How a commitment stands on a day, computed from its events.

Here is the rule; the same stands once more as a query (`CommitmentQuerySet.standing_on`), and a test holds the two
together (`tests/commitments/test_standing.py`). `commitments.timelines` applies this one to all commitments at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from commitments.enums import EventKind, State

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from commitments.models import CommitmentEvent

# After these a commitment is as it was when it was made: promised, then late.
PENDING_KINDS = (EventKind.MADE, EventKind.REAFFIRMED, EventKind.POSTPONED)
# After these nothing more is waited for, and it is not late.
CLOSED_KINDS = (
    EventKind.PARTLY_KEPT,
    EventKind.KEPT,
    EventKind.BROKEN,
    EventKind.OVERTAKEN,
)
DEADLINE_KINDS = (EventKind.MADE, EventKind.POSTPONED)
OPEN = frozenset(
    [State.PROMISED, State.LATE, State.NO_NEWS, State.REMINDED, State.ANSWERED],
)


class Stand(NamedTuple):
    state: State
    is_late: bool


@dataclass(frozen=True)
class Standing:
    """How a commitment stands. `days_late` counts from the first late day on, that day included; 0 when not late."""

    state: State
    is_late: bool
    made_on: dt.date
    last_on: dt.date
    deadline_words: str
    late_from: dt.date | None
    postponed: int
    days_late: int


def effective(events: Iterable[CommitmentEvent]) -> list[CommitmentEvent]:
    """The events of a commitment that were not recorded by mistake, in order."""
    known = list(events)
    mistakes = {event.retracts_id for event in known if event.retracts_id is not None}
    return sorted(
        (
            event
            for event in known
            if event.pk not in mistakes and event.kind != EventKind.RETRACTED
        ),
        # One that is about to be recorded comes after the others of its day.
        key=lambda event: (event.on, event.pk is None, event.pk or 0),
    )


def state_of(last_kind: str, *, is_overdue: bool) -> Stand:
    """What follows from the last event, and from whether the last deadline is over."""
    is_late = is_overdue and last_kind not in CLOSED_KINDS
    if last_kind in PENDING_KINDS:
        return Stand(State.LATE if is_late else State.PROMISED, is_late)
    return Stand(State(last_kind), is_late)


def standing(events: Iterable[CommitmentEvent], on: dt.date) -> Standing | None:
    """How a commitment with these events stands at the end of a day; None before it was made."""
    past = [event for event in effective(events) if event.on <= on]
    if not past:
        return None
    last = past[-1]
    deadline = next(
        (event for event in reversed(past) if event.kind in DEADLINE_KINDS),
        last,
    )
    is_overdue = deadline.late_from is not None and deadline.late_from <= on
    state, is_late = state_of(last.kind, is_overdue=is_overdue)
    return Standing(
        state=state,
        is_late=is_late,
        made_on=past[0].on,
        last_on=last.on,
        deadline_words=deadline.deadline_words,
        late_from=deadline.late_from,
        postponed=sum(event.kind == EventKind.POSTPONED for event in past),
        days_late=(on - deadline.late_from).days + 1 if is_late and deadline.late_from else 0,
    )

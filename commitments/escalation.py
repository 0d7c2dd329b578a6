"""What could be done next about a promise: mail, letter, letter to a higher office, public statement. Only ever said.

Nothing goes to anybody by itself: the secretariat reads the suggestion and its reason, and does as it sees fit.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.enums import Escalation, EventKind
from commitments.follow_up import PATIENCE
from commitments.standing import DEADLINE_KINDS, OPEN, effective, standing
from common.typography import long_date, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from commitments.models import Commitment, CommitmentEvent
    from commitments.standing import Standing

STEPS = tuple(Escalation)
# A promise without a date is asked about after so long without news.
FORGOTTEN = dt.timedelta(days=180)
# After these they are given some time.
GIVES_TIME = (EventKind.REMINDED, EventKind.ANSWERED, EventKind.REAFFIRMED)


@dataclass(frozen=True)
class Advice:
    """A step, and why it is the next one."""

    step: Escalation
    reason: str


def next_step(commitment: Commitment, on: dt.date) -> Escalation | None:
    """The step suggested on a day; None when there is nothing to do yet, or any more."""
    advice = advise(commitment, on)
    return advice.step if advice else None


def advise(commitment: Commitment, on: dt.date) -> Advice | None:
    """The same with its reason. At most two queries; none when `advice_for` has read the events."""
    return advice_for([commitment], on).get(commitment.pk)


def advice_for(commitments: Iterable[Commitment], on: dt.date) -> Mapping[int, Advice]:
    """By primary key, for those that have one. Two queries, whatever their number."""
    rows = list(commitments)
    prefetch_related_objects(rows, "events__letter")
    found = {row.pk: _advice(list(row.events.all()), on) for row in rows}
    return {pk: advice for pk, advice in found.items() if advice is not None}


def _advice(events: Sequence[CommitmentEvent], on: dt.date) -> Advice | None:
    stands = standing(events, on)
    if stands is None or stands.state not in OPEN:
        return None
    past = [event for event in effective(events) if event.on <= on]
    last = past[-1]
    if last.kind in GIVES_TIME and last.on > on - PATIENCE:
        return None
    if not stands.is_late and last.kind != EventKind.REMINDED:
        return _ask_for_a_date(stands, on)
    taken = _taken(past)
    if not taken:
        return _first(stands)
    furthest = STEPS.index(taken[-1])
    if furthest == len(STEPS) - 1:
        # Nothing goes further than to say it in public.
        return None
    return Advice(STEPS[furthest + 1], _why_further(last, on))


def _ask_for_a_date(stands: Standing, on: dt.date) -> Advice | None:
    if stands.late_from is not None or stands.last_on > on - FORGOTTEN:
        return None
    reason = _("It has no date, and nothing was heard of it since %(day)s: ask for one.")
    return Advice(Escalation.MAIL, reason % {"day": long_date(stands.last_on)})


def _first(stands: Standing) -> Advice:
    """Nothing was asked yet since the deadline in force was set. Once put off, a promise is asked for by letter."""
    if not stands.postponed:
        late = ngettext(
            "Late for %(number)s day, and nobody was reminded of it.",
            "Late for %(number)s days, and nobody was reminded of it.",
            stands.days_late,
        )
        return Advice(Escalation.MAIL, late % {"number": number(stands.days_late)})
    put_off = ngettext(
        "It was put off once, and the new deadline has passed.",
        "It was put off %(number)s times, and the last deadline has passed.",
        stands.postponed,
    )
    return Advice(Escalation.LETTER, put_off % {"number": stands.postponed})


def _taken(past: Sequence[CommitmentEvent]) -> list[Escalation]:
    """The steps taken since the deadline in force was set, from the least to the furthest."""
    set_at = max(place for place, event in enumerate(past) if event.kind in DEADLINE_KINDS)
    taken = {_step_of(event) for event in past[set_at:] if event.kind == EventKind.REMINDED}
    return [step for step in STEPS if step in taken]


def _step_of(reminder: CommitmentEvent) -> Escalation:
    """A reminder without a letter was said or mailed."""
    return Escalation(reminder.letter.escalation) if reminder.letter else Escalation.MAIL


def _why_further(last: CommitmentEvent, on: dt.date) -> str:
    days = (on - last.on).days
    values = {"day": long_date(last.on), "number": number(days)}
    if last.kind == EventKind.REMINDED:
        unanswered = ngettext(
            "%(step)s on %(day)s: no answer for %(number)s day.",
            "%(step)s on %(day)s: no answer for %(number)s days.",
            days,
        )
        return unanswered % {**values, "step": _step_of(last).label}
    if last.kind == EventKind.NO_NEWS:
        return _("They were reminded, and there was still no news on %(day)s.") % values
    return _("They answered on %(day)s, and it is still not kept.") % values

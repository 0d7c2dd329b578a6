"""What happened to a commitment, appended and never changed. What does not follow from the rest is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.enums import EventKind
from commitments.models import Commitment, CommitmentEvent
from commitments.perms import can_edit_commitments
from commitments.standing import DEADLINE_KINDS, effective
from common.deadlines import read_deadline
from common.search import index
from common.typography import long_date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from commitments.models import Letter
    from measures.models import Source
    from meetings.models import Meeting, MinutesSection
    from members.models import User

# What may still happen to a commitment that was settled.
AFTER_SETTLED: dict[str, set[str]] = {
    EventKind.KEPT: set(),
    EventKind.OVERTAKEN: set(),
    EventKind.BROKEN: {
        EventKind.REAFFIRMED,
        EventKind.PARTLY_KEPT,
        EventKind.KEPT,
        EventKind.OVERTAKEN,
    },
}


@transaction.atomic
def record_event(
    *,
    commitment: Commitment,
    by: User | None,
    kind: str,
    on: dt.date,
    text: str = "",
    deadline_words: str = "",
    late_from: dt.date | None = None,
    meeting: Meeting | None = None,
    section: MinutesSection | None = None,
    letter: Letter | None = None,
    source: Source | None = None,
    locator: str = "",
) -> CommitmentEvent:
    """Append an event, in its place among the others of the commitment. `by` is None only for commands.

    Raises PermissionDenied, ValidationError by field.
    """
    _check_may_edit(by)
    _lock(commitment)
    if kind in {EventKind.MADE, EventKind.RETRACTED}:
        raise ValidationError({"kind": _("Choose what happened.")})
    event = append(
        commitment,
        by=by,
        kind=kind,
        on=on,
        text=text,
        deadline_words=deadline_words,
        late_from=late_from,
        meeting=meeting,
        section=section,
        letter=letter,
        source=source,
        locator=locator,
    )
    index(commitment)
    return event


@transaction.atomic
def retract_event(*, event: CommitmentEvent, by: User | None, text: str) -> CommitmentEvent:
    """Say that an event was recorded by mistake: from then on it counts for nothing, on any day.

    Raises PermissionDenied, ValidationError.
    """
    _check_may_edit(by)
    commitment = event.commitment
    _lock(commitment)
    if not text.strip():
        raise ValidationError({"text": _("Say what was wrong.")})
    rest = [each for each in commitment.events.all() if each.pk != event.pk]
    retraction = _retract(commitment, event, by, text)
    if event.kind == EventKind.MADE and effective([*rest, retraction]):
        raise ValidationError(
            _("What came afterwards rests on it: correct when it was made, or retract that first.")
        )
    _check_order(effective([*rest, retraction]), None)
    index(commitment)
    return retraction


@transaction.atomic
def correct_making(
    *,
    commitment: Commitment,
    by: User | None,
    on: dt.date,
    text: str,
    deadline_words: str = "",
    late_from: dt.date | None = None,
) -> CommitmentEvent:
    """Say anew when a commitment was made and for when; what was recorded first stays, as a mistake.

    Raises PermissionDenied, ValidationError by field.
    """
    _check_may_edit(by)
    _lock(commitment)
    making = CommitmentEvent.objects.standing().filter(kind=EventKind.MADE)
    first = making.filter(commitment=commitment).first()
    if first is not None:
        _retract(commitment, first, by, _("Corrected: see the event that replaces it."))
    event = append(
        commitment,
        by=by,
        kind=EventKind.MADE,
        on=on,
        text=text,
        deadline_words=deadline_words,
        late_from=late_from,
        meeting=commitment.meeting,
        section=commitment.section,
        source=commitment.source,
        locator=commitment.locator,
    )
    index(commitment)
    return event


def append(
    commitment: Commitment,
    *,
    by: User | None,
    kind: str,
    on: dt.date,
    deadline_words: str,
    late_from: dt.date | None,
    **told: Any,
) -> CommitmentEvent:
    """Add an event to a commitment that is locked, or new. Raises ValidationError by field."""
    deadline_words = deadline_words.strip()
    is_told = deadline_words and late_from is None
    if is_told:
        late_from = read_deadline(deadline_words, on)
        if late_from is None:
            raise ValidationError(
                {
                    "late_from": _(
                        "These words do not tell a day: give the first day on which it is late."
                    )
                }
            )
    event = CommitmentEvent(
        commitment=commitment,
        kind=kind,
        on=on,
        deadline_words=deadline_words,
        late_from=late_from,
        recorded_by=by,
        **told,
    )
    event.full_clean()
    _check_event(event, day_at="deadline_words" if is_told else "late_from")
    _check_order(effective([*commitment.events.all(), event]), event)
    event.save()
    return event


def _retract(
    commitment: Commitment, event: CommitmentEvent, by: User | None, text: str
) -> CommitmentEvent:
    retraction = CommitmentEvent(
        commitment=commitment,
        kind=EventKind.RETRACTED,
        on=timezone.localdate(),
        text=text,
        retracts=event,
        recorded_by=by,
    )
    retraction.full_clean()
    retraction.save()
    return retraction


def _check_event(event: CommitmentEvent, *, day_at: str) -> None:
    """What an event says by itself. `day_at` is the field that gave the day from which it is late."""
    errors: dict[str, str] = {}
    if event.on > timezone.localdate():
        errors["on"] = _("This day has not come yet.")
    if event.kind in DEADLINE_KINDS and event.late_from is not None:
        if not event.deadline_words:
            errors["deadline_words"] = _("Write the deadline as it was said.")
        if event.late_from <= event.on:
            words = (
                _("The new deadline is before the day on which it is postponed, %(day)s.")
                if event.kind == EventKind.POSTPONED
                else _("The deadline is before the promise: it was made on %(day)s.")
            )
            errors[day_at] = words % {"day": long_date(event.on)}
    if event.kind == EventKind.POSTPONED and not event.deadline_words:
        errors["deadline_words"] = _("Say to when it is postponed, in the words that were used.")
    section = event.section
    if section is not None and (
        event.meeting is None or section.minutes.meeting_id != event.meeting.pk
    ):
        errors["section"] = _("This section is in the minutes of another meeting.")
    if errors:
        raise ValidationError(errors)


def _check_order(events: Sequence[CommitmentEvent], added: CommitmentEvent | None) -> None:
    """Refuse a story that does not hold. Raises ValidationError, at the field of the event that is `added`, if any."""
    for rank, event in enumerate(events):
        problem = _problem(events[:rank], event)
        if problem is None:
            continue
        field, words = problem
        if added is None:
            raise ValidationError(words)
        if event is added or rank == 0:
            raise ValidationError({field if event is added else "on": words})
        # One that was there before would no longer follow: it is the day of the new one that is wrong.
        raise ValidationError(
            {
                "on": _("What is recorded on %(day)s could not follow: %(kind)s.")
                % {"day": long_date(event.on), "kind": event.get_kind_display().lower()}
            }
        )


def _problem(before: Sequence[CommitmentEvent], event: CommitmentEvent) -> tuple[str, str] | None:
    """Why an event does not follow from those before it, and the field to which that is said."""
    if not before:
        if event.kind == EventKind.MADE:
            return None
        return "on", _("It was not promised yet on %(day)s.") % {"day": long_date(event.on)}
    if event.kind == EventKind.MADE:
        return "on", _("Something is recorded on %(day)s, before it was promised.") % {
            "day": long_date(before[0].on)
        }
    last = before[-1]
    if last.kind in AFTER_SETTLED and event.kind not in AFTER_SETTLED[last.kind]:
        return "on", _("On %(day)s it was already recorded as: %(state)s.") % {
            "day": long_date(last.on),
            "state": last.get_kind_display().lower(),
        }
    if event.kind == EventKind.ANSWERED and not any(
        earlier.kind == EventKind.REMINDED for earlier in before
    ):
        return "kind", _("Nothing had been asked by %(day)s: record the reminder first.") % {
            "day": long_date(event.on)
        }
    deadlines = [earlier.late_from for earlier in before if earlier.late_from is not None]
    if event.late_from is not None and deadlines and event.late_from <= deadlines[-1]:
        return "deadline_words", _(
            "The new deadline is not later than the one it replaces, late from %(day)s."
        ) % {"day": long_date(deadlines[-1])}
    return None


def _lock(commitment: Commitment) -> None:
    """Two people who record at once: the second waits, then finds what the first wrote."""
    Commitment.objects.select_for_update(of=("self",)).get(pk=commitment.pk)


def _check_may_edit(by: User | None) -> None:
    if by is not None and not can_edit_commitments(by):
        raise PermissionDenied

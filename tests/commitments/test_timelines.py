"""How all commitments stand on a day, told at once: the same as one by one, and always up to date."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from commitments.enums import EventKind
from commitments.models import CommitmentEvent
from commitments.standing import standing
from commitments.timelines import NEVER, stands_on
from tests.factories import make_commitment, make_event

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MADE = dt.date(2014, 9, 23)
LATE = dt.date(2015, 1, 1)


def told(pk: int, on: dt.date) -> tuple[str, bool, dt.date | None] | None:
    found = stands_on([pk], on)
    if not found:
        return None
    one = found[0]
    late_from = None if one.late_from == NEVER else dt.date.fromordinal(one.late_from)
    return one.state, one.is_late, late_from


@pytest.mark.parametrize("last", [kind for kind in EventKind if kind != EventKind.RETRACTED])
def test_it_is_told_as_of_one_commitment(last: EventKind) -> None:
    commitment = make_commitment(made_on=MADE, late_from=LATE)
    make_event(commitment, EventKind.NO_NEWS, dt.date(2015, 1, 22))
    new = {"deadline_words": "juin", "late_from": dt.date(2015, 7, 1)}
    make_event(
        commitment, last, dt.date(2015, 4, 21), **(new if last == EventKind.POSTPONED else {})
    )
    events = list(commitment.events.all())
    for on in (MADE - DAY, MADE, LATE - DAY, LATE, dt.date(2015, 4, 20), dt.date(2015, 4, 21), dt.date(2016, 1, 1)):  # fmt: skip
        one = standing(events, on)
        assert told(commitment.pk, on) == (one and (one.state.value, one.is_late, one.late_from))


def test_what_is_added_is_told_at_once() -> None:
    commitment = make_commitment(made_on=MADE, late_from=LATE)
    assert told(commitment.pk, LATE) == ("late", True, LATE)
    kept = make_event(commitment, EventKind.KEPT, LATE)
    assert told(commitment.pk, LATE) == ("kept", False, LATE)
    make_event(commitment, EventKind.RETRACTED, LATE + DAY, retracts=kept)
    assert told(commitment.pk, LATE) == ("late", True, LATE)
    # Recorded last, though it happened before.
    make_event(commitment, EventKind.REMINDED, dt.date(2014, 12, 1))
    assert told(commitment.pk, LATE) == ("reminded", True, LATE)


def test_an_event_whose_key_is_lower_is_not_missed() -> None:
    """Two people who record at once: the first number given may be the last one seen."""
    commitment = make_commitment(made_on=MADE, late_from=LATE)
    first = CommitmentEvent.objects.latest("pk").pk
    make_event(commitment, EventKind.NO_NEWS, LATE, pk=first + 10)
    assert told(commitment.pk, LATE) == ("no_news", True, LATE)
    make_event(commitment, EventKind.REMINDED, LATE + DAY, pk=first + 5)
    assert told(commitment.pk, LATE + DAY) == ("reminded", True, LATE)


def test_what_was_undone_is_not_told() -> None:
    commitment = make_commitment(made_on=MADE, late_from=LATE)
    with transaction.atomic():
        make_event(commitment, EventKind.KEPT, LATE)
        assert told(commitment.pk, LATE) == ("kept", False, LATE)
        transaction.set_rollback(True)
    assert told(commitment.pk, LATE) == ("late", True, LATE)

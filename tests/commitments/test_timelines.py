"""How all commitments stand on a day, told at once: the same as one by one, and always up to date."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from commitments.enums import EventKind
from commitments.models import CommitmentEvent
from commitments.standing import standing
from commitments.timelines import NEVER, STANDS, read_timelines
from tests.factories import make_commitment, make_event

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MADE = dt.date(2014, 9, 23)
LATE = dt.date(2015, 1, 1)


def told(pk: int, on: dt.date) -> tuple[str, bool, dt.date | None] | None:
    timelines = read_timelines()
    ranking = timelines.ranking_on(on).among({pk})
    if not ranking.keys:
        return None
    [stand] = [STANDS[number] for number in ranking.stands]
    due = timelines.lines[pk].due_on(on.toordinal())
    return stand.state, stand.is_late, None if due == NEVER else dt.date.fromordinal(due)


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


def test_late_ones_come_first_then_those_awaited_then_those_settled() -> None:
    settled = [make_commitment(made_on=MADE, late_from=LATE) for _each in range(2)]
    for one in settled:
        make_event(one, EventKind.KEPT, LATE)
    undated = make_commitment(made_on=MADE)
    soon = make_commitment(made_on=MADE, late_from=dt.date(2016, 1, 1))
    late = make_commitment(made_on=MADE + DAY, late_from=dt.date(2015, 3, 1))
    longest = make_commitment(made_on=MADE, late_from=LATE)
    make_commitment(made_on=dt.date(2016, 1, 1))
    timelines = read_timelines()
    ranking = timelines.ranking_on(dt.date(2015, 6, 1))
    expected = [longest, late, soon, undated, *reversed(settled)]
    assert list(ranking.keys) == [each.pk for each in expected]
    assert {stand.state: number for stand, number in ranking.numbers.items()} == {
        "late": 2,
        "promised": 2,
        "kept": 2,
    }
    mine = ranking.among({late.pk, soon.pk, settled[0].pk})
    assert list(mine.keys) == [late.pk, soon.pk, settled[0].pk]
    assert list(mine.that(lambda stand: stand.is_late).keys) == [late.pk]
    assert timelines.known_since({late.pk}) == MADE + DAY
    assert timelines.known_since({late.pk, soon.pk}) == MADE
    assert timelines.known_since(set()) is None


def test_nothing_added_is_one_query_and_two_days_are_no_more(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_commitment(made_on=MADE, late_from=LATE)
    read_timelines()
    with django_assert_num_queries(1):
        timelines = read_timelines()
        assert timelines.ranking_on(MADE).keys == timelines.ranking_on(LATE).keys != ()

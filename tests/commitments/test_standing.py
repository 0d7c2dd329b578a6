"""How a commitment stands on a day: one at a time, and all of them in a query."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING, Any

import pytest

from commitments.enums import EventKind, State
from commitments.models import Commitment
from commitments.standing import CLOSED_KINDS, OPEN, standing
from tests.factories import make_commitment, make_event

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

MADE = dt.date(2014, 9, 23)
LATE_FROM = dt.date(2015, 1, 1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def rows_on(on: dt.date) -> dict[int, Any]:
    rows: Any = Commitment.objects.standing_on(on)
    return {row.pk: row for row in rows}


@pytest.fixture
def circular() -> Commitment:
    """The circular to the prefects: promised, not seen, claimed by letter."""
    commitment = make_commitment(
        made_on=MADE, deadline_words="avant la fin de l’année 2014", late_from=LATE_FROM
    )
    make_event(commitment, EventKind.NO_NEWS, day("2015-01-22"))
    make_event(commitment, EventKind.REMINDED, day("2015-04-21"))
    return commitment


@pytest.mark.parametrize(
    ("on", "state", "is_late", "days_late"),
    [
        ("2014-09-23", State.PROMISED, False, 0),
        ("2014-12-31", State.PROMISED, False, 0),
        ("2015-01-01", State.LATE, True, 1),
        ("2015-01-21", State.LATE, True, 21),
        ("2015-01-22", State.NO_NEWS, True, 22),
        ("2015-04-20", State.NO_NEWS, True, 110),
        ("2015-04-21", State.REMINDED, True, 111),
    ],
)
def test_the_circular_stands_as_it_did_each_day(
    circular: Commitment, on: str, state: State, is_late: bool, days_late: int
) -> None:
    found = standing(circular.events.all(), day(on))
    assert found is not None
    assert (found.state, found.is_late, found.days_late) == (state, is_late, days_late)
    row = rows_on(day(on))[circular.pk]
    assert (row.state, row.is_late) == (state, is_late)


def test_there_is_nothing_before_it_was_made(circular: Commitment) -> None:
    assert standing(circular.events.all(), day("2014-09-22")) is None
    assert not Commitment.objects.standing_on(day("2014-09-22")).exists()


def test_a_mistake_counts_for_nothing_on_any_day(circular: Commitment) -> None:
    wrong = make_event(circular, EventKind.KEPT, day("2015-02-01"))
    make_event(circular, EventKind.RETRACTED, day("2015-03-01"), retracts=wrong)
    found = standing(circular.events.all(), day("2015-02-10"))
    assert found is not None
    assert found.state == State.NO_NEWS
    assert rows_on(day("2015-02-10"))[circular.pk].state == State.NO_NEWS


def test_a_new_deadline_takes_the_place_of_the_old_one_from_its_day_on(
    circular: Commitment,
) -> None:
    make_event(
        circular,
        EventKind.POSTPONED,
        day("2015-05-01"),
        deadline_words="avant l’été",
        late_from=day("2015-06-21"),
    )
    for on, state, postponed, late_from in [
        ("2015-04-30", State.REMINDED, 0, LATE_FROM),
        ("2015-05-01", State.PROMISED, 1, day("2015-06-21")),
        ("2015-06-21", State.LATE, 1, day("2015-06-21")),
    ]:
        found = standing(circular.events.all(), day(on))
        assert found is not None
        assert (found.state, found.postponed, found.late_from) == (state, postponed, late_from)


def stories() -> list[Commitment]:
    """Forty commitments whose events follow no rule but time: the query may assume nothing of the services."""
    chance = random.Random(2015)
    kinds = [kind for kind in EventKind if kind not in {EventKind.MADE, EventKind.RETRACTED}]
    found = []
    for _each in range(40):
        made_on = MADE + dt.timedelta(chance.randrange(300))
        deadline = made_on + dt.timedelta(chance.randrange(1, 200))
        commitment = make_commitment(
            made_on=made_on, late_from=deadline if chance.random() < 0.8 else None
        )
        on = made_on
        for _event in range(chance.randrange(6)):
            on += dt.timedelta(chance.randrange(0, 90))
            kind = chance.choice(kinds)
            moved = kind == EventKind.POSTPONED
            event = make_event(
                commitment,
                kind,
                on,
                deadline_words="plus tard" if moved else "",
                late_from=on + dt.timedelta(30) if moved else None,
            )
            if chance.random() < 0.2:
                make_event(commitment, EventKind.RETRACTED, on, retracts=event)
        found.append(commitment)
    return found


def test_the_query_and_the_computation_say_the_same() -> None:
    commitments = stories()
    states = set()
    for week in range(0, 120, 7):
        on = MADE + dt.timedelta(7 * week)
        rows = rows_on(on)
        for commitment in commitments:
            one, row = standing(commitment.events.all(), on), rows.get(commitment.pk)
            assert (one is None) == (row is None)
            if one is None or row is None:
                continue
            states.add(one.state)
            assert (
                row.state,
                row.is_late,
                row.made_on,
                row.last_on,
                row.deadline_words,
                row.late_from,
                row.postponed,
            ) == (
                one.state,
                one.is_late,
                one.made_on,
                one.last_on,
                one.deadline_words,
                one.late_from,
                one.postponed,
            )
    assert states == set(State)


def test_every_state_is_open_or_closed() -> None:
    assert {State(kind) for kind in CLOSED_KINDS} | OPEN == set(State)
    assert not {State(kind) for kind in CLOSED_KINDS} & OPEN


def test_how_all_stand_is_one_query(
    circular: Commitment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _each in range(20):
        make_commitment()
    with django_assert_num_queries(1):
        assert len(Commitment.objects.standing_on(day("2015-04-21"))) == 21

"""The next step suggested about a promise, from what was done so far. Only ever said."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from commitments.enums import Escalation, EventKind, LetterStatus
from commitments.escalation import advice_for, advise, next_step
from commitments.models import Commitment, CommitmentEvent, Letter
from tests.factories import make_commitment, make_event, make_letter

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

LATE_FROM = dt.date(2015, 1, 1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def circular() -> Commitment:
    return make_commitment(
        made_on=dt.date(2014, 9, 23),
        deadline_words="avant la fin de l’année 2014",
        late_from=LATE_FROM,
    )


def fresh(commitment: Commitment) -> Commitment:
    """Its events read again."""
    return Commitment.objects.get(pk=commitment.pk)


def remind(commitment: Commitment, on: dt.date, step: Escalation | None) -> CommitmentEvent:
    letter = make_letter(status=LetterStatus.SENT, escalation=step) if step else None
    return make_event(commitment, EventKind.REMINDED, on, letter=letter)


def test_nothing_is_suggested_before_it_is_late(circular: Commitment) -> None:
    assert next_step(circular, LATE_FROM - DAY) is None
    assert next_step(circular, dt.date(2014, 9, 22)) is None


def test_mail_comes_first(circular: Commitment) -> None:
    advice = advise(circular, LATE_FROM + 9 * DAY)
    assert advice is not None
    assert advice.step == Escalation.MAIL
    assert "10" in advice.reason


def test_no_news_alone_does_not_lead_further(circular: Commitment) -> None:
    make_event(circular, EventKind.NO_NEWS, dt.date(2015, 1, 22))
    assert next_step(fresh(circular), dt.date(2015, 4, 20)) == Escalation.MAIL


@pytest.mark.parametrize(
    ("taken", "following"),
    [
        (None, Escalation.LETTER),
        (Escalation.MAIL, Escalation.LETTER),
        (Escalation.LETTER, Escalation.HIGHER),
        (Escalation.HIGHER, Escalation.STATEMENT),
        (Escalation.STATEMENT, None),
    ],
)
def test_each_step_leads_to_the_following_one_after_thirty_days_without_an_answer(
    circular: Commitment, taken: Escalation | None, following: Escalation | None
) -> None:
    sent = dt.date(2015, 4, 21)
    remind(circular, sent, taken)
    circular = fresh(circular)
    assert next_step(circular, sent + 29 * DAY) is None
    assert next_step(circular, sent + 30 * DAY) == following


def test_reason_tells_the_last_step_and_how_long_ago(circular: Commitment) -> None:
    remind(circular, dt.date(2015, 4, 21), Escalation.LETTER)
    advice = advise(fresh(circular), dt.date(2015, 6, 1))
    assert advice is not None
    assert str(Escalation.LETTER.label) in advice.reason
    assert "41" in advice.reason


def test_furthest_step_counts_and_not_the_last(circular: Commitment) -> None:
    remind(circular, dt.date(2015, 2, 1), Escalation.HIGHER)
    remind(circular, dt.date(2015, 4, 21), Escalation.MAIL)
    assert next_step(fresh(circular), dt.date(2015, 6, 1)) == Escalation.STATEMENT


def test_letter_closed_without_an_answer_leads_further(circular: Commitment) -> None:
    remind(circular, dt.date(2015, 2, 1), Escalation.LETTER)
    make_event(circular, EventKind.NO_NEWS, dt.date(2015, 3, 10))
    assert next_step(fresh(circular), dt.date(2015, 3, 11)) == Escalation.HIGHER


@pytest.mark.parametrize("kind", [EventKind.ANSWERED, EventKind.REAFFIRMED])
def test_an_answer_gives_time_and_no_more(circular: Commitment, kind: EventKind) -> None:
    remind(circular, dt.date(2015, 2, 1), Escalation.LETTER)
    make_event(circular, kind, dt.date(2015, 3, 1))
    circular = fresh(circular)
    assert next_step(circular, dt.date(2015, 3, 30)) is None
    assert next_step(circular, dt.date(2015, 3, 31)) == Escalation.HIGHER


def test_new_deadline_begins_anew_with_a_letter(circular: Commitment) -> None:
    remind(circular, dt.date(2015, 2, 1), Escalation.HIGHER)
    make_event(
        circular,
        EventKind.POSTPONED,
        dt.date(2015, 2, 10),
        deadline_words="avant l’été",
        late_from=dt.date(2015, 6, 21),
    )
    circular = fresh(circular)
    assert next_step(circular, dt.date(2015, 6, 20)) is None
    assert next_step(circular, dt.date(2015, 6, 21)) == Escalation.LETTER


@pytest.mark.parametrize(
    "kind", [EventKind.PARTLY_KEPT, EventKind.KEPT, EventKind.BROKEN, EventKind.OVERTAKEN]
)
def test_settled_promise_needs_nothing(circular: Commitment, kind: EventKind) -> None:
    make_event(circular, kind, dt.date(2015, 2, 1))
    assert next_step(fresh(circular), dt.date(2016, 1, 1)) is None


def test_reminder_recorded_by_mistake_is_no_step(circular: Commitment) -> None:
    mistake = remind(circular, dt.date(2015, 2, 1), Escalation.HIGHER)
    make_event(circular, EventKind.RETRACTED, dt.date(2015, 2, 2), retracts=mistake)
    assert next_step(fresh(circular), dt.date(2015, 6, 1)) == Escalation.MAIL


def test_what_came_after_the_day_does_not_count(circular: Commitment) -> None:
    remind(circular, dt.date(2015, 4, 21), Escalation.LETTER)
    assert next_step(fresh(circular), dt.date(2015, 4, 20)) == Escalation.MAIL


def test_promise_without_a_date_is_asked_about_after_six_months() -> None:
    vague = make_commitment(made_on=dt.date(2014, 9, 23), deadline_words="dès que possible")
    assert next_step(vague, dt.date(2014, 9, 23) + 179 * DAY) is None
    assert next_step(vague, dt.date(2014, 9, 23) + 180 * DAY) == Escalation.MAIL


def test_reminder_of_a_promise_without_a_date_leads_further() -> None:
    vague = make_commitment(made_on=dt.date(2014, 9, 23))
    remind(vague, dt.date(2015, 4, 21), None)
    assert next_step(fresh(vague), dt.date(2015, 5, 21)) == Escalation.LETTER


def test_suggesting_writes_nothing_and_asks_two_questions_whatever_the_number(
    circular: Commitment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    remind(circular, dt.date(2015, 2, 1), Escalation.LETTER)
    for _number in range(20):
        remind(make_commitment(late_from=LATE_FROM), dt.date(2015, 2, 1), Escalation.LETTER)
    before = CommitmentEvent.objects.count(), Letter.objects.count()
    every = list(Commitment.objects.values_list("pk", flat=True))
    for chosen in ([circular.pk], every):
        rows = list(Commitment.objects.in_bulk(chosen).values())
        with django_assert_num_queries(2):
            advice = advice_for(rows, dt.date(2016, 1, 1))
        assert len(advice) == len(rows)
    assert (CommitmentEvent.objects.count(), Letter.objects.count()) == before

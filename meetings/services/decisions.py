"""What a meeting decided, as a section of its minutes tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from common.search import index
from meetings.enums import DecisionMeans
from meetings.models import Decision
from meetings.services.sections import check_may_write, check_unlocked, lock_minutes

if TYPE_CHECKING:
    from meetings.models import MinutesSection
    from members.models import User


@transaction.atomic
def add_decision(
    *,
    section: MinutesSection,
    by: User | None,
    text: str,
    means: str = DecisionMeans.CONSENSUS,
    votes_for: int | None = None,
    votes_against: int | None = None,
    abstentions: int | None = None,
) -> Decision:
    """Write down a decision. Raises ValidationError: by field, or when the minutes are adopted."""
    check_may_write(by)
    lock_minutes(section.minutes)
    decision = Decision(
        section=section,
        text=text,
        means=means,
        votes_for=votes_for,
        votes_against=votes_against,
        abstentions=abstentions,
    )
    decision.full_clean()
    decision.save()
    index(section)
    return decision


@transaction.atomic
def edit_decision(
    *,
    decision: Decision,
    version: int,
    by: User | None,
    text: str,
    means: str,
    votes_for: int | None = None,
    votes_against: int | None = None,
    abstentions: int | None = None,
) -> Decision:
    """Say it otherwise. Raises StaleRowError, ValidationError: by field, or when the minutes are adopted."""
    check_may_write(by)
    lock_minutes(decision.section.minutes)
    current = Decision.lock_version(decision.pk, version)
    check_unlocked(current)
    current.text, current.means = text, means
    current.votes_for, current.votes_against = votes_for, votes_against
    current.abstentions = abstentions
    current.full_clean()
    current.save()
    index(current.section)
    return current


@transaction.atomic
def delete_decision(*, decision: Decision, version: int, by: User | None) -> None:
    """Take a decision out; its history says that it stood there. Raises StaleRowError, ValidationError."""
    check_may_write(by)
    lock_minutes(decision.section.minutes)
    current = Decision.lock_version(decision.pk, version)
    check_unlocked(current)
    current.delete()
    index(decision.section)

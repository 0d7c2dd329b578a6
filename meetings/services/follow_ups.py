"""“À suivre”: what somebody does after a meeting, until it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.search import index
from meetings.models import FollowUp
from meetings.services.sections import check_may_write, lock_minutes

if TYPE_CHECKING:
    import datetime as dt

    from meetings.models import MinutesSection
    from members.models import Association, User
    from plan.models import Institution


@transaction.atomic
def add_follow_up(
    *,
    section: MinutesSection,
    by: User | None,
    text: str,
    association: Association | None = None,
    institution: Institution | None = None,
    who: str = "",
    due_words: str = "",
    due_on: dt.date | None = None,
    done_on: dt.date | None = None,
    done_note: str = "",
) -> FollowUp:
    """Write down who does what, by when. Raises ValidationError: by field, or when the minutes are adopted."""
    check_may_write(by)
    lock_minutes(section.minutes)
    follow_up = FollowUp(
        section=section,
        text=text,
        association=association,
        institution=institution,
        who=who,
        due_words=due_words,
        due_on=due_on,
        done_on=done_on,
        done_note=done_note,
    )
    return _saved(follow_up)


@transaction.atomic
def edit_follow_up(
    *,
    follow_up: FollowUp,
    version: int,
    by: User | None,
    text: str,
    association: Association | None = None,
    institution: Institution | None = None,
    who: str = "",
    due_words: str = "",
    due_on: dt.date | None = None,
) -> FollowUp:
    """Say it otherwise. Raises StaleRowError, ValidationError: by field, or when the minutes are adopted."""
    check_may_write(by)
    lock_minutes(follow_up.section.minutes)
    current = FollowUp.lock_version(follow_up.pk, version)
    current.text, current.who = text, who
    current.association, current.institution = association, institution
    current.due_words, current.due_on = due_words, due_on
    return _saved(current)


@transaction.atomic
def close_follow_up(
    *,
    follow_up: FollowUp,
    version: int,
    by: User | None,
    done_on: dt.date | None,
    done_note: str = "",
) -> FollowUp:
    """Say that it is done, and what came of it; without a day, that it is not. Adopted minutes do not forbid it.

    Raises StaleRowError, ValidationError by field.
    """
    check_may_write(by)
    current = FollowUp.lock_version(follow_up.pk, version)
    current.done_on, current.done_note = done_on, done_note if done_on else ""
    return _saved(current)


@transaction.atomic
def delete_follow_up(*, follow_up: FollowUp, version: int, by: User | None) -> None:
    """Take it out; its history says that it stood there. Raises StaleRowError, ValidationError."""
    check_may_write(by)
    lock_minutes(follow_up.section.minutes)
    FollowUp.lock_version(follow_up.pk, version).delete()
    index(follow_up.section)


def _saved(follow_up: FollowUp) -> FollowUp:
    if follow_up.done_on is not None and follow_up.done_on > timezone.localdate():
        raise ValidationError({"done_on": _("This day is not over yet.")})
    follow_up.full_clean()
    follow_up.save()
    index(follow_up.section)
    return follow_up

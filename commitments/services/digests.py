"""The weekly mail of what waits, to those who follow commitments: once a week each, however often it is run."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from commitments.escalation import advice_for
from commitments.follow_up import TIMELY, counts_on, line_of
from commitments.models import Digest
from commitments.perms import can_edit_commitments
from members.enums import MailFrequency
from members.mail import send_text, site_address
from members.models import User

if TYPE_CHECKING:
    from commitments.follow_up import Line, Waiting

logger = logging.getLogger(__name__)

# Of each list; the page has the others.
MOST_LINES = 15


def send_digests() -> int:
    """Mail this week's list to whoever follows commitments and was not sent it; returns how many mails left.

    Without anything that waits nothing is sent, nor to who asked for no mail. Run twice, or twice at once, it sends no
    more.
    """
    today = timezone.localdate()
    week = today - dt.timedelta(days=today.weekday())
    had = Digest.objects.filter(week=week).values("person")
    people = User.objects.who_may_come_in(today).exclude(mail_frequency=MailFrequency.NEVER)
    sent = 0
    for person in people.exclude(pk__in=had).order_by("pk"):
        if not can_edit_commitments(person):
            continue
        try:
            sent += mail_digest(person=person, week=week)
        except OSError:
            # One address that the server refuses keeps nobody else from their mail.
            logger.exception("The weekly mail of person %s could not be sent.", person.pk)
    return sent


def mail_digest(*, person: User, week: dt.date) -> bool:
    """Mail somebody their list of a week, unless it was; whether a mail left.

    It is marked first: of two that run at once, one finds it marked. One that the server refuses is marked no more, and
    taken up again by the next run.
    """
    today = timezone.localdate()
    lists = _lists(person, today)
    if not lists:
        return False
    digest = _mark(person, week)
    if digest is None:
        return False
    try:
        send_text(
            template="commitments/mail/digest.txt",
            to=person.email,
            language=person.language,
            lists=lists,
            total=sum(total for _waiting, total, _lines in lists),
            on=today,
            page=site_address(reverse("commitments:follow-up")),
            account=site_address(reverse("members:account")),
        )
    except OSError:
        digest.delete()
        raise
    return True


@transaction.atomic
def _mark(person: User, week: dt.date) -> Digest | None:
    # Waits for another run that writes to the same person.
    User.objects.get_queryset().select_for_update().get(pk=person.pk)
    if Digest.objects.filter(person=person, week=week).exists():
        return None
    digest = Digest(person=person, week=week)
    digest.full_clean()
    digest.save()
    return digest


def _lists(person: User, on: dt.date) -> list[tuple[Waiting, int, list[tuple[Line, str]]]]:
    """Of the lists of the mail that are not empty, how many stand there, and the first as this reader may see them."""
    found: list[Any] = [
        (each, total, list(each.rows(person, on)[:MOST_LINES]))
        for each, total in counts_on(person, on)
        if total and each in TIMELY
    ]
    advice = advice_for([row for _waiting, _total, rows in found for row in rows], on)
    return [
        (
            waiting,
            total,
            [(line_of(row, on, advice), site_address(row.get_absolute_url())) for row in rows],
        )
        for waiting, total, rows in found
    ]

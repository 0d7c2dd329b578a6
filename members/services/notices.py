"""Telling people what happened: a line in their account, and mail as often as they chose."""

from __future__ import annotations

import datetime as dt
import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from members.enums import MailFrequency
from members.mail import send_text, site_address
from members.models import Notice, User

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

logger = logging.getLogger(__name__)

WORDS_LIMIT = 300
# A little less than the days they are called after: the timer is never quite on time.
PAUSES = {
    MailFrequency.AT_ONCE: dt.timedelta(0),
    MailFrequency.DAILY: dt.timedelta(hours=20),
    MailFrequency.WEEKLY: dt.timedelta(days=6, hours=20),
}
# What is older is no news: whoever asks for mail again does not want a year of it.
NEWS_FOR = dt.timedelta(days=30)


@transaction.atomic
def tell(
    *, people: Iterable[User], words: str, path: str, values: Mapping[str, Any] | None = None
) -> list[Notice]:
    """Leave a line in each person's account; those who chose so are mailed at once, when all is written.

    `words` is an English message of the catalogue, said in each person's own language; `values` fills it in.
    """
    notices = []
    for person in people:
        with override(person.language):
            said = _(words) % values if values else _(words)
        notice = Notice(person=person, words=said[:WORDS_LIMIT], path=path)
        notice.full_clean()
        notice.save()
        notices.append(notice)
        if person.mail_frequency == MailFrequency.AT_ONCE:
            # A mail server that is out of order must not undo, or hide, what was just done.
            transaction.on_commit(partial(mail_news, person=person.pk), robust=True)
    return notices


def send_due_notices() -> int:
    """Mail everyone whose digest is due; returns how many mails left. Run twice, or twice at once, it sends no more."""
    sent = 0
    waiting = _waiting(timezone.now())
    people = User.objects.who_may_come_in(timezone.localdate()).filter(
        pk__in=waiting.values("person"), mail_frequency__in=PAUSES
    )
    for pk in people.order_by("pk").values_list("pk", flat=True):
        try:
            sent += mail_news(person=pk)
        except OSError:
            # One address that the server refuses keeps nobody else from their mail.
            logger.exception("The news of person %s could not be mailed.", pk)
    return sent


def mail_news(*, person: int) -> bool:
    """Mail a person all that waits for them, if it is time; whether a mail left.

    The lines are marked first: of two that run at once, one finds nothing left. A mail that the server refuses is
    taken up again by the next run.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=person)
        notices = _take(user, timezone.now())
    if not notices:
        return False
    try:
        send_text(
            template="members/mail/news.txt",
            to=user.email,
            language=user.language,
            notices=[(row.words, site_address(row.path) if row.path else "") for row in notices],
            account=site_address("/compte/"),
        )
    except OSError:
        _mark(notices, None)
        raise
    return True


def _waiting(now: dt.datetime) -> Any:
    return Notice.objects.filter(mailed_at=None, created_at__gt=now - NEWS_FOR)


def _take(user: User, now: dt.datetime) -> list[Notice]:
    pause = PAUSES.get(MailFrequency(user.mail_frequency))
    if pause is None or not user.is_active or not user.may_come_in:
        return []
    last = user.notices.exclude(mailed_at=None).order_by("-mailed_at").first()
    if last is not None and last.mailed_at is not None and last.mailed_at > now - pause:
        return []
    notices = list(_waiting(now).filter(person=user).order_by("created_at", "pk"))
    _mark(notices, now)
    return notices


def _mark(notices: list[Notice], at: dt.datetime | None) -> None:
    for notice in notices:
        notice.mailed_at = at
        notice.save(update_fields=["mailed_at"])

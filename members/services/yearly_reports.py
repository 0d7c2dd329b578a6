"""Calls for the yearly reports: opened, answered, reminded of."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from members.models import Association, Mandate, ReportCall, User, YearlyReport
from members.services.notices import tell

if TYPE_CHECKING:
    from members.models.associations import AssociationQuerySet

# Nobody is told the same twice in a day.
REMINDER_PAUSE = dt.timedelta(hours=24)


class RemindedLatelyError(Exception):
    """The last reminder is less than a day old."""


@transaction.atomic
def open_call(*, year: int, opened_on: dt.date, deadline: dt.date) -> ReportCall:
    """Ask the members for their report of a year. Raises ValidationError by field."""
    call = ReportCall(year=year, opened_on=opened_on, deadline=deadline)
    call.full_clean()
    call.save()
    tell(
        people=people_to_remind(call),
        words=gettext_noop("The report of %(year)s is asked of your association."),
        values={"year": year},
        path=call.get_absolute_url(),
    )
    return call


def asked(call: ReportCall) -> AssociationQuerySet:
    """Those who are asked: members on the day of the call, or since, who have not left."""
    today = timezone.localdate()
    return Association.objects.members_on(max(today, call.opened_on))


def silent(call: ReportCall) -> AssociationQuerySet:
    """Those who have not answered."""
    return asked(call).exclude(pk__in=call.reports.values("association"))


@transaction.atomic
def record_answer(
    *,
    call: ReportCall,
    association: Association,
    title: str,
    url: str,
    received_on: dt.date,
    by: User,
) -> YearlyReport:
    """Record, or correct, what an association answered. Raises ValidationError by field."""
    # One writer at a time: two answers of one association are one row.
    ReportCall.objects.select_for_update().get(pk=call.pk)
    row = call.reports.filter(association=association).first()
    row = row or YearlyReport(call=call, association=association)
    row.title, row.url, row.received_on, row.recorded_by = title, url, received_on, by
    row.full_clean()
    if received_on > timezone.localdate():
        raise ValidationError({"received_on": _("An answer cannot come in the future.")})
    row.save()
    return row


def people_to_remind(call: ReportCall) -> list[User]:
    """Representatives today of associations that have not answered, each once. One query."""
    live = Mandate.objects.live_on(timezone.localdate()).filter(association__in=silent(call))
    people = User.objects.who_may_come_in(timezone.localdate()).filter(mandates__in=live)
    return list(people.distinct().order_by("pk"))


@transaction.atomic
def remind(*, call: ReportCall, again: bool = False) -> int:
    """Write to those who have not answered, one mail an address, once this is committed. Returns how many.

    Raises `RemindedLatelyError` when the last reminder is less than a day old, unless `again`.
    """
    call = ReportCall.objects.select_for_update().get(pk=call.pk)
    now = timezone.now()
    if not again and call.reminded_at is not None and now - call.reminded_at < REMINDER_PAUSE:
        raise RemindedLatelyError
    people = people_to_remind(call)
    if people:
        call.reminded_at = now
        call.save()
    mails = [(person.email, *_reminder(call, person)) for person in people]

    def send() -> None:
        for address, subject, body in mails:
            send_mail(subject, body, None, [address], fail_silently=True)

    transaction.on_commit(send)
    return len(mails)


def _reminder(call: ReportCall, person: User) -> tuple[str, str]:
    """In the language of whoever reads it."""
    with override(person.language):
        address = settings.SITE_URL + reverse("members:report-call-detail", args=[call.year])
        subject = _("The %(year)s report of your association") % {"year": call.year}
        context = {"call": call, "person": person, "address": address}
        return subject, render_to_string("members/mail/report_reminder.txt", context)

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from members.models.associations import Association
from members.perms import is_reader_of_papers

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models.users import User


class ReportCallQuerySet(models.QuerySet["ReportCall"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self if is_reader_of_papers(user) else self.none()


class ReportCall(models.Model):
    """The associations are asked for their report of a year (the 2013 and 2014 ones: document of January 2015, point 8)."""

    year = models.PositiveSmallIntegerField(_("year of the reports"), unique=True)
    opened_on = models.DateField(_("asked for on"))
    deadline = models.DateField(_("deadline"))
    reminded_at = models.DateTimeField(_("last reminder"), null=True, blank=True, editable=False)
    history = HistoricalRecords()

    objects = ReportCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call for yearly reports")
        verbose_name_plural = _("calls for yearly reports")
        ordering = ["-year", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="members_call_deadline_after_opening",
                condition=Q(deadline__gte=F("opened_on")),
                violation_error_message=_("The deadline comes after the call."),
            )
        ]

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        return reverse("members:report-call-detail", args=[self.year])


class YearlyReport(models.Model):
    """What an association answered to a call: the public address of its report."""

    call = models.ForeignKey(ReportCall, on_delete=models.PROTECT, related_name="reports")
    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="yearly_reports"
    )
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("address"))
    received_on = models.DateField(_("received on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("yearly report")
        verbose_name_plural = _("yearly reports")
        ordering = ["call", "association__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "association"],
                name="members_yearly_report_once",
                violation_error_message=_("This association has already answered."),
            )
        ]

    def __str__(self) -> str:
        return self.title

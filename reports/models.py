from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.work import Work, WorkStatus
from meetings.models import Minutes
from members.perms import is_secretariat
from plan.models import Institution, Plan
from reports.enums import ExportStep

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User


STEPS = len(ExportStep) - 1
STEP_OF = {
    WorkStatus.WAITING: ExportStep.WAITING,
    WorkStatus.RUNNING: ExportStep.READING,
    WorkStatus.DONE: ExportStep.FINISHED,
}


class StepWork(Work):
    """A document whose making goes by steps."""

    step = models.CharField(
        _("step"), max_length=12, choices=ExportStep, default=ExportStep.WAITING
    )

    class Meta:
        abstract = True

    @classmethod
    def as_it_is(cls, status: WorkStatus) -> dict[str, Any]:
        """With the step, where the status tells it."""
        return {**super().as_it_is(status), "step": STEP_OF[status]}

    @property
    def steps_done(self) -> int:
        """How far the work is, from 0 to `STEPS`."""
        return list(ExportStep.values).index(self.step)


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Published files for anyone; work under way for the secretariat and the coordinator."""
        return self if is_secretariat(user) else self.published()

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def done(self) -> Self:
        return self.filter(status=WorkStatus.DONE)

    def under_way(self) -> Self:
        return self.filter(status__in=[WorkStatus.WAITING, WorkStatus.RUNNING])

    def of_same_report(self, export: Export) -> Self:
        """Other renderings of the same plan by the same assessor."""
        return self.filter(plan=export.plan_id, assessor=export.assessor_id).exclude(pk=export.pk)

    def for_page(self) -> Self:
        """With what every page about exports shows, in one query."""
        return self.select_related("plan", "assessor", "requested_by", "published_by")


class Export(StepWork):
    """One rendering of a plan's evaluation as a PDF: who asked for it, of which day and assessor, and how it goes."""

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="exports", verbose_name=_("plan")
    )
    assessor = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="exports", verbose_name=_("assessor")
    )
    on = models.DateField(_("as of"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="exports",
        verbose_name=_("asked for by"),
    )
    data_sha256 = models.CharField(_("SHA-256 of the data"), max_length=64, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="published_exports",
        verbose_name=_("published by"),
    )

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of an evaluation")
        verbose_name_plural = _("exports of evaluations")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="reports_export_status_is_known",
                condition=Q(status__in=WorkStatus.values),
                violation_error_message=_("Choose one of the known statuses."),
            ),
            models.CheckConstraint(
                name="reports_export_done_has_file",
                condition=~Q(status=WorkStatus.DONE)
                | (~Q(file="") & ~Q(sha256="") & Q(finished_at__isnull=False)),
                violation_error_message=_("An export that is ready has its file."),
            ),
            models.CheckConstraint(
                name="reports_export_published_is_done",
                condition=Q(published_at=None) | Q(status=WorkStatus.DONE),
                violation_error_message=_("Only an export that is ready can be published."),
            ),
            models.UniqueConstraint(
                # Asking twice for the same thing while it is being made joins the work under way.
                fields=["plan", "assessor", "on"],
                condition=Q(status__in=[WorkStatus.WAITING, WorkStatus.RUNNING]),
                name="reports_export_one_under_way",
                violation_error_message=_("This report is already being made."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.short_title} – {self.on}"

    def get_absolute_url(self) -> str:
        return reverse("reports:detail", args=[self.pk])

    @property
    def file_name(self) -> str:
        """The name under which the file is saved by whoever downloads it."""
        return f"evaluation-{self.plan.slug}-{self.assessor.key}-{self.on.isoformat()}.pdf"


class MinutesExportQuerySet(models.QuerySet["MinutesExport"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One’s own: the file was made for one reader."""
        return self.filter(requested_by=user.pk) if user.is_authenticated else self.none()

    def done(self) -> Self:
        return self.filter(status=WorkStatus.DONE)

    def under_way(self) -> Self:
        return self.filter(status__in=[WorkStatus.WAITING, WorkStatus.RUNNING])


class MinutesExport(StepWork):
    """Minutes as a PDF, made for whoever asked: it holds what that reader could read on that day, and no one else has it."""

    minutes = models.ForeignKey(
        Minutes, on_delete=models.CASCADE, related_name="exports", verbose_name=_("minutes")
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="minutes_exports",
        verbose_name=_("asked for by"),
    )
    # What was printed: a file whose reader may read something else by now does not leave.
    key = models.CharField(max_length=64, blank=True, editable=False)
    is_personal = models.BooleanField(_("bears its reader’s name"), default=False, editable=False)

    objects = MinutesExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of minutes")
        verbose_name_plural = _("exports of minutes")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="reports_minutes_status_is_known",
                condition=Q(status__in=WorkStatus.values),
                violation_error_message=_("Choose one of the known statuses."),
            ),
            models.CheckConstraint(
                name="reports_minutes_step_is_known",
                condition=Q(step__in=ExportStep.values),
                violation_error_message=_("Choose one of the known steps."),
            ),
            models.CheckConstraint(
                name="reports_minutes_done_has_file",
                condition=~Q(status=WorkStatus.DONE)
                | (~Q(file="") & ~Q(sha256="") & ~Q(key="") & Q(finished_at__isnull=False)),
                violation_error_message=_("An export that is ready has its file."),
            ),
            models.UniqueConstraint(
                fields=["minutes", "requested_by"],
                condition=Q(status__in=[WorkStatus.WAITING, WorkStatus.RUNNING]),
                name="reports_minutes_one_under_way",
                violation_error_message=_("This file is already being made."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} – {self.requested_by}"

    def get_absolute_url(self) -> str:
        return reverse("reports:minutes", args=[self.minutes.meeting.slug])

    @property
    def file_name(self) -> str:
        """The name under which the file is saved by whoever downloads it."""
        return f"compte-rendu-{self.minutes.meeting.slug}.pdf"

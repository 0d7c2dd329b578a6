"""Work that the worker does outside requests: how far it is, what went wrong, and what came of it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.checks import CheckedModel


class WorkStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")


class Work(CheckedModel):
    """A file that the worker makes."""

    requested_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    status = models.CharField(
        _("status"), max_length=10, choices=WorkStatus, default=WorkStatus.WAITING
    )
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("what went wrong"), blank=True)
    file = models.FileField(_("file"), upload_to="exports/", blank=True)
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def as_it_is(cls, status: WorkStatus) -> dict[str, Any]:
        """What a row says that waits, is under way or is ready: its status, and whatever else a kind tells of that."""
        return {"status": status}

    @property
    def is_under_way(self) -> bool:
        return self.status in {WorkStatus.WAITING, WorkStatus.RUNNING}

    @property
    def is_waiting(self) -> bool:
        return self.status == WorkStatus.WAITING

    @property
    def is_done(self) -> bool:
        return self.status == WorkStatus.DONE

    @property
    def has_failed(self) -> bool:
        return self.status == WorkStatus.FAILED

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.work import Work, WorkStatus
from members.perms import is_secretariat

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User


class LetterRunQuerySet(models.QuerySet["LetterRun"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self if is_secretariat(user) else self.none()

    def under_way(self) -> Self:
        return self.filter(status__in=[WorkStatus.WAITING, WorkStatus.RUNNING])


class LetterRun(Work):
    """Letters laid out in one go. Its file holds them all, one after another, to be printed; each letter has its own too."""

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="letter_runs",
        verbose_name=_("asked for by"),
    )
    letters_asked = models.PositiveIntegerField(_("letters"), default=0)

    objects = LetterRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("laying out of letters")
        verbose_name_plural = _("layings out of letters")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="commitments_run_status_is_known",
                condition=Q(status__in=WorkStatus.values),
                violation_error_message=_("Choose one of the known statuses."),
            ),
            models.CheckConstraint(
                name="commitments_run_done_has_file",
                condition=~Q(status=WorkStatus.DONE)
                | (~Q(file="") & ~Q(sha256="") & Q(finished_at__isnull=False)),
                violation_error_message=_("A run that is ready has its file."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letters_asked} – {self.requested_at}"

    def get_absolute_url(self) -> str:
        return reverse("commitments:run", args=[self.pk])

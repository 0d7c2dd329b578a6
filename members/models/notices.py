from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """Something that one person is told: shown in their account, and mailed as often as they chose."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    words = models.CharField(_("what"), max_length=300)
    path = models.CharField(_("page"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("at"), default=timezone.now)
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["person", "-created_at"], name="members_notice_of_person")]

    def __str__(self) -> str:
        return self.words

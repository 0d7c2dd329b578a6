from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Digest(models.Model):
    """The weekly mail of what is late: who was sent it for which week, so that nobody is sent it twice."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="commitment_digests"
    )
    week = models.DateField(_("week"), help_text=_("Its Monday."))
    sent_at = models.DateTimeField(_("sent at"), auto_now_add=True)

    class Meta:
        verbose_name = _("weekly mail of commitments")
        verbose_name_plural = _("weekly mails of commitments")
        ordering = ["-week", "person", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "week"],
                name="commitments_digest_is_one_a_week",
                violation_error_message=_("This mail was already sent this week."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.week}"

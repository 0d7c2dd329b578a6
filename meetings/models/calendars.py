from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User


class CalendarLinkQuerySet(models.QuerySet["CalendarLink"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One’s own."""
        return self.filter(person=user.pk) if user.is_authenticated else self.none()

    def live(self) -> Self:
        return self.filter(withdrawn_at=None)


class CalendarLink(models.Model):
    """An address by which a calendar program reads somebody's meetings. Its secret is kept as a fingerprint only."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_links"
    )
    secret_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)

    objects = CalendarLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar link")
        verbose_name_plural = _("calendar links")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(withdrawn_at=None),
                name="meetings_calendar_link_one_live",
                violation_error_message=_("There is already a link: withdraw it first."),
            )
        ]

    def __str__(self) -> str:
        return str(self.person)

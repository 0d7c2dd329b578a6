from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.files import PrivateFileModel
from common.versions import VersionedModel
from members.enums import Audience
from members.models.associations import Association
from members.models.audiences import AudienceQuerySet, RestrictedModel
from members.models.mandates import Mandate
from members.perms import is_reader_of_papers

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models.users import User


class PaperQuerySet(AudienceQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """By their audience; an association's papers also by those who represent it today."""
        rows = super().visible_to(user)
        if not is_reader_of_papers(user):
            return rows
        own = Mandate.objects.live_on(timezone.localdate()).filter(person=user.pk)
        return rows | self.filter(association__in=own.values("association"))


class Paper(PrivateFileModel, RestrictedModel, VersionedModel):
    """A file that the collective, a group or one association keeps."""

    title = models.CharField(_("title"), max_length=200)
    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="papers",
        verbose_name=_("association"),
        help_text=_("An internal paper of this association: its representatives read it too."),
    )
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )
    history = HistoricalRecords()

    objects = PaperQuerySet.as_manager()

    class Meta(RestrictedModel.Meta):
        abstract = False
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-added_at", "-pk"]
        constraints = [
            *RestrictedModel.Meta.constraints,
            models.CheckConstraint(
                name="members_paper_of_association_is_internal",
                condition=Q(association=None)
                | Q(audience__in=[Audience.NAMED, Audience.SECRETARIAT]),
                violation_error_message=_(
                    "An internal paper of an association is for the people named, or for the secretariat."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class FileReading(models.Model):
    """Somebody took a file that is for named readers only. Never edited; what was read is told in words too."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="file_readings"
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    kind = models.CharField(_("kind of row"), max_length=60)
    row = models.PositiveBigIntegerField(_("row"))
    title = models.CharField(_("what"), max_length=200)

    class Meta:
        verbose_name = _("reading of a file")
        verbose_name_plural = _("readings of files")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at"], name="members_reading_at")]

    def __str__(self) -> str:
        return self.title

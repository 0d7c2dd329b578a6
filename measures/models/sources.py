from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.versions import VersionedModel
from measures.enums import SourceKind

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User


class SourceQuerySet(models.QuerySet["Source"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Sources are published documents: anyone may see them."""
        return self.all()


class Source(VersionedModel):
    """A document of the one library of sources, cited from any text by its key: `[@loi-2016-444, art. 8]`."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=SourceKind)
    citation = models.TextField(
        _("citation"), help_text=_("The whole note, as printed at the foot of a page.")
    )
    short = models.CharField(
        _("short form"), max_length=150, help_text=_("For a source that was already cited.")
    )
    author = models.CharField(_("author"), max_length=200, blank=True)
    dated_on = models.DateField(_("dated"), null=True, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    remark = models.TextField(
        _("remark"), blank=True, help_text=_("What does not add up in the source itself.")
    )
    history = HistoricalRecords()

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["key", "pk"]
        constraints = [
            models.CheckConstraint(
                name="measures_source_kind_is_known",
                condition=Q(kind__in=SourceKind.values),
                violation_error_message=_("Choose one of the known kinds of source."),
            ),
            models.CheckConstraint(
                name="measures_source_is_citable",
                condition=~Q(citation="") & ~Q(short=""),
                violation_error_message=_("A source needs its citation and its short form."),
            ),
        ]

    def __str__(self) -> str:
        return self.short

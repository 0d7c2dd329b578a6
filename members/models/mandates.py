from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.versions import VersionedModel
from members.enums import MandateKind
from members.models.associations import Association
from members.models.users import User
from members.perms import can_manage_people, is_reader_of_papers

if TYPE_CHECKING:
    import datetime as dt
    from typing import Self

    from django.contrib.auth.models import AnonymousUser


class MandateQuerySet(models.QuerySet["Mandate"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Members know who represents whom; the administrator, who opens accounts, too; anyone sees their own."""
        if is_reader_of_papers(user) or can_manage_people(user):
            return self
        return self.filter(person=user.pk) if user.is_authenticated else self.none()

    def live_on(self, on: dt.date) -> Self:
        """Mandates that held on a day. The day on which one ends is the first without it."""
        return self.filter(Q(until=None) | Q(until__gt=on), since__lte=on)

    def overlapping(self, since: dt.date, until: dt.date | None) -> Self:
        rows = self.filter(Q(until=None) | Q(until__gt=since))
        return rows if until is None else rows.filter(since__lt=until)


class Mandate(VersionedModel):
    """A person who speaks for an association, from one day to another. What was true on a past day stays true for it."""

    person = models.ForeignKey(
        # Old minutes name the person of that day.
        User,
        on_delete=models.PROTECT,
        related_name="mandates",
        verbose_name=_("person"),
    )
    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        related_name="mandates",
        verbose_name=_("association"),
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=MandateKind, default=MandateKind.TITULAR
    )
    function = models.CharField(_("function in the association"), max_length=120, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(
        _("ended on"), null=True, blank=True, help_text=_("The first day without the mandate.")
    )
    history = HistoricalRecords()

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["association__name", "kind", "since", "pk"]
        indexes = [models.Index(fields=["person", "since", "until"], name="members_mandate_live")]
        constraints = [
            models.CheckConstraint(
                name="members_mandate_kind_is_known",
                condition=Q(kind__in=MandateKind.values),
                violation_error_message=_("Choose titular or alternate."),
            ),
            models.CheckConstraint(
                name="members_mandate_ends_after_it_began",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("A mandate cannot end before it began."),
            ),
            models.UniqueConstraint(
                fields=["association"],
                condition=Q(kind=MandateKind.TITULAR, until=None),
                name="members_mandate_one_titular",
                violation_error_message=_(
                    "This association already has a titular representative: end that mandate first."
                ),
            ),
            models.UniqueConstraint(
                fields=["association", "person"],
                condition=Q(until=None),
                name="members_mandate_held_once",
                violation_error_message=_(
                    "This person already has a mandate for this association: end it first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.association.short_name}"

    def is_live_on(self, on: dt.date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.versions import VersionedModel
from members.enums import AssociationState

if TYPE_CHECKING:
    import datetime as dt
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models.users import User

TEXT_LIMIT = 5_000


class AssociationQuerySet(models.QuerySet["Association"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Cards are public, those of former members too: old minutes name them."""
        return self

    def members_on(self, on: dt.date) -> Self:
        return self.filter(Q(left_on=None) | Q(left_on__gt=on), joined_on__lte=on)

    def invited_on_day(self, on: dt.date) -> Self:
        """Those that take part without being members yet."""
        return self.filter(
            Q(joined_on=None) | Q(joined_on__gt=on),
            Q(left_on=None) | Q(left_on__gt=on),
            invited_on__lte=on,
        )

    def with_state(self, on: dt.date) -> Self:
        """Annotate what each was to the collective on a day (`AssociationState`)."""
        return self.annotate(
            state=Case(
                When(left_on__lte=on, then=Value(AssociationState.FORMER)),
                When(joined_on__lte=on, then=Value(AssociationState.MEMBER)),
                default=Value(AssociationState.INVITED),
                output_field=models.CharField(),
            )
        )

    def in_state(self, state: str, on: dt.date) -> Self:
        return self.with_state(on).filter(Q(state=state))

    def with_link_checks_due(self, before: dt.date) -> Self:
        """Those whose link to the Collectif's site was never looked for, or before a day."""
        return self.filter(Q(link_checked_on=None) | Q(link_checked_on__lt=before))


class Association(VersionedModel):
    """A member of the collective, a former one, or one invited until it may join. Its card is public."""

    slug = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200, unique=True)
    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    presentation = models.TextField(
        _("presentation"), blank=True, validators=[MaxLengthValidator(TEXT_LIMIT)]
    )
    site = models.URLField(_("site"), blank=True)
    invited_on = models.DateField(
        _("invited since"),
        null=True,
        blank=True,
        help_text=_("An association that must wait before it may join takes part as a guest."),
    )
    joined_on = models.DateField(_("member since"), null=True, blank=True)
    is_joining_day_known = models.BooleanField(
        _("this is the day on which it joined"),
        default=True,
        help_text=_("Otherwise: it was already a member on that day."),
    )
    left_on = models.DateField(
        _("left on"), null=True, blank=True, help_text=_("From that day on, no longer a member.")
    )
    has_link = models.BooleanField(
        _("its site links to the Collectif’s"), null=True, blank=True, default=None
    )
    link_checked_on = models.DateField(_("link looked for on"), null=True, blank=True)
    link_url = models.URLField(_("page that carries the link"), blank=True)
    history = HistoricalRecords()

    objects = AssociationQuerySet.as_manager()

    class Meta:
        verbose_name = _("association")
        verbose_name_plural = _("associations")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="members_association_has_a_beginning",
                condition=Q(invited_on__isnull=False) | Q(joined_on__isnull=False),
                violation_error_message=_(
                    "Say since when the association is invited, or a member."
                ),
            ),
            models.CheckConstraint(
                name="members_association_joins_after_invited",
                condition=Q(invited_on=None)
                | Q(joined_on=None)
                | Q(joined_on__gte=F("invited_on")),
                violation_error_message=_("It cannot join before it was invited."),
            ),
            models.CheckConstraint(
                name="members_association_leaves_after_joining",
                condition=Q(left_on=None)
                | (
                    (Q(joined_on=None) | Q(left_on__gte=F("joined_on")))
                    & (Q(invited_on=None) | Q(left_on__gte=F("invited_on")))
                ),
                violation_error_message=_("It cannot leave before it came."),
            ),
            models.CheckConstraint(
                name="members_association_link_check_has_day",
                condition=Q(has_link=None, link_checked_on=None)
                | Q(has_link__isnull=False, link_checked_on__isnull=False),
                violation_error_message=_("Give both what was found and the day of the check."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:association-detail", args=[self.slug])

    @property
    def short_name(self) -> str:
        return self.acronym or self.name

    def is_member_on(self, on: dt.date) -> bool:
        return (
            self.joined_on is not None
            and self.joined_on <= on
            and (self.left_on is None or on < self.left_on)
        )


class Network(models.Model):
    """An international network that an association belongs to, for what it does about trafficking."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="networks")
    name = models.CharField(_("network"), max_length=150)
    url = models.URLField(_("address"), blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        ordering = ["association", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["association", "name"],
                name="members_network_is_named_once",
                violation_error_message=_("This network is already named."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Publication(models.Model):
    """Something an association published and wants found from its card."""

    association = models.ForeignKey(
        Association, on_delete=models.CASCADE, related_name="publications"
    )
    title = models.CharField(_("title"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    url = models.URLField(_("address"), blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["association", "-year", "title", "pk"]

    def __str__(self) -> str:
        return self.title


class Participation(models.Model):
    """A document that shows an association at work with the collective on a day: a list of those present, a signature."""

    association = models.ForeignKey(
        Association, on_delete=models.CASCADE, related_name="participations"
    )
    on = models.DateField(_("on"))
    occasion = models.CharField(_("occasion"), max_length=200)

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["association", "on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["association", "on", "occasion"],
                name="members_participation_is_told_once",
                violation_error_message=_("This is already recorded."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} – {self.occasion}"

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from measures.enums import FigureState, Placement
from measures.models.measures import Measure
from measures.models.sources import Source
from plan.models import Institution, Plan

if TYPE_CHECKING:
    import datetime as dt
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User


class FigureTableQuerySet(models.QuerySet["FigureTable"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Tables are published statistics: anyone may see them."""
        return self.all()

    def as_of(self, on: dt.date) -> Self:
        return self.filter(published_on__lte=on)


class FigureTable(models.Model):
    """A statistical table as an assessor printed it. What does not add up stays, and is said (`measures.checks`)."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="figure_tables", verbose_name=_("plan")
    )
    measure = models.ForeignKey(
        Measure,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="figure_tables",
        verbose_name=_("measure"),
    )
    assessor = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        related_name="figure_tables",
        verbose_name=_("printed by"),
    )
    key = models.SlugField(_("key"), max_length=60)
    caption = models.CharField(_("caption"), max_length=250)
    unit = models.CharField(_("unit"), max_length=60)
    published_on = models.DateField(_("printed on"))
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="figure_tables",
        verbose_name=_("source"),
    )
    source_text = models.CharField(_("source as printed"), max_length=300)
    placement = models.CharField(
        _("place"), max_length=12, choices=Placement, default=Placement.ACTIONS
    )
    note = models.TextField(_("note"), blank=True)
    remark = models.TextField(_("remark"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = FigureTableQuerySet.as_manager()

    class Meta:
        verbose_name = _("table of figures")
        verbose_name_plural = _("tables of figures")
        ordering = ["plan", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "key"],
                name="measures_table_key_is_unique",
                violation_error_message=_("This plan already has a table with this key."),
            ),
            models.CheckConstraint(
                name="measures_table_placement_is_known",
                condition=Q(placement__in=Placement.values),
                violation_error_message=_("Choose one of the known places."),
            ),
        ]

    def __str__(self) -> str:
        return self.caption


class Series(models.Model):
    """A row of a table. It may be declared the total of others, which `measures.checks` then verifies."""

    table = models.ForeignKey(FigureTable, on_delete=models.CASCADE, related_name="series")
    key = models.SlugField(_("key"), max_length=60)
    label = models.CharField(_("label"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"))
    parts = models.ManyToManyField(
        "self", symmetrical=False, related_name="totals", verbose_name=_("total of")
    )

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["table", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "key"],
                name="measures_series_key_is_unique",
                violation_error_message=_("This table already has a series with this key."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Figure(models.Model):
    """One cell: a number exactly as printed, or why there is none."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="figures")
    period = models.CharField(_("period"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"))
    state = models.CharField(
        _("state"), max_length=10, choices=FigureState, default=FigureState.NUMBER
    )
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=4, null=True, blank=True)
    is_provisional = models.BooleanField(_("provisional"), default=False)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["series", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "period"],
                name="measures_figure_once_a_period",
                violation_error_message=_("This series already has a figure for this period."),
            ),
            models.CheckConstraint(
                name="measures_figure_is_number_or_says_why",
                condition=Q(state=FigureState.NUMBER, value__isnull=False)
                | (Q(state__in=[FigureState.EMPTY, FigureState.NOT_AVAILABLE]) & Q(value=None)),
                violation_error_message=_(
                    "A figure is a number, an empty cell or “n.d.”: “n.d.” is not 0."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.period}"


class BoxQuerySet(models.QuerySet["Box"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Boxed texts are part of published evaluations: anyone may see them."""
        return self.all()

    def as_of(self, on: dt.date) -> Self:
        return self.filter(published_on__lte=on)


class Box(models.Model):
    """A text set apart in a report, such as an example from another country."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="boxes", verbose_name=_("plan")
    )
    measure = models.ForeignKey(
        Measure,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="boxes",
        verbose_name=_("measure"),
    )
    assessor = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="boxes", verbose_name=_("printed by")
    )
    key = models.SlugField(_("key"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    published_on = models.DateField(_("printed on"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = BoxQuerySet.as_manager()

    class Meta:
        verbose_name = _("boxed text")
        verbose_name_plural = _("boxed texts")
        ordering = ["plan", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "key"],
                name="measures_box_key_is_unique",
                violation_error_message=_("This plan already has a boxed text with this key."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

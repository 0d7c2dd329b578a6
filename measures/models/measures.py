from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.checks import CheckedModel
from common.numbers import natural_key
from common.text import fold
from common.versions import VersionedModel
from measures.enums import Involvement, SuccessionKind
from plan.models import Institution, Plan, Priority

if TYPE_CHECKING:
    import datetime as dt
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Measures are the adopted text of a plan: anyone may see them."""
        return self.all()

    def with_finding(self, *, on: dt.date, assessor: Institution) -> Self:
        """Annotate `finding_id`, the published assessment in force on a day for one assessor.

        A measure that was never assessed keeps `None`: not assessed is a fact, not an absence from the list.
        """
        from measures.models.assessments import Assessment

        in_force = (
            Assessment.objects.as_of(on)
            .findings()
            .filter(measure=OuterRef("pk"), assessor=assessor)
            .order_by("-assessed_on", "-pk")
        )
        return self.annotate(finding_id=Subquery(in_force.values("pk")[:1]))


class Measure(VersionedModel):
    """One thing that a plan orders. People call it by its number: “la 22”."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="measures", verbose_name=_("plan")
    )
    # A priority with measures is the plan's own structure: taking it away would lose them.
    priority = models.ForeignKey(
        Priority, on_delete=models.PROTECT, related_name="measures", verbose_name=_("priority")
    )
    number = models.CharField(_("number"), max_length=20)
    number_key = models.CharField(max_length=120, editable=False, blank=True)
    title = models.CharField(_("official title"), max_length=300)
    short_title = models.CharField(_("short title"), max_length=60)
    summary = models.TextField(_("summary"), blank=True)
    # SQLite ignores the case of ASCII letters only, so what is searched is kept folded.
    folded = models.TextField(editable=False, blank=True, default="")
    institutions = models.ManyToManyField(
        Institution,
        through="MeasureInstitution",
        related_name="measures",
        verbose_name=_("institutions"),
    )
    history = HistoricalRecords(excluded_fields=["folded"])

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["plan", "priority__position", "number_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="measures_measure_number_is_unique",
                violation_error_message=_("This plan already has a measure with this number."),
            ),
            models.CheckConstraint(
                name="measures_measure_has_number",
                condition=~Q(number="") & ~Q(number_key=""),
                violation_error_message=_("A measure has a number, such as “4” or “4 bis”."),
            ),
        ]
        indexes = [models.Index(fields=["plan", "number_key"], name="measures_by_number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("measures:detail", args=[self.plan.slug, self.number])

    def clean(self) -> None:
        super().clean()
        self.number_key = natural_key(self.number)
        self.folded = fold(f"{self.number} {self.title} {self.short_title} {self.summary}")


class MeasureInstitution(models.Model):
    """An institution that leads a measure or takes part in it."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="involvements")
    # An institution that answers for a measure cannot vanish from it.
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="involvements"
    )
    involvement = models.CharField(_("involvement"), max_length=10, choices=Involvement)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("institution of a measure")
        verbose_name_plural = _("institutions of measures")
        ordering = ["measure", "involvement", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "institution"],
                name="measures_institution_once_a_measure",
                violation_error_message=_("This institution is already named on the measure."),
            ),
            models.CheckConstraint(
                name="measures_involvement_is_known",
                condition=Q(involvement__in=Involvement.values),
                violation_error_message=_("An institution leads a measure or takes part in it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure.number} – {self.institution}"


class MeasureSuccession(CheckedModel):
    """What became of a measure in a later plan; a dropped measure has no successor."""

    predecessor = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="successions")
    successor = models.ForeignKey(
        Measure, on_delete=models.CASCADE, related_name="precessions", null=True, blank=True
    )
    kind = models.CharField(_("kind"), max_length=20, choices=SuccessionKind)

    class Meta:
        verbose_name = _("succession of measures")
        verbose_name_plural = _("successions of measures")
        ordering = ["predecessor", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="measures_succession_is_unique",
                violation_error_message=_("This succession is already there."),
            ),
            models.CheckConstraint(
                name="measures_succession_names_successor",
                condition=Q(kind=SuccessionKind.DROPPED, successor=None)
                | (~Q(kind=SuccessionKind.DROPPED) & Q(successor__isnull=False)),
                violation_error_message=_("A measure is dropped, or has a successor."),
            ),
            models.CheckConstraint(
                name="measures_succession_kind_is_known",
                condition=Q(kind__in=SuccessionKind.values),
                violation_error_message=_("Choose one of the known kinds of succession."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor or self.get_kind_display()}"

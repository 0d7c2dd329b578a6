from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.versions import VersionedModel
from measures.enums import SectionRole
from measures.models.measures import Measure
from plan.models import Institution, Plan

if TYPE_CHECKING:
    import datetime as dt
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """An evaluation is a published document of its institution: anyone may see it."""
        return self.all()

    def in_force(self, *, plan: Plan, assessor: Institution, on: dt.date) -> Evaluation | None:
        """The last evaluation that an institution had adopted by a day."""
        return (
            self.filter(plan=plan, assessor=assessor, adopted_on__lte=on)
            .order_by("-adopted_on", "-pk")
            .first()
        )


class Evaluation(VersionedModel):
    """A whole evaluation of a plan that an institution adopted on a day: the texts that hold its assessments together."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="evaluations", verbose_name=_("plan")
    )
    assessor = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        related_name="evaluations",
        verbose_name=_("assessor"),
    )
    kind = models.CharField(_("kind of document"), max_length=60)
    title = models.CharField(_("title"), max_length=250)
    adopted_on = models.DateField(_("adopted on"))
    body = models.CharField(_("adopted by"), max_length=150)
    vote = models.CharField(_("vote"), max_length=100, blank=True)
    history = HistoricalRecords()

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["-adopted_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "assessor", "adopted_on"],
                name="measures_evaluation_is_unique",
                violation_error_message=_(
                    "This institution already has an evaluation of that day."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EvaluationSection(models.Model):
    """A text of an evaluation outside its measures, such as its introduction."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="sections")
    role = models.CharField(_("role"), max_length=20, choices=SectionRole)
    title = models.CharField(_("title"), max_length=250)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("section of an evaluation")
        verbose_name_plural = _("sections of evaluations")
        ordering = ["evaluation", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "role"],
                name="measures_section_one_a_role",
                violation_error_message=_("This evaluation already has this section."),
            ),
            models.CheckConstraint(
                name="measures_section_role_is_known",
                condition=Q(role__in=SectionRole.values),
                violation_error_message=_("Choose one of the known sections."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Theme(models.Model):
    """A theme under which Part II of an evaluation gathers its recommendations."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="themes")
    number = models.CharField(_("number"), max_length=20)
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=250)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["evaluation", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "number"],
                name="measures_theme_number_is_unique",
                violation_error_message=_("This evaluation already has a theme with this number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class ThematicRecommendation(models.Model):
    """A recommendation as Part II words it, with the measures and the numbered recommendations it comes from."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="proposals")
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.TextField(_("text"))
    measures = models.ManyToManyField(
        Measure, related_name="thematic_recommendations", verbose_name=_("measures")
    )
    recommendations = models.ManyToManyField(
        "measures.Recommendation",
        related_name="thematic_recommendations",
        verbose_name=_("recommendations"),
    )

    class Meta:
        verbose_name = _("recommendation by theme")
        verbose_name_plural = _("recommendations by theme")
        ordering = ["theme", "position", "pk"]

    def __str__(self) -> str:
        return self.text[:60]

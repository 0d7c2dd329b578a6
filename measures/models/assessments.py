from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.typography import long_date
from common.versions import VersionedModel
from measures.citations import check_citations
from measures.enums import AssessmentStatus
from measures.models.evaluations import Evaluation
from measures.models.measures import Measure
from measures.models.sources import Source
from members.perms import is_reader_of_papers
from plan.models import Institution, Level

if TYPE_CHECKING:
    import datetime as dt
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User


# Characters. The longest text of the 2017 evaluation has 9,000; a limit keeps a paste of a whole report out.
REASON_LIMIT = 2_000
TEXT_LIMIT = 30_000


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Published ones for anyone; drafts for those who take part in the collective's work."""
        return self if is_reader_of_papers(user) else self.published()

    def published(self) -> Self:
        return self.filter(status=AssessmentStatus.PUBLISHED)

    def drafts(self) -> Self:
        return self.filter(status=AssessmentStatus.DRAFT)

    def as_of(self, on: dt.date) -> Self:
        """What had been found by a day: published facts of that day or before, less those corrected by then."""
        corrections = Assessment.objects.published().filter(
            supersedes=OuterRef("pk"), assessed_on__lte=on
        )
        return self.published().filter(~Exists(corrections), assessed_on__lte=on)

    def findings(self) -> Self:
        """Those that settle a level, or say that the information does not allow one; not the mere comments."""
        return self.filter(Q(level__isnull=False) | Q(lacks_information=True))

    def with_narrative(self) -> Self:
        """Those that carry a text for the report, of their own or shared with another measure."""
        return self.filter(
            ~Q(state_actions="") | ~Q(observations="") | Q(observations_with__isnull=False)
        )

    def latest(self) -> Self:  # type: ignore[override]
        """The last of these for each measure and assessor, in one query.

        A condition added afterwards comes before the ranking, so it finds the last *that meets it*, not the last.
        """
        rank = Window(
            RowNumber(),
            partition_by=[F("measure_id"), F("assessor_id")],
            order_by=[F("assessed_on").desc(), F("pk").desc()],
        )
        return self.annotate(_rank=rank).filter(_rank=1)

    def in_force(self, on: dt.date) -> Self:
        """The finding that holds on a day, one at most for each measure and assessor."""
        return self.as_of(on).findings().latest()


class Assessment(VersionedModel):
    """What one institution found about a measure on one day.

    A draft can be edited; a published one never is, the database itself refuses: a correction supersedes it.
    """

    measure = models.ForeignKey(
        # Nothing that was found about a measure may vanish with it.
        Measure,
        on_delete=models.PROTECT,
        related_name="assessments",
        verbose_name=_("measure"),
    )
    assessor = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        related_name="assessments",
        verbose_name=_("assessor"),
    )
    evaluation = models.ForeignKey(
        Evaluation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
        verbose_name=_("evaluation"),
    )
    level = models.ForeignKey(
        Level,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
        verbose_name=_("level"),
    )
    lacks_information = models.BooleanField(
        _("not enough information to assess"),
        default=False,
        help_text=_(
            "A fact of its own: a level may be printed although the text says that it cannot be assessed."
        ),
    )
    assessed_on = models.DateField(_("found on"))
    reason = models.TextField(
        _("reason"),
        validators=[MaxLengthValidator(REASON_LIMIT)],
        help_text=_("What the level rests on, in a sentence or two."),
    )
    state_actions = models.TextField(
        _("the State’s actions"), blank=True, validators=[MaxLengthValidator(TEXT_LIMIT)]
    )
    observations = models.TextField(
        _("observations"), blank=True, validators=[MaxLengthValidator(TEXT_LIMIT)]
    )
    observations_with = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="observations_shared_by",
        verbose_name=_("observations shared with"),
    )
    remark = models.TextField(
        _("remark"),
        blank=True,
        help_text=_("What does not add up in the document that this comes from."),
    )
    sources = models.ManyToManyField(
        Source, through="AssessmentSource", related_name="assessments", verbose_name=_("sources")
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=AssessmentStatus,
        default=AssessmentStatus.DRAFT,
        editable=False,
    )
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("corrects"),
    )
    created_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="recorded_assessments",
        verbose_name=_("recorded by"),
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="published_assessments",
        verbose_name=_("published by"),
    )
    history = HistoricalRecords()

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-assessed_on", "-pk"]
        indexes = [
            models.Index(
                fields=["measure", "assessor", "-assessed_on", "-id"], name="measures_in_force"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="measures_assessment_says_why",
                condition=~Q(reason=""),
                violation_error_message=_("Say what the level rests on."),
            ),
            models.CheckConstraint(
                name="measures_assessment_finds_something",
                condition=Q(level__isnull=False) | Q(lacks_information=True) | ~Q(observations=""),
                violation_error_message=_(
                    "Choose a level, say that the information is not enough, or write an observation."
                ),
            ),
            models.CheckConstraint(
                name="measures_assessment_published_has_instant",
                condition=Q(status=AssessmentStatus.DRAFT, published_at=None)
                | Q(status=AssessmentStatus.PUBLISHED, published_at__isnull=False),
                violation_error_message=_(
                    "A published assessment has an instant of publication, a draft has none."
                ),
            ),
            models.CheckConstraint(
                name="measures_assessment_not_its_own_correction",
                condition=Q(supersedes=None) | ~Q(supersedes=F("id")),
                violation_error_message=_("An assessment cannot correct itself."),
            ),
            models.UniqueConstraint(
                fields=["measure", "assessor"],
                condition=Q(status=AssessmentStatus.DRAFT),
                name="measures_assessment_one_draft",
                violation_error_message=_(
                    "There is already a draft of this assessor on this measure."
                ),
            ),
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=Q(status=AssessmentStatus.PUBLISHED),
                name="measures_assessment_corrected_once",
                violation_error_message=_(
                    "This assessment has already been corrected: correct the correction."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure.number} – {self.assessor.short_name} – {self.assessed_on}"

    def clean(self) -> None:
        """Rules that need other rows: they name the field concerned."""
        super().clean()
        errors: dict[str, Any] = {}
        plan = self.measure.plan
        if self.level is not None and self.level.scale_id != plan.scale_id:
            errors["level"] = _("This level does not belong to the scale of the plan.")
        if self.assessed_on is not None:
            if self.assessed_on > timezone.localdate():
                errors["assessed_on"] = _(
                    "This day has not come yet: give the day on which it was found."
                )
            elif self.assessed_on < plan.known_since():
                errors["assessed_on"] = _(
                    "Nothing could be found before %(day)s, when the plan became known."
                ) % {"day": long_date(plan.known_since())}
        if self.supersedes is not None and (
            self.supersedes.measure_id != self.measure_id
            or self.supersedes.assessor_id != self.assessor_id
            or self.supersedes.is_draft
        ):
            errors["supersedes"] = _(
                "Only a published assessment of the same measure and assessor can be corrected."
            )
        if self.observations_with is not None and (
            self.observations_with.measure.plan_id != plan.pk
            or self.observations_with.assessor_id != self.assessor_id
        ):
            errors["observations_with"] = _(
                "Observations are shared within a plan, by the same assessor."
            )
        for field in ("reason", "state_actions", "observations"):
            try:
                check_citations(getattr(self, field))
            except ValidationError as error:
                errors[field] = error
        if errors:
            raise ValidationError(errors)

    @property
    def is_draft(self) -> bool:
        return self.status == AssessmentStatus.DRAFT


class AssessmentSource(models.Model):
    """A source that an assessment rests on, in order, with the place in it."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="citations")
    # Evidence can't vanish.
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations")
    locator = models.CharField(_("place in the source"), max_length=150, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("source of an assessment")
        verbose_name_plural = _("sources of assessments")
        ordering = ["assessment", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "source", "locator"],
                name="measures_citation_is_unique",
                violation_error_message=_("This source is already cited there."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}, {self.locator}" if self.locator else str(self.source)


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A recommendation is seen by whoever sees the assessment that makes it."""
        return self.filter(assessment__in=Assessment.objects.visible_to(user))


class Recommendation(models.Model):
    """What an assessment asks for. Its number is permanent in the plan's series of that assessor (R1, R2…)."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="recommendations"
    )
    number = models.PositiveIntegerField(_("number"))
    text = models.TextField(_("text"))
    addressee = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recommendations",
        verbose_name=_("addressee"),
    )
    is_urgent = models.BooleanField(_("urgent"), default=False)
    repeats = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="repeated_by",
        verbose_name=_("repeats"),
    )

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "number"],
                name="measures_recommendation_number_is_unique",
                violation_error_message=_(
                    "This assessment already has a recommendation with this number."
                ),
            ),
            models.CheckConstraint(
                name="measures_recommendation_says_something",
                condition=~Q(text=""),
                violation_error_message=_("Write what is recommended."),
            ),
        ]

    def __str__(self) -> str:
        return f"R{self.number}"

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.versions import VersionedModel
from measures.models import Measure
from meetings.enums import CorrectionState
from meetings.models.minutes import MinutesSection
from meetings.models.papers import MeetingPaper
from members.models import Association
from members.perms import is_reader_of_papers

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User

PASSAGE_LIMIT = 5_000


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Members, on what they may read."""
        if not is_reader_of_papers(user):
            return self.none()
        sections = MinutesSection.objects.visible_to(user).values("pk")
        papers = MeetingPaper.objects.visible_to(user).values("pk")
        return self.filter(Q(section__in=sections) | Q(paper__in=papers))


class Annotation(VersionedModel):
    """What a member says of a passage, of minutes that are circulated or of a paper sent for comment."""

    section = models.ForeignKey(
        MinutesSection, on_delete=models.CASCADE, null=True, blank=True, related_name="annotations"
    )
    paper = models.ForeignKey(
        MeetingPaper, on_delete=models.CASCADE, null=True, blank=True, related_name="annotations"
    )
    passage = models.TextField(
        _("passage"), blank=True, validators=[MaxLengthValidator(PASSAGE_LIMIT)]
    )
    text = models.TextField(_("remark"), validators=[MaxLengthValidator(PASSAGE_LIMIT)])
    measure = models.ForeignKey(
        Measure,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="annotations",
        verbose_name=_("measure"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="annotations"
    )
    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="annotations",
        verbose_name=_("for the association"),
    )
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    history = HistoricalRecords()

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        verbose_name = _("annotation")
        verbose_name_plural = _("annotations")
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="meetings_annotation_is_on_one_text",
                condition=Q(section__isnull=False, paper=None)
                | Q(section=None, paper__isnull=False),
                violation_error_message=_("A remark is on a section, or on a paper."),
            )
        ]

    def __str__(self) -> str:
        return self.text


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Members, on what they may read."""
        if not is_reader_of_papers(user):
            return self.none()
        return self.filter(section__in=MinutesSection.objects.visible_to(user).values("pk"))

    def open(self) -> Self:
        return self.filter(state=CorrectionState.PROPOSED)


class Correction(VersionedModel):
    """Other words proposed for a passage of circulated minutes, accepted or refused by the secretariat, one by one."""

    section = models.ForeignKey(
        MinutesSection, on_delete=models.CASCADE, related_name="corrections"
    )
    passage = models.TextField(_("passage"), validators=[MaxLengthValidator(PASSAGE_LIMIT)])
    replacement = models.TextField(
        _("to read instead"), blank=True, validators=[MaxLengthValidator(PASSAGE_LIMIT)]
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="corrections"
    )
    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("for the association"),
    )
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=CorrectionState,
        default=CorrectionState.PROPOSED,
        editable=False,
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    answer = models.CharField(_("answer"), max_length=500, blank=True, editable=False)
    history = HistoricalRecords()

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["section", "added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="meetings_correction_state_is_known",
                condition=Q(state__in=CorrectionState.values),
                violation_error_message=_("This state is not known."),
            ),
            models.CheckConstraint(
                name="meetings_correction_decision_has_hour",
                condition=Q(state=CorrectionState.PROPOSED, decided_at=None, decided_by=None)
                | (
                    ~Q(state=CorrectionState.PROPOSED)
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                violation_error_message=_("A decision has an hour and somebody who took it."),
            ),
        ]

    def __str__(self) -> str:
        return self.passage

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.files import random_name
from common.versions import VersionedModel
from measures.models import Measure
from meetings.models.meetings import Invitee, Meeting
from meetings.models.minutes import SECTION_LIMIT
from members.enums import Audience
from members.models import Association, AudienceQuerySet, RestrictedModel
from members.perms import is_guest, is_reader_of_papers
from plan.models import Institution

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User


class MeetingPaperQuerySet(AudienceQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """By audience; outside the collective, of a meeting that anyone may know of, or that the guest is asked to."""
        rows = super().visible_to(user)
        if is_reader_of_papers(user):
            return rows
        public = Q(audience=Audience.PUBLIC, meeting__is_public=True)
        if is_guest(user):
            return rows.filter(public | Q(Exists(Invitee.of(user, OuterRef("meeting")))))
        return rows.filter(public)


class MeetingPaper(RestrictedModel, VersionedModel):
    """A paper of a meeting: its file when it is kept here, its text when it is sent for comment, what it is about."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="papers")
    title = models.CharField(_("title"), max_length=250)
    dated_on = models.DateField(_("dated"), null=True, blank=True)
    summary = models.TextField(_("summary"), blank=True, validators=[MaxLengthValidator(5_000)])
    measures = models.ManyToManyField(
        Measure, blank=True, related_name="meeting_papers", verbose_name=_("measures")
    )
    institutions = models.ManyToManyField(
        Institution, blank=True, related_name="meeting_papers", verbose_name=_("institutions")
    )
    text = models.TextField(
        _("text to comment on"), blank=True, validators=[MaxLengthValidator(SECTION_LIMIT)]
    )
    comments_until = models.DateField(_("comments until"), null=True, blank=True)
    is_original = models.BooleanField(
        _("the original of imported minutes"), default=False, editable=False
    )
    file = models.FileField(_("file"), upload_to=random_name, max_length=100, blank=True)
    file_name = models.CharField(_("name of the file"), max_length=150, editable=False, blank=True)
    file_size = models.PositiveIntegerField(_("size in bytes"), editable=False, default=0)
    file_sha256 = models.CharField(_("fingerprint"), max_length=64, editable=False, blank=True)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    history = HistoricalRecords()

    objects = MeetingPaperQuerySet.as_manager()

    class Meta(RestrictedModel.Meta):
        abstract = False
        verbose_name = _("paper of a meeting")
        verbose_name_plural = _("papers of meetings")
        ordering = ["meeting", "dated_on", "pk"]
        constraints = [
            *RestrictedModel.Meta.constraints,
            models.CheckConstraint(
                name="meetings_paper_for_comment_has_text",
                condition=Q(comments_until=None) | ~Q(text=""),
                violation_error_message=_("Give the text that members are asked to comment on."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class QuestionQuerySet(AudienceQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """By audience, within the collective; a guest those that name them, at a meeting that they are asked to."""
        rows = super().visible_to(user)
        if is_reader_of_papers(user):
            return rows
        if is_guest(user):
            asked = Exists(Invitee.of(user, OuterRef("meeting")))
            return rows.filter(asked, audience=Audience.NAMED)
        return rows.none()


class Question(RestrictedModel, VersionedModel):
    """A question sent to an institution before a meeting, and what it answered."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField(_("question"), validators=[MaxLengthValidator(5_000)])
    institution = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("asked to"),
    )
    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("asked by"),
    )
    measures = models.ManyToManyField(
        Measure, blank=True, related_name="questions", verbose_name=_("measures")
    )
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True, validators=[MaxLengthValidator(10_000)])
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    history = HistoricalRecords()

    objects = QuestionQuerySet.as_manager()

    class Meta(RestrictedModel.Meta):
        abstract = False
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["meeting", "pk"]
        constraints = [
            *RestrictedModel.Meta.constraints,
            models.CheckConstraint(
                name="meetings_question_answer_has_day",
                condition=Q(answer="", answered_on=None)
                | (~Q(answer="") & Q(answered_on__isnull=False)),
                violation_error_message=_("Give both the answer and its day."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

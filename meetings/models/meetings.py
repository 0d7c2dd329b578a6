from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, F, Max, Min, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.checks import CheckedModel
from common.versions import VersionedModel
from meetings.enums import Answer, MeetingKind
from members.models import Association, WorkingGroup
from members.perms import is_guest, is_reader_of_papers
from plan.models import Institution

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User

TEXT_LIMIT = 5_000


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Members see every meeting's day and title; a guest those they are invited to; anyone those made public."""
        if is_reader_of_papers(user):
            return self
        if is_guest(user):
            return self.filter(Q(is_public=True) | Exists(Invitee.of(user, OuterRef("pk"))))
        return self.filter(is_public=True)

    def attended_by(self, user: User | AnonymousUser) -> Self:
        """Those whose agenda, answers and convocation somebody may read: a member all, a guest those they are asked to."""
        if is_reader_of_papers(user):
            return self
        return (
            self.filter(Exists(Invitee.of(user, OuterRef("pk")))) if is_guest(user) else self.none()
        )

    def with_days(self) -> Self:
        """Annotate `first_on` and `last_on`, the days of the first and the last session."""
        return self.annotate(first_on=Min("sessions__on"), last_on=Max("sessions__on"))

    def in_order(self) -> Self:
        """The latest first."""
        return self.with_days().order_by(F("first_on").desc(nulls_first=True), "-pk")


class Meeting(VersionedModel):
    """People who meet about the plan, on one or several days told together (the document of January 2015: five)."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    purpose = models.TextField(
        _("purpose"), blank=True, validators=[MaxLengthValidator(TEXT_LIMIT)]
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=MeetingKind, default=MeetingKind.INTERNAL
    )
    is_public = models.BooleanField(
        _("anyone may know of it"),
        default=False,
        help_text=_(
            "Its day and its title, and those sections of its adopted minutes that are for everyone."
        ),
    )
    group = models.ForeignKey(
        WorkingGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("working group"),
    )
    institutions = models.ManyToManyField(
        Institution, blank=True, related_name="meetings", verbose_name=_("institutions met")
    )
    quorum = models.PositiveSmallIntegerField(
        _("quorum"),
        null=True,
        blank=True,
        help_text=_("How many associations must be present or represented."),
    )
    previous = models.ForeignKey(
        "self",
        # The next one adopts its minutes and takes up what it left open.
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="following",
        verbose_name=_("follows the meeting"),
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    convened_at = models.DateTimeField(_("convened at"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    history = HistoricalRecords()

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="meetings_meeting_kind_is_known",
                condition=Q(kind__in=MeetingKind.values),
                violation_error_message=_("Choose one of the known kinds of meeting."),
            ),
            models.CheckConstraint(
                name="meetings_meeting_does_not_follow_itself",
                condition=Q(previous=None) | ~Q(previous=F("id")),
                violation_error_message=_("A meeting cannot follow itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:detail", args=[self.slug])


class Session(CheckedModel):
    """One sitting of a meeting. Hours are Paris time, and may be unknown: a document often gives the day alone."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="sessions")
    on = models.DateField(_("day"))
    starts_at = models.TimeField(_("begins at"), null=True, blank=True)
    ends_at = models.TimeField(_("ends at"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    room = models.CharField(_("room"), max_length=100, blank=True)
    host = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions_hosted",
        verbose_name=_("host institution"),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["meeting", "on", F("starts_at").asc(nulls_first=True), "pk"]
        indexes = [models.Index(fields=["on"], name="meetings_session_on")]
        constraints = [
            models.CheckConstraint(
                name="meetings_session_ends_after_it_begins",
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("A meeting cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="meetings_session_end_needs_beginning",
                condition=Q(ends_at=None) | Q(starts_at__isnull=False),
                violation_error_message=_("Give the hour at which it begins too."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} – {self.on}"


class InviteeQuerySet(models.QuerySet["Invitee"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Members know who comes; a guest sees their own line alone."""
        if is_reader_of_papers(user):
            return self
        return self.filter(person=user.pk) if user.is_authenticated else self.none()


class Invitee(CheckedModel):
    """A person asked to a meeting, for which association on that day, and what they answered."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="invitees")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="meetings_asked_to",
        verbose_name=_("person"),
    )
    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitees",
        verbose_name=_("for the association"),
    )
    sent_at = models.DateTimeField(_("convocation sent at"), null=True, blank=True, editable=False)
    answer = models.CharField(_("answer"), max_length=12, choices=Answer, blank=True)
    represented_by = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitees_represented",
        verbose_name=_("represented by"),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    history = HistoricalRecords()

    objects = InviteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("person asked to a meeting")
        verbose_name_plural = _("people asked to meetings")
        ordering = ["meeting", "person__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"],
                name="meetings_invitee_is_asked_once",
                violation_error_message=_("This person is already asked to the meeting."),
            ),
            models.CheckConstraint(
                name="meetings_invitee_answer_is_known",
                condition=Q(answer__in=["", *Answer.values]),
                violation_error_message=_("Choose one of the answers."),
            ),
            models.CheckConstraint(
                name="meetings_invitee_answer_has_hour",
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                violation_error_message=_("An answer has an hour."),
            ),
            models.CheckConstraint(
                name="meetings_invitee_represented_by_somebody",
                condition=Q(answer=Answer.REPRESENTED, represented_by__isnull=False)
                | (~Q(answer=Answer.REPRESENTED) & Q(represented_by=None)),
                violation_error_message=_("Say which association represents yours."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.meeting}"

    @classmethod
    def of(cls, user: User | AnonymousUser, meeting: OuterRef) -> models.QuerySet[Invitee]:
        """For `Exists`: whether somebody is asked to a meeting."""
        return cls.objects.filter(meeting=meeting, person=user.pk)

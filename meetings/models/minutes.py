from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, F, Min, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.versions import VersionedModel
from measures.models import Measure
from meetings.enums import DecisionMeans, MinutesStatus, StepKind
from meetings.models.meetings import Invitee, Meeting, Session
from members.enums import Audience
from members.models import Association, AudienceQuerySet, RestrictedModel
from members.perms import is_guest, is_reader_of_papers, is_secretariat
from plan.models import Institution

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User

# Characters of one section: some 30 printed pages.
SECTION_LIMIT = 100_000
SHOWN = [MinutesStatus.CIRCULATED, MinutesStatus.ADOPTED]


def _told_to_anyone() -> Q:
    """Adopted minutes of a meeting that anyone may know of."""
    return Q(minutes__status=MinutesStatus.ADOPTED, minutes__meeting__is_public=True)


class MinutesQuerySet(models.QuerySet["Minutes"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The secretariat all; members what was circulated; a guest and anyone else what holds a section for them."""
        if is_secretariat(user):
            return self
        if is_reader_of_papers(user):
            return self.filter(status__in=SHOWN)
        sections = MinutesSection.objects.visible_to(user).filter(minutes=OuterRef("pk"))
        return self.filter(Exists(sections))


class Minutes(VersionedModel):
    """What was said at a meeting, section by section. Once adopted at a later one, its text is locked."""

    meeting = models.OneToOneField(
        Meeting, on_delete=models.PROTECT, related_name="minutes", verbose_name=_("meeting")
    )
    dated_on = models.DateField(_("dated"), null=True, blank=True)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=MinutesStatus,
        default=MinutesStatus.DRAFT,
        editable=False,
    )
    circulated_at = models.DateTimeField(_("circulated at"), null=True, blank=True, editable=False)
    remarks_until = models.DateField(
        _("remarks until"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The last day for remarks."),
    )
    adopted_at_meeting = models.ForeignKey(
        Meeting,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="minutes_adopted",
        verbose_name=_("adopted at the meeting"),
    )
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True, editable=False)
    history = HistoricalRecords()

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="meetings_minutes_status_is_known",
                condition=Q(status__in=MinutesStatus.values),
                violation_error_message=_("This status is not known."),
            ),
            models.CheckConstraint(
                name="meetings_minutes_circulated_has_hour",
                condition=Q(status=MinutesStatus.DRAFT, circulated_at=None)
                | (~Q(status=MinutesStatus.DRAFT) & Q(circulated_at__isnull=False)),
                violation_error_message=_("Minutes that are circulated say when."),
            ),
            models.CheckConstraint(
                name="meetings_minutes_adopted_has_meeting",
                condition=Q(
                    status=MinutesStatus.ADOPTED,
                    adopted_at_meeting__isnull=False,
                    adopted_on__isnull=False,
                )
                | (~Q(status=MinutesStatus.ADOPTED) & Q(adopted_at_meeting=None, adopted_on=None)),
                violation_error_message=_("Adopted minutes name the meeting that adopted them."),
            ),
            models.CheckConstraint(
                name="meetings_minutes_adopted_by_another_meeting",
                condition=Q(adopted_at_meeting=None) | ~Q(adopted_at_meeting=F("meeting")),
                violation_error_message=_("Minutes are adopted at a later meeting."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.meeting)

    def get_absolute_url(self) -> str:
        return reverse("meetings:minutes", args=[self.meeting.slug])

    @property
    def is_locked(self) -> bool:
        return self.status == MinutesStatus.ADOPTED


class MinutesSectionQuerySet(AudienceQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """By audience, once the minutes are circulated; outside the collective, adopted and public, or named."""
        rows = super().visible_to(user)
        if is_secretariat(user):
            return rows
        if is_reader_of_papers(user):
            return rows.filter(minutes__status__in=SHOWN)
        if is_guest(user):
            asked = Exists(Invitee.of(user, OuterRef("minutes__meeting")))
            named = Q(audience=Audience.NAMED, minutes__status__in=SHOWN) & Q(asked)
            return rows.filter(named | (Q(audience=Audience.PUBLIC) & (_told_to_anyone())))
        return rows.filter(_told_to_anyone())

    def with_day(self) -> Self:
        """Annotate `said_on`: the day of its session, or of the first one of the meeting."""
        first = (
            Session.objects.filter(meeting=OuterRef("minutes__meeting"))
            .order_by()
            .values("meeting")
            .annotate(first=Min("on"))
            .values("first")
        )
        return self.annotate(said_on=Coalesce("session__on", models.Subquery(first)))


class MinutesSection(RestrictedModel, VersionedModel):
    """A numbered part of minutes: what it is about, who may read it. `number` is as printed (“I.1”, “4 bis”)."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="sections")
    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sections",
        verbose_name=_("session"),
    )
    position = models.PositiveIntegerField(_("place"), default=0)
    level = models.PositiveSmallIntegerField(_("level of heading"), default=1)
    number = models.CharField(_("number"), max_length=30, blank=True)
    heading = models.CharField(_("heading"), max_length=500, blank=True)
    text = models.TextField(_("text"), blank=True, validators=[MaxLengthValidator(SECTION_LIMIT)])
    measures = models.ManyToManyField(
        Measure, blank=True, related_name="minutes_sections", verbose_name=_("measures")
    )
    institutions = models.ManyToManyField(
        Institution, blank=True, related_name="minutes_sections", verbose_name=_("institutions")
    )
    proposes_measure = models.CharField(
        _("measure proposed"),
        max_length=20,
        blank=True,
        help_text=_(
            "The number of a measure that it proposes to add to the plan, such as “4 bis”."
        ),
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    written_at = models.DateTimeField(_("written at"), null=True, blank=True, editable=False)
    is_locked = models.BooleanField(_("locked"), default=False, editable=False)
    history = HistoricalRecords()

    objects = MinutesSectionQuerySet.as_manager()

    class Meta(RestrictedModel.Meta):
        abstract = False
        verbose_name = _("section of minutes")
        verbose_name_plural = _("sections of minutes")
        ordering = ["minutes", "position", "pk"]
        constraints = [
            *RestrictedModel.Meta.constraints,
            models.CheckConstraint(
                name="meetings_section_level_is_known",
                condition=Q(level__gte=1, level__lte=4),
                violation_error_message=_("A heading has a level from 1 to 4."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.heading}".strip() or str(self.minutes)

    def get_absolute_url(self) -> str:
        return f"{self.minutes.get_absolute_url()}#s{self.pk}"


class PartQuerySet(models.QuerySet["models.Model"]):
    """Rows of a section: whoever may read it may read them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(section__in=MinutesSection.objects.visible_to(user).values("pk"))


class Decision(VersionedModel):
    """What was decided, as the section tells it. Locked with the minutes."""

    section = models.ForeignKey(MinutesSection, on_delete=models.CASCADE, related_name="decisions")
    text = models.TextField(_("decision"), validators=[MaxLengthValidator(2_000)])
    means = models.CharField(
        _("how"), max_length=10, choices=DecisionMeans, default=DecisionMeans.CONSENSUS
    )
    votes_for = models.PositiveSmallIntegerField(_("for"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("against"), null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField(_("abstentions"), null=True, blank=True)
    is_locked = models.BooleanField(_("locked"), default=False, editable=False)
    history = HistoricalRecords()

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["section", "pk"]
        constraints = [
            models.CheckConstraint(
                name="meetings_decision_means_is_known",
                condition=Q(means__in=DecisionMeans.values),
                violation_error_message=_("Say how it was decided."),
            ),
            models.CheckConstraint(
                name="meetings_decision_vote_is_counted",
                condition=Q(means=DecisionMeans.VOTE, votes_for__isnull=False)
                | Q(
                    means=DecisionMeans.CONSENSUS,
                    votes_for=None,
                    votes_against=None,
                    abstentions=None,
                ),
                violation_error_message=_("Give the votes of a vote, and none of a consensus."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class FollowUpQuerySet(PartQuerySet):
    def open(self) -> Self:
        return self.filter(done_on=None)


class FollowUp(VersionedModel):
    """“À suivre”: who does what, by when. `due_words` is as said; `due_on` the last day, when it can be told."""

    section = models.ForeignKey(MinutesSection, on_delete=models.CASCADE, related_name="follow_ups")
    text = models.TextField(_("to be done"), validators=[MaxLengthValidator(2_000)])
    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("association"),
    )
    institution = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("institution"),
    )
    who = models.CharField(
        _("who"),
        max_length=150,
        blank=True,
        help_text=_("A function or a group, such as “le secrétariat”."),
    )
    due_words = models.CharField(_("by when, as said"), max_length=100, blank=True)
    due_on = models.DateField(_("by"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_note = models.CharField(_("what came of it"), max_length=300, blank=True)
    history = HistoricalRecords()

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["section", "pk"]
        constraints = [
            models.CheckConstraint(
                name="meetings_follow_up_is_for_somebody",
                condition=Q(association__isnull=False) | Q(institution__isnull=False) | ~Q(who=""),
                violation_error_message=_("Say who does it."),
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def whose(self) -> str:
        """Who does it, in words."""
        if self.association is not None:
            return self.association.short_name
        return self.institution.short_name if self.institution is not None else self.who


class MinutesStep(models.Model):
    """A step in the life of minutes, never changed. A version of the text is what the sections said at its hour."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("step"), max_length=12, choices=StepKind)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("step of minutes")
        verbose_name_plural = _("steps of minutes")
        ordering = ["minutes", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="meetings_step_kind_is_known",
                condition=Q(kind__in=StepKind.values),
                violation_error_message=_("This step is not known."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.minutes} – {self.get_kind_display()}"


class Erratum(models.Model):
    """A dated addition to locked minutes. Never changed: another one corrects it."""

    section = models.ForeignKey(MinutesSection, on_delete=models.CASCADE, related_name="errata")
    on = models.DateField(_("dated"))
    text = models.TextField(_("erratum"), validators=[MaxLengthValidator(5_000)])
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("erratum")
        verbose_name_plural = _("errata")
        ordering = ["section", "on", "pk"]

    def __str__(self) -> str:
        return self.text


class MinutesVisit(models.Model):
    """When somebody last read minutes, so that they are shown what is new. The machine's bookkeeping, no record."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="visits")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="minutes_visits"
    )
    last_at = models.DateTimeField(_("last read at"))
    before_at = models.DateTimeField(_("read before at"), null=True, blank=True)

    class Meta:
        verbose_name = _("visit of minutes")
        verbose_name_plural = _("visits of minutes")
        ordering = ["-last_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "person"],
                name="meetings_visit_is_one",
                violation_error_message=_("This visit is already known."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.minutes}"

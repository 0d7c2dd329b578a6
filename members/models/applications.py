from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.files import PrivateFileModel
from common.versions import VersionedModel
from members.enums import ApplicationState, LetterKind, PaperKind, PaperVerdict
from members.models.associations import Association
from members.perms import is_guest, is_secretariat

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models.users import User

DECIDED = [ApplicationState.ACCEPTED, ApplicationState.DECLINED]
ENDED = [*DECIDED, ApplicationState.WITHDRAWN]
TEXT_LIMIT = 10_000


class MembershipApplicationQuerySet(models.QuerySet["MembershipApplication"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The secretariat and the coordinator; the candidate their own, until it is decided."""
        if is_secretariat(user):
            return self
        if is_guest(user):
            return (
                self.open()
                .filter(
                    guest_accesses__person=user.pk,
                    guest_accesses__since__lte=timezone.localdate(),
                    guest_accesses__until__gt=timezone.localdate(),
                )
                .distinct()
            )
        return self.none()

    def open(self) -> Self:
        return self.exclude(state__in=ENDED)


class MembershipApplication(VersionedModel):
    """An association that asks to join: what it hands in, where its file stands, and what was decided."""

    name = models.CharField(_("name of the association"), max_length=200)
    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    site = models.URLField(_("site"), blank=True)
    received_on = models.DateField(_("received on"), default=timezone.localdate)
    about_trafficking = models.TextField(
        _("work already done on trafficking"),
        blank=True,
        validators=[MaxLengthValidator(TEXT_LIMIT)],
    )
    motivation = models.TextField(
        _("reasons to join"), blank=True, validators=[MaxLengthValidator(TEXT_LIMIT)]
    )
    supported_by = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications_supported",
        verbose_name=_("supported by"),
    )
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=ApplicationState,
        default=ApplicationState.RECEIVED,
        editable=False,
    )
    hearing_on = models.DateField(_("to be heard on"), null=True, blank=True, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    association = models.OneToOneField(
        Association,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="application",
        verbose_name=_("association"),
    )
    history = HistoricalRecords()

    objects = MembershipApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application for membership")
        verbose_name_plural = _("applications for membership")
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="members_application_state_is_known",
                condition=Q(state__in=ApplicationState.values),
                violation_error_message=_("This state is not known."),
            ),
            models.CheckConstraint(
                name="members_application_decision_has_day",
                condition=Q(state__in=DECIDED, decided_on__isnull=False)
                | (~Q(state__in=DECIDED) & Q(decided_on=None)),
                violation_error_message=_("A decision has a day."),
            ),
            models.CheckConstraint(
                name="members_application_hearing_has_day",
                condition=~Q(state=ApplicationState.TO_BE_HEARD) | Q(hearing_on__isnull=False),
                violation_error_message=_("Give the day on which the association is heard."),
            ),
            models.CheckConstraint(
                name="members_application_accepted_has_association",
                condition=Q(state=ApplicationState.ACCEPTED, association__isnull=False)
                | (~Q(state=ApplicationState.ACCEPTED) & Q(association=None)),
                violation_error_message=_("An accepted application is an association."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:application-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED


class ApplicationPaper(PrivateFileModel):
    """One of the papers of an application, with whether it is valid and until when."""

    application = models.ForeignKey(
        MembershipApplication, on_delete=models.CASCADE, related_name="papers"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=PaperKind)
    year = models.PositiveSmallIntegerField(
        _("year"), null=True, blank=True, help_text=_("Of an activity report.")
    )
    verdict = models.CharField(
        _("verdict"),
        max_length=8,
        choices=PaperVerdict,
        default=PaperVerdict.PENDING,
        editable=False,
    )
    remark = models.CharField(_("remark"), max_length=300, blank=True, editable=False)
    valid_until = models.DateField(_("valid until"), null=True, blank=True, editable=False)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("paper of an application")
        verbose_name_plural = _("papers of applications")
        ordering = ["application", "kind", "-year", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="members_paper_kind_is_known",
                condition=Q(kind__in=PaperKind.values),
                violation_error_message=_("Choose the kind of paper."),
            ),
            models.CheckConstraint(
                name="members_paper_verdict_is_known",
                condition=Q(verdict__in=PaperVerdict.values),
                violation_error_message=_("This verdict is not known."),
            ),
            models.CheckConstraint(
                name="members_paper_report_has_year",
                condition=Q(kind=PaperKind.ACTIVITY_REPORT, year__isnull=False)
                | (~Q(kind=PaperKind.ACTIVITY_REPORT) & Q(year=None)),
                violation_error_message=_("An activity report has a year, other papers none."),
            ),
            models.CheckConstraint(
                name="members_paper_refused_says_why",
                condition=~Q(verdict=PaperVerdict.REFUSED) | ~Q(remark=""),
                violation_error_message=_("Say why the paper must be replaced."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year or ''}".strip()


class ApplicationEvent(models.Model):
    """One step of an application, never edited: the database itself refuses."""

    application = models.ForeignKey(
        MembershipApplication, on_delete=models.PROTECT, related_name="events"
    )
    state = models.CharField(_("state"), max_length=12, choices=ApplicationState)
    on = models.DateField(_("on"))
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    class Meta:
        verbose_name = _("step of an application")
        verbose_name_plural = _("steps of applications")
        ordering = ["application", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="members_application_event_state_is_known",
                condition=Q(state__in=ApplicationState.values),
                violation_error_message=_("This state is not known."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} – {self.get_state_display()}"


class ApplicationLetter(PrivateFileModel):
    """A letter to the candidate, as it was sent."""

    application = models.ForeignKey(
        MembershipApplication, on_delete=models.CASCADE, related_name="letters"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=LetterKind)
    body = models.TextField(_("text"))
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("letter to a candidate")
        verbose_name_plural = _("letters to candidates")
        ordering = ["application", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="members_letter_kind_is_known",
                condition=Q(kind__in=LetterKind.values),
                violation_error_message=_("Choose the kind of letter."),
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

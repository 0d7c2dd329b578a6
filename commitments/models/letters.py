from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from commitments.enums import Escalation, LetterStatus, LetterStepKind, SentBy
from commitments.models.commitments import Commitment
from commitments.models.runs import LetterRun
from common.checks import CheckedModel
from common.files import random_name
from common.versions import VersionedModel
from meetings.models import MeetingPaper, Minutes
from members.enums import Audience
from members.models import AudienceQuerySet, Paper, RestrictedModel
from members.perms import is_secretariat
from plan.models import Institution

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User

# Characters: some four printed pages.
BODY_LIMIT = 12_000
LEFT_THE_HOUSE = [LetterStatus.SENT, LetterStatus.ANSWERED, LetterStatus.SILENT]


class LetterTemplate(VersionedModel):
    """What a letter says before anybody has corrected it, with the facts to fill in between braces.

    The names that may stand between braces are those of `commitments.letter_words`.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    escalation = models.CharField(
        _("step"), max_length=10, choices=Escalation, default=Escalation.LETTER
    )
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("text"), validators=[MaxLengthValidator(BODY_LIMIT)])
    closing = models.TextField(_("closing formula"), validators=[MaxLengthValidator(500)])
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("template of letters")
        verbose_name_plural = _("templates of letters")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="commitments_template_escalation_is_known",
                condition=Q(escalation__in=Escalation.values),
                violation_error_message=_("Choose one of the known steps."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class LetterQuerySet(AudienceQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The secretariat all; whoever else its audience holds, once it has left the house."""
        rows = super().visible_to(user)
        return rows if is_secretariat(user) else rows.filter(status__in=LEFT_THE_HOUSE)


class Letter(RestrictedModel, VersionedModel):
    """A letter of the collective about commitments. Once signed its text is locked: the database itself refuses.

    Its file is the PDF that the worker made of the text of `laid_out_version`.
    """

    reference = models.CharField(_("reference"), max_length=30, blank=True, editable=False)
    escalation = models.CharField(
        _("step"), max_length=10, choices=Escalation, default=Escalation.LETTER
    )
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="letters", verbose_name=_("addressee")
    )
    addressee = models.CharField(
        _("to whom"),
        max_length=200,
        help_text=_("The office holder, such as “Monsieur le ministre de l’Intérieur”."),
    )
    address = models.TextField(
        _("postal address"), blank=True, validators=[MaxLengthValidator(500)]
    )
    email = models.EmailField(
        _("e-mail of the office"),
        blank=True,
        help_text=_("An address of the institution, not somebody’s own."),
    )
    salutation = models.CharField(_("salutation"), max_length=100)
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("text"), validators=[MaxLengthValidator(BODY_LIMIT)])
    closing = models.TextField(_("closing formula"), validators=[MaxLengthValidator(500)])
    place = models.CharField(_("place"), max_length=60, default="Paris")
    dated_on = models.DateField(_("dated"), null=True, blank=True)
    signatory = models.CharField(
        _("signatory"), max_length=200, help_text=_("Name and office, as they are printed.")
    )
    commitments = models.ManyToManyField(
        Commitment, blank=True, related_name="letters", verbose_name=_("commitments")
    )
    lists_members = models.BooleanField(
        _("print the associations that are members on that day"), default=True
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=LetterStatus,
        default=LetterStatus.DRAFT,
        editable=False,
    )
    is_locked = models.BooleanField(_("locked"), default=False, editable=False)
    run = models.ForeignKey(
        LetterRun,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="letters",
    )
    laid_out_version = models.PositiveIntegerField(null=True, blank=True, editable=False)
    file = models.FileField(
        _("file"), upload_to=random_name, max_length=100, blank=True, editable=False
    )
    file_name = models.CharField(_("name of the file"), max_length=150, editable=False, blank=True)
    file_size = models.PositiveIntegerField(_("size in bytes"), editable=False, default=0)
    file_sha256 = models.CharField(_("fingerprint"), max_length=64, editable=False, blank=True)
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True, editable=False)
    written_at = models.DateTimeField(_("begun at"), auto_now_add=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    history = HistoricalRecords()

    objects = LetterQuerySet.as_manager()

    class Meta(RestrictedModel.Meta):
        abstract = False
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-dated_on", "-pk"]
        constraints = [
            *RestrictedModel.Meta.constraints,
            models.CheckConstraint(
                name="commitments_letter_is_not_for_anyone",
                condition=~Q(audience=Audience.PUBLIC),
                violation_error_message=_("A letter is read within the collective."),
            ),
            models.CheckConstraint(
                name="commitments_letter_status_is_known",
                condition=Q(status__in=LetterStatus.values),
                violation_error_message=_("This status is not known."),
            ),
            models.CheckConstraint(
                name="commitments_letter_escalation_is_known",
                condition=Q(escalation__in=Escalation.values),
                violation_error_message=_("Choose one of the known steps."),
            ),
            models.UniqueConstraint(
                fields=["reference"],
                condition=~Q(reference=""),
                name="commitments_letter_reference_is_unique",
                violation_error_message=_("Another letter has this reference."),
            ),
            models.CheckConstraint(
                name="commitments_letter_signed_is_whole",
                condition=Q(status=LetterStatus.DRAFT, is_locked=False)
                | (
                    ~Q(status=LetterStatus.DRAFT)
                    & Q(is_locked=True, dated_on__isnull=False)
                    & ~Q(reference="")
                ),
                violation_error_message=_("A signed letter has its reference and its date."),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("commitments:letter", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == LetterStatus.DRAFT


class PartOfLetterQuerySet(models.QuerySet["models.Model"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Whoever may read the letter may read it."""
        return self.filter(letter__in=Letter.objects.visible_to(user).values("pk"))


class LetterCopy(models.Model):
    """To whom a letter is copied, as printed."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="copies")
    institution = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        related_name="letter_copies",
        verbose_name=_("institution"),
    )
    wording = models.CharField(_("as printed"), max_length=300)
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    objects = PartOfLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("copy of a letter")
        verbose_name_plural = _("copies of letters")
        ordering = ["letter", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "institution", "wording"],
                name="commitments_copy_is_one",
                violation_error_message=_("This copy is already there."),
            )
        ]

    def __str__(self) -> str:
        return self.wording


class LetterEnclosure(models.Model):
    """Something enclosed with a letter: a paper of the collective or of a meeting, or minutes. `label` is as printed."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="enclosures")
    label = models.CharField(_("as printed"), max_length=300)
    paper = models.ForeignKey(
        Paper, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    meeting_paper = models.ForeignKey(
        MeetingPaper, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    minutes = models.ForeignKey(
        Minutes, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    objects = PartOfLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("enclosure of a letter")
        verbose_name_plural = _("enclosures of letters")
        ordering = ["letter", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="commitments_enclosure_is_one_thing",
                condition=Q(paper__isnull=False, meeting_paper=None, minutes=None)
                | Q(paper=None, meeting_paper__isnull=False, minutes=None)
                | Q(paper=None, meeting_paper=None, minutes__isnull=False),
                violation_error_message=_("Choose a paper, or minutes."),
            )
        ]

    def __str__(self) -> str:
        return self.label


class LetterStep(CheckedModel):
    """A step in the life of a letter, never changed."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(_("step"), max_length=10, choices=LetterStepKind)
    on = models.DateField(_("day"))
    sent_by = models.CharField(_("how"), max_length=12, choices=SentBy, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PartOfLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a letter")
        verbose_name_plural = _("steps of letters")
        ordering = ["letter", "on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="commitments_step_kind_is_known",
                condition=Q(kind__in=LetterStepKind.values),
                violation_error_message=_("This step is not known."),
            ),
            models.CheckConstraint(
                name="commitments_step_sent_says_how",
                condition=Q(kind=LetterStepKind.SENT, sent_by__in=SentBy.values)
                | (~Q(kind=LetterStepKind.SENT) & Q(sent_by="")),
                violation_error_message=_("Say how the letter was sent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.on}"


class LetterReply(models.Model):
    """An answer to a letter: the paper that came back, and what it says in short."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="replies")
    dated_on = models.DateField(_("dated"))
    summary = models.TextField(
        _("what it says"), blank=True, validators=[MaxLengthValidator(2_000)]
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
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = PartOfLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply to a letter")
        verbose_name_plural = _("replies to letters")
        ordering = ["letter", "dated_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="commitments_reply_says_something",
                condition=~Q(file="") | ~Q(summary=""),
                violation_error_message=_("Add the paper, or write what it says."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter} – {self.dated_on}"

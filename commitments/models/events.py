from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commitments.enums import EventKind
from commitments.models.commitments import Commitment
from commitments.models.letters import Letter
from common.checks import CheckedModel
from measures.models import Source
from meetings.models import Meeting, MinutesSection

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User

SETS_DEADLINE = [EventKind.MADE, EventKind.POSTPONED]


class CommitmentEventQuerySet(models.QuerySet["CommitmentEvent"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of the commitments that one may see."""
        return self.filter(commitment__in=Commitment.objects.visible_to(user).values("pk"))

    def standing(self) -> Self:
        """Those that were not recorded by mistake, and are no mere mention of such a mistake."""
        # A list that is made once, rather than a question for every row: mistakes are few.
        mistakes = CommitmentEvent.objects.filter(retracts__isnull=False)
        return self.exclude(kind=EventKind.RETRACTED).exclude(pk__in=mistakes.values("retracts"))


class CommitmentEvent(CheckedModel):
    """Something that happened to a commitment on a day. Never changed: a mistake is retracted by another event.

    `deadline_words` is the deadline as said, of a promise made or postponed; `late_from` the first day on which it is
    late, when it can be told.
    """

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("what happened"), max_length=12, choices=EventKind)
    on = models.DateField(_("day"))
    text = models.TextField(_("in words"), blank=True, validators=[MaxLengthValidator(2_000)])
    deadline_words = models.CharField(_("deadline, as said"), max_length=150, blank=True)
    late_from = models.DateField(_("late from"), null=True, blank=True)
    retracts = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="retracted_by"
    )
    meeting = models.ForeignKey(
        Meeting,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitment_events",
        verbose_name=_("meeting"),
    )
    section = models.ForeignKey(
        MinutesSection,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitment_events",
        verbose_name=_("section of the minutes"),
    )
    letter = models.ForeignKey(
        Letter,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("letter"),
    )
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitment_events",
        verbose_name=_("source"),
    )
    locator = models.CharField(_("place in the source"), max_length=150, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = CommitmentEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of a commitment")
        verbose_name_plural = _("events of commitments")
        ordering = ["commitment", "on", "pk"]
        indexes = [
            # How a commitment stood on a day is its last event by then, and its last deadline.
            models.Index(
                fields=["commitment", "-on", "-id", "kind"], name="commitments_last_event"
            ),
            models.Index(
                fields=["commitment", "-on", "-id", "late_from"],
                name="commitments_last_deadline",
                condition=Q(kind__in=SETS_DEADLINE),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="commitments_event_kind_is_known",
                condition=Q(kind__in=EventKind.values),
                violation_error_message=_("Say what happened."),
            ),
            models.CheckConstraint(
                name="commitments_event_deadline_where_it_is_set",
                condition=Q(kind__in=SETS_DEADLINE) | Q(deadline_words="", late_from=None),
                violation_error_message=_(
                    "Only a promise that is made or postponed gives a deadline."
                ),
            ),
            models.CheckConstraint(
                name="commitments_event_retracts_or_happens",
                condition=Q(kind=EventKind.RETRACTED, retracts__isnull=False)
                | (~Q(kind=EventKind.RETRACTED) & Q(retracts=None)),
                violation_error_message=_("Say which event was recorded by mistake."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.on}"

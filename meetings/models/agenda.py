from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.checks import CheckedModel
from measures.models import Measure
from meetings.enums import Outcome
from meetings.models.meetings import TEXT_LIMIT, Meeting
from members.models import MembershipApplication


class AgendaItem(CheckedModel):
    """A point of an agenda, under another one where it is part of it, in the order of `position`.

    What it was made from, when the next agenda was prepared from what is open: a point put off, minutes to adopt, a
    follow-up, an application to hear.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("under"),
    )
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    title = models.CharField(_("title"), max_length=300)
    note = models.TextField(_("note"), blank=True, validators=[MaxLengthValidator(TEXT_LIMIT)])
    length = models.PositiveSmallIntegerField(_("minutes allowed"), null=True, blank=True)
    measures = models.ManyToManyField(
        Measure, blank=True, related_name="agenda_items", verbose_name=_("measures")
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    carried_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="carried_to"
    )
    minutes = models.ForeignKey(
        "meetings.Minutes",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="agenda_items",
    )
    follow_up = models.ForeignKey(
        "meetings.FollowUp",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="agenda_items",
    )
    application = models.ForeignKey(
        MembershipApplication,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="agenda_items",
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("point of an agenda")
        verbose_name_plural = _("points of agendas")
        ordering = ["meeting", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="meetings_agenda_item_not_under_itself",
                condition=Q(parent=None) | ~Q(parent=F("id")),
                violation_error_message=_("A point cannot stand under itself."),
            ),
            models.CheckConstraint(
                name="meetings_agenda_outcome_is_known",
                condition=Q(outcome__in=["", *Outcome.values]),
                violation_error_message=_("Choose what became of the point."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a parent of another meeting, and a line of parents that comes back to its beginning."""
        super().clean()
        ancestor, seen = self.parent, {self.pk} if self.pk else set()
        while ancestor is not None:
            if ancestor.meeting_id != self.meeting_id:
                raise ValidationError({"parent": _("This point is on another meeting’s agenda.")})
            if ancestor.pk in seen:
                raise ValidationError(
                    {"parent": _("These points would stand under each other in a circle.")}
                )
            seen.add(ancestor.pk)
            ancestor = ancestor.parent

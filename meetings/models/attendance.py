from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.checks import CheckedModel
from meetings.enums import Capacity, Presence
from meetings.models.meetings import Meeting, Session
from members.models import Association
from plan.models import Institution


class Attendance(CheckedModel):
    """Who was there, as it was: an association, or an institution's interlocutor by function.

    Private persons are not named: a person with an account stands for an association on that day. The name of an
    interlocutor is that of an office holder who acted in public. `label` is what an imported document called somebody
    whom nothing here matches.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    session = models.ForeignKey(
        Session,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="attendances",
        verbose_name=_("session"),
        help_text=_("Empty: all of them."),
    )
    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
        verbose_name=_("association"),
    )
    institution = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
        verbose_name=_("institution"),
    )
    label = models.CharField(_("as the document names it"), max_length=200, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
        verbose_name=_("person"),
    )
    name = models.CharField(
        _("name"),
        max_length=120,
        blank=True,
        help_text=_("Of an office holder who acts in public, no one else."),
    )
    function = models.CharField(_("function"), max_length=200, blank=True)
    capacity = models.CharField(_("as"), max_length=12, choices=Capacity, default=Capacity.MEMBER)
    presence = models.CharField(
        _("presence"), max_length=12, choices=Presence, default=Presence.PRESENT
    )
    represented_by = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances_for_others",
        verbose_name=_("represented by"),
    )
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["meeting", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="meetings_attendance_is_of_somebody",
                condition=Q(association__isnull=False, institution=None, label="")
                | Q(association=None, institution__isnull=False, label="")
                | (Q(association=None, institution=None) & ~Q(label="")),
                violation_error_message=_("Choose an association, or an institution."),
            ),
            models.CheckConstraint(
                name="meetings_attendance_name_is_of_an_office_holder",
                condition=Q(name="") | Q(institution__isnull=False),
                violation_error_message=_("Only those who speak for an institution are named."),
            ),
            models.CheckConstraint(
                name="meetings_attendance_capacity_is_known",
                condition=Q(capacity__in=Capacity.values),
                violation_error_message=_("Say as what they took part."),
            ),
            models.CheckConstraint(
                name="meetings_attendance_presence_is_known",
                condition=Q(presence__in=Presence.values),
                violation_error_message=_("Choose present, excused or represented."),
            ),
            models.CheckConstraint(
                name="meetings_attendance_represented_by_somebody",
                condition=Q(represented_by=None) | Q(presence=Presence.REPRESENTED),
                violation_error_message=_("Only who is represented has somebody who does it."),
            ),
            models.UniqueConstraint(
                fields=["meeting", "association"],
                condition=Q(session=None, person=None) & Q(association__isnull=False),
                name="meetings_attendance_association_once",
                violation_error_message=_("This association is already on the list."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.association or self.institution or self.label)

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.checks import CheckedModel
from members.enums import MandateKind, Role
from members.models.associations import Association
from members.models.mandates import Mandate
from members.perms import can_manage_people, is_reader_of_papers, is_secretariat

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models.users import User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those who may invite; a representative sees those of their own associations."""
        if is_secretariat(user) or can_manage_people(user):
            return self
        if is_reader_of_papers(user):
            own = Mandate.objects.live_on(timezone.localdate()).filter(person=user.pk)
            return self.filter(association__in=own.values("association"), role=Role.MEMBER)
        return self.none()

    def open(self) -> Self:
        """Those that may still be used."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


class Invitation(CheckedModel):
    """A way in for one address, once, for seven days. The link's secret is kept as a fingerprint only."""

    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.MEMBER)
    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("association"),
    )
    mandate_kind = models.CharField(
        _("kind of mandate"), max_length=10, choices=MandateKind, blank=True
    )
    application = models.ForeignKey(
        "members.MembershipApplication",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("application"),
    )
    guest_until = models.DateField(
        _("guest until"), null=True, blank=True, help_text=_("The first day without access.")
    )
    secret_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("sent at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        editable=False,
        related_name="invitations_sent",
        verbose_name=_("sent by"),
    )
    expires_at = models.DateTimeField(_("expires at"), editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="invitations_accepted",
        verbose_name=_("accepted by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    history = HistoricalRecords(excluded_fields=["secret_sha256"])

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="members_invitation_role_is_known",
                condition=Q(role__in=Role.values),
                violation_error_message=_("Choose one of the known roles."),
            ),
            models.CheckConstraint(
                name="members_invitation_mandate_kind_is_known",
                condition=Q(mandate_kind__in=["", *MandateKind.values]),
                violation_error_message=_("Choose titular or alternate."),
            ),
            models.CheckConstraint(
                name="members_invitation_of_member_has_association",
                condition=~Q(role=Role.MEMBER)
                | (Q(association__isnull=False) & ~Q(mandate_kind="")),
                violation_error_message=_("Choose the association that the person will represent."),
            ),
            models.CheckConstraint(
                name="members_invitation_of_guest_ends",
                condition=~Q(role=Role.GUEST) | Q(guest_until__isnull=False),
                violation_error_message=_("Say until when the guest may come in."),
            ),
            models.CheckConstraint(
                name="members_invitation_accepted_by_somebody",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at=None),
                violation_error_message=_("An accepted invitation says by whom."),
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        return (
            self.accepted_at is None
            and self.withdrawn_at is None
            and self.expires_at > timezone.now()
        )


class GuestAccess(models.Model):
    """Why somebody who represents no association may come in, and until when."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="guest_accesses"
    )
    application = models.ForeignKey(
        "members.MembershipApplication",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="guest_accesses",
        verbose_name=_("application"),
    )
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), help_text=_("The first day without access."))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("access of a guest")
        verbose_name_plural = _("accesses of guests")
        ordering = ["person", "until", "pk"]
        indexes = [models.Index(fields=["person", "until"], name="members_guest_live")]
        constraints = [
            models.CheckConstraint(
                name="members_guest_ends_after_beginning",
                condition=Q(until__gte=models.F("since")),
                violation_error_message=_("It cannot end before it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.until}"

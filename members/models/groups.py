from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.checks import CheckedModel
from common.versions import VersionedModel
from members.models.associations import Association
from members.models.mandates import Mandate
from members.models.users import User
from members.perms import is_reader_of_papers

if TYPE_CHECKING:
    import datetime as dt
    from typing import Self

    from django.contrib.auth.models import AnonymousUser


class WorkingGroupQuerySet(models.QuerySet["WorkingGroup"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self if is_reader_of_papers(user) else self.none()


class WorkingGroup(VersionedModel):
    """A few associations that share a task, such as the coordination group or the one about minors."""

    slug = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True)
    purpose = models.TextField(_("purpose"), blank=True)
    created_on = models.DateField(_("created on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    history = HistoricalRecords()

    objects = WorkingGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="members_group_closes_after_creation",
                condition=Q(closed_on=None) | Q(closed_on__gte=F("created_on")),
                violation_error_message=_("A group cannot close before it was created."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:group-detail", args=[self.slug])


class GroupMembershipQuerySet(models.QuerySet["GroupMembership"]):
    def live_on(self, on: dt.date) -> Self:
        """Memberships that held on a day, in groups that were open."""
        return self.filter(
            Q(until=None) | Q(until__gt=on),
            Q(group__closed_on=None) | Q(group__closed_on__gt=on),
            since__lte=on,
        )

    def of_person(self, person: User, on: dt.date) -> Self:
        """Those that make somebody a reader of a group's papers: their own, or their association's."""
        mandated = Mandate.objects.live_on(on).filter(person=person).values("association")
        return self.live_on(on).filter(Q(person=person) | Q(association__in=mandated))


class GroupMembership(CheckedModel):
    """An association in a working group, with whoever represents it on the day; or one person by name."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="memberships")
    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="group_memberships",
        verbose_name=_("association"),
    )
    person = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="group_memberships",
        verbose_name=_("person"),
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("ended on"), null=True, blank=True)
    history = HistoricalRecords()

    objects = GroupMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership of a group")
        verbose_name_plural = _("memberships of groups")
        ordering = ["group", "since", "pk"]
        constraints = [
            models.CheckConstraint(
                name="members_group_member_is_one_of_two",
                condition=Q(association__isnull=False, person=None)
                | Q(association=None, person__isnull=False),
                violation_error_message=_("Choose an association, or a person, not both."),
            ),
            models.CheckConstraint(
                name="members_group_member_leaves_after_joining",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("It cannot end before it began."),
            ),
            models.UniqueConstraint(
                fields=["group", "association"],
                condition=Q(until=None),
                name="members_group_association_once",
                violation_error_message=_("This association is already in the group."),
            ),
            models.UniqueConstraint(
                fields=["group", "person"],
                condition=Q(until=None),
                name="members_group_person_once",
                violation_error_message=_("This person is already in the group."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} – {self.association or self.person}"

"""Who may read a row: its audience, and its list of names. The one door of everything that is not for everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.enums import Audience
from members.models.groups import GroupMembership, WorkingGroup
from members.perms import is_guest, is_reader_of_papers, is_secretariat

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models.users import User


class AudienceQuerySet(models.QuerySet["RestrictedModel"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One query, whatever the audience. The administrator, who runs the machine, reads what anyone reads."""
        if is_secretariat(user):
            return self
        public = Q(audience=Audience.PUBLIC)
        if is_reader_of_papers(user):
            return self.filter(public | Q(audience=Audience.MEMBERS) | self._naming(user))
        if is_guest(user):
            return self.filter(public | self._naming(user))
        return self.filter(public)

    def _naming(self, user: Any) -> Q:
        """Rows of the audience `named` whose list holds this person, or a group that they are in today."""
        groups = GroupMembership.objects.of_person(user, timezone.localdate()).values("group")
        people = self.model.named_people.through._default_manager.filter(user=user.pk)
        through = self.model.named_groups.through._default_manager.filter(workinggroup__in=groups)
        row = str(self.model._meta.model_name)
        return Q(audience=Audience.NAMED) & (
            Q(pk__in=people.values(row)) | Q(pk__in=through.values(row))
        )


class RestrictedModel(models.Model):
    """A row with an audience. `named_people` and `named_groups` are read when the audience is `named`, only then."""

    audience = models.CharField(
        _("who may read it"), max_length=12, choices=Audience, default=Audience.SECRETARIAT
    )
    named_people = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="%(app_label)s_%(class)ss_naming",
        verbose_name=_("people named"),
    )
    named_groups = models.ManyToManyField(
        WorkingGroup,
        blank=True,
        related_name="%(app_label)s_%(class)ss_naming",
        verbose_name=_("groups named"),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_audience_is_known",
                condition=Q(audience__in=Audience.values),
                violation_error_message=_("Choose who may read it."),
            )
        ]

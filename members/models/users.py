from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.checks import CheckedModel
from members.enums import MailFrequency, Role

if TYPE_CHECKING:
    import datetime as dt
    from typing import Any, Self


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A person sees themselves; those who invite and give the roles see everyone."""
        from members.perms import can_see_people

        if not isinstance(user, User) or not user.is_active:
            return self.none()
        return self if can_see_people(user) else self.filter(pk=user.pk)

    def who_may_come_in(self, on: dt.date) -> Self:
        """Accounts that open the door on a day: members by a live mandate, guests by an access that still runs."""
        from members.models import GuestAccess, Mandate

        mandates = Mandate.objects.live_on(on).filter(person=OuterRef("pk"))
        accesses = GuestAccess.objects.filter(person=OuterRef("pk"), since__lte=on, until__gt=on)
        return self.filter(
            Q(role=Role.MEMBER) & Exists(mandates)
            | Q(role=Role.GUEST) & Exists(accesses)
            | ~Q(role__in=[Role.MEMBER, Role.GUEST]),
            is_active=True,
        )


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: User | AnonymousUser) -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def who_may_come_in(self, on: dt.date) -> UserQuerySet:
        return self.get_queryset().who_may_come_in(on)

    def get_by_natural_key(self, username: str | None) -> User:
        """Addresses differ by more than their capitals."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user


class User(CheckedModel, AbstractBaseUser):
    """Somebody who can log in. The role says what they may do; there is no superuser who may do everything."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.MEMBER)
    is_active = models.BooleanField(_("may log in"), default=True)
    joined_at = models.DateTimeField(_("account created"), default=timezone.now, editable=False)
    shows_address = models.BooleanField(
        _("the other members see my address in the directory"), default=False
    )
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    mail_frequency = models.CharField(
        _("mail about what happens"),
        max_length=10,
        choices=MailFrequency,
        default=MailFrequency.DAILY,
    )
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)
    # A password, even as a fingerprint, and the hour of the last visit are no part of the record.
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="members_user_email_ignores_case",
                violation_error_message=_("Somebody already has this e-mail address."),
            ),
            models.CheckConstraint(
                name="members_user_role_is_known",
                condition=models.Q(role__in=Role.values),
                violation_error_message=_("Choose one of the known roles."),
            ),
            models.CheckConstraint(
                name="members_user_language_is_known",
                condition=models.Q(language__in=[code for code, _name in settings.LANGUAGES]),
                violation_error_message=_("Choose one of the languages of the site."),
            ),
            models.CheckConstraint(
                name="members_user_mail_frequency_is_known",
                condition=models.Q(mail_frequency__in=MailFrequency.values),
                violation_error_message=_("Choose how often."),
            ),
            models.CheckConstraint(
                name="members_user_erased_is_closed",
                condition=models.Q(erased_at=None) | models.Q(is_active=False),
                violation_error_message=_("An erased account is closed."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def may_come_in(self) -> bool:
        """Whether the door is open to them today. One query, or none when the session's own has told."""
        if self.role not in {Role.MEMBER, Role.GUEST}:
            return self.is_active
        today = timezone.localdate()
        return type(self).objects.who_may_come_in(today).filter(pk=self.pk).exists()

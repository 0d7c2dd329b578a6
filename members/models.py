from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.enums import Role

if TYPE_CHECKING:
    from typing import Any, Self


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A person sees themselves; coordinators and administrators, who give the roles, see everyone."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.role in {Role.COORDINATOR, Role.ADMINISTRATOR}:
            return self
        return self.filter(pk=user.pk)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: User | AnonymousUser) -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def get_by_natural_key(self, username: str | None) -> User:
        """Addresses differ by more than their capitals."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user


class User(AbstractBaseUser):
    """Somebody who can log in. The role says what they may do; there is no superuser who may do everything."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.MEMBER)
    is_active = models.BooleanField(_("may log in"), default=True)
    joined_at = models.DateTimeField(_("account created"), default=timezone.now, editable=False)

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
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

"""One account for each role, to look around the site on one's own machine."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from members.enums import ApplicationState, MandateKind, Role
from members.models import (
    ApplicationEvent,
    Association,
    GuestAccess,
    Mandate,
    MembershipApplication,
    User,
)

if TYPE_CHECKING:
    from pathlib import Path

DOMAIN = "vigie.example"
# From the one who does most here to the one who does least.
ROLES = (Role.COORDINATOR, Role.SECRETARIAT, Role.MEMBER, Role.GUEST, Role.ADMINISTRATOR)


class Command(BaseCommand):
    help = "Create or renew one account a role, all with one password. Development only."

    def handle(self, *args: Any, **options: Any) -> None:
        # Asked of the settings first of all: in production nothing must be written, not even the password's file.
        if not settings.IS_DEVELOPMENT:
            raise CommandError("Demonstration accounts are for development only: VIGIE_ENV is not.")
        password = os.environ.get("VIGIE_DEMO_PASSWORD") or kept_password(
            settings.VAR_DIR / "demo-password"
        )
        with override("fr"), transaction.atomic():
            users = [renew_account(role, password) for role in ROLES]
            self.report(users, password)

    def report(self, users: list[User], password: str) -> None:
        rows = [[user.get_role_display(), user.email, password] for user in users]
        self.stdout.write(gettext("Accounts to look around with:"))
        self.stdout.write("")
        heads = [gettext("role"), gettext("address"), gettext("password")]
        widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
        for row in [heads, ["─" * width for width in widths], *rows]:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            self.stdout.write(f"  {'  '.join(cells)}".rstrip())
        self.stdout.write("")


def kept_password(path: Path) -> str:
    """The password of this machine's accounts, drawn once and kept: a second run must print the same."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Created unreadable to others, rather than made so once written.
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(f"{secrets.token_hex(8)}\n")
    return path.read_text().strip()


def renew_account(role: Role, password: str) -> User:
    email = f"{role}@{DOMAIN}"
    user = User.objects.filter(email=email).first() or User(email=email)
    user.name = gettext("%(role)s (demonstration)") % {"role": role.label}
    user.role = role
    user.is_active = True
    # Hashing anew would end the sessions of whoever is looking around.
    if not user.password or not user.check_password(password):
        user.set_password(password)
    user.full_clean()
    user.save()
    open_door(user)
    return user


def open_door(user: User) -> None:
    """A mandate for the demonstration's member, an application to follow for its guest."""
    if user.may_come_in:
        return
    today = timezone.localdate()
    if user.role == Role.MEMBER:
        association = Association.objects.members_on(today).first() or Association.objects.create(
            slug="demonstration", name=gettext("Association (demonstration)"), joined_on=today
        )
        Mandate.objects.create(
            person=user, association=association, kind=MandateKind.ALTERNATE, since=today
        )
    else:
        application = MembershipApplication.objects.create(
            name=gettext("Candidate association (demonstration)")
        )
        ApplicationEvent.objects.create(
            application=application, state=ApplicationState.RECEIVED, on=today
        )
        GuestAccess.objects.create(
            person=user, application=application, until=today + dt.timedelta(days=365)
        )

"""Opens an account and sends its owner the link to choose a password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.forms import ResetPasswordForm
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.test import RequestFactory

from members.enums import Role
from members.models import User

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Open an account; its owner receives the link to choose a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        # Members and guests come in by an invitation, which says on whose behalf.
        staff = [Role.ADMINISTRATOR, Role.COORDINATOR, Role.SECRETARIAT]
        parser.add_argument("--role", required=True, choices=[role.value for role in staff])

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = User.objects.create_user(
                email=options["email"], name=options["name"], role=options["role"]
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self._send_link(user)
        self.stdout.write(f"{user.email}: {user.get_role_display()}")

    def _send_link(self, user: User) -> None:
        """The same mail as “password forgotten”, with the address of the site from the settings."""
        scheme, host = settings.SITE_URL.split("://", 1)
        request = RequestFactory(SERVER_NAME=host.split(":")[0]).get("/", secure=scheme == "https")
        form = ResetPasswordForm(data={"email": user.email})
        if not form.is_valid():
            raise CommandError(" ".join(form.errors.as_text().splitlines()))
        form.save(request)

"""What the accounts library asks of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest

    from members.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are given, never taken."""
        return False

    def get_user_display(self, user: User) -> str:
        return user.name


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def _get_site_name(self) -> str:
        """What an authenticator shows beside the code."""
        return str(settings.SITE_URL.split("//", 1)[-1])

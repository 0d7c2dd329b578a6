"""What counts as a second factor, and what follows from setting one up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest

    from members.models import User

# Recovery codes replace a lost factor; by themselves they are a list of passwords.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_second_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    """An authenticator app, a security key or a passkey: any one of them."""
    return bool(is_mfa_enabled(user, types=FACTORS))


def end_other_sessions(*, request: HttpRequest, user: User, **_signal: object) -> None:
    """Close every session but this one when a factor is added.

    The others were opened without it: a thief who has only the password must not be let in by the owner's setting up.
    """
    others = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key)
    for session in others:
        session.end()

"""Who finds letters in the site's menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from commitments.perms import can_read_letters
from common.fragments import Anybody

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import User

register = template.Library()


@register.filter
def reads_letters(user: User | AnonymousUser | Anybody) -> bool:
    """Whether letters are for somebody: the members and the secretariat.

    A page that is kept for several readers knows only whether they are logged in: there the page of letters says it.
    """
    if isinstance(user, Anybody):
        return user.is_authenticated
    return bool(user) and can_read_letters(user)

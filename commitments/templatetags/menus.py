"""The menu of the pages of commitments and letters: to each reader, the ones they may open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from commitments import perms
from members.templatetags.collective import menu_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import AnonymousUser

    from members.models import User

register = template.Library()

# Address, words, and who finds a page there that is for them.
ENTRIES: list[tuple[str, Any, Callable[[Any], bool]]] = [
    ("commitments:list", _("Commitments"), lambda _user: True),
    ("commitments:follow-up", _("What waits for us"), perms.can_edit_commitments),
    ("commitments:letters", pgettext_lazy("of the collective", "Letters"), perms.can_list_letters),
    ("commitments:comparison", _("Compare institutions"), lambda _user: True),
]


@register.inclusion_tag("members/_menu.html", takes_context=True)
def commitments_menu(context: dict[str, Any]) -> dict[str, Any]:
    return menu_of(context["request"], ENTRIES, _("Commitments"))


@register.filter
def lists_letters(user: User | AnonymousUser) -> bool:
    """Whether the list of letters has a page for somebody."""
    return bool(perms.can_list_letters(user))

"""The menu of the collective's pages: to each reader, the ones they may open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members import perms

if TYPE_CHECKING:
    from collections.abc import Callable

register = template.Library()

# Address, words, and who finds a page there that is for them.
ENTRIES: list[tuple[str, Any, Callable[[Any], bool]]] = [
    ("members:association-list", _("Associations"), lambda _user: True),
    ("members:directory", _("Directory"), perms.can_see_directory),
    ("members:group-list", _("Groups"), perms.is_reader_of_papers),
    ("members:report-call-list", _("Yearly reports"), perms.is_reader_of_papers),
    ("members:paper-list", _("Papers"), lambda _user: True),
    ("members:application-list", _("Applications"), perms.is_secretariat | perms.is_guest),
    ("members:mandate-list", _("Mandates"), perms.can_see_people),
    ("members:person-list", _("People"), perms.can_see_people),
    ("members:invitation-list", _("Invitations"), perms.can_invite | perms.can_invite_own),
    ("members:audit", _("Journal"), perms.can_see_audit),
]


@register.inclusion_tag("members/_menu.html", takes_context=True)
def collective_menu(context: dict[str, Any]) -> dict[str, Any]:
    return menu_of(context["request"], ENTRIES, _("The collective"))


def menu_of(
    request: Any, pages: list[tuple[str, Any, Callable[[Any], bool]]], label: Any
) -> dict[str, Any]:
    """What `members/_menu.html` prints: of these pages, those that the reader may open, and where they are."""
    entries = [
        {"path": reverse(name), "words": words}
        for name, words, may_open in pages
        if may_open(request.user)
    ]
    here = [entry["path"] for entry in entries if request.path.startswith(entry["path"])]
    # The longest of those that the address begins with.
    return {"entries": entries, "current": max(here, key=len, default=""), "label": label}

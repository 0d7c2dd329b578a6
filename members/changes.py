"""The history of a card: who changed what, when and why, its networks and publications included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.changes import BOOKKEEPING, changes_in, newest_first
from members.models import Association, Network, Publication

if TYPE_CHECKING:
    from common.changes import Change

SILENT_PARTS = BOOKKEEPING | {"association"}


def changes_of_card(association: Association) -> list[Change]:
    """Every change, the newest first. Three queries."""
    networks = Network.history.filter(association_id=association.pk)
    publications = Publication.history.filter(association_id=association.pk)
    return newest_first(
        changes_in(association.history.all(), Association, _what_of_card),
        changes_in(networks, Network, _what_of_network, silent=SILENT_PARTS),
        changes_in(publications, Publication, _what_of_publication, silent=SILENT_PARTS),
    )


def _what_of_card(row: Any, _before: Any) -> str:
    return _("Card recorded") if row.history_type == "+" else _("Card changed")


def _what_of_network(row: Any, _before: Any) -> str:
    words = {
        "+": _("Network “%(name)s” added"),
        "~": _("Network “%(name)s” changed"),
        "-": _("Network “%(name)s” removed"),
    }
    return words[row.history_type] % {"name": row.name}


def _what_of_publication(row: Any, _before: Any) -> str:
    words = {
        "+": _("Publication “%(name)s” added"),
        "~": _("Publication “%(name)s” changed"),
        "-": _("Publication “%(name)s” removed"),
    }
    return words[row.history_type] % {"name": row.title}

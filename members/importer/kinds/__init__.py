"""What can be imported, and is exported in the same form: associations, mandates, participations, working groups.

Headers are part of the format: they are French whatever the language of the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from members.importer.kinds.associations import Associations
from members.importer.kinds.base import Done, Kind, Outcome, WrongLineError
from members.importer.kinds.groups import Groups
from members.importer.kinds.mandates import Mandates
from members.importer.kinds.participations import Participations

if TYPE_CHECKING:
    from members.importer.kinds.base import Reader

__all__ = ["KINDS", "Done", "Kind", "Mandates", "Outcome", "WrongLineError", "kinds_for"]

KINDS: dict[str, type[Kind]] = {
    kind.key: kind for kind in (Associations, Mandates, Participations, Groups)
}


def kinds_for(user: Reader) -> list[type[Kind]]:
    """What somebody may import."""
    return [kind for kind in KINDS.values() if kind.may_import(user)]

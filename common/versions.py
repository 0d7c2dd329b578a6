"""Editable rows carry an integer version, so that nobody overwrites what they have not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.checks import CheckedModel

if TYPE_CHECKING:
    from typing import Self


class StaleRowError(Exception):
    """Somebody saved the row since it was read. `current` is the row as it stands now."""

    def __init__(self, current: Any) -> None:
        super().__init__(str(current))
        self.current = current


class VersionedModel(CheckedModel):
    """A row that several people may edit: a save is accepted only on the version that was read."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def lock_version(cls, pk: int, version: int) -> Self:
        """Return the row, locked until the transaction ends, with its version raised by one (not saved).

        Raises `StaleRowError` when its version is no longer the one given. To be called in a transaction: PostgreSQL
        locks the row, SQLite has taken the only write lock at its beginning (`IMMEDIATE`).
        """
        row = cls._default_manager.select_for_update(of=("self",)).get(pk=pk)
        if row.version != version:
            raise StaleRowError(row)
        row.version += 1
        return row

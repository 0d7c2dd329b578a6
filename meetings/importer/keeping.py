"""A file that is looked at before it is imported: kept aside, for whoever sent it, until then.

It lies among the private files under a random name that no row bears. Only the token leads to it, which is signed, and
taken from its author alone. It is deleted once imported; otherwise the sweep of files that nobody owns takes it, an
hour later at the soonest.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from common.files import random_name
from meetings.models import MeetingPaper

if TYPE_CHECKING:
    from members.models import User

SALT = "meetings.importer.keeping"


@dataclass(frozen=True)
class Kept:
    """A file kept aside, with its content. `plan` is the key of the plan that its author chose, if any."""

    stored: str
    name: str
    content: bytes
    plan: int | None

    @property
    def fingerprint(self) -> str:
        return sha256(self.content).hexdigest()

    def forget(self) -> None:
        """Delete it once the transaction is committed."""
        transaction.on_commit(lambda: default_storage.delete(self.stored), robust=True)


def keep(*, name: str, content: bytes, plan: int | None, by: User) -> str:
    """Put a file aside; returns the token that leads to it."""
    stored = default_storage.save(random_name(MeetingPaper(), name), ContentFile(content))
    return signing.dumps({"file": stored, "name": name, "plan": plan, "by": by.pk}, salt=SALT)


def take_back(token: str, by: User) -> Kept | None:
    """The file that a token leads to; None when it is somebody else's, forged, or no longer there."""
    try:
        said = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    if said["by"] != by.pk:
        return None
    try:
        with default_storage.open(said["file"]) as file:
            return Kept(said["file"], said["name"], file.read(), said["plan"])
    except FileNotFoundError:
        return None

"""Private files: no address of their own, a stored name that says nothing, and a type that was checked."""

from __future__ import annotations

import secrets
from pathlib import PurePath

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.checks import CheckedModel


def random_name(_row: models.Model, name: str) -> str:
    """Where a file is stored: nothing of its title, so that a listing of the folder tells nothing."""
    token = secrets.token_hex(16)
    return f"{token[:2]}/{token}{PurePath(name).suffix.lower()}"


class PrivateFileModel(CheckedModel):
    """A row with one file. It leaves only through a view that asked `visible_to` (`common.downloads`)."""

    file = models.FileField(_("file"), upload_to=random_name, max_length=100)
    file_name = models.CharField(_("name of the file"), max_length=150, editable=False)
    file_size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    file_sha256 = models.CharField(_("fingerprint"), max_length=64, editable=False)

    class Meta:
        abstract = True

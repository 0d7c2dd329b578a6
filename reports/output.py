"""Writing a file where a command was told to: whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _


def prepare(output: Path) -> None:
    """Say what is wrong with a place before the work rather than after it. Raises CommandError."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(output, error) from error
    if output.is_dir():
        raise CommandError(_("%(file)s is a folder: give the name of a file.") % {"file": output})


def write(output: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Whole or not at all: a reader never finds half a file there, and a failure leaves the former one."""
    try:
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            # mkstemp writes for its owner alone; a report is for everyone the folder is for.
            temporary.chmod(mode)
            temporary.replace(output)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _cannot_write(output, error) from error


def _cannot_write(output: Path, error: OSError) -> CommandError:
    words = _("%(file)s cannot be written: %(reason)s")
    return CommandError(words % {"file": output, "reason": error.strerror or error})

"""The command says what it loaded, or every mistake on its line."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from tests.measures.load_plan.builders import FINDINGS, MEASURES, Files, everything

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db


def command(directory: Path, *options: str) -> str:
    output = StringIO()
    with translation.override("en"):
        call_command("load_plan", str(directory), *options, stdout=output)
    return output.getvalue()


def test_command_says_what_was_added_and_then_that_nothing_changes(files: Files) -> None:
    first = command(files.directory).splitlines()
    assert first[0].split() == ["added", "changed", "removed", "unchanged"]
    assert first[1].split() == ["institutions", "4", "0", "0", "0"]

    assert command(files.directory).endswith(
        "Nothing to change: the site already holds all this.\n"
    )


def test_command_tries_without_writing(files: Files) -> None:
    before = everything()
    text = command(files.directory, "--dry-run")

    assert "institutions" in text
    assert text.endswith("This was a trial: nothing has been written.\n")
    assert everything() == before


def test_command_fails_with_every_mistake_on_its_line(files: Files) -> None:
    first = files.edit(MEASURES, "leads: [ministere]", "leads: [ministre]")
    second = files.edit(FINDINGS, "level: en-partie", "level: presque")
    with pytest.raises(CommandError) as failure:
        command(files.directory)

    assert failure.value.returncode == 1
    lines = str(failure.value).splitlines()
    assert lines[0] == "Nothing was loaded, because of 2 mistakes:"
    assert lines[1].startswith(f"{MEASURES}:{first}: The institution “ministre” is unknown")
    assert lines[1].endswith("Did you mean “ministere”?")
    assert lines[2].startswith(f"{FINDINGS}:{second}: The level “presque” is not in the scale")

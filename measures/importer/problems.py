"""What is wrong in the files of a plan, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands. Line 0 is a whole file or directory; `field` is a path such as `measures[3].title`."""

    file: str
    line: int = 0
    field: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def name(self) -> str:
        """The last name of the path, which is what the file shows: `recommendations[0].text` is “text”."""
        return self.field.rpartition(".")[2].partition("[")[0]


@dataclass(frozen=True, order=True)
class Problem:
    """Something to correct, in words that say what to do."""

    place: Place
    message: str

    def __str__(self) -> str:
        return _("%(place)s: %(reason)s") % {"place": self.place, "reason": self.message}


class PlanFilesError(Exception):
    """The files of a plan are refused as a whole. `problems` holds every one that was found, in reading order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))

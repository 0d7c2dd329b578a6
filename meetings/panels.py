"""What this room adds to the pages of measures and institutions, and where higher ones add to the page of minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.panels import Panel, Panels, Tools
from measures import panels

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Feed:
    """Another calendar that the secret of one's own opens: what it holds, its address, and who has one."""

    label: _StrPromise | str
    url_name: str
    may_have: Callable[[Any], bool]

    def address(self, secret: str) -> str:
        return reverse(self.url_name, args=[secret])

    @property
    def ending(self) -> str:
        """What its address ends with, after the secret."""
        return self.address("-").rpartition("-")[2]


# Other shapes of the same text, such as a PDF, and what it led to.
MINUTES = Panels()
# What may be made of a section, or of words chosen in it.
SECTION = Tools()
# Calendars of higher rooms.
FEEDS: list[Feed] = []


def register() -> None:
    from meetings.said import times_met, times_said

    panels.MEASURE.register(
        Panel(
            "said",
            _("What was said in meetings"),
            "meetings:said-measure",
            _("All that was said of this measure, on a page of its own"),
        )
    )
    panels.INSTITUTION.register(
        Panel(
            "meetings",
            _("Meetings"),
            "meetings:institution-meetings",
            _("The meetings with this institution, on a page of their own"),
            _("Meetings"),
            times_met,
        )
    )
    panels.INSTITUTION.register(
        Panel(
            "said",
            _("What was said in meetings"),
            "meetings:said-institution",
            _("All that was said of this institution, on a page of its own"),
            _("Passages about it"),
            times_said,
        )
    )

"""What a lower room's page shows of a higher one, without knowing it: the higher room registers it (docs/decisions/0010).

A panel is an address that answers for itself, as a page and as a fragment. The page of the lower room prints a link to
it, which htmx follows in place: so the page asks nothing more of the database, and may be kept for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Panel:
    """`url_name` takes what the page's own address does.

    `tally` counts, for a list of such pages, what a reader finds behind it, under the head `tally_label`.
    """

    key: str
    label: _StrPromise | str
    url_name: str
    link: _StrPromise | str = ""
    tally_label: _StrPromise | str = ""
    tally: Callable[[Any, Collection[int]], Mapping[int, int]] | None = None


class Place(NamedTuple):
    """A panel on one page."""

    key: str
    label: _StrPromise | str
    link: _StrPromise | str
    address: str


class Panels:
    """The panels of one kind of page, in the order of their rooms."""

    def __init__(self) -> None:
        self._panels: dict[str, Panel] = {}

    def register(self, panel: Panel) -> None:
        self._panels[panel.key] = panel

    def on(self, *arguments: Any) -> list[Place]:
        """Those of the page that has these arguments in its address."""
        return [
            Place(
                each.key,
                each.label,
                each.link or each.label,
                reverse(each.url_name, args=arguments),
            )
            for each in self._panels.values()
        ]

    def tallies(
        self, user: Any, rows: Collection[int]
    ) -> list[tuple[_StrPromise | str, Mapping[int, int]]]:
        """For a list of rows by primary key, what each panel counts of them, under its label."""
        return [
            (each.tally_label or each.label, each.tally(user, rows))
            for each in self._panels.values()
            if each.tally is not None
        ]

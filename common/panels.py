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
    """`url_name` takes what the page's own address does; with `keeps_query`, the day that the page speaks of too.

    `tally` counts, for a list of such pages, what a reader finds behind it, under the head `tally_label`. A panel that
    `finds_its_place` is fetched as soon as the page is shown, and puts its parts itself beside what they are about.
    """

    key: str
    label: _StrPromise | str
    url_name: str
    link: _StrPromise | str = ""
    tally_label: _StrPromise | str = ""
    tally: Callable[[Any, Collection[int]], Mapping[int, int]] | None = None
    finds_its_place: bool = False
    keeps_query: bool = False


class Place(NamedTuple):
    """A panel on one page."""

    key: str
    label: _StrPromise | str
    link: _StrPromise | str
    address: str
    finds_its_place: bool


@dataclass(frozen=True)
class Tool:
    """Something that a higher room does with a part of a page: its address, to which the part's primary key is added."""

    key: str
    label: _StrPromise | str
    url_name: str
    may: Callable[[Any], bool]

    @property
    def address(self) -> str:
        return reverse(self.url_name)


class Tools:
    """The tools of one kind of part, in the order of their rooms."""

    def __init__(self) -> None:
        self._tools: dict[str, Tool] = {}

    def register(self, tool: Tool) -> None:
        self._tools[tool.key] = tool

    def of(self, user: Any) -> tuple[str, ...]:
        """The keys of those that somebody may use. No query."""
        return tuple(key for key, tool in self._tools.items() if tool.may(user))

    def named(self, keys: Collection[str]) -> list[Tool]:
        return [self._tools[key] for key in keys]


class Panels:
    """The panels of one kind of page, in the order of their rooms."""

    def __init__(self) -> None:
        self._panels: dict[str, Panel] = {}

    def register(self, panel: Panel) -> None:
        self._panels[panel.key] = panel

    def on(self, *arguments: Any, query: str = "") -> list[Place]:
        """Those of the page that has these arguments in its address, and this after the question mark."""
        return [
            Place(
                each.key,
                each.label,
                each.link or each.label,
                reverse(each.url_name, args=arguments) + (query if each.keeps_query else ""),
                each.finds_its_place,
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

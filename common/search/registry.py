"""What can be searched: each room says of its rows by what they are found, and who may see them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from django.db.models import Model, QuerySet


@dataclass(frozen=True)
class Address:
    """A place on a page: the name of its route, what the route takes, the id of an element, and a query, if any."""

    route: str
    args: tuple[str | int, ...] = ()
    anchor: str = ""
    query: Mapping[str, str] = field(default_factory=dict)

    def kept(self) -> list[Any]:
        return [self.route, list(self.args), self.anchor, dict(self.query)]


@dataclass(frozen=True)
class Document:
    """What a row is found by: its `title` and its `body`, plain text, shown as they are.

    `context` is shown and not searched: the meeting of a section. Whoever sees the row may see it.
    `is_open`: whether a stranger may see it, were all that surrounds it public. It narrows where strangers are looked
    for, so that how long their answer takes tells nothing of the rest; it opens nothing, `visible` alone does.
    `facets` are ids by which a search is narrowed, by kind of facet (“measure”, “institution”).
    """

    title: str
    body: str
    address: Address
    context: str = ""
    dated_on: dt.date | None = None
    is_open: bool = False
    facets: Mapping[str, Iterable[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Registered:
    """A kind of row that can be searched."""

    model: type[Model]
    number: int
    rows: Callable[[], QuerySet[Any]]
    document: Callable[[Any], Document]
    visible: Callable[[Any], QuerySet[Any]]
    parts: Callable[[list[int]], Iterable[QuerySet[Any]]]

    @property
    def kind(self) -> str:
        return kind_of(self.model)


KINDS: dict[str, Registered] = {}


def kind_of(model: type[Model]) -> str:
    return model._meta.label_lower


def register(
    model: type[Model],
    *,
    number: int,
    document: Callable[[Any], Document],
    visible: Callable[[Any], QuerySet[Any]],
    rows: Callable[[], QuerySet[Any]] | None = None,
    parts: Callable[[list[int]], Iterable[QuerySet[Any]]] = lambda pks: (),
) -> None:
    """Make the rows of a model findable.

    `number`, from 0 to 31 and never changed, orders the kinds within a day. `rows` are those that are found, with what
    `document` reads of them. `visible` gives those that somebody may see. `parts` are rows of other kinds whose
    documents repeat words of these, all of them words that stand in these documents too.
    """
    if any(known.number == number and known.model is not model for known in KINDS.values()):
        message = f"Another kind of row already has the number {number}."
        raise ValueError(message)
    KINDS[kind_of(model)] = Registered(
        model, number, rows or model._default_manager.all, document, visible, parts
    )


def register_parts(
    model: type[Model], parts: Callable[[list[int]], Iterable[QuerySet[Any]]]
) -> None:
    """Rows of a higher room whose documents repeat words of rows that a lower one registered.

    Raises LookupError for rows that no room registered.
    """
    known = registered(model)
    KINDS[known.kind] = replace(known, parts=lambda pks: chain(known.parts(pks), parts(pks)))


def registered(model: type[Model]) -> Registered:
    """Raises LookupError for rows that no room registered."""
    try:
        return KINDS[kind_of(model)]
    except KeyError:
        message = f"{model.__name__} is not registered: nothing says by what it is found."
        raise LookupError(message) from None

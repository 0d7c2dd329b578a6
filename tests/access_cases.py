"""How one request by everyone is written down, and which answers follow from `members/access.toml`.

The verb allowed, what the view gives (`done`); refused on a row that one may see, 403; otherwise 404, as for a row that
does not exist, or “login” for somebody who is not logged in, unless the address has rows for anyone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from members.access import ANONYMOUS, KINDS_OF_PEOPLE, Relation, Verb, matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

PEOPLE = KINDS_OF_PEOPLE


@dataclass(frozen=True)
class Case:
    """One request by everyone. `row` names what the address is about (`World.address`), which is a `seen_as`."""

    name: str
    thing: str
    verb: Verb
    row: str = ""
    relation: Relation = Relation.ANY
    seen_as: str = ""
    method: str = "GET"
    data: Mapping[str, Any] = field(default_factory=dict)
    done: str = "200"
    # For the library's own pages, about oneself, whose answers follow from no line: one for each kind of people.
    answers: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.name, self.row and f"({self.row})")))

    def answer(self, person: str) -> str:
        if self.answers:
            return self.answers.split()[PEOPLE.index(person)]
        is_stranger = person == ANONYMOUS and self.name not in addresses_for_anyone()
        if self.done == "405":
            return "login" if is_stranger else "405"
        if not self.row.startswith("no ") and self._allows(self.thing, person, self.verb):
            return self.done
        if is_stranger:
            return "login"
        seen_as = self.seen_as or self.thing
        if not self.row.startswith("no ") and self._allows(seen_as, person, Verb.VIEW):
            return "403"
        return "404"

    def _allows(self, thing: str, person: str, verb: Verb) -> bool:
        return matrix()[thing].allows(person, verb, self.relation)

    @property
    def has_rows_for_anyone(self) -> bool:
        if self.answers:
            return self.answer(ANONYMOUS) != "login"
        return self.done != "405" and self._allows(self.thing, ANONYMOUS, self.verb)


@cache
def addresses_for_anyone() -> frozenset[str]:
    from tests.access import CASES

    return frozenset(case.name for case in CASES if case.has_rows_for_anyone)


def see(name: str, thing: str, row: str = "", **more: Any) -> Case:
    """Read one row, or a list."""
    return Case(name, thing, more.pop("verb", Verb.VIEW), row, **more)


def do(name: str, thing: str, verb: Verb, row: str = "", /, done: str = "302", **more: Any) -> Case:
    """Change something; `done` is what a request without what the form needs is answered."""
    return Case(name, thing, verb, row, method="POST", done=done, **more)


def ask(name: str, thing: str, verb: Verb, row: str = "", /, **more: Any) -> Case:
    """The form by which something is changed."""
    return Case(name, thing, verb, row, **more)


def not_read(name: str, row: str = "") -> Case:
    """An address that only changes something."""
    return Case(name, "account", Verb.VIEW, row, done="405")


def page(name: str, answers: str, row: str = "") -> Case:
    return Case(name, "account", Verb.VIEW, row, answers=answers)


def form(address: str, answers: str, row: str = "", /, **data: Any) -> Case:
    return Case(address, "account", Verb.EDIT, row, method="POST", data=data, answers=answers)

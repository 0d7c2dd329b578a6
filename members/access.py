"""The matrix of `access.toml`, as predicates: every rule of every room's perms.py is a line of it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import rules

from members.enums import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import AnonymousUser

    from members.models import User

FILE = Path(__file__).with_name("access.toml")
ANONYMOUS = "anonymous"
KINDS_OF_PEOPLE = (
    ANONYMOUS,
    Role.GUEST,
    Role.MEMBER,
    Role.SECRETARIAT,
    Role.COORDINATOR,
    Role.ADMINISTRATOR,
)


class Verb(StrEnum):
    LIST = "L"
    VIEW = "V"
    CREATE = "C"
    EDIT = "E"
    PUBLISH = "P"
    EXPORT = "X"


class Relation(StrEnum):
    """What a right can be limited to. `ANY` is the right over every row."""

    ANY = ""
    OWN = "own"
    NAMED = "named"


@dataclass(frozen=True)
class Thing:
    """A line of the matrix."""

    key: str
    fr: str
    en: str
    rights: Mapping[str, Mapping[Verb, Relation]]
    """By kind of people."""

    def allows(self, kind: str, verb: Verb, relation: Relation = Relation.ANY) -> bool:
        """Whether these people may do that to a row in this relation to them."""
        needed = self.rights[kind].get(verb)
        return needed is not None and needed in {Relation.ANY, relation}


class WrongMatrixError(Exception):
    """`access.toml` says something that has no meaning."""


@cache
def matrix() -> Mapping[str, Thing]:
    """Every line, by its key. Raises WrongMatrixError."""
    lines = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {key: _thing(key, dict(line)) for key, line in lines.items()}


def _thing(key: str, line: dict[str, str]) -> Thing:
    fr, en = line.pop("fr"), line.pop("en")
    unknown = set(line) - set(KINDS_OF_PEOPLE)
    if unknown:
        raise WrongMatrixError(f"{key}: {', '.join(sorted(unknown))}")
    return Thing(key, fr, en, {kind: _rights(key, line.get(kind, "")) for kind in KINDS_OF_PEOPLE})


def _rights(key: str, words: str) -> dict[Verb, Relation]:
    try:
        parts = [word.partition(":") for word in words.split()]
        return {Verb(letter): Relation(relation) for letter, _colon, relation in parts}
    except ValueError as error:
        raise WrongMatrixError(f"{key}: {words}") from error


def kind_of(user: User | AnonymousUser) -> str:
    """Who somebody is today: without a live mandate a member is nobody in particular, and so on.

    At most one query for a member or a guest, none when the request has already told (`members.backends`).
    """
    if user.is_authenticated and user.is_active and user.may_come_in:
        return Role(user.role)
    return ANONYMOUS


def may(verb: Verb, thing: str, relation: Relation = Relation.ANY) -> rules.Predicate:
    """The rule of one cell: who may do that to rows in this relation to them. Whether they are is the caller's to ask."""
    line = matrix()[thing]

    def predicate(user: User | AnonymousUser) -> bool:
        return line.allows(kind_of(user), verb, relation)

    name = f"{verb.name.lower()} {thing} {relation}".strip()
    rule: rules.Predicate = rules.predicate(predicate, name=name)
    return rule

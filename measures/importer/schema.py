"""Checks the form of each file against a schema of `data/`, and says what is wrong in our own words."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from jsonschema import Draft202012Validator, FormatChecker

from measures.importer.files import Item, Rows
from measures.importer.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.utils.functional import _StrPromise

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
HOUR = re.compile(r"\d{2}:\d{2}", re.ASCII)

# What each pattern of the schema asks for; the patterns themselves are what the schema holds.
PATTERNS: dict[str, _StrPromise] = {
    "^[a-z0-9][a-z0-9-]*$": gettext_lazy(
        "write it in small letters without accents, digits and hyphens, such as “loi-2016-444”."
    ),
    r"^[^\n]*$": gettext_lazy("write it on one line (with “>-” if it has to be folded)."),
    "^[0-9A-Za-zÀ-ÿ][0-9A-Za-zÀ-ÿ. _-]*$": gettext_lazy(
        "write it with letters, digits, spaces, dots and hyphens, such as “11 bis” or “1.1.1alter”."
    ),
}
FORMATS: dict[str, _StrPromise] = {
    "date": gettext_lazy(
        "“%(value)s” is no date: write a day that exists as year-month-day, such as 2017-07-06."
    ),
    "time": gettext_lazy("“%(value)s” is no hour: write it as 09:30."),
    "uri": gettext_lazy(
        "“%(value)s” is no address: write it whole, such as https://www.cncdh.fr/."
    ),
}
TYPES: dict[str, _StrPromise] = {
    "string": gettext_lazy("a text is expected."),
    "integer": gettext_lazy("a whole number without quotes is expected."),
    "boolean": gettext_lazy("true or false is expected."),
    "array": gettext_lazy("a list is expected: one element a line, after a hyphen."),
    "object": gettext_lazy("an entry made of lines “name: value” is expected."),
}

_formats = FormatChecker(formats=())


@_formats.checks("date")
def _is_day(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        return bool(DAY.fullmatch(value)) and dt.date.fromisoformat(value) is not None
    except ValueError:
        return False


@_formats.checks("time")
def _is_hour(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        return bool(HOUR.fullmatch(value)) and dt.time.fromisoformat(value) is not None
    except ValueError:
        return False


@_formats.checks("uri")
def _is_address(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        URLValidator(schemes=["http", "https"])(value)
    except ValidationError:
        return False
    return True


@lru_cache
def read_schema(name: str) -> dict[str, Any]:
    """A schema of `data/`, by the name of its file."""
    path = settings.BASE_DIR / "data" / name
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def plan_schema() -> dict[str, Any]:
    return read_schema("plan.schema.json")


def suggestion(value: str, known: Iterable[str]) -> str:
    """“ Did you mean …?”, when a known word looks like this one; otherwise nothing."""
    near = get_close_matches(value, list(known), n=1, cutoff=0.75)
    return " " + _("Did you mean “%(word)s”?") % {"word": near[0]} if near else ""


def check_form(root: Item, schema: dict[str, Any] | None = None) -> list[Problem]:
    """What the schema (a plan’s, unless told) refuses in one file, one problem a value: the first that is wrong."""
    validator = Draft202012Validator(schema or plan_schema(), format_checker=_formats)
    problems: dict[Place, Problem] = {}
    for error in validator.iter_errors(root):
        for problem in _problems(error, root):
            problems.setdefault(problem.place, problem)
    return list(problems.values())


def _problems(error: Any, root: Item) -> Iterator[Problem]:
    place, value = _find(root, list(error.absolute_path))
    for where, message in MESSAGES[str(error.validator)](error, place, value):
        yield Problem(where, message)


def _find(root: Item, path: list[str | int]) -> tuple[Place, Any]:
    place, value = root.at(), root
    for step in path:
        if isinstance(value, (Item, Rows)):
            place = value.at(step)  # type: ignore[arg-type]  # a name in an entry, an index in a list
        value = value[step]  # type: ignore[index]
    return place, value


_Found = list[tuple[Place, str]]


def _named(place: Place, reason: str) -> _Found:
    """The reason after the name of the field, which people look for first."""
    return [(place, _("“%(field)s”: %(reason)s") % {"field": place.name, "reason": reason})]


def _type(error: Any, place: Place, value: Any) -> _Found:
    expected = str(error.validator_value)
    if value is None:
        return _named(
            place, _("there is nothing after it: write its value, or take the line away.")
        )
    if expected == "string" and type(value) in {int, Decimal}:
        return _named(
            place, _("a text is expected: put %(value)s between quotes.") % {"value": value}
        )
    return _named(place, str(TYPES[expected]))


def _required(error: Any, place: Place, value: Any) -> _Found:
    return [
        (
            Place(place.file, place.line, f"{place.field}.{name}"),
            _("“%(field)s” is missing from this entry: add it.") % {"field": name},
        )
        for name in error.validator_value
        if name not in value
    ]


def _unknown_names(error: Any, place: Place, value: Any) -> _Found:
    known = error.schema["properties"]
    return [
        (
            value.at(name),
            _("“%(field)s” is not a field of this entry: correct its name, or take it away.")
            % {"field": name}
            + suggestion(name, known),
        )
        for name in value
        if name not in known
    ]


def _choices(error: Any, place: Place, value: Any) -> _Found:
    words = [str(word) for word in error.validator_value]
    reason = _("“%(value)s” is not one of the choices: %(choices)s.") % {
        "value": _as_written(value),
        "choices": ", ".join(words),
    }
    return _named(place, reason)


def _pattern(error: Any, place: Place, value: Any) -> _Found:
    return _named(place, str(PATTERNS[error.validator_value]))


def _format(error: Any, place: Place, value: Any) -> _Found:
    return _named(place, FORMATS[error.validator_value] % {"value": value})


def _too_short(error: Any, place: Place, value: Any) -> _Found:
    return _named(place, _("it is empty: write something, or take the line away."))


def _too_long(error: Any, place: Place, value: Any) -> _Found:
    limit = error.validator_value
    return _named(
        place,
        _("it has %(length)d characters and may have %(limit)d at most: shorten it.")
        % {"length": len(value), "limit": limit},
    )


def _too_few(error: Any, place: Place, value: Any) -> _Found:
    return _named(place, _("the list is empty: give it an element at least."))


def _doubles(error: Any, place: Place, value: Rows) -> _Found:
    counted: Counter[str] = Counter()
    found: _Found = []
    for index, element in enumerate(value):
        word = _as_written(element)
        counted[word] += 1
        if counted[word] > 1:
            reason = _("“%(value)s” stands twice in the list: take one away.") % {"value": word}
            found += [(value.at(index), message) for _place, message in _named(place, reason)]
    return found


def _out_of_bounds(error: Any, place: Place, value: Any) -> _Found:
    reason = _("%(value)s is not a number between 1 and 2147483647.") % {"value": value}
    return _named(place, reason)


def _no_figure(error: Any, place: Place, value: Any) -> _Found:
    reason = _(
        '“%(value)s” is not a figure: write a number as 1234.5, null for an empty cell or "n.d." for not available.'
    )
    return _named(place, reason % {"value": _as_written(value)})


def _as_written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


# Every keyword that the schema uses has its words here (a test holds it): nobody reads jsonschema's own.
MESSAGES: dict[str, Callable[[Any, Place, Any], _Found]] = {
    "type": _type,
    "required": _required,
    "additionalProperties": _unknown_names,
    "enum": _choices,
    "pattern": _pattern,
    "format": _format,
    "minLength": _too_short,
    "maxLength": _too_long,
    "minItems": _too_few,
    "uniqueItems": _doubles,
    "minimum": _out_of_bounds,
    "maximum": _out_of_bounds,
    "anyOf": _no_figure,
}

"""Where a text speaks of measures by their numbers: “mesure 22”, “mesures 7 à 9”, “la mesure n° 4 bis”."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.numbers import LATIN_ORDINALS, natural_key
from common.text import fold
from measures.models import Measure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plan.models import Plan

# Spaces of any width and one end of line, since minutes come wrapped; never an empty line.
_SPACE = r"[^\S\n]*\n?[^\S\n]*"
_NUMBER_SIGN = r"(?:(?:n(?:os?|°s?|º)|n\.|num[ée]ros?)" + _SPACE + r")?"
_HEAD = re.compile(
    r"(?<![\w-])(?P<word>mesures?)[*_]{0,3}" + _SPACE + r"[*_]{0,3}" + _NUMBER_SIGN,
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?P<digits>\d{1,4}(?:\.\d{1,3})*)"
    rf"(?:[^\S\n]?-?(?P<ordinal>{'|'.join(LATIN_ORDINALS)}|alter)\b|(?P<letter>[a-z])\b)?(?!\d)",
    re.IGNORECASE,
)
_RANGE = re.compile(_SPACE + r"(?:à|a|[-–—])" + _SPACE, re.IGNORECASE)
_AND = re.compile(
    rf"{_SPACE}(?:,{_SPACE}(?:et\b|ou\b)?|;|/|&|\bet\b|\bou\b|\bainsi que\b|\bpuis\b){_SPACE}{_NUMBER_SIGN}",
    re.IGNORECASE,
)
# “mesures 22 %”, “mesure 3 mètres”, “mesure 2,5”, “mesure 1er”: a quantity or an order, no number of a measure.
_QUANTITY = re.compile(
    r"[^\S\n]*(?:[%€$°‰]|[,.]\d|/\d)|(?:[^\S\n]*|\n)(?:"
    r"(?:euros?|milliers?|millions?|milliards?|ans?|années?|mois|semaines?|jours?|heures?|minutes?|h\d*|fois|points?"
    r"|k?m²?|cm|mm|km²|mètres?|kilomètres?|centimètres?|hectares?|kg|pages?|pour[^\S\n]cent|personnes?|victimes?"
    r"|associations?|membres?|mineurs?|femmes?|hommes?|enfants?|places?|pays|ministères?|départements?|régions?"
    r"|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)(?!\w)"
    r")|(?:er|re|ère|e|è|ème|eme|nd|nde|h)(?!\w)",
    re.IGNORECASE,
)
_LONGEST_RANGE = 100
# Numbers of one mention; a plan has fewer measures.
_MOST = 200
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class Mention:
    """Words of a text that name measures. `numbers` are the plan's own, as printed; `proposed` those it has not."""

    start: int
    end: int
    words: str
    numbers: tuple[str, ...]
    proposed: tuple[str, ...] = ()


def numbers_of(plan: Plan) -> list[str]:
    """The numbers of a plan's measures, in its order. One query: ask once for many texts."""
    return list(
        Measure.objects.filter(plan=plan).order_by("number_key").values_list("number", flat=True)
    )


def find_mentions(text: str, plan: Plan) -> list[Mention]:
    """The mentions of a plan's measures in a text, in reading order. “4 bis” is never taken for 4."""
    return find_among(text, numbers_of(plan))


def find_among(text: str, numbers: Iterable[str]) -> list[Mention]:
    """As `find_mentions`, for numbers that were read beforehand. No query."""
    known = {natural_key(number): number for number in numbers}
    mentions: list[Mention] = []
    for head in _HEAD.finditer(text):
        is_plural = fold(head["word"]) == "mesures"
        items = _items(text, head.end(), is_plural=is_plural)
        found = _sort_out(items, known)
        if found is not None:
            start, end = head.start(), items[-1][1].end()
            mentions.append(Mention(start, end, text[start:end], *found))
    return mentions


def _items(text: str, position: int, *, is_plural: bool) -> list[tuple[bool, re.Match[str]]]:
    """The numbers that stand one after the other, each with whether it ends a range. A quantity ends the list."""
    items: list[tuple[bool, re.Match[str]]] = []
    ends_range = False
    while len(items) < _MOST and (number := _NUMBER.match(text, position)) is not None:
        # “mesures 3,5 et 12” is a list; “mesure 3,5” is not.
        follows = _QUANTITY.match(text, number.end())
        if follows and not (is_plural and re.fullmatch(r"[,/]\d", follows[0])):
            break
        if number["letter"] and _QUANTITY.match(text, number.end() - 1):
            break
        items.append((ends_range, number))
        joint = _RANGE.match(text, number.end())
        # “mesure 22 – 3 associations” is no range: a singular takes none but a tight one.
        if joint and (is_plural or re.fullmatch(r"[-–]", joint[0])) and not ends_range:
            ends_range, position = True, joint.end()
            continue
        joint = _AND.match(text, number.end()) if is_plural else None
        if joint is None:
            break
        ends_range, position = False, joint.end()
    return items


def _sort_out(
    items: list[tuple[bool, re.Match[str]]], known: dict[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The known numbers and the others, each once; None where there are none, or only a year."""
    numbers: dict[str, None] = {}
    proposed: dict[str, None] = {}
    before = ""
    for ends_range, match in items:
        number = _as_printed(match)
        between = _between(before, number, known) if ends_range else []
        for one in [*between, number]:
            printed = known.get(natural_key(one))
            if printed is not None:
                numbers[printed] = None
            elif not (one.isdigit() and _FIRST_YEAR <= int(one) <= _LAST_YEAR):
                proposed[one] = None
        before = number
    return (tuple(numbers), tuple(proposed)) if numbers or proposed else None


def _as_printed(match: re.Match[str]) -> str:
    if match["ordinal"]:
        return f"{match['digits']} {match['ordinal'].lower()}"
    return match["digits"] + (match["letter"] or "").lower()


def _between(first: str, last: str, known: dict[str, str]) -> list[str]:
    """What lies strictly between the two ends of a range: the plan's numbers, and the whole ones it has not."""
    low, high = natural_key(first), natural_key(last)
    inside = {key: number for key, number in known.items() if low < key < high}
    if first.isdigit() and last.isdigit() and int(last) - int(first) <= _LONGEST_RANGE:
        for value in range(int(first) + 1, int(last)):
            inside.setdefault(natural_key(str(value)), str(value))
    return [inside[key] for key in sorted(inside)]

"""Lengths of time, counted from the day on which a deadline was said."""

from __future__ import annotations

import datetime as dt
import re

from common.deadlines.spans import UnknownError, months_on
from common.deadlines.vocabulary import MONTHS_IN

DAYS_IN = {"jour": 1, "semaine": 7}
DOZENS = {"huitaine": 8, "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20}

# What says that it is counted from the day it was said, as every length is.
FROM_NOW = (
    r"a venir|qui viennent|qui vient|qui suivent|qui suit|au plus|max"
    r"|a (?:compter|partir) (?:de ce jour|d'aujourd'hui|de maintenant|de la presente)"
)


def last_day_of_length(text: str, said_on: dt.date, *, alone: bool) -> dt.date | None:
    """Last day of a length of time that begins the day after; None when the text is no length of time.

    `alone`: a unit without a number is one of them, as after “dans”. Raises UnknownError, ValueError, OverflowError.
    """
    text = re.sub(rf" (?:{FROM_NOW})$", "", text)
    text = re.sub(
        r"^(?:1 (?=delai)|le |les |la |l'|au |a |ce )?(?:delais? )?(?:moins )?(?:de |d')?", "", text
    )
    text = re.sub(r"\bprochaine?s? ?", "", text).strip() if re.search(r"\d", text) else text
    text = re.sub(r"^(?:1 )?(dizaine|douzaine|quinzaine|vingtaine) de (?=jours|mois)", _dozen, text)
    if re.fullmatch(r"(?:1 )?(?:huitaine|quinzaine)", text):
        return said_on + dt.timedelta(days=DOZENS[text.split()[-1]])
    if alone and text in {"jour", "journee"}:
        return said_on
    if alone and text in {*MONTHS_IN, "semaine"}:
        text = f"1 {text}"
    length = r"([0-9]{1,4}) ?(heure|h|jour|semaine|mois|trimestre|semestre|annee|an)s?( et demie?)?"
    several = rf"(?:([0-9]{{1,4}}) ?(?:a|ou|-|/) ?)?{length}(?: ?(?:a|ou) {length})?"
    found = re.fullmatch(several, text)
    if not found:
        return None
    lower, number, unit, half, number_2, unit_2, half_2 = found.groups()
    ends = [_after(said_on, int(number), unit, half=bool(half))]
    if lower:
        ends.append(_after(said_on, int(lower), unit, half=False))
    if number_2:
        ends.append(_after(said_on, int(number_2), unit_2, half=bool(half_2)))
    return max(ends)


def _dozen(found: re.Match[str]) -> str:
    return f"{DOZENS[found[1]]} "


def _after(day: dt.date, number: int, unit: str, *, half: bool) -> dt.date:
    if unit in {"heure", "h"}:
        return day + dt.timedelta(days=-(-number // 24))
    if unit in DAYS_IN:
        if half:
            raise UnknownError
        return day + dt.timedelta(days=number * DAYS_IN[unit])
    if half and unit in {"an", "annee"}:
        return months_on(day, number * 12 + 6)
    return months_on(day, number * MONTHS_IN[unit]) + dt.timedelta(days=15 if half else 0)

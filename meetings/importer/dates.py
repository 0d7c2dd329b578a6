"""Days and hours as French minutes write them: “22 octobre, 7 et 18 novembre et 17 décembre 2014”, “de 9h30 à 12h00”."""

from __future__ import annotations

import datetime as dt
import re

from common.text import fold

MONTHS = {
    name: rank
    for rank, name in enumerate(
        (
            "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
            "decembre",
        ),
        start=1,
    )
}  # fmt: skip
_DAY_NAME = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
_DAY = rf"(?:{_DAY_NAME}\s+)?(?:le\s+)?(?:{_DAY_NAME}\s+)?\d{{1,2}}(?:er)?"
_DAYS = re.compile(
    rf"(?<![\d/])(?P<days>{_DAY}(?:\s*(?:,|\bet\b|\bau\b|-|–)\s*{_DAY}){{0,12}})\s+(?P<month>{'|'.join(MONTHS)})\b(?:\s+(?P<year>\d{{4}}))?"
)
_FIGURES = re.compile(r"(?<![\d/])(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?![\d/])")
_HOUR = r"(\d{1,2})\s*(?:heures?|h|:)\s*(\d{2})?"
_HOURS = re.compile(rf"(?<!\d){_HOUR}(?:\s*(?:a|-|–|—)\s*{_HOUR})?(?!\d)")
_DATED = re.compile(r"^\s*(?:fait a )?[a-z-]{2,30}, le (?=\d|[a-z]+ \d)", re.MULTILINE)


def find_days(text: str, *, year: int | None = None) -> list[dt.date]:
    """The days that a text names, in its order, each once. One without a year takes that of the next, or `year`."""
    words = fold(text)
    groups: list[tuple[list[int], int, int | None]] = []
    for match in _DAYS.finditer(words):
        days = [int(day) for day in re.findall(r"\d{1,2}", match["days"])]
        groups.append((days, MONTHS[match["month"]], int(match["year"]) if match["year"] else None))
    following = year
    found: list[dt.date] = []
    for days, month, own in reversed(groups):
        following = own or following
        if following is not None:
            found += [day for number in reversed(days) if (day := _day(following, month, number))]
    found.reverse()
    figures = [_day(int(y), int(m), int(d)) for d, m, y in _FIGURES.findall(words)]
    return list(dict.fromkeys(found + [day for day in figures if day]))


def find_hours(text: str) -> tuple[dt.time | None, dt.time | None]:
    """The first hour that a text names and the one up to which it goes; None where there is none."""
    match = _HOURS.search(fold(text))
    if match is None:
        return None, None
    start = _hour(match[1], match[2])
    end = _hour(match[3], match[4]) if match[3] else None
    return start, end if start and end and end > start else None


def after_the_time(text: str) -> str:
    """What follows the hours that a text names, or its days where it names no hour; empty where it names neither."""
    words = fold(text)
    told = [*_HOURS.finditer(words)][:1] or [*_DAYS.finditer(words), *_FIGURES.finditer(words)]
    # Letters that are two once folded would shift what follows.
    return text[told[-1].end() :] if told and len(words) == len(text) else ""


def find_dating(text: str) -> dt.date | None:
    """The day of “Paris, le 30 septembre 2013”."""
    match = _DATED.search(fold(text))
    days = find_days(fold(text)[match.end() : match.end() + 60]) if match else []
    return days[0] if days else None


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day) if 1900 <= year <= 2100 else None
    except ValueError:
        return None


def _hour(hours: str, minutes: str | None) -> dt.time | None:
    value = (int(hours), int(minutes or 0))
    return dt.time(*value) if value[0] < 24 and value[1] < 60 else None

"""Times that have a name, read word by word: “la première quinzaine de mars”, “l’année prochaine”, “fin 2014 ou début 2015”."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from common.deadlines.spans import (
    ONE_DAY,
    SEASONS,
    NamedTime,
    Span,
    UnknownError,
    christmas,
    day_of,
    days_of,
    fixed,
    half,
    mapped,
    months_from,
    months_of,
    months_on,
    one_day,
    part_of,
    quarters,
    school_year,
    season_of,
    summer_holidays,
    week_of,
    year_of,
)
from common.deadlines.vocabulary import (
    MONTH_NUMBERS,
    MONTHS,
    MONTHS_IN,
    ORDINALS,
    SMALL_WORDS,
    WEEKDAYS,
)

if TYPE_CHECKING:
    from collections.abc import Callable

# What ordinals count.
COUNTED = {"trimestre", "trim", "semestre", "sem", "quinzaine", "semaine", "moitie", "t"}


def late_from_name(text: str, said_on: dt.date, *, before: bool) -> dt.date:
    """First late day of what is due by a time that has a name, or `before` it. Raises UnknownError, ValueError, OverflowError."""
    both = re.match(r"(?:entre|de|du|d') ?(.+?) (?:et|a|au) (.+)$", text)
    if both or (both := re.match(r"(.+?) (?:ou|et) (.+)$", text)):
        first = _Words(both[1], said_on).read(before=before)
        late_from = _Words(both[2], said_on).read(before=before)
        if re.search("[0-9]{4}", both[1]) and late_from < first:
            raise UnknownError
        return late_from
    return _Words(text, said_on).read(before=before)


def _figures(found: re.Match[str]) -> str:
    """A date in figures as a word of its own: “@2015-03-31”."""
    day, month, year = found["day"], found["month"], found["year"]
    return f" @{year if len(year) == 4 else '20' + year}-{month:0>2}-{day:0>2} "


class _Words:
    """The words of a time, read from left to right; what is left over makes them unknown."""

    def __init__(self, text: str, said_on: dt.date) -> None:
        text = re.sub(
            r"\b(?P<day>[0-9]{1,2})([/.-])(?P<month>[0-9]{1,2})\2(?P<year>[0-9]{4}|[0-9]{2})\b",
            _figures,
            text,
        )
        text = re.sub(
            r"(?<!@)\b(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})\b", _figures, text
        )
        text = re.sub(
            r"(?<![-@0-9])\b([0-9]{1,2})/([0-9]{4})\b",
            lambda found: f"{_month_name(int(found[1]))} {found[2]}",
            text,
        )
        text = re.sub(r"\ben (8|15)$", r"en-\1", text)
        words: list[str] = re.findall(r"@[0-9-]+|en-[0-9]+|[0-9]+|[a-z]+|[^\s']", text)
        self.words = [word for word in words if word not in SMALL_WORDS]
        self.said_on = said_on

    def read(self, *, before: bool) -> dt.date:
        """First late day, once every word is understood."""
        named = self.span()
        if self.words in (["-"], ["/"]):
            raise UnknownError
        if self.take("-", "/"):
            # “mars-avril 2015”, “fin 2014 / début 2015”: the later one.
            return self.read(before=before)
        if self.words:
            raise UnknownError
        for span in named.spans(self.said_on):
            late_from = span.late_from(before=before)
            if named.year is not None or late_from > self.said_on:
                return late_from
        raise UnknownError

    # Words

    def take(self, *wanted: str) -> str:
        """The next word, if it is one of these."""
        if self.words and self.words[0] in wanted:
            return self.words.pop(0)
        return ""

    def take_all(self, *wanted: str) -> bool:
        """The next words, if they are these."""
        if self.words[: len(wanted)] == list(wanted):
            del self.words[: len(wanted)]
            return True
        return False

    def number(self, highest: int) -> int | None:
        """The next word, if it is a number up to this one."""
        if self.words and self.words[0].isdecimal() and 0 < int(self.words[0][:5]) <= highest:
            return int(self.words.pop(0))
        return None

    def four_figures(self) -> int | None:
        if self.words and re.fullmatch(r"(?:19|20|21)[0-9]{2}", self.words[0]):
            return int(self.words.pop(0))
        return None

    def ordinal(self) -> int | None:
        """“1er”, “2e”, “IIe”, “premier”, “dernier” (-1), when something that is counted follows."""
        kept = list(self.words)
        found: int | None = None
        if self.take("dernier", "derniere"):
            found = -1
        elif self.words and self.words[0] in ORDINALS:
            found = ORDINALS[self.words.pop(0)]
        elif (number := self.number(53)) is not None:
            found = number
        elif self.words and (short := re.fullmatch(r"(i{1,3}|iv)(?:er|e|eme)", self.words[0])):
            del self.words[0]
            found = ORDINALS[short[1]]
        self.take("er", "ere", "e", "eme", "ieme", "nd", "nde", "re")
        if found is None or not self.words or self.words[0] not in COUNTED:
            self.words = kept
            return None
        return found

    # Grammar

    def span(self) -> NamedTime:
        """A time, or a part of one."""
        if self.take("courant"):
            return self.span()
        if self.take("debut") or self.take_all("premiers", "jours"):
            return part_of(self.span(), 0)
        if self.take("mi"):
            self.take("-")
            return part_of(self.span(), 1)
        if self.take("milieu"):
            return part_of(self.span(), 1)
        if self.take("fin") or self.take_all("derniers", "jours"):
            return part_of(self.span(), 2)
        ordinal = self.ordinal()
        if ordinal is not None:
            return self.counted(ordinal)
        return self.whole()

    def counted(self, ordinal: int) -> NamedTime:
        """“1er trimestre 2015”, “première quinzaine de mars”, “seconde moitié de 2015”."""
        unit = self.words.pop(0)
        if unit in {"trimestre", "trim", "t", "semestre", "sem"}:
            months = 3 if unit.startswith("t") else 6
            return self.of_year(quarters(ordinal, months))
        named = self.span()
        if unit == "moitie":
            return mapped(named, lambda span: half(span, ordinal))
        if named.parts != "days":
            raise UnknownError
        days = 15 if unit == "quinzaine" else 7
        return mapped(named, lambda span: days_of(span, ordinal, days))

    def whole(self) -> NamedTime:
        """A time that has a name: a day, a week, a month, a season, a year."""
        for read in (self.day, self.today, self.quarter, self.unit, self.month, self.feast):
            named = read()
            if named is not None:
                return named
        year = self.four_figures()
        if year is None:
            raise UnknownError
        # “2014-2015”: the later one.
        kept = list(self.words)
        if self.take("-", "/"):
            later = self.four_figures()
            if later is None:
                self.words = kept
            elif later > year:
                year = later
            else:
                raise UnknownError
        return NamedTime(year_of, year)

    def today(self) -> NamedTime | None:
        if self.take("aujourd"):
            self.take("hui")
            days = 0
        elif self.take("demain"):
            days = 1
        elif self.take_all("apres", "-", "demain") or self.take_all("apres", "demain"):
            days = 2
        elif self.take_all("ce", "soir") or self.take_all("ce", "jour"):
            days = 0
        else:
            return None
        return fixed(one_day(self.said_on + dt.timedelta(days=days)))

    def day(self) -> NamedTime | None:
        """“31 mars 2015”, “lundi 3 mars”, “lundi prochain”, “le 15”, “31/03/2015”."""
        kept = list(self.words)
        self.take("ce")
        weekday = self.take(*WEEKDAYS)
        if self.words and self.words[0].startswith("@"):
            named = fixed(one_day(dt.date.fromisoformat(self.words.pop(0)[1:])))
        elif self.words[:1] == ["premier"] and {*self.words[1:2]} & {*MONTH_NUMBERS, "mois"}:
            del self.words[0]
            named = self.day_of(1)
        elif (number := self.number(31)) is not None:
            self.take("er")
            named = self.day_of(number)
        elif weekday:
            return fixed(one_day(self.next_weekday(weekday)))
        else:
            self.words = kept
            return None
        if weekday:
            # The very next one has to be that day of the week, not some later year's.
            span = next(span for span in named.spans(self.said_on) if self.may_be(span, named))
            return fixed(only_on(weekday, span))
        return named

    def may_be(self, span: Span, named: NamedTime) -> bool:
        return named.year is not None or span.last >= self.said_on

    def day_of(self, number: int) -> NamedTime:
        month = self.take(*MONTH_NUMBERS)
        if month:
            return self.of_year(day_of(MONTH_NUMBERS[month], number), parts="day")
        # “Le 15”: of this month, or of the first that has one. “Le 15 du mois prochain”: of that one.
        day = self.said_on
        if self.take("mois") and self.take("prochain"):
            day = months_on(day.replace(day=1), 1)
        while day.day != number:
            day += ONE_DAY
        return fixed(one_day(day))

    def next_weekday(self, weekday: str) -> dt.date:
        """“lundi”, “lundi prochain”: the first after the day it was said; “en huit”, “en quinze”: a week, two weeks on."""
        ahead = (WEEKDAYS.index(weekday) - self.said_on.weekday() - 1) % 7 + 1
        self.take("prochain")
        more = {"en-8": 7, "en-15": 14}.get(self.take("en-8", "en-15"), 0)
        return self.said_on + dt.timedelta(days=ahead + more)

    def month(self) -> NamedTime | None:
        month = self.take(*MONTH_NUMBERS)
        if not month:
            return None
        return self.of_year(lambda year: months_from(year, MONTH_NUMBERS[month], 1), parts="days")

    def quarter(self) -> NamedTime | None:
        """“T2 2015”, “S1 2015”, “2015 T2”."""
        kept = list(self.words)
        year = self.four_figures()
        letter = self.take("t", "s")
        number = self.number(4 if letter == "t" else 2) if letter else None
        if number is None:
            self.words = kept
            return None
        of_year = quarters(number, 3 if letter == "t" else 6)
        if year is not None:
            return NamedTime(of_year, year)
        self.take("-", "/")
        return self.of_year(of_year)

    def unit(self) -> NamedTime | None:
        """“la semaine prochaine”, “ce mois-ci”, “l’année 2014”, “fin du mois”, “la semaine du 3 mars”."""
        kept = list(self.words)
        ahead = bool(self.take("prochain", "prochaine"))
        this = "" if ahead else self.take("ce", "cet", "cette")
        unit = self.take("semaine", "mois", "trimestre", "semestre", "annee", "an")
        if not unit:
            self.words = kept
            return None
        if unit in {"annee", "an"} and not ahead and not this:
            if self.take("scolaire"):
                return self.school_year()
            if self.words and self.four_figures_ahead():
                return self.whole()
        if (
            unit == "mois"
            and not ahead
            and not this
            and self.words[:1]
            and self.words[0] in MONTH_NUMBERS
        ):
            return self.month()
        if unit == "semaine" and not ahead and not this and self.words[:1]:
            named = self.day()
            if named is not None:
                return mapped(named, lambda span: week_of(span.first))
        ahead = ahead or bool(self.take("prochain", "prochaine")) or self.take_all("qui", "vient")
        if not ahead:
            self.take("cours", "courant", "courante", "civile") or self.take_all("-", "ci")
        return self.current(unit, ahead=ahead)

    def four_figures_ahead(self) -> bool:
        return bool(re.fullmatch(r"(?:19|20|21)[0-9]{2}", self.words[0]))

    def current(self, unit: str, *, ahead: bool) -> NamedTime:
        day = self.said_on
        if unit == "semaine":
            week = week_of(day + dt.timedelta(days=7 if ahead else 0))
            return fixed(week, parts="week")
        months = MONTHS_IN[unit]
        year, month = divmod(
            day.year * 12 + (day.month - 1) // months * months + (months if ahead else 0), 12
        )
        return NamedTime(
            lambda year: months_from(year, month + 1, months),
            year,
            parts="days" if unit == "mois" else "months",
        )

    def school_year(self) -> NamedTime:
        year = self.four_figures()
        if year is not None:
            self.following(year)
            return NamedTime(school_year, year)
        if self.take("prochaine"):
            return fixed(self.not_begun(school_year), parts="months")
        under_way = school_year(self.said_on.year - (self.said_on.month < 9))
        return fixed(under_way, parts="months")

    def feast(self) -> NamedTime | None:
        """Seasons, and what comes round once a year."""
        ahead = bool(self.take("prochain", "prochaine", "prochains", "prochaines"))
        if not ahead:
            self.take("ce", "cet", "cette")
        season = self.take(*SEASONS)
        if season:
            of_year = season_of(season)
        elif self.take("rentree"):
            self.take("scolaire", "universitaire", "septembre")
            of_year = months_of(9, 1)
        elif self.take_all("vacances", "ete") or self.take_all("grandes", "vacances"):
            of_year = summer_holidays
        elif self.take("fetes"):
            self.take_all("fin", "annee")
            of_year = christmas
        elif self.take("noel"):
            of_year = day_of(12, 25)
        elif self.take_all("nouvel", "an"):
            of_year = day_of(1, 1)
        elif self.take("toussaint"):
            of_year = day_of(11, 1)
        else:
            return None
        if ahead:
            return fixed(self.not_begun(of_year), parts="months")
        named = self.of_year(of_year)
        if season == "hiver" and named.year is not None:
            self.following(named.year)
        return named

    def following(self, year: int) -> None:
        """“2014-2015”: the second year, if it is told, is the next one."""
        if self.take("-", "/") and self.four_figures() != year + 1:
            raise UnknownError

    def of_year(self, of_year: Callable[[int], Span], *, parts: str = "months") -> NamedTime:
        """With the year that is told, if there is one."""
        if self.take("prochain", "prochaine"):
            return fixed(self.not_begun(of_year), parts=parts)
        kept = list(self.words)
        this = self.take("cette")
        if self.take("annee", "an"):
            if self.take("prochain", "prochaine") and not this:
                return NamedTime(of_year, self.said_on.year + 1, parts=parts)
            year = None if this else self.four_figures()
            if year is None:
                self.take("cours")
            return NamedTime(of_year, year or self.said_on.year, parts=parts)
        self.words = kept
        return NamedTime(of_year, self.four_figures(), parts=parts)

    def not_begun(self, of_year: Callable[[int], Span]) -> Span:
        for span in NamedTime(of_year).spans(self.said_on):
            if span.first > self.said_on:
                return span
        raise UnknownError


def only_on(weekday: str, span: Span) -> Span:
    if span.first.weekday() != WEEKDAYS.index(weekday):
        raise UnknownError
    return span


def _month_name(number: int) -> str:
    if not 1 <= number <= 12:
        raise UnknownError
    return MONTHS[number - 1]

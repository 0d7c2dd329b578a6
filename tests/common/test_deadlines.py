"""What French people say of a deadline, and the first day on which it is late."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.deadlines import read_deadline
from common.deadlines.spans import SEASONS
from common.deadlines.vocabulary import MONTHS, ORDINALS, SPELLED, WEEKDAYS

# A Tuesday, on which nearly all of these are said: the meeting from which the circular to the prefects comes.
TUESDAY = "2014-09-23"
NBSP, NARROW = "\u00a0", "\u202f"

# Words, the day they were said, the first late day.
DEADLINES = [
    # From the documents, on the days of the documents.
    ("pour fin 2014", "2014-10-22", "2015-01-01"),  # the year is over
    ("avant la fin de l’année 2014", TUESDAY, "2015-01-01"),  # before its end: until it ends
    ("d’ici septembre 2017", "2017-07-06", "2017-10-01"),  # September may pass
    ("avant l’été", TUESDAY, "2015-06-21"),  # the next one: this one is over
    ("1er semestre 2015", TUESDAY, "2015-07-01"),
    ("automne 2013", "2013-09-13", "2013-12-22"),  # winter begins
    ("à l’automne", "2013-09-13", "2013-12-22"),
    ("avant la fin de l’année", "2013-09-13", "2014-01-01"),  # of the year it was said
    ("le 4 octobre", "2013-09-13", "2013-10-05"),
    ("le 5 ou le 12 février", "2014-01-31", "2014-02-13"),  # either: the later one
    ("pour 2015", "2014-11-18", "2016-01-01"),
    ("pour le 10 mai 2015", "2015-01-22", "2015-05-11"),
    ("pour fin février", "2015-01-22", "2015-03-01"),
    # Avant: before it begins. D’ici, en, pour and the rest: until it ends.
    ("avant le 31 mars 2015", TUESDAY, "2015-03-31"),
    ("avant septembre 2017", TUESDAY, "2017-09-01"),
    ("en septembre 2017", TUESDAY, "2017-10-01"),
    ("courant septembre 2017", TUESDAY, "2017-10-01"),
    ("avant 2016", TUESDAY, "2016-01-01"),
    ("d’ici 2016", TUESDAY, "2017-01-01"),
    ("avant fin 2015", TUESDAY, "2016-01-01"),
    ("avant la mi-mars", TUESDAY, "2015-03-15"),  # its very day
    ("avant début mars", TUESDAY, "2015-03-01"),
    ("avant mi-2015", TUESDAY, "2015-07-01"),
    ("avant la fin du premier semestre 2015", TUESDAY, "2015-07-01"),
    ("au plus tard le 1er juin", TUESDAY, "2015-06-02"),  # that day is still in time
    ("le 1er juin au plus tard", TUESDAY, "2015-06-02"),
    ("jusqu’au 30 juin 2015", TUESDAY, "2015-07-01"),
    ("à compter du 1er janvier 2015", TUESDAY, "2015-01-02"),  # it has to be there that day
    ("dès la rentrée 2015", TUESDAY, "2015-10-01"),
    ("d’ici à la fin du mois d’octobre", TUESDAY, "2014-11-01"),
    ("d’ici au 15 novembre", TUESDAY, "2014-11-16"),
    ("jusqu’à fin 2014", TUESDAY, "2015-01-01"),
    ("vers mars 2015", TUESDAY, "2015-04-01"),
    # No year is said: the next one.
    ("en mars", TUESDAY, "2015-04-01"),
    ("en octobre", TUESDAY, "2014-11-01"),
    ("en septembre", TUESDAY, "2014-10-01"),  # this one: it is not over
    ("avant septembre", TUESDAY, "2015-09-01"),  # this one has begun
    ("en septembre prochain", TUESDAY, "2015-10-01"),  # the first that has not begun
    ("au premier trimestre", TUESDAY, "2015-04-01"),
    ("au premier trimestre", "2014-02-10", "2014-04-01"),  # said within it
    ("au dernier trimestre", TUESDAY, "2015-01-01"),
    ("à la rentrée", TUESDAY, "2014-10-01"),  # September is not over
    ("avant la rentrée", TUESDAY, "2015-09-01"),
    ("à la rentrée prochaine", TUESDAY, "2015-10-01"),
    ("le 31", TUESDAY, "2014-11-01"),  # the first month that has one
    ("le 29 février", TUESDAY, "2016-03-01"),  # the first year that has one
    ("avant Noël", TUESDAY, "2014-12-25"),
    # Parts of a year, and of its parts.
    ("début février", TUESDAY, "2015-02-11"),  # its first ten days
    ("mi-mars 2014", "2014-01-31", "2014-03-21"),  # until the 20th
    ("à la mi mars 2014", "2014-01-31", "2014-03-21"),
    ("fin mars 2015", TUESDAY, "2015-04-01"),
    ("début 2015", TUESDAY, "2015-05-01"),  # its first third
    ("mi-2015", TUESDAY, "2015-09-01"),
    ("courant 2014", TUESDAY, "2015-01-01"),
    ("première quinzaine de mars", TUESDAY, "2015-03-16"),
    ("dans la seconde quinzaine d’octobre", TUESDAY, "2014-11-01"),
    ("la dernière semaine de novembre", TUESDAY, "2014-12-01"),
    ("première moitié de 2015", TUESDAY, "2015-07-01"),
    ("fin du premier trimestre 2015", TUESDAY, "2015-04-01"),
    ("début de l’été 2015", TUESDAY, "2015-07-21"),  # its first month
    ("début des vacances d’été 2015", TUESDAY, "2015-07-26"),  # a third of their days
    # Semesters and quarters.
    ("2e trimestre 2015", TUESDAY, "2015-07-01"),
    ("T2 2015", TUESDAY, "2015-07-01"),
    ("S1 2015", TUESDAY, "2015-07-01"),
    ("2015 T4", TUESDAY, "2016-01-01"),
    ("au second semestre", TUESDAY, "2015-01-01"),
    ("3ème trimestre de l’année prochaine", TUESDAY, "2015-10-01"),
    ("IIe trimestre 2015", TUESDAY, "2015-07-01"),
    ("dernier trimestre 2015", TUESDAY, "2016-01-01"),
    # Seasons, holidays, school.
    ("printemps 2015", TUESDAY, "2015-06-21"),
    ("cet automne", TUESDAY, "2014-12-22"),
    ("hiver 2014", TUESDAY, "2015-03-21"),  # it begins in 2014
    ("hiver 2014-2015", TUESDAY, "2015-03-21"),
    ("l’été prochain", TUESDAY, "2015-09-23"),
    ("avant les vacances d’été", TUESDAY, "2015-07-08"),
    ("avant les grandes vacances", TUESDAY, "2015-07-08"),
    ("avant les fêtes", TUESDAY, "2014-12-24"),
    ("avant la fin de l’année scolaire", TUESDAY, "2015-09-01"),
    ("année scolaire 2014-2015", TUESDAY, "2015-09-01"),
    # Counted from the day it was said.
    ("dans les six mois", TUESDAY, "2015-03-24"),
    ("dans les six mois", "2014-08-31", "2015-03-01"),  # February has no 31st: its last day
    ("dans un délai de 3 mois", TUESDAY, "2014-12-24"),
    ("dans un délai maximum de trois mois à compter de ce jour", TUESDAY, "2014-12-24"),
    ("sous quinzaine", TUESDAY, "2014-10-09"),
    ("sous huitaine", TUESDAY, "2014-10-02"),
    ("sous 48 heures", TUESDAY, "2014-09-26"),
    ("d’ici deux ans", TUESDAY, "2016-09-24"),
    ("avant six mois", TUESDAY, "2015-03-24"),
    ("dans un an et demi", TUESDAY, "2016-03-24"),
    ("d’ici deux ou trois mois", TUESDAY, "2014-12-24"),  # three
    ("d’ici six mois à un an", TUESDAY, "2015-09-24"),
    ("dans les dix-huit mois à venir", TUESDAY, "2016-03-24"),
    ("dans une dizaine de jours", TUESDAY, "2014-10-04"),
    ("dans les quatre-vingt-dix jours", TUESDAY, "2014-12-23"),
    ("dans les six prochaines semaines", TUESDAY, "2014-11-05"),
    ("dans le mois", TUESDAY, "2014-10-24"),
    ("dans l’année", TUESDAY, "2015-09-24"),
    ("dans la journée", TUESDAY, "2014-09-24"),
    ("trois semaines", TUESDAY, "2014-10-15"),
    # Beside the day it was said.
    ("aujourd’hui", TUESDAY, "2014-09-24"),
    ("demain", TUESDAY, "2014-09-25"),
    ("après-demain", TUESDAY, "2014-09-26"),
    ("vendredi", TUESDAY, "2014-09-27"),
    ("mardi prochain", TUESDAY, "2014-10-01"),  # not this very Tuesday
    ("lundi en huit", TUESDAY, "2014-10-07"),
    ("cette semaine", TUESDAY, "2014-09-29"),
    ("la semaine prochaine", TUESDAY, "2014-10-06"),
    ("en début de semaine prochaine", TUESDAY, "2014-10-01"),
    ("la semaine du 3 novembre", TUESDAY, "2014-11-10"),
    ("ce mois-ci", TUESDAY, "2014-10-01"),
    ("fin du mois", TUESDAY, "2014-10-01"),
    ("le mois prochain", TUESDAY, "2014-11-01"),
    ("fin du mois prochain", TUESDAY, "2014-11-01"),
    ("le 15 du mois prochain", TUESDAY, "2014-10-16"),
    ("cette année", TUESDAY, "2015-01-01"),
    ("en cours d’année", TUESDAY, "2015-01-01"),
    ("en fin d’année", TUESDAY, "2015-01-01"),
    ("l’année prochaine", TUESDAY, "2016-01-01"),
    ("en début d’année prochaine", TUESDAY, "2015-05-01"),
    ("le trimestre prochain", TUESDAY, "2015-01-01"),
    ("au prochain semestre", TUESDAY, "2015-07-01"),
    # Between two times, or one of two.
    ("entre mars et mai 2015", TUESDAY, "2015-06-01"),
    ("de janvier à mars 2015", TUESDAY, "2015-04-01"),
    ("mars-avril 2015", TUESDAY, "2015-05-01"),
    ("fin 2014 ou début 2015", TUESDAY, "2015-05-01"),
    ("fin 2013 - début 2014", "2013-09-13", "2014-05-01"),
    ("2014-2015", TUESDAY, "2016-01-01"),
    # In figures, in letters, as it comes.
    ("31/03/2015", TUESDAY, "2015-04-01"),
    ("31.03.15", TUESDAY, "2015-04-01"),
    ("2015-03-31", TUESDAY, "2015-04-01"),
    ("avant le 31/03/2015", TUESDAY, "2015-03-31"),
    ("03/2015", TUESDAY, "2015-04-01"),
    ("sept. 2015", TUESDAY, "2015-10-01"),
    ("15 sept. 2015", TUESDAY, "2015-09-16"),
    ("1er sem. 2015", TUESDAY, "2015-07-01"),
    ("le premier juin deux mille quinze", TUESDAY, "2015-06-02"),
    ("mardi 31 mars 2015", TUESDAY, "2015-04-01"),
    ("vendredi 26 septembre", TUESDAY, "2014-09-27"),
    ("le lundi 3 novembre à 14h30", TUESDAY, "2014-11-04"),
    ("le premier du mois prochain", TUESDAY, "2014-10-02"),
    ("AVANT L'ETE", TUESDAY, "2015-06-21"),
    ("  Pour  fin 2014. ", TUESDAY, "2015-01-01"),
    (f"avant le 1er{NBSP}juin{NARROW}2015", TUESDAY, "2015-06-01"),
    ("avant le 1ᵉʳ juin 2015", TUESDAY, "2015-06-01"),
    ("mi‑mars 2015", TUESDAY, "2015-03-21"),  # with a no-break hyphen
    ("« fin mars »", TUESDAY, "2015-04-01"),
    ("prévu pour fin 2014, si possible", TUESDAY, "2015-01-01"),
    # A past year is given as it is: whoever records the promise refuses it.
    ("fin 2013", TUESDAY, "2014-01-01"),
]

UNKNOWN = [
    "",
    "prochainement",
    "très rapidement",
    "dès que possible",
    "dans les meilleurs délais",
    "sous peu",
    "à court terme",
    "dans les prochains mois",
    "quelques semaines",
    "d’ici la fin du quinquennat",
    "avant la fin de la législature",
    "avant sa sortie devant le Premier ministre",
    "dans les six mois suivant la publication de la loi",
    "six mois après le vote",
    "après l’été",
    "pendant deux ans",
    "avant les vacances de février",  # they move
    "dix jours ouvrables",  # so do public holidays
    "l’été dernier",
    # They contradict themselves.
    "lundi 31 mars 2015",  # a Tuesday
    "lundi 31 mars",  # the next one is a Tuesday
    "30 février 2015",
    "31 avril",
    "5e trimestre 2015",
    "S3 2015",
    "13/2015",
    "31/02/2015",
    "mars 2015 2016",
    "premier semestre automne 2015",
    "2015-2014",
    "année scolaire 2014-2016",
    "fin début mars",
    "fin du 31 mars",
    "début Noël",
    "entre mars",
    "entre mai 2015 et mars 2015",
    "avant avant mars",
    # Questions and stories.
    "fin 2014 ?",
    "fin 2014 sauf si la loi n’est pas votée",
    "12345",
    "9999999999999 ans",
    "fin 9999 ans",
    "dans 9999 ans",
    "mars " * 200,
]


@pytest.mark.parametrize(("words", "said_on", "late_from"), DEADLINES)
def test_a_deadline_is_late_from_a_day(words: str, said_on: str, late_from: str) -> None:
    read = read_deadline(words, dt.date.fromisoformat(said_on))
    assert str(read) == late_from


@pytest.mark.parametrize("words", UNKNOWN)
def test_words_that_tell_no_day_are_left_to_be_asked(words: str) -> None:
    assert read_deadline(words, dt.date.fromisoformat(TUESDAY)) is None


def test_numbers_are_spelled_up_to_a_hundred() -> None:
    assert sorted(set(SPELLED.values())) == [*range(1, 101), *range(2001, 2101)]
    for words, number in (
        ("vingt et un", 21),
        ("soixante et onze", 71),
        ("soixante-dix-neuf", 79),
        ("quatre-vingts", 80),
        ("quatre-vingt-onze", 91),
    ):
        read = read_deadline(f"dans {words} jours", dt.date(2014, 1, 1))
        assert read == dt.date(2014, 1, 2) + dt.timedelta(days=number)


# Words of which deadlines are made, thrown together, and anything at all.
WORDS = [
    *MONTHS, *SEASONS, *WEEKDAYS, *ORDINALS, "avant", "d’ici", "en", "dans", "sous", "les", "un", "fin", "mi", "-", "/",
    "début", "trimestre", "semestre", "semaine", "mois", "année", "jours", "prochain", "rentrée", "scolaire", "vacances",
    "ce", "entre", "et", "ou", "à", "le", "de", "du", "1er", "2", "29", "31", "2015", "9999", "31/03/2015", "T2", "S",
    "quinzaine", "moitié", "noël", "nouvel an", "en huit", "demi", "heures", "délai", "prochaine", "courant", "99999999",
]  # fmt: skip
DAYS = st.dates(min_value=dt.date.min, max_value=dt.date.max)


@given(words=st.text(), said_on=DAYS)
def test_no_text_makes_it_fail(words: str, said_on: dt.date) -> None:
    read_deadline(words, said_on)


@given(words=st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), said_on=DAYS)
@example(words="fin 9999", said_on=dt.date.max)
@example(words="le 31", said_on=dt.date.max)
@example(words="dans un mois", said_on=dt.date.max)
@example(words="fin de l’année scolaire", said_on=dt.date.min)
@example(words="mi-mars", said_on=dt.date.min)
@example(words="lundi prochain", said_on=dt.date.max)
@example(words="semaine prochaine", said_on=dt.date.max)
def test_no_words_thrown_together_make_it_fail(words: str, said_on: dt.date) -> None:
    read_deadline(words, said_on)


@given(said_on=st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2200, 1, 1)))
@pytest.mark.parametrize("words", ["en {}", "avant {}", "d’ici fin {}", "mi-{}", "{} prochain"])
@pytest.mark.parametrize("name", ["février", "été", "le 29 février", "1er trimestre"])
def test_without_a_year_a_deadline_is_to_come_and_within_reach(
    words: str, name: str, said_on: dt.date
) -> None:
    read = read_deadline(words.format(name), said_on)
    if "29" in name and ("fin" in words or "mi" in words):
        # A day has no end or middle.
        assert read is None
        return
    assert read is not None
    assert said_on < read
    # Nine years, around a century that has no 29 February; else a year and a season.
    assert (read - said_on).days < (9 * 366 if "29" in name else 640)

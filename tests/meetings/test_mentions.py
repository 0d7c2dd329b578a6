"""The numbers of measures that a text names."""

from __future__ import annotations

import pytest

from meetings.mentions import find_among, find_mentions
from tests.factories import make_measure, make_plan

NUMBERS = [str(number) for number in range(1, 24)]

# What is written, the plan's numbers that it names, and those that the plan has not.
PHRASES: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
    ("mesure 22", ("22",), ()),
    ("Mesure 22", ("22",), ()),
    ("MESURE 22", ("22",), ()),
    ("la mesure 22 du plan", ("22",), ()),
    ("à la mesure\u00a022", ("22",), ()),
    ("à la mesure\u202f22", ("22",), ()),
    ("la mesure  22", ("22",), ()),
    ("la mesure\n22", ("22",), ()),
    ("la mesure\n\n22", (), ()),
    ("(mesure 1)", ("1",), ()),
    ("la mesure 23.", ("23",), ()),
    ("la mesure 23, dit-elle", ("23",), ()),
    ("la mesure 6 ; la suite", ("6",), ()),
    ("Mesure 8: faire connaître", ("8",), ()),
    ("Mesure 2 : former", ("2",), ()),
    ("**Mesure 2** : former", ("2",), ()),
    ("la mesure **2**", ("2",), ()),
    ("Mesure n°14", ("14",), ()),
    ("Mesure n° 14", ("14",), ()),
    ("mesure n°\u00a014", ("14",), ()),
    ("mesure nº 14", ("14",), ()),
    ("mesure no 14", ("14",), ()),
    ("mesure numéro 14", ("14",), ()),
    ("mesure numero 14", ("14",), ()),
    ("mesure 04", ("4",), ()),
    ("l’esprit de la mesure 5 est gardé", ("5",), ()),
    ("mesures 7 et 9", ("7", "9"), ()),
    ("mesures 7 à 9", ("7", "8", "9"), ()),
    ("MESURES 7 A 9", ("7", "8", "9"), ()),
    ("MESURES 7 À 9", ("7", "8", "9"), ()),
    ("mesures 7-9", ("7", "8", "9"), ()),
    ("mesures 7 – 9", ("7", "8", "9"), ()),
    ("mesure 7-9", ("7", "8", "9"), ()),
    ("mesures 3, 5 et 12", ("3", "5", "12"), ()),
    ("mesures 3,5 et 12", ("3", "5", "12"), ()),
    ("mesures 3, 5, et 12", ("3", "5", "12"), ()),
    ("mesures 3, 5 ou 12", ("3", "5", "12"), ()),
    ("mesures 3 ; 5 et 12", ("3", "5", "12"), ()),
    ("mesures n° 3 et n° 5", ("3", "5"), ()),
    ("mesures nos 3 et 5", ("3", "5"), ()),
    ("mesures 1, 7 à 9 et 22", ("1", "7", "8", "9", "22"), ()),
    ("mesures 18 et 19", ("18", "19"), ()),
    ("LES MESURES 18 ET 19", ("18", "19"), ()),
    ("mesures 18 et 18", ("18",), ()),
    ("mesures 3 et 4, le 14 janvier", ("3", "4"), ()),
    ("mesures 3, 14 janvier", ("3",), ()),
    ("mesures 22 et suivantes", ("22",), ()),
    ("mesure 4 et mesure 5", ("4",), ()),
    ("mesure 4 bis", (), ("4 bis",)),
    ("Mesure 4 Bis :", (), ("4 bis",)),
    ("mesure 4bis", (), ("4 bis",)),
    ("mesure 4-bis", (), ("4 bis",)),
    ("la mesure n° 4 bis", (), ("4 bis",)),
    ("mesure 11\u202fbis", (), ("11 bis",)),
    ("mesures 4 et 4 bis", ("4",), ("4 bis",)),
    ("mesures 4 bis et 11 bis", (), ("4 bis", "11 bis")),
    ("mesure 4 ter", (), ("4 ter",)),
    ("mesure 4a", (), ("4a",)),
    ("mesure 4 a été reprise", ("4",), ()),
    ("mesure 1.2", (), ("1.2",)),
    ("mesure 99", (), ("99",)),
    ("mesures 22 à 25", ("22", "23"), ("24", "25")),
    ("mesure 22 %", (), ()),
    ("mesure 22\u202f%", (), ()),
    ("mesure 22%", (), ()),
    ("mesure 2,5", (), ()),
    ("mesure 2 mètres", (), ()),
    ("mesure 3 km", (), ()),
    ("mesure 10 h", (), ()),
    ("mesure 10h30", (), ()),
    ("mesure 10 €", (), ()),
    ("mesure 10\u00a0euros", (), ()),
    ("mesure 3°", (), ()),
    ("une mesure 1re", (), ()),
    ("une mesure 2e", (), ()),
    ("mesures 5 fois", (), ()),
    ("mesure 22 janvier", (), ()),
    ("mesures de 2014", (), ()),
    ("mesures 2014", (), ()),
    ("mesures 2014-2016", (), ()),
    ("les mesures du plan", (), ()),
    ("en mesure de 22", (), ()),
    ("contre-mesure 5", (), ()),
    ("sous-mesure 2", (), ()),
    ("démesure 2", (), ()),
    ("mesure 220000", (), ()),
    ("mesurer 22", (), ()),
    ("recommandation 22", (), ()),
    ("22", (), ()),
    ("", (), ()),
]


@pytest.mark.parametrize(("text", "numbers", "proposed"), PHRASES)
def test_phrase_names_those_measures(
    text: str, numbers: tuple[str, ...], proposed: tuple[str, ...]
) -> None:
    found = find_among(text, NUMBERS)
    if not numbers and not proposed:
        assert found == []
        return
    assert (found[0].numbers, found[0].proposed) == (numbers, proposed)
    assert text[found[0].start : found[0].end] == found[0].words


def test_each_mention_of_a_text_has_its_own_place() -> None:
    text = "La mesure 4 suit la mesure 5 ; les mesures 7 à 9 attendent."
    words = [mention.words for mention in find_among(text, NUMBERS)]
    assert words == ["mesure 4", "mesure 5", "mesures 7 à 9"]


def test_range_takes_the_plan_s_numbers_that_lie_between() -> None:
    mention = find_among("mesures 4 à 5", ["4", "4 bis", "5"])[0]
    assert mention.numbers == ("4", "4 bis", "5")


def test_number_that_the_plan_has_is_no_proposal() -> None:
    mention = find_among("mesure 4BIS", ["4", "4 bis"])[0]
    assert (mention.numbers, mention.proposed) == (("4 bis",), ())


def test_ten_thousand_numbers_are_read_at_once() -> None:
    text = "mesures " + ", ".join(["22"] * 10_000)
    assert find_among(text, NUMBERS)[0].numbers == ("22",)


@pytest.mark.django_db
def test_another_plan_s_numbers_are_proposals_here() -> None:
    plan, other = make_plan(), make_plan()
    make_measure(plan=plan, number="4")
    make_measure(plan=other, number="4 bis")
    mention = find_mentions("mesures 4 et 4 bis", plan)[0]
    assert (mention.numbers, mention.proposed) == (("4",), ("4 bis",))

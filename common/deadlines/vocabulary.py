"""The words of deadlines, and a text brought to them: folded, numbers in figures, hedges taken out."""

from __future__ import annotations

import re

from common.text import fold

# Signs. A deadline is a few words; what is longer is a story.
LONGEST = 300

MONTHS = [
    "janvier", "fevrier", "mars", "avril", "mai", "juin",
    "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
]  # fmt: skip
SHORT_MONTHS = {
    "janv": 1, "fev": 2, "fevr": 2, "avr": 4, "juil": 7,
    "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
MONTH_NUMBERS = {name: number for number, name in enumerate(MONTHS, 1)} | SHORT_MONTHS
WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
ORDINALS = {
    "premier": 1, "premiere": 1, "deuxieme": 2, "second": 2, "seconde": 2, "troisieme": 3,
    "quatrieme": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4,
}  # fmt: skip
MONTHS_IN = {"mois": 1, "trimestre": 3, "semestre": 6, "an": 12, "annee": 12}

# Said of any deadline, and changing nothing in it.
HEDGES = (
    r"au plus tard|dernier delai|derniere limite|delai de rigueur|si possible|en principe|normalement|sans doute"
    r"|probablement|idealement|imperativement|environ|au maximum|maximum|maximal|echeance|date limite"
    r"|prevue?s? pour|attendue?s? pour|annoncee?s? pour|promise?s? pour"
)
# What stands before the words that name a time, and lets it run to its end.
UNTIL = (
    r"d'ici a|d'ici|dans le courant|au cours|en cours|courant|pendant|durant|vers|jusqu'en|jusqu'au|jusqu'aux"
    r"|jusqu'a|a partir|a compter|des|dans|sous|pour|en|au|aux|a"
)
SMALL_WORDS = {"le", "la", "l", "les", "de", "du", "d", "des", "a", "au", "aux", "en"}


def _spelled() -> dict[str, int]:
    """“un” to “quatre-vingt-dix-neuf”, “cent”, and the years from “deux mille”, words parted by a space."""
    low = "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    units = [*low.split(), "dix sept", "dix huit", "dix neuf"]
    names = {name: number for number, name in enumerate(units, 1)} | {"une": 1}
    tens = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
    for name, number in (tens | {"quatre vingt": 80}).items():
        names[name] = number
        counted = units if number >= 60 else units[:9]
        joined = " et " if number != 80 else " "
        for unit, word in enumerate(counted, 1):
            names[f"{name}{joined if unit in (1, 11) else ' '}{word}"] = number + unit
    names |= {"quatre vingts": 80, "cent": 100}
    hundred = dict(names)
    names |= {f"deux mille {name}": 2000 + number for name, number in hundred.items()}
    return names


SPELLED = _spelled()
_NUMBERS = re.compile(
    r"\b(?:"
    + "|".join(
        name.replace(" ", "[ -]") for name in sorted(SPELLED, key=lambda name: (-len(name), name))
    )
    + r")\b"
)


def plain(words: str) -> str:
    """Folded, one kind of space, of hyphen and of apostrophe, numbers in figures, without what changes nothing."""
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", fold(words[: 4 * LONGEST]))
    text = re.sub(r"['‘`´]\s*", "'", text)
    text = re.sub(r"(?<![0-9])\.|\.(?![0-9])|[,;:«»\"“”()]", " ", text)
    text = re.sub(rf"\b(?:{HEDGES})\b", " ", text)
    # The hour of a day: it is late on the next one, whatever the hour.
    text = re.sub(r"\ba [0-9]{1,2} ?h(?:eures?)?(?: ?[0-9]{2})?\b", " ", text)
    text = re.sub(r"\s+", " ", text).strip()
    # “Sept” is a month after a day or before a year.
    text = re.sub(
        r"(?<=[0-9] )sept\b(?! (?:jour|mois|an))|\bsept(?= (?:19|20)\d\d\b)", MONTHS[8], text
    )
    return _NUMBERS.sub(lambda found: str(SPELLED[found[0].replace("-", " ")]), text)

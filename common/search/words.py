"""The words of a text as the index keeps them: alike whatever their accents, their case and their ending."""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import snowballstemmer

from common.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

WORD = re.compile(r"[^\W_]+")
# A stem this long is no word of a language: a key, or somebody's keyboard.
LONGEST = 40
# Said everywhere, so that they tell nothing of where. As they are once folded; what an apostrophe leaves is among them.
STOP_WORDS = frozenset(
    [
        "a",
        "ai",
        "ainsi",
        "au",
        "aussi",
        "aux",
        "avec",
        "c",
        "ce",
        "ceci",
        "cela",
        "ces",
        "cet",
        "cette",
        "comme",
        "d",
        "dans",
        "de",
        "des",
        "donc",
        "dont",
        "du",
        "elle",
        "elles",
        "en",
        "est",
        "et",
        "eux",
        "il",
        "ils",
        "j",
        "je",
        "l",
        "la",
        "le",
        "les",
        "leur",
        "leurs",
        "lui",
        "m",
        "ma",
        "mais",
        "me",
        "mes",
        "n",
        "ne",
        "nos",
        "notre",
        "nous",
        "on",
        "ont",
        "ou",
        "par",
        "pas",
        "pour",
        "qu",
        "que",
        "qui",
        "s",
        "sa",
        "se",
        "ses",
        "si",
        "son",
        "sont",
        "sur",
        "t",
        "ta",
        "te",
        "tes",
        "ton",
        "tu",
        "un",
        "une",
        "vos",
        "votre",
        "vous",
        "y",
    ]
)

LEFT_BEHIND = re.compile(r"(?<=\w{3})(?:ier|er|ie|e|i)$")

_of_thread = threading.local()


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: where it begins and ends there, and the stem under which it is kept."""

    start: int
    end: int
    stem: str


def words(text: str) -> Iterator[Word]:
    """The words of a text that are worth looking for, in order. The text must be `composed`."""
    for match in WORD.finditer(text):
        stem = stem_of(match[0])
        if stem:
            yield Word(match.start(), match.end(), stem)


def composed(text: str) -> str:
    """A letter and its accent in one sign: apart, the accent would end the word."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=60_000)
def stem_of(word: str) -> str:
    """The stem of a word, in [a-z0-9] only so that every database cuts alike; "" for a stop word.

    Accents go first: the stemmer would take “-ité” off “égalité” and leave “egalite” whole. What it leaves behind for
    want of the accent (“évaluée”, “étrangère”, “identifier”) comes off afterwards.
    """
    folded = "".join(_plain(sign) for sign in fold(word))
    if not folded or folded in STOP_WORDS:
        return ""
    if len(folded) > 3:
        # The stemmer leaves the plural of short words: “lois”.
        folded = folded.removesuffix("s")
    stem: str = _stemmer().stemWord(folded)
    return LEFT_BEHIND.sub("", stem)[:LONGEST]


def _plain(sign: str) -> str:
    """A letter of another alphabet by its number; what is no letter, such as the bar of ½, not at all."""
    if sign.isascii():
        return sign if sign.isalnum() else ""
    return f"x{ord(sign):x}" if sign.isalnum() else ""


def _stemmer() -> snowballstemmer.stemmer:
    """One of the thread's own: it keeps the word that it works on."""
    if not hasattr(_of_thread, "stemmer"):
        _of_thread.stemmer = snowballstemmer.stemmer("french")
    return _of_thread.stemmer

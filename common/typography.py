"""French typography for whatever the program prints: no-break spaces, ordinals, long dates, numbers.

Source: Imprimerie nationale, *Lexique des règles typographiques en usage*; the narrow space (U+202F) stands before
; ! ? and between groups of digits, the full one (U+00A0) before : and inside « ».
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils import formats, translation

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

NARROW = "\u202f"
NO_BREAK = "\u00a0"

_RULES = [
    (re.compile(r"[ \u00a0\u202f]+([;!?])"), NARROW + r"\1"),
    (re.compile(r"[ \u00a0\u202f]+:(?=\s|$)"), NO_BREAK + ":"),
    (re.compile(r"«[ \u00a0\u202f]*"), "«" + NO_BREAK),
    (re.compile(r"[ \u00a0\u202f]*»"), NO_BREAK + "»"),
    (re.compile(r"(?<=\d)[ \u00a0](?=\d{3}(?!\d))"), NARROW),
    (re.compile(r"(?<=\d)[ \u00a0]+(?=[%€])"), NARROW),
    (re.compile(r"(?<=\d)[ \u00a0]+(?=(?:M€|k€|millions?|euros?|ans?|jours?|mois)\b)"), NO_BREAK),
    (
        re.compile(
            r"\b(n°|nos|art\.|p\.|pp\.|M\.|Mme|mesure|Mesure|article|priorité|Priorité)[ \u00a0]+(?=[\dLRIVX])"
        ),
        r"\1" + NO_BREAK,
    ),
    (re.compile(r"\bn°(?=\d)"), "n°" + NO_BREAK),
    (
        re.compile(
            r"(?<=\d)[ \u00a0]+(?=(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre"
            r"|décembre)\b)"
        ),
        NO_BREAK,
    ),
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
]


def french(text: str) -> str:
    """Put no-break spaces and apostrophes where French wants them. Applying it twice changes nothing more."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def long_date(day: dt.date) -> str:
    """“6 juillet 2017”, “1er juin 2016”, in the language in use."""
    text = formats.date_format(day, "j F Y")
    if day.day == 1 and (translation.get_language() or "fr").startswith("fr"):
        text = "1er" + text[1:]
    return text.replace(" ", NO_BREAK, 1)


def number(value: Decimal | int) -> str:
    """“417 500”, “6,1”: groups of three, no useless zero, in the language in use."""
    if isinstance(value, int) and 0 <= value < 1_000:
        # Written alike everywhere: most numbers of a table are.
        return str(value)
    if value != int(value):
        value = value.normalize() if hasattr(value, "normalize") else value
    else:
        value = int(value)
    text = formats.number_format(value, use_l10n=True, force_grouping=True)
    return re.sub(r"[ \u00a0]", NARROW, text)

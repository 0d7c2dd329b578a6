"""What people type: words, “phrases”, -words to leave out. Everything else is but a space."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.search.words import composed, words

LONGEST_TEXT = 500
MOST_WORDS = 20
# A phrase in any of the quotes that people have, or what stands between spaces; a sign before it leaves it out.
PART = re.compile(
    r'(?P<without>(?<!\S)-(?=["«“]?\w))?'
    r'(?:"(?P<straight>[^"]*)"|«(?P<french>[^»]*)»|“(?P<curly>[^”]*)”|(?P<word>[^\s"«“]+))'
)


@dataclass(frozen=True)
class Query:
    """Phrases of stems, most of one word: all of `wanted`, none of `unwanted`."""

    wanted: tuple[tuple[str, ...], ...] = ()
    unwanted: tuple[tuple[str, ...], ...] = ()

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(stem for phrase in self.wanted for stem in phrase)


def read_query(text: str) -> Query:
    """Raises ValidationError for more than anyone would look for, and for nothing but words to leave out."""
    if len(text) > LONGEST_TEXT:
        raise ValidationError(_("Search for %(most)d characters at most.") % {"most": LONGEST_TEXT})
    wanted: dict[tuple[str, ...], None] = {}
    unwanted: dict[tuple[str, ...], None] = {}
    for part in PART.finditer(composed(text)):
        phrase = part["straight"] or part["french"] or part["curly"]
        stems = tuple(word.stem for word in words(phrase or part["word"] or ""))
        phrases = [stems] if phrase is not None or part["without"] else [(stem,) for stem in stems]
        (unwanted if part["without"] else wanted).update(dict.fromkeys(filter(None, phrases)))
    if sum(map(len, [*wanted, *unwanted])) > MOST_WORDS:
        raise ValidationError(_("Search for %(most)d words at most.") % {"most": MOST_WORDS})
    if unwanted and not wanted:
        raise ValidationError(_("Give at least one word to look for."))
    return Query(tuple(wanted), tuple(unwanted))

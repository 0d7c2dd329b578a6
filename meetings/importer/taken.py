"""Sections that say again what was read from them, who was there or the agenda: what would be lost without them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from common.text import fold
from meetings.importer.compare import words_of
from meetings.importer.headings import is_named_number, split_number
from meetings.importer.labels import read_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetings.importer.headings import Draft

_ITEM = re.compile(r"^\s*(?:[-*+●•]|\d+[.)])\s+")
_SMALL_WORDS = {"a", "au", "aux", "d", "de", "des", "du", "et", "l", "la", "le", "les", "pour", "qui"}  # fmt: skip
_OWN_WORDS = {
    "association", "associations", "collectif", "etaient", "jour", "liste", "membres", "ordre", "participant", "participants",
    "participantes", "personnes", "presence", "reunion", "seance", "sont",
}  # fmt: skip


def words_only_in(draft: Draft, told: Iterable[str]) -> list[str]:
    """The words of a section, in order, that are in none of the texts told; without its labels and the numbers of its lines."""
    known = _SMALL_WORDS | _OWN_WORDS
    known.update(fold(word) for text in told for word in words_of(text))
    found = []
    for line in [draft.heading, *draft.text.splitlines()]:
        words = _ITEM.sub("", line)
        number, rest = split_number(words)
        words = words if is_named_number(number) else rest
        label = read_label(re.sub(r"\*\*", "", words), is_in_a_list=True)
        if label is not None and label.presence is not None:
            words = re.sub(r"\*\*", "", words)[label.end :]
        found += [word for word in words_of(words) if fold(word) not in known]
    return list(dict.fromkeys(found))

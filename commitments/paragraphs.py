"""From words that were said to the paragraph of the minutes where they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from common.markdown import paragraph_at
from meetings.passages import find_passage

if TYPE_CHECKING:
    from meetings.models import MinutesSection

QUOTED = re.compile(r"«\s*([^«»]+?)\s*»")


def paragraph_of(section: MinutesSection, words: str) -> int | None:
    """The number of the paragraph of a section that holds these words; None when none does."""
    places = find_passage(section.text, words) if words else []
    return paragraph_at(section.text, places[0][0]) if places else None


def address_of(section: MinutesSection, words: str = "") -> str:
    """The section on the page of its minutes; the paragraph itself, when it still holds these words."""
    paragraph = paragraph_of(section, words)
    address = section.get_absolute_url()
    return f"{address}-p{paragraph}" if paragraph is not None else address


def quoted_in(text: str) -> str:
    """The first words between guillemets: how the text of an event says in which words something was told."""
    found = QUOTED.search(text)
    return found[1] if found else ""

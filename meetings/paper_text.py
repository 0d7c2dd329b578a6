"""A paper sent for comment, cut at its headings, each part with the remarks made on it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from common.markdown import Notes, cited_keys, render
from measures.models import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.utils.safestring import SafeString

    from common.markdown import Note
    from meetings.models import Annotation

HEADING = re.compile(r"^(#{1,6})[ \t]+(?P<words>\S.*?)[ \t]*#*[ \t]*$", re.MULTILINE)


@dataclass
class PaperPart:
    anchor: str
    heading: str
    source: str
    """Markdown, without its heading."""
    html: SafeString
    annotations: list[Annotation] = field(default_factory=list)


@dataclass(frozen=True)
class PaperText:
    parts: Sequence[PaperPart]
    notes: Sequence[Note]


def read_paper(text: str, annotations: Iterable[Annotation] = ()) -> PaperText:
    """The parts in order. A remark stands by the part where its passage begins, or by the first of all.

    One query when the text cites sources.
    """
    keys = cited_keys(text)
    works = {work.key: work for work in Source.objects.filter(key__in=keys)} if keys else {}
    notes = Notes(works.get)
    cut = _cut(text)
    parts = [
        PaperPart(f"p{number}", heading, source, render(source, notes))
        for number, (_start, heading, source) in enumerate(cut, start=1)
    ]
    starts = [start for start, _heading, _source in cut]
    for annotation in annotations if parts else ():
        # A passage is kept as the text writes it; where the text changed since, it may be found no more.
        place = text.find(annotation.passage) if annotation.passage else 0
        parts[max(0, bisect_right(starts, place) - 1)].annotations.append(annotation)
    return PaperText(parts, notes.notes)


def _cut(text: str) -> list[tuple[int, str, str]]:
    """Where each part begins, its heading, and what stands under it."""
    headings = list(HEADING.finditer(text))
    ends = [*(match.start() for match in headings), len(text)]
    parts = [
        (match.start(), match["words"], text[match.end() : end].strip())
        for match, end in zip(headings, ends[1:], strict=True)
    ]
    first = text[: ends[0]].strip()
    return [(0, "", first), *parts] if first else parts

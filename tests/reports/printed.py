"""A PDF read back as a reader finds it: words where they stand, notes, outline. Nothing here knows how it was made."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from pypdf import PdfReader

if TYPE_CHECKING:
    from pathlib import Path

XHTML = "{http://www.w3.org/1999/xhtml}"
POINTS_PER_MM = 72 / 25.4
# Where the body of a page ends: the bottom margin, and half a millimetre for what a letter's box takes below it.
BOTTOM = 297 - 26 + 0.5


def squeeze(text: str) -> str:
    """Without any space: a line may break anywhere."""
    return re.sub(r"[\s\u00ad]+", "", text)


def strip_tags(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


@dataclass(frozen=True)
class Word:
    """A word and its box, in millimetres from the top left corner of its page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Page:
    number: int
    text: str
    words: list[Word]

    @cached_property
    def squeezed(self) -> str:
        return squeeze(self.text)

    @cached_property
    def body(self) -> list[Word]:
        """The words between the running head and the folio."""
        return [word for word in self.words if word.top > 25 and word.bottom < BOTTOM]

    @cached_property
    def foot(self) -> str:
        """The words below the body."""
        return " ".join(word.text for word in self.words if word.bottom >= BOTTOM)


class Printed:
    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        self.reader = PdfReader(io.BytesIO(self.content))
        boxes = subprocess.run(
            ["pdftotext", "-bbox", str(path), "-"], check=True, capture_output=True
        ).stdout
        self.pages = [
            Page(number, page.extract_text(), words)
            for number, (page, words) in enumerate(
                zip(self.reader.pages, _words(boxes), strict=True), start=1
            )
        ]

    def page(self, number: int) -> Page:
        return self.pages[number - 1]

    def pages_with(self, squeezed: str) -> list[int]:
        return [page.number for page in self.pages if squeezed in page.squeezed]

    @cached_property
    def outline(self) -> list[tuple[int, str, int]]:
        """Depth, title and page of each entry, in order."""
        return list(self._outline(self.reader.outline, 0))

    def _outline(self, entries: Any, depth: int) -> Any:
        for entry in entries:
            if isinstance(entry, list):
                yield from self._outline(entry, depth + 1)
            else:
                number = self.reader.get_destination_page_number(entry)
                assert number is not None
                yield depth, str(entry.title), number + 1

    @cached_property
    def measure_pages(self) -> dict[str, int]:
        """Number of each measure → the page to which the outline leads."""
        found = (
            (re.match(r"Mesure (\S+) – ", title.replace("\u00a0", " ")), page)
            for _depth, title, page in self.outline
        )
        return {match[1]: page for match, page in found if match}


def _words(boxes: bytes) -> list[list[Word]]:
    pages = []
    for page in ET.fromstring(boxes).iter(f"{XHTML}page"):  # noqa: S314 (written by pdftotext)
        pages.append(
            [
                Word(
                    text=word.text or "",
                    left=float(word.attrib["xMin"]) / POINTS_PER_MM,
                    top=float(word.attrib["yMin"]) / POINTS_PER_MM,
                    right=float(word.attrib["xMax"]) / POINTS_PER_MM,
                    bottom=float(word.attrib["yMax"]) / POINTS_PER_MM,
                )
                for word in page.iter(f"{XHTML}word")
            ]
        )
    return pages


@dataclass(frozen=True)
class CalledNote:
    """A note as the HTML writes it: its words, and those just before its call."""

    number: int
    text: str
    before: str


def called_notes(html: str) -> list[CalledNote]:
    notes = []
    parts = re.split(r'<span class="footnote">(.*?)</span>', html, flags=re.DOTALL)
    for number, index in enumerate(range(1, len(parts), 2), start=1):
        before = squeeze(strip_tags(parts[index - 1].rpartition(">")[2] or parts[index - 1]))
        notes.append(CalledNote(number, squeeze(strip_tags(parts[index])), before[-12:]))
    return notes

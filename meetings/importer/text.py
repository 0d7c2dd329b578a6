"""Plain text, most often drawn from a PDF: pages, lines cut where the page ends, blank lines between every two."""

from __future__ import annotations

import re
import unicodedata

from meetings.importer.blocks import Block, Document, Kind, escape, table
from meetings.importer.headings import looks_numbered, opens_a_list_of_people
from meetings.importer.labels import read_label

# A line that ends on one of these goes on on the next.
_OPEN_WORDS = {
    "à", "au", "aux", "avec", "ce", "ces", "cette", "comme", "dans", "de", "des", "dont", "du", "elle", "en", "entre",
    "est", "et", "il", "la", "le", "les", "leur", "leurs", "mais", "ou", "où", "par", "pas", "plus", "pour", "qu’il",
    "que", "qui", "sa", "se", "ses", "son", "sous", "sur", "un", "une", "vers",
}  # fmt: skip
_OPEN_END = re.compile(r"(?:[,«(]|[^.;:!?»)]\s[-–—])$")
_SENTENCE_END = re.compile(r"[.;:!?…](?:\s*[»”\")])?$")
_BULLET = re.compile(r"(?:[-–—•●▪◦·*]|[\ue000-\uf8ff]|\uf0b7)\s*(?=\S)")
# Beyond this, lines are not cut: each is a paragraph.
LONGEST_CUT_LINE = 220
# Of the width of its page, what a line fills at least when the next word did not fit.
_FULL = 0.86


class _Line:
    def __init__(self, text: str, blanks: int, *, begins_page: bool) -> None:
        self.text = text
        self.blanks = blanks
        self.begins_page = begins_page
        self.bullet = _bullet(text)


def _bullet(text: str) -> str:
    """The mark of a list at the beginning of a line; empty when there is none, as in “–“ or “-5 %”."""
    match = _BULLET.match(text)
    if match is None or (
        match[0].strip() in "-–—*·" and match[0] == match[0].strip() and text[1:2].isdigit()
    ):
        return ""
    return match[0]


def read_text(text: str) -> Document:
    """Lines put together again as paragraphs and lists. Every word stays, in its order."""
    lines = _lines(text)
    blocks = _paragraphs(lines)
    return Document(blocks, unicodedata.normalize("NFC", text))


def join_tabs(lines: list[str]) -> list[list[str]] | None:
    """The cells of lines that are columns parted by tabulations; None when they are not."""
    rows = [line.strip("\n").split("\t") for line in lines]
    if len(rows) < 2 or sum(len(row) > 1 for row in rows) < 0.8 * len(rows):
        return None
    return [[cell.strip() for cell in row] for row in rows]


def _lines(text: str) -> list[_Line]:
    """Lines that hold words. A page begins after a form feed, or where an extractor left one space before the line."""
    found: list[_Line] = []
    blanks = 0
    for page_number, page in enumerate(unicodedata.normalize("NFC", text).split("\f")):
        begins_page = page_number > 0
        for line in page.splitlines():
            if not line.strip():
                # A blank line with a space in it is a paragraph of its own, left empty; without, only a gap.
                blanks += 1
                continue
            is_first = begins_page or (blanks == 0 and re.match(r" \S", line) is not None)
            found.append(_Line(line.strip(), blanks, begins_page=is_first))
            blanks, begins_page = 0, False
    return found


def _paragraphs(lines: list[_Line]) -> list[Block]:
    widths = sorted(len(line.text) for line in lines)
    width = widths[int(len(widths) * 0.9)] if widths else 0
    is_cut = bool(widths) and widths[-1] <= LONGEST_CUT_LINE and len(lines) > 5
    groups: list[list[_Line]] = []
    for place, line in enumerate(lines):
        if groups and _goes_on(lines, place, groups[-1], width, is_cut=is_cut):
            groups[-1].append(line)
        else:
            groups.append([line])
    return _blocks(groups, lines)


def _is_double(lines: list[_Line], place: int) -> bool:
    """Whether nearly every line hereabouts has a blank one before it."""
    around = lines[max(1, place - 6) : place + 7]
    return sum(line.blanks == 0 for line in around) < 0.4 * len(around)


def _goes_on(
    lines: list[_Line], place: int, group: list[_Line], width: int, *, is_cut: bool
) -> bool:
    """Whether a line continues the paragraph before it, rather than beginning another."""
    before, line = lines[place - 1].text, lines[place].text
    if not is_cut or lines[place].bullet or looks_numbered(line):
        return False
    if line[0].isupper() and read_label(line) is not None:
        return False
    is_open = bool(_OPEN_END.search(before)) or before.split()[-1].lower() in _OPEN_WORDS
    is_small = line[0].islower() or (line[0] in "(«" and not _SENTENCE_END.search(before))
    most = 1 if _is_double(lines, place) else 0
    if lines[place].blanks > most:
        # A sentence cut by the end of a page, or by an uneven gap.
        return (
            lines[place].blanks <= most + 1
            and line[0].islower()
            and not _SENTENCE_END.search(before)
        )
    if looks_numbered(group[0].text) and not _SENTENCE_END.search(group[0].text):
        return (is_open or is_small) and not _SENTENCE_END.search(before)
    if opens_a_list_of_people(group[0].text) and len(group[0].text) < 80:
        return bool(re.search(r"(?:,|;|\bet)$", before))
    if is_small or is_open:
        return not (
            _SENTENCE_END.search(before)
            and len(before) < _FULL * width
            and lines[place].begins_page
        )
    if lines[place].begins_page and _SENTENCE_END.search(before):
        return False
    first_word = line.split()[0]
    local = sorted(len(near.text) for near in lines[max(0, place - 12) : place + 13])
    page = max(local[int(len(local) * 0.9)], 0.8 * width)
    return len(before) + 1 + len(first_word) > _FULL * page + (
        0.08 * page if _SENTENCE_END.search(before) else 0
    )


def _blocks(groups: list[list[_Line]], lines: list[_Line]) -> list[Block]:
    blocks: list[Block] = []
    place = 0
    for number, group in enumerate(groups):
        is_double = _is_double(lines, place)
        following = groups[number + 1][0] if number + 1 < len(groups) else None
        enough = 2 if is_double else 1
        stands_apart = (group[0].blanks >= enough or group[0].begins_page) and (
            following is None or following.blanks >= enough
        )
        place += len(group)
        rows = join_tabs([line.text for line in group])
        if rows is not None:
            blocks.append(
                Block(Kind.TABLE, table([[escape(cell) for cell in row] for row in rows]))
            )
            continue
        text = " ".join(line.text for line in group)
        # A word cut at the end of a line keeps its hyphen: whether it has one of its own is not known.
        text = re.sub(r"(?<=\w)- (?=[a-zà-ÿ])", "-", text) if len(group) > 1 else text
        bullet = group[0].bullet
        if not bullet:
            blocks.append(Block(Kind.PARAGRAPH, escape(re.sub(r"\s+", " ", text)), 0, stands_apart))
            continue
        item = "- " + escape(re.sub(r"\s+", " ", text[len(bullet) :]))
        if blocks and blocks[-1].kind is Kind.LIST:
            blocks[-1].text += "\n" + item
        else:
            blocks.append(Block(Kind.LIST, item))
    return blocks

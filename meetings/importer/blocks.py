"""What every reader gives: a document cut in blocks of Markdown, and the words that went in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

# A blank of a hyphen that only shows at the end of a line.
SOFT_HYPHEN = "\u00ad"
ITEM_NUMBER = re.compile(r"^\s*\d+\. ", re.MULTILINE)
_SIGNS = re.compile(r"[\\*`]")
_OWN_SYNTAX = re.compile(r"(?<=\^)\[|\[(?=@)|(?<=\])\(")
_ENTITY = re.compile(r"&(?=#?\w{1,30};)")
_AT_BEGINNING = re.compile(r"^(?=[#>+=]|-{3,}\s*$)")
_FIGURES, _RAISED = "0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"
_OUTER_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")


class UnreadableMinutesError(Exception):
    """A file that cannot be taken. The message is for the person who sent it."""


class Kind(Enum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"


@dataclass
class Block:
    """A piece of a document. `stands_apart`: blank lines set it off more than its neighbours are from one another."""

    kind: Kind
    text: str
    level: int = 0
    stands_apart: bool = False


@dataclass
class Document:
    """Blocks in reading order; `source`, the text that went in, read by other means than the blocks where there are two.

    `counts_items`: the numbers of its lists were given by the program, and are not in `source`. `left_out` says what is
    not text and is not kept: pictures, heads of pages, comments.
    """

    blocks: list[Block]
    source: str
    is_markdown: bool = False
    counts_items: bool = False
    left_out: list[str] = field(default_factory=list)


def escape(text: str) -> str:
    """Plain text as Markdown that prints it as it is."""
    text = _SIGNS.sub(r"\\\g<0>", text)
    text = _OUTER_UNDERSCORE.sub(r"\\_", text)
    text = _OWN_SYNTAX.sub(r"\\\g<0>", text)
    text = _ENTITY.sub(r"\\&", text)
    return _AT_BEGINNING.sub(r"\\", text)


def raised(figures: str) -> str:
    """Figures that stood raised, as signs that do: the “12” of a note makes “2017¹²” of a year, not “201712”."""
    return figures.translate(str.maketrans(_FIGURES, _RAISED))


def lowered(text: str) -> str:
    """The same figures, as a file tells them: raised or not is how they look there."""
    return text.translate(str.maketrans(_RAISED, _FIGURES))


def cell(text: str) -> str:
    """Markdown for one cell of a table."""
    return re.sub(r"\s+", " ", text).strip().replace("|", "\\|")


def table(rows: list[list[str]]) -> str:
    """A Markdown table of cells that are Markdown; its first row is the head. Short rows are filled."""
    width = max(map(len, rows))
    lines = [
        "| " + " | ".join(cell(text) for text in row + [""] * (width - len(row))) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)

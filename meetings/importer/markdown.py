"""Markdown as people and converters write it, cut in blocks, its words kept as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from meetings.importer.blocks import Block, Document, Kind, raised, table
from meetings.importer.text import join_tabs

if TYPE_CHECKING:
    from collections.abc import Callable

HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
UNDERLINE = re.compile(r" {0,3}(?:(=)+|(-){3,})\s*$")
FENCE = re.compile(r" {0,3}(```|~~~)")
LIST = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+\S")
PICTURE = re.compile(r"!\[([^\[\]\n]*)\]\(([^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)")
REFERRED_NOTE = re.compile(r"\[\^([\w-]{1,40})\](?!:)")
NOTE = re.compile(r"^\[\^([\w-]{1,40})\]:[ \t]*(.*(?:\n(?:[ \t]+\S.*))*)\n?", re.MULTILINE)
# The few tags that converters leave in their Markdown, which prints none: bold, italics, what is raised.
_TAGS: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    (re.compile(r"</?(?:b|strong)>", re.IGNORECASE), "**"),
    (re.compile(r"</?(?:i|em)>", re.IGNORECASE), "*"),
    (re.compile(r"(?<=[^\W\d_])<sup>(\d{1,3})</sup>", re.IGNORECASE), r" (\1)"),
    (re.compile(r"<sup>(\d{1,3})</sup>", re.IGNORECASE), lambda match: raised(match[1])),
    (re.compile(r"</?(?:sup|sub|u|span)>", re.IGNORECASE), ""),
    (re.compile(r"<br\s*/?>", re.IGNORECASE), " "),
    (re.compile(r"</?(?:p|div|center)>", re.IGNORECASE), ""),
]


def read_markdown(text: str) -> Document:
    """Every line is kept. Pictures are left out and said; notes go to their calls; scripts stay as words."""
    left_out: list[str] = []
    source = _plain_tags(text)
    source = PICTURE.sub(lambda match: _leave_out(match, left_out), source)
    source = _notes_at_their_calls(source)
    return Document(_blocks(source), source, is_markdown=True, left_out=left_out)


def _plain_tags(text: str) -> str:
    for pattern, replacement in _TAGS:
        text = pattern.sub(replacement, text)
    # Marks of bold that enclose nothing, or marks against marks, print as stars.
    return re.sub(r"\*{4,}", "", text)


def _leave_out(match: re.Match[str], left_out: list[str]) -> str:
    left_out.append(_("picture: %(address)s") % {"address": match[2][:200]})
    return match[1]


def _notes_at_their_calls(text: str) -> str:
    """`[^1]` and `[^1]: text` become `^[text]`, which our pages print. A note that nothing calls stays where it is."""
    notes = {match[1]: re.sub(r"\s*\n\s*", " ", match[2]).strip() for match in NOTE.finditer(text)}
    if not notes:
        return text
    called: set[str] = set()

    def put(match: re.Match[str]) -> str:
        words = notes.get(match[1])
        if words is None or match[1] in called:
            return match[0]
        called.add(match[1])
        return f" ^[{words}]"

    body = NOTE.sub(
        lambda match: "" if match[1] in called else match[0], REFERRED_NOTE.sub(put, text)
    )
    return body


def _blocks(text: str) -> list[Block]:
    blocks: list[Block] = []
    held: list[str] = []
    in_fence = False

    def close() -> None:
        if held:
            blocks.extend(_kinds(held))
            held.clear()

    for line in text.replace("\f", "\n").splitlines():
        if FENCE.match(line):
            in_fence = not in_fence
        heading = None if in_fence else HEADING.match(line)
        if heading is not None:
            close()
            if heading[2].strip():
                blocks.append(Block(Kind.HEADING, heading[2].strip(), len(heading[1])))
        elif not in_fence and len(held) == 1 and UNDERLINE.match(line) and not LIST.match(held[0]):
            blocks.append(Block(Kind.HEADING, held.pop().strip(), 1 if "=" in line else 2))
        elif line.strip() or in_fence:
            held.append(line.rstrip("\n"))
        else:
            close()
    close()
    return blocks


def _kinds(lines: list[str]) -> list[Block]:
    rows = join_tabs(lines)
    if rows is not None:
        return [Block(Kind.TABLE, table(rows))]
    text = "\n".join(lines)
    if lines[0].lstrip().startswith("|"):
        return [Block(Kind.TABLE, text)]
    if LIST.match(lines[0]):
        return [Block(Kind.LIST, text)]
    return [Block(Kind.PARAGRAPH, text)]

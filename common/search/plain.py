"""Markdown as the words that a reader sees, for the index and its snippets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.markdown import PARSER, Notes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token


def plain_text(text: str) -> str:
    """A line for each paragraph, heading, point of a list or cell. Notes stay, in parentheses; calls of sources go."""
    return "\n".join(filter(None, map(str.strip, _lines(PARSER.parse(text, {"notes": Notes()})))))


def _lines(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_words(token))
        elif token.type in {"fence", "code_block"}:
            yield token.content


def _words(line: Token) -> Iterator[str]:
    for token in line.children or []:
        if token.type == "own_note":
            yield f" ({plain_text(token.content)})"
        elif token.type == "citation":
            yield f" ({token.meta['text'].strip()})" if token.meta["text"] else ""
        elif token.type in {"softbreak", "hardbreak"}:
            yield " "
        else:
            yield token.content

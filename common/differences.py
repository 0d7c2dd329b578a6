"""Word differences between two texts, readable without seeing colours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from diff_match_patch import diff_match_patch
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

EQUAL, INSERTED, DELETED = 0, 1, -1


def word_differences(before: str, after: str) -> SafeString:
    """The two texts as one, with what was taken out in <del> and what was put in in <ins>, said to screen readers."""
    return format_html_join(
        "", "{}", ((_piece(kind, text),) for kind, text in _compare(before, after))
    )


def _compare(before: str, after: str) -> Iterable[tuple[int, str]]:
    """Compare by words: each distinct word or space becomes one sign, which the library then compares."""
    words: list[str] = []
    numbers: dict[str, int] = {}

    def encode(text: str) -> str:
        signs = []
        for word in re.findall(r"\s+|\w+|[^\w\s]", text):
            if word not in numbers:
                numbers[word] = len(words)
                words.append(word)
            # Private planes: no sign of a text can be mistaken for one of these.
            signs.append(chr(0xF0000 + numbers[word]))
        return "".join(signs)

    library = diff_match_patch()
    pieces = library.diff_main(encode(before), encode(after), False)  # noqa: FBT003 (its own signature)
    library.diff_cleanupSemantic(pieces)
    for kind, signs in pieces:
        yield kind, "".join(words[ord(sign) - 0xF0000] for sign in signs)


def _piece(kind: int, text: str) -> SafeString:
    hidden = mark_safe('<span class="visually-hidden">')
    if kind == INSERTED:
        return format_html("<ins>{}{} </span>{}</ins>", hidden, _("added:"), text)
    if kind == DELETED:
        return format_html("<del>{}{} </span>{}</del>", hidden, _("deleted:"), text)
    return format_html("{}", text)

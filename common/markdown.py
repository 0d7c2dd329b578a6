"""Markdown for pages, reports and mail: one function, no raw HTML, numbered notes.

Two things are added to plain Markdown. `[@key, place : text]` calls a note taken from a library that the caller gives;
`^[text]` makes a note of its own. Notes are numbered by the `Notes` that goes through the texts of one document, so
that a page and a report number their own from 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

import nh3
from django.conf import settings
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from common.typography import french

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_inline import StateInline
    from markdown_it.utils import OptionsDict

# Bounded everywhere: people type these texts, and a page must not be slow for what somebody types.
CITATION = re.compile(
    r"\[@(?P<key>[a-z0-9][a-z0-9-]*)(?:,(?P<place>[^\]:]{0,300}?))?(?:\s{1,9}:\s{1,9}(?P<text>[^\]]{0,2000}))?\]"
)
# Where a link may lead: the web, a mail, or a place of our own. `//host` and `/\host` are other sites to a browser.
WEB_ADDRESS = re.compile(r"(?:https://|mailto:)", re.IGNORECASE)
OWN_ADDRESS = re.compile(r"(?:/(?!/)[\w\-./~%?=&+,;]*)?(?:#[\w\-.%]*)?", re.ASCII)

# Between them stands what takes its place later: taken out of what people write.
SIGNS = {0xE000: None, 0xE001: None}

ALLOWED_TAGS = {
    "p", "br", "em", "strong", "ul", "ol", "li", "a", "blockquote", "h3", "h4", "h5", "hr", "code", "pre", "sup", "sub",
    "table", "thead", "tbody", "tr", "th", "td", "span",
}  # fmt: skip
ALLOWED_ATTRIBUTES = {
    "a": {"href", "id", "aria-label", "aria-describedby", "class"},
    "ol": {"start"},
    "span": {"class", "id"},
    "sup": {"class", "id"},
    "th": {"scope"},
}


class CitedWork(Protocol):
    """What a note needs of a source. Markdown on one line."""

    citation: str
    short: str
    url: str


@dataclass(frozen=True)
class Note:
    """A numbered note. `html` is its text, ready to print."""

    number: int
    html: SafeString
    key: str = ""


class Notes:
    """Numbers the notes of one document in reading order.

    `find` gives the source of a key, or None. The first note of a source is its whole citation, the next ones its
    short form. A key without a source prints as itself, so that a reader sees what is wrong rather than nothing.
    """

    def __init__(self, find: Callable[[str], CitedWork | None] = lambda key: None) -> None:
        self._find = find
        self._cited: set[str] = set()
        self.notes: list[Note] = []

    def cite(self, key: str, place: str = "", text: str = "") -> Note:
        work = self._find(key)
        is_first = key not in self._cited
        self._cited.add(key)
        words = key if work is None else work.citation if is_first else work.short
        words = words.rstrip(" .")
        if place:
            words = f"{words}, {place.strip()}"
        if text:
            words = f"{words} : {text.strip()}"
        if work is not None and is_first and (work.url.startswith("https://") or is_ours(work.url)):
            # The address is printed, since paper has no links.
            words = f"{words}, [{work.url.partition('://')[2].rstrip('/')}]({work.url})"
        return self._add(words, key)

    def write(self, text: str) -> Note:
        return self._add(text, "")

    def _add(self, words: str, key: str) -> Note:
        words = words.strip()
        if not words.endswith((".", "!", "?", "…", "»")):
            words += "."
        note = Note(number=len(self.notes) + 1, html=render_inline(words), key=key)
        self.notes.append(note)
        return note

    def call(self, note: Note) -> str:
        """The HTML of the call of a note: on a page, a link to the list at its end."""
        return format_html(
            '<sup class="note-call"><a id="appel-{0}" href="#note-{0}" aria-label="note {0}">{0}</a></sup>',
            note.number,
        )


class FootNotes(Notes):
    """Notes for print: the text stands in the call, and the renderer takes it to the foot of the page."""

    def call(self, note: Note) -> str:
        return format_html('<span class="footnote">{}</span>', note.html)


def _citation(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it calls it so)
    match = CITATION.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.pending = state.pending.rstrip(" ")  # a call stands against its word
        token = state.push("citation", "", 0)
        token.meta = {name: (value or "").strip() for name, value in match.groupdict().items()}
    state.pos = match.end()
    return True


def _own_note(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it calls it so)
    # A note holds no other one: a page could not number them in reading order.
    if "notes" not in state.env or not state.src.startswith("^[", state.pos):
        return False
    end = _brackets(state).get(state.pos + 1, state.posMax)
    if end >= state.posMax:
        return False
    if not silent:
        state.pending = state.pending.rstrip(" ")
        token = state.push("own_note", "", 0)
        token.content = state.src[state.pos + 2 : end]
    state.pos = end + 1
    return True


def _brackets(state: StateInline) -> dict[int, int]:
    """Where each square bracket of a text closes. Read once a text: reading on from each bracket would take for ever."""
    text: str | None
    pairs: dict[int, int]
    text, pairs = state.env.get("brackets", (None, {}))
    if text is not state.src:
        pairs, opened = {}, []
        for position, sign in enumerate(state.src):
            if sign == "[":
                opened.append(position)
            elif sign == "]" and opened:
                pairs[opened.pop()] = position
        state.env["brackets"] = (state.src, pairs)
    return pairs


def _render_citation(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: dict[str, Any],
) -> str:
    notes: Notes = env.get("notes") or Notes()
    return notes.call(notes.cite(**tokens[index].meta))


def _render_own_note(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: dict[str, Any],
) -> str:
    notes: Notes = env.get("notes") or Notes()
    return notes.call(notes.write(tokens[index].content))


def _render_text(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: dict[str, Any],
) -> str:
    # A character may also be written by its number: it is only here that all are seen.
    return str(escape(french(tokens[index].content.translate(SIGNS))))


def _render_place(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: dict[str, Any],
) -> str:
    return _place("p", tokens[index].meta["number"])


def _parser() -> MarkdownIt:
    parser = (
        MarkdownIt("commonmark", {"html": False})
        .enable("table")
        .disable(["image", "html_inline", "html_block"])
    )
    parser.inline.ruler.before("link", "citation", _citation)
    parser.inline.ruler.before("link", "own_note", _own_note)
    parser.add_render_rule("citation", _render_citation)
    parser.add_render_rule("own_note", _render_own_note)
    parser.add_render_rule("text", _render_text)
    parser.add_render_rule("place", _render_place)
    return parser


PARSER = _parser()


def _safe_address(tag: str, attribute: str, value: str) -> str | None:
    """Keep the address of a link only when it leads where links may."""
    is_safe = WEB_ADDRESS.match(value) or OWN_ADDRESS.fullmatch(value) or is_ours(value)
    return value if attribute != "href" or is_safe else None


def is_ours(address: str) -> bool:
    """Whether a whole address leads to a page of this very site, which need not be in https while it is tried."""
    rest = address.removeprefix(settings.SITE_URL)
    return rest != address and OWN_ADDRESS.fullmatch(rest) is not None


def _clean(html: str) -> SafeString:
    return mark_safe(  # noqa: S308 (this is where text becomes safe)
        nh3.clean(
            html,
            tags=ALLOWED_TAGS,
            attributes=ALLOWED_ATTRIBUTES,
            attribute_filter=_safe_address,
            # Which addresses of these may stay is `_safe_address`'s to say.
            url_schemes={"https", "http", "mailto"},
            link_rel="noopener noreferrer",
        )
    )


def render(text: str, notes: Notes | None = None) -> SafeString:
    """Markdown to clean HTML, its notes numbered in `notes`."""
    return _clean(PARSER.render(text, {"notes": notes if notes is not None else Notes()}))


def render_inline(text: str) -> SafeString:
    """One line of Markdown, without a paragraph around it and without notes."""
    return _clean(PARSER.renderInline(text.replace("\n", " "), {}))


# --- Texts that are kept rendered, and take their place in a page later -----------------------------------------------

PLACE = re.compile("\ue000([np])([0-9]+)\ue001")
LOWEST_HEADING = 5


def _place(kind: str, number: int) -> str:
    return f"\ue000{kind}{number}\ue001"


class _Places(Notes):
    """Leaves a place where a note is called, and what the note says for later."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, str, str]] = []

    def cite(self, key: str, place: str = "", text: str = "") -> Note:
        self.calls.append((key, place, text))
        return Note(number=len(self.calls), html=SafeString(), key=key)

    def write(self, text: str) -> Note:
        return self.cite("", "", text)

    def call(self, note: Note) -> str:
        return _place("n", note.number)


@dataclass(frozen=True)
class Part:
    """A part of a page, rendered whatever stands around it: its notes have no number and its paragraphs no address yet."""

    html: str
    calls: tuple[tuple[str, str, str], ...]

    def placed(self, notes: Notes, mark: Callable[[int], str]) -> SafeString:
        """The part in its page: notes numbered in `notes`, and before each paragraph what `mark` makes of its number."""

        def fill(found: re.Match[str]) -> str:
            number = int(found[2])
            if found[1] == "p":
                return mark(number)
            key, place, text = self.calls[number - 1]
            return notes.call(notes.cite(key, place, text) if key else notes.write(text))

        return mark_safe(PLACE.sub(fill, self.html))  # noqa: S308 (cleaned when it was rendered)


def render_part(text: str, *, under: int) -> Part:
    """Markdown to a part of a page that stands under a heading of that level: its own headings begin one below."""
    notes = _Places()
    env = {"notes": notes}
    tokens = PARSER.parse(text.translate(SIGNS), env)
    _fit_headings(tokens, under)
    for number, token in _paragraphs(tokens):
        place = Token("place", "", 0, meta={"number": number})
        token.children = [place, *(token.children or [])]
    html = _clean(PARSER.renderer.render(tokens, PARSER.options, env))
    return Part(str(html), tuple(notes.calls))


def paragraph_at(text: str, position: int) -> int | None:
    """The number that `render_part` gives to the paragraph where a sign of the text stands, or to the last before it."""
    line = text.count("\n", 0, position)
    tokens = PARSER.parse(text.translate(SIGNS), {"notes": _Places()})
    begun = [number for number, token in _paragraphs(tokens) if token.map and token.map[0] <= line]
    return begun[-1] if begun else None


def _paragraphs(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """What a page gives an address to, numbered from 1."""
    number = 0
    for before, token in pairwise(tokens):
        if token.type == "inline" and before.type in {"paragraph_open", "heading_open"}:
            number += 1
            yield number, token


def _fit_headings(tokens: Sequence[Token], under: int) -> None:
    """Levels follow one another, whatever the writer chose: whoever listens to a page finds no step missing."""
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    last = under
    for token in tokens:
        if token.type == "heading_open":
            last = min(under + 1 + used.index(token.tag), last + 1, LOWEST_HEADING)
            token.tag = f"h{last}"
        elif token.type == "heading_close":
            token.tag = f"h{last}"


def cited_keys(text: str) -> list[str]:
    """The keys that a text cites, in order, each once."""
    return list(dict.fromkeys(match["key"] for match in CITATION.finditer(text)))


def without_notes(text: str) -> str:
    """The text without its note calls, for places that have no room for notes."""
    return re.sub(r"\s*\^\[[^\]]*\]", "", re.sub(rf"[^\S\n]*{CITATION.pattern}", "", text))

"""Word and OpenDocument texts. What they hold is read twice: by a converter, and by us, word after word, to compare."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import mammoth
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.importer.blocks import ITEM_NUMBER, Document, Kind, UnreadableMinutesError
from meetings.importer.html import blocks_of
from meetings.importer.text import LONGEST_CUT_LINE, read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetings.importer.blocks import Block

# Of the parts that are read: a text of 30,000 words, much formatted, takes some 3 MB.
PART_LIMIT = 6 * 1024 * 1024
PANDOC_TIME_LIMIT_S = 20
# With fewer paragraphs, whether they are cut lines cannot be told.
MOST_UNCUT = 30
# Word names its styles in English in every language, but for those made by hand.
STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Titre'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
comment-reference =>
"""
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def read_docx(content: bytes) -> Document:
    """Raises UnreadableMinutesError when the file is damaged or too long."""
    archive = _archive(content)
    pictures: list[str] = []

    def take_picture(image: Any) -> list[Any]:
        pictures.append(image.alt_text or "")
        return []

    words = _WordText(archive)
    try:
        converted = mammoth.convert_to_html(
            io.BytesIO(content),
            style_map=STYLES,
            convert_image=take_picture,
            include_embedded_style_map=False,
        )
    # The library lets through whatever a damaged part makes it meet.
    except (KeyError, ValueError, AttributeError, IndexError, OSError, RecursionError) as error:
        raise UnreadableMinutesError(_("This file is damaged: it cannot be opened.")) from error
    left_out = _pictures(len(pictures)) + words.left_out()
    source = words.text()
    blocks = _uncut(blocks_of(converted.value), source)
    return Document(blocks, source, counts_items=True, left_out=left_out + _counted(blocks))


def read_odt(content: bytes) -> Document:
    """By pandoc, where it is installed. Raises UnreadableMinutesError."""
    pandoc = shutil.which("pandoc")
    if pandoc is None:
        raise UnreadableMinutesError(
            _(
                "OpenDocument texts are not read on this site (pandoc is not installed): save it as .docx."
            )
        )
    root = _parse(_archive(content), "content.xml")
    command = [pandoc, "--sandbox", "--from=odt", "--to=html", "--wrap=none"]
    try:
        done = subprocess.run(  # noqa: S603 (a fixed command; the file is given on its input)
            command, input=content, capture_output=True, timeout=PANDOC_TIME_LIMIT_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise UnreadableMinutesError(_("This file is damaged: it cannot be opened.")) from error
    left_out = _pictures(len(root.findall(f".//{DRAW}image")))
    comments = len(root.findall(f".//{OFFICE}annotation"))
    if comments:
        left_out.append(_comments(comments))
    html = re.sub(r"<img[^>]*>", "", done.stdout.decode())
    source = _open_text(root)
    blocks = _uncut(blocks_of(html), source)
    return Document(blocks, source, counts_items=True, left_out=left_out + _counted(blocks))


def _uncut(blocks: list[Block], source: str) -> list[Block]:
    """Of a text pasted from a PDF, every line is a paragraph and none has a style: it is read as plain text is."""
    return read_text(source).blocks if _is_cut_in_lines(blocks) else blocks


def _is_cut_in_lines(blocks: Sequence[Block]) -> bool:
    """Whether most paragraphs end in the middle of a sentence, at the width of a page."""
    if len(blocks) < MOST_UNCUT or any(block.kind is not Kind.PARAGRAPH for block in blocks):
        return False
    texts = [block.text.rstrip() for block in blocks]
    open_ended = sum(not text.endswith((".", ":", ";", "?", "!", "»", ")")) for text in texts)
    return max(map(len, texts)) < LONGEST_CUT_LINE and 2 * open_ended > len(texts)


def _counted(blocks: Sequence[Block]) -> list[str]:
    """Numbers that the program gives to the items of a list are no text: what they were is not known."""
    if any(ITEM_NUMBER.match(block.text) for block in blocks if block.kind is Kind.LIST):
        return [_("numbers given to lists by the program: they begin at 1 here")]
    return []


def _archive(content: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableMinutesError(_("This file is damaged: it cannot be opened.")) from error
    texts = sum(part.file_size for part in archive.infolist() if part.filename.endswith(".xml"))
    if texts > PART_LIMIT:
        raise UnreadableMinutesError(
            _("This text is too long to be imported whole: cut it in two.")
        )
    return archive


def _parse(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    try:
        with archive.open(name) as part:
            words = part.read(PART_LIMIT + 1)
        # No office document declares entities; one that does wants to swell, or to read elsewhere.
        if len(words) > PART_LIMIT or b"<!DOCTYPE" in words or b"<!ENTITY" in words:
            raise UnreadableMinutesError(_("This file is damaged: it cannot be opened."))
        return ElementTree.fromstring(words)  # noqa: S314 (no entity is declared, and its size is bounded)
    except (KeyError, RuntimeError, OSError, zipfile.BadZipFile, ElementTree.ParseError) as error:
        raise UnreadableMinutesError(_("This file is damaged: it cannot be opened.")) from error


def _pictures(number: int) -> list[str]:
    if not number:
        return []
    words = ngettext("%(number)d picture", "%(number)d pictures", number)
    return [words % {"number": number}]


def _comments(number: int) -> str:
    return ngettext(
        "%(number)d comment in the margin", "%(number)d comments in the margin", number
    ) % {"number": number}


class _WordText:
    """The words of a Word document in reading order, notes at their calls, deleted words left out."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = set(archive.namelist())
        self.document = _parse(archive, "word/document.xml")
        self.notes = {
            kind: self._part(f"word/{kind}s.xml", f"{W}{kind}") for kind in ("footnote", "endnote")
        }
        for name in self.names:
            if name.endswith((".xml", ".rels")):
                self._refuse_entities(name)

    def _refuse_entities(self, name: str) -> None:
        with self.archive.open(name) as part:
            if b"<!DOCTYPE" in part.read(4096):
                raise UnreadableMinutesError(_("This file is damaged: it cannot be opened."))

    def _part(self, name: str, tag: str) -> dict[str, ElementTree.Element]:
        if name not in self.names:
            return {}
        return {
            element.get(f"{W}id", ""): element for element in _parse(self.archive, name).iter(tag)
        }

    def text(self) -> str:
        pieces: list[str] = []
        self._walk(self.document, pieces, [])
        return "".join(pieces)

    def left_out(self) -> list[str]:
        """Heads and feet of pages, each once, and how many comments."""
        found: dict[str, None] = {}
        for name in sorted(self.names):
            if re.fullmatch(r"word/(?:header|footer)\d*\.xml", name):
                pieces: list[str] = []
                self._walk(_parse(self.archive, name), pieces, [])
                words = re.sub(r"\s+", " ", "".join(pieces)).strip()
                if words and not words.isdigit():
                    found[_("head or foot of page: “%(words)s”") % {"words": words[:200]}] = None
        comments = len(self._part("word/comments.xml", f"{W}comment"))
        return [*found, *([_comments(comments)] if comments else [])]

    def _walk(self, element: ElementTree.Element, pieces: list[str], frames: list[str]) -> None:
        tag = element.tag
        if tag in {f"{W}t", f"{MATHS}t"}:
            pieces.append(element.text or "")
        elif tag in {f"{W}tab", f"{W}br", f"{W}cr"}:
            pieces.append(" ")
        elif tag == f"{W}noBreakHyphen":
            pieces.append("-")
        elif tag in {f"{W}footnoteReference", f"{W}endnoteReference"}:
            kind = tag.removeprefix(W).removesuffix("Reference")
            note = self.notes[kind].get(element.get(f"{W}id", ""))
            if note is not None:
                pieces.append(" ")
                self._walk_below(note, pieces, frames)
        # What was deleted, moved away, or is said again for older programs.
        elif tag in {f"{W}del", f"{W}moveFrom", f"{MC}Choice", f"{W}pPr", f"{W}rPr"}:
            pass
        # The words of a frame come after the paragraph that it hangs on.
        elif tag == f"{W}txbxContent":
            inside: list[str] = []
            self._walk_below(element, inside, frames)
            frames.append("".join(inside))
        elif tag == f"{W}p":
            hanging: list[str] = []
            self._walk_below(element, pieces, hanging)
            pieces.append("\n")
            pieces += [f"{words}\n" for words in hanging]
        else:
            self._walk_below(element, pieces, frames)

    def _walk_below(
        self, element: ElementTree.Element, pieces: list[str], frames: list[str]
    ) -> None:
        for child in element:
            self._walk(child, pieces, frames)


def _open_text(element: ElementTree.Element, *, is_inside: bool = False) -> str:
    """The words of an OpenDocument text, notes at their calls. Blanks outside paragraphs are the file's, not the text's."""
    tag = element.tag
    if tag in {f"{TEXT}note-citation", f"{TEXT}tracked-changes", f"{OFFICE}annotation"}:
        return ""
    if tag in {f"{OFFICE}automatic-styles", f"{OFFICE}font-face-decls", f"{OFFICE}scripts"}:
        return ""
    is_inside = is_inside or tag in {f"{TEXT}p", f"{TEXT}h"}
    pieces = [" " if tag in {f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break", f"{TEXT}note"} else ""]
    pieces.append(_open_words(element.text, is_inside=is_inside))
    for child in element:
        pieces.append(_open_text(child, is_inside=is_inside))
        pieces.append(_open_words(child.tail, is_inside=is_inside))
    if tag in {f"{TEXT}p", f"{TEXT}h", f"{TABLE}table-cell"}:
        pieces.append("\n")
    return "".join(pieces)


def _open_words(text: str | None, *, is_inside: bool) -> str:
    return re.sub(r"\s+", " ", text) if text and is_inside else ""

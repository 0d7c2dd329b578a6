"""A file, or pasted text, read as a document: one door for every format."""

from __future__ import annotations

import re
from pathlib import PurePath

from django.utils.translation import gettext as _

from meetings.importer.blocks import Document, UnreadableMinutesError
from meetings.importer.markdown import read_markdown
from meetings.importer.office import read_docx, read_odt
from meetings.importer.text import read_text

SUFFIXES = (".docx", ".odt", ".md", ".txt")
# Some 300 printed pages; more is no minutes of one meeting.
TEXT_LIMIT = 1_000_000
UTF16 = (b"\xff\xfe", b"\xfe\xff")
MARKED_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE)
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def read_document(name: str, content: bytes) -> Document:
    """The document that a file holds, by its extension. Raises UnreadableMinutesError with words for a person."""
    suffix = PurePath(name).suffix.lower()
    if suffix == ".docx":
        document = read_docx(content)
    elif suffix == ".odt":
        document = read_odt(content)
    elif suffix in SUFFIXES:
        document = read_words(decode(content))
    else:
        raise UnreadableMinutesError(
            _("Minutes are imported from %(types)s.") % {"types": ", ".join(SUFFIXES)}
        )
    if not document.blocks:
        raise UnreadableMinutesError(_("This document holds no text."))
    return document


def prepare(name: str, content: bytes) -> bytes:
    """Text in UTF-16, which the checks of files take for no text, as UTF-8; anything else as it is."""
    if PurePath(name).suffix.lower() in {".txt", ".md"} and content.startswith(UTF16):
        return decode(content).encode()
    return content


def read_words(text: str) -> Document:
    """Markdown where a line is a heading of it, plain text otherwise."""
    if len(text) > TEXT_LIMIT:
        raise UnreadableMinutesError(
            _("This text is too long to be imported whole: cut it in two.")
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    return read_markdown(text) if MARKED_HEADING.search(text) else read_text(text)


def decode(content: bytes) -> str:
    """UTF-8, UTF-16 where its mark says so, or the Windows alphabet of western Europe, in which old texts come."""
    try:
        if content.startswith(UTF16):
            return content.decode("utf-16")
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if _NO_TEXT.search(text):
        raise UnreadableMinutesError(_("This is not plain text: save it as text in UTF-8."))
    return text

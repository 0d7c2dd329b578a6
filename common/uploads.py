"""Files that people hand in: bounded while they arrive, checked by extension and by content, stored under a random name.

Nothing here opens what a file holds: an archive is judged by its table of contents, a picture by its first bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
import shlex
import subprocess
import tempfile
import unicodedata
import zipfile
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any

from django import forms
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db import transaction
from django.db.models import FileField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.core.files import File
    from django.core.files.storage import Storage

    from common.files import PrivateFileModel

logger = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
LIMIT = 25 * MEGABYTE
NAME_LIMIT = 150
# A web server gives up on a request after thirty seconds.
ANTIVIRUS_TIME_LIMIT_S = 20

# What an office document may hold. A text of a thousand pages has some hundreds of parts.
MOST_PARTS = 2_000
MOST_UNPACKED = 200 * MEGABYTE
MOST_RATIO = 100
MANIFEST_LIMIT = MEGABYTE

# Folders of `common.files.random_name`, and the age above which a file that no row names is nobody's.
STORED_IN = re.compile(r"[0-9a-f]{2}")
ORPHAN_AFTER = dt.timedelta(hours=1)


# --- While it arrives -------------------------------------------------------------------------------------------------


class TooLargeFile(UploadedFile):  # type: ignore[type-arg]
    """What is left of a file that passed the limit: its name, nothing of its content."""


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Keeps the files of one request up to the limit, together; of one that passes it, nothing.

    The rest of the body is still read, and thrown away: the form's other fields come with it, and are given back.
    """

    kept = 0
    is_too_large = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.is_too_large = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.is_too_large:
            return
        if self.kept + start + len(raw_data) > LIMIT:
            self.is_too_large = True
            # Closing it deletes it.
            self.file.close()
            return
        super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        if self.is_too_large:
            return TooLargeFile(name=self.file_name, size=file_size)
        self.kept += file_size
        return super().file_complete(file_size)

    def upload_interrupted(self) -> None:
        if not self.is_too_large:
            super().upload_interrupted()


# --- Its name ---------------------------------------------------------------------------------------------------------


def clean_name(name: str) -> str:
    """The name as it is shown: no path, no control or direction sign, no leading dot, at most 150 signs."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(sign for sign in name if not unicodedata.category(sign).startswith("C"))
    name = re.sub(r"\s+", " ", name).strip(" .")
    suffix = PurePath(name).suffix
    if len(name) <= NAME_LIMIT or len(suffix) > NAME_LIMIT // 2:
        return name[:NAME_LIMIT]
    return name[: NAME_LIMIT - len(suffix)].strip() + suffix


# --- Its type ---------------------------------------------------------------------------------------------------------


class WrongContentError(Exception):
    """The content is not what the name says. The message is for a person."""


@dataclass(frozen=True)
class FileType:
    """A type that is taken: the check reads the content, and raises WrongContentError."""

    content_type: str
    check: Callable[[IO[bytes]], None]


def _begins_with(*signatures: bytes) -> Callable[[IO[bytes]], None]:
    def check(file: IO[bytes]) -> None:
        head = file.read(max(map(len, signatures)))
        if not head.startswith(signatures):
            raise WrongContentError(_("The content of this file is not what its name says."))

    return check


# ISO 32000-2, 7.5.2.
PDF = b"%PDF-"
# PNG specification (W3C), 5.2, and the first chunk, 11.2.1.
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
# ITU-T T.81, annex B: start of image, then a marker.
JPEG = b"\xff\xd8\xff"
# PKWARE APPNOTE, 4.3.7 and 4.3.12.
ZIP, ZIP_PART = b"PK\x03\x04", b"PK\x01\x02"
# [MS-CFB], 2.2: old Office files, and new ones under a password.
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Signs that no text holds, but for spaces, ends of lines and of pages.
NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
BINARY = (PDF, PNG[:8], JPEG, ZIP, COMPOUND, b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ")


def _check_text(file: IO[bytes]) -> None:
    """UTF-8, or Latin-1, in which every byte is a sign: then only what no text holds tells."""
    head = file.read(16)
    if head.startswith(BINARY):
        raise WrongContentError(_("The content of this file is not what its name says."))
    file.seek(0)
    while piece := file.read(MEGABYTE):
        if NO_TEXT.search(piece):
            raise WrongContentError(_("This is not plain text: save it as text in UTF-8."))


def _check_office(*parts: str, mimetype: str = "") -> Callable[[IO[bytes]], None]:
    """A zip with these parts (ECMA-376, part 2; ODF 1.3, part 2, 3.3), no macro, no secret, and nothing that swells."""

    def check(file: IO[bytes]) -> None:
        head = file.read(8)
        if head.startswith(COMPOUND):
            raise WrongContentError(
                _(
                    "This file is protected by a password, or of an old format: save it again without."
                )
            )
        if not head.startswith(ZIP):
            raise WrongContentError(_("The content of this file is not what its name says."))
        size = _bounded_table_of_contents(file)
        try:
            with zipfile.ZipFile(file) as archive:
                _check_parts(archive, size)
                names = set(archive.namelist())
                if not names.issuperset(parts):
                    raise WrongContentError(
                        _("The content of this file is not what its name says.")
                    )
                _check_manifest(archive, parts[0], mimetype)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise WrongContentError(_("This file is damaged: it cannot be opened.")) from error
        except RuntimeError as error:
            # What the library says of a part under a password.
            raise WrongContentError(_("This file is protected by a password.")) from error

    return check


def _bounded_table_of_contents(file: IO[bytes]) -> int:
    """The size of the file, whose table of contents is short enough to be read into memory."""
    file.seek(0)
    size = entries = 0
    tail = b""
    while piece := file.read(MEGABYTE):
        size += len(piece)
        entries += (tail + piece).count(ZIP_PART)
        tail = piece[-len(ZIP_PART) + 1 :]
    if entries > MOST_PARTS:
        raise WrongContentError(_("This file has too many parts to be an office document."))
    file.seek(0)
    return size


def _check_parts(archive: zipfile.ZipFile, size: int) -> None:
    parts = archive.infolist()
    unpacked, packed = sum(part.file_size for part in parts), sum(p.compress_size for p in parts)
    # Parts that lie over one another are more, packed, than the file that holds them.
    if packed > size or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(packed, 1):
        raise WrongContentError(_("This file would take too much room once opened."))
    for part in parts:
        name = part.filename.lower()
        if part.flag_bits & 0x1:
            raise WrongContentError(_("This file is protected by a password."))
        if name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")):
            raise WrongContentError(_("This file holds macros: save it again without."))
        if name.endswith((".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".jar")):
            raise WrongContentError(_("This file holds another archive."))


def _check_manifest(archive: zipfile.ZipFile, name: str, mimetype: str) -> None:
    """What the document says of itself, in one small part."""
    if archive.getinfo(name).file_size > MANIFEST_LIMIT:
        raise WrongContentError(_("This file would take too much room once opened."))
    with archive.open(name) as part:
        words = part.read(MANIFEST_LIMIT)
    if b"macroEnabled" in words:
        raise WrongContentError(_("This file holds macros: save it again without."))
    if b"encryption-data" in words:
        raise WrongContentError(_("This file is protected by a password."))
    if mimetype:
        with archive.open("mimetype") as part:
            if part.read(len(mimetype) + 1).strip() != mimetype.encode():
                raise WrongContentError(_("The content of this file is not what its name says."))


OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"
_docx = _check_office("[Content_Types].xml", "_rels/.rels", "word/document.xml")
_xlsx = _check_office("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")
_odt = _check_office("META-INF/manifest.xml", "mimetype", "content.xml", mimetype=f"{ODF}.text")
_ods = _check_office(
    "META-INF/manifest.xml", "mimetype", "content.xml", mimetype=f"{ODF}.spreadsheet"
)
TYPES = {
    ".pdf": FileType("application/pdf", _begins_with(PDF)),
    ".docx": FileType(f"{OOXML}.wordprocessingml.document", _docx),
    ".xlsx": FileType(f"{OOXML}.spreadsheetml.sheet", _xlsx),
    ".odt": FileType(f"{ODF}.text", _odt),
    ".ods": FileType(f"{ODF}.spreadsheet", _ods),
    ".png": FileType("image/png", _begins_with(PNG)),
    ".jpg": FileType("image/jpeg", _begins_with(JPEG)),
    ".txt": FileType("text/plain", _check_text),
    ".md": FileType("text/markdown", _check_text),
    ".csv": FileType("text/csv", _check_text),
}
ACCEPT = ",".join(TYPES)


def content_type_of(name: str) -> str:
    """From our own table, never from what whoever sent the file said."""
    known = TYPES.get(PurePath(name).suffix.lower())
    return known.content_type if known else "application/octet-stream"


def check_type(name: str, file: IO[bytes]) -> None:
    """Raises WrongContentError when the extension is not taken, or the content is not of it."""
    known = TYPES.get(PurePath(name).suffix.lower())
    if known is None:
        raise WrongContentError(
            _("This type of file is not taken. Those that are: %(types)s.")
            % {"types": ", ".join(suffix[1:] for suffix in TYPES)}
        )
    file.seek(0)
    try:
        known.check(file)
    finally:
        file.seek(0)


# --- Antivirus --------------------------------------------------------------------------------------------------------


def find_virus(path: str) -> str:
    """What to tell whoever sent an infected file; empty when it is clean, or when no command is set.

    The command is given the path; it answers 0 when the file is clean and 1 when it is not. Anything else refuses too.
    """
    if not settings.ANTIVIRUS_COMMAND:
        return ""
    command = [*shlex.split(settings.ANTIVIRUS_COMMAND), path]
    try:
        done = subprocess.run(  # noqa: S603 (the operator's own command)
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=ANTIVIRUS_TIME_LIMIT_S,
            check=False,
        )
        code = done.returncode
    except (OSError, subprocess.TimeoutExpired):
        logger.exception("The antivirus could not look at a file.")
        code = -1
    if code == 0:
        return ""
    if code == 1:
        return str(_("The antivirus found something harmful in this file: it was thrown away."))
    logger.error("The antivirus answered %s.", code)
    return str(_("The antivirus could not look at this file: try again later."))


def _find_virus_in(uploaded: File[Any]) -> str:
    path = getattr(uploaded, "temporary_file_path", None)
    if path is not None:
        uploaded.flush()
        return find_virus(path())
    with tempfile.NamedTemporaryFile(prefix="vigie-upload-") as copy:
        for piece in uploaded.chunks():
            copy.write(piece)
        copy.flush()
        uploaded.seek(0)
        return find_virus(copy.name)


# --- The form's field -------------------------------------------------------------------------------------------------


class PrivateFileField(forms.FileField):
    """One file of a type that is taken, of at most 25 MB, whose content is what its name says."""

    default_error_messages = {
        "too_large": _("This file is larger than %(limit)d MB."),
        "no_name": _("This file has no name."),
        "empty": _("This file is empty."),
        "required": _("Choose a file."),
    }
    widget = forms.FileInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("File"))
        options.setdefault(
            "help_text",
            _("PDF, Word, Excel, OpenDocument, PNG, JPEG or text; at most 25 MB."),
        )
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "accept": ACCEPT}

    def to_python(self, data: File[Any] | None) -> File[Any] | None:
        if isinstance(data, TooLargeFile) or (data is not None and (data.size or 0) > LIMIT):
            raise ValidationError(
                self.error_messages["too_large"],
                code="too_large",
                params={"limit": LIMIT // MEGABYTE},
            )
        if data is not None and not data.size:
            raise ValidationError(self.error_messages["empty"], code="empty")
        uploaded = super().to_python(data)
        if uploaded is None:
            return None
        name = clean_name(uploaded.name or "")
        if not name:
            raise ValidationError(self.error_messages["no_name"], code="no_name")
        uploaded.name = name
        try:
            check_type(name, uploaded)
        except WrongContentError as error:
            raise ValidationError(str(error), code="type") from error
        if words := _find_virus_in(uploaded):
            raise ValidationError(words, code="virus")
        return uploaded


# --- Storing it -------------------------------------------------------------------------------------------------------

_written: ContextVar[list[tuple[Storage, str]] | None] = ContextVar("written", default=None)


@contextmanager
def atomic_with_files() -> Iterator[None]:
    """A transaction and the files stored in it: if it rolls back, they are deleted."""
    written: list[tuple[Storage, str]] = []
    outer = _written.get()
    token = _written.set(written)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for storage, name in written:
            storage.delete(name)
        raise
    else:
        if outer is not None:
            outer.extend(written)
    finally:
        _written.reset(token)


def store(row: PrivateFileModel, uploaded: File[Any], name: str = "") -> None:
    """Give a row its file, stored under a random name; the row is still to be saved. In `atomic_with_files` only.

    The file that it had is deleted once the transaction is committed.
    """
    written = _written.get()
    if written is None:
        raise RuntimeError("A file is stored inside atomic_with_files().")
    if row.file:
        _delete_on_commit(row)
    digest, size = hashlib.sha256(), 0
    uploaded.seek(0)
    for piece in uploaded.chunks():
        digest.update(piece)
        size += len(piece)
    uploaded.seek(0)
    row.file_name = clean_name(name or uploaded.name or "")
    row.file_size, row.file_sha256 = size, digest.hexdigest()
    row.file.save(row.file_name, uploaded, save=False)
    written.append((row.file.storage, str(row.file.name)))


def delete_with_file(row: PrivateFileModel) -> None:
    """Delete a row, and its file once that is committed."""
    if row.file:
        _delete_on_commit(row)
    row.delete()


def _delete_on_commit(row: PrivateFileModel) -> None:
    storage, name = row.file.storage, str(row.file.name)
    transaction.on_commit(lambda: storage.delete(name), robust=True)


def sweep() -> int:
    """Delete files that no row names, left by a process that died between writing and saying so; returns how many."""
    named: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                files = model._default_manager.exclude(**{field.name: ""})
                named.update(files.values_list(field.name, flat=True))
    if not default_storage.exists(""):
        return 0
    limit = timezone.now() - ORPHAN_AFTER
    orphans = [
        name
        for folder in default_storage.listdir("")[0]
        if STORED_IN.fullmatch(folder)
        for name in (f"{folder}/{file}" for file in default_storage.listdir(folder)[1])
        if name not in named and default_storage.get_modified_time(name) < limit
    ]
    for name in orphans:
        default_storage.delete(name)
    return len(orphans)

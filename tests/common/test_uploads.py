"""Files that people hand in: what is taken, what is refused and said how, and what a body too large costs."""

from __future__ import annotations

import io
import os
import re
import socket
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.db import transaction
from django.test import RequestFactory

from common import uploads
from common.downloads import serve
from common.uploads import (
    LIMIT,
    PrivateFileField,
    TooLargeFile,
    atomic_with_files,
    clean_name,
    delete_with_file,
    store,
    sweep,
)
from members.enums import Audience, Role
from members.models import Paper
from tests import factories
from tests.worker import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pytest_django import Settings

    from members.models import User
    from tests.members.processes import House

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 20
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 20
CONTENT_TYPES = "[Content_Types].xml"
DOCX = {CONTENT_TYPES: "<Types/>", "_rels/.rels": "<r/>", "word/document.xml": "<w/>"}
XLSX = {CONTENT_TYPES: "<Types/>", "_rels/.rels": "<r/>", "xl/workbook.xml": "<w/>"}
ODT_TYPE = "application/vnd.oasis.opendocument.text"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = "META-INF/manifest.xml"
ODT = {"mimetype": ODT_TYPE, MANIFEST: "<m/>", "content.xml": "<c/>"}
ODS = {"mimetype": ODS_TYPE, MANIFEST: "<m/>", "content.xml": "<c/>"}


def archive(parts: Mapping[str, str | bytes], *, stored: bool = False) -> bytes:
    out = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(out, "w", method) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return out.getvalue()


def docx(**more: str | bytes) -> bytes:
    return archive({**DOCX, **{name.replace("__", "."): text for name, text in more.items()}})


def clean(name: str, content: bytes) -> Any:
    return PrivateFileField().clean(SimpleUploadedFile(name, content))


def refused(name: str, content: bytes) -> str:
    with pytest.raises(ValidationError) as told:
        clean(name, content)
    return " ".join(told.value.messages)


TAKEN = [
    ("statuts.pdf", PDF),
    ("Statuts.PDF", PDF),
    ("lettre.docx", archive(DOCX)),
    ("lettre.docx", archive(DOCX, stored=True)),
    ("comptes.xlsx", archive(XLSX)),
    ("lettre.odt", archive(ODT)),
    ("comptes.ods", archive(ODS)),
    ("logo.png", PNG),
    ("photo.jpg", JPEG),
    ("note.txt", "Présentation de l’association\n".encode()),
    ("note.txt", "Présentation\r\n\tde l'association\x0c".encode("latin-1")),
    ("note.md", b"# Note"),
    ("liste.csv", "\ufeffnom;année\nA;2014\n".encode()),
]


@pytest.mark.parametrize(("name", "content"), TAKEN)
def test_what_is_taken(name: str, content: bytes) -> None:
    assert clean(name, content).name == name


WRONG = [
    ("statuts.pdf", b"MZ\x90\x00"),
    ("statuts.pdf", b"<html><script>alert(1)</script>"),
    ("statuts.pdf", b"\n" * 2000 + PDF),
    ("statuts.docx", PDF),
    ("statuts.docx", archive(XLSX)),
    ("statuts.docx", archive(ODT)),
    ("statuts.docx", archive({"word/document.xml": "<w/>"})),
    ("statuts.docx", archive({"a.txt": "hello"})),
    ("comptes.xlsx", archive(DOCX)),
    ("comptes.ods", archive(ODT)),
    ("lettre.odt", archive({**ODT, "mimetype": "application/epub+zip"})),
    ("logo.png", JPEG),
    ("logo.png", PNG[:8]),
    ("photo.jpg", PNG),
    ("note.txt", PDF),
    ("note.md", b"GIF89a"),
    ("note.txt", b"hello\x00world"),
    ("note.txt", "Présentation".encode("utf-16")),
    ("liste.csv", archive(DOCX)),
]


@pytest.mark.parametrize(("name", "content"), WRONG)
def test_wrong_type_behind_the_right_name_is_refused(name: str, content: bytes) -> None:
    assert refused(name, content)


@pytest.mark.parametrize(
    "name",
    [
        "page.html",
        "logo.svg",
        "a.exe",
        "statuts.pdf.exe",
        "old.doc",
        "m.docm",
        "a.zip",
        "pdf",
        "a.",
    ],
)
def test_other_types_are_refused_with_those_that_are_taken(name: str) -> None:
    assert "docx" in refused(name, PDF)


def test_empty_file_is_refused() -> None:
    assert refused("statuts.pdf", b"")


@pytest.mark.parametrize(
    "parts",
    [
        {"word/vbaProject.bin": b"x"},
        {"word/VBAPROJECT.BIN": b"x"},
        {CONTENT_TYPES: "application/vnd.ms-word.document.macroEnabled.main+xml"},
    ],
)
def test_macros_are_refused(parts: dict[str, bytes]) -> None:
    words = refused("lettre.docx", archive({**DOCX, **parts}))
    assert re.search("macro", words)


def test_macros_of_open_document_are_refused() -> None:
    assert refused("lettre.odt", archive({**ODT, "Basic/Standard/Module1.xml": "Sub"}))


def test_what_is_under_a_password_is_refused() -> None:
    assert refused("lettre.docx", uploads.COMPOUND + b"\x00" * 600)
    assert refused("lettre.odt", archive({**ODT, MANIFEST: "<manifest:encryption-data/>"}))
    content = bytearray(archive(DOCX, stored=True))
    # The flag, in the table of contents, by which a part says that it is encrypted.
    place = content.rfind(uploads.ZIP_PART)
    content[place + 8] |= 1
    assert refused("lettre.docx", bytes(content))


def test_zip_bombs_are_refused_without_being_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = b"\x00" * (30 * 1024 * 1024)
    flat = archive({**DOCX, "word/media/image1.png": zeros})
    assert len(flat) < 100_000
    # 42-fold: each layer holds copies of the one under it.
    inner = archive({"zeros": zeros[: 1024 * 1024]})
    for _layer in range(3):
        inner = archive({f"lib{number}.zip": inner for number in range(42)})
    nested = archive({**DOCX, "word/embeddings/lib.zip": inner})
    many = archive({**DOCX, **{f"word/{number}.xml": "" for number in range(2_100)}})

    def opened(*_arguments: object, **_options: object) -> None:
        raise AssertionError("opened")

    monkeypatch.setattr(zipfile.ZipFile, "open", opened)
    for bomb in (flat, nested, many):
        assert refused("lettre.docx", bomb)


def test_parts_that_lie_over_one_another_are_refused() -> None:
    """One packed part, listed a hundred times: small on the disk, large once opened."""
    content = archive({**DOCX, "word/big.xml": os.urandom(20_000)}, stored=True)
    start = content.index(uploads.ZIP_PART)
    end = content.index(b"PK\x05\x06")
    last = content.rindex(uploads.ZIP_PART)
    table = content[start:end] + content[last:end] * 100
    tail = bytearray(content[end:])
    count = len(DOCX) + 1 + 100
    tail[8:10] = tail[10:12] = count.to_bytes(2, "little")
    tail[12:16] = len(table).to_bytes(4, "little")
    assert refused("lettre.docx", content[:start] + table + bytes(tail))


@pytest.mark.parametrize("cut", [10, 60, 200])
def test_damaged_archives_are_refused(cut: int) -> None:
    content = archive({**DOCX, "word/other.xml": "x" * 100})
    assert refused("lettre.docx", content[:-cut])
    assert refused("lettre.docx", content[: len(content) // 2] + b"\x00" * 50)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/statuts.pdf", "statuts.pdf"),
        ("C:\\Users\\x\\statuts.pdf", "statuts.pdf"),
        ("sta\r\ntuts\x00\x1b.pdf", "statuts.pdf"),
        # The sign that turns the direction makes “fdp.exe” read as “exe.pdf”.
        ("sta\u202etuts.pdf", "statuts.pdf"),
        (".htaccess.txt", "htaccess.txt"),
        ("  deux   mots.pdf ", "deux mots.pdf"),
        ("é" * 300 + ".pdf", "é" * 146 + ".pdf"),
        ("x." + "p" * 300, "x." + "p" * 148),
        ("..", ""),
        ("\x00", ""),
    ],
)
def test_shown_name_is_clean(given: str, shown: str) -> None:
    assert clean_name(given) == shown
    assert len(shown) <= 150


# --- Antivirus --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "is_taken"),
    [
        ("test -s $1", True),
        ("grep -q PDF $1 && exit 1; exit 0", False),
        ("exit 2", False),
        ("kill -9 $$", False),
        ("sleep 5", False),
    ],
)
def test_antivirus_decides(
    script: str, is_taken: bool, settings: Settings, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(uploads, "ANTIVIRUS_TIME_LIMIT_S", 1)
    command = tmp_path / "scan"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o700)
    settings.ANTIVIRUS_COMMAND = str(command)
    if is_taken:
        assert clean("statuts.pdf", PDF).read() == PDF
    else:
        assert refused("statuts.pdf", PDF)


def test_antivirus_that_is_not_there_refuses(settings: Settings) -> None:
    settings.ANTIVIRUS_COMMAND = "/nowhere/scan --quiet"
    assert refused("statuts.pdf", PDF)


# --- While it arrives -------------------------------------------------------------------------------------------------


def multipart(*files: bytes, boundary: str = "frontier") -> bytes:
    body = b""
    for number, content in enumerate(files):
        body += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="f{number}"; filename="a.txt"\r\n'
            "Content-Type: text/plain\r\n\r\n"
        ).encode()
        body += content + b"\r\n"
    field = f'--{boundary}\r\nContent-Disposition: form-data; name="title"\r\n\r\nGardé\r\n'
    return body + field.encode() + f"--{boundary}--\r\n".encode()


def request_with(*files: bytes) -> Any:
    return RequestFactory().post(
        "/", multipart(*files), content_type="multipart/form-data; boundary=frontier"
    )


def test_file_at_the_limit_is_kept_and_one_above_is_not(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(uploads, "LIMIT", 1000)
    request = request_with(b"a" * 1000)
    assert request.FILES["f0"].size == 1000
    request.FILES["f0"].close()
    request = request_with(b"a" * 1001)
    assert isinstance(request.FILES["f0"], TooLargeFile)
    assert request.POST["title"] == "Gardé"
    with pytest.raises(ValidationError):
        PrivateFileField().clean(request.FILES["f0"])


def test_files_of_one_request_share_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LIMIT", 1000)
    request = request_with(b"a" * 600, b"b" * 600, b"c" * 300)
    kinds = [isinstance(request.FILES[f"f{number}"], TooLargeFile) for number in range(3)]
    assert kinds == [False, True, False]
    for number in (0, 2):
        request.FILES[f"f{number}"].close()


def test_interrupted_upload_leaves_nothing(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)

    def stop(self: Any, raw_data: bytes, start: int) -> None:
        raise StopUpload

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", stop)
    request = request_with(b"a" * 1000)
    assert not request.FILES
    assert list(tmp_path.glob("*.upload*")) == []


# --- Kept and deleted -------------------------------------------------------------------------------------------------


@pytest.fixture
def secretary(db: None) -> User:
    return factories.make_user(Role.SECRETARIAT)


def paper_with(content: bytes, by: User) -> Paper:
    row = Paper(title="Statuts", audience=Audience.SECRETARIAT, added_by=by)
    store(row, SimpleUploadedFile("Statuts de 2014.pdf", content))
    row.full_clean()
    row.save()
    return row


class RefusedError(Exception):
    """What comes after a file was stored, and undoes it."""


def refuse_after(act: Callable[[], object]) -> None:
    act()
    raise RefusedError


def on_disk() -> list[str]:
    folder = Path(settings.MEDIA_ROOT)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_stored_name_is_random_and_row_says_the_rest(secretary: User) -> None:
    with atomic_with_files():
        row = paper_with(PDF, secretary)
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{32}\.pdf", str(row.file.name))
    assert on_disk() == [row.file.name]
    assert Path(row.file.path).stat().st_mode & 0o777 == 0o600
    assert (row.file_name, row.file_size) == ("Statuts de 2014.pdf", len(PDF))
    assert len(row.file_sha256) == 64


def test_file_is_not_stored_outside_a_transaction_that_follows_it(secretary: User) -> None:
    with pytest.raises(RuntimeError):
        paper_with(PDF, secretary)
    assert on_disk() == []


def test_rollback_leaves_no_orphan(secretary: User) -> None:
    with pytest.raises(RefusedError), atomic_with_files():
        refuse_after(lambda: paper_with(PDF, secretary))
    with pytest.raises(RefusedError), atomic_with_files():
        refuse_after(atomic_with_files()(lambda: paper_with(PDF, secretary)))
    assert on_disk() == []
    assert not Paper.objects.exists()


def test_refused_part_takes_only_its_own_file_away(secretary: User) -> None:
    with atomic_with_files():
        kept = paper_with(PDF, secretary)
        with pytest.raises(RefusedError), atomic_with_files():
            refuse_after(lambda: paper_with(PDF, secretary))
    assert on_disk() == [kept.file.name]


@pytest.mark.django_db(transaction=True)
def test_file_leaves_with_its_row_and_not_before() -> None:
    secretary = factories.make_user(Role.SECRETARIAT)
    with atomic_with_files():
        row = paper_with(PDF, secretary)
    with pytest.raises(RefusedError), transaction.atomic():
        refuse_after(lambda: delete_with_file(Paper.objects.get(pk=row.pk)))
    assert on_disk() == [row.file.name]
    with transaction.atomic():
        delete_with_file(Paper.objects.get(pk=row.pk))
        assert on_disk() == [row.file.name]
    assert on_disk() == []


@pytest.mark.django_db(transaction=True)
def test_replaced_file_is_deleted_only_when_the_new_one_is_sure() -> None:
    secretary = factories.make_user(Role.SECRETARIAT)
    with atomic_with_files():
        row = paper_with(PDF, secretary)
    first = row.file.name
    other = SimpleUploadedFile("b.pdf", PDF)
    with pytest.raises(RefusedError), atomic_with_files():
        refuse_after(lambda: store(Paper.objects.get(pk=row.pk), other))
    assert on_disk() == [first]
    with atomic_with_files():
        row = Paper.objects.get(pk=row.pk)
        store(row, SimpleUploadedFile("b.pdf", PDF))
        row.save()
    assert on_disk() == [row.file.name] != [first]


def test_sweep_deletes_what_no_row_names_and_nothing_else(secretary: User) -> None:
    with atomic_with_files():
        kept = paper_with(PDF, secretary)
    folder = Path(settings.MEDIA_ROOT)
    orphan, fresh, other = folder / "ab" / "old.pdf", folder / "ab" / "new.pdf", folder / "a.pdf"
    orphan.parent.mkdir(exist_ok=True)
    for path in (orphan, fresh, other):
        path.write_bytes(PDF)
    for path in (Path(kept.file.path), orphan, other):
        os.utime(path, (0, 0))
    assert sweep() == 1
    assert on_disk() == sorted([str(kept.file.name), "ab/new.pdf", "a.pdf"])


# --- On its way out ---------------------------------------------------------------------------------------------------


def headers(row: Any) -> dict[str, str]:
    response: Any = serve(row)
    # Closing the answer would close the database connection too, as the end of a request does.
    response.file_to_stream.close()
    return dict(response.headers)


def test_file_is_given_to_be_saved_and_can_do_nothing(secretary: User) -> None:
    with atomic_with_files():
        row = paper_with(PDF, secretary)
    given = headers(row)
    assert given["Content-Disposition"] == 'attachment; filename="Statuts de 2014.pdf"'
    assert given["Content-Type"] == "application/pdf"
    assert given["X-Content-Type-Options"] == "nosniff"
    assert given["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert given["Cache-Control"] == "private, no-store"


def test_behind_nginx_the_answer_is_empty_and_names_the_file(
    secretary: User, settings: Settings
) -> None:
    settings.X_ACCEL_PREFIX = "/private-files/"
    with atomic_with_files():
        row = paper_with(PDF, secretary)
    response: Any = serve(row)
    assert response.content == b""
    assert response["X-Accel-Redirect"] == f"/private-files/{row.file.name}"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


# --- A real server ----------------------------------------------------------------------------------------------------

BODY_MB = 500
SESSION = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from importlib import import_module
from django.conf import settings
from members.enums import Role
from members.models import User
user = User.objects.create_user("s@vigie.example", name="S", role=Role.SECRETARIAT)
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(json.dumps(session.session_key))
"""


@pytest.fixture
def server(
    house: House, tmp_path: Path
) -> Iterator[tuple[int, str, subprocess.Popen[bytes], Path]]:
    """Gunicorn in a house of its own, with somebody of the secretariat logged in."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    (key,) = house.run(SESSION)
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"],
        cwd=settings.BASE_DIR,
        env=house.environment | {"TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        yield port, key, process, temporary
    finally:
        process.terminate()
        process.wait(timeout=30)


def memory_mb(pid: int) -> float:
    """The memory of a process and of its children."""
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").glob("*/children")
        for child in task.read_text().split()
    ]
    status = Path(f"/proc/{pid}/status").read_text()
    own = int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024
    return own + sum(memory_mb(child) for child in children)


def size_mb(folder: Path) -> float:
    """What a folder takes, files that were deleted but are still open aside."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total / 1024 / 1024


class Watch(threading.Thread):
    """Looks at a measure until told to stop, and keeps the highest."""

    def __init__(self, measure: Callable[[], float]) -> None:
        super().__init__(daemon=True)
        self.measure, self.highest, self.is_over = measure, 0.0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self.is_over.wait(0.02):
            self.highest = max(self.highest, self.measure())

    def stop(self) -> float:
        self.is_over.set()
        self.join()
        return self.highest


@pytest.mark.one_database("what a server keeps of a body that it refuses")
def test_500_mb_fill_neither_memory_nor_disk_and_lose_nothing_typed(
    server: tuple[int, str, subprocess.Popen[bytes], Path],
) -> None:
    port, key, process, temporary = server
    token = "a" * 32
    fields = {"csrfmiddlewaretoken": token, "title": "Statuts tapés", "audience": "members"}
    head = b"".join(
        f'--frontier\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    )
    head += b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="gros.pdf"\r\n'
    head += b"Content-Type: application/pdf\r\n\r\n%PDF-1.7\n"
    end = b"\r\n--frontier--\r\n"
    piece = os.urandom(1024 * 1024)
    length = len(head) + BODY_MB * len(piece) + len(end)
    # Everything the page needs is loaded with the first request.
    form = Request(
        f"http://127.0.0.1:{port}/collectif/pieces/ajouter/", headers={"Cookie": f"sessionid={key}"}
    )
    with urlopen(form, timeout=60) as loaded:  # noqa: S310 (our own address)
        assert loaded.status == 200
    before = memory_mb(process.pid)
    memory, disk = Watch(lambda: memory_mb(process.pid)), Watch(lambda: size_mb(temporary))
    with socket.create_connection(("127.0.0.1", port), timeout=120) as line:
        line.sendall(
            (
                "POST /collectif/pieces/ajouter/ HTTP/1.1\r\n"
                f"Host: 127.0.0.1:{port}\r\nConnection: close\r\n"
                f"Cookie: sessionid={key}; csrftoken={token}\r\n"
                "Content-Type: multipart/form-data; boundary=frontier\r\n"
                f"Content-Length: {length}\r\n\r\n"
            ).encode()
            + head
        )
        for _number in range(BODY_MB):
            line.sendall(piece)
        line.sendall(end)
        answer = b""
        while received := line.recv(65536):
            answer += received
    highest_memory, highest_disk = memory.stop(), disk.stop()
    status, page = answer.split(b"\r\n", 1)
    text = page.decode()
    assert b" 422 " in status
    assert 'value="Statuts tapés"' in text
    assert "25" in text
    assert 'id="id_file_error"' in text
    assert highest_memory - before < 20
    assert 20 < highest_disk < LIMIT / 1024 / 1024 + 1
    assert list(temporary.glob("*.upload*")) == []

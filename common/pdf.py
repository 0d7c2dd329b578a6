"""HTML to PDF, in a process of its own with bounds on time and memory. Nothing else in the house calls WeasyPrint."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from common import pdf_child

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

logger = logging.getLogger(__name__)

# Seconds between two looks at the process, and two signs of life to whoever follows the work.
TICK = 2.0


class PdfError(Exception):
    """The PDF could not be made; the message says why, to a person, in the language in use."""


def render_pdf(
    html: str,
    *,
    stylesheets: Sequence[str],
    variant: str = "pdf/ua-1",
    memory_limit_mb: int | None = None,
    time_limit_s: int | None = None,
    on_tick: Callable[[], object] | None = None,
) -> bytes:
    """The PDF of a document: tagged, in its own language, with the dates of its own `<meta>`; same HTML, same bytes.

    `stylesheets` are names under static/ (“css/report.css”). In HTML and CSS, pictures, styles and fonts are named
    `asset:img/…`; nothing else can be reached. `on_tick` is called every other second while the work lasts.
    Raises PdfError.
    """
    made = render_pdfs(
        [html],
        stylesheets=stylesheets,
        variant=variant,
        memory_limit_mb=memory_limit_mb,
        time_limit_s=time_limit_s,
        on_tick=on_tick,
    )
    return made[0]


def render_pdfs(
    documents: Sequence[str],
    *,
    stylesheets: Sequence[str],
    variant: str = "pdf/ua-1",
    memory_limit_mb: int | None = None,
    time_limit_s: int | None = None,
    on_tick: Callable[[], object] | None = None,
) -> list[bytes]:
    """The PDFs of several short documents, in one process: starting it takes longer than laying out a letter.

    Each is what `render_pdf` gives of it alone. The bounds are those of them all. Raises PdfError: then of none.
    """
    memory_mb = settings.PDF_MEMORY_LIMIT_MB if memory_limit_mb is None else memory_limit_mb
    time_s = settings.PDF_TIME_LIMIT_S if time_limit_s is None else time_limit_s
    root = Path(settings.STATICFILES_DIRS[0])
    command = [sys.executable, "-m", pdf_child.__name__, "--root", str(root), "--variant", variant]
    command += ["--memory-mb", str(memory_mb), "--time-s", str(time_s)]
    for name in stylesheets:
        command += ["--stylesheet", name]
    with (
        tempfile.TemporaryDirectory(prefix="vigie-pdf-") as folder,
        tempfile.TemporaryFile() as source,
    ):
        source.write(json.dumps(list(documents)).encode())
        source.seek(0)
        with subprocess.Popen(  # noqa: S603 (our own module, our own arguments)
            command,
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=settings.BASE_DIR,
            env=_environment() | {"TMPDIR": folder},
        ) as process:
            try:
                output, errors = _wait(process, time.monotonic() + time_s, on_tick)
            except BaseException:
                process.kill()
                raise
    words = errors.decode(errors="replace").strip()
    made = _apart(output)
    if process.returncode == 0 and len(made) == len(documents):
        if words:
            logger.warning("The renderer remarks: %s", words)
        return made
    logger.error("The renderer ended with %s: %s", process.returncode, words)
    raise PdfError(_reason(process.returncode, memory_mb))


def _apart(output: bytes) -> list[bytes]:
    """The whole PDFs in what the process wrote: before each, a line with its size."""
    made = []
    while output:
        size, _line, rest = output.partition(b"\n")
        if not size.isdigit() or len(rest) < int(size) or not rest.startswith(b"%PDF"):
            break
        made.append(rest[: int(size)])
        output = rest[int(size) :]
    return made


def _environment() -> dict[str, str]:
    """Nothing of ours but where programs are: no secret, no database, no proxy. Sets are ordered alike every time."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
        # One arena: threads are not used, and the memory that counts is then the memory used.
        "MALLOC_ARENA_MAX": "1",
    }


def _wait(
    process: subprocess.Popen[bytes], deadline: float, on_tick: Callable[[], object] | None
) -> tuple[bytes, bytes]:
    """Follow the process until it ends. Raises PdfError at the deadline."""
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise PdfError(
                _(
                    "The document took too long to lay out: the work was stopped. Nothing was changed."
                )
            )
        try:
            return process.communicate(timeout=min(TICK, left))
        except subprocess.TimeoutExpired:
            if on_tick is not None:
                on_tick()


def _reason(code: int, memory_mb: int) -> str:
    if code in {-signal.SIGXCPU, -signal.SIGALRM}:
        return _(
            "The document took too long to lay out: the work was stopped. Nothing was changed."
        )
    # C libraries stop the process themselves when they are refused memory, or use what they did not get.
    if code in {pdf_child.OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGTRAP, -signal.SIGSEGV}:
        return _(
            "The document needs more memory than allowed (%(limit)s MB): the work was stopped."
        ) % {"limit": memory_mb}
    if code == pdf_child.REFUSED_ADDRESS:
        return _("The document asks for a file that does not belong to it: it was refused.")
    if code < 0:
        return _("The layout program was stopped from outside. Ask for the report again.")
    return _("The layout program failed. The log of the server says why.")

"""The process that turns HTML into PDFs: `python -m common.pdf_child`, a JSON list of documents in, their PDFs out.

Each PDF comes after a line that says how many bytes it has, as soon as it is made.

It knows nothing of the site: no Django, no database, no network. What it may use of the machine is limited before
anything is read, and the only files it can open through a document are our own fonts, styles and pictures.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import json
import logging
import mimetypes
import os
import re
import resource
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# How it ends, besides 0. Signals end it too; common.pdf says in words what each means.
OUT_OF_MEMORY = 3
REFUSED_ADDRESS = 4
BROKEN = 5

ASSET_SCHEME = "asset:"
# `asset:css/report.css`: one of these folders, then plain names. Nothing that climbs, hides or escapes.
ASSET = re.compile(r"asset:(?:css|fonts|img)(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+")
# Drawings that the document carries in itself.
DRAWING = "data:image/svg+xml"

# The faces that documents may name: no @font-face needed, and none of the machine's own fonts.
FONTS = Path("fonts/pdf")

PR_SET_PDEATHSIG = 1


class RefusedAddressError(Exception):
    """The document asks for something that is not one of our own assets."""


def find_asset(address: str, root: Path) -> Path:
    """The file of an `asset:` address. Raises RefusedAddressError for any other, and for one that leaves `root`."""
    if not ASSET.fullmatch(address) or ".." in address:
        raise RefusedAddressError(address)
    path = (root / address.removeprefix(ASSET_SCHEME)).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise RefusedAddressError(address)
    return path


def limit_machine(*, memory_mb: int, time_s: int) -> None:
    """Bound memory and processor time, and die with the process that asked."""
    if memory_mb:
        resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 2**20, memory_mb * 2**20))
    if time_s:
        # The asker stops waiting by the clock; this one stands if the asker is gone.
        resource.setrlimit(resource.RLIMIT_CPU, (time_s + 5, time_s + 10))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def use_our_fonts_only(root: Path, folder: Path) -> None:
    """Show our fonts and hide the machine's: the same document must not differ from one server to the next."""
    configuration = folder / "fonts.conf"
    configuration.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig><dir>{escape(str((root / FONTS).resolve()))}</dir><cachedir>{escape(str(folder))}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    os.environ["FONTCONFIG_FILE"] = str(configuration)


def render(
    documents: Iterable[str], *, root: Path, stylesheets: Sequence[str], variant: str
) -> Iterator[bytes]:
    """The PDF of each document. The same document and styles give the same bytes, whatever comes before it."""
    # Imported late: reading it costs memory, which must already be bounded, and fonts, which must be hidden.
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class AssetFetcher(URLFetcher):  # type: ignore[misc]
        """Opens our own assets and the drawings inside the document; anything else ends the work."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith(DRAWING):
                return super().fetch(url, headers)
            try:
                path = find_asset(url, root)
            except RefusedAddressError as error:
                refused.append(url)
                raise FatalURLFetchingError(url) from error
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    # Kept apart from the exception, which the drawing of an SVG swallows.
    refused: list[str] = []
    fetcher = AssetFetcher(allowed_protocols=("data",))
    fonts = FontConfiguration()
    styles = hashlib.sha256()
    sheets = []
    for name in stylesheets:
        text = find_asset(ASSET_SCHEME + name, root).read_text(encoding="utf-8")
        styles.update(text.encode())
        sheets.append(
            CSS(string=text, base_url=ASSET_SCHEME + name, url_fetcher=fetcher, font_config=fonts)
        )
    for html in documents:
        identity = hashlib.sha256(html.encode() + styles.digest())
        try:
            content: bytes = HTML(string=html, base_url="", url_fetcher=fetcher).write_pdf(
                finisher=lambda document, pdf: repair_tags(pdf),
                stylesheets=sheets,
                font_config=fonts,
                pdf_variant=variant,
                pdf_identifier=identity.hexdigest()[:32].encode(),
            )
        except FatalURLFetchingError as error:
            raise RefusedAddressError(str(error)) from error
        if refused:
            raise RefusedAddressError(", ".join(refused))
        yield content


def repair_tags(pdf: Any) -> None:
    """Make the structure keep two rules of PDF/UA-1 that WeasyPrint 70 forgets.

    An item of a list holds a label and a body, and nothing beside (it puts the item's blocks there); the annotation of
    a link stands in a Link (it makes one for every element inside the link, as what that element is).
    """
    import pydyf

    elements = {item.reference: item for item in pdf.objects if isinstance(item, pydyf.Dictionary)}
    for item in list(elements.values()):
        kids = [elements.get(kid) for kid in item.get("K", ()) if isinstance(kid, bytes)]
        if item.get("S") == "/LI":
            blocks = [kid for kid in kids if kid is not None and kid["S"] not in {"/Lbl", "/LBody"}]
            if blocks:
                body = pydyf.Dictionary(
                    {
                        "Type": "/StructElem",
                        "S": "/LBody",
                        "K": pydyf.Array([kid.reference for kid in blocks]),
                        "Pg": item["Pg"],
                        "P": item.reference,
                    }
                )
                pdf.add_object(body)
                for kid in blocks:
                    kid["P"] = body.reference
                taken = {kid.reference for kid in blocks}
                item["K"] = pydyf.Array(
                    [kid for kid in item["K"] if kid not in taken] + [body.reference]
                )
        elif (
            any(kid is not None and kid.get("Type") == "/OBJR" for kid in kids)
            and item.get("S") != "/Link"
        ):
            item["S"] = "/Link"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--stylesheet", action="append", default=[])
    parser.add_argument("--variant", default="pdf/ua-1")
    parser.add_argument("--memory-mb", type=int, default=0)
    parser.add_argument("--time-s", type=int, default=0)
    options = parser.parse_args()
    limit_machine(memory_mb=options.memory_mb, time_s=options.time_s)
    # Standard output is the PDF's alone, whatever a library prints.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    with tempfile.TemporaryDirectory(prefix="vigie-pdf-") as folder:
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        use_our_fonts_only(options.root, Path(folder))
        try:
            made = render(
                json.load(sys.stdin.buffer),
                root=options.root,
                stylesheets=options.stylesheet,
                variant=options.variant,
            )
            for pdf in made:
                out.write(b"%d\n" % len(pdf))
                out.write(pdf)
                out.flush()
            out.close()
        except (MemoryError, SystemError):
            # The second where the interpreter has no memory left to make the first.
            return OUT_OF_MEMORY
        except RefusedAddressError as error:
            print(f"Refused: {error}", file=sys.stderr)  # noqa: T201 (its standard error is read by the asker)
            return REFUSED_ADDRESS
        except Exception:
            logging.exception("The document could not be laid out.")
            return BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(main())

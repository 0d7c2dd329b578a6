"""A PDF that was just made, opened again: what is not whole is thrown away rather than handed out."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from pikepdf import Pdf

from common.pdf import PdfError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pikepdf import OutlineItem

logger = logging.getLogger(__name__)


def check_pdf(pdf: bytes, *, wanted: Collection[str], after: str = "") -> int:
    """The number of pages of a file that opens, is tagged, and whose outline holds every title wanted.

    With `after`, a title of the outline begins after that sign. Raises PdfError.
    """
    try:
        with Pdf.open(io.BytesIO(pdf), attempt_recovery=False) as opened:
            pages = len(opened.pages)
            is_tagged = "/StructTreeRoot" in opened.Root
            with opened.open_outline() as outline:
                titles = list(_titles(outline.root))
    except Exception as error:
        logger.exception("The PDF could not be read back.")
        raise PdfError(
            _("The file that was made cannot be opened again: it was thrown away.")
        ) from error
    found = {_bare(title.partition(after)[2] if after else title) for title in titles}
    if not is_tagged or not {_bare(title) for title in wanted} <= found:
        raise PdfError(_("The file that was made is not whole: it was thrown away."))
    return pages


def _bare(title: str) -> str:
    """Without spaces, which a layout may fold."""
    return "".join(title.split())


def _titles(entries: Iterable[OutlineItem]) -> Iterator[str]:
    for entry in entries:
        yield entry.title
        yield from _titles(entry.children)

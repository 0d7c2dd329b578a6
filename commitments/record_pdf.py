"""The record of an institution on one page of paper, whatever it promised: the most telling lines, and how many others.

Made at once, one at a time in each process, and kept for a while by what it says: the same words give the same bytes.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import caches
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from commitments.enums import State
from commitments.models import Commitment
from commitments.templatetags.promises import promise_shape, promise_tone
from common import drawings
from common.pdf import PdfError, render_pdf
from common.readback import check_pdf
from common.typography import NO_BREAK, french

if TYPE_CHECKING:
    from collections.abc import Sequence

    from commitments.fates import Part
    from commitments.figures import Line
    from commitments.record import Record
    from members.models import User

STYLESHEETS = ["css/record-pdf.css"]
# More would be read by nobody.
MOST_ROWS = 30
WORDING_LENGTH = 150
MOST_STEPS = 6
MOST_YEARS = 5
# Millimetres, as static/css/record-pdf.css lays them out: a first guess of what fits. The page itself is asked afterwards.
WHOLE_PAGE = 263
HEAD, TITLE_LINE, FACTS, PICTURE, STEP_LINE, TABLE_HEAD, FOOT = 60, 7.6, 42, 31, 3.8, 13, 22
ROW, ROW_LINE = 2, 4
# Characters in a line of the title, of a step and of a promise.
TITLE_LENGTH, STEP_LENGTH, LINE_LENGTH = 48, 58, 50
# Seconds: a page takes one or two.
LONGEST_WAIT, TIME_LIMIT = 20, 40
_one_at_a_time = threading.BoundedSemaphore(1)


class BusyError(Exception):
    """Others are before: nothing was made."""


def record_pdf(record: Record, reader: User) -> bytes:
    """One page, tagged, in French. Raises PdfError, and BusyError when it would have to wait too long."""
    rows = _rows(record, reader)
    number = _that_fit(record, rows)
    while True:
        html = compose(record, rows[:number], reader)
        pdf = _laid_out(html)
        if check_pdf(pdf, wanted=()) == 1:
            return pdf
        if number == 0:
            raise PdfError(_("The record does not fit on one page."))
        number = number * 4 // 5


def file_name(record: Record) -> str:
    return f"engagements-{record.institution.key}-{record.on.isoformat()}.pdf"


def compose(record: Record, rows: Sequence[tuple[Any, Line]], reader: User) -> str:
    """The whole document, in French, as one HTML page for `static/css/record-pdf.css`."""
    with translation.override("fr"):
        rest = Counter(line.fate for line in record.lines[len(rows) :])
        figures = record.figures
        context = {
            "language": "fr",
            "record": record,
            "figures": figures,
            "institution": record.institution,
            "bar": _bar(figures.parts, 1580),
            "bar_words": _bar_words(figures.parts),
            "years": [
                (year, _bar(year.parts, 500), _bar_words(year.parts))
                for year in record.years[-MOST_YEARS:]
            ],
            "marks": _marks(),
            "rows": rows,
            "others": len(record.lines) - len(rows),
            "others_words": ", ".join(
                f"{number} {fate.words(number)}" for fate, number in rest.items()
            ),
            "steps": record.hierarchy.steps[:MOST_STEPS] if record.hierarchy else [],
            "foot": foot(record, reader),
            "address": settings.SITE_URL
            + reverse("commitments:record", args=[record.institution.key]),
        }
        html = str(render_to_string("commitments/record/pdf.html", context))
        # The program's own words follow French typography like those of the texts.
        html = html.replace("&nbsp;", NO_BREAK)
        return re.sub(r">([^<>]+)<", lambda found: f">{french(found[1])}<", html)


def _bar(parts: Sequence[Part], width: int) -> str:
    shown = [drawings.Part(part.fate.tone, part.number) for part in parts]
    return drawings.bar(shown, width=width, height=54)


def _bar_words(parts: Sequence[Part]) -> str:
    return ", ".join(f"{part.number} {part.words}" for part in parts)


def foot(record: Record, reader: User) -> str:
    """From what the page was made, and whom it is for."""
    if record.is_personal:
        return _("Made of what %(name)s may read – not to be passed on") % {"name": reader.name}
    if record.is_public:
        return _("Made of what anyone may read")
    return _("Made of what the members of the Collectif may read – for them")


def _marks() -> SafeString:
    """The mark of each state, as a style: a picture would be read aloud beside the words that say the same."""
    return mark_safe(  # noqa: S308 (constants)
        "\n".join(
            f".mark-{state} {{ background-image: url({_mark(state)}); }}" for state in State.values
        )
    )


def _mark(state: str) -> str:
    colour = drawings.STROKES[promise_tone(state)]
    return drawings.as_uri(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16" height="16" color="{colour}">'
        f"{promise_shape(state)}</svg>"
    )


def _rows(record: Record, reader: User) -> list[tuple[Any, Line]]:
    lines = record.lines[:MOST_ROWS]
    found: dict[int, Any] = (
        Commitment.objects.visible_to(reader)
        .standing_on(record.on)
        .in_bulk([line.pk for line in lines])
    )
    rows = []
    for line in lines:
        if line.pk in found:
            row = found[line.pk]
            row.short_wording = Truncator(row.wording).chars(WORDING_LENGTH, truncate=" …")
            rows.append((row, line))
    return rows


def _that_fit(record: Record, rows: Sequence[tuple[Any, Line]]) -> int:
    """How many fill what the rest of the page leaves them."""
    steps = record.hierarchy.steps[:MOST_STEPS] if record.hierarchy else []
    step_lines = sum(_lines(f"{step.to.name}, {step.when}", STEP_LENGTH) for step in steps)
    beside = PICTURE + STEP_LINE * step_lines if steps else 0
    title = TITLE_LINE * _lines(record.institution.name, TITLE_LENGTH)
    left = WHOLE_PAGE - HEAD - title - max(FACTS, beside) - TABLE_HEAD - FOOT
    for place, (row, _line) in enumerate(rows):
        left -= ROW + ROW_LINE * _lines(row.short_wording, LINE_LENGTH)
        if left < 0:
            return place
    return len(rows)


def _lines(text: str, length: int) -> int:
    return -(-len(text) // length)


def _laid_out(html: str) -> bytes:
    """Kept by what it says, which holds whatever its reader may know, and by nothing else."""
    kept = caches["minutes"]
    name = f"record-pdf/{hashlib.sha256(html.encode()).hexdigest()}"
    pdf: bytes | None = kept.get(name)
    if pdf is None:
        if not _one_at_a_time.acquire(timeout=LONGEST_WAIT):
            raise BusyError
        try:
            pdf = render_pdf(html, stylesheets=STYLESHEETS, time_limit_s=TIME_LIMIT)
        finally:
            _one_at_a_time.release()
        kept.set(name, pdf)
    return pdf

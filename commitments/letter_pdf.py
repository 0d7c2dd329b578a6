"""From a letter to the HTML that is laid out: the collective's stationery, and parts in the order of French usage."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import slugify

from commitments.models import LetterCopy, LetterEnclosure
from common.markdown import FootNotes, render_part
from common.text import fold
from common.typography import french, long_date
from members.models import Association
from members.services.letters import COLLECTIVE, SITE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from commitments.models import Letter

TEMPLATE = "commitments/letter_pdf.html"
STYLESHEETS = ["css/commitments-letter.css"]
# The subject is the only heading above those of the text.
SUBJECT_LEVEL = 1
SLUG_LIMIT = 60


def compose(letters: Sequence[Letter]) -> list[str]:
    """The documents of letters, for `render_pdfs`. A constant number of queries, and one for each day."""
    prefetch_related_objects(
        list(letters),
        Prefetch("copies", LetterCopy.objects.order_by("position", "pk")),
        Prefetch("enclosures", LetterEnclosure.objects.order_by("position", "pk")),
    )
    members: dict[dt.date, list[str]] = {}
    documents = []
    with translation.override("fr"):
        for letter in letters:
            on = letter.dated_on or timezone.localdate()
            if letter.lists_members and on not in members:
                members[on] = members_on(on)
            context = _context(letter, on, members[on] if letter.lists_members else [])
            documents.append(str(render_to_string(TEMPLATE, context)))
    return documents


def heading(letter: Letter) -> str:
    """What the outline of the document holds."""
    return french(f"Objet : {letter.subject}")


def file_name(letter: Letter) -> str:
    """The name under which the PDF is saved by whoever downloads it."""
    number = letter.reference or f"projet-{letter.pk}"
    words = slugify(letter.institution.short_name)[:SLUG_LIMIT].strip("-")
    return f"courrier-{slugify(number)}-{words}.pdf"


def _context(letter: Letter, on: dt.date, members: Sequence[str]) -> dict[str, Any]:
    # The queryset of a letter's parts does not know which part it is of.
    copies: Any = letter.copies.all()
    enclosures: Any = letter.enclosures.all()
    return {
        "letter": letter,
        "on": on,
        "collective": COLLECTIVE,
        "sender": [*settings.COLLECTIVE_ADDRESS, SITE],
        "address": [line for line in letter.address.splitlines() if line.strip()],
        "heading": heading(letter),
        "body": render_part(letter.body, under=SUBJECT_LEVEL).placed(
            FootNotes(), lambda number: ""
        ),
        "closing": [part.strip() for part in re.split(r"\n\s*\n", letter.closing) if part.strip()],
        "signatory": signatory_lines(letter.signatory),
        "copies": [row.wording for row in copies],
        "enclosures": [row.label for row in enclosures],
        "members": ", ".join(members),
        "running_head": _running_head(letter, on),
    }


def _running_head(letter: Letter, on: dt.date) -> str:
    """On every page but the first: a page that went astray says where it belongs."""
    number = f"{letter.reference}, {long_date(on)}" if letter.reference else letter.subject
    return f"{COLLECTIVE} – {number}"


def signatory_lines(signatory: str) -> list[str]:
    """Name, office, and for whom, each on its line, and on one more the name of the collective."""
    lines = [line.strip() for line in signatory.split(",", 1)]
    if "collectif" not in fold(signatory):
        lines.append(f"Pour le {COLLECTIVE}")
    parts = [part for line in lines for part in re.split(r" (?=«)", line)]
    return [part[:1].upper() + part[1:] for part in parts if part]


def members_on(on: dt.date) -> list[str]:
    names = Association.objects.members_on(on).values_list("name", flat=True)
    # In Python: databases do not agree on the place of capitals and accents.
    return sorted(names, key=fold)

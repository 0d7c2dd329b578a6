"""The warnings of `meetings.privacy` as the page of circulation shows them: where each is, and where to change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.privacy import WarningKind, privacy_warnings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from meetings.models import Decision, FollowUp, MinutesSection

# Characters shown on each side of a passage.
AROUND = 60


@dataclass(frozen=True)
class ShownWarning:
    kind: WarningKind
    where: str
    before: str
    passage: str
    after: str
    edit: str

    @property
    def what(self) -> str:
        return {
            WarningKind.PHONE: _("A telephone number"),
            WarningKind.EMAIL: _("An e-mail address"),
            WarningKind.ADDRESS: _("A postal address"),
            WarningKind.PERSON: _("A private person, it seems"),
        }[self.kind]


def shown_warnings(
    sections: Iterable[MinutesSection],
    decisions: Iterable[Decision],
    follow_ups: Iterable[FollowUp],
    slug: str,
) -> list[ShownWarning]:
    """Those of every section, in order, each followed by those of its decisions and follow-ups. No query of its own."""
    parts: dict[int, list[tuple[str, str, str]]] = {}
    for name, word, rows in (
        ("decision-edit", _("decision"), decisions),
        ("follow-up-edit", _("follow-up"), follow_ups),
    ):
        for row in rows:
            said = " ".join((row.text, getattr(row, "who", ""), getattr(row, "done_note", "")))
            address = reverse(f"meetings:{name}", args=[slug, row.pk])
            parts.setdefault(row.section_id, []).append((word, said.strip(), address))
    found: list[ShownWarning] = []
    for section in sections:
        title = str(section) if section.heading or section.number else _("A section without title")
        address = reverse("meetings:editor-section", args=[slug, section.pk])
        found += _warnings(title, section.heading, address)
        found += _warnings(title, section.text, address)
        for word, said, edit in parts.get(section.pk, ()):
            found += _warnings(f"{title} – {word}", said, edit)
    return found


def _warnings(where: str, text: str, edit: str) -> Iterator[ShownWarning]:
    for warning in privacy_warnings(text):
        before = text[max(0, warning.start - AROUND) : warning.start]
        after = text[warning.end : warning.end + AROUND]
        yield ShownWarning(
            kind=warning.kind,
            where=where,
            before=("…" if warning.start > AROUND else "") + before,
            passage=warning.passage,
            after=after + ("…" if warning.end + AROUND < len(text) else ""),
            edit=edit,
        )

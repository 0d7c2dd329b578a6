"""Cards of associations, with their networks and publications."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.text import fold
from members.forms.associations import Card
from members.importer.kinds.base import (
    Done,
    Kind,
    Outcome,
    WrongLineError,
    errors_of,
    place_of,
)
from members.models import (
    Association,
)
from members.services.associations import (
    add_association,
    is_reserved,
    networks_of,
    publications_of,
    revise_association,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from members.importer.files import Cell
    from members.importer.kinds.base import Reader


YES, NO = "oui", "non"
BOOLEANS = {"oui": YES, "yes": YES, "1": YES, "vrai": YES, "true": YES, "x": YES} | {
    "non": NO, "no": NO, "0": NO, "faux": NO, "false": NO,
}  # fmt: skip


def _boolean(name: str, word: str) -> str:
    if word and fold(word) not in BOOLEANS:
        raise WrongLineError({name: [_("Write “oui” or “non”.")]})
    return BOOLEANS.get(fold(word), "")


def _printed(value: bool | None) -> str:  # noqa: FBT001 (the value of a cell)
    return "" if value is None else YES if value else NO


class Associations(Kind):
    key = "associations"
    words = gettext_lazy("Associations")
    columns: ClassVar = {
        "slug": "Clé",
        "name": "Nom",
        "acronym": "Sigle",
        "presentation": "Présentation",
        "site": "Site",
        "invited_on": "Invitée depuis",
        "joined_on": "Membre depuis",
        "is_joining_day_known": "Jour d’adhésion connu",
        "left_on": "Partie le",
        "has_link": "Lien vers le Collectif",
        "link_checked_on": "Lien vérifié le",
        "link_url": "Page du lien",
        "networks": "Réseaux",
        "publications": "Publications",
    }
    days = frozenset({"invited_on", "joined_on", "left_on", "link_checked_on"})

    def identity(self, line: Mapping[str, str]) -> tuple[str, ...]:
        return (line["slug"] or fold(line["name"]),)

    def take(self, line: Mapping[str, str], why: str) -> Done:
        found = self._find(line)
        card = Card(self._posted(line), association=found)
        if not card.is_valid():
            raise WrongLineError(self._card_errors(card))
        content = card.content() | {"why": why}
        try:
            if found is None:
                row = add_association(slug=line["slug"], **content)
                return Done(Outcome.ADDED, row.name)
            differences = card.differences_from(found)
            if not differences:
                return Done(Outcome.UNCHANGED, found.name)
            revise_association(association=found, version=found.version, **content)
        except ValidationError as error:
            raise errors_of(error) from error
        return Done(Outcome.CHANGED, found.name, differences)

    @cached_property
    def _known(self) -> dict[str, Association]:
        rows = Association.objects.prefetch_related("networks", "publications")
        return {row.slug: row for row in rows} | {fold(row.name): row for row in rows}

    def _find(self, line: Mapping[str, str]) -> Association | None:
        slug = line["slug"]
        if slug:
            found = self._known.get(slug)
            if found is not None and found.slug != slug:
                found = None
            if found is None and is_reserved(slug):
                raise WrongLineError({"slug": [_("This key is the address of another page.")]})
            return found
        return self._known.get(fold(line["name"]))

    def _posted(self, line: Mapping[str, str]) -> dict[str, str]:
        """The line as the form of the page is posted."""
        posted = {
            name: value for name, value in line.items() if name not in {"networks", "publications"}
        }
        if _boolean("is_joining_day_known", line["is_joining_day_known"]) == NO:
            del posted["is_joining_day_known"]
        else:
            posted["is_joining_day_known"] = "on"
        word = _boolean("has_link", line["has_link"])
        posted["has_link"] = {YES: "true", NO: "false"}.get(word, "unknown")
        posted |= _part_rows("networks", line["networks"], ("name", "url"))
        posted |= _part_rows("publications", line["publications"], ("title", "year", "url"))
        return posted

    def _card_errors(self, card: Card) -> dict[str, list[str]]:
        errors = {
            "" if name == NON_FIELD_ERRORS else name: list(map(str, messages))
            for name, messages in card.form.errors.items()
        }
        for name, rows in (("networks", card.networks), ("publications", card.publications)):
            words = list(map(str, rows.non_form_errors()))
            for number, row in enumerate(rows, start=1):
                words += [
                    _("line %(number)s of the cell: %(words)s") % {"number": number, "words": each}
                    for messages in row.errors.values()
                    for each in messages
                ]
            if words:
                errors[name] = words
        return errors

    def rows(self, user: Reader) -> Iterable[Sequence[Cell]]:
        rows = Association.objects.visible_to(user).prefetch_related("networks", "publications")
        for row in sorted(rows, key=place_of):
            yield [
                row.slug,
                row.name,
                row.acronym,
                row.presentation,
                row.site,
                row.invited_on,
                row.joined_on,
                _printed(row.is_joining_day_known),
                row.left_on,
                _printed(row.has_link),
                row.link_checked_on,
                row.link_url,
                "\n".join(map(str, networks_of(row))),
                "\n".join(map(str, publications_of(row))),
            ]


def _part_rows(prefix: str, cell: str, names: Sequence[str]) -> dict[str, str]:
    """A cell of several lines, “Réseau | https://…”, as the rows of the page are posted."""
    lines = [line for line in cell.split("\n") if line.strip()]
    posted = {f"{prefix}-TOTAL_FORMS": str(len(lines)), f"{prefix}-INITIAL_FORMS": "0"}
    for number, line in enumerate(lines):
        parts = [part.strip() for part in line.split(" | " if " | " in line else "|")]
        if len(parts) > len(names):
            raise WrongLineError(
                {
                    prefix: [
                        _("Too many parts in “%(line)s”: %(parts)s.")
                        % {"line": line, "parts": " | ".join(names)}
                    ]
                }
            )
        posted |= {
            f"{prefix}-{number}-{name}": part for name, part in zip(names, parts, strict=False)
        }
    return posted

"""Cards of associations: added, changed over the version that was read, checked for their link."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.text import slugify

from common.changes import explain
from common.search import index
from members.models import Association, Network, Participation, Publication

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence


@dataclass(frozen=True)
class NetworkEntry:
    """What a card says of a network."""

    name: str
    url: str = ""

    def __str__(self) -> str:
        return " | ".join(filter(None, (self.name, self.url)))


@dataclass(frozen=True)
class PublicationEntry:
    """What a card says of a publication."""

    title: str
    year: int | None = None
    url: str = ""

    def __str__(self) -> str:
        year = str(self.year) if self.year else ""
        return " | ".join((self.title, year, self.url)).removesuffix(" | ").removesuffix(" | ")


def networks_of(association: Association) -> list[NetworkEntry]:
    return [NetworkEntry(row.name, row.url) for row in association.networks.all()]


def publications_of(association: Association) -> list[PublicationEntry]:
    return [
        PublicationEntry(row.title, row.year, row.url) for row in association.publications.all()
    ]


@transaction.atomic
def add_association(
    *,
    networks: Sequence[NetworkEntry] = (),
    publications: Sequence[PublicationEntry] = (),
    slug: str = "",
    why: str = "",
    **content: Any,
) -> Association:
    """Record an association, its key made from its name when none is given. Raises ValidationError by field."""
    association = Association(slug=slug or _free_slug(content.get("name", "")), **content)
    explain(association, why)
    association.full_clean()
    association.save()
    _replace(association, Network, networks, "name")
    _replace(association, Publication, publications, "title")
    index(association)
    return association


@transaction.atomic
def revise_association(
    *,
    association: Association,
    version: int,
    networks: Sequence[NetworkEntry] | None = None,
    publications: Sequence[PublicationEntry] | None = None,
    why: str = "",
    **content: Any,
) -> Association:
    """Save what is given over the version that was read; what is not given stays.

    Raises `StaleRowError` when somebody saved it meanwhile, ValidationError by field.
    """
    current = Association.lock_version(association.pk, version)
    changed = [name for name, value in content.items() if getattr(current, name) != value]
    parts = False
    if networks is not None:
        parts |= _replace(current, Network, networks, "name")
    if publications is not None:
        parts |= _replace(current, Publication, publications, "title")
    if not changed and not parts:
        # Nothing to tell the history: the version read stays the last one.
        current.version = version
        return current
    for name in changed:
        setattr(current, name, content[name])
    explain(current, why)
    current.full_clean()
    current.save()
    index(current)
    return current


def record_link_check(
    *, association: Association, version: int, has_link: bool, on: dt.date, url: str = ""
) -> Association:
    """Say whether the association's site links to the Collectif's. Raises as `revise_association` does."""
    return revise_association(
        association=association,
        version=version,
        has_link=has_link,
        link_checked_on=on,
        link_url=url if has_link else "",
    )


@transaction.atomic
def record_participation(*, association: Association, on: dt.date, occasion: str) -> Participation:
    """Say that a document shows the association at work with the collective. Raises ValidationError."""
    row = Participation(association=association, on=on, occasion=occasion)
    row.full_clean()
    row.save()
    return row


def _free_slug(name: str) -> str:
    """A key that is neither another card's nor one of our own addresses."""
    stem = slugify(name)[:50].strip("-") or "association"
    taken = set(Association.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    names = chain([stem], (f"{stem}-{rank}" for rank in count(2)))
    return next(slug for slug in names if slug not in taken and not is_reserved(slug))


def is_reserved(slug: str) -> bool:
    """Whether a page of the collective stands where the card would."""
    try:
        address = reverse("members:association-detail", args=[slug])
    except NoReverseMatch:
        # No key at all: the field says so.
        return False
    return resolve(address).url_name != "association-detail"


def _replace(
    association: Association,
    model: type[models.Model],
    entries: Sequence[NetworkEntry | PublicationEntry],
    key: str,
) -> bool:
    """Make the parts of a card what `entries` says. Rows that stay are left alone; returns whether any changed."""
    rows = list(model._default_manager.filter(association=association))
    wanted = [vars(entry) for entry in entries]
    names = list(wanted[0]) if wanted else [key]
    kept = []
    for row in rows:
        as_is = {name: getattr(row, name) for name in names}
        if as_is in wanted:
            wanted.remove(as_is)
            kept.append(row)
    changed = bool(wanted)
    for row in rows:
        if row in kept:
            continue
        changed = True
        same = [one for one in wanted if one[key] == getattr(row, key)]
        if not same:
            row.delete()
            continue
        wanted.remove(same[0])
        _save(row, same[0])
    for one in wanted:
        _save(model(association=association), one)
    return changed


def _save(row: models.Model, content: dict[str, Any]) -> None:
    for name, value in content.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()

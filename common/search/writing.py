"""Keeping the index: what a service changes is found, or no longer found, from the same instant."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import transaction

from common.models import SearchEntry
from common.search.places import place_of
from common.search.registry import Registered, registered
from common.search.tokens import tokens_of
from common.search.words import composed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import Model

KEPT = ("place", "title", "context", "body", "dated_on", "address", "tokens")
# Rows whose documents are in memory together.
BATCH = 500


@transaction.atomic
def index(*rows: Model) -> None:
    """Make rows findable as they are now, and when that changes them those that repeat their words. Ends a service.

    Raises LookupError for a kind of row that no room registered. Seven queries or so for each kind, whatever the rows.
    """
    for kind, pks in _by_kind(rows):
        changed = index_rows(kind, pks)
        for part in kind.parts(changed) if changed else ():
            parts = sorted(part.order_by().values_list("pk", flat=True))
            index_rows(registered(part.model), parts)


@transaction.atomic
def forget(*rows: Model) -> None:
    """Take rows out, before they are deleted, and with them those that repeat their words."""
    for kind, pks in _by_kind(rows):
        for part in kind.parts(pks):
            _take_out(registered(part.model), list(part.order_by().values_list("pk", flat=True)))
        _take_out(kind, pks)


def index_rows(kind: Registered, pks: list[int]) -> list[int]:
    """Index rows of one kind, inside a transaction; rows that are gone are taken out. Returns those whose entry changed."""
    batches = (pks[start : start + BATCH] for start in range(0, len(pks), BATCH))
    return [pk for batch in batches for pk in _index_batch(kind, batch)]


def _index_batch(kind: Registered, pks: list[int]) -> list[int]:
    # Locked before they are read: of two who change parts of one row, the last to index it must see what both wrote.
    rows = kind.rows().filter(pk__in=pks).order_by("pk").select_for_update(of=("self",))
    entries = {row.pk: entry_of(kind, row) for row in rows}
    known = {entry.row: entry for entry in SearchEntry.objects.filter(kind=kind.kind, row__in=pks)}
    changed = [entry for entry in entries.values() if not _same(entry, known.get(entry.row))]
    gone = [row for row in known if row not in entries]
    _take_out(kind, [*gone, *(entry.row for entry in changed if entry.row in known)])
    SearchEntry.objects.bulk_create(changed)
    return [*gone, *(entry.row for entry in changed)]


def entry_of(kind: Registered, row: Any) -> SearchEntry:
    """What the index keeps of a row."""
    document = kind.document(row)
    document = replace(document, title=_plain(document.title), body=_plain(document.body))
    return SearchEntry(
        place=place_of(document.dated_on, kind.number, row.pk),
        kind=kind.kind,
        row=row.pk,
        title=document.title,
        context=_plain(document.context),
        body=document.body,
        dated_on=document.dated_on,
        address=document.address.kept(),
        tokens=tokens_of(kind.kind, document),
    )


def _by_kind(rows: Iterable[Model]) -> Iterator[tuple[Registered, list[int]]]:
    kinds = sorted(
        ((registered(type(row)), row.pk) for row in rows),
        key=lambda each: (each[0].number, each[1]),
    )
    for kind, same in groupby(kinds, key=lambda each: each[0]):
        yield kind, list(dict.fromkeys(pk for _kind, pk in same))


def _take_out(kind: Registered, pks: list[int]) -> None:
    for start in range(0, len(pks), BATCH):
        some = pks[start : start + BATCH]
        SearchEntry.objects.filter(kind=kind.kind, row__in=some).delete()


def _same(entry: SearchEntry, known: SearchEntry | None) -> bool:
    return known is not None and all(getattr(entry, name) == getattr(known, name) for name in KEPT)


def _plain(text: str) -> str:
    """Composed, and without the sign that no database keeps."""
    return composed(text.replace("\0", ""))

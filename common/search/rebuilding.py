"""Making the whole index again, beside a site that is in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from common.models import SearchEntry
from common.search.registry import KINDS
from common.search.writing import BATCH, index_rows

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Step:
    """How far the rebuilding of one kind of row is."""

    name: str
    done: int
    total: int
    changed: int

    @property
    def is_last(self) -> bool:
        return self.done == self.total


def rebuild() -> Iterator[Step]:
    """Index every row again, a batch to a transaction, and take out entries of rows that are gone."""
    SearchEntry.objects.exclude(kind__in=list(KINDS)).delete()
    for kind in sorted(KINDS.values(), key=lambda kind: kind.number):
        entries = SearchEntry.objects.filter(kind=kind.kind)
        pks = {
            *kind.rows().order_by().values_list("pk", flat=True),
            *entries.values_list("row", flat=True),
        }
        rows = sorted(pks)
        name = str(kind.model._meta.verbose_name_plural)
        for start in range(0, len(rows) or 1, BATCH):
            some = rows[start : start + BATCH]
            with transaction.atomic():
                changed = len(index_rows(kind, some))
            yield Step(name, start + len(some), len(rows), changed)

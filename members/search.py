"""What associations and papers are found by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from common.search import Address, Document, register
from common.search.plain import plain_text
from common.search.visibility import Readers, know_readers
from members.access import kind_of
from members.enums import Audience
from members.models import Association, Paper
from members.prepared import stand_in

if TYPE_CHECKING:
    from django.db.models import QuerySet


def register_rows() -> None:
    know_readers(Readers(kind_of, stand_in))
    register(
        Association,
        number=1,
        rows=_associations,
        document=_association,
        visible=Association.objects.visible_to,
    )
    register(Paper, number=11, rows=_papers, document=_paper, visible=Paper.objects.visible_to)


def _associations() -> QuerySet[Any]:
    return Association.objects.prefetch_related("networks", "publications")


def _association(row: Association) -> Document:
    parts = [each.name for each in row.networks.all()]
    parts += [each.title for each in row.publications.all()]
    return Document(
        title=f"{row.name} ({row.acronym})" if row.acronym else row.name,
        body="\n".join([plain_text(row.presentation), *parts]).strip(),
        address=Address("members:association-detail", (row.slug,)),
        is_open=True,
    )


def _papers() -> QuerySet[Any]:
    return Paper.objects.select_related("association")


def _paper(row: Paper) -> Document:
    """By its title alone: what the file holds is not read."""
    return Document(
        title=row.title,
        body="",
        context=row.association.short_name if row.association else "",
        address=Address("members:paper-download", (row.pk,)),
        dated_on=timezone.localdate(row.added_at),
        is_open=row.audience == Audience.PUBLIC,
    )

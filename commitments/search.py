"""What commitments and letters are found by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from commitments.enums import EventKind
from commitments.models import Commitment, CommitmentEvent, Letter
from common.search import Address, Document, register
from common.search.plain import plain_text
from common.search.registry import register_parts
from meetings.forms.search import add_kind
from members.enums import Audience
from plan.models import Institution

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


def register_rows() -> None:
    register(
        Commitment,
        number=12,
        rows=_commitments,
        document=_commitment,
        visible=Commitment.objects.visible_to,
    )
    register(Letter, number=13, rows=_letters, document=_letter, visible=Letter.objects.visible_to)
    register_parts(Institution, _parts_of_institutions)
    add_kind("engagements", _("Commitments"), Commitment)
    add_kind("courriers", _("Letters"), Letter)


def _parts_of_institutions(pks: list[int]) -> Iterable[QuerySet[Any]]:
    """They show its name."""
    yield Commitment.objects.filter(institution__in=pks)
    yield Letter.objects.filter(institution__in=pks)


def _commitments() -> QuerySet[Any]:
    standing = CommitmentEvent.objects.standing().order_by("on", "pk")
    return Commitment.objects.select_related("institution").prefetch_related(
        "measures", Prefetch("events", standing, to_attr="that_stand")
    )


def _commitment(row: Commitment) -> Document:
    # Put there by `_commitments`. What was retracted counts for nothing, and is found by nothing.
    events: list[CommitmentEvent] = row.that_stand  # type: ignore[attr-defined]
    # Of those who see the commitment some may not read the section that its exact words come from: nobody finds it by
    # them, or the answer would tell what they are.
    quote = row.quote if row.section_id is None else ""
    texts = [quote, row.remark, *(event.text for event in events)]
    made_on = next((event.on for event in events if event.kind == EventKind.MADE), None)
    return Document(
        title=row.wording,
        body="\n".join(filter(None, [row.function, *map(plain_text, texts)])),
        context=row.institution.name,
        address=Address("commitments:detail", (row.slug,)),
        dated_on=made_on,
        is_open=row.audience == Audience.PUBLIC,
        facets={
            "measure": [each.pk for each in row.measures.all()],
            "institution": [row.institution_id],
        },
    )


def _letters() -> QuerySet[Any]:
    return Letter.objects.select_related("institution")


def _letter(row: Letter) -> Document:
    return Document(
        title=row.subject,
        body=plain_text(row.body),
        context=row.institution.name,
        address=Address("commitments:letter", (row.pk,)),
        dated_on=row.dated_on,
        facets={"institution": [row.institution_id]},
    )

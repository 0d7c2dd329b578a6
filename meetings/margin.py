"""What members say beside the text of minutes, until they are adopted: for those who may read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from common.prepared import Prepared, every_row_of
from meetings.models import Annotation, Correction
from meetings.perms import can_annotate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import AnonymousUser

    from members.models import User

# Most minutes have none: to know it costs next to nothing. Which ones somebody may read is asked when there are.
ANNOTATED = Prepared(
    lambda minutes: (
        Annotation.objects.filter(section__minutes=minutes).order_by().values_list("pk")[:1]
    ),
    int,
)
CORRECTED = Prepared(
    lambda minutes: (
        Correction.objects.open().filter(section__minutes=minutes).order_by().values_list("pk")[:1]
    ),
    int,
)


@dataclass
class Remarks:
    """Of one section."""

    annotations: list[Annotation] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)


def remarks_on(minutes: int, user: User | AnonymousUser) -> Mapping[int, Remarks]:
    """By section. Two queries, four when there are some."""
    found: dict[int, Remarks] = {}
    if not can_annotate(user):
        return found
    annotated, corrected = every_row_of(ANNOTATED.asked(minutes), CORRECTED.asked(minutes))
    if annotated:
        annotations = Annotation.objects.visible_to(user).filter(section__minutes=minutes)
        for annotation in annotations.select_related("author", "association"):
            if annotation.section_id is not None:
                found.setdefault(annotation.section_id, Remarks()).annotations.append(annotation)
    if corrected:
        corrections = Correction.objects.visible_to(user).open().filter(section__minutes=minutes)
        for correction in corrections.select_related("author", "association"):
            found.setdefault(correction.section_id, Remarks()).corrections.append(correction)
    return found

"""Recording what was found about a measure. Pages, imports and commands all come through here."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from common.search import forget, index
from measures.enums import AssessmentStatus
from measures.models import Assessment, AssessmentSource, Recommendation, Source
from plan.services import mark_changed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from measures.models import Measure
    from members.models import User
    from plan.models import Institution


@dataclass(frozen=True)
class Citation:
    """A source that an assessment rests on, and the place in it (“art. 8”)."""

    source: Source
    place: str = ""


@dataclass(frozen=True)
class Ask:
    """A recommendation to be made. Without a number it takes the next one of the assessor's series."""

    text: str
    addressee: Institution | None = None
    number: int | None = None
    is_urgent: bool = False


@transaction.atomic
def record_assessment(
    *,
    measure: Measure,
    assessor: Institution,
    assessed_on: dt.date,
    reason: str,
    by: User | None,
    publish: bool,
    citations: Sequence[Citation] = (),
    recommendations: Sequence[Ask] = (),
    **content: Any,
) -> Assessment:
    """Add a finding, as a draft or published at once. `content` is the other fields of `Assessment`.

    Raises ValidationError, by field, when something is missing or does not hold; nothing is written then.
    """
    assessment = Assessment(
        measure=measure,
        assessor=assessor,
        assessed_on=assessed_on,
        reason=reason,
        created_by=by,
        **content,
    )
    _save(assessment, citations=citations, recommendations=recommendations)
    if publish:
        _publish(assessment, by=by)
    index(assessment)
    return assessment


@transaction.atomic
def revise_draft(
    *,
    draft: Assessment,
    version: int,
    citations: Sequence[Citation] = (),
    **content: Any,
) -> Assessment:
    """Save a draft over the version that was read. Recommendations already written on it stay.

    Raises `StaleRowError` when somebody saved it meanwhile, ValidationError by field as `record_assessment` does.
    """
    current = Assessment.lock_version(draft.pk, version)
    if not current.is_draft:
        raise ValidationError(
            _("This draft has been published meanwhile: record a new assessment.")
        )
    for field, value in content.items():
        setattr(current, field, value)
    current.citations.all().delete()
    _save(current, citations=citations)
    index(current)
    return current


@transaction.atomic
def publish_draft(*, draft: Assessment, by: User | None) -> Assessment:
    """Make a draft final, and show it to everyone. Raises ValidationError by field if it no longer holds."""
    draft.full_clean()
    _publish(draft, by=by)
    index(draft)
    return draft


@transaction.atomic
def discard_draft(*, draft: Assessment, version: int) -> None:
    """Throw a draft away; its history keeps what it said."""
    current = Assessment.lock_version(draft.pk, version)
    forget(current)
    current.delete()


def next_recommendation_number(*, measure: Measure, assessor: Institution) -> int:
    """The first free number of an assessor's series in the measure's plan."""
    taken = Recommendation.objects.filter(
        assessment__assessor=assessor, assessment__measure__plan=measure.plan
    )
    last = taken.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _publish(assessment: Assessment, *, by: User | None) -> None:
    """Publish a row that has just been checked: only what publication itself adds is checked again."""
    shared = assessment.observations_with
    if shared is not None and shared.is_draft:
        raise ValidationError(
            {
                "observations_with": _(
                    "The observations it shares are still a draft: publish those first."
                )
            }
        )
    assessment.status = AssessmentStatus.PUBLISHED
    assessment.published_at = timezone.now()
    assessment.published_by = by
    assessment.validate_constraints()
    assessment.save()
    mark_changed([assessment.measure.plan])


def _save(
    assessment: Assessment, *, citations: Sequence[Citation], recommendations: Sequence[Ask] = ()
) -> None:
    assessment.full_clean()
    assessment.save()
    for position, citation in enumerate(citations):
        row = AssessmentSource(
            assessment=assessment, source=citation.source, locator=citation.place, position=position
        )
        row.full_clean()
        row.save()
    number = next_recommendation_number(measure=assessment.measure, assessor=assessment.assessor)
    for ask in recommendations:
        recommendation = Recommendation(
            assessment=assessment,
            number=ask.number or number,
            text=ask.text,
            addressee=ask.addressee,
            is_urgent=ask.is_urgent,
        )
        number = max(number, recommendation.number) + 1
        recommendation.full_clean()
        recommendation.save()


@transaction.atomic
def add_source(*, short: str, citation: str, kind: str, url: str = "") -> Source:
    """Add a source to the library, its key made from its short form."""
    stem = slugify(short)[:50] or "source"
    taken = set(Source.objects.filter(key__startswith=stem).values_list("key", flat=True))
    key = next(
        key for key in chain([stem], (f"{stem}-{rank}" for rank in count(2))) if key not in taken
    )
    source = Source(key=key, short=short, citation=citation, kind=kind, url=url)
    source.full_clean()
    source.save()
    return source

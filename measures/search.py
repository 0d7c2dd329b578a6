"""What measures, their assessments and the recommendations that these make are found by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from common.search import Address, Document, register
from common.search.plain import plain_text
from measures.models import Assessment, Measure, Recommendation
from measures.viewpoints import ASSESSOR, DAY
from plan.models import Institution

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


def register_rows() -> None:
    # Here rather than in their own room: their pages are here.
    register(
        Institution,
        number=0,
        document=_institution,
        visible=Institution.objects.visible_to,
        parts=_parts_of_institutions,
    )
    register(
        Measure,
        number=2,
        rows=_measures,
        document=_measure,
        visible=Measure.objects.visible_to,
        parts=_parts_of_measures,
    )
    register(
        Assessment,
        number=3,
        rows=_assessments,
        document=_assessment,
        visible=Assessment.objects.visible_to,
        parts=_parts_of_assessments,
    )
    register(
        Recommendation,
        number=4,
        rows=_recommendations,
        document=_recommendation,
        visible=Recommendation.objects.visible_to,
    )


def _institution(row: Institution) -> Document:
    return Document(
        title=f"{row.name} ({row.acronym})" if row.acronym else row.name,
        body=plain_text(row.about),
        address=Address("measures:institution-detail", (row.key,)),
        is_open=True,
        facets={"institution": [row.pk]},
    )


def _parts_of_institutions(pks: list[int]) -> Iterable[QuerySet[Any]]:
    """They are called by who assesses."""
    yield Assessment.objects.filter(assessor__in=pks)
    yield Recommendation.objects.filter(assessment__assessor__in=pks)


def _measures() -> QuerySet[Any]:
    return Measure.objects.select_related("plan").prefetch_related("involvements")


def _measure(row: Measure) -> Document:
    return Document(
        title=f"{row.number}. {row.title}",
        # The short title, by which its assessments are called.
        body=f"{row.short_title}\n{plain_text(row.summary)}".strip(),
        context=row.plan.short_title,
        address=Address("measures:detail", (row.plan.slug, row.number)),
        is_open=True,
        facets={
            "measure": [row.pk],
            "institution": [each.institution_id for each in row.involvements.all()],
        },
    )


def _parts_of_measures(pks: list[int]) -> Iterable[QuerySet[Any]]:
    """They are called by its number and its short title."""
    yield Assessment.objects.filter(measure__in=pks)
    yield Recommendation.objects.filter(assessment__measure__in=pks)


def _parts_of_assessments(pks: list[int]) -> Iterable[QuerySet[Any]]:
    yield Recommendation.objects.filter(assessment__in=pks)


def _assessments() -> QuerySet[Any]:
    return Assessment.objects.select_related("measure__plan", "assessor")


def _assessment(row: Assessment) -> Document:
    texts = (row.reason, row.state_actions, row.observations)
    return Document(
        title=f"{row.measure.number}. {row.measure.short_title} – {row.assessor.short_name}",
        body="\n".join(filter(None, map(plain_text, texts))),
        context=row.measure.plan.short_title,
        address=_as_it_stood(row),
        dated_on=row.assessed_on,
        is_open=not row.is_draft,
        facets={"measure": [row.measure_id], "institution": [row.assessor_id]},
    )


def _recommendations() -> QuerySet[Any]:
    return Recommendation.objects.select_related(
        "assessment__measure__plan", "assessment__assessor"
    )


def _recommendation(row: Recommendation) -> Document:
    assessment = row.assessment
    measure = assessment.measure
    addressee = [] if row.addressee_id is None else [row.addressee_id]
    return Document(
        title=f"R{row.number} – {assessment.assessor.short_name}",
        body=plain_text(row.text),
        context=f"{measure.number}. {measure.short_title}",
        address=_as_it_stood(assessment, f"R{row.number}"),
        dated_on=assessment.assessed_on,
        is_open=not assessment.is_draft,
        facets={"measure": [measure.pk], "institution": [assessment.assessor_id, *addressee]},
    )


def _as_it_stood(row: Assessment, anchor: str = "") -> Address:
    """The page of the measure on the day of the assessment, from where it was made. A draft stands on today's page."""
    measure = row.measure
    viewpoint = {ASSESSOR: row.assessor.key, DAY: row.assessed_on.isoformat()}
    return Address(
        "measures:detail",
        (measure.plan.slug, measure.number),
        anchor,
        {} if row.is_draft else viewpoint,
    )

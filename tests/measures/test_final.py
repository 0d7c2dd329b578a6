"""A published assessment is final: the database refuses, whichever way one comes to it."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from measures.enums import AssessmentStatus
from measures.models import Assessment, AssessmentSource, Recommendation
from measures.services import Ask, Citation
from plan.enums import Meaning
from plan.models import Plan
from tests.factories import make_assessment, make_draft, make_source

pytestmark = pytest.mark.django_db

Deed = Callable[[Assessment], object]


def sql(statement: str) -> Deed:
    """Raw SQL on one assessment, whose key is its only parameter."""

    def run(assessment: Assessment) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, [assessment.pk])

    return run


def save_with_another_reason(assessment: Assessment) -> None:
    assessment.reason = "Autre chose"
    assessment.save()


def save_in_bulk(assessment: Assessment) -> None:
    assessment.reason = "Autre chose"
    Assessment.objects.bulk_update([assessment], ["reason"])


def take_back_to_draft(assessment: Assessment) -> None:
    assessment.status = AssessmentStatus.DRAFT
    assessment.published_at = None
    assessment.save()


def recommend(assessment: Assessment) -> Recommendation:
    return Recommendation(assessment=assessment, number=99, text="Faire plus")


def cite(assessment: Assessment) -> AssessmentSource:
    return AssessmentSource(assessment=assessment, source=make_source())


ON_THE_ASSESSMENT: dict[str, Deed] = {
    "save": save_with_another_reason,
    "save of nothing": lambda row: row.save(),
    "bulk_update": save_in_bulk,
    "update": lambda row: Assessment.objects.filter(pk=row.pk).update(reason="Autre chose"),
    "back to draft": take_back_to_draft,
    "update in SQL": sql("UPDATE measures_assessment SET reason = 'x' WHERE id = %s"),
    "version in SQL": sql("UPDATE measures_assessment SET version = version + 1 WHERE id = %s"),
    "delete": lambda row: row.delete(),
    "delete of a set": lambda row: Assessment.objects.filter(pk=row.pk).delete(),
    "delete past the ORM": lambda row: Assessment.objects.filter(pk=row.pk)._raw_delete(
        using="default"
    ),
    "delete in SQL": sql("DELETE FROM measures_assessment WHERE id = %s"),
    "delete of all": lambda row: Assessment.objects.all().delete(),
}
ON_ITS_PARTS: dict[str, Deed] = {
    "recommendation: insert": lambda row: recommend(row).save(),
    "recommendation: bulk_create": lambda row: Recommendation.objects.bulk_create([recommend(row)]),
    "recommendation: insert in SQL": sql(
        "INSERT INTO measures_recommendation (assessment_id, number, text, is_urgent) VALUES (%s, 99, 'x', FALSE)"
    ),
    "recommendation: update": lambda row: row.recommendations.update(text="x"),
    "recommendation: update in SQL": sql(
        "UPDATE measures_recommendation SET text = 'x' WHERE assessment_id = %s"
    ),
    "recommendation: delete": lambda row: row.recommendations.get().delete(),
    "recommendation: delete in SQL": sql(
        "DELETE FROM measures_recommendation WHERE assessment_id = %s"
    ),
    "source: insert": lambda row: cite(row).save(),
    "source: add": lambda row: row.sources.add(make_source()),
    "source: bulk_create": lambda row: AssessmentSource.objects.bulk_create([cite(row)]),
    "source: update": lambda row: row.citations.update(locator="p. 2"),
    "source: update in SQL": sql(
        "UPDATE measures_assessmentsource SET position = 9 WHERE assessment_id = %s"
    ),
    "source: clear": lambda row: row.sources.clear(),
    "source: delete": lambda row: row.citations.get().delete(),
    "source: delete in SQL": sql("DELETE FROM measures_assessmentsource WHERE assessment_id = %s"),
}
DEEDS = {**ON_THE_ASSESSMENT, **ON_ITS_PARTS}


@pytest.fixture
def published() -> Assessment:
    return make_assessment(
        recommendations=[Ask(text="Publier les chiffres")],
        citations=[Citation(source=make_source(), place="p. 1")],
    )


@pytest.fixture
def draft() -> Assessment:
    return make_draft(
        recommendations=[Ask(text="Publier les chiffres")],
        citations=[Citation(source=make_source(), place="p. 1")],
    )


def everything_of(assessment: Assessment) -> list[object]:
    """The row and its parts, as the database has them."""
    rows = Assessment.objects.filter(pk=assessment.pk)
    return [
        list(rows.values()),
        list(rows.order_by("recommendations__pk").values("recommendations__number", "recommendations__text")),
        list(rows.order_by("citations__pk").values("citations__source", "citations__locator", "citations__position")),
    ]  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_changes_what_is_published(published: Assessment, deed: str) -> None:
    before = everything_of(published)
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        DEEDS[deed](published)
    assert everything_of(published) == before


@pytest.mark.parametrize("deed", sorted(DEEDS.keys() - {"back to draft"}))
def test_draft_can_still_be_changed_in_every_one_of_these_ways(
    draft: Assessment, deed: str
) -> None:
    """The other side of each refusal: none of these deeds fails for a reason of its own."""
    if deed in {"delete past the ORM", "delete in SQL"}:
        # Their parts would be left without them.
        draft.citations.all().delete()
        draft.recommendations.all().delete()
    before = everything_of(draft)
    with transaction.atomic():
        DEEDS[deed](draft)
    if deed != "save of nothing":
        assert everything_of(draft) != before


@pytest.mark.parametrize("part", ["recommendations", "citations"])
def test_part_of_a_draft_cannot_be_moved_to_a_published_one(
    published: Assessment, draft: Assessment, part: str
) -> None:
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        getattr(draft, part).update(assessment=published)


@pytest.mark.parametrize("part", ["recommendations", "citations"])
def test_part_of_a_published_one_cannot_be_moved_to_a_draft(
    published: Assessment, draft: Assessment, part: str
) -> None:
    getattr(draft, part).all().delete()
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        getattr(published, part).update(assessment=draft)


def test_measure_with_a_published_assessment_cannot_be_deleted(published: Assessment) -> None:
    with pytest.raises(ProtectedError), transaction.atomic():
        published.measure.delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        published.measure.plan.delete()


def test_correction_is_a_new_row_and_leaves_the_old_one_alone(published: Assessment) -> None:
    before = everything_of(published)
    correction = make_assessment(published.measure, Meaning.NONE, supersedes=published)
    assert correction.pk != published.pk
    assert everything_of(published) == before


def test_published_at_once_with_its_parts(plan_with_measures: Plan) -> None:
    """The parts come before the publication: they could not come after it."""
    measure = plan_with_measures.measures.get(number="4 bis")
    assessment = make_assessment(
        measure,
        recommendations=[Ask(text="Un"), Ask(text="Deux")],
        citations=[Citation(make_source())],
    )
    assert assessment.recommendations.count() == 2
    assert assessment.citations.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("test", ["one", "the next"])
def test_database_that_was_cleared_up_after_a_test_still_refuses(test: str) -> None:
    """SQLite's triggers are put aside while rows are cleared away (conftest): they must come back."""
    assert not Assessment.objects.exists()
    published = make_assessment()
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        Assessment.objects.filter(pk=published.pk).update(reason="Autre chose")

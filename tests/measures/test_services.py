"""Recording a finding: what is written, what is refused, and that a refusal writes nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from common.versions import StaleRowError
from measures import services
from measures.models import Assessment, AssessmentSource, Recommendation, Source
from measures.services import Ask, Citation
from members.enums import Role
from plan.enums import Meaning
from tests import factories

pytestmark = pytest.mark.django_db


def test_publishing_raises_the_revision_of_the_plan() -> None:
    measure = factories.make_measure()
    before = measure.plan.revision
    factories.make_assessment(measure)
    measure.plan.refresh_from_db()
    assert measure.plan.revision == before + 1


def test_a_draft_leaves_the_revision_alone() -> None:
    measure = factories.make_measure()
    before = measure.plan.revision
    factories.make_draft(measure)
    measure.plan.refresh_from_db()
    assert measure.plan.revision == before


def test_who_recorded_and_who_published_are_kept() -> None:
    author, editor = factories.make_user(Role.SECRETARIAT), factories.make_user(Role.COORDINATOR)
    draft = factories.make_draft(by=author)
    services.publish_draft(draft=draft, by=editor)
    published = Assessment.objects.get(pk=draft.pk)
    assert (published.created_by, published.published_by) == (author, editor)
    assert published.published_at is not None


def test_recommendations_take_the_next_numbers_of_the_assessors_series() -> None:
    plan = factories.make_plan()
    first, second = factories.make_measure(plan), factories.make_measure(plan)
    factories.make_assessment(first, recommendations=[Ask("Former."), Ask("Financer.", number=7)])
    factories.make_assessment(second, recommendations=[Ask("Publier.")])
    assert list(Recommendation.objects.order_by("pk").values_list("number", flat=True)) == [1, 7, 8]


def test_each_assessor_has_a_series_of_its_own() -> None:
    measure = factories.make_measure()
    other = factories.make_institution()
    factories.make_assessment(measure, recommendations=[Ask("Former.")])
    factories.make_assessment(measure, assessor=other, recommendations=[Ask("Écouter.")])
    assert list(Recommendation.objects.values_list("number", flat=True)) == [1, 1]


def test_sources_keep_their_order_and_place() -> None:
    law, report = factories.make_source(), factories.make_source()
    assessment = factories.make_assessment(citations=[Citation(report, "p. 12"), Citation(law)])
    assert [(row.source, row.locator) for row in assessment.citations.all()] == [
        (report, "p. 12"),
        (law, ""),
    ]


@pytest.mark.parametrize(
    ("field", "content"),
    [
        ("reason", {"reason": ""}),
        ("reason", {"reason": "x" * 2001}),
        ("observations", {"observations": "x" * 30_001}),
        ("state_actions", {"state_actions": "Voir [@nulle-part]."}),
        ("assessed_on", {"assessed_on": dt.date(2999, 1, 1)}),
        ("assessed_on", {"assessed_on": dt.date(2013, 12, 31)}),
        ("__all__", {"level": None}),
    ],
)
def test_what_does_not_hold_is_said_at_its_field_and_nothing_is_written(
    field: str, content: dict[str, Any]
) -> None:
    measure = factories.make_measure()
    with pytest.raises(ValidationError) as caught:
        factories.make_assessment(measure, recommendations=[Ask("Former.")], **content)
    assert field in caught.value.message_dict
    assert not Assessment.objects.exists()
    assert not Recommendation.objects.exists()


def test_a_level_of_another_scale_is_refused() -> None:
    stranger = factories.make_scale().levels.first()
    with pytest.raises(ValidationError, match="level"):
        factories.make_assessment(level=stranger)


def test_a_refused_recommendation_writes_nothing() -> None:
    measure = factories.make_measure()
    with pytest.raises(ValidationError):
        factories.make_assessment(measure, recommendations=[Ask("Former."), Ask("")])
    assert not Assessment.objects.exists()


def test_the_same_source_twice_at_the_same_place_is_refused() -> None:
    source = factories.make_source()
    with pytest.raises(ValidationError):
        factories.make_assessment(citations=[Citation(source), Citation(source)])
    assert not AssessmentSource.objects.exists()


def test_an_observation_without_a_level_is_a_finding_of_its_own_kind() -> None:
    comment = factories.make_assessment(meaning=None, observations="Le délai a disparu.")
    assert comment.level is None


def test_a_draft_is_revised_on_the_version_that_was_read() -> None:
    draft = factories.make_draft()
    revised = services.revise_draft(draft=draft, version=draft.version, reason="Mieux dit.")
    assert (revised.reason, revised.version) == ("Mieux dit.", draft.version + 1)


def test_a_stale_draft_is_refused_with_the_row_as_it_stands() -> None:
    draft = factories.make_draft()
    services.revise_draft(draft=draft, version=draft.version, reason="Première.")
    with pytest.raises(StaleRowError) as caught:
        services.revise_draft(draft=draft, version=draft.version, reason="Seconde.")
    assert caught.value.current.reason == "Première."
    assert Assessment.objects.get(pk=draft.pk).reason == "Première."


def test_a_published_draft_cannot_be_revised() -> None:
    draft = factories.make_draft()
    services.publish_draft(draft=draft, by=None)
    with pytest.raises(ValidationError):
        services.revise_draft(draft=draft, version=draft.version, reason="Trop tard.")


def test_a_discarded_draft_stays_in_the_history() -> None:
    draft = factories.make_draft(reason="À garder en mémoire.")
    services.discard_draft(draft=draft, version=draft.version)
    assert not Assessment.objects.exists()
    assert Assessment.history.filter(history_type="-", reason="À garder en mémoire.").exists()


def test_only_a_published_assessment_of_the_same_measure_can_be_corrected() -> None:
    stranger = factories.make_assessment()
    with pytest.raises(ValidationError) as caught:
        factories.make_assessment(supersedes=stranger)
    assert "supersedes" in caught.value.message_dict


def test_an_assessment_is_corrected_once() -> None:
    wrong = factories.make_assessment()
    factories.make_assessment(wrong.measure, Meaning.NONE, supersedes=wrong)
    with pytest.raises(ValidationError):
        factories.make_assessment(wrong.measure, Meaning.PARTIAL, supersedes=wrong)


def test_sources_with_the_same_short_form_get_keys_of_their_own() -> None:
    keys = [
        services.add_source(short="Loi du 13 avril", citation="Loi n° 1.", kind="law").key
        for _again in range(3)
    ]
    assert keys == ["loi-du-13-avril", "loi-du-13-avril-2", "loi-du-13-avril-3"]
    assert Source.objects.count() == 3


def test_observations_of_a_draft_cannot_be_published_under_another_measure() -> None:
    shared = factories.make_draft()
    draft = factories.make_draft(
        factories.make_measure(shared.measure.plan),
        assessor=shared.assessor,
        observations_with=shared,
    )
    with pytest.raises(ValidationError) as caught:
        services.publish_draft(draft=draft, by=None)
    assert "observations_with" in caught.value.message_dict
    assert Assessment.objects.get(pk=draft.pk).is_draft

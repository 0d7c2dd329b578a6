"""The index says what the rows say: made again from them, nothing of it changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import models

from common.models import SearchEntry
from common.search.finding import Narrowed, find
from common.search.queries import read_query
from common.search.rebuilding import rebuild
from measures.enums import AssessmentStatus
from measures.importer import load_plan
from measures.models import Assessment, Measure, Recommendation
from measures.services import discard_draft, publish_draft, revise_draft
from members.enums import Audience, Role
from members.services.associations import add_association, revise_association
from members.services.papers import delete_paper, edit_paper
from plan.models import Institution
from tests.factories import (
    JOINED_ON,
    make_assessment,
    make_draft,
    make_measure,
    make_paper,
    make_user,
)

pytestmark = pytest.mark.django_db
SMALL_PLAN = Path(__file__).parent / "data" / "petit-plan"


def entries_of(model: type[models.Model]) -> set[int]:
    kind = model._meta.label_lower
    return set(SearchEntry.objects.filter(kind=kind).values_list("row", flat=True))


def assert_rebuilding_changes_nothing() -> None:
    assert {step.name: step.changed for step in rebuild() if step.changed} == {}


def test_loading_a_plan_indexes_all_of_it() -> None:
    load_plan(SMALL_PLAN)
    for model in (Institution, Measure, Assessment, Recommendation):
        assert entries_of(model) == set(model._default_manager.values_list("pk", flat=True))
    assert_rebuilding_changes_nothing()
    load_plan(SMALL_PLAN)
    assert_rebuilding_changes_nothing()


def test_a_trial_of_loading_indexes_nothing() -> None:
    load_plan(SMALL_PLAN, dry_run=True)
    assert not SearchEntry.objects.exists()


def test_an_assessment_is_indexed_from_draft_to_publication() -> None:
    measure = make_measure()
    make_assessment(measure, observations="phare")
    draft = make_draft(measure, observations="sémaphore")
    anyone = AnonymousUser()
    semaphore = read_query("sémaphore")
    assert find(semaphore, user=anyone, narrowed=Narrowed()).total == 0
    assert find(semaphore, user=make_user(Role.MEMBER), narrowed=Narrowed()).total == 1
    draft = revise_draft(draft=draft, version=draft.version, observations="sémaphores")
    publish_draft(draft=draft, by=None)
    assert draft.status == AssessmentStatus.PUBLISHED
    assert find(semaphore, user=anyone, narrowed=Narrowed()).total == 1
    discarded = make_draft(make_measure())
    discard_draft(draft=discarded, version=discarded.version)
    assert discarded.pk not in entries_of(Assessment)
    # A plan and an assessor of the factories are saved without a service.
    entries = SearchEntry.objects.filter(kind="measures.assessment")
    before = list(entries.values_list("pk", "tokens"))
    list(rebuild())
    assert list(entries.values_list("pk", "tokens")) == before


def test_papers_and_associations_are_indexed_as_they_change() -> None:
    secretary = make_user(Role.SECRETARIAT)
    paper = make_paper(by=secretary, title="Phare", audience=Audience.MEMBERS)
    paper = edit_paper(
        paper=paper,
        version=paper.version,
        by=secretary,
        title="Sémaphore",
        audience=Audience.PUBLIC,
    )
    card = add_association(name="Lanterne", joined_on=JOINED_ON)
    revise_association(association=card, version=card.version, presentation="Une balise.")
    titles = set(SearchEntry.objects.values_list("title", "body"))
    assert titles == {("Sémaphore", ""), ("Lanterne", "Une balise.")}
    list(rebuild())
    assert find(read_query("sémaphore"), user=AnonymousUser(), narrowed=Narrowed()).total == 1
    delete_paper(paper=paper, version=paper.version, by=secretary)
    assert entries_of(type(paper)) == set()

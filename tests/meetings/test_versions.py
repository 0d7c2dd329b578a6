"""Versions of minutes: what changed between two hours, never more than a reader could read at both."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.enums import MinutesStatus, StepKind
from meetings.services.corrections import accept_correction, propose_correction
from meetings.services.decisions import add_decision
from meetings.services.follow_ups import add_follow_up
from meetings.services.life import adopt, circulate
from meetings.versions import NOW, Version, compare, steps_of, texts_of, versions_of
from members.enums import Audience, Role
from tests.factories import FOUND_ON, make_meeting, make_minutes, make_section, make_user

if TYPE_CHECKING:
    from meetings.models import Minutes, MinutesSection
    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary() -> User:
    return make_user(Role.SECRETARIAT)


@pytest.fixture
def member() -> User:
    return make_user()


@pytest.fixture
def minutes(secretary: User) -> Minutes:
    """Drafted, then circulated, with one section."""
    draft = make_minutes(status=MinutesStatus.DRAFT)
    section = make_section(draft, heading="Moyens", text="Brouillon jamais montré.")
    section.text = "La mission a douze postes."
    section.save()
    return circulated(draft, secretary)


def circulated(draft: Minutes, secretary: User) -> Minutes:
    until = timezone.localdate() + dt.timedelta(days=7)
    return circulate(minutes=draft, version=draft.version, by=secretary, remarks_until=until)


def changed(section: MinutesSection, **fields: Any) -> MinutesSection:
    section.refresh_from_db()
    for name, value in fields.items():
        setattr(section, name, value)
    section.version += 1
    section.save()
    return section


def corrected(
    section: MinutesSection, secretary: User, author: User, passage: str, replacement: str
) -> None:
    correction = propose_correction(
        section=section, by=author, passage=passage, replacement=replacement
    )
    accept_correction(correction=correction, version=1, by=secretary)


def said(minutes: Minutes, version: Version, user: User) -> list[str]:
    return [section.text for section in texts_of(minutes, version, user)]


def test_versions_are_the_steps_and_now(minutes: Minutes, secretary: User, member: User) -> None:
    section = minutes.sections.get()
    corrected(section, secretary, member, "douze", "dix")
    adopt(
        minutes=minutes,
        version=minutes.version,
        by=secretary,
        meeting=make_meeting(FOUND_ON + dt.timedelta(days=1)),
        on=FOUND_ON + dt.timedelta(days=1),
        note="À l’unanimité",
    )
    versions = versions_of(minutes, member)
    assert [version.step.kind if version.step else NOW for version in versions] == [
        StepKind.CIRCULATED,
        StepKind.CORRECTED,
        StepKind.ADOPTED,
        NOW,
    ]
    assert [said(minutes, version, member)[0] for version in versions] == [
        "La mission a douze postes.",
        "La mission a dix postes.",
        "La mission a dix postes.",
        "La mission a dix postes.",
    ]
    result = compare(
        texts_of(minutes, versions[0], member), texts_of(minutes, versions[-1], member)
    )
    (difference,) = result.changed
    assert "douze</del>" in difference.text
    assert "dix</ins>" in difference.text


def test_what_was_being_typed_is_in_the_version_of_a_correction(
    minutes: Minutes, secretary: User, member: User
) -> None:
    """The editor saves without a history: a step must find the words of its hour all the same."""
    other: Any = make_section(minutes, text="Avant.")
    other.text, other.version = "Pendant.", other.version + 1
    other.skip_history_when_saving = True
    other.save()
    del other.skip_history_when_saving
    corrected(minutes.sections.get(heading="Moyens"), secretary, member, "douze", "dix")
    changed(other, text="Après.")
    step = versions_of(minutes, member)[1]
    assert "Pendant." in said(minutes, step, member)


def test_nobody_reads_here_what_came_before_the_circulation(
    minutes: Minutes, secretary: User, member: User
) -> None:
    for person in (secretary, member):
        for version in versions_of(minutes, person):
            assert "Brouillon" not in " ".join(said(minutes, version, person))
    draft = make_minutes(status=MinutesStatus.DRAFT)
    make_section(draft)
    assert versions_of(draft, secretary) == []


def test_words_of_a_narrower_time_stay_with_their_readers(secretary: User, member: User) -> None:
    draft = make_minutes(status=MinutesStatus.DRAFT)
    section = make_section(
        draft, text="Le nom du témoin.", audience=Audience.SECRETARIAT, heading="Entre nous"
    )
    shown = make_section(draft, text="Pour tous.")
    minutes = circulated(draft, secretary)
    changed(section, text="Un témoin.", audience=Audience.MEMBERS, heading="Témoin")
    first, *_others, now = versions_of(minutes, member)
    assert said(minutes, first, member) == ["Pour tous."]
    assert said(minutes, now, member) == ["Un témoin.", "Pour tous."]
    assert said(minutes, first, secretary) == ["Le nom du témoin.", "Pour tous."]
    changed(shown, audience=Audience.SECRETARIAT)
    assert said(minutes, first, member) == []


def test_words_once_for_named_people_are_for_those_named_still(secretary: User) -> None:
    named, stranger = make_user(), make_user()
    draft = make_minutes(status=MinutesStatus.DRAFT)
    section = make_section(draft, text="Premier.", audience=Audience.NAMED, people=[named])
    minutes = circulated(draft, secretary)
    changed(section, text="Second.")
    first = versions_of(minutes, named)[0]
    assert said(minutes, first, named) == ["Premier."]
    assert said(minutes, first, stranger) == []
    changed(section, audience=Audience.MEMBERS)
    assert said(minutes, first, named) == []
    assert said(minutes, first, secretary) == ["Premier."]


def test_members_text_that_became_named_is_read_by_the_named_alone(secretary: User) -> None:
    named, stranger = make_user(), make_user()
    draft = make_minutes(status=MinutesStatus.DRAFT)
    section = make_section(draft, text="Premier.", people=[named])
    minutes = circulated(draft, secretary)
    changed(section, audience=Audience.NAMED)
    first = versions_of(minutes, named)[0]
    assert said(minutes, first, named) == ["Premier."]
    assert said(minutes, first, stranger) == []


def test_step_of_a_hidden_correction_is_not_told(secretary: User, member: User) -> None:
    draft = make_minutes(status=MinutesStatus.DRAFT)
    make_section(draft)
    hidden = make_section(draft, text="douze", audience=Audience.SECRETARIAT)
    minutes = circulated(draft, secretary)
    corrected(hidden, secretary, secretary, "douze", "dix")
    assert len(steps_of(minutes, secretary)) == 2
    assert [step.kind for step in steps_of(minutes, member)] == [StepKind.CIRCULATED]


def test_section_taken_out_is_shown_to_the_secretariat_alone(
    minutes: Minutes, secretary: User, member: User
) -> None:
    minutes.sections.get().delete()
    make_section(minutes, text="Autre.")
    first, now = versions_of(minutes, secretary)
    result = compare(texts_of(minutes, first, secretary), texts_of(minutes, now, secretary))
    assert [(one.before is None, one.after is None) for one in result.changed] == [
        (False, True),
        (True, False),
    ]
    assert said(minutes, first, member) == []


def test_loaded_minutes_have_the_version_of_their_day(member: User) -> None:
    minutes = make_minutes(make_meeting(dt.date(2014, 1, 31)), status=MinutesStatus.DRAFT)
    make_section(minutes, text="Dit en 2014.")
    at = timezone.make_aware(dt.datetime(2014, 2, 10, 9))
    minutes = circulate(
        minutes=minutes, version=1, by=None, remarks_until=dt.date(2014, 2, 20), at=at
    )
    assert said(minutes, versions_of(minutes, member)[0], member) == ["Dit en 2014."]


def test_versions_are_for_the_collective() -> None:
    minutes = make_minutes(make_meeting(is_public=True), status=MinutesStatus.ADOPTED)
    make_section(minutes, audience=Audience.PUBLIC)
    for person in (make_user(Role.GUEST), make_user(Role.ADMINISTRATOR), AnonymousUser()):
        assert versions_of(minutes, person) == []


# --- The page ---------------------------------------------------------------------------------------------------------


def address(minutes: Minutes) -> str:
    return reverse("meetings:versions", args=[minutes.meeting.slug])


def test_page_compares_two_versions_in_either_order(
    client_as: ClientAs, minutes: Minutes, secretary: User, member: User
) -> None:
    corrected(minutes.sections.get(), secretary, member, "douze", "dix")
    client, url = client_as(member), address(minutes)
    step = str(minutes.steps.earliest("pk").pk)
    for query in ({}, {"de": step, "a": NOW}, {"de": NOW, "a": step}, {"de": "'", "a": "9" * 40}):
        page = client.get(url, query)
        assert page.status_code == 200
        assert "douze</del>" in page.content.decode()
    same = client.get(url, {"de": NOW, "a": NOW})
    assert same.context["comparison"].changed == []


def test_who_may_open_the_page(client_as: ClientAs, minutes: Minutes) -> None:
    url = address(minutes)
    assert client_as(Role.SECRETARIAT).get(url).status_code == 200
    for role in (Role.GUEST, Role.ADMINISTRATOR):
        assert client_as(role).get(url).status_code == 404
    assert client_as(None).get(url).status_code == 302
    draft = make_minutes(status=MinutesStatus.DRAFT)
    make_section(draft)
    assert client_as(Role.MEMBER).get(address(draft)).status_code == 404
    assert client_as(Role.SECRETARIAT).get(address(draft)).status_code == 200


def test_queries_do_not_grow_with_sections_or_steps(
    client_as: ClientAs, minutes: Minutes, secretary: User, member: User
) -> None:
    client, counts = client_as(member), []
    for number in (1, 20):
        for _each in range(number):
            section = make_section(minutes, text="Il y en a douze.")
            corrected(section, secretary, member, "douze", "dix")
        client.get(address(minutes))
        with CaptureQueriesContext(connection) as queries:
            client.get(address(minutes))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_decisions_and_follow_ups_are_compared_too(
    minutes: Minutes, secretary: User, member: User
) -> None:
    section = minutes.sections.get()
    decision = add_decision(section=section, by=secretary, text="Écrire au ministère")
    hidden = make_section(minutes, heading="Caché", audience=Audience.SECRETARIAT)
    add_decision(section=hidden, by=secretary, text="Se taire")
    add_follow_up(
        section=section, by=secretary, text="Relancer", who="Le bureau", due_words="en mai"
    )
    first, now = versions_of(minutes, member)
    (difference,) = compare(
        texts_of(minutes, first, member), texts_of(minutes, now, member)
    ).changed
    assert "Écrire au ministère" in difference.outcomes
    assert "en mai" in difference.outcomes
    assert "Se taire" not in difference.outcomes
    # What it said at the step is what is shown of the step, whatever came after.
    corrected(section, secretary, member, "douze", "dix")
    decision.text = "Écrire à la ministre"
    decision.version += 1
    decision.save()
    told = [
        texts_of(minutes, version, member)[0].outcomes for version in versions_of(minutes, member)
    ]
    assert told[0] == ""
    assert "au ministère" in told[1]
    assert "à la ministre" in told[2]


def test_decisions_of_loaded_minutes_are_of_their_day(member: User) -> None:
    minutes = make_minutes(make_meeting(dt.date(2014, 1, 31)), status=MinutesStatus.DRAFT)
    section = make_section(minutes)
    add_decision(section=section, by=None, text="Écrire")
    at = timezone.make_aware(dt.datetime(2014, 2, 10, 9))
    minutes = circulate(
        minutes=minutes, version=1, by=None, remarks_until=dt.date(2014, 2, 20), at=at
    )
    first, now = versions_of(minutes, member)
    assert "Écrire" in texts_of(minutes, first, member)[0].outcomes
    assert compare(texts_of(minutes, first, member), texts_of(minutes, now, member)).changed == []

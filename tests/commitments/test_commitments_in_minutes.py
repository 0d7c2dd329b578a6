"""Beside the paragraphs of minutes: what was promised there, for whoever may read both."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode

from commitments.enums import EventKind
from commitments.paragraphs import address_of, paragraph_of
from meetings.enums import MinutesStatus
from members.enums import Audience, Role
from tests.factories import (
    make_commitment,
    make_event,
    make_institution,
    make_meeting,
    make_minutes,
    make_section,
)

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from meetings.models import MinutesSection
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

TEXT = """# Préfets

D’abord autre chose.

- un point ;
- une **circulaire** [@source, p. 2] partira
  avant la fin de l’année.

Puis rien.
"""
CHOOSE = "/engagements/ajouter/evenement/"
FRAGMENT = {"HX-Request": "true"}


def section_of(text: str = TEXT, **fields: Any) -> MinutesSection:
    meeting = make_meeting(dt.date(2014, 9, 23), is_public=True)
    return make_section(make_minutes(meeting, status=MinutesStatus.ADOPTED), text=text, **fields)


def address(section: MinutesSection) -> str:
    return reverse("commitments:in-minutes", args=[section.minutes.meeting.slug])


@pytest.mark.parametrize(
    ("words", "paragraph"),
    [
        ("D’abord autre chose", 2),
        ("une circulaire partira avant la fin", 4),
        ("Puis rien.", 5),
        ("jamais dit", None),
        ("", None),
    ],
)
def test_words_are_found_in_their_paragraph(words: str, paragraph: int | None) -> None:
    section = section_of()
    assert paragraph_of(section, words) == paragraph
    end = "" if paragraph is None else f"-p{paragraph}"
    assert address_of(section, words) == f"{section.get_absolute_url()}{end}"


def test_the_page_of_minutes_has_the_paragraph_that_is_found(client_as: ClientAs) -> None:
    section = section_of()
    page = client_as(Role.MEMBER).get(section.minutes.get_absolute_url()).content.decode()
    item = page[page.index(f'id="s{section.pk}-p4"') :]
    assert item.index("circulaire") < item.index("Puis rien")


def test_a_fragment_finds_its_paragraph(client_as: ClientAs) -> None:
    section = section_of()
    commitment = make_commitment(section=section, quote="une circulaire partira")
    member = client_as(Role.MEMBER)
    page = member.get(section.minutes.get_absolute_url()).content.decode()
    assert f'hx-get="{address(section)}"' in page
    fragment = member.get(address(section), headers=FRAGMENT).content.decode()
    assert f"#s{section.pk}-p4" in fragment
    assert commitment.get_absolute_url() in fragment
    assert "<html" not in fragment
    assert "<html" in member.get(address(section)).content.decode()


def test_what_happened_there_to_another_commitment_is_shown_too(client_as: ClientAs) -> None:
    section = section_of()
    commitment = make_commitment()
    make_event(
        commitment, EventKind.NO_NEWS, dt.date(2015, 1, 22), meeting=section.minutes.meeting, section=section,
    )  # fmt: skip
    fragment = client_as(Role.MEMBER).get(address(section), headers=FRAGMENT).content.decode()
    assert commitment.get_absolute_url() in fragment
    assert f"beforeend:#s{section.pk}" in fragment


def test_an_event_stands_by_the_paragraph_that_it_quotes(client_as: ClientAs) -> None:
    section = section_of()
    commitment = make_commitment(section=section, quote="une circulaire partira")
    meeting = section.minutes.meeting
    told = make_event(
        commitment, EventKind.REAFFIRMED, dt.date(2014, 9, 23), meeting=meeting, section=section,
        text="« Puis rien. » Redit en fin de réunion.",
    )  # fmt: skip
    # Of the same section, and of no paragraph of it: the promise itself says how it stands.
    make_event(
        commitment, EventKind.NO_NEWS, dt.date(2015, 1, 22), meeting=meeting, section=section
    )
    member = client_as(Role.MEMBER)
    fragment = member.get(address(section), headers=FRAGMENT).content.decode()
    assert f"#s{section.pk}-p4" in fragment
    assert f"#s{section.pk}-p5" in fragment
    assert fragment.count(commitment.get_absolute_url()) == 2
    thread = member.get(commitment.get_absolute_url()).content.decode()
    line = thread[thread.index(f"evenement-{told.pk}") :]
    assert f'{section.get_absolute_url()}-p5"' in line[: line.index("</li>")]


def test_words_of_minutes_lead_to_an_open_commitment(
    client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    theirs = make_institution()
    section = section_of(institutions=[theirs])
    made_on = dt.date(2014, 1, 31)
    of_others = make_commitment(made_on=made_on, wording="D’une autre institution")
    open_one = make_commitment(made_on=made_on, institution=theirs, wording="Encore ouvert")
    kept = make_commitment(made_on=made_on, institution=theirs)
    make_event(kept, EventKind.KEPT, dt.date(2014, 2, 1))
    make_commitment(made_on=dt.date(2014, 9, 24), institution=theirs)
    client = client_as(Role.SECRETARIAT)
    query = {"section": str(section.pk), "passage": "Puis rien."}
    with CaptureQueriesContext(connection) as seen:
        page = client.get(CHOOSE, query)
    asked = len(seen)
    # Open on the day of the meeting, and theirs first.
    assert list(page.context["page"]) == [open_one, of_others]
    assert list(client.get(CHOOSE, {**query, "q": "autre"}).context["page"]) == [of_others]
    for _each in range(10):
        make_commitment(made_on=made_on, institution=theirs)
    with django_assert_num_queries(asked):
        client.get(CHOOSE, query)
    # The place and the words go along.
    link = f"{reverse('commitments:event-add', args=[open_one.slug])}?{urlencode(query)}"
    assert escape(link) in page.content.decode()
    form = client.get(link).context["form"]
    told = {name: form[name].value() for name in ("meeting", "section", "on", "text")}
    assert told == {
        "meeting": section.minutes.meeting_id,
        "section": section.pk,
        "on": dt.date(2014, 9, 23),
        "text": "«\u00a0Puis rien.\u00a0»",
    }
    assert client.get(CHOOSE, {"section": "999999"}).status_code == 404
    assert client.get(CHOOSE).status_code == 200


@pytest.mark.parametrize(
    ("of_commitment", "of_section", "is_copied"),
    [
        (Audience.MEMBERS, Audience.MEMBERS, True),
        (Audience.PUBLIC, Audience.PUBLIC, True),
        (Audience.SECRETARIAT, Audience.NAMED, True),
        (Audience.MEMBERS, Audience.NAMED, False),
        (Audience.PUBLIC, Audience.MEMBERS, False),
        (Audience.NAMED, Audience.MEMBERS, False),
    ],
)
def test_words_for_fewer_readers_than_the_commitment_are_not_copied(
    client_as: ClientAs, of_commitment: str, of_section: str, is_copied: bool
) -> None:
    section = section_of(audience=of_section)
    commitment = make_commitment(audience=of_commitment)
    response = client_as(Role.SECRETARIAT).get(
        reverse("commitments:event-add", args=[commitment.slug]),
        {"section": str(section.pk), "passage": "Puis rien."},
    )
    assert ("Puis rien." in response.context["form"]["text"].value()) == is_copied
    # Never lost: they are shown to be told otherwise.
    assert "Puis rien." in response.content.decode()


def test_one_sees_neither_hidden_commitments_nor_hidden_sections(client_as: ClientAs) -> None:
    section = section_of(audience=Audience.PUBLIC)
    hidden = make_section(section.minutes, audience=Audience.SECRETARIAT)
    public = make_commitment(section=section, audience=Audience.PUBLIC)
    inside = make_commitment(section=section)
    elsewhere = make_commitment(section=hidden, audience=Audience.PUBLIC)
    seen = {
        None: [public],
        Role.MEMBER: [public, inside],
        Role.SECRETARIAT: [public, inside, elsewhere],
    }
    for who, rows in seen.items():
        text = client_as(who).get(address(section), headers=FRAGMENT).content.decode()
        for row in (public, inside, elsewhere):
            assert (row.get_absolute_url() in text) == (row in rows)
    draft = make_section(make_minutes(status=MinutesStatus.DRAFT))
    assert client_as(Role.MEMBER).get(address(draft)).status_code == 404


def test_each_section_offers_to_record_a_commitment_to_the_secretariat(client_as: ClientAs) -> None:
    section = section_of()
    page = section.minutes.get_absolute_url()
    for name in ("commitments:create", "commitments:event-choose"):
        link = f"{reverse(name)}?section={section.pk}"
        assert link in client_as(Role.SECRETARIAT).get(page).content.decode()
        # The page is kept, but not for those who may do less.
        assert link not in client_as(Role.MEMBER).get(page).content.decode()
        assert link not in client_as(None).get(page).content.decode()


def test_twenty_commitments_ask_as_many_queries_as_one(
    client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    section = section_of()
    make_commitment(section=section, quote="une circulaire partira")
    client = client_as(Role.MEMBER)
    client.get(address(section), headers=FRAGMENT)
    with CaptureQueriesContext(connection) as seen:
        client.get(address(section), headers=FRAGMENT)
    asked = len(seen)
    for _each in range(20):
        make_commitment(section=section, quote="une circulaire partira")
    with django_assert_num_queries(asked):
        client.get(address(section), headers=FRAGMENT)

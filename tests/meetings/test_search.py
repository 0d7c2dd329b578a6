"""The search page: what is found, by whom, and that nothing tells of the rest."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.search import finding, index
from common.search.finding import Narrowed, find
from common.search.queries import LONGEST_TEXT, read_query
from common.search.visibility import forget_conditions
from meetings.enums import MinutesStatus
from meetings.models.minutes import MinutesSectionQuerySet
from meetings.services.decisions import add_decision
from members.enums import Audience, Role
from tests.factories import (
    make_assessment,
    make_association,
    make_draft,
    make_institution,
    make_invitee,
    make_measure,
    make_meeting,
    make_minutes,
    make_paper,
    make_section,
    make_user,
)

if TYPE_CHECKING:
    from django.test import Client

    from meetings.models import MinutesSection
    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
PAGE = "/recherche/"
NONSENSE, RESTRICTED = "xyzzyxyz", "semaphor"
HIT = re.compile(r'<h2 class="search-title"><a href="([^"]*)">(.*?)</a></h2>')


def hits(client: Client, **asked: str) -> dict[str, str]:
    """Titles with their addresses."""
    response = client.get(PAGE, asked)
    assert response.status_code == 200
    found = HIT.findall(response.content.decode())
    return {re.sub(r"</?mark>", "", title): url for url, title in found}


def adopted_section(**fields: Any) -> MinutesSection:
    """One that anyone may read when it is for everyone."""
    minutes = make_minutes(make_meeting(is_public=True), status=MinutesStatus.DRAFT)
    section = make_section(minutes, **fields)
    later = make_meeting(dt.date(2018, 1, 1))
    minutes.status, minutes.circulated_at = MinutesStatus.ADOPTED, timezone.now()
    minutes.adopted_at_meeting, minutes.adopted_on = later, dt.date(2018, 1, 1)
    minutes.save()
    index(section)
    return section


def test_every_kind_of_row_is_found(client_as: ClientAs) -> None:
    measure = make_measure(title="Sémaphore national", number="22")
    assessment = make_assessment(measure, observations="Un sémaphore.")
    draft = make_draft(measure, assessor=make_institution(), observations="Sémaphores.")
    association = make_association(name="Sémaphore", acronym="SEM")
    institution = make_institution(name="Sémaphore d’État")
    paper = make_paper(title="Note sur le sémaphore", audience=Audience.MEMBERS)
    meeting = make_meeting(title="Autour du sémaphore")
    section = make_section(make_minutes(meeting), heading="Point", text="le sémaphore")
    index(measure, association, institution, meeting, section)
    found = hits(client_as(Role.MEMBER), q="SEMAPHORES")
    assert set(found.values()) == {
        measure.get_absolute_url(),
        f"{measure.get_absolute_url()}?le={assessment.assessed_on}&amp;par={assessment.assessor.key}",
        draft.measure.get_absolute_url(),
        association.get_absolute_url(),
        f"/institutions/{institution.key}/",
        f"/collectif/pieces/{paper.pk}/fichier/",
        meeting.get_absolute_url(),
        section.get_absolute_url(),
    }
    # What a stranger may see: no draft, no paper of members, no meeting, no minutes.
    assert len(hits(client_as(None), q="semaphore")) == 4


@pytest.mark.parametrize("word", ["evaluation", "ÉVALUATION", "évalués", "« évaluation »"])
def test_accents_case_and_endings_find_the_same(word: str, client_as: ClientAs) -> None:
    texts = ("L’évaluation.", "Ils sont évalués.", "EVALUER", "autre chose")
    sections = [make_section(heading=f"P{n}", text=text) for n, text in enumerate(texts)]
    index(*sections)
    assert set(hits(client_as(Role.MEMBER), q=word)) == {str(each) for each in sections[:3]}


def test_decisions_are_found_with_their_section(client_as: ClientAs) -> None:
    section = make_section(make_minutes(status=MinutesStatus.DRAFT))
    secretary = make_user(Role.SECRETARIAT)
    add_decision(section=section, by=secretary, text="Écrire au sémaphore.")
    assert list(hits(client_as(secretary), q="semaphore").values()) == [section.get_absolute_url()]


def test_phrases_stand_together_and_what_is_left_out_stays_out(client_as: ClientAs) -> None:
    one = make_section(heading="Phare", text="un fonds dédié aux victimes")
    # Words such as “et” and “des” do not count between two others.
    two = make_section(heading="Deux", text="un fonds national, dédié aux victimes")
    index(one, two)
    member = client_as(Role.MEMBER)
    assert len(hits(member, q="fonds dédié")) == 2
    assert list(hits(member, q='"fonds dédiés"')) == [str(one)]
    assert list(hits(member, q='victimes -"fonds dédié"')) == [str(two)]
    # A title does not run on into the text.
    assert hits(member, q="phare fonds")
    assert hits(member, q='"phare fonds"') == {}


def test_titles_come_first_then_the_latest(client_as: ClientAs) -> None:
    days = [dt.date(2014, 1, 31), dt.date(2015, 4, 21), dt.date(2013, 9, 13)]
    sections = [
        make_section(make_minutes(make_meeting(day)), heading=f"P{day.year}", text="phare")
        for day in days
    ]
    titled = make_section(make_minutes(make_meeting(dt.date(2012, 1, 1))), heading="Le phare")
    named = make_association(name="Phare")
    index(*sections, titled, named)
    order = [title.split()[-1] for title in hits(client_as(Role.MEMBER), q="phares")]
    assert order == ["Phare", "phare", "P2015", "P2014", "P2013"]


def test_filters_narrow_by_kind_day_measure_and_institution(client_as: ClientAs) -> None:
    measure, institution = make_measure(number="4 bis"), make_institution(key="miprof")
    old = make_section(
        make_minutes(make_meeting(dt.date(2013, 9, 13))), heading="Ancien", text="phare"
    )
    new = make_section(
        make_minutes(make_meeting(dt.date(2014, 1, 31))), heading="Nouveau", text="phare"
    )
    new.measures.add(measure)
    old.institutions.add(institution)
    index(old, new, make_association(name="Phare"), measure)
    member = client_as(Role.MEMBER)
    assert len(hits(member, q="phare")) == 3
    assert len(hits(member, q="phare", genre="comptes-rendus")) == 2
    assert list(hits(member, q="phare", genre="associations")) == ["Phare"]
    assert list(hits(member, q="phare", du="2014-01-31")) == [str(new)]
    assert list(hits(member, q="phare", au="2014-01-30")) == [str(old)]
    assert list(hits(member, q="phare", mesure="4 BIS")) == [str(new)]
    assert list(hits(member, q="phare", institution="miprof")) == [str(old)]
    # Without words: everything about it.
    assert len(hits(member, mesure="4 bis")) == 2
    assert list(hits(member, genre="comptes-rendus", au="2013-12-31")) == [str(old)]


@pytest.mark.parametrize(
    "text",
    ['"', "'", "%", "%%", "\\", "« »", "<script>", "a" * LONGEST_TEXT, "ʼ￿", "de la", "* OR"],
)
def test_odd_texts_are_answered(text: str, client_as: ClientAs) -> None:
    response = client_as(None).get(PAGE, {"q": text})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "a" * 10_000},
        {"q": '"a" ' * 200},
        {"q": "a\0b"},
        {"q": "-mot"},
        {"genre": "rien"},
        {"du": "2015-02-31"},
        {"du": "hier"},
        {"du": "2015-01-02", "au": "2015-01-01"},
        {"mesure": "999"},
        {"mesure": "\0"},
        {"institution": "nulle-part"},
    ],
)
def test_what_cannot_be_answered_is_said_and_kept(
    asked: dict[str, str], client_as: ClientAs
) -> None:
    response = client_as(None).get(PAGE, asked)
    assert response.status_code == 422
    html = response.content.decode()
    assert 'class="field-error"' in html
    assert not HIT.search(html)


@pytest.mark.parametrize("page", ["0", "-1", "2", "x", "99999999", "1.5", "²"])
def test_a_page_that_is_not_there_is_not_found(page: str, client_as: ClientAs) -> None:
    index(make_association(name="Phare"))
    assert client_as(None).get(PAGE, {"q": "phare", "page": page}).status_code == 404


def test_pages_follow_each_other(client_as: ClientAs) -> None:
    index(*(make_association(name=f"Phare {n:02}") for n in range(25)))
    client = client_as(None)
    first = client.get(PAGE, {"q": "phare", "genre": "associations"}).content.decode()
    assert len(HIT.findall(first)) == 20
    assert "?q=phare&amp;genre=associations&amp;page=2" in first
    assert len(hits(client, q="phare", page="2")) == 5


def test_words_are_marked_and_nothing_else_is_html(client_as: ClientAs) -> None:
    index(make_association(name="Phare & <b>co</b>", presentation="Un phare <i>là</i>."))
    html = client_as(None).get(PAGE, {"q": "phares <b>"}).content.decode()
    assert "<mark>Phare</mark> &amp; &lt;<mark>b</mark>&gt;co" in html
    assert "Un <mark>phare</mark>" in html
    assert "<i>là" not in html


def test_htmx_takes_the_answers_alone(client_as: ClientAs) -> None:
    response = client_as(None).get(PAGE, {"q": "phare"}, headers={"HX-Target": "results"})
    assert response.content.decode().strip().startswith('<section id="results"')
    assert "HX-Target" in response["Vary"]


def test_queries_are_as_many_for_one_answer_as_for_twenty(client_as: ClientAs) -> None:
    client = client_as(Role.MEMBER)
    rows = [make_section(heading=f"P{n}", text="phare") for n in range(21)]
    counts = []
    for some in (rows[:1], rows):
        index(*some)
        client.get(PAGE, {"q": "phare"})
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE, {"q": "phare"})
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Who may see ------------------------------------------------------------------------------------------------------


def readers(section: MinutesSection) -> dict[str, User | None]:
    guest = make_user(Role.GUEST)
    make_invitee(section.minutes.meeting, guest)
    people = {str(role): make_user(role) for role in Role}
    return {"anonymous": None, "invited guest": guest, **people}


@pytest.mark.parametrize(
    ("audience", "seen_by"),
    [
        (Audience.PUBLIC, {"anonymous", "invited guest", *Role}),
        (Audience.MEMBERS, {Role.MEMBER, Role.SECRETARIAT, Role.COORDINATOR}),
        (Audience.NAMED, {"named", Role.SECRETARIAT, Role.COORDINATOR}),
        (Audience.SECRETARIAT, {Role.SECRETARIAT, Role.COORDINATOR}),
    ],
)
def test_a_section_is_found_by_its_audience_and_nobody_else(
    audience: str, seen_by: set[str], client_as: ClientAs
) -> None:
    section = adopted_section(heading="Point", text=RESTRICTED, audience=audience)
    people = readers(section)
    if audience == Audience.NAMED:
        people["named"] = named = make_user(Role.MEMBER)
        section.named_people.add(named)
    found = {str(name) for name, person in people.items() if hits(client_as(person), q=RESTRICTED)}
    assert found == {str(name) for name in seen_by}


def blank(html: bytes, word: str) -> str:
    """A page without what is its own: the word, and the token of the log-out form."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html.decode())
    return text.replace(word, "…")


@pytest.mark.parametrize("who", [None, Role.GUEST, Role.MEMBER, Role.ADMINISTRATOR])
@pytest.mark.parametrize("asked", [{}, {"genre": "comptes-rendus"}, {"du": "2000-01-01"}])
def test_a_restricted_word_answers_as_a_nonsense_word(
    who: Role | None, asked: dict[str, str], client_as: ClientAs
) -> None:
    section = adopted_section(heading=RESTRICTED, text=RESTRICTED, audience=Audience.NAMED)
    index(section)
    client = client_as(who)
    answers = []
    for word in (NONSENSE, RESTRICTED):
        client.get(PAGE, {"q": word, **asked})
        with CaptureQueriesContext(connection) as queries:
            response = client.get(PAGE, {"q": word, **asked})
        assert response.status_code == 200
        answers.append((blank(response.content, word), len(queries)))
    assert answers[0] == answers[1]


def test_that_check_finds_a_leak(client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its twin: with the guard off, the word is found."""
    section = adopted_section(heading=RESTRICTED, text=RESTRICTED, audience=Audience.NAMED)
    index(section)
    member = client_as(Role.MEMBER)
    assert hits(member, q=RESTRICTED) == {}
    monkeypatch.setattr(MinutesSectionQuerySet, "visible_to", lambda self, user: self)
    forget_conditions()
    assert list(hits(member, q=RESTRICTED)) == [RESTRICTED]
    # A stranger is not even looked for there.
    assert hits(client_as(None), q=RESTRICTED) == {}


def test_what_is_restricted_counts_for_nothing(client_as: ClientAs) -> None:
    hidden = [adopted_section(text="phare", audience=Audience.SECRETARIAT) for _ in range(3)]
    shown = make_section(text="phare")
    index(*hidden, shown)
    found = find(read_query("phare"), user=make_user(Role.MEMBER), narrowed=Narrowed())
    assert (found.total, [entry.row for entry in found.entries]) == (1, [shown.pk])
    assert find(read_query("phare"), user=AnonymousUser(), narrowed=Narrowed()).total == 0


def test_what_may_be_seen_is_found_behind_whatever_may_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(finding, "LOOKED_AT", 2)
    rows = []
    for day in range(1, 12):
        meeting = make_meeting(dt.date(2014, 3, day))
        minutes = make_minutes(meeting, status=MinutesStatus.CIRCULATED)
        audience = Audience.MEMBERS if day in {1, 9} else Audience.SECRETARIAT
        rows.append(
            make_section(minutes, heading="phare" * (day % 2), text="phare", audience=audience)
        )
    index(*rows)
    found = find(read_query("phare"), user=make_user(Role.MEMBER), narrowed=Narrowed())
    # Those of the first grade, the latest of them first.
    assert [entry.row for entry in found.entries] == [rows[8].pk, rows[0].pk]
    assert (found.total, found.is_more) == (2, False)


def test_strangers_find_what_is_public_once_its_meeting_is() -> None:
    section = adopted_section(text="phare", audience=Audience.PUBLIC)
    meeting = section.minutes.meeting
    meeting.is_public = False
    meeting.save()
    index(meeting, section)
    stranger = AnonymousUser()
    assert find(read_query("phare"), user=stranger, narrowed=Narrowed()).total == 0
    meeting.is_public = True
    meeting.save()
    index(meeting)
    found = find(read_query("phare"), user=stranger, narrowed=Narrowed())
    assert [entry.row for entry in found.entries] == [section.pk]


def test_what_is_taken_back_is_found_no_more_at_once(client_as: ClientAs) -> None:
    section = adopted_section(heading="Point", text="phare", audience=Audience.PUBLIC)
    stranger = client_as(None)
    assert hits(stranger, q="phare")
    meeting = section.minutes.meeting
    meeting.is_public = False
    meeting.save()
    # Not indexed again: who may see is asked of the rows.
    assert hits(stranger, q="phare") == {}
    assert hits(client_as(Role.MEMBER), q="phare")


def test_somebody_whose_mandate_has_ended_finds_what_a_stranger_does(client_as: ClientAs) -> None:
    index(make_section(text="phare"))
    person = make_user(Role.MEMBER)
    client = client_as(person)
    assert hits(client, q="phare")
    person.mandates.update(until=dt.date(2015, 1, 1))
    assert client.get(PAGE, {"q": "phare"}).status_code in {200, 302}
    assert not HIT.search(client.get(PAGE, {"q": "phare"}).content.decode())


def test_two_members_are_not_taken_for_each_other(client_as: ClientAs) -> None:
    """The condition is written once for all members: each one's own key stands in it."""
    one, other = make_user(Role.MEMBER), make_user(Role.MEMBER)
    section = make_section(text="phare", audience=Audience.NAMED)
    section.named_people.add(one)
    index(section)
    for _time in range(2):
        assert len(hits(client_as(one), q="phare")) == 1
        assert hits(client_as(other), q="phare") == {}

"""What was said of a measure or of an institution: in order, at the reader's level, and in the page of each."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.enums import MinutesStatus
from meetings.models import Decision, FollowUp
from meetings.said import excerpt
from members.enums import Audience, Role
from plan.enums import Meaning
from tests.factories import (
    make_assessment,
    make_draft,
    make_institution,
    make_measure,
    make_meeting,
    make_meeting_paper,
    make_minutes,
    make_plan,
    make_section,
    make_session,
    make_user,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from measures.models import Measure
    from members.models import User
    from plan.models import Institution
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
JANUARY, OCTOBER, APRIL = dt.date(2014, 1, 31), dt.date(2014, 10, 22), dt.date(2015, 4, 21)
HTMX = {"HX-Request": "true"}


def of_measure(measure: Measure) -> str:
    return reverse("meetings:said-measure", args=[measure.plan.slug, measure.number])


def of_institution(institution: Institution) -> str:
    return reverse("meetings:said-institution", args=[institution.key])


def days(html: str) -> list[str]:
    return re.findall(r'<time datetime="([^"]+)"', html)


def make_known_measure() -> Measure:
    return make_measure(make_plan(adopted_on=dt.date(2014, 1, 2)), number="22")


def test_thread_of_a_measure_is_told_in_order(client_as: ClientAs) -> None:
    measure = make_known_measure()
    other = make_institution(name="Le Collectif")
    measure.plan.assessors.add(other)
    autumn = make_minutes(make_meeting(OCTOBER), status=MinutesStatus.ADOPTED)
    section = make_section(autumn, heading="Mesure 22", text="Promesse.", measures=[measure])
    Decision.objects.create(section=section, text="Écrire au ministre")
    FollowUp.objects.create(section=section, text="Relancer", who="Le secrétariat")
    winter = make_minutes(make_meeting(JANUARY))
    make_section(winter, text="Lecture du projet.", measures=[measure])
    paper = make_meeting_paper(
        make_meeting(OCTOBER), dated_on=dt.date(2014, 11, 2), summary="Note jointe."
    )
    paper.measures.set([measure])
    make_assessment(
        measure, Meaning.NONE, assessor=other, assessed_on=APRIL, reason="Rien n’est venu."
    )
    make_assessment(measure, reason="Du premier évaluateur", assessed_on=APRIL)
    make_section(winter, text="D’une autre mesure", measures=[make_measure(measure.plan)])
    html = client_as(Role.MEMBER).get(of_measure(measure)).content.decode()
    assert days(html) == ["2014-01-31", "2014-10-22", "2014-11-02", "2015-04-21"]
    for words in ("Promesse.", "Écrire au ministre", "Relancer", "Note jointe.", "Rien n’est venu"):
        assert words in html, words
    assert f"#s{section.pk}" in html
    assert "Du premier évaluateur" not in html
    assert "D’une autre mesure" not in html


def test_day_of_what_was_said_is_that_of_its_session(client_as: ClientAs) -> None:
    measure = make_known_measure()
    minutes = make_minutes(make_meeting(OCTOBER))
    later = make_session(minutes.meeting, on=dt.date(2014, 11, 18))
    make_section(minutes, measures=[measure], session=later)
    html = client_as(Role.MEMBER).get(of_measure(measure)).content.decode()
    assert days(html) == ["2014-11-18"]


@pytest.mark.parametrize("about", ["measure", "institution"])
def test_nobody_reads_in_a_thread_what_they_may_not_read_elsewhere(
    client_as: ClientAs, about: str
) -> None:
    measure, institution = make_known_measure(), make_institution()
    public = make_minutes(make_meeting(is_public=True), status=MinutesStatus.ADOPTED)
    private = make_minutes(make_meeting())
    draft = make_minutes(make_meeting(), status=MinutesStatus.DRAFT)
    named = make_user(Role.MEMBER)
    tied: dict[str, Any] = {"measures": [measure], "institutions": [institution]}
    for minutes, words in ((public, "ouverte"), (private, "interne"), (draft, "brouillon")):
        for audience in Audience.values:
            people = [named] if audience == Audience.NAMED else []
            text = f"Parole {words} {audience}."
            make_section(minutes, text=text, audience=audience, people=people, **tied)
        for audience in Audience.values:
            people = [named] if audience == Audience.NAMED else []
            paper = make_meeting_paper(
                minutes.meeting,
                title=f"Papier {words} {audience}.",
                audience=audience,
                people=people,
            )
            paper.measures.set([measure])
            paper.institutions.set([institution])
    make_draft(measure, reason="Parole de brouillon d’évaluation.")
    address = of_measure(measure) if about == "measure" else of_institution(institution)
    everyone = {("ouverte", "public")}
    members = {
        (words, audience) for words in ("ouverte", "interne") for audience in ("public", "members")
    }
    own = {(words, "named") for words in ("ouverte", "interne")}
    wanted: dict[Role | User | None, set[tuple[str, str]]] = {
        None: everyone,
        Role.GUEST: everyone,
        Role.ADMINISTRATOR: everyone,
        Role.MEMBER: members,
        named: members | own,
    }
    for who, sections in wanted.items():
        for headers in ({}, HTMX):
            html = client_as(who).get(address, headers=headers).content.decode()
            assert set(re.findall(r"Parole (\w+) (\w+)\.", html)) == sections, who
            # Papers do not wait for the minutes.
            drafts = {
                ("brouillon", audience)
                for _words, audience in sections
                if who not in (None, Role.GUEST, Role.ADMINISTRATOR)
            }
            assert set(re.findall(r"Papier (\w+) (\w+)\.", html)) == sections | drafts, who
            assert "brouillon d’évaluation" not in html


def test_measure_page_holds_a_link_that_becomes_the_panel(client_as: ClientAs) -> None:
    measure = make_known_measure()
    make_section(make_minutes(), text="Dit en réunion.", measures=[measure])
    client = client_as(Role.MEMBER)
    page = reverse("measures:detail", args=[measure.plan.slug, measure.number])
    html = client.get(page).content.decode()
    assert f'hx-get="{of_measure(measure)}"' in html
    assert f'href="{of_measure(measure)}"' in html
    assert "Dit en réunion." not in html
    fragment = client.get(of_measure(measure), headers=HTMX)
    assert "Dit en réunion." in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    assert "HX-Request" in fragment["Vary"]


def test_measure_page_asks_no_more_for_its_panels(client_as: ClientAs) -> None:
    measure = make_known_measure()
    page = reverse("measures:detail", args=[measure.plan.slug, measure.number])
    client = client_as(None)
    client.get(page)
    with CaptureQueriesContext(connection) as queries:
        client.get(page)
    assert len(queries) == 1


@pytest.mark.parametrize("name", ["said-measure", "said-institution", "institution-meetings"])
def test_thread_of_what_is_not_there_is_not_found(client_as: ClientAs, name: str) -> None:
    arguments = ["nulle-part", "99"] if name == "said-measure" else ["nulle-part"]
    assert client_as(None).get(reverse(f"meetings:{name}", args=arguments)).status_code == 404


@pytest.mark.parametrize("who", [None, Role.MEMBER])
def test_empty_thread_says_so(client_as: ClientAs, who: Role | None) -> None:
    html = client_as(who).get(of_measure(make_known_measure())).content.decode()
    assert 'class="thread"' not in html
    assert 'class="muted"' in html


@pytest.mark.parametrize("address", [of_measure, of_institution])
def test_a_long_thread_asks_no_more_than_a_short_one(
    client_as: ClientAs, address: Callable[[Any], str]
) -> None:
    measure, institution = make_known_measure(), make_institution()
    about = measure if address is of_measure else institution
    counts = []
    client = client_as(Role.MEMBER)
    for total in (1, 7):
        for _ in range(total):
            section = make_section(measures=[measure], institutions=[institution])
            Decision.objects.create(section=section, text="Décidé")
            FollowUp.objects.create(section=section, text="Suivre", institution=make_institution())
            paper = make_meeting_paper()
            paper.measures.set([measure])
            paper.institutions.set([institution])
            make_assessment(measure, assessor=_assessor(measure), assessed_on=APRIL)
        with CaptureQueriesContext(connection) as queries:
            client.get(address(about))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def _assessor(measure: Measure) -> Institution:
    other = make_institution()
    measure.plan.assessors.add(other)
    return other


def test_thread_is_paged(client_as: ClientAs) -> None:
    measure = make_known_measure()
    minutes = make_minutes()
    for number in range(25):
        make_section(minutes, heading=f"Passage n{number:02}.", measures=[measure])
    client = client_as(Role.MEMBER)
    seen = [
        heading
        for page in ("1", "2")
        for heading in re.findall(
            r'">Passage (n\d\d)\.</a>',
            client.get(of_measure(measure), {"page": page}).content.decode(),
        )
    ]
    assert seen == [f"n{number:02}" for number in range(25)]
    fragment = client.get(of_measure(measure), headers=HTMX).content.decode()
    assert f'hx-get="{of_measure(measure)}?page=2"' in fragment
    assert client.get(of_measure(measure), {"page": "none"}).status_code == 200


def test_short_text_is_told_whole() -> None:
    assert excerpt("Un mot ^[une note] et [@cle, p. 2].") == ("Un mot et.", False)


def test_excerpt_of_a_long_text_begins_where_the_measure_is_named() -> None:
    paragraphs = [f"Paragraphe {n} : {'mot ' * 100}" for n in range(8)]
    paragraphs[1] += "la mesure 22 bis et les mesures 2 et 122"
    paragraphs[3] += "les mesures 7, 22 et 23"
    words, is_cut = excerpt("\n\n".join(paragraphs), "22")
    assert is_cut
    assert words.startswith("Paragraphe 3")
    assert len(words) < 1_500
    assert excerpt("\n\n".join(paragraphs), "9")[0].startswith("Paragraphe 0")
    whole = excerpt("mot " * 1_000)[0]
    assert whole.endswith("…")
    assert len(whole) < 1_500

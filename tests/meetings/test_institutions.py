"""The pages of institutions: what is public of them, and the meetings that each reader may know of."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from measures.enums import Involvement
from measures.models import MeasureInstitution
from measures.services import Ask
from members.enums import Role
from plan.enums import InstitutionKind, Meaning
from plan.models import InstitutionAttachment
from tests.factories import (
    make_assessment,
    make_draft,
    make_institution,
    make_measure,
    make_meeting,
    make_minutes,
    make_plan,
    make_section,
    make_session,
)

if TYPE_CHECKING:
    from plan.models import Institution
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
LIST = reverse("measures:institution-list")


def page_of(institution: Institution) -> str:
    return reverse("measures:institution-detail", args=[institution.key])


def involve(institution: Institution, involvement: Involvement, *, number: str) -> None:
    measure = make_measure(number=number, title=f"Titre de la {number}")
    MeasureInstitution.objects.create(
        measure=measure, institution=institution, involvement=involvement
    )
    make_assessment(measure, Meaning.PARTIAL)


def test_anyone_reads_what_an_institution_does(client_as: ClientAs) -> None:
    mission = make_institution(name="Mission d’essai", acronym="MES", about="Elle coordonne.")
    one, two = make_institution(name="Premier ministère"), make_institution(name="Second ministère")
    InstitutionAttachment.objects.create(
        institution=mission, attached_to=one, since=dt.date(2013, 1, 3), until=dt.date(2014, 4, 2)
    )
    InstitutionAttachment.objects.create(institution=mission, attached_to=two, position=1)
    involve(mission, Involvement.LEAD, number="7")
    involve(mission, Involvement.PARTNER, number="9")
    html = client_as(None).get(page_of(mission)).content.decode()
    for words in ("Mission d’essai", "MES", "Elle coordonne.", "Titre de la 7", "Titre de la 9"):
        assert words in html, words
    assert html.index("Premier ministère") < html.index("Second ministère")
    assert "3\u00a0janvier 2013" in html
    assert html.count("tone-partial") == 2
    assert "Mission d’essai" in client_as(None).get(page_of(one)).content.decode()


def test_recommendations_are_those_that_hold_and_are_published(client_as: ClientAs) -> None:
    body = make_institution()
    measure = make_measure(make_plan(adopted_on=dt.date(2014, 1, 2)))
    first = make_assessment(
        measure, recommendations=[Ask(text="Demande remplacée", addressee=body)]
    )
    make_assessment(
        measure,
        supersedes=first,
        recommendations=[Ask(text="Demande en vigueur", addressee=body), Ask(text="À un autre")],
    )
    make_draft(measure, recommendations=[Ask(text="Demande en brouillon", addressee=body)])
    for who in (None, Role.COORDINATOR):
        html = client_as(who).get(page_of(body)).content.decode()
        assert "Demande en vigueur" in html
        for words in ("Demande remplacée", "Demande en brouillon", "À un autre"):
            assert words not in html, words


def test_panels_of_an_institution_are_links_first(client_as: ClientAs) -> None:
    body = make_institution()
    html = client_as(None).get(page_of(body)).content.decode()
    for name in ("said-institution", "institution-meetings"):
        address = reverse(f"meetings:{name}", args=[body.key])
        assert f'hx-get="{address}"' in html
        assert f'href="{address}"' in html
        assert client_as(None).get(address).status_code == 200


def test_meetings_with_an_institution_are_those_one_may_know_of(client_as: ClientAs) -> None:
    body = make_institution()
    public = make_meeting(dt.date(2014, 9, 23), title="Réunion publique", is_public=True)
    private = make_meeting(dt.date(2014, 10, 22), title="Réunion privée")
    hosted = make_meeting(None, title="Réunion chez elle")
    make_session(hosted, on=dt.date(2014, 11, 7), host=body)
    make_session(hosted, on=dt.date(2014, 11, 18), host=body)
    make_meeting(title="Réunion sans elle", is_public=True)
    for meeting in (public, private):
        meeting.institutions.add(body)
    address = reverse("meetings:institution-meetings", args=[body.key])

    def listed(who: Role | None) -> list[str]:
        html = client_as(who).get(address).content.decode()
        return re.findall(r">(Réunion [^<]*)</a>", html)

    assert listed(None) == ["Réunion publique"]
    assert listed(Role.MEMBER) == ["Réunion chez elle", "Réunion privée", "Réunion publique"]

    def counted(who: Role | None) -> list[str]:
        html = client_as(who).get(LIST).content.decode()
        row = html.split(f'href="{page_of(body)}"')[1].split("</tr>")[0]
        return re.findall(r'<td class="numeric"[^>]*>([^<]*)</td>', row)

    make_section(make_minutes(public), institutions=[body])
    assert counted(None)[:4] == ["–", "–", "1", "–"]
    assert counted(Role.MEMBER)[:4] == ["–", "–", "3", "1"]


def test_institutions_are_listed_by_kind(client_as: ClientAs) -> None:
    for kind in InstitutionKind:
        make_institution(name=f"Corps {kind}", kind=kind)
    html = client_as(None).get(LIST).content.decode()
    assert re.findall(r">Corps ([\w-]+)</a>", html) == list(InstitutionKind.values)


def test_measure_leads_to_the_institutions_that_it_names(client_as: ClientAs) -> None:
    body = make_institution()
    measure = make_measure()
    MeasureInstitution.objects.create(
        measure=measure, institution=body, involvement=Involvement.LEAD
    )
    html = client_as(None).get(measure.get_absolute_url()).content.decode()
    assert f'href="{page_of(body)}"' in html


def test_unknown_institution_is_not_found(client_as: ClientAs) -> None:
    address = reverse("measures:institution-detail", args=["nulle-part"])
    assert client_as(Role.COORDINATOR).get(address).status_code == 404


def test_many_measures_and_institutions_ask_no_more_than_few(client_as: ClientAs) -> None:
    body = make_institution()
    client = client_as(Role.MEMBER)
    counts = []
    for total in (1, 8):
        for _ in range(total):
            other = make_institution()
            InstitutionAttachment.objects.create(institution=body, attached_to=other)
            InstitutionAttachment.objects.create(institution=other, attached_to=body)
            measure = make_measure()
            MeasureInstitution.objects.create(
                measure=measure, institution=body, involvement=Involvement.LEAD
            )
            make_assessment(measure, recommendations=[Ask(text="Faire", addressee=body)])
            make_meeting().institutions.add(body)
        asked = []
        for address in (
            LIST,
            page_of(body),
            reverse("meetings:institution-meetings", args=[body.key]),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            asked.append(len(queries))
        counts.append(asked)
    assert counts[0] == counts[1]

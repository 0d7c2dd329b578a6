"""The record on paper: one page whatever was promised, for one reader, as a screen reader and a black and white printer want it."""

from __future__ import annotations

import datetime as dt
import re
import threading
from typing import TYPE_CHECKING, Any

import page as ua_checker
import pytest
from django.core.cache import caches

from commitments import record_pdf as paper
from commitments.enums import EventKind
from commitments.record import record_of
from common.pdf import PdfError
from members.enums import Audience, Role
from members.models import FileReading
from plan.models import InstitutionAttachment
from tests.factories import make_commitment, make_event, make_institution, make_user
from tests.reports.printed import Printed, squeeze

if TYPE_CHECKING:
    from pathlib import Path

    from members.models import User
    from plan.models import Institution
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

MADE, LATE, ON = dt.date(2014, 9, 23), dt.date(2015, 1, 1), dt.date(2015, 4, 21)
LONG = (
    "Envoyer à chaque préfet une circulaire qui dit ce qui est attendu de lui, point par point, "
    * 3
)
ADDRESS = f"/institutions/miprof/engagements.pdf?le={ON}"


@pytest.fixture
def mission() -> Institution:
    row = make_institution(key="miprof", name="Mission interministérielle", acronym="MIPROF")
    for place in range(4):
        InstitutionAttachment.objects.create(
            institution=row,
            attached_to=make_institution(name=f"Ministère {place + 1} des affaires publiques"),
            since=dt.date(2013, 1, 3) if place == 0 else None,
            position=place,
        )
    return row


def promise(of: Institution, kind: str = "", **fields: Any) -> None:
    row = make_commitment(institution=of, **{"made_on": MADE, "late_from": LATE, **fields})
    if kind:
        make_event(row, EventKind(kind), dt.date(2015, 2, 1))


def printed(institution: Institution, reader: User, folder: Path) -> Printed:
    path = folder / "record.pdf"
    path.write_bytes(paper.record_pdf(record_of(institution, reader, ON), reader))
    return Printed(path)


def assert_accessible(content: bytes) -> None:
    report = ua_checker.validate_pdf_bytes(content, profile="ua1")
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert report.is_compliant


def test_a_few_promises_are_all_on_the_page_with_their_figures(
    mission: Institution, tmp_path: Path
) -> None:
    promise(mission, "kept", wording="Désigner un correspondant.")
    promise(mission, wording="Envoyer une circulaire.")
    found = printed(mission, make_user(Role.MEMBER), tmp_path)
    assert len(found.pages) == 1
    text = found.pages[0].squeezed
    for words in (
        "Mission interministérielle (MIPROF)",
        "Désigner un correspondant.",
        "Envoyer une circulaire.",
        "111",
        "Ministère 1 des affaires publiques",
        "Ministère 4 des affaires publiques",
        "21 avril 2015",
    ):
        assert squeeze(words) in text
    # The circular, late, comes before what was kept.
    assert text.index("Envoyerunecirculaire") < text.index("Désignerun")
    assert str(found.reader.root_object["/Lang"]) == "fr"
    assert_accessible(found.content)


@pytest.mark.one_database("how many lines a page holds")
def test_many_promises_stay_on_one_page_that_says_how_many_others(
    mission: Institution, tmp_path: Path
) -> None:
    mission.name = "Mission interministérielle pour la protection et la lutte " * 3
    mission.save()
    for number in range(40):
        promise(mission, "kept" if number % 4 == 0 else "", wording=f"{number:03} {LONG}"[:290])
    found = printed(mission, make_user(Role.MEMBER), tmp_path)
    assert len(found.pages) == 1
    page = found.pages[0]
    shown = len(re.findall(r"\d{3}Envoyer", page.squeezed))
    assert 3 <= shown <= 20
    assert str(40 - shown) in page.squeezed
    # Cut where there is no room, and said to be.
    assert "…" in page.text
    assert max(word.bottom for word in page.words) < 297
    assert_accessible(found.content)


@pytest.mark.one_database("how many lines a page holds")
def test_when_the_guess_is_too_large_lines_are_left_out_until_it_fits(
    mission: Institution, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(18):
        promise(mission, wording=LONG[:290])
    monkeypatch.setattr(paper, "ROW_LINE", 2.5)
    assert len(printed(mission, make_user(Role.MEMBER), tmp_path).pages) == 1


@pytest.mark.parametrize(
    ("audience", "role", "is_personal", "is_public"),
    [
        (Audience.PUBLIC, Role.GUEST, False, True),
        (Audience.PUBLIC, Role.MEMBER, False, False),
        (Audience.MEMBERS, Role.MEMBER, False, False),
        (Audience.SECRETARIAT, Role.MEMBER, False, False),
        (Audience.SECRETARIAT, Role.SECRETARIAT, True, False),
        (Audience.NAMED, Role.COORDINATOR, True, False),
    ],
)
def test_the_foot_says_from_what_it_is_made(
    audience: Audience, role: Role, *, is_personal: bool, is_public: bool, mission: Institution
) -> None:
    promise(mission, audience=audience, wording="Sémaphore.")
    reader = make_user(role)
    found = record_of(mission, reader, ON)
    assert (found.is_personal, found.is_public) == (is_personal, is_public)
    assert (reader.name in paper.foot(found, reader)) is is_personal
    html = paper.compose(found, [], reader)
    assert (reader.name in html) is is_personal


def test_it_is_in_french_whatever_the_reader_s_language(mission: Institution) -> None:
    reader = make_user(Role.MEMBER)
    found = record_of(mission, reader, ON)
    assert 'lang="fr"' in paper.compose(found, [], reader)
    assert "21\u00a0avril 2015" in paper.compose(found, [], reader)


# --- The file -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def _no_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that takes no time."""
    content = b"%PDF-1.7 one"
    monkeypatch.setattr(paper, "render_pdf", lambda *_args, **_options: content)
    monkeypatch.setattr(paper, "check_pdf", lambda _pdf, wanted: 1)


@pytest.mark.usefixtures("mission", "_no_layout")
def test_it_is_given_at_once_to_who_is_logged_in(client_as: ClientAs) -> None:
    response = client_as(None).get(ADDRESS)
    assert response.status_code == 302
    assert "/compte/" in response["Location"]
    response = client_as(Role.MEMBER).get(ADDRESS)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert f'filename="engagements-miprof-{ON}.pdf"' in response["Content-Disposition"]
    assert response["Cache-Control"] == "private, no-store"
    assert client_as(Role.MEMBER).get("/institutions/rien/engagements.pdf").status_code == 404


@pytest.mark.usefixtures("_no_layout")
def test_who_takes_a_personal_copy_is_written_down(
    mission: Institution, client_as: ClientAs
) -> None:
    promise(mission)
    client_as(Role.MEMBER).get(ADDRESS)
    assert not FileReading.objects.exists()
    promise(mission, audience=Audience.SECRETARIAT)
    secretary = make_user(Role.SECRETARIAT)
    client_as(secretary).head(ADDRESS)
    assert not FileReading.objects.exists()
    client_as(secretary).get(ADDRESS)
    assert FileReading.objects.get().person == secretary


@pytest.mark.usefixtures("mission")
def test_a_day_that_makes_no_sense_leads_to_the_page_that_says_so(client_as: ClientAs) -> None:
    response = client_as(Role.MEMBER).get("/institutions/miprof/engagements.pdf?le=hier")
    assert response.status_code == 302
    assert response["Location"] == "/institutions/miprof/engagements/?le=hier"


@pytest.mark.usefixtures("mission")
def test_a_failure_is_said_on_the_page(
    client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_options: object) -> bytes:
        raise PdfError("Plus de papier.")

    monkeypatch.setattr(paper, "render_pdf", fail)
    response = client_as(Role.MEMBER).get(ADDRESS, follow=True)
    assert "Plus de papier." in response.content.decode()


@pytest.mark.usefixtures("mission", "_no_layout")
def test_one_is_laid_out_at_a_time_and_the_next_is_asked_to_come_back(
    client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = threading.BoundedSemaphore(1)
    taken.acquire()
    monkeypatch.setattr(paper, "_one_at_a_time", taken)
    monkeypatch.setattr(paper, "LONGEST_WAIT", 0)
    response = client_as(Role.MEMBER).get(ADDRESS)
    assert response.status_code == 302
    assert response["Location"] == f"/institutions/miprof/engagements/?le={ON}"


@pytest.mark.usefixtures("_no_layout")
def test_the_same_words_are_laid_out_once_and_no_reader_is_given_another_s(
    mission: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise(mission, audience=Audience.SECRETARIAT, wording="Sémaphore.")
    texts: list[str] = []

    def lay_out(html: str, **_options: object) -> bytes:
        texts.append(html)
        return b"%PDF-1.7 " + html.encode()

    monkeypatch.setattr(paper, "render_pdf", lay_out)
    caches["minutes"].clear()
    secretary, member = make_user(Role.SECRETARIAT), make_user(Role.MEMBER)
    made = [
        paper.record_pdf(record_of(mission, reader, ON), reader)
        for reader in (secretary, secretary, member, member)
    ]
    assert len(texts) == 2
    assert made[0] == made[1] != made[2] == made[3]
    assert "Sémaphore.".encode() in made[0]
    assert "Sémaphore.".encode() not in made[2]

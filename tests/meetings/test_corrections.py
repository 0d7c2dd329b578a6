"""Corrections: proposed on a passage in time, decided one by one, made exactly once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.versions import StaleRowError
from meetings.enums import CorrectionState, MinutesStatus, StepKind
from meetings.models import Correction, MinutesSection
from meetings.passages import find_passage
from meetings.services.corrections import (
    accept_correction,
    propose_correction,
    refuse_correction,
    withdraw_correction,
)
from members.enums import Audience, Role
from members.models import Notice
from tests.factories import make_association, make_minutes, make_section, make_user

if TYPE_CHECKING:
    from members.models import User
    from tests.conftest import ClientAs
    from tests.members.processes import House

pytestmark = pytest.mark.django_db
TEXT = "La mission dispose de **six postes** en 2014 ; elle en demandait douze. Rien d’autre."


@pytest.fixture
def secretary() -> User:
    return make_user(Role.SECRETARIAT)


@pytest.fixture
def member() -> User:
    return make_user()


@pytest.fixture
def section() -> MinutesSection:
    until = timezone.localdate() + dt.timedelta(days=7)
    return make_section(make_minutes(remarks_until=until), text=TEXT)


def proposed(section: MinutesSection, by: User, **options: Any) -> Correction:
    options = {"passage": "douze", "replacement": "dix", **options}
    return propose_correction(section=section, by=by, **options)


def address(name: str, section: MinutesSection, *more: Any) -> str:
    return reverse(f"meetings:{name}", args=[section.minutes.meeting.slug, *more])


# --- Finding a passage ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "passage", "found"),
    [
        ("Un mot et un mot.", "un mot", ["un mot"]),
        ("L’État a répondu.", "L'État", ["L’État"]),
        ("Elle a **six postes** ici.", "six postes ici", ["six postes** ici"]),
        ("Voir [le rapport](https://vigie.example/r) ici.", "le rapport ici", ["le rapport](https://vigie.example/r) ici"]),
        ("Il est dit[@loi-2016-444, art. 8] ceci.", "dit ceci", ["dit[@loi-2016-444, art. 8] ceci"]),
        ("Il est dit^[une note] ceci.", "dit ceci", ["dit^[une note] ceci"]),
        ("- un\n- deux", "un deux", ["un\n- deux"]),
        ("| a | b |\n|---|---|\n| c | d |", "c d", ["c | d"]),
        ("Un texte.", "autre", []),
        ("Un texte.", "", []),
        ("Un texte.", "**", []),
    ],
)  # fmt: skip
def test_passage_is_found_as_the_page_prints_it(text: str, passage: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in find_passage(text, passage)] == found


# --- Proposing --------------------------------------------------------------------------------------------------------


def test_member_proposes_other_words_for_a_passage(section: MinutesSection, member: User) -> None:
    correction = proposed(section, member, passage="six postes en 2014", reason="Compté deux fois")
    assert correction.passage == "six postes** en 2014"
    assert correction.state == CorrectionState.PROPOSED
    assert list(section.corrections.open()) == [correction]
    section.refresh_from_db()
    assert section.text == TEXT


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"passage": "vingt"}, "passage"),
        ({"passage": "e"}, "passage"),
        ({"passage": "  "}, "passage"),
        ({"replacement": "douze"}, "replacement"),
        ({"replacement": "x" * 5_001}, "replacement"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
def test_wrong_proposal_is_refused_and_nothing_written(
    section: MinutesSection, member: User, wrong: dict[str, str], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        proposed(section, member, **wrong)
    assert field in refused.value.message_dict
    assert not Correction.objects.exists()


def test_association_must_be_one_s_own_today(section: MinutesSection, member: User) -> None:
    with pytest.raises(ValidationError):
        proposed(section, member, association=make_association())
    own = member.mandates.get().association
    assert proposed(section, member, association=own).association == own


def test_nobody_proposes_after_the_day(section: MinutesSection, member: User) -> None:
    section.minutes.remarks_until = timezone.localdate()
    section.minutes.save()
    proposed(section, member)
    section.minutes.remarks_until = timezone.localdate() - dt.timedelta(days=1)
    section.minutes.save()
    with pytest.raises(ValidationError, match=str(section.minutes.remarks_until.year)):
        proposed(section, member)
    assert Correction.objects.count() == 1


@pytest.mark.parametrize("status", [MinutesStatus.DRAFT, MinutesStatus.ADOPTED])
def test_only_circulated_minutes_are_corrected(status: str, secretary: User) -> None:
    section = make_section(make_minutes(status=status), text=TEXT)
    with pytest.raises(ValidationError):
        proposed(section, secretary)


def test_only_who_reads_the_section_proposes(section: MinutesSection) -> None:
    hidden = make_section(section.minutes, text=TEXT, audience=Audience.SECRETARIAT)
    for person, about in (
        (make_user(), hidden),
        (make_user(Role.GUEST), section),
        (make_user(Role.ADMINISTRATOR), section),
    ):
        with pytest.raises(PermissionDenied):
            proposed(about, person)


def test_own_proposal_is_withdrawn_until_it_is_decided(
    section: MinutesSection, member: User, secretary: User
) -> None:
    first, second = proposed(section, member), proposed(section, member)
    with pytest.raises(PermissionDenied):
        withdraw_correction(correction=first, version=1, by=make_user())
    withdraw_correction(correction=first, version=1, by=member)
    refuse_correction(correction=second, version=1, by=secretary, answer="Non.")
    with pytest.raises(StaleRowError):
        withdraw_correction(correction=second, version=1, by=member)
    assert Correction.objects.get() == second


# --- Deciding ---------------------------------------------------------------------------------------------------------


def test_accepted_correction_replaces_the_passage_once(
    section: MinutesSection, member: User, secretary: User
) -> None:
    correction = proposed(section, member, reason="Compté deux fois")
    done = accept_correction(correction=correction, version=1, by=secretary, answer="Merci.")
    section.refresh_from_db()
    assert section.text == TEXT.replace("douze", "dix")
    assert (done.state, done.decided_by, done.answer) == (
        CorrectionState.ACCEPTED,
        secretary,
        "Merci.",
    )
    assert section.version == 2
    step = section.minutes.steps.get()
    assert (step.kind, step.at, step.by) == (StepKind.CORRECTED, done.decided_at, secretary)
    assert "Compté deux fois" in section.history.first().history_change_reason
    notice = Notice.objects.get()
    assert notice.person == member
    assert "postes" not in notice.words


def test_refused_correction_leaves_the_text_and_tells_why(
    section: MinutesSection, member: User, secretary: User
) -> None:
    correction = proposed(section, member)
    with pytest.raises(ValidationError) as refused:
        refuse_correction(correction=correction, version=1, by=secretary, answer="  ")
    assert "answer" in refused.value.message_dict
    refuse_correction(correction=correction, version=1, by=secretary, answer="C’était bien douze.")
    section.refresh_from_db()
    assert section.text == TEXT
    assert not section.minutes.steps.exists()
    assert Notice.objects.get().person == member


def test_only_the_secretariat_decides(section: MinutesSection, member: User) -> None:
    correction = proposed(section, member)
    with pytest.raises(PermissionDenied):
        accept_correction(correction=correction, version=1, by=member)
    with pytest.raises(PermissionDenied):
        refuse_correction(correction=correction, version=1, by=member, answer="Non.")


@pytest.mark.parametrize("text", ["La mission a tout changé.", f"{TEXT} Encore douze."])
def test_text_changed_meanwhile_is_not_guessed_at(
    section: MinutesSection, member: User, secretary: User, text: str
) -> None:
    correction = proposed(section, member)
    section.text = text
    section.save()
    with pytest.raises(ValidationError):
        accept_correction(correction=correction, version=1, by=secretary)
    section.refresh_from_db()
    correction.refresh_from_db()
    assert section.text == text
    assert correction.state == CorrectionState.PROPOSED
    assert not section.minutes.steps.exists()


def test_second_of_two_who_decide_learns_what_the_first_did(
    section: MinutesSection, member: User, secretary: User
) -> None:
    correction = proposed(section, member)
    accept_correction(correction=correction, version=1, by=secretary)
    for version in (1, 2):
        with pytest.raises(StaleRowError) as stale:
            refuse_correction(
                correction=correction,
                version=version,
                by=make_user(Role.SECRETARIAT),
                answer="Non.",
            )
        assert stale.value.current.state == CorrectionState.ACCEPTED


PREPARE = """
import datetime as dt
from django.utils import timezone
from members.enums import Role
from tests.factories import *
from meetings.services.corrections import propose_correction
until = timezone.localdate() + dt.timedelta(days=7)
section = make_section(make_minutes(make_meeting(slug="ensemble"), remarks_until=until), text="Il y en a douze.")
propose_correction(section=section, by=make_user(), passage="douze", replacement="dix")
for number in range(4):
    make_user(Role.SECRETARIAT, email=f"personne-{number}@vigie.example")
print("null")
"""
# Half of them accept, the others refuse, through the page.
DECIDE = """
from django.test import Client
from meetings.models import Correction
from members.models import User
client = Client(raise_request_exception=False)
client.force_login(User.objects.get(email=f"personne-{number}@vigie.example"))
row = Correction.objects.get()
address = f"/reunions/ensemble/compte-rendu/corrections/{row.pk}/decider/"
data = {"version": row.version, "action": ("accept", "refuse")[number % 2], "answer": "Vu."}
meet()
print(json.dumps(client.post(address, data).status_code))
"""
READ = """
from meetings.models import Correction
row = Correction.objects.get()
print(json.dumps([row.state, row.section.text, row.section.minutes.steps.count()]))
"""


def test_of_four_who_decide_together_one_does(house: House) -> None:
    house.run(PREPARE)
    assert sorted(house.run(DECIDE, processes=4)) == [302, 409, 409, 409]
    (after,) = house.run(READ)
    assert after in [
        ["accepted", "Il y en a dix.", 1],
        ["refused", "Il y en a douze.", 0],
    ]


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_chosen_words_come_to_the_form_as_the_section_writes_them(
    client_as: ClientAs, section: MinutesSection, member: User
) -> None:
    client, url = client_as(member), address("correction-add", section, section.pk)
    form = client.get(url, {"passage": "six postes en 2014"}).context["form"]
    assert form["passage"].value() == form["replacement"].value() == "six postes** en 2014"
    own = member.mandates.get().association.pk
    data = {"passage": "Rien d'autre", "replacement": "", "reason": "", "association": str(own)}
    assert client.post(url, data).status_code == 302
    correction = Correction.objects.get()
    assert (correction.passage, correction.association_id) == ("Rien d’autre", own)
    wrong = client.post(url, {**data, "passage": "Tout autre chose"})
    assert wrong.status_code == 422
    assert wrong.context["form"]["passage"].value() == "Tout autre chose"
    assert client.post(url, {**data, "association": str(make_association().pk)}).status_code == 422
    assert Correction.objects.count() == 1


def test_form_is_closed_after_the_day(
    client_as: ClientAs, section: MinutesSection, member: User
) -> None:
    section.minutes.remarks_until = timezone.localdate() - dt.timedelta(days=1)
    section.minutes.save()
    client, url = client_as(member), address("correction-add", section, section.pk)
    assert "remarks-closed" in client.get(url).content.decode()
    answer = client.post(url, {"passage": "douze", "replacement": "dix"})
    assert answer.status_code == 422
    assert answer.context["form"]["replacement"].value() == "dix"


def test_secretariat_decides_on_the_page(
    client_as: ClientAs, section: MinutesSection, member: User, secretary: User
) -> None:
    correction = proposed(section, member)
    client, url = client_as(secretary), address("correction-decide", section, correction.pk)
    page = client.get(address("corrections", section)).content.decode()
    assert "<del>" in page
    assert url in page
    assert client.get(url).status_code == 405
    assert client.post(url, {"version": "1", "action": "refuse", "answer": ""}).status_code == 422
    assert client.post(url, {"version": "1", "action": "burn"}).status_code == 422
    assert client.post(url, {"version": "1", "action": "accept"}).status_code == 302
    late = client.post(url, {"version": "1", "action": "refuse", "answer": "Non."})
    assert late.status_code == 409
    section.refresh_from_db()
    assert section.text == TEXT.replace("douze", "dix")


def test_who_sees_which_corrections(
    client_as: ClientAs, section: MinutesSection, member: User, secretary: User
) -> None:
    hidden = make_section(section.minutes, text=TEXT, audience=Audience.NAMED, people=[member])
    correction = proposed(hidden, member, replacement="mot-secret")
    url = address("corrections", section)
    assert "mot-secret" in client_as(member).get(url).content.decode()
    assert "mot-secret" in client_as(secretary).get(url).content.decode()
    other = client_as(Role.MEMBER)
    assert "mot-secret" not in other.get(url).content.decode()
    for name in ("correction-decide", "correction-withdraw"):
        assert other.post(address(name, section, correction.pk), {"version": "1"}).status_code in {
            403,
            404,
        }
    assert other.get(address("correction-add", section, hidden.pk)).status_code == 404
    assert client_as(Role.GUEST).get(url).status_code == 404
    assert client_as(Role.ADMINISTRATOR).get(url).status_code == 404
    own = client_as(member)
    decide = address("correction-decide", section, correction.pk)
    assert own.post(decide, {"version": "1", "action": "accept"}).status_code == 403
    withdraw = address("correction-withdraw", section, correction.pk)
    assert client_as(secretary).post(withdraw, {"version": "1"}).status_code == 403
    assert own.post(withdraw, {"version": "7"}).status_code == 409
    assert own.post(withdraw, {"version": "1"}).status_code == 302


def test_queries_do_not_grow_with_corrections(
    client_as: ClientAs, section: MinutesSection, secretary: User
) -> None:
    client, url = client_as(secretary), address("corrections", section)
    counts = []
    for number in (1, 20):
        for _each in range(number):
            proposed(make_section(section.minutes, text=TEXT), make_user())
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]

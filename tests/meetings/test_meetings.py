"""The list, the page of a meeting as each reader sees it, and what the secretariat writes of it."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.versions import StaleRowError
from meetings.enums import Answer, MeetingKind, MinutesStatus
from meetings.models import AgendaItem, Meeting, Session
from meetings.services.agenda import add_item
from meetings.services.meetings import (
    SessionFacts,
    copy_meeting,
    create_meeting,
    edit_meeting,
)
from members.enums import Audience, Role
from tests.factories import (
    make_group,
    make_institution,
    make_invitee,
    make_meeting,
    make_meeting_paper,
    make_minutes,
    make_section,
    make_session,
    make_user,
)

if TYPE_CHECKING:
    from django.test import Client

    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
DAY = dt.date(2014, 1, 31)
ONE_DAY = [SessionFacts(on=DAY)]


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def form_of(meeting: Meeting | None = None, **changes: Any) -> dict[str, Any]:
    """What the form of a meeting sends, one session a day."""
    sessions = list(meeting.sessions.all()) if meeting else []
    data: dict[str, Any] = {
        "version": meeting.version if meeting else "",
        "title": meeting.title if meeting else "Réunion plénière",
        "kind": MeetingKind.INTERNAL,
        "sessions-TOTAL_FORMS": max(len(sessions), 1),
        "sessions-INITIAL_FORMS": len(sessions),
        "sessions-0-on": "2014-01-31",
    }
    for rank, session in enumerate(sessions):
        data[f"sessions-{rank}-pk"] = session.pk
        data[f"sessions-{rank}-on"] = session.on.isoformat()
    return {**data, **changes}


# --- Services ---------------------------------------------------------------------------------------------------------


def test_meeting_has_a_readable_address_of_its_own() -> None:
    by = make_user(Role.SECRETARIAT)
    first = create_meeting(by=by, title="Réunion plénière", sessions=ONE_DAY)
    second = create_meeting(by=None, title="Réunion plénière !", sessions=ONE_DAY)
    assert first.slug == "2014-01-31-reunion-pleniere"
    assert second.slug == "2014-01-31-reunion-pleniere-2"
    with pytest.raises(ValidationError) as refused:
        create_meeting(by=by, title="Encore", sessions=ONE_DAY, slug="calendrier")
    assert set(refused.value.message_dict) == {"slug"}


def test_member_writes_no_meeting() -> None:
    member = make_user(Role.MEMBER)
    with pytest.raises(PermissionDenied):
        create_meeting(by=member, title="Une", sessions=ONE_DAY)
    meeting = make_meeting()
    with pytest.raises(PermissionDenied):
        edit_meeting(meeting=meeting, version=1, by=member, title="Une", sessions=ONE_DAY)
    with pytest.raises(PermissionDenied):
        copy_meeting(meeting=meeting, by=member, title="Une", on=DAY)
    assert Meeting.objects.count() == 1


def test_only_the_coordinator_tells_anyone_of_a_meeting() -> None:
    secretariat, coordinator = make_user(Role.SECRETARIAT), make_user(Role.COORDINATOR)
    with pytest.raises(PermissionDenied):
        create_meeting(by=secretariat, title="Une", sessions=ONE_DAY, is_public=True)
    assert not Meeting.objects.exists()
    meeting = create_meeting(by=coordinator, title="Une", sessions=ONE_DAY, is_public=True)
    facts: dict[str, Any] = {"meeting": meeting, "title": "Deux", "sessions": ONE_DAY}
    with pytest.raises(PermissionDenied):
        edit_meeting(**facts, version=1, by=secretariat, is_public=False)
    saved = edit_meeting(**facts, version=1, by=secretariat, is_public=True)
    assert (saved.title, saved.is_public, saved.version) == ("Deux", True, 2)


@pytest.mark.parametrize(
    "sessions",
    [
        [],
        [SessionFacts(on=DAY, starts_at=dt.time(10), ends_at=dt.time(9))],
        [SessionFacts(on=DAY, ends_at=dt.time(9))],
        [SessionFacts(on=DAY + dt.timedelta(days=rank)) for rank in range(31)],
    ],
)
def test_sessions_that_make_no_sense_are_refused(sessions: list[SessionFacts]) -> None:
    with pytest.raises(ValidationError) as refused:
        create_meeting(by=None, title="Une", sessions=sessions)
    assert set(refused.value.message_dict) == {"sessions"}
    assert not Session.objects.exists()


def test_session_keeps_its_row_through_an_edit() -> None:
    meeting = create_meeting(
        by=None,
        title="Une",
        sessions=[SessionFacts(on=DAY), SessionFacts(on=DAY + dt.timedelta(days=1))],
    )
    first, second = meeting.sessions.all()
    edit_meeting(
        meeting=meeting,
        version=1,
        by=None,
        title="Une",
        sessions=[
            SessionFacts(on=DAY + dt.timedelta(days=7), pk=second.pk, place="Paris"),
            SessionFacts(on=DAY, room="102"),
        ],
    )
    assert [(row.pk, row.place, row.room) for row in meeting.sessions.all()] == [
        (first.pk, "", "102"),
        (second.pk, "Paris", ""),
    ]


def test_session_that_minutes_tell_of_stays() -> None:
    meeting = make_meeting(DAY)
    make_section(make_minutes(meeting), session=meeting.sessions.get())
    with pytest.raises(ValidationError) as refused:
        edit_meeting(
            meeting=meeting,
            version=1,
            by=None,
            title="Autre",
            sessions=[SessionFacts(on=DAY + dt.timedelta(days=1))],
        )
    assert set(refused.value.message_dict) == {"sessions"}
    meeting.refresh_from_db()
    assert (meeting.version, meeting.sessions.get().on) == (1, DAY)


def test_stale_edit_is_refused_and_meetings_follow_no_circle() -> None:
    first = make_meeting()
    second = make_meeting(previous=first)
    with pytest.raises(StaleRowError):
        edit_meeting(meeting=first, version=7, by=None, title="Une", sessions=ONE_DAY)
    with pytest.raises(ValidationError) as refused:
        edit_meeting(
            meeting=first, version=1, by=None, title="Une", sessions=ONE_DAY, previous=second
        )
    assert set(refused.value.message_dict) == {"previous"}


def test_copy_has_the_sessions_and_the_points_but_no_paper_and_nobody() -> None:
    by = make_user(Role.SECRETARIAT)
    group = make_group()
    meeting = make_meeting(DAY, group=group, kind=MeetingKind.INSTITUTION, quorum=5)
    meeting.institutions.add(make_institution())
    make_session(meeting, on=DAY + dt.timedelta(days=2), starts_at=dt.time(14), place="Paris")
    top = add_item(meeting=meeting, by=by, title="Un")
    add_item(meeting=meeting, by=by, title="Sous un", parent=top)
    make_meeting_paper(meeting)
    make_invitee(meeting, by)
    copy = copy_meeting(meeting=meeting, by=by, title="Suite", on=dt.date(2014, 3, 1))
    assert [row.on.day for row in copy.sessions.all()] == [1, 3]
    assert copy.sessions.latest("on").place == "Paris"
    assert (copy.group, copy.kind, copy.quorum, copy.previous) == (
        group,
        MeetingKind.INSTITUTION,
        5,
        meeting,
    )
    inside = copy.agenda.get(title="Sous un")
    assert inside.parent == copy.agenda.get(title="Un")
    assert AgendaItem.objects.count() == 4
    assert not copy.is_public
    assert not copy.papers.exists()
    assert not copy.invitees.exists()


# --- The list ---------------------------------------------------------------------------------------------------------


def test_list_puts_the_next_one_first_and_the_last_one_first_among_the_past(
    client_as: ClientAs,
) -> None:
    today = timezone.localdate()
    for name, days in (("loin", 40), ("bientôt", 3), ("hier", -1), ("jadis", -400)):
        make_meeting(today + dt.timedelta(days=days), title=f"réunion-{name}")
    text = text_of(client_as(Role.MEMBER), "/reunions/")
    places = [text.index(f"réunion-{name}") for name in ("bientôt", "loin", "hier", "jadis")]
    assert places == sorted(places)


def test_each_reader_lists_what_they_may_know_of(client_as: ClientAs) -> None:
    guest = make_user(Role.GUEST)
    make_meeting(title="cachée")
    make_meeting(title="publique", is_public=True)
    make_invitee(make_meeting(title="demandée"), guest)
    seen = {
        who: {
            name
            for name in ("cachée", "publique", "demandée")
            if name in text_of(client_as(who), "/reunions/")
        }
        for who in (None, Role.ADMINISTRATOR, guest, Role.MEMBER, Role.SECRETARIAT)
    }
    assert list(seen.values()) == [
        {"publique"},
        {"publique"},
        {"publique", "demandée"},
        {"cachée", "publique", "demandée"},
        {"cachée", "publique", "demandée"},
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"alpha", "beta", "gamma"}),
        ("?genre=institution", {"beta"}),
        ("?annee=2014", {"alpha"}),
        ("?groupe=groupe-x", {"gamma"}),
        ("?institution=miprof", {"beta"}),
        ("?q=alpha", {"alpha"}),
        ("?q=salle+verte", {"gamma"}),
        ("?q=secret", {"beta"}),
        ("?genre=nonsense", set()),
        ("?annee=20140", set()),
        ("?q=%25", set()),
    ],
)
def test_list_is_filtered(client_as: ClientAs, query: str, found: set[str]) -> None:
    make_meeting(DAY, title="alpha")
    beta = make_meeting(title="beta", kind=MeetingKind.INSTITUTION, purpose="Un but secret.")
    beta.institutions.add(make_institution(key="miprof"))
    gamma = make_meeting(None, title="gamma", group=make_group(slug="groupe-x"))
    make_session(gamma, place="La salle verte")
    text = text_of(client_as(Role.MEMBER), f"/reunions/{query}")
    assert {name for name in ("alpha", "beta", "gamma") if f">{name}</a>" in text} == found


def test_stranger_cannot_filter_by_what_strangers_do_not_see(client_as: ClientAs) -> None:
    meeting = make_meeting(title="publique", is_public=True, purpose="Un but secret.")
    make_meeting(title="autre", is_public=True, kind=MeetingKind.HEARING)
    client = client_as(None)
    assert ">publique</a>" not in text_of(client, "/reunions/?q=secret")
    assert ">publique</a>" in text_of(client, "/reunions/?q=publique")
    text = text_of(client, f"/reunions/?genre={MeetingKind.HEARING}")
    assert meeting.title in text
    assert 'name="genre"' not in text


def test_list_makes_as_many_queries_for_twenty(client_as: ClientAs) -> None:
    client = client_as(Role.MEMBER)
    counts = []
    for number in (1, 19):
        for _rank in range(number):
            make_section(make_minutes(make_meeting(DAY)))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text_of(client, "/reunions/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- The page ---------------------------------------------------------------------------------------------------------


def furnished() -> tuple[Meeting, Any]:
    """A public meeting with one of everything, and the guest asked to it."""
    guest = make_user(Role.GUEST)
    meeting = make_meeting(None, title="Le-titre", is_public=True, purpose="Le-but")
    make_session(meeting, place="Le-lieu", room="La-salle")
    add_item(meeting=meeting, by=None, title="Le-point")
    make_invitee(meeting, guest, answer=Answer.PRESENT, answered_at=timezone.now())
    make_invitee(meeting, make_user(Role.MEMBER, name="Membre 1"))
    make_meeting_paper(meeting, title="Pièce-nommée", audience=Audience.NAMED, people=[guest])
    make_meeting_paper(meeting, title="Pièce-interne")
    make_meeting_paper(meeting, title="Pièce-publique", audience=Audience.PUBLIC)
    return meeting, guest


WORDS = (
    "Le-titre",
    "Le-lieu",
    "La-salle",
    "Le-but",
    "Le-point",
    "Membre 1",
    "Pièce-nommée",
    "Pièce-interne",
    "Pièce-publique",
)


def test_each_reader_sees_of_a_meeting_what_is_theirs(client_as: ClientAs) -> None:
    meeting, guest = furnished()
    seen = {}
    for who in (None, Role.ADMINISTRATOR, guest, Role.MEMBER, Role.SECRETARIAT):
        text = text_of(client_as(who), meeting.get_absolute_url())
        seen[who] = [word for word in WORDS if word in text]
    public = ["Le-titre", "Le-lieu", "Pièce-publique"]
    assert seen[None] == seen[Role.ADMINISTRATOR] == public
    assert seen[guest] == [word for word in WORDS if word not in {"Membre 1", "Pièce-interne"}]
    assert seen[Role.MEMBER] == [word for word in WORDS if word != "Pièce-nommée"]
    assert seen[Role.SECRETARIAT] == list(WORDS)


def test_meeting_that_is_not_public_is_not_there_for_strangers(client_as: ClientAs) -> None:
    address = make_meeting().get_absolute_url()
    for who in (None, Role.ADMINISTRATOR, Role.GUEST):
        assert client_as(who).get(address).status_code == 404


def test_page_leads_to_the_meetings_before_and_after_that_one_may_see(client_as: ClientAs) -> None:
    before = make_meeting(title="avant")
    meeting = make_meeting(previous=before, is_public=True)
    make_meeting(title="après", previous=meeting)
    address = meeting.get_absolute_url()
    member, stranger = text_of(client_as(Role.MEMBER), address), text_of(client_as(None), address)
    assert all(word in member for word in ("avant", "après"))
    assert not any(word in stranger for word in (">avant<", ">après<"))


def test_page_makes_as_many_queries_for_twenty_rows(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    meeting = make_meeting()
    counts = []
    for number in (1, 19):
        for _rank in range(number):
            add_item(meeting=meeting, by=None, title="Point")
            make_meeting_paper(meeting)
            make_session(meeting)
            make_invitee(meeting, make_user(Role.MEMBER))
            make_meeting(previous=meeting)
        with CaptureQueriesContext(connection) as queries:
            text_of(client, meeting.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_secretariat_adds_a_meeting_of_two_sessions_without_a_script(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    text_of(client, reverse("meetings:create"))
    one = {**form_of(), "sessions-0-starts_at": "14:00", "purpose": "Écrit avant"}
    more = client.post(reverse("meetings:create"), {**one, "add_session": "1"})
    text = more.content.decode()
    assert more.status_code == 200
    assert "sessions-1-on" in text
    assert "Écrit avant" in text
    assert not Meeting.objects.exists()
    two = {**one, "sessions-TOTAL_FORMS": 3, "sessions-1-on": "2014-02-01", "sessions-2-on": ""}
    response = client.post(reverse("meetings:create"), two)
    meeting = Meeting.objects.get()
    assert response.headers["Location"] == meeting.get_absolute_url()
    assert [row.on.isoformat() for row in meeting.sessions.all()] == ["2014-01-31", "2014-02-01"]
    assert meeting.sessions.earliest("on").starts_at == dt.time(14)


def test_wrong_form_is_given_back_with_what_was_typed(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    wrong = {
        **form_of(),
        "sessions-0-starts_at": "14:00",
        "sessions-0-ends_at": "13:00",
        "purpose": "Gardé",
    }
    response = client.post(reverse("meetings:create"), wrong)
    assert response.status_code == 422
    assert "Gardé" in response.content.decode()
    for broken in ({"title": ""}, {"sessions-0-on": ""}, {"sessions-TOTAL_FORMS": "x"}):
        assert client.post(reverse("meetings:create"), {**form_of(), **broken}).status_code == 422
    assert client.post(reverse("meetings:create"), {}).status_code == 422
    assert not Meeting.objects.exists()


def test_form_asks_only_the_coordinator_whether_anyone_may_know(client_as: ClientAs) -> None:
    secretariat, coordinator = client_as(Role.SECRETARIAT), client_as(Role.COORDINATOR)
    assert 'name="is_public"' not in text_of(secretariat, reverse("meetings:create"))
    assert 'name="is_public"' in text_of(coordinator, reverse("meetings:create"))
    secretariat.post(reverse("meetings:create"), form_of(is_public="on"))
    assert not Meeting.objects.get().is_public
    meeting = make_meeting(is_public=True)
    secretariat.post(reverse("meetings:edit", args=[meeting.slug]), form_of(meeting, title="Deux"))
    meeting.refresh_from_db()
    assert (meeting.title, meeting.is_public) == ("Deux", True)
    coordinator.post(reverse("meetings:edit", args=[meeting.slug]), form_of(meeting))
    meeting.refresh_from_db()
    assert not meeting.is_public


def test_stale_form_shows_both_texts_and_loses_nothing(client_as: ClientAs) -> None:
    meeting = make_meeting(title="Texte lu")
    old = {**form_of(meeting, title="Texte mien"), "sessions-0-place": "Lyon"}
    edit_meeting(
        meeting=meeting, version=1, by=None, title="Texte autre", sessions=[SessionFacts(on=DAY)]
    )
    client = client_as(Role.SECRETARIAT)
    address = reverse("meetings:edit", args=[meeting.slug])
    response = client.post(address, old)
    text = response.content.decode()
    assert response.status_code == 409
    assert re.search("<del>.*autre.*</del>", text)
    assert re.search("<ins>.*mien.*</ins>", text)
    assert "Lyon" in text
    assert client.post(address, {**old, "version": 2}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.title == "Texte mien"


def test_meeting_is_copied_from_its_page(client_as: ClientAs) -> None:
    meeting = make_meeting()
    client = client_as(Role.SECRETARIAT)
    address = reverse("meetings:copy", args=[meeting.slug])
    text_of(client, address)
    assert client.post(address, {"title": "Copie", "on": "demain"}).status_code == 422
    response = client.post(address, {"title": "Copie", "on": "2017-09-01"})
    assert response.headers["Location"] == "/reunions/2017-09-01-copie/"


WRITING = ("edit", "copy", "cancel", "convene", "agenda", "agenda-prepare")
HIDDEN = ("attendance", "attendance-add", "paper-add", "question-add")


@pytest.mark.parametrize("name", [*WRITING, *HIDDEN])
def test_who_may_not_write_is_refused_and_nobody_else_told(client_as: ClientAs, name: str) -> None:
    guest = make_user(Role.GUEST)
    meeting = make_meeting()
    make_invitee(meeting, guest)
    address = reverse(f"meetings:{name}", args=[meeting.slug])
    assert client_as(Role.SECRETARIAT).get(address).status_code == 200
    assert client_as(Role.MEMBER).get(address).status_code == 403
    assert client_as(guest).get(address).status_code == (403 if name in WRITING else 404)
    assert client_as(Role.GUEST).get(address).status_code == 404
    assert client_as(Role.ADMINISTRATOR).get(address).status_code == 404
    assert client_as(None).get(address).status_code == 302


def test_page_to_add_a_meeting_is_for_the_secretariat(client_as: ClientAs) -> None:
    statuses = [
        client_as(who).get(reverse("meetings:create")).status_code
        for who in (Role.SECRETARIAT, Role.MEMBER, Role.GUEST, Role.ADMINISTRATOR, None)
    ]
    assert statuses == [200, 403, 404, 404, 302]


def test_list_leads_to_the_minutes_that_one_may_read(client_as: ClientAs) -> None:
    drafted = make_minutes(make_meeting(), status=MinutesStatus.DRAFT)
    circulated = make_minutes(make_meeting())
    seen = {
        role: [
            row.get_absolute_url() in text_of(client_as(role), "/reunions/")
            for row in (drafted, circulated)
        ]
        for role in (Role.MEMBER, Role.SECRETARIAT)
    }
    assert seen == {Role.MEMBER: [False, True], Role.SECRETARIAT: [True, True]}


def test_addresses_open_ligatures_and_papers_have_a_place_on_the_page(client_as: ClientAs) -> None:
    meeting = create_meeting(by=None, title="L’œuvre à venir", sessions=ONE_DAY)
    assert meeting.slug.endswith("-l-oeuvre-a-venir")
    paper = make_meeting_paper(meeting)
    assert f'id="piece-{paper.pk}"' in text_of(client_as(Role.MEMBER), meeting.get_absolute_url())

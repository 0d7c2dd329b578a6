"""Pages of commitments as a browser gets them: the list, the thread, what is written, what is refused."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commitments.enums import EventKind, LetterStatus
from commitments.models import Commitment, CommitmentEvent
from measures.forms import SourceField
from meetings.enums import MinutesStatus
from members.enums import Audience, Role
from tests.factories import (
    make_commitment,
    make_event,
    make_institution,
    make_letter,
    make_measure,
    make_meeting,
    make_minutes,
    make_section,
    make_source,
    make_user,
)

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from commitments.board import Board
    from plan.models import Institution
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

LIST = "/engagements/"
MADE = dt.date(2014, 9, 23)
LATE = dt.date(2015, 1, 1)


def circular(**fields: Any) -> Commitment:
    """The circular promised on 23 September 2014, due before the end of the year, not seen, asked for."""
    fields.setdefault("wording", "Une circulaire aux préfets")
    commitment = make_commitment(
        made_on=MADE, deadline_words="avant la fin de l’année 2014", late_from=LATE, **fields
    )
    make_event(commitment, EventKind.NO_NEWS, dt.date(2015, 1, 22), text="Personne ne l’a vue.")
    make_event(commitment, EventKind.REMINDED, dt.date(2015, 4, 21), text="Par une lettre.")
    return commitment


def text_of(client: Client, address: str, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def promises_of(board: Board) -> list[Commitment]:
    return [row.commitment for row in board.page]


def typed(body: Institution, /, **changes: str) -> dict[str, Any]:
    """What the form of a new commitment posts."""
    return {
        "institution": str(body.pk),
        "wording": "Une ligne budgétaire séparée",
        "origin": "plan",
        "made_on": "2014-09-23",
        "deadline_words": "d’ici septembre 2017",
        "audience": "members",
        **changes,
    }


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_shows_how_all_stood_on_a_day(client_as: ClientAs) -> None:
    commitment = circular()
    client = client_as(Role.MEMBER)
    for day, state in (
        ("2014-12-31", "promised"), ("2015-01-01", "late"), ("2015-01-22", "no_news"), ("2015-04-21", "reminded"),
    ):  # fmt: skip
        response = client.get(LIST, {"le": day})
        board = response.context["board"]
        assert [(count.state.value, count.number) for count in board.counts] == [(state, 1)]
        assert promises_of(board) == [commitment]
        assert f"{commitment.get_absolute_url()}?le={day}" in response.content.decode()
    assert client.get(LIST, {"le": "2014-09-22"}).context["board"].total == 0


def test_whoever_writes_letters_ticks_what_one_is_about(client_as: ClientAs) -> None:
    commitment = circular()
    box = f'name="engagement" value="{commitment.slug}"'
    start = f'action="{reverse("commitments:letter-start")}"'
    expected = {Role.SECRETARIAT: True, Role.COORDINATOR: True, Role.MEMBER: False}
    for who, is_offered in expected.items():
        text = text_of(client_as(who), LIST)
        assert (box in text, start in text) == (is_offered, is_offered)


def test_the_late_ones_come_first(client_as: ClientAs) -> None:
    settled = make_commitment(late_from=LATE)
    make_event(settled, EventKind.KEPT, dt.date(2015, 2, 1))
    soon = make_commitment(late_from=dt.date(2016, 1, 1))
    undated = make_commitment()
    late = make_commitment(late_from=dt.date(2015, 3, 1))
    longest = circular()
    board = client_as(Role.MEMBER).get(LIST, {"le": "2015-06-01"}).context["board"]
    assert promises_of(board) == [longest, late, soon, undated, settled]
    assert (board.late, board.total) == (2, 5)
    assert longest.get_absolute_url() != late.get_absolute_url()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"etat": "reminded"}, ["circular"]),
        ({"etat": "kept"}, ["kept"]),
        ({"retard": "on"}, ["circular"]),
        ({"institution": "interieur"}, ["kept"]),
        ({"q": "REUNION"}, ["kept"]),
        ({"q": "réunion circulaire"}, []),
        ({"etat": "nonsense"}, []),
        ({"institution": "personne"}, []),
        ({"q": "x" * 300}, []),
        ({"mesure": "nulle/part"}, []),
    ],
)
def test_filters_keep_what_they_say(
    client_as: ClientAs, query: dict[str, str], expected: list[str]
) -> None:
    rows = {"circular": circular(), "kept": make_commitment(wording="Une REUNION avec le ministre", institution=make_institution(key="interieur"))}  # fmt: skip
    make_event(rows["kept"], EventKind.KEPT, dt.date(2015, 1, 1))
    board = client_as(Role.MEMBER).get(LIST, query).context["board"]
    assert promises_of(board) == [rows[name] for name in expected]


def test_a_measure_keeps_what_was_promised_on_it(client_as: ClientAs) -> None:
    measure = make_measure(number="4 bis")
    commitment = circular(measures=[measure])
    make_commitment()
    found = client_as(Role.MEMBER).get(LIST, {"mesure": f"{measure.plan.slug}/4 bis"})
    assert promises_of(found.context["board"]) == [commitment]


def test_a_day_that_makes_no_sense_is_said_at_its_field(client_as: ClientAs) -> None:
    circular()
    response = client_as(Role.MEMBER).get(LIST, {"le": "demain"})
    assert response.status_code == 200
    assert 'id="le-error"' in response.content.decode()
    assert response.context["board"].total == 1


def test_each_reader_has_their_own_list(client_as: ClientAs) -> None:
    public = circular(audience=Audience.PUBLIC)
    members = make_commitment()
    hidden = make_commitment(audience=Audience.SECRETARIAT)
    guest = make_user(Role.GUEST)
    named = make_commitment(audience=Audience.NAMED, people=[guest])
    expected = {
        None: {public},
        guest: {public, named},
        Role.MEMBER: {public, members},
        Role.SECRETARIAT: {public, members, hidden, named},
        Role.ADMINISTRATOR: {public},
    }
    for who, rows in expected.items():
        board = client_as(who).get(LIST).context["board"]
        assert set(promises_of(board)) == rows
        filtered = client_as(who).get(LIST).context["form"]
        assert len(list(filtered.fields["institution"].choices)) == len(rows) + 1


def test_an_empty_list_says_what_to_do(client_as: ClientAs) -> None:
    assert 'class="empty"' in text_of(client_as(None), LIST)
    assert reverse("meetings:minutes-list") in text_of(client_as(Role.SECRETARIAT), LIST)


def test_twenty_commitments_ask_as_many_queries_as_one(
    client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    measure = make_measure()
    circular(measures=[measure])
    client = client_as(Role.MEMBER)
    client.get(LIST)
    with CaptureQueriesContext(connection) as seen:
        client.get(LIST)
    asked = len(seen)
    for _each in range(20):
        circular(measures=[measure])
    client.get(LIST)
    with django_assert_num_queries(asked):
        client.get(LIST)


# --- The thread -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "state", "days_late", "events"),
    [
        ("2014-12-31", "promised", 0, 1),
        ("2015-01-01", "late", 1, 1),
        ("2015-01-22", "no_news", 22, 2),
        ("2015-04-21", "reminded", 111, 3),
    ],
)
def test_the_thread_of_the_circular(
    client_as: ClientAs, day: str, state: str, days_late: int, events: int
) -> None:
    commitment = circular()
    response = client_as(Role.MEMBER).get(commitment.get_absolute_url(), {"le": day})
    thread = response.context["thread"]
    assert thread.standing.state == state
    assert (thread.standing.is_late, thread.standing.days_late) == (days_late > 0, days_late)
    assert len(thread.events) == events
    assert f'data-state="{state}"' in response.content.decode()
    assert response.content.decode().count('class="thread-event') == events


def test_a_thread_leads_to_the_days_before_and_after(client_as: ClientAs) -> None:
    address = circular().get_absolute_url()
    text = text_of(client_as(Role.MEMBER), address, le="2015-01-22")
    assert 'rel="prev" href="?le=2014-09-23"' in text
    assert 'rel="next" href="?le=2015-04-21"' in text
    assert "Par une lettre." not in text
    before = text_of(client_as(Role.MEMBER), address, le="2014-01-01")
    assert 'href="?le=2014-09-23"' in before
    assert 'id="state"' not in before


def test_a_quote_and_its_paragraph_are_for_those_who_may_read_them(client_as: ClientAs) -> None:
    minutes = make_minutes(make_meeting(MADE, is_public=True), status=MinutesStatus.ADOPTED)
    told = "D’abord autre chose.\n\nUne **circulaire** sera envoyée aux préfets avant la fin de l’année."
    section = make_section(minutes, audience=Audience.SECRETARIAT, text=told)
    commitment = circular(
        section=section, quote="Une circulaire sera envoyée aux préfets", audience=Audience.PUBLIC
    )
    address = commitment.get_absolute_url()
    inside = text_of(client_as(Role.SECRETARIAT), address)
    assert "sera envoyée aux préfets" in inside
    assert f"{section.get_absolute_url()}-p2" in inside
    for who in (None, Role.GUEST, Role.MEMBER, Role.ADMINISTRATOR):
        outside = text_of(client_as(who), address)
        assert "sera envoyée aux préfets" not in outside
        assert f"#s{section.pk}" not in outside
        # The meeting itself is known of.
        assert commitment.meeting is not None
        assert commitment.meeting.get_absolute_url() in outside


def test_a_thread_names_neither_hidden_meetings_nor_hidden_letters(client_as: ClientAs) -> None:
    commitment = circular(audience=Audience.PUBLIC, meeting=make_meeting(MADE, title="Réunion discrète"))  # fmt: skip
    letter = make_letter(
        commitments=[commitment], status=LetterStatus.SENT, subject="Lettre discrète"
    )
    make_event(commitment, EventKind.REMINDED, dt.date(2015, 5, 1), letter=letter)
    address = commitment.get_absolute_url()
    outside = text_of(client_as(None), address)
    assert "discrète" not in outside
    assert "courriers" not in outside
    inside = text_of(client_as(Role.MEMBER), address)
    assert "Réunion discrète" in inside
    assert "Lettre discrète" in inside
    # A letter that came later is not there yet.
    assert "Lettre discrète" not in text_of(client_as(Role.MEMBER), address, le="2015-04-01")


def test_parts_and_their_states_stand_on_the_whole(client_as: ClientAs) -> None:
    whole = circular()
    part = make_commitment(wording="Le premier point", parent=whole, late_from=LATE)
    make_commitment(wording="Un point caché", parent=whole, audience=Audience.SECRETARIAT)
    client = client_as(Role.MEMBER)
    thread = client.get(whole.get_absolute_url(), {"le": "2015-01-01"}).context["thread"]
    assert [(each.pk, each.state) for each in thread.parts] == [(part.pk, "late")]
    assert client.get(part.get_absolute_url()).context["thread"].parent == whole


def test_twenty_events_ask_as_many_queries_as_three(
    client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    commitment = circular()
    client = client_as(Role.MEMBER)

    def go_on(day: int) -> None:
        on = dt.date(2015, 5, day)
        section = make_section(make_minutes(make_meeting(on)))
        make_event(
            commitment,
            EventKind.REAFFIRMED,
            on,
            meeting=section.minutes.meeting,
            section=section,
            source=make_source(),
            letter=make_letter(status=LetterStatus.SENT),
        )
        make_commitment(parent=commitment, measures=[make_measure()])

    go_on(1)
    client.get(commitment.get_absolute_url())
    with CaptureQueriesContext(connection) as seen:
        client.get(commitment.get_absolute_url())
    asked = len(seen)
    for day in range(2, 20):
        go_on(day)
    with django_assert_num_queries(asked):
        client.get(commitment.get_absolute_url())


def test_hidden_commitments_are_not_found(client_as: ClientAs) -> None:
    address = circular().get_absolute_url()
    pages = ["", "modifier/", "historique/", "publier/", "evenements/ajouter/"]
    for who, expected in ((Role.GUEST, 404), (Role.ADMINISTRATOR, 404)):
        assert {client_as(who).get(f"{address}{page}").status_code for page in pages} == {expected}
    member = client_as(Role.MEMBER)
    assert [member.get(f"{address}{page}").status_code for page in pages] == [200, 403, 403, 403, 403]  # fmt: skip
    secretariat = client_as(Role.SECRETARIAT)
    assert [secretariat.get(f"{address}{page}").status_code for page in pages] == [200, 200, 200, 403, 200]  # fmt: skip


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_a_commitment_is_recorded_with_the_day_that_its_words_tell(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    response = client.post("/engagements/ajouter/", typed(make_institution()))
    commitment = Commitment.objects.get()
    assert response.status_code == 302
    assert response["Location"] == commitment.get_absolute_url()
    made = commitment.events.get()
    assert (made.on, made.deadline_words, made.late_from) == (
        MADE, "d’ici septembre 2017", dt.date(2017, 10, 1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"deadline_words": "quand les poules auront des dents"}, "late_from"),
        ({"deadline_words": "le 1er mai", "late_from": "2014-05-02"}, "late_from"),
        ({"made_on": "2999-01-01", "deadline_words": ""}, "made_on"),
        ({"made_on": "hier"}, "made_on"),
        ({"origin": "meeting"}, "meeting"),
        ({"wording": ""}, "wording"),
        ({"institution": "999999"}, "institution"),
        ({"source": "Une source inconnue"}, "source"),
        ({"parent": "Rien de tel"}, "parent"),
        ({"audience": "public"}, "audience"),
        ({"audience": "named"}, "audience"),
        ({"position": "-1"}, "position"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    client_as: ClientAs, changes: dict[str, str], field: str
) -> None:
    data = typed(make_institution(), remark="Écrit avec soin.", **changes)
    response = client_as(Role.SECRETARIAT).post("/engagements/ajouter/", data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "Écrit avec soin." in response.content.decode()
    assert not Commitment.objects.exists()


def test_the_form_reads_a_deadline_without_saving(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    data = typed(make_institution(), deadline_words="avant la fin de l’année 2014", look="1")
    response = client.post("/engagements/ajouter/", data)
    assert response.status_code == 200
    assert response.context["late_from"] == LATE
    assert "Une ligne budgétaire séparée" in response.content.decode()
    assert not Commitment.objects.exists()


def test_a_meeting_brings_its_sections_with_it(client_as: ClientAs) -> None:
    section = make_section(heading="La lettre attendue")
    other = make_section(heading="Autre réunion")
    data = typed(make_institution(), meeting=str(section.minutes.meeting_id), look="1")
    client = client_as(Role.SECRETARIAT)
    shown = client.post("/engagements/ajouter/", data).content.decode()
    assert "La lettre attendue" in shown
    assert "Autre réunion" not in shown
    refused = client.post("/engagements/ajouter/", {**data, "look": "", "section": str(other.pk)})
    assert refused.status_code == 200
    data.pop("look")
    refused = client.post("/engagements/ajouter/", {**data, "section": str(other.pk)})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["section"])


def test_words_of_minutes_fill_the_form_in(client_as: ClientAs) -> None:
    institution, measure = make_institution(), make_measure()
    meeting = make_meeting(MADE)
    section = make_section(
        make_minutes(meeting), institutions=[institution], measures=[measure], text="Une circulaire viendra."
    )  # fmt: skip
    client = client_as(Role.SECRETARIAT)
    response = client.get(
        "/engagements/ajouter/", {"section": str(section.pk), "passage": "Une circulaire viendra"}
    )
    form = response.context["form"]
    told = {name: form[name].value() for name in ("institution", "meeting", "section", "made_on", "measures", "quote")}  # fmt: skip
    assert told == {
        "institution": institution.pk,
        "meeting": meeting.pk,
        "section": section.pk,
        "made_on": MADE,
        "measures": [measure.pk],
        "quote": "Une circulaire viendra",
    }
    assert client.get("/engagements/ajouter/", {"section": "999999"}).status_code == 404
    assert client.get("/engagements/ajouter/", {"section": "x" * 40}).status_code == 200


def test_of_several_institutions_none_is_guessed_and_ticked_measures_come_first(
    client_as: ClientAs,
) -> None:
    make_measure()
    measure = make_measure()
    section = make_section(
        make_minutes(make_meeting(MADE)),
        institutions=[make_institution(), make_institution()],
        measures=[measure],
    )
    client = client_as(Role.SECRETARIAT)
    form = client.get("/engagements/ajouter/", {"section": str(section.pk)}).context["form"]
    assert form["institution"].value() is None
    offered = form.fields["measures"].queryset
    assert (offered[0], len(offered)) == (measure, 2)


def test_an_unknown_source_is_told_with_what_can_be_done(client_as: ClientAs) -> None:
    commitment = circular()
    client = client_as(Role.SECRETARIAT)
    address = f"{commitment.get_absolute_url()}evenements/ajouter/"
    response = client.post(address, {"kind": "kept", "on": "2015-01-05", "source": "Nulle part"})
    (told,) = response.context["form"].errors["source"]
    assert "Nulle part" in told
    # The form has no place for a new one, as the sheet of a measure has.
    assert told != str(SourceField.default_error_messages["unknown"]) % {"text": "Nulle part"}


def test_a_delay_of_thousands_is_grouped_and_bars_say_how_many_are_late(
    client_as: ClientAs,
) -> None:
    commitment = circular()
    make_event(commitment, EventKind.REMINDED, dt.date(2015, 1, 22))
    page = client_as(Role.MEMBER).get(commitment.get_absolute_url() + "?le=2026-11-21")
    assert "4\u202f343" in page.content.decode()
    listed = client_as(Role.MEMBER).get("/engagements/?le=2015-02-01").content.decode()
    assert 'class="state-late">' in listed


def test_whoever_narrows_it_is_told_that_letters_sent_keep_their_words(
    client_as: ClientAs,
) -> None:
    commitment = circular()
    letter = make_letter(commitments=[commitment])
    client = client_as(Role.SECRETARIAT)
    edit = f"{commitment.get_absolute_url()}modifier/"
    assert 'id="kept-by-letters"' not in client.get(edit).content.decode()
    letter.status, letter.is_locked = LetterStatus.SENT, True
    letter.dated_on, letter.reference = dt.date(2015, 4, 21), "2015-001"
    letter.save()
    assert 'id="kept-by-letters"' in client.get(edit).content.decode()


def test_only_the_secretariat_records(client_as: ClientAs) -> None:
    expected = {Role.MEMBER: 403, Role.GUEST: 404, Role.ADMINISTRATOR: 404}
    data = typed(make_institution())
    for who, status in expected.items():
        assert client_as(who).get("/engagements/ajouter/").status_code == status
        assert client_as(who).post("/engagements/ajouter/", data).status_code == status
    assert not Commitment.objects.exists()


def edited(commitment: Commitment, **changes: str) -> dict[str, str]:
    return {
        "version": str(commitment.version),
        "institution": str(commitment.institution_id),
        "wording": commitment.wording,
        "origin": commitment.origin,
        "meeting": str(commitment.meeting_id),
        "position": "0",
        "audience": commitment.audience,
        **changes,
    }


def test_a_commitment_is_edited_and_its_history_says_so(client_as: ClientAs) -> None:
    commitment = circular()
    client = client_as(Role.SECRETARIAT)
    address = f"{commitment.get_absolute_url()}modifier/"
    response = client.post(address, edited(commitment, wording="Une circulaire, enfin"))
    assert response.status_code == 302
    history = text_of(client, f"{commitment.get_absolute_url()}historique/")
    assert "enfin" in history
    assert "Personne ne l’a vue." in history


def test_a_stale_version_shows_both_texts(client_as: ClientAs) -> None:
    commitment = circular()
    address = f"{commitment.get_absolute_url()}modifier/"
    client = client_as(Role.SECRETARIAT)
    client.post(address, edited(commitment, wording="Une instruction"))
    response = client.post(address, edited(commitment, wording="Une lettre"))
    assert response.status_code == 409
    text = response.content.decode()
    assert "<del>" in text
    assert "<ins>" in text
    assert "Une lettre" in text
    commitment.refresh_from_db()
    assert commitment.wording == "Une instruction"
    # Sent again, knowingly.
    assert client.post(address, edited(commitment, wording="Une lettre")).status_code == 302


def test_only_the_coordinator_makes_it_public(client_as: ClientAs) -> None:
    commitment = circular()
    address = f"{commitment.get_absolute_url()}publier/"
    data = {"version": str(commitment.version)}
    assert client_as(Role.SECRETARIAT).post(address, data).status_code == 403
    coordinator = client_as(Role.COORDINATOR)
    assert coordinator.post(address, {"version": "9"}).status_code == 409
    assert coordinator.post(address, data).status_code == 302
    commitment.refresh_from_db()
    assert commitment.audience == Audience.PUBLIC
    # The secretariat goes on writing, and it stays public.
    kept = edited(commitment, wording="Une circulaire publique")
    form = f"{commitment.get_absolute_url()}modifier/"
    assert client_as(Role.SECRETARIAT).post(form, kept).status_code == 302
    back = client_as(Role.SECRETARIAT).post(
        form, edited(Commitment.objects.get(pk=commitment.pk), audience="members")
    )
    assert (back.status_code, list(back.context["form"].errors)) == (422, ["audience"])


# --- Events -----------------------------------------------------------------------------------------------------------


def test_an_event_is_added_and_found_in_the_thread(client_as: ClientAs) -> None:
    commitment = circular()
    client = client_as(Role.SECRETARIAT)
    data = {"kind": "answered", "on": "2015-05-12", "text": "Le cabinet écrit."}
    response = client.post(f"{commitment.get_absolute_url()}evenements/ajouter/", data)
    event = CommitmentEvent.objects.latest("pk")
    assert response["Location"] == f"{commitment.get_absolute_url()}#evenement-{event.pk}"
    assert "Le cabinet écrit." in text_of(client, commitment.get_absolute_url())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "made"}, "kind"),
        ({"on": "2014-09-01"}, "on"),
        ({"on": "2999-01-01"}, "on"),
        ({"on": ""}, "on"),
        ({"kind": "postponed", "deadline_words": ""}, "deadline_words"),
        ({"kind": "postponed", "deadline_words": "quand il pleuvra"}, "late_from"),
        ({"kind": "postponed", "deadline_words": "avant le 1er décembre 2014"}, "deadline_words"),
        ({"kind": "kept", "source": "Une source inconnue"}, "source"),
    ],
)
def test_an_event_that_does_not_follow_is_refused_at_its_field(
    client_as: ClientAs, changes: dict[str, str], field: str
) -> None:
    commitment = circular()
    before = commitment.events.count()
    data = {"kind": "no_news", "on": "2015-06-01", "text": "Écrit avec soin.", **changes}
    address = f"{commitment.get_absolute_url()}evenements/ajouter/"
    response = client_as(Role.SECRETARIAT).post(address, data)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "Écrit avec soin." in response.content.decode()
    assert commitment.events.count() == before


def test_a_mistake_is_struck_through_for_the_secretariat_alone(client_as: ClientAs) -> None:
    commitment = circular()
    event = commitment.events.get(kind=EventKind.NO_NEWS)
    address = f"{commitment.get_absolute_url()}evenements/{event.pk}/retirer/"
    client = client_as(Role.SECRETARIAT)
    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "C’était une autre circulaire."}).status_code == 302
    assert "C’était une autre circulaire." in text_of(client, commitment.get_absolute_url())
    assert "is-mistake" in text_of(client, commitment.get_absolute_url())
    member = text_of(client_as(Role.MEMBER), commitment.get_absolute_url())
    assert "Personne ne l’a vue." not in member
    assert "autre circulaire" not in member
    # Once is enough.
    assert client.get(address).status_code == 404


def test_the_making_is_said_anew(client_as: ClientAs) -> None:
    commitment = circular()
    made = commitment.events.get(kind=EventKind.MADE)
    address = f"{commitment.get_absolute_url()}evenements/{made.pk}/retirer/"
    client = client_as(Role.SECRETARIAT)
    assert client.get(address).context["late_from"] == LATE
    data = {"on": "2014-09-24", "deadline_words": "avant fin janvier 2015", "late_from": ""}
    assert client.post(address, data).status_code == 302
    thread = client.get(commitment.get_absolute_url(), {"le": "2015-01-15"}).context["thread"]
    assert (thread.standing.state, thread.standing.late_from) == ("promised", dt.date(2015, 2, 1))


def test_an_event_of_another_commitment_is_not_found(client_as: ClientAs) -> None:
    commitment, other = circular(), circular()
    event = other.events.latest("pk")
    address = f"{commitment.get_absolute_url()}evenements/{event.pk}/retirer/"
    assert client_as(Role.SECRETARIAT).post(address, {"text": "Non."}).status_code == 404
    assert not CommitmentEvent.objects.filter(kind=EventKind.RETRACTED).exists()

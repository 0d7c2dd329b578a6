"""The month, the calendar file and the personal feed, read by a parser of our own and by another library."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
import vobject
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.calendar import calendar_of
from meetings.models import CalendarLink, Meeting
from meetings.services.agenda import add_item
from meetings.services.calendars import make_link, withdraw_link
from members.enums import Role
from members.logs import without_secrets
from tests.factories import make_invitee, make_meeting, make_session, make_user

if TYPE_CHECKING:
    from django.test import Client

    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
DAY = dt.date(2014, 1, 31)
Properties = dict[str, tuple[dict[str, str], str]]


def parse(content: bytes) -> list[tuple[str, Properties]]:
    """Components and their properties, as RFC 5545 says (3.1, 3.3.11): lines unfolded, parameters apart, text unescaped."""
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    found: list[tuple[str, Properties]] = []
    stack: list[Properties] = []
    for line in filter(None, lines):
        head, _colon, value = line.partition(":")
        name, *parameters = head.split(";")
        if name == "BEGIN":
            stack.append({})
            found.append((value, stack[-1]))
        elif name == "END":
            stack.pop()
        else:
            told = dict(parameter.split("=", 1) for parameter in parameters)
            text = re.sub(r"\\(.)", lambda sign: "\n" if sign[1] in "nN" else sign[1], value)
            stack[-1][name] = (told, text)
    assert stack == []
    assert found[0][0] == "VCALENDAR"
    return found


def events(content: bytes) -> list[Properties]:
    return [properties for name, properties in parse(content) if name == "VEVENT"]


def feed_of(client: Client, secret: str) -> bytes:
    response = client.get(reverse("meetings:feed", args=[secret]))
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    return response.content


# --- The file ---------------------------------------------------------------------------------------------------------


def test_file_tells_title_place_hours_and_address(client_as: ClientAs) -> None:
    meeting = make_meeting(None, title="Réunion; avec, des signes\\", purpose="Un but")
    make_session(
        meeting,
        on=DAY,
        starts_at=dt.time(14),
        ends_at=dt.time(16, 30),
        place="Paris",
        room="Salle-verte",
        title="Une-séance",
    )
    address = reverse("meetings:ics", args=[meeting.slug])
    response = client_as(Role.MEMBER).get(address)
    assert 'filename="invitation.ics"' in response["Content-Disposition"]
    [event] = events(response.content)
    paris = {"TZID": "Europe/Paris"}
    assert event["SUMMARY"][1] == "Réunion; avec, des signes\\"
    assert event["DTSTART"] == (paris, "20140131T140000")
    assert event["DTEND"] == (paris, "20140131T163000")
    assert event["LOCATION"][1] == "Paris"
    assert event["URL"][1].endswith(meeting.get_absolute_url())
    assert (event["STATUS"][1], event["SEQUENCE"][1]) == ("CONFIRMED", "1")
    assert event["DTSTAMP"][1].endswith("Z")
    # What strangers do not see of a public meeting is in no calendar.
    assert not any(word in response.content for word in (b"Un but", b"Salle", b"Une-s"))


def test_hours_are_those_of_paris_in_summer_and_in_winter() -> None:
    zone = dict(parse(calendar_of([])))
    assert zone["VTIMEZONE"]["TZID"][1] == "Europe/Paris"
    assert zone["STANDARD"]["TZOFFSETTO"][1] == "+0100"
    assert zone["DAYLIGHT"]["TZOFFSETTO"][1] == "+0200"
    assert "BYMONTH=3" in zone["DAYLIGHT"]["RRULE"][1]
    assert "BYMONTH=10" in zone["STANDARD"]["RRULE"][1]


def test_day_without_an_hour_is_a_whole_day() -> None:
    [event] = events(calendar_of([make_meeting(DAY)]))
    assert event["DTSTART"] == ({"VALUE": "DATE"}, "20140131")
    assert event["DTEND"] == ({"VALUE": "DATE"}, "20140201")


def test_each_session_has_an_identity_that_stays() -> None:
    meeting = make_meeting(DAY)
    make_session(meeting, on=DAY + dt.timedelta(days=1))
    before = [event["UID"][1] for event in events(calendar_of([meeting]))]
    assert len(set(before)) == 2
    meeting.title, meeting.version = "Autre", 2
    meeting.save()
    first = meeting.sessions.earliest("on")
    first.on = DAY - dt.timedelta(days=7)
    first.save()
    again = events(calendar_of([Meeting.objects.get()]))
    assert [event["UID"][1] for event in again] == before
    assert {event["SEQUENCE"][1] for event in again} == {"2"}


def test_cancelled_meeting_is_taken_off_the_calendar(client_as: ClientAs) -> None:
    meeting = make_meeting(DAY, cancelled_at=timezone.now(), is_public=True)
    content = client_as(None).get(reverse("meetings:ics", args=[meeting.slug])).content
    assert dict(parse(content))["VCALENDAR"]["METHOD"][1] == "CANCEL"
    assert events(content)[0]["STATUS"][1] == "CANCELLED"


def test_file_of_a_meeting_that_one_may_not_see_is_not_there(client_as: ClientAs) -> None:
    address = reverse("meetings:ics", args=[make_meeting(DAY).slug])
    for who in (None, Role.GUEST, Role.ADMINISTRATOR):
        assert client_as(who).get(address).status_code == 404


# --- The feed ---------------------------------------------------------------------------------------------------------


def test_feed_holds_what_its_owner_may_see(client_as: ClientAs) -> None:
    guest, member = make_user(Role.GUEST), make_user(Role.MEMBER)
    make_meeting(DAY, title="cachée")
    make_meeting(DAY, title="publique", is_public=True)
    asked = make_meeting(DAY, title="demandée")
    make_invitee(asked, guest)
    add_item(meeting=asked, by=None, title="Le point")
    anyone = client_as(None)
    titles = {
        person.role: {
            event["SUMMARY"][1] for event in events(feed_of(anyone, make_link(person=person)))
        }
        for person in (guest, member)
    }
    assert titles == {
        Role.GUEST: {"publique", "demandée"},
        Role.MEMBER: {"cachée", "publique", "demandée"},
    }
    assert b"Le point" not in feed_of(anyone, make_link(person=member))


def test_feed_answers_nothing_once_withdrawn_replaced_or_its_owner_gone(
    client_as: ClientAs,
) -> None:
    member, anyone = make_user(Role.MEMBER), client_as(None)
    first = make_link(person=member)
    second = make_link(person=member)
    assert anyone.get(reverse("meetings:feed", args=[first])).status_code == 404
    assert anyone.get(reverse("meetings:feed", args=[second])).status_code == 200
    mandate = member.mandates.get()
    mandate.until = timezone.localdate()
    mandate.save()
    assert anyone.get(reverse("meetings:feed", args=[second])).status_code == 404
    mandate.until = None
    mandate.save()
    withdraw_link(person=type(member).objects.get(pk=member.pk))
    assert anyone.get(reverse("meetings:feed", args=[second])).status_code == 404
    assert anyone.get(reverse("meetings:feed", args=["x" * 500])).status_code == 404
    assert CalendarLink.objects.live().count() == 0


def test_role_without_meetings_has_no_feed() -> None:
    with pytest.raises(PermissionDenied):
        make_link(person=make_user(Role.ADMINISTRATOR))
    assert not CalendarLink.objects.exists()


def test_secret_is_shown_once_kept_nowhere_and_said_to_no_log(client_as: ClientAs) -> None:
    member = make_user(Role.MEMBER)
    client = client_as(member)
    address = reverse("meetings:calendar-link")
    assert client.get(address).status_code == 200
    shown = client.post(address)
    found = re.search(r"/calendrier/([\w-]{40,})\.ics", shown.content.decode())
    assert found is not None
    assert "no-store" in shown["Cache-Control"]
    assert found[1] not in client.get(address).content.decode()
    assert found[1] not in str(list(CalendarLink.objects.values()))
    assert found[1] not in without_secrets(f'"GET /calendrier/{found[1]}.ics HTTP/1.1" 200')
    assert feed_of(client_as(None), found[1])
    assert client.get(reverse("meetings:calendar-link-withdraw")).status_code == 405
    client.post(reverse("meetings:calendar-link-withdraw"))
    assert client_as(None).get(f"/calendrier/{found[1]}.ics").status_code == 404


def test_page_of_the_link_is_for_who_has_a_calendar(client_as: ClientAs) -> None:
    statuses = [
        client_as(who).get(reverse("meetings:calendar-link")).status_code
        for who in (Role.MEMBER, Role.GUEST, Role.COORDINATOR, Role.ADMINISTRATOR, None)
    ]
    assert statuses == [200, 200, 200, 404, 302]


def test_addresses_of_the_month_stay_in_the_logs() -> None:
    line = "GET /reunions/calendrier/lien/ and /reunions/calendrier/?mois=2014-01"
    assert without_secrets(line) == line


def test_feed_makes_as_many_queries_for_twenty(client_as: ClientAs) -> None:
    secret, anyone = make_link(person=make_user(Role.MEMBER)), client_as(None)
    counts = []
    for number in (1, 19):
        for _rank in range(number):
            make_session(make_meeting(DAY))
        with CaptureQueriesContext(connection) as queries:
            feed_of(anyone, secret)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- The month --------------------------------------------------------------------------------------------------------


def test_month_shows_every_session_that_one_may_know_of(client_as: ClientAs) -> None:
    meeting = make_meeting(DAY, title="plusieurs-jours")
    make_session(meeting, on=dt.date(2014, 1, 6), starts_at=dt.time(14))
    make_meeting(DAY, title="ouverte", is_public=True)
    make_meeting(dt.date(2014, 3, 1), title="plus-tard")
    address = f"{reverse('meetings:calendar')}?mois=2014-01"
    text = client_as(Role.MEMBER).get(address).content.decode()
    assert text.count("plusieurs-jours") == 2
    assert text.count("ouverte</a>") == 1
    assert "plus-tard" not in text
    # Links lead from month to month as far as there are meetings that one may know of, or today.
    assert "?mois=2013-12" not in text
    assert "?mois=2014-02" in text
    assert text.count('<th scope="col">') == 7
    stranger = client_as(None).get(address).content.decode()
    assert "ouverte</a>" in stranger
    assert "plusieurs-jours" not in stranger


def test_month_without_a_meeting_leads_to_the_nearest_that_one_may_know_of(
    client_as: ClientAs,
) -> None:
    make_meeting(dt.date(2013, 9, 13), is_public=True)
    make_meeting(DAY)
    make_meeting(dt.date(2014, 10, 22))
    address = f"{reverse('meetings:calendar')}?mois=2014-04"
    nearest = re.compile(r'role="status">.*</p>')
    for role, months in ((Role.MEMBER, ["2014-01", "2014-10"]), (None, ["2013-09"])):
        found = nearest.search(client_as(role).get(address).content.decode())
        assert found is not None
        assert re.findall(r"mois=([\d-]+)", found[0]) == months


@pytest.mark.parametrize(
    "month", ["2014-13", "2014-00", "0000-01", "9999-12", "janvier", "²014-01"]
)
def test_month_that_is_none_is_not_found(client_as: ClientAs, month: str) -> None:
    assert client_as(None).get(f"/reunions/calendrier/?mois={month}").status_code == 404


@pytest.mark.parametrize("month", ["1990-01", "2100-12", ""])
def test_first_and_last_month_are_shown(client_as: ClientAs, month: str) -> None:
    assert client_as(None).get(f"/reunions/calendrier/?mois={month}").status_code == 200


# --- Read by a library that did not write them ------------------------------------------------------------------------


def test_another_library_reads_the_file_and_the_feed(client_as: ClientAs) -> None:
    member = make_user(Role.MEMBER)
    meeting = make_meeting(None, title="Réunion; avec, des signes")
    winter, summer = dt.date(2014, 1, 31), dt.date(2014, 7, 1)
    for day in (winter, summer):
        make_session(meeting, on=day, starts_at=dt.time(14), ends_at=dt.time(16, 30), place="Paris")
    whole_day = make_session(meeting, on=dt.date(2014, 9, 1))
    make_meeting(DAY, title="Annulée", cancelled_at=timezone.now())
    invitation = client_as(member).get(reverse("meetings:ics", args=[meeting.slug])).content
    feed = feed_of(client_as(None), make_link(person=member))
    read = {
        event.uid.value: event
        for content in (invitation, feed)
        for event in vobject.readOne(content.decode()).vevent_list
    }
    assert len(read) == 4
    held = sorted(
        (
            event
            for event in read.values()
            if event.summary.value == meeting.title and hasattr(event, "location")
        ),
        key=lambda event: event.dtstart.value,
    )
    utc = [event.dtstart.value.astimezone(dt.UTC).replace(tzinfo=None) for event in held]
    assert utc == [dt.datetime(2014, 1, 31, 13), dt.datetime(2014, 7, 1, 12)]
    assert [event.dtend.value - event.dtstart.value for event in held] == [
        dt.timedelta(hours=2, minutes=30)
    ] * 2
    [all_day] = [event for event in read.values() if event.dtstart.value == whole_day.on]
    assert all_day.dtend.value == whole_day.on + dt.timedelta(days=1)
    assert [
        event.summary.value for event in read.values() if event.status.value == "CANCELLED"
    ] == ["Annulée"]

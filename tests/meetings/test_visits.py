"""What is new since somebody's last visit, and the list of minutes that they have not read yet."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.enums import MinutesStatus
from meetings.models import Decision, Erratum, FollowUp, MinutesVisit
from members.enums import Audience, Role
from tests.factories import FOUND_ON, make_meeting, make_minutes, make_section, make_user

if TYPE_CHECKING:
    from django.test import Client

    from meetings.models import Minutes, MinutesSection
    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
LIST = reverse("meetings:minutes-list")


def address(minutes: Minutes) -> str:
    return reverse("meetings:minutes", args=[minutes.meeting.slug])


def read(client: Client, minutes: Minutes) -> str:
    response = client.get(address(minutes))
    assert response.status_code == 200
    return response.content.decode()


def days_later(days: int) -> None:
    """As if the visits so far had been so long ago."""
    for visit in MinutesVisit.objects.all():
        visit.last_at -= dt.timedelta(days=days)
        visit.before_at = visit.before_at and visit.before_at - dt.timedelta(days=days)
        visit.save()


def written(section: MinutesSection, *, hours_ago: float = 0) -> None:
    section.written_at = timezone.now() - dt.timedelta(hours=hours_ago)
    section.save()


def marked(html: str) -> set[int]:
    """Sections whose heading bears the mark."""
    return {
        int(pk)
        for pk, words in re.findall(r'id="s(\d+)">(.*?)(?=class="minutes-section"|$)', html, re.S)
        if "new-mark" in words
    }


def test_first_visit_marks_nothing(client_as: ClientAs) -> None:
    minutes = make_minutes()
    written(make_section(minutes))
    html = read(client_as(Role.MEMBER), minutes)
    assert "new-mark" not in html
    assert 'id="news"' not in html


def test_next_visit_marks_what_was_written_decided_and_corrected_since(
    client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    minutes = make_minutes()
    sections = [make_section(minutes, heading=f"Titre {n}") for n in range(5)]
    old, new, decided, corrected, followed = sections
    for section in sections:
        written(section, hours_ago=100)
    Decision.objects.create(section=old, text="Ancienne")
    client = client_as(Role.MEMBER)
    read(client, minutes)
    days_later(2)
    # What was said before the visit is not new; histories are told the hour of now.
    for row in Decision.history.all():
        row.history_date = timezone.now() - dt.timedelta(days=3)
        row.save()
    written(new)
    Decision.objects.create(section=decided, text="Nouvelle")
    FollowUp.objects.create(section=followed, text="Relancer", who="Le bureau")
    by = make_user(Role.SECRETARIAT)
    Erratum.objects.create(section=corrected, on=FOUND_ON, text="Lire…", added_by=by)
    html = read(client, minutes)
    wanted = {new.pk, decided.pk, corrected.pk, followed.pk}
    assert marked(html) == wanted
    news = html.split('id="news"')[1].split("</div>")[0]
    assert re.findall(r'href="#s(\d+)"', news) == [str(pk) for pk in sorted(wanted)]
    # Whoever reads on still sees it; whoever comes back twice on other days does not.
    assert marked(read(client, minutes)) == wanted
    for days in (1, 2):
        later = timezone.now() + dt.timedelta(days=days)
        monkeypatch.setattr("meetings.visits.timezone", SimpleNamespace(now=lambda at=later: at))
        html = read(client, minutes)
    assert marked(html) == set()


def test_what_is_new_to_one_is_not_told_to_another(client_as: ClientAs) -> None:
    minutes = make_minutes(make_meeting(is_public=True), status=MinutesStatus.ADOPTED)
    make_section(minutes, audience=Audience.PUBLIC)
    hidden = make_section(minutes, heading="Titre caché", audience=Audience.SECRETARIAT)
    member, other = make_user(Role.MEMBER), make_user(Role.MEMBER)
    read(client_as(member), minutes)
    days_later(2)
    Erratum.objects.create(
        section=hidden, on=FOUND_ON, text="Caché", added_by=make_user(Role.SECRETARIAT)
    )
    shown = minutes.sections.get(audience=Audience.PUBLIC)
    Erratum.objects.create(
        section=shown, on=FOUND_ON, text="Dit", added_by=make_user(Role.SECRETARIAT)
    )
    html = read(client_as(member), minutes)
    assert marked(html) == {shown.pk}
    assert "Titre caché" not in html
    assert marked(read(client_as(other), minutes)) == set()
    assert marked(read(client_as(None), minutes)) == set()


def test_a_visit_is_written_once_and_a_stranger_leaves_none(client_as: ClientAs) -> None:
    minutes = make_minutes(make_meeting(is_public=True), status=MinutesStatus.ADOPTED)
    make_section(minutes, audience=Audience.PUBLIC)
    read(client_as(None), minutes)
    assert not MinutesVisit.objects.exists()
    client = client_as(Role.MEMBER)
    client.head(address(minutes))
    assert not MinutesVisit.objects.exists()
    for _ in range(3):
        read(client, minutes)
    assert MinutesVisit.objects.count() == 1
    with CaptureQueriesContext(connection) as queries:
        read(client, minutes)
    assert [
        query["sql"] for query in queries if not query["sql"].strip().startswith("SELECT")
    ] == []


def test_list_holds_what_one_may_read_the_newest_meeting_first(client_as: ClientAs) -> None:
    public = make_minutes(
        make_meeting(dt.date(2014, 1, 31), is_public=True), status=MinutesStatus.ADOPTED
    )
    circulated = make_minutes(make_meeting(dt.date(2014, 10, 22)))
    draft = make_minutes(make_meeting(dt.date(2015, 1, 5)), status=MinutesStatus.DRAFT)
    for minutes in (public, circulated, draft):
        make_section(minutes, audience=Audience.PUBLIC)

    def listed(who: Role | User | None) -> list[str]:
        html = client_as(who).get(LIST).content.decode()
        return re.findall(r'scope="row"><a href="([^"]+)"', html)

    assert listed(None) == [address(public)]
    assert listed(Role.GUEST) == [address(public)]
    assert listed(Role.MEMBER) == [address(circulated), address(public)]
    assert listed(Role.SECRETARIAT) == [address(draft), address(circulated), address(public)]


def test_unread_minutes_are_told_apart(client_as: ClientAs) -> None:
    minutes = make_minutes()
    section = make_section(minutes)
    hidden = make_section(minutes, audience=Audience.SECRETARIAT)
    member = make_user(Role.MEMBER)
    client = client_as(member)
    assert "new-mark" in client.get(LIST).content.decode()
    assert 'class="unread"' in client.get(LIST).content.decode()
    read(client, minutes)
    assert "new-mark" not in client.get(LIST).content.decode()
    days_later(1)
    written(hidden)
    assert "new-mark" not in client.get(LIST).content.decode()
    written(section)
    assert "new-mark" in client.get(LIST).content.decode()
    assert "new-mark" not in client_as(None).get(LIST).content.decode()


def test_time_to_read_counts_only_what_one_reads(client_as: ClientAs) -> None:
    minutes = make_minutes(make_meeting(is_public=True), status=MinutesStatus.ADOPTED)
    make_section(minutes, text="x" * 1_300 * 10, audience=Audience.PUBLIC)
    make_section(minutes, text="x" * 1_300 * 30, audience=Audience.SECRETARIAT)
    for path in (LIST, address(minutes)):
        assert "10 minutes" in client_as(Role.MEMBER).get(path).content.decode()
        assert "40 minutes" in client_as(Role.SECRETARIAT).get(path).content.decode()


def test_a_long_list_asks_no_more_than_a_short_one(client_as: ClientAs) -> None:
    client = client_as(Role.MEMBER)
    counts = []
    for total in (1, 20):
        for _ in range(total):
            minutes = make_minutes(status=MinutesStatus.ADOPTED)
            make_section(minutes)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert client.get(LIST, {"page": "2"}).status_code == 200
    assert client.get(LIST, {"page": "none"}).status_code == 200

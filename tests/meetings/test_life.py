"""Minutes are circulated with open eyes, adopted at a later meeting, and locked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.typography import long_date
from common.versions import StaleRowError
from meetings.enums import MinutesStatus, Outcome, StepKind
from meetings.models import Attendance, Correction, Decision, FollowUp, Minutes, MinutesSection
from meetings.services.agenda import add_item
from meetings.services.life import adopt, change_last_day, circulate, people_to_tell
from members.enums import Audience, Role
from members.models import Mandate, Notice
from tests.factories import (
    FOUND_ON,
    make_association,
    make_group,
    make_group_membership,
    make_invitee,
    make_mandate,
    make_meeting,
    make_minutes,
    make_section,
    make_user,
)

if TYPE_CHECKING:
    from django.test import Client

    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
LATER = FOUND_ON + dt.timedelta(days=30)


@pytest.fixture
def secretary() -> User:
    return make_user(Role.SECRETARIAT)


@pytest.fixture
def draft() -> Minutes:
    minutes = make_minutes(status=MinutesStatus.DRAFT)
    make_section(minutes, text="On parle de la formation.")
    return minutes


def soon(days: int = 14) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def address(name: str, minutes: Minutes, *more: Any) -> str:
    return reverse(f"meetings:{name}", args=[minutes.meeting.slug, *more])


def circulated_by(secretary: User, draft: Minutes, **options: Any) -> Minutes:
    options = {"remarks_until": soon(), "version": draft.version, **options}
    return circulate(minutes=draft, by=secretary, **options)


# --- Circulation ------------------------------------------------------------------------------------------------------


def test_circulation_opens_the_minutes_and_is_a_step(secretary: User, draft: Minutes) -> None:
    member = make_user()
    assert not Minutes.objects.visible_to(member).exists()
    minutes = circulated_by(secretary, draft)
    assert minutes.status == MinutesStatus.CIRCULATED
    assert minutes.remarks_until == soon()
    step = minutes.steps.get()
    assert (step.kind, step.by, step.at) == (StepKind.CIRCULATED, secretary, minutes.circulated_at)
    assert Minutes.objects.visible_to(member).get() == minutes


def test_circulation_is_refused_on_a_past_day_twice_or_empty(
    secretary: User, draft: Minutes
) -> None:
    with pytest.raises(ValidationError) as refused:
        circulated_by(secretary, draft, remarks_until=soon(-1))
    assert "remarks_until" in refused.value.message_dict
    draft.refresh_from_db()
    assert draft.status == MinutesStatus.DRAFT
    assert not draft.steps.exists()
    with pytest.raises(ValidationError):
        circulated_by(secretary, make_minutes(status=MinutesStatus.DRAFT))
    minutes = circulated_by(secretary, draft)
    with pytest.raises(ValidationError):
        circulated_by(secretary, minutes)
    with pytest.raises(StaleRowError):
        circulated_by(secretary, minutes, version=1)


def test_only_the_secretariat_circulates_and_adopts(draft: Minutes) -> None:
    for role in (Role.MEMBER, Role.GUEST, Role.ADMINISTRATOR):
        with pytest.raises(PermissionDenied):
            circulated_by(make_user(role), draft)
        with pytest.raises(PermissionDenied):
            adopt(minutes=draft, version=1, by=make_user(role), meeting=draft.meeting, on=LATER)


def test_those_who_were_there_are_told_in_neutral_words(secretary: User, draft: Minutes) -> None:
    here, former, represented, bystander = (make_association() for _ in range(4))
    speaker, substitute, gone = make_user(Role.MEMBER), make_user(), make_user()
    for person, association in ((speaker, here), (substitute, represented), (gone, former)):
        Mandate.objects.filter(person=person).update(association=association)
    Mandate.objects.filter(person=gone).update(until=timezone.localdate())
    invited, grouped, alone = make_user(), make_user(), make_user()
    make_mandate(alone, bystander)
    make_invitee(draft.meeting, invited)
    for association, presence in (
        (here, "present"),
        (former, "excused"),
        (represented, "represented"),
    ):
        Attendance.objects.create(meeting=draft.meeting, association=association, presence=presence)
    group = make_group()
    make_group_membership(group, person=grouped)
    draft.meeting.group = group
    draft.meeting.save()
    minutes = circulated_by(secretary, draft)
    told = {notice.person: notice for notice in Notice.objects.all()}
    assert set(told) == {speaker, substitute, invited, grouped}
    for notice in told.values():
        assert notice.path == minutes.get_absolute_url()
        assert minutes.meeting.title not in notice.words
        assert "formation" not in notice.words


def test_all_members_are_told_when_nobody_is_on_the_list(secretary: User, draft: Minutes) -> None:
    member = make_user()
    make_user(Role.GUEST)
    make_user(Role.ADMINISTRATOR)
    assert set(people_to_tell(draft)) == {member}


def test_what_a_command_loads_is_of_its_own_day_and_tells_nobody() -> None:
    make_user()
    minutes = make_minutes(make_meeting(dt.date(2014, 1, 31)), status=MinutesStatus.DRAFT)
    section = make_section(minutes)
    at = timezone.make_aware(dt.datetime(2014, 2, 10, 9))
    minutes = circulate(
        minutes=minutes, version=1, by=None, remarks_until=dt.date(2014, 2, 20), at=at
    )
    later = make_meeting(dt.date(2014, 3, 1))
    minutes = adopt(
        minutes=minutes, version=minutes.version, by=None, meeting=later, on=dt.date(2014, 3, 1)
    )
    assert [timezone.localdate(step.at) for step in minutes.steps.all()] == [
        dt.date(2014, 2, 10),
        dt.date(2014, 3, 1),
    ]
    assert section.history.as_of(at)
    assert not Notice.objects.exists()


def test_text_that_was_being_typed_joins_the_history_when_it_leaves(
    secretary: User, draft: Minutes
) -> None:
    section: Any = draft.sections.get()
    section.text, section.version = "Tapé à l’instant.", section.version + 1
    section.skip_history_when_saving = True
    section.save()
    del section.skip_history_when_saving
    circulated_by(secretary, draft)
    assert section.history.first().text == "Tapé à l’instant."


@pytest.fixture
def risky(draft: Minutes) -> Minutes:
    section = draft.sections.get()
    make_section(draft, text="Appeler le 06 39 98 45 67.", audience=Audience.SECRETARIAT)
    Decision.objects.create(section=section, text="Écrire à membre1@vigie.example.")
    FollowUp.objects.create(section=section, text="Revoir Awa, 17 ans.", who="le secrétariat")
    return draft


def posted(client: Client, url: str, **changes: Any) -> Any:
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data = {
        name: getattr(value, "isoformat", lambda value=value: value)()
        for name, value in data.items()
    }
    return client.post(url, {**data, **changes})


def test_warnings_are_shown_with_their_place_and_must_be_looked_at(
    client_as: ClientAs, secretary: User, risky: Minutes
) -> None:
    client, url = client_as(secretary), address("circulate", risky)
    page = client.get(url)
    shown = {(one.kind.value, one.passage) for one in page.context["warnings"]}
    assert shown == {
        ("phone", "06 39 98 45 67"),
        ("email", "membre1@vigie.example"),
        ("person", "Awa, 17 ans"),
    }
    for section in risky.sections.filter(text__contains="Appeler"):
        assert address("editor-section", risky, section.pk) in page.content.decode()
    assert address("decision-edit", risky, Decision.objects.get().pk) in page.content.decode()
    refused = posted(client, url)
    assert refused.status_code == 422
    assert "looked" in refused.context["form"].errors
    risky.refresh_from_db()
    assert risky.status == MinutesStatus.DRAFT
    assert posted(client, url, looked="on").status_code == 302
    risky.refresh_from_db()
    assert risky.status == MinutesStatus.CIRCULATED


def test_minutes_without_a_warning_need_no_tick(
    client_as: ClientAs, secretary: User, draft: Minutes
) -> None:
    client, url = client_as(secretary), address("circulate", draft)
    assert "looked" not in client.get(url).context["form"].fields
    assert posted(client, url, remarks_until="hier").status_code == 422
    assert posted(client, url, remarks_until=soon(-1).isoformat()).status_code == 422
    assert posted(client, url).status_code == 302


def test_text_changed_after_one_looked_is_looked_at_again(
    client_as: ClientAs, secretary: User, draft: Minutes
) -> None:
    client, url = client_as(secretary), address("circulate", draft)
    form = client.get(url).context["form"]
    section = draft.sections.get()
    section.text, section.version = "Appeler le 06 39 98 45 67.", section.version + 1
    section.save()
    data = {"version": "1", "seen": form["seen"].value(), "remarks_until": soon(3).isoformat()}
    # With the tick, as a browser that had been told of other passages would send it.
    answer = client.post(url, {**data, "looked": "on"})
    assert answer.status_code == 409
    assert "06 39 98 45 67" in answer.content.decode()
    assert answer.context["form"]["remarks_until"].value() == soon(3)
    draft.refresh_from_db()
    assert draft.status == MinutesStatus.DRAFT


def test_who_may_come_to_these_pages(client_as: ClientAs, draft: Minutes) -> None:
    shown = make_minutes()
    make_section(shown)
    for name in ("circulate", "adopt"):
        assert client_as(Role.COORDINATOR).get(address(name, draft)).status_code == 200
        assert client_as(Role.MEMBER).get(address(name, draft)).status_code == 404
        assert client_as(Role.MEMBER).get(address(name, shown)).status_code == 403
        for role in (Role.GUEST, Role.ADMINISTRATOR):
            assert client_as(role).get(address(name, shown)).status_code == 404
        assert client_as(None).get(address(name, shown)).status_code == 302


def test_warnings_are_read_with_as_many_queries_whatever_their_number(
    client_as: ClientAs, secretary: User, draft: Minutes
) -> None:
    client, url = client_as(secretary), address("circulate", draft)
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url)
    for _number in range(20):
        section = make_section(draft, text="Appeler le 06 39 98 45 67.")
        Decision.objects.create(section=section, text="Écrire à membre1@vigie.example.")
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


# --- Adoption ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def circulated(secretary: User, draft: Minutes) -> Minutes:
    Decision.objects.create(section=draft.sections.get(), text="Écrire au ministre.")
    return circulated_by(secretary, draft)


def adopted(secretary: User, minutes: Minutes, **options: Any) -> Minutes:
    options = {
        "meeting": options.pop("meeting", None) or make_meeting(LATER),
        "on": LATER,
        **options,
    }
    return adopt(minutes=minutes, version=minutes.version, by=secretary, **options)


def test_adoption_is_recorded_at_the_later_meeting_and_locks(
    secretary: User, circulated: Minutes
) -> None:
    later = make_meeting(LATER)
    minutes = adopted(secretary, circulated, meeting=later, note="À l’unanimité")
    assert list(later.minutes_adopted.all()) == [minutes]
    assert minutes.adopted_on == LATER
    parts: Any = [*minutes.sections.all(), *Decision.objects.filter(section__minutes=minutes)]
    assert [part.is_locked for part in parts] == [True, True]
    step = minutes.steps.latest("pk")
    assert (step.kind, step.note) == (StepKind.ADOPTED, "À l’unanimité")


def test_earlier_meeting_cannot_adopt(secretary: User, circulated: Minutes) -> None:
    earlier = make_meeting(FOUND_ON - dt.timedelta(days=1))
    same_day = make_meeting(FOUND_ON)
    without_day = make_meeting(None)
    cancelled = make_meeting(LATER, cancelled_at=timezone.now())
    for meeting in (earlier, same_day, without_day, cancelled, circulated.meeting):
        with pytest.raises(ValidationError) as refused:
            adopted(secretary, circulated, meeting=meeting)
        assert "meeting" in refused.value.message_dict
    for day in (soon(1), FOUND_ON, LATER - dt.timedelta(days=1)):
        with pytest.raises(ValidationError) as refused:
            adopted(secretary, circulated, on=day)
        assert "on" in refused.value.message_dict
    circulated.refresh_from_db()
    assert circulated.status == MinutesStatus.CIRCULATED
    assert not MinutesSection.objects.filter(is_locked=True).exists()


def test_minutes_are_adopted_once_and_after_they_circulated(
    secretary: User, circulated: Minutes
) -> None:
    with pytest.raises(ValidationError):
        adopted(secretary, make_minutes(status=MinutesStatus.DRAFT))
    minutes = adopted(secretary, circulated)
    with pytest.raises(ValidationError):
        adopted(secretary, minutes)
    with pytest.raises(StaleRowError):
        adopt(minutes=minutes, version=1, by=secretary, meeting=make_meeting(LATER), on=LATER)


def test_open_corrections_are_decided_first(secretary: User, circulated: Minutes) -> None:
    Correction.objects.create(
        section=circulated.sections.get(),
        passage="formation",
        replacement="école",
        author=make_user(),
    )
    with pytest.raises(ValidationError):
        adopted(secretary, circulated)
    circulated.refresh_from_db()
    assert circulated.status == MinutesStatus.CIRCULATED


def test_adoption_page_says_when_no_meeting_may_adopt_yet(
    client_as: ClientAs, secretary: User, circulated: Minutes
) -> None:
    client, url = client_as(secretary), address("adopt", circulated)
    page = client.get(url).content.decode()
    assert reverse("meetings:create") in page
    assert 'name="meeting"' not in page
    make_meeting(LATER)
    page = client.get(url).content.decode()
    assert reverse("meetings:create") not in page
    assert 'name="meeting"' in page


def test_adoption_page_says_why_an_earlier_meeting_is_refused(
    client_as: ClientAs, secretary: User, circulated: Minutes
) -> None:
    client, url = client_as(secretary), address("adopt", circulated)
    earlier, later = make_meeting(FOUND_ON - dt.timedelta(days=1)), make_meeting(LATER)
    offered = [key for key, _label in client.get(url).context["form"].fields["meeting"].choices]
    assert offered == ["", later.pk]
    data = {"version": str(circulated.version), "meeting": str(earlier.pk)}
    refused = client.post(url, data)
    assert refused.status_code == 422
    assert "meeting" in refused.context["form"].errors
    assert client.post(url, {**data, "meeting": "999999999999999999999"}).status_code == 422
    assert client.post(url, {**data, "meeting": str(later.pk), "version": "1"}).status_code == 409
    assert client.post(url, {**data, "meeting": str(later.pk)}).status_code == 302
    circulated.refresh_from_db()
    assert circulated.adopted_on == LATER
    assert client.get(url).status_code == 200
    assert (
        client.post(
            url, {**data, "version": str(circulated.version), "meeting": str(later.pk)}
        ).status_code
        == 422
    )


def test_locked_text_is_refused_without_an_error_of_the_server(
    client_as: ClientAs, secretary: User, circulated: Minutes
) -> None:
    minutes = adopted(secretary, circulated)
    section = minutes.sections.get()
    client, url = client_as(secretary), address("section-autosave", minutes, section.pk)
    data = {"version": str(section.version), "number": "", "heading": "Autre", "text": "Autre"}
    answer = client.post(url, data)
    assert answer.status_code in {409, 422}
    section.refresh_from_db()
    assert section.text == "On parle de la formation."


def test_lost_mandate_closes_the_minutes_at_the_next_request(
    client_as: ClientAs, circulated: Minutes
) -> None:
    member = make_user()
    client = client_as(member)
    urls = [address(name, circulated) for name in ("corrections", "versions", "annotations")]
    section = circulated.sections.get().pk
    urls += [address(name, circulated, section) for name in ("annotation-add", "correction-add")]
    assert [client.get(url).status_code for url in urls] == [200] * 5
    Mandate.objects.filter(person=member).update(until=timezone.localdate())
    assert all(client.get(url).status_code in {302, 403, 404} for url in urls)
    assert client.post(urls[-1], {"passage": "formation", "replacement": "x"}).status_code in {
        302,
        403,
        404,
    }
    assert not Correction.objects.exists()


# --- The last day for remarks -----------------------------------------------------------------------------------------


def test_last_day_for_remarks_is_moved_and_told(secretary: User, draft: Minutes) -> None:
    member = make_user()
    minutes = circulated_by(secretary, draft, remarks_until=soon(1))
    Notice.objects.all().delete()
    moved = change_last_day(
        minutes=minutes, version=minutes.version, by=secretary, remarks_until=soon(20)
    )
    assert (moved.remarks_until, moved.status) == (soon(20), MinutesStatus.CIRCULATED)
    assert moved.circulated_at == minutes.circulated_at
    step = moved.steps.latest("pk")
    assert step.by == secretary
    assert long_date(soon(20)) in step.note
    assert [notice.person for notice in Notice.objects.all()] == [member]


def test_last_day_is_not_moved_to_the_past_nor_twice_nor_by_a_member(
    secretary: User, draft: Minutes
) -> None:
    with pytest.raises(ValidationError):
        change_last_day(minutes=draft, version=1, by=secretary, remarks_until=soon())
    minutes = circulated_by(secretary, draft)
    asked: dict[str, Any] = {"minutes": minutes, "version": minutes.version}
    for day in (soon(-1), soon()):
        with pytest.raises(ValidationError) as refused:
            change_last_day(**asked, by=secretary, remarks_until=day)
        assert "remarks_until" in refused.value.message_dict
    with pytest.raises(PermissionDenied):
        change_last_day(**asked, by=make_user(), remarks_until=soon(20))
    with pytest.raises(StaleRowError):
        change_last_day(**asked | {"version": 1}, by=secretary, remarks_until=soon(20))
    minutes.refresh_from_db()
    assert (minutes.remarks_until, minutes.steps.count()) == (soon(), 1)


def test_last_day_is_moved_on_the_page_of_the_circulation(
    client_as: ClientAs, secretary: User, draft: Minutes
) -> None:
    minutes = circulated_by(secretary, draft)
    client, page = client_as(secretary), address("circulate", minutes)
    assert page in client.get(minutes.get_absolute_url()).text
    assert f'value="{soon().isoformat()}"' in client.get(page).text
    form = {"version": minutes.version, "remarks_until": "2014-01-01"}
    refused = client.post(page, form)
    assert refused.status_code == 422
    assert 'value="2014-01-01"' in refused.text
    form["remarks_until"] = soon(30).isoformat()
    assert client.post(page, {**form, "version": "1"}).status_code == 409
    assert client.post(page, form).status_code == 302
    minutes.refresh_from_db()
    assert minutes.remarks_until == soon(30)
    assert client_as(Role.MEMBER).get(page).status_code == 403


def test_adoption_deals_with_the_point_of_the_agenda(secretary: User, draft: Minutes) -> None:
    minutes = circulated_by(secretary, draft)
    later = make_meeting(LATER)
    point = add_item(meeting=later, by=secretary, title="Adoption", minutes=minutes)
    other = add_item(meeting=make_meeting(LATER), by=secretary, title="Ailleurs", minutes=minutes)
    adopt(minutes=minutes, version=minutes.version, by=secretary, meeting=later, on=LATER)
    outcomes = [type(row).objects.get(pk=row.pk).outcome for row in (point, other)]
    assert outcomes == [Outcome.DEALT_WITH, ""]


def test_meeting_tells_which_minutes_it_adopted(client_as: ClientAs) -> None:
    later = make_meeting(LATER, is_public=True)
    minutes = make_minutes(status=MinutesStatus.ADOPTED, later=later)
    make_section(minutes)
    page = later.get_absolute_url()
    link = f'href="{minutes.get_absolute_url()}"'
    assert link in client_as(Role.MEMBER).get(page).text
    # Its title is the members’.
    assert link not in client_as(None).get(page).text

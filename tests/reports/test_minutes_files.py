"""Minutes as a file of one's own: asked for, made with the rights of the moment, and given to nobody else."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from common.claims import DEAD_AFTER, Claim, recover_work
from common.pdf import PdfError
from common.work import WorkStatus
from meetings.enums import MinutesStatus
from meetings.models import MinutesSection
from meetings.models.minutes import MinutesSectionQuerySet
from members.enums import Audience, Role
from members.models import FileReading, User
from reports import minutes_files
from reports.minutes import compose_minutes
from reports.minutes_copy import read_copy
from reports.minutes_files import (
    KEPT_FOR,
    forget_old_minutes,
    is_current,
    request_minutes_export,
    run_minutes_export,
)
from reports.models import MinutesExport
from tests.factories import (
    make_invitee,
    make_measure,
    make_meeting_paper,
    make_minutes,
    make_section,
    make_user,
)

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from meetings.models import Minutes
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

SECRET, ORDINARY = "Ce que peu savent", "Ce que tous savent"


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that were laid out, without the time that it takes."""
    documents: list[str] = []

    def render(html: str, **options: Any) -> bytes:
        documents.append(html)
        return b"%PDF-1.7 " + html.encode()

    monkeypatch.setattr(minutes_files, "render_pdf", render)
    monkeypatch.setattr(minutes_files, "check_pdf", lambda pdf, **options: 3)
    return documents


@pytest.fixture
def named() -> User:
    return make_user(Role.MEMBER, name="Membre 1")


@pytest.fixture
def minutes(named: User) -> Minutes:
    minutes = make_minutes()
    make_section(minutes, text=ORDINARY)
    make_section(minutes, text=SECRET, audience=Audience.NAMED, people=[named])
    return minutes


def made(minutes: Minutes, by: User) -> MinutesExport:
    export = request_minutes_export(minutes=minutes, by=by)
    run_minutes_export(export.pk)
    export.refresh_from_db()
    return export


def pdf_of(minutes: Minutes) -> str:
    return reverse("reports:minutes-pdf", args=[minutes.meeting.slug])


def page_of(minutes: Minutes) -> str:
    return reverse("reports:minutes", args=[minutes.meeting.slug])


def take(client: Client, minutes: Minutes) -> int:
    """Ask for the file, and read it to its end."""
    answer = client.get(pdf_of(minutes))
    b"".join(answer)
    return answer.status_code


# --- What is read -------------------------------------------------------------------------------------------------------


def html_for(minutes: Minutes, reader: User) -> str:
    copy = read_copy(minutes.meeting.slug, reader)
    assert copy is not None
    return compose_minutes(copy)


def test_a_named_section_is_for_those_named(minutes: Minutes, named: User) -> None:
    assert SECRET in html_for(minutes, named)
    assert SECRET in html_for(minutes, make_user(Role.SECRETARIAT))
    other = html_for(minutes, make_user(Role.MEMBER))
    assert SECRET not in other
    assert ORDINARY in other


def test_twin_with_the_guard_off_the_section_is_found(
    minutes: Minutes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MinutesSectionQuerySet, "visible_to", lambda rows, user: rows)
    assert SECRET in html_for(minutes, make_user(Role.MEMBER))


def test_papers_are_each_reader_s_own(minutes: Minutes) -> None:
    make_meeting_paper(minutes.meeting, title="Pièce des membres")
    make_meeting_paper(minutes.meeting, title="Pièce du secrétariat", audience=Audience.SECRETARIAT)
    member = html_for(minutes, make_user(Role.MEMBER))
    assert "Pièce des membres" in member
    assert "Pièce du secrétariat" not in member
    assert "Pièce du secrétariat" in html_for(minutes, make_user(Role.SECRETARIAT))


def test_a_draft_is_printed_for_the_secretariat_only() -> None:
    draft = make_section(make_minutes(status=MinutesStatus.DRAFT)).minutes
    assert read_copy(draft.meeting.slug, make_user(Role.MEMBER)) is None
    assert read_copy(draft.meeting.slug, make_user(Role.SECRETARIAT)) is not None


def test_a_guest_has_what_names_them_and_no_list_of_who_was_there(minutes: Minutes) -> None:
    guest = make_user(Role.GUEST, name="Membre 2")
    assert read_copy(minutes.meeting.slug, guest) is None
    make_section(minutes, text="Pour la personne invitée", audience=Audience.NAMED, people=[guest])
    make_invitee(minutes.meeting, guest)
    copy = read_copy(minutes.meeting.slug, guest)
    assert copy is not None
    assert [section["text"] for section in copy.data["sections"]] == ["Pour la personne invitée"]
    assert copy.data["attendances"] == []
    assert "Membre 2" in compose_minutes(copy)


def test_the_same_facts_are_the_same_data_whatever_their_keys(minutes: Minutes) -> None:
    reader = make_user(Role.MEMBER)
    before = read_copy(minutes.meeting.slug, reader)
    assert before is not None
    slug, title = minutes.meeting.slug, minutes.meeting.title
    headings = list(minutes.sections.order_by("position").values_list("heading", flat=True))
    minutes.delete()
    minutes.meeting.delete()
    again = make_minutes(meeting=None)
    again.meeting.slug, again.meeting.title = slug, title
    again.meeting.save()
    make_section(again, heading=headings[0], text=ORDINARY)
    after = read_copy(slug, reader)
    assert after is not None
    assert after.key == before.key
    assert compose_minutes(after) == compose_minutes(before)


def test_reading_asks_the_same_number_of_questions_for_1_and_20_sections() -> None:
    reader = make_user(Role.MEMBER)
    measure = make_measure()
    counts = []
    for size in (1, 20):
        minutes = make_minutes()
        for _number in range(size):
            make_section(minutes, measures=[measure])
            make_meeting_paper(minutes.meeting)
        with CaptureQueriesContext(connection) as asked:
            # Whose rights have not been asked for yet.
            read_copy(minutes.meeting.slug, User.objects.get(pk=reader.pk))
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- The work -----------------------------------------------------------------------------------------------------------


def test_a_copy_is_asked_for_once_and_queued_when_committed(
    minutes: Minutes, named: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = request_minutes_export(minutes=minutes, by=named)
        second = request_minutes_export(minutes=minutes, by=named)
        other = request_minutes_export(minutes=minutes, by=make_user(Role.MEMBER))
    assert first == second
    assert first != other
    assert DBTaskResult.objects.count() == 2


def test_nobody_asks_for_what_they_may_not_read() -> None:
    draft = make_section(make_minutes(status=MinutesStatus.DRAFT)).minutes
    for role in (Role.MEMBER, Role.GUEST, Role.ADMINISTRATOR):
        with pytest.raises(PermissionDenied):
            request_minutes_export(minutes=draft, by=make_user(role))
    assert not MinutesExport.objects.exists()


def test_a_copy_bears_the_name_of_its_reader_where_few_may_read_it(
    minutes: Minutes, named: User, laid_out: list[str]
) -> None:
    assert made(minutes, named).is_personal
    assert SECRET in laid_out[0]
    assert "Membre 1" in laid_out[0]
    assert not made(minutes, make_user(Role.MEMBER)).is_personal
    assert SECRET not in laid_out[1]
    assert "Membre 1" not in laid_out[1]


def test_rights_are_those_of_the_moment_when_the_file_is_made(
    minutes: Minutes, named: User, laid_out: list[str]
) -> None:
    export = request_minutes_export(minutes=minutes, by=named)
    _unname(minutes)
    run_minutes_export(export.pk)
    assert SECRET not in laid_out[0]


def test_whoever_lost_everything_meanwhile_is_told_so(
    minutes: Minutes, named: User, laid_out: list[str]
) -> None:
    export = request_minutes_export(minutes=minutes, by=named)
    named.mandates.all().delete()
    run_minutes_export(export.pk)
    export.refresh_from_db()
    assert (export.status, export.file.name) == (WorkStatus.FAILED, "")
    assert export.error
    assert laid_out == []


def test_a_file_that_could_not_be_made_says_why(
    minutes: Minutes, named: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(html: str, **options: Any) -> bytes:
        raise PdfError("Trop long.")

    monkeypatch.setattr(minutes_files, "render_pdf", fail)
    export = made(minutes, named)
    assert (export.status, export.error) == (WorkStatus.FAILED, "Trop long.")


def test_a_new_copy_takes_the_place_of_the_former(
    minutes: Minutes, named: User, laid_out: list[str]
) -> None:
    first, second = made(minutes, named), made(minutes, named)
    assert list(MinutesExport.objects.all()) == [second]
    assert not default_storage.exists(str(first.file.name))
    assert default_storage.exists(str(second.file.name))


def test_copies_are_not_kept_for_long(minutes: Minutes, named: User, laid_out: list[str]) -> None:
    export = made(minutes, named)
    assert forget_old_minutes() == 0
    with time_machine.travel(timezone.now() + KEPT_FOR + dt.timedelta(minutes=1)):
        assert forget_old_minutes() == 1
    assert not MinutesExport.objects.exists()
    assert not default_storage.exists(str(export.file.name))


def test_the_work_of_a_worker_that_died_is_taken_up(minutes: Minutes, named: User) -> None:
    export = request_minutes_export(minutes=minutes, by=named)
    assert Claim.of(MinutesExport, export.pk) is not None
    with time_machine.travel(timezone.now() + DEAD_AFTER + dt.timedelta(seconds=5), tick=True):
        assert recover_work() == 1
    export.refresh_from_db()
    assert export.status == WorkStatus.WAITING


# --- The pages ----------------------------------------------------------------------------------------------------------


def test_the_page_asks_for_the_file_and_follows_it(
    client_as: ClientAs, minutes: Minutes, named: User, laid_out: list[str]
) -> None:
    client = client_as(named)
    assert client.get(pdf_of(minutes)).headers["Location"] == page_of(minutes)
    answer = client.post(reverse("reports:minutes-create", args=[minutes.meeting.slug]))
    assert answer.headers["Location"] == page_of(minutes)
    page = client.get(page_of(minutes)).content.decode()
    assert "<progress" in page
    state = client.get(page_of(minutes), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in state
    assert "every 2s" in state
    run_minutes_export(MinutesExport.objects.get().pk)
    page = client.get(page_of(minutes)).content.decode()
    assert f'href="{pdf_of(minutes)}"' in page
    file = client.get(pdf_of(minutes))
    assert SECRET.encode() in b"".join(file)
    assert file.headers["Content-Type"] == "application/pdf"
    assert "no-store" in file.headers["Cache-Control"]


def test_taking_a_copy_for_few_readers_is_written_down(
    client_as: ClientAs, minutes: Minutes, named: User, laid_out: list[str]
) -> None:
    other = make_user(Role.MEMBER)
    for reader in (named, other):
        made(minutes, reader)
        assert take(client_as(reader), minutes) == 200
    reading = FileReading.objects.get()
    assert (reading.person, reading.kind, reading.row) == (named, "meetings.minutes", minutes.pk)
    b"".join(client_as(named).head(pdf_of(minutes)))
    assert FileReading.objects.count() == 1


def test_a_copy_is_given_to_nobody_else(
    client_as: ClientAs, minutes: Minutes, named: User, laid_out: list[str]
) -> None:
    made(minutes, named)
    for role in (Role.MEMBER, Role.SECRETARIAT, Role.COORDINATOR):
        client = client_as(role)
        assert client.get(pdf_of(minutes)).headers["Location"] == page_of(minutes)
        assert pdf_of(minutes) not in client.get(page_of(minutes)).content.decode()


def test_a_file_does_not_leave_once_its_reader_may_read_less(
    client_as: ClientAs, minutes: Minutes, named: User, laid_out: list[str]
) -> None:
    export = made(minutes, named)
    assert is_current(export)
    _unname(minutes)
    assert not is_current(export)
    client = client_as(named)
    assert client.get(pdf_of(minutes)).headers["Location"] == page_of(minutes)
    assert pdf_of(minutes) not in client.get(page_of(minutes)).content.decode()
    assert not FileReading.objects.exists()


def test_a_file_whose_text_has_changed_is_made_again(
    client_as: ClientAs, minutes: Minutes, named: User, laid_out: list[str]
) -> None:
    made(minutes, named)
    section: Any = MinutesSection.objects.filter(minutes=minutes).earliest("pk")
    section.text = "Corrigé"
    section.save()
    assert take(client_as(named), minutes) == 302
    made(minutes, named)
    assert take(client_as(named), minutes) == 200


def test_outsiders_find_nothing_and_strangers_are_sent_to_log_in(
    client_as: ClientAs, minutes: Minutes
) -> None:
    create = reverse("reports:minutes-create", args=[minutes.meeting.slug])
    for role in (Role.GUEST, Role.ADMINISTRATOR):
        client = client_as(role)
        assert client.get(pdf_of(minutes)).status_code == 404
        assert client.get(page_of(minutes)).status_code == 404
        assert client.post(create).status_code == 404
    stranger = client_as(None)
    for answer in (
        stranger.get(pdf_of(minutes)),
        stranger.get(page_of(minutes)),
        stranger.post(create),
    ):
        assert answer.status_code == 302
        assert reverse("account_login") in answer.headers["Location"]
    assert client_as(Role.MEMBER).get(create).status_code == 405
    assert not MinutesExport.objects.exists()


# --- The command --------------------------------------------------------------------------------------------------------


def export_minutes(slug: str, email: str, output: Path) -> str:
    written = StringIO()
    call_command("export_minutes", slug, "--as", email, "--output", str(output), stdout=written)
    return written.getvalue()


def test_the_command_writes_what_somebody_may_read(
    minutes: Minutes, named: User, laid_out: list[str], tmp_path: Path
) -> None:
    output = tmp_path / "compte-rendu.pdf"
    assert "3" in export_minutes(minutes.meeting.slug, named.email.upper(), output)
    assert SECRET in output.read_bytes().decode()
    assert output.stat().st_mode & 0o077 == 0
    assert FileReading.objects.get().person == named
    export_minutes(minutes.meeting.slug, make_user(Role.MEMBER).email, output)
    assert SECRET not in output.read_bytes().decode()
    assert FileReading.objects.count() == 1


def test_the_command_tells_what_is_missing_and_what_is_not_for_somebody_alike(
    minutes: Minutes, tmp_path: Path
) -> None:
    guest = make_user(Role.GUEST)
    refusals = []
    for slug in (minutes.meeting.slug, "nulle-part"):
        with pytest.raises(CommandError) as refusal:
            export_minutes(slug, guest.email, tmp_path / "f.pdf")
        refusals.append(str(refusal.value).replace(slug, "…"))
    assert refusals[0] == refusals[1]
    with pytest.raises(CommandError):
        export_minutes(minutes.meeting.slug, "personne@vigie.example", tmp_path / "f.pdf")
    assert not (tmp_path / "f.pdf").exists()


def _unname(minutes: Minutes) -> None:
    for section in MinutesSection.objects.filter(minutes=minutes, audience=Audience.NAMED):
        section.named_people.clear()

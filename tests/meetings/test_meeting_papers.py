"""Papers of a meeting: who adds, changes, replaces, deletes and downloads them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from common import uploads
from common.versions import StaleRowError
from meetings.models import Meeting, MeetingPaper
from meetings.services.papers import (
    add_meeting_paper,
    delete_meeting_paper,
    edit_meeting_paper,
    replace_meeting_file,
)
from members.enums import Audience, Role
from members.models import FileReading, Notice
from tests.factories import (
    SMALL_PDF,
    make_institution,
    make_invitee,
    make_measure,
    make_meeting,
    make_user,
)

if TYPE_CHECKING:
    from django.test import Client

    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db


def pdf(name: str = "piece.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, SMALL_PDF)


def add(meeting: Meeting | None = None, **fields: Any) -> MeetingPaper:
    fields = {"by": make_user(Role.SECRETARIAT), "title": "Pièce", "uploaded": pdf(), **fields}
    return add_meeting_paper(meeting=meeting or make_meeting(), **fields)


def edit(paper: MeetingPaper, *, version: int = 1, **changes: Any) -> MeetingPaper:
    names = ("title", "dated_on", "summary", "text", "comments_until", "audience")
    content = {name: getattr(paper, name) for name in names}
    return edit_meeting_paper(paper=paper, version=version, **{**content, **changes})


def stored() -> list[str]:
    if not default_storage.exists(""):
        return []
    return [
        name
        for folder in default_storage.listdir("")[0]
        for name in default_storage.listdir(folder)[1]
    ]


def download(client: Client, paper: MeetingPaper) -> int:
    """The status; a file is read to its end, which closes it."""
    response = client.get(at(paper, "download"))
    if response.streaming:
        assert b"".join(response) == SMALL_PDF
    return response.status_code


def at(paper: MeetingPaper, name: str) -> str:
    return reverse(f"meetings:paper-{name}", args=[paper.meeting.slug, paper.pk])


# --- Services ---------------------------------------------------------------------------------------------------------


def test_paper_is_kept_with_or_without_a_file() -> None:
    measure, institution = make_measure(), make_institution()
    paper = add(measures=[measure], institutions=[institution])
    assert (paper.file_name, paper.file_size) == ("piece.pdf", len(SMALL_PDF))
    assert list(paper.measures.all()) == [measure]
    assert list(paper.institutions.all()) == [institution]
    bare = add(uploaded=None, text="# Texte", comments_until=dt.date(2015, 1, 31))
    assert not bare.file
    assert len(stored()) == 1


def test_refused_paper_leaves_no_file() -> None:
    member = make_user(Role.MEMBER)
    with pytest.raises(PermissionDenied):
        add(by=member)
    for wrong in (
        {"title": ""},
        {"audience": Audience.NAMED},
        {"audience": "friends"},
        {"comments_until": dt.date(2015, 1, 31)},
    ):
        with pytest.raises(ValidationError):
            add(**wrong)
    assert not MeetingPaper.objects.exists()
    assert stored() == []


def test_only_the_coordinator_makes_a_paper_public_or_takes_that_back() -> None:
    secretariat, coordinator = make_user(Role.SECRETARIAT), make_user(Role.COORDINATOR)
    with pytest.raises(PermissionDenied):
        add(by=secretariat, audience=Audience.PUBLIC)
    paper = add(by=secretariat)
    with pytest.raises(PermissionDenied):
        edit(paper, by=secretariat, audience=Audience.PUBLIC)
    paper = edit(paper, by=coordinator, audience=Audience.PUBLIC)
    paper = edit(paper, version=2, by=secretariat, title="Corrigée")
    with pytest.raises(PermissionDenied):
        edit(paper, version=3, by=secretariat, audience=Audience.MEMBERS)
    paper.refresh_from_db()
    assert (paper.title, paper.audience) == ("Corrigée", Audience.PUBLIC)


def test_names_of_a_list_that_is_not_read_are_not_kept() -> None:
    by, named = make_user(Role.SECRETARIAT), make_user(Role.MEMBER)
    paper = add(by=by, audience=Audience.NAMED, people=[named])
    edit(paper, by=by, audience=Audience.MEMBERS, people=[named])
    assert not paper.named_people.exists()


def test_those_whom_it_is_for_are_told_without_its_title() -> None:
    member, other = make_user(Role.MEMBER), make_user(Role.MEMBER)
    add(title="Titre-réservé", audience=Audience.NAMED, people=[member])
    add(title="Titre-interne", audience=Audience.SECRETARIAT)
    add(by=None, title="Titre-chargé")
    [notice] = Notice.objects.all()
    assert notice.person == member
    assert "Titre" not in notice.words
    add(title="Titre-commun")
    assert Notice.objects.filter(person=other).count() == 1


def test_file_is_replaced_and_goes_with_its_paper(django_capture_on_commit_callbacks: Any) -> None:
    by = make_user(Role.SECRETARIAT)
    paper = add(by=by)
    with django_capture_on_commit_callbacks(execute=True):
        paper = replace_meeting_file(paper=paper, version=1, by=by, uploaded=pdf("autre.pdf"))
    assert (paper.file_name, paper.version, len(stored())) == ("autre.pdf", 2, 1)
    with pytest.raises(StaleRowError):
        replace_meeting_file(paper=paper, version=1, by=by, uploaded=pdf())
    with pytest.raises(StaleRowError):
        delete_meeting_paper(paper=paper, version=1, by=by)
    with django_capture_on_commit_callbacks(execute=True):
        delete_meeting_paper(paper=paper, version=2, by=by)
    assert stored() == []
    assert MeetingPaper.history.filter(history_type="-").count() == 1


def test_original_of_imported_minutes_stays() -> None:
    by = make_user(Role.SECRETARIAT)
    paper = add(by=by, is_original=True)
    with pytest.raises(ValidationError):
        delete_meeting_paper(paper=paper, version=1, by=by)
    assert MeetingPaper.objects.exists()


def test_sweep_keeps_the_files_of_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    add()
    monkeypatch.setattr(uploads, "ORPHAN_AFTER", -dt.timedelta(hours=1))
    assert uploads.sweep() == 0
    assert len(stored()) == 1


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (Audience.PUBLIC, {"stranger", "administrator", "guest", "member", "named", "secretariat"}),
        (Audience.MEMBERS, {"member", "named", "secretariat"}),
        (Audience.NAMED, {"guest", "named", "secretariat"}),
        (Audience.SECRETARIAT, {"secretariat"}),
    ],
)
def test_file_is_taken_by_whom_it_is_for(
    client_as: ClientAs, audience: Audience, readers: set[str]
) -> None:
    guest, named = make_user(Role.GUEST), make_user(Role.MEMBER)
    meeting = make_meeting(is_public=True)
    make_invitee(meeting, guest)
    names = [guest, named] if audience == Audience.NAMED else []
    paper = add(meeting, by=None, audience=audience, people=names)
    people: dict[str, User | Role | None] = {
        "stranger": None,
        "administrator": Role.ADMINISTRATOR,
        "guest": guest,
        "member": Role.MEMBER,
        "named": named,
        "secretariat": Role.SECRETARIAT,
    }
    taken = {who for who in people if download(client_as(people[who]), paper) == 200}
    assert taken == readers
    readings = FileReading.objects.count()
    assert readings == (len(readers) if audience == Audience.NAMED else 0)


def test_paper_of_a_meeting_not_public_is_hidden_with_it(client_as: ClientAs) -> None:
    paper = add(by=None, audience=Audience.PUBLIC)
    for who in (None, Role.GUEST, Role.ADMINISTRATOR):
        assert download(client_as(who), paper) == 404
    other = reverse("meetings:paper-download", args=[make_meeting().slug, paper.pk])
    assert client_as(Role.MEMBER).get(other).status_code == 404


def test_paper_without_a_file_has_none_to_take(client_as: ClientAs) -> None:
    named = make_user(Role.MEMBER)
    paper = add(uploaded=None, audience=Audience.NAMED, people=[named])
    assert download(client_as(named), paper) == 404
    assert not FileReading.objects.exists()


def test_secretariat_adds_changes_replaces_and_deletes(client_as: ClientAs) -> None:
    meeting, client = make_meeting(), client_as(Role.SECRETARIAT)
    address = reverse("meetings:paper-add", args=[meeting.slug])
    wrong: list[dict[str, Any]] = [
        {"title": "", "audience": "members"},
        {"title": "x", "audience": "public"},
        {"title": "x", "audience": "named"},
        {"title": "x", "audience": "members", "file": SimpleUploadedFile("x.exe", b"MZ")},
        {"title": "x", "audience": "members", "comments_until": "2015-01-31"},
    ]
    for data in wrong:
        assert client.post(address, data).status_code == 422
    assert not meeting.papers.exists()
    data = {"title": "Pièce", "audience": "members", "file": pdf()}
    assert client.post(address, data).status_code == 302
    paper = meeting.papers.get()
    typed = {"version": 1, "title": "Texte mien", "audience": "secretariat"}
    assert client.get(at(paper, "edit")).status_code == 200
    assert client.post(at(paper, "edit"), {**typed, "title": "Texte autre"}).status_code == 302
    stale = client.post(at(paper, "edit"), typed)
    assert stale.status_code == 409
    assert "<ins>" in stale.content.decode()
    assert client.get(at(paper, "replace")).status_code == 200
    assert client.post(at(paper, "replace"), {"version": 2}).status_code == 422
    assert client.post(at(paper, "replace"), {"version": 1, "file": pdf()}).status_code == 409
    assert (
        client.post(at(paper, "replace"), {"version": 2, "file": pdf("b.pdf")}).status_code == 302
    )
    assert client.get(at(paper, "delete")).status_code == 200
    assert client.post(at(paper, "delete"), {"version": 2}).status_code == 409
    assert client.post(at(paper, "delete"), {"version": 3}).status_code == 302
    assert not meeting.papers.exists()


def test_who_may_not_change_a_paper_is_refused(client_as: ClientAs) -> None:
    guest = make_user(Role.GUEST)
    meeting = make_meeting()
    make_invitee(meeting, guest)
    paper = add(meeting, by=None)
    for name in ("edit", "replace", "delete"):
        assert client_as(Role.MEMBER).post(at(paper, name)).status_code == 403
        assert client_as(guest).post(at(paper, name)).status_code == 404
        assert client_as(None).post(at(paper, name)).status_code == 302
    assert MeetingPaper.objects.get().version == 1

"""Papers with an audience: who reads which, who changes them, and what is written down of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.versions import StaleRowError
from members.enums import Audience, Role
from members.models import FileReading, GroupMembership, Paper, WorkingGroup
from members.models.audiences import AudienceQuerySet
from members.models.papers import PaperQuerySet
from members.services import papers as services
from tests import factories
from tests.crawl import read

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoCaptureOnCommitCallbacks

    from members.models import Association, User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

PDF = factories.SMALL_PDF


def a_file(name: str = "statuts.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def make_group(*people: User) -> WorkingGroup:
    group = WorkingGroup.objects.create(
        slug=f"groupe-{WorkingGroup.objects.count()}",
        name=f"Groupe {WorkingGroup.objects.count()}",
        created_on=dt.date(2013, 9, 13),
    )
    for person in people:
        GroupMembership.objects.create(group=group, person=person, since=group.created_on)
    return group


class Scene:
    """One paper for each audience, and people who stand in every relation to them."""

    def __init__(self) -> None:
        self.named = factories.make_user()
        self.in_group = factories.make_user()
        self.named_guest = factories.make_user(Role.GUEST)
        self.represents = factories.make_user()
        self.association: Association = self.represents.mandates.get().association
        former = factories.make_stranger()
        today = timezone.localdate()
        factories.make_mandate(former, self.association, until=today, kind="alternate")
        self.people: dict[str, User | None] = {
            "anonymous": None,
            "guest": factories.make_user(Role.GUEST),
            "guest named": self.named_guest,
            "member": factories.make_user(),
            "member named": self.named,
            "member of the group": self.in_group,
            "representative": self.represents,
            "former representative": former,
            "secretariat": factories.make_user(Role.SECRETARIAT),
            "coordinator": factories.make_user(Role.COORDINATOR),
            "administrator": factories.make_user(Role.ADMINISTRATOR),
        }
        self.papers = {
            "public": factories.make_paper(audience=Audience.PUBLIC),
            "members": factories.make_paper(audience=Audience.MEMBERS),
            "named": factories.make_paper(
                audience=Audience.NAMED, people=[self.named, self.named_guest, former]
            ),
            "group": factories.make_paper(
                audience=Audience.NAMED, groups=[make_group(self.in_group)]
            ),
            "secretariat": factories.make_paper(audience=Audience.SECRETARIAT),
            "internal": factories.make_paper(association=self.association),
            "internal named": factories.make_paper(
                association=self.association, audience=Audience.NAMED, people=[self.named]
            ),
        }


EVERYTHING = "public members named group secretariat internal internal-named"
READS = {
    "anonymous": "public",
    "guest": "public",
    "guest named": "public named",
    "member": "public members",
    "member named": "public members named internal-named",
    "member of the group": "public members group",
    "representative": "public members internal internal-named",
    "former representative": "login",
    "secretariat": EVERYTHING,
    "coordinator": EVERYTHING,
    "administrator": "public",
}


def what_is_wrong(scene: Scene, client_as: ClientAs) -> list[str]:
    """Audience × kind of person, at the file's address and in the list."""
    wrong = []
    for person, words in READS.items():
        client = client_as(scene.people[person])
        # With a guard off, a stranger may come to where nobody unknown ever does.
        client.raise_request_exception = False
        # Without a live mandate one is a stranger.
        allowed = {"public"} if words == "login" else set(words.split())
        shown = client.get(reverse("members:paper-list")).content.decode()
        for name, paper in scene.papers.items():
            address = reverse("members:paper-download", args=[paper.pk])
            response: Any = client.get(address)
            is_open = name.replace(" ", "-") in allowed
            if (response.status_code == 200) != is_open:
                wrong.append(f"{person}: {name} answers {response.status_code}")
            if (address in shown) != is_open:
                wrong.append(f"{person}: {name} in the list")
            read(response)
    return wrong


def test_each_person_reads_their_papers_and_no_other(client_as: ClientAs) -> None:
    assert what_is_wrong(Scene(), client_as) == []


@pytest.mark.parametrize(
    ("guard", "broken"),
    [
        ((PaperQuerySet, "visible_to"), lambda rows, user: rows),
        ((AudienceQuerySet, "visible_to"), lambda rows, user: rows.filter(audience="public")),
        (
            (AudienceQuerySet, "_naming"),
            lambda rows, user: Q(audience="named"),
        ),
    ],
)
def test_twin_without_its_guard_the_table_is_wrong(
    client_as: ClientAs, monkeypatch: pytest.MonkeyPatch, guard: Any, broken: Any
) -> None:
    scene = Scene()
    monkeypatch.setattr(guard[0], guard[1], broken)
    assert what_is_wrong(scene, client_as) != []


def test_twin_of_the_mandate(client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were any mandate enough, whoever represented an association would read its papers for ever."""
    scene = Scene()
    former = scene.people["former representative"]
    assert former is not None
    factories.make_mandate(former)
    internal = reverse("members:paper-download", args=[scene.papers["internal"].pk])
    assert client_as(former).get(internal).status_code == 404
    monkeypatch.setattr("members.models.mandates.MandateQuerySet.live_on", lambda rows, on: rows)
    response: Any = client_as(former).get(internal)
    assert response.status_code == 200
    read(response)


# --- Readings ---------------------------------------------------------------------------------------------------------


def test_each_download_for_named_readers_is_written_down(client_as: ClientAs) -> None:
    scene = Scene()
    for name in ("named", "public", "members"):
        address = reverse("members:paper-download", args=[scene.papers[name].pk])
        read(client_as(scene.named).get(address))
        read(client_as(scene.named).head(address))
    reading, paper = FileReading.objects.get(), scene.papers["named"]
    assert (reading.person, reading.kind, reading.row, reading.title) == (
        scene.named,
        "members.paper",
        scene.papers["named"].pk,
        paper.title,
    )
    named = reverse("members:paper-download", args=[scene.papers["named"].pk])
    read(client_as(Role.SECRETARIAT).get(named))
    assert FileReading.objects.count() == 2


def test_refused_download_is_not_a_reading(client_as: ClientAs) -> None:
    scene = Scene()
    client_as(Role.MEMBER).get(reverse("members:paper-download", args=[scene.papers["named"].pk]))
    assert not FileReading.objects.exists()


def test_reading_is_never_changed() -> None:
    reading = services.record_reading(person=factories.make_user(), row=factories.make_paper())
    with pytest.raises(IntegrityError), transaction.atomic():
        FileReading.objects.filter(pk=reading.pk).update(title="Rien")
    with pytest.raises(IntegrityError), transaction.atomic():
        reading.delete()


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_list_asks_as_many_questions_for_20_papers_as_for_one(client_as: ClientAs) -> None:
    representative = factories.make_user()
    association = representative.mandates.get().association
    client = client_as(representative)
    counts = []
    for more in (1, 19):
        for _number in range(more):
            factories.make_paper(audience=Audience.MEMBERS)
            factories.make_paper(association=association)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("members:paper-list")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def post(client: Client, name: str, /, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"members:{name}", args=args), data)


def test_secretariat_adds_a_paper_for_named_people(client_as: ClientAs) -> None:
    person = factories.make_user()
    group = make_group()
    response = post(
        client_as(Role.SECRETARIAT),
        "paper-add",
        title="Document de travail",
        audience="named",
        named_people=[person.pk],
        named_groups=[group.pk],
        file=a_file("../../sta\u202etuts.pdf"),
    )
    assert response.status_code == 302
    paper = Paper.objects.get()
    assert paper.file_name == "statuts.pdf"
    assert list(paper.named_people.all()) == [person]
    assert list(paper.named_groups.all()) == [group]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"audience": "nobody"}, "audience"),
        ({"audience": ""}, "audience"),
        ({"audience": "named"}, "audience"),
        ({"named_people": ["99999999999999999999"]}, "named_people"),
        ({"named_people": ["x"]}, "named_people"),
        ({"named_groups": ["0"]}, "named_groups"),
        ({"file": ""}, "file"),
        ({"file": a_file("statuts.pdf", b"MZ")}, "file"),
        ({"file": a_file("statuts.exe")}, "file"),
        ({"file": a_file("statuts.pdf", b"")}, "file"),
    ],
)
def test_bad_input_is_said_at_its_field_and_keeps_nothing(
    client_as: ClientAs, data: dict[str, Any], field: str
) -> None:
    sent = {"title": "Titre tapé", "audience": "members", "file": a_file()} | data
    response = post(client_as(Role.SECRETARIAT), "paper-add", **sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    page = response.content.decode()
    assert f'id="id_{field}_error"' in page
    if field != "title":
        assert "Titre tapé" in page
    assert not Paper.objects.exists()
    assert not any(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))


def test_representative_adds_edits_replaces_and_deletes_its_own(
    client_as: ClientAs, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    member = factories.make_user()
    association = member.mandates.get().association
    client = client_as(member)
    # What only the secretariat chooses is not looked at.
    data: dict[str, Any] = {"title": "Statuts", "audience": "public", "file": a_file()}
    assert post(client, "association-paper-add", association.slug, **data).status_code == 302
    paper = Paper.objects.get()
    assert (paper.association, paper.audience) == (association, Audience.SECRETARIAT)
    first = paper.file.path
    data = {"title": "Statuts de 2014", "audience": "public", "version": 1}
    assert post(client, "paper-edit", paper.pk, **data).status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        data = {"version": 2, "file": a_file("b.pdf")}
        assert post(client, "paper-replace", paper.pk, **data).status_code == 302
    paper.refresh_from_db()
    assert (paper.title, paper.audience, paper.file_name) == (
        "Statuts de 2014",
        "secretariat",
        "b.pdf",
    )
    assert not Path(first).exists()
    page = client.get(reverse("members:paper-delete", args=[paper.pk])).content.decode()
    assert "Statuts de 2014" in page
    last = paper.file.path
    with django_capture_on_commit_callbacks(execute=True):
        assert post(client, "paper-delete", paper.pk, version=3).status_code == 302
    assert not Paper.objects.exists()
    assert not Path(last).exists()


def test_other_association_has_no_page_to_add_to(client_as: ClientAs) -> None:
    other = factories.make_association()
    address = reverse("members:association-paper-add", args=[other.slug])
    assert client_as(Role.MEMBER).get(address).status_code == 404
    assert client_as(Role.GUEST).get(address).status_code == 404
    assert client_as(Role.SECRETARIAT).get(address).status_code == 200


@pytest.mark.parametrize("name", ["paper-edit", "paper-replace", "paper-delete"])
def test_who_only_reads_may_not_change(client_as: ClientAs, name: str) -> None:
    scene = Scene()
    for paper, person, answer in [
        ("members", scene.people["member"], 403),
        ("named", scene.named, 403),
        ("internal named", scene.named, 403),
        ("named", scene.people["member"], 404),
        ("internal", scene.people["member"], 404),
        ("internal", scene.people["administrator"], 404),
        ("internal", scene.represents, 200),
    ]:
        address = reverse(f"members:{name}", args=[scene.papers[paper].pk])
        assert client_as(person).get(address).status_code == answer, (paper, person)
        if answer != 200:
            assert client_as(person).post(address, {"version": 1}).status_code == answer


def test_stale_edit_shows_both_texts_and_loses_nothing(client_as: ClientAs) -> None:
    secretary = factories.make_user(Role.SECRETARIAT)
    paper = factories.make_paper(title="Statuts anciens")
    services.edit_paper(paper=paper, version=1, by=secretary, title="Statuts nouveaux")
    data = {"title": "Statuts tapés", "audience": "members", "version": 1}
    response = post(client_as(secretary), "paper-edit", paper.pk, **data)
    assert response.status_code == 409
    page = response.content.decode()
    assert 'value="Statuts tapés"' in page
    assert "<ins>" in page
    assert "nouveaux" in page
    assert 'name="version" value="2"' in page
    paper.refresh_from_db()
    assert paper.title == "Statuts nouveaux"
    again = post(client_as(secretary), "paper-edit", paper.pk, **{**data, "version": 2})
    assert again.status_code == 302


@pytest.mark.parametrize("name", ["paper-replace", "paper-delete"])
def test_stale_replacement_and_deletion_are_refused(client_as: ClientAs, name: str) -> None:
    secretary = factories.make_user(Role.SECRETARIAT)
    paper = factories.make_paper()
    services.edit_paper(paper=paper, version=1, by=secretary, title="Autre")
    kept = paper.file_sha256
    data = {"version": 1, "file": a_file("autre.pdf", PDF + b"%")}
    assert post(client_as(secretary), name, paper.pk, **data).status_code == 409
    assert Paper.objects.get().file_sha256 == kept
    for wrong in ("", "x", "0", "-1"):
        assert post(client_as(secretary), name, paper.pk, version=wrong).status_code == 422


# --- Services ---------------------------------------------------------------------------------------------------------


def test_refused_services_write_nothing() -> None:
    paper = factories.make_paper()
    member = factories.make_user()
    with pytest.raises(PermissionDenied):
        factories.make_paper(by=member)
    with pytest.raises(PermissionDenied):
        services.edit_paper(paper=paper, version=1, by=member, title="Autre")
    with pytest.raises(PermissionDenied):
        services.replace_file(paper=paper, version=1, by=member, uploaded=a_file())
    with pytest.raises(PermissionDenied):
        services.delete_paper(paper=paper, version=1, by=member)
    with pytest.raises(ValidationError):
        factories.make_paper(association=factories.make_association(), audience=Audience.PUBLIC)
    secretary = factories.make_user(Role.SECRETARIAT)
    with pytest.raises(StaleRowError):
        services.replace_file(paper=paper, version=7, by=secretary, uploaded=a_file())
    assert Paper.objects.get().version == 1
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert files == [Path(paper.file.path)]


def test_names_do_not_survive_a_wider_audience() -> None:
    secretary = factories.make_user(Role.SECRETARIAT)
    person = factories.make_user()
    paper = factories.make_paper(audience=Audience.NAMED, people=[person])
    services.edit_paper(
        paper=paper, version=1, by=secretary, title="x", audience="members", people=[person]
    )
    assert not paper.named_people.exists()


def test_papers_of_an_association_are_for_its_own(client_as: ClientAs) -> None:
    scene = Scene()
    own = services.papers_of(scene.association, scene.represents)
    assert [paper.association for paper in own.papers] == [scene.association] * 2
    assert own.can_edit
    member = scene.people["member"]
    assert member is not None
    others = services.papers_of(scene.association, member)
    assert (others.papers, others.can_edit) == ([], False)


def test_fragment_shows_papers_and_the_way_to_add_one() -> None:
    scene = Scene()
    name = "members/_association_papers.html"

    def shown_to(user: User) -> str:
        papers = services.papers_of(scene.association, user)
        context = {"association": scene.association, "association_papers": papers}
        return render_to_string(name, context)

    own = shown_to(scene.represents)
    internal = scene.papers["internal"]
    assert reverse("members:paper-download", args=[internal.pk]) in own
    assert reverse("members:paper-edit", args=[internal.pk]) in own
    assert reverse("members:association-paper-add", args=[scene.association.slug]) in own
    # Somebody named reads the one that names them, and changes none.
    named = shown_to(scene.named)
    assert reverse("members:paper-download", args=[internal.pk]) not in named
    assert named.count("/fichier/") == 1
    assert "/modifier/" not in named
    assert shown_to(factories.make_user()).strip() == ""

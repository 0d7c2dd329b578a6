"""The journal tells of every act, to whom it may."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from measures.services import publish_draft
from members import audit
from members.enums import Role
from members.models import Association, FileReading
from tests import factories

if TYPE_CHECKING:
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db


def recent(**wanted: Any) -> list[audit.Entry]:
    return audit.entries(before=timezone.now(), **wanted)


def test_every_table_with_a_history_is_in_the_journal() -> None:
    histories = [model for model in apps.get_models() if model.__name__.startswith("Historical")]
    assert len(audit.kinds()) == len(histories) > 15


def test_newest_act_comes_first_whatever_its_table() -> None:
    first = factories.make_association()
    measure = factories.make_measure()
    second = factories.make_association()
    told = [(entry.kind, entry.label) for entry in recent()]
    assert told[0] == ("Association", second.name)
    assert ("Association", first.name) in told
    assert told.index(("Mesure", measure.title)) < told.index(("Association", first.name))


def test_acts_are_found_by_person_and_by_kind(client_as: ClientAs) -> None:
    coordinator = factories.make_user(Role.COORDINATOR)
    factories.make_association()
    own = factories.make_association()
    own.presentation = "Autre"
    own._history_user = coordinator  # type: ignore[attr-defined]
    own.save()
    assert [(entry.label, entry.act) for entry in recent(by=coordinator)] == [
        (own.name, "modification")
    ]
    assert {entry.kind for entry in recent(kind="members.association")} == {"Association"}
    page = client_as(coordinator).get(
        reverse("members:audit"), {"qui": str(coordinator.pk), "quoi": "members.association"}
    )
    assert own.name in page.content.decode()


def test_readings_of_named_files_are_acts() -> None:
    member = factories.make_user()
    FileReading.objects.create(person=member, kind="members.paper", row=1, title="Note interne")
    [entry] = recent(kind=audit.READING)
    assert (entry.by, entry.label, entry.act) == (member, "Note interne", "lecture")


def test_page_of_an_act_shows_the_words_that_changed(client_as: ClientAs) -> None:
    association = factories.make_association(presentation="Elle héberge.")
    association.presentation = "Elle accompagne."
    association._change_reason = "Relu par l’association"  # type: ignore[attr-defined]
    association.save()
    [entry] = [one for one in recent(kind="members.association") if one.act == "modification"]
    client = client_as(Role.COORDINATOR)
    text = client.get(f"{reverse('members:audit')}{entry.key}/").content.decode()
    assert "héberge" in text
    assert "accompagne" in text
    assert "<ins>" in text
    assert "Relu par l’association" in text


def test_administrator_reads_who_and_when_but_not_what_was_said(client_as: ClientAs) -> None:
    association = factories.make_association(name="Le nom confidentiel")
    association._change_reason = "Un motif confidentiel"  # type: ignore[attr-defined]
    association.save()
    pages = {
        role: client_as(role).get(reverse("members:audit")).content.decode()
        for role in (Role.ADMINISTRATOR, Role.COORDINATOR)
    }
    for words in ("Le nom confidentiel", "Un motif confidentiel"):
        assert words in pages[Role.COORDINATOR]
        assert words not in pages[Role.ADMINISTRATOR]
    assert "Association" in pages[Role.ADMINISTRATOR]


def test_member_reads_their_own_acts_and_no_others(client_as: ClientAs) -> None:
    member = factories.make_user()
    for title, person in [("La mienne", member), ("Une autre", factories.make_user())]:
        FileReading.objects.create(person=person, kind="members.paper", row=1, title=title)
    page = client_as(member).get(reverse("members:own-acts")).content.decode()
    assert "La mienne" in page
    assert "Une autre" not in page


def test_stored_name_of_a_file_is_in_no_act() -> None:
    draft = factories.make_draft()
    publish_draft(draft=draft, by=None)
    for name, model in audit.kinds().items():
        for row in model.history.all():  # type: ignore[attr-defined]
            change = audit.change(name, row.pk)
            assert change is not None
            assert not {"File", "Fichier", "Empreinte"} & {field.label for field in change.fields}


@pytest.mark.parametrize(
    "asked", ["?avant=hier", "?qui=x&quoi=y", "?jusqu_au=2014-13-45", "?avant=2014-01-01"]
)
def test_wrong_words_in_the_address_are_said_or_left(asked: str, client_as: ClientAs) -> None:
    assert client_as(Role.COORDINATOR).get(f"{reverse('members:audit')}{asked}").status_code == 200


def test_pages_follow_each_other_without_a_gap(
    client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PAGE_SIZE", 3)
    names = [factories.make_association().name for _ in range(7)]
    seen: list[str] = []
    before = timezone.now()
    while found := audit.entries(before=before, kind="members.association", size=3):
        seen += [entry.label for entry in found]
        before = found[-1].at
    assert seen == names[::-1]


def test_day_is_the_last_one_shown(client_as: ClientAs) -> None:
    association = factories.make_association()
    Association.history.update(history_date=timezone.now() - dt.timedelta(days=10))
    days = [timezone.localdate() - dt.timedelta(days=number) for number in (10, 11)]
    told = [
        association.name
        in client_as(Role.COORDINATOR)
        .get(reverse("members:audit"), {"jusqu_au": day.isoformat(), "quoi": "members.association"})
        .content.decode()
        for day in days
    ]
    assert told == [True, False]


def test_journal_asks_as_often_of_few_acts_as_of_many(client_as: ClientAs) -> None:
    client = client_as(Role.COORDINATOR)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("members:audit")).status_code == 200
        return len(queries)

    factories.make_association()
    factories.make_mandate()
    few = count()
    for _ in range(20):
        factories.make_association()
        factories.make_mandate()
    assert count() == few

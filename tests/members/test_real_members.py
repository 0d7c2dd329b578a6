"""The associations of `data/collectif`, as the documents of 2013 to 2015 show them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from common.text import fold
from members.enums import Role
from members.importer.kinds import KINDS
from members.models import Association, GroupMembership, Participation, WorkingGroup

if TYPE_CHECKING:
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parents[2] / "data" / "collectif"
WORDS = {
    "associations": "associations",
    "participations": "participations",
    "groupes": "groups",
    "mandats": "mandates",
}
LETTER = dt.date(2015, 4, 21)


@pytest.fixture(autouse=True)
def _loaded(db: None) -> None:
    for name, word in WORDS.items():
        call_command("import_members", word, str(FOLDER / f"{name}.csv"), verbosity=0)


def test_letter_of_april_2015_has_twenty_three_signatories() -> None:
    signed = Association.objects.filter(participations__on=LETTER)
    assert signed.count() == 23
    others = Association.objects.exclude(pk__in=signed).order_by("slug")
    assert [row.slug for row in others] == ["esclavage-tolerance-zero", "koutcha", "sos-esclaves"]


def test_each_is_a_member_since_the_first_document_that_shows_it() -> None:
    for association in Association.objects.filter(participations__on=LETTER):
        first = association.participations.order_by("on").first()
        assert first is not None
        assert association.joined_on == first.on, association
        assert not association.is_joining_day_known


def test_those_who_came_and_are_not_in_the_list_of_members_are_guests() -> None:
    for slug in ("esclavage-tolerance-zero", "sos-esclaves"):
        association = Association.objects.get(slug=slug)
        first = association.participations.order_by("on").first()
        assert first is not None
        assert (association.invited_on, association.joined_on) == (first.on, None)


def test_koutcha_is_invited_until_it_may_join_and_nothing_says_where() -> None:
    koutcha = Association.objects.get(slug="koutcha")
    assert koutcha.invited_on == dt.date(2013, 9, 13)
    assert koutcha.joined_on is None
    assert koutcha.site == ""
    assert not koutcha.participations.exists()


def test_candidate_is_no_association() -> None:
    assert not any("equipes" in fold(row.name) for row in Association.objects.all())


@pytest.mark.parametrize(
    ("day", "present"),
    [
        (dt.date(2013, 9, 13), 12),
        (dt.date(2014, 1, 31), 14),
        (dt.date(2014, 10, 22), 6),
        (dt.date(2014, 11, 7), 9),
        (dt.date(2014, 11, 18), 13),
        (dt.date(2014, 12, 17), 13),
        (dt.date(2015, 1, 5), 7),
        (LETTER, 23),
    ],
)
def test_participants_of_each_occasion(day: dt.date, present: int) -> None:
    assert Participation.objects.filter(on=day).count() == present


def test_groups_hold_what_documents_tell() -> None:
    members = GroupMembership.objects.filter(group__slug="groupe-de-coordination")
    assert sorted(str(row.association) for row in members) == [
        "Amicale du Nid", "Fondation Scelles", "Planète Enfants",
    ]  # fmt: skip
    assert {row.since for row in members} == {dt.date(2013, 9, 13)}
    assert not WorkingGroup.objects.get(slug="groupe-mineurs").memberships.exists()


@pytest.mark.parametrize("name", list(WORDS))
def test_loading_twice_changes_nothing(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = (FOLDER / f"{name}.csv").read_text().count("\n") - 1
    call_command("import_members", WORDS[name], str(FOLDER / f"{name}.csv"), dry_run=True)
    assert f"0 added, 0 changed, {lines} unchanged" in capsys.readouterr().out


@pytest.mark.parametrize("name", list(KINDS))
def test_export_is_the_file_itself(client_as: ClientAs, name: str) -> None:
    content = client_as(Role.COORDINATOR).get(f"/collectif/export/{name}.csv").content
    assert content == (FOLDER / f"{name}.csv").read_bytes()


def test_no_address_of_a_person_is_in_the_files() -> None:
    for file in FOLDER.glob("*.csv"):
        assert "@" not in file.read_text(), file

"""`manage.py import_minutes FILE`: a clear report, then the same writing as on the site."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from meetings.models import Meeting, MeetingPaper, MinutesSection
from members.enums import Audience
from tests.factories import make_association, make_measure, make_plan
from tests.meetings.test_import_views import MINUTES, rows
from tests.word_files import docx, heading, paragraph

if TYPE_CHECKING:
    from pathlib import Path

    from plan.models import Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    plan = make_plan(slug="essai")
    for number in ("1", "2"):
        make_measure(plan=plan, number=number)
    return plan


@pytest.fixture
def minutes_file(tmp_path: Path) -> Path:
    path = tmp_path / "compte-rendu.md"
    path.write_text(MINUTES, encoding="utf-8")
    return path


def say(*arguments: object) -> str:
    told = io.StringIO()
    call_command("import_minutes", *arguments, stdout=told)
    return told.getvalue()


def test_dry_run_tells_and_writes_nothing(plan: Plan, minutes_file: Path) -> None:
    make_association(name="Association des Exemples")
    told = say(minutes_file, "--dry-run")
    assert rows() == (0, 0, 0, 0, 0, 0)
    for words in (
        "sections: 7",
        "days: 2014-03-12",
        "participants: 3, 1 matched",
        "not matched: Cercle inconnu (kept as written)",
        "not matched: Membre Trois (left out: a person)",
        "Mesure 1 Former measures 1",
        "Mesure 4 bis proposes 4 bis",
        "next meeting: 2014-04-07 (not entered)",
        "Ordre du jour taken already, no section",
        "Nothing was written.",
    ):
        assert words in told


def test_import_writes_a_draft_and_keeps_the_original(plan: Plan, minutes_file: Path) -> None:
    told = say(minutes_file, "--plan", "essai")
    meeting = Meeting.objects.get()
    assert meeting.get_absolute_url() in told
    # Seven, but for the agenda, which is the meeting's.
    assert meeting.minutes.sections.count() == 6
    assert meeting.papers.get().is_original


def test_word_file_is_imported(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "cr.docx"
    path.write_bytes(
        docx(heading("Réunion du 12 mars 2014"), heading("Mesure 2 : Former"), paragraph("x"))
    )
    say(path)
    assert [m.number for m in MinutesSection.objects.get(number="Mesure 2").measures.all()] == ["2"]


def test_document_not_to_be_circulated_is_the_secretariat_s(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "cr.md"
    path.write_text(f"{MINUTES}\nne pas diffuser\n", encoding="utf-8")
    say(path)
    assert set(MinutesSection.objects.values_list("audience", flat=True)) == {Audience.SECRETARIAT}


def test_plan_that_is_not_there_or_not_said_is_refused(plan: Plan, minutes_file: Path) -> None:
    with pytest.raises(CommandError, match="autre"):
        say(minutes_file, "--plan", "autre")
    make_plan()
    with pytest.raises(CommandError, match="--plan"):
        say(minutes_file)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cr.docx", b"%PDF-1.7"),
        ("cr.pdf", b"%PDF-1.7"),
        ("cr.txt", b""),
        ("cr.txt", b"Une note sans jour."),
    ],
)
def test_bad_file_is_refused_and_nothing_written(
    plan: Plan, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError, match=name):
        say(path)
    assert rows() == (0, 0, 0, 0, 0, 0)
    assert not MeetingPaper.objects.exists()


def test_file_that_is_not_there_is_refused(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        say(tmp_path / "rien.md")


def test_lost_words_stop_the_import(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meetings.importer.office._WordText.text", lambda _self: "Autre")
    path = tmp_path / "cr.docx"
    path.write_bytes(docx(heading("Réunion du 12 mars 2014"), paragraph("Un texte")))
    with pytest.raises(CommandError, match="words would be lost"):
        say(path)
    assert rows() == (0, 0, 0, 0, 0, 0)

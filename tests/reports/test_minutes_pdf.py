"""Minutes on paper, read back page by page: one text, each reader's own copy, and nothing that tells of the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from io import StringIO
from typing import TYPE_CHECKING

import page as ua_checker
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from common.pdf import render_pdf
from common.typography import french
from meetings.models import Decision, FollowUp, Meeting, MinutesSection
from members.enums import Role
from members.models import Association
from reports.minutes import STYLESHEETS, compose_minutes, section_titles
from reports.minutes_copy import read_copy
from tests.factories import (
    make_mandate,
    make_meeting,
    make_minutes,
    make_section,
    make_stranger,
    make_user,
)
from tests.reports.conftest import DATA
from tests.reports.printed import Printed, called_notes, squeeze, strip_tags

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_django.plugin import DjangoDbBlocker

    from members.models import User

    WordsOf = Callable[["PrintedCopy"], str]

# The data base is made ready for tests that say so.
pytestmark = pytest.mark.django_db

SESSIONS = "rencontres-2014-10-22"
JANUARY = "reunion-2014-01-31"
SECRET = "Le document de travail"
SECRETS = [
    squeeze("Il suit la convention article par article"),
    squeeze("Relire, modifier et compléter le document"),
    squeeze("À ne pas diffuser au-delà de ceux qui l’enrichissent"),
]
# Where lines end at the latest, in millimetres: the right margin, and half a letter.
RIGHT = 210 - 24 + 1
# Lines of text: a page with fewer was left nearly empty.
FEWEST_LINES = 12


@dataclass(frozen=True)
class PrintedCopy:
    name: str
    html: str
    titles: set[str]
    path: Path

    @cached_property
    def printed(self) -> Printed:
        """Laid out once, for the first test that looks at the pages."""
        self.path.write_bytes(render_pdf(self.html, stylesheets=STYLESHEETS))
        return Printed(self.path)


@dataclass(frozen=True)
class Copies:
    named: PrintedCopy
    member: PrintedCopy
    january: PrintedCopy
    sections: list[str]
    decided: list[str]
    to_do: list[str]


def _copy(slug: str, reader: User, folder: Path) -> PrintedCopy:
    copy = read_copy(slug, reader)
    assert copy is not None
    path = folder / f"{slug}-{reader.pk}.pdf"
    return PrintedCopy(reader.name, compose_minutes(copy), section_titles(copy), path)


def _member_of(slug: str, name: str) -> User:
    person = make_stranger(name=name)
    make_mandate(person, Association.objects.get(slug=slug))
    return person


@pytest.fixture(scope="module")
def copies(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Copies:
    """The real minutes of January 2015 for two readers, and those of January 2014 for a member."""
    folder = tmp_path_factory.mktemp("minutes")
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_plan", str(DATA), verbosity=0, stdout=StringIO())
        collective = settings.BASE_DIR / "data" / "collectif"
        for kind, file in (("associations", "associations"), ("groups", "groupes")):
            call_command("import_members", kind, str(collective / f"{file}.csv"), stdout=StringIO())
        meetings = settings.BASE_DIR / "data" / "reunions"
        call_command("load_meetings", str(meetings), stdout=StringIO())
        member = _member_of("hors-la-rue", "Membre 3")
        made = Copies(
            named=_copy(SESSIONS, _member_of("amicale-du-nid", "Membre 2"), folder),
            member=_copy(SESSIONS, member, folder),
            january=_copy(JANUARY, member, folder),
            sections=list(
                MinutesSection.objects.filter(minutes__meeting__slug=SESSIONS)
                .exclude(heading=SECRET)
                .values_list("text", flat=True)
            ),
            decided=list(
                Decision.objects.filter(section__minutes__meeting__slug=SESSIONS).values_list(
                    "text", flat=True
                )
            ),
            to_do=list(
                FollowUp.objects.filter(section__minutes__meeting__slug=SESSIONS).values_list(
                    "text", flat=True
                )
            ),
        )
        assert Meeting.objects.exists()
        transaction.set_rollback(True)
    return made


laid_out = pytest.mark.one_database(
    "how given pages are laid out; what is in them is tried on both"
)


def composed(copy: PrintedCopy) -> str:
    """What the pages are made of, as it is written and as it is read."""
    return squeeze(unescape(copy.html)) + squeeze(strip_tags(copy.html))


def whole(copy: PrintedCopy) -> str:
    return "".join(page.squeezed for page in copy.printed.pages)


either = pytest.mark.parametrize(
    "words_of", [composed, pytest.param(whole, marks=laid_out)], ids=["composed", "laid out"]
)


def every(copies: Copies) -> list[PrintedCopy]:
    return [copies.named, copies.member, copies.january]


# --- Who reads what -----------------------------------------------------------------------------------------------------


@either
def test_a_named_section_is_in_the_copies_of_its_readers_only(
    copies: Copies, words_of: WordsOf
) -> None:
    for words in (*SECRETS, squeeze(SECRET)):
        assert words in words_of(copies.named)
        assert words not in words_of(copies.member)
    assert SECRET not in copies.member.html
    assert SECRET in copies.named.titles
    assert SECRET not in copies.member.titles


@either
def test_a_paper_of_the_secretariat_is_in_no_member_s_copy(
    copies: Copies, words_of: WordsOf
) -> None:
    words = squeeze("Document de travail du 22 janvier 2015")
    assert words not in words_of(copies.named)
    assert words not in words_of(copies.member)


@either
def test_a_named_reader_s_name_is_in_their_copy_and_no_other_s_is_anywhere(
    copies: Copies, words_of: WordsOf
) -> None:
    for name in ("Membre 2", "Membre 3"):
        assert squeeze(name) not in words_of(copies.member)
        assert (squeeze(name) in words_of(copies.named)) == (name == "Membre 2")


@laid_out
def test_a_named_reader_s_name_is_on_each_page(copies: Copies) -> None:
    for page in copies.named.printed.pages:
        assert squeeze(copies.named.name) in squeeze(page.foot)


@laid_out
def test_who_it_is_for_and_the_folio_are_at_the_foot_of_each_page(copies: Copies) -> None:
    for copy in every(copies):
        feet = {re.sub(r" ?\d+$", "", page.foot) for page in copy.printed.pages}
        assert len(feet) == 1
        assert feet != {""}
        for page in copy.printed.pages:
            assert page.foot.endswith(str(page.number))


# --- What is printed ----------------------------------------------------------------------------------------------------


@laid_out
def test_contents_give_each_section_its_true_page(copies: Copies) -> None:
    for copy in every(copies):
        printed = copy.printed
        outline = {squeeze(title): page for _depth, title, page in printed.outline}
        assert {squeeze(title) for title in copy.titles} <= outline.keys()
        contents = re.sub(r"[\s\u00a0\u202f]+", "", "".join(p.text for p in printed.pages[:2]))
        for title, page in outline.items():
            found = re.search(re.escape(title) + r"\.{3,}(\d+)", contents)
            assert found is not None, title
            assert found[1].startswith(str(page)), title
            assert title in printed.page(page).squeezed


@either
def test_every_word_of_the_sections_is_printed(copies: Copies, words_of: WordsOf) -> None:
    text = words_of(copies.member)
    for section in copies.sections:
        for line in section.splitlines():
            words = re.sub(r"\^\[[^\]]*\]?.*|^- |^.*\]", "", french(line)).strip()
            if len(words) > 40:
                assert squeeze(words) in text, words


@laid_out
def test_each_note_is_at_the_foot_of_the_page_of_its_call(copies: Copies) -> None:
    for copy in (copies.member, copies.january):
        notes = called_notes(copy.html)
        assert notes
        for note in notes:
            printed_on = copy.printed.pages_with(f"{note.number}.{note.text}")
            assert len(printed_on) == 1, note
            assert printed_on[0] in copy.printed.pages_with(f"{note.before}{note.number}")
            assert whole(copy).count(note.text) == 1


def test_decisions_and_follow_ups_stand_in_tables(copies: Copies) -> None:
    tables = re.findall(r"<table.*?</table>", copies.named.html, re.DOTALL)
    decided, to_do = (squeeze(strip_tags(table)) for table in tables)
    for text in copies.decided:
        assert squeeze(french(text)) in decided
    for text in copies.to_do:
        assert squeeze(french(text)) in to_do
    assert squeeze("pour fin 2014") in to_do
    assert all(table.count('<th scope="col"') in {3, 4} for table in tables)


@either
def test_participants_are_printed_session_by_session(copies: Copies, words_of: WordsOf) -> None:
    text = words_of(copies.member)
    places = [
        text.index(squeeze(words))
        for words in (
            "22 octobre 2014, Rencontre opérationnelle",
            "Ministère de l’Intérieur, Conseiller immigration et traite",
            "Comité Protestant évangélique pour la Dignité Humaine (CPDH)",
            "Élisabeth Moiron-Braud, Secrétaire générale",
            "Christine Lazerges, Présidente",
        )
    ]
    assert places == sorted(places)


@laid_out
def test_those_tables_are_at_the_end(copies: Copies) -> None:
    last = "".join(page.squeezed for page in copies.named.printed.pages[-2:])
    for text in copies.decided:
        assert squeeze(french(text)) in last
    assert squeeze("pour fin 2014") in last


@either
def test_measures_stand_beside_their_sections(copies: Copies, words_of: WordsOf) -> None:
    assert squeeze("Mesure 4 bis Délai de réflexion") in words_of(copies.january)
    tags = re.findall(r'<span class="tag">([^<]+)</span>', copies.january.html)
    assert len(tags) > 25


@laid_out
def test_no_page_is_nearly_empty(copies: Copies) -> None:
    for copy in every(copies):
        for page in copy.printed.pages[:-1]:
            lines = {round(word.top) for word in page.body}
            assert len(lines) >= FEWEST_LINES, page.number


# --- The file -----------------------------------------------------------------------------------------------------------


@laid_out
def test_words_without_a_stop_stay_on_the_page(tmp_path: Path) -> None:
    word = "Anticonstitutionnellement" * 8
    minutes = make_minutes(make_meeting(title=f"Réunion {word[:150]}"))
    make_section(minutes, heading=word, text=f"{word}\n\n- {word}\n\n```\n{word}\n```\n\nFin.")
    copy = _copy(minutes.meeting.slug, make_user(Role.SECRETARIAT), tmp_path)
    assert "Fin." in whole(copy)
    assert max(one.right for page in copy.printed.pages for one in page.words) < RIGHT


@laid_out
def test_the_same_data_give_the_same_bytes(copies: Copies) -> None:
    again = render_pdf(copies.january.html, stylesheets=STYLESHEETS)
    assert again == copies.january.printed.content


def test_no_key_of_the_database_is_printed(copies: Copies) -> None:
    """Another database gives other keys, and must give the same file."""
    anchors = re.findall(r'id="s(\d+)"', copies.member.html)
    assert [int(anchor) for anchor in anchors] == list(range(1, len(anchors) + 1))


@laid_out
def test_the_file_is_tagged_in_french_and_titled(copies: Copies) -> None:
    reader = copies.member.printed.reader
    assert "/StructTreeRoot" in reader.root_object
    assert str(reader.root_object["/Lang"]) == "fr"
    assert reader.metadata is not None
    assert "octobre 2014" in str(reader.metadata.title)


@laid_out
@pytest.mark.parametrize("which", ["named", "member", "january"])
def test_a_checker_finds_nothing_against_pdf_ua(copies: Copies, which: str) -> None:
    """What a machine can check of PDF/UA-1. It proves structure, not sense: the words are read by people."""
    report = ua_checker.validate_pdf_bytes(getattr(copies, which).printed.content, profile="ua1")
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert report.is_compliant

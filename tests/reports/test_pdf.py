"""The real report, printed and read back: what a minister would find in the file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import page as ua_checker
import pytest
from django.conf import settings

from common.typography import french
from reports.snapshot import all_measures
from tests.reports.conftest import DATA
from tests.reports.printed import called_notes, squeeze

if TYPE_CHECKING:
    from pathlib import Path

    from tests.reports.conftest import RealReport
    from tests.reports.printed import Page, Printed

pytestmark = [
    pytest.mark.django_db,
    # Two databases give the same data: test_snapshot.py.
    pytest.mark.one_database("how one report is laid out, whose data are the same on both"),
]

NOTES = 22


def contents_pages(printed: Printed) -> list[Page]:
    first = next(page.number for page in printed.pages if "Table des matières" in page.text)
    following = next(page for _depth, title, page in printed.outline if title == "Introduction")
    return [printed.page(number) for number in range(first, following)]


def contents_lines(printed: Printed) -> dict[str, tuple[str, str, int]]:
    """Number → title, level in words and page, as printed in the contents."""
    lines = {}
    for page in contents_pages(printed):
        text = re.sub(r"[\u00a0\u202f]", " ", page.text)
        for found in re.finditer(
            r"^Mesure (\S+(?: bis)?) — (.+?) \(([^()]+)\)[ .]*?(\d+)$", text, re.M
        ):
            lines[found[1]] = (found[2], found[3], int(found[4]))
    return lines


def words_of(level: dict[str, Any] | None, *, lacking: bool) -> str:
    words = level["label"].lower() if level else "non évaluée"
    return f"{words} ; informations insuffisantes" if lacking else words


def test_contents_list_every_measure_with_its_level_and_its_true_page(
    real_report: RealReport,
) -> None:
    printed, levels = (
        real_report.printed,
        {one["key"]: one for one in real_report.snapshot["levels"]},
    )
    lines = contents_lines(printed)
    measures = all_measures(real_report.snapshot)
    assert len(measures) == 23
    for measure in measures:
        title, level, page = lines[measure["number"]]
        finding = measure["finding"]
        assert title == measure["short_title"].replace("\u00a0", " ")
        assert level == words_of(levels[finding["level"]], lacking=finding["lacks_information"])
        assert page == printed.measure_pages[measure["number"]]
        assert squeeze(french(measure["title"])) in printed.page(page).squeezed
        # The folio that a reader sees is the number printed in the contents.
        assert printed.page(page).foot == str(page)


def test_each_measure_begins_on_a_new_page(real_report: RealReport) -> None:
    pages = real_report.printed.measure_pages
    assert len(set(pages.values())) == len(pages) == 23
    for number, page in pages.items():
        body = real_report.printed.page(page).body
        assert [word.text for word in body[:2]] == ["Mesure", number]
        assert body[0].top < 32


def test_levels_are_counted_right_in_the_documents_own_words(real_report: RealReport) -> None:
    printed = real_report.printed
    levels = [level.partition(" ;")[0] for _title, level, _page in contents_lines(printed).values()]
    counted = {level: levels.count(level) for level in set(levels)}
    assert counted == {
        "mise en œuvre": 4,
        "partiellement mise en œuvre": 14,
        "non mise en œuvre": 5,
    }
    introduction = next(
        page.squeezed
        for page in printed.pages
        if squeeze("Le plan en bref : 23 mesures") in page.squeezed
    )
    assert squeeze("Ensemble du plan 4 14 5 23") in introduction
    assert (
        squeeze("I. Identifier et accompagner les victimes de la traite 0 7 4 11") in introduction
    )
    # Measure 14 is printed as not implemented, and said not to be assessable.
    page = printed.page(printed.measure_pages["14"]).squeezed
    assert squeeze("Non mise en œuvre – informations insuffisantes") in page


def test_notes_are_numbered_in_reading_order_each_once_on_the_page_of_its_call(
    real_report: RealReport,
) -> None:
    notes = called_notes(real_report.html)
    assert len(notes) == NOTES
    pages = []
    for note in notes:
        printed_on = real_report.printed.pages_with(f"{note.number}.{note.text}")
        called_on = real_report.printed.pages_with(f"{note.before}{note.number}")
        assert len(printed_on) == 1, note
        assert printed_on[0] in called_on, note
        whole = "".join(page.squeezed for page in real_report.printed.pages)
        assert whole.count(note.text) == 1, note
        pages += printed_on
    assert pages == sorted(pages)


def test_common_observations_are_printed_once_and_pointed_to(real_report: RealReport) -> None:
    printed = real_report.printed
    eighteen, nineteen = printed.measure_pages["18"], printed.measure_pages["19"]
    pointer = squeeze(
        f"Observations communes aux mesures 18 et 19 : voir la mesure 19, p. {nineteen}."
    )
    assert pointer in printed.page(eighteen).squeezed
    text = next(m for m in all_measures(real_report.snapshot) if m["number"] == "19")["text"]
    sentence = squeeze(text["observations"].partition(".")[0])
    assert len(printed.pages_with(sentence)) == 1


def test_every_recommendation_is_printed_with_its_permanent_number(real_report: RealReport) -> None:
    printed = real_report.printed
    starts = sorted(printed.measure_pages.values())
    for measure in all_measures(real_report.snapshot):
        start = printed.measure_pages[measure["number"]]
        end = next((page for page in starts if page > start), len(printed.pages))
        text = "".join(printed.page(number).squeezed for number in range(start, end + 1))
        for row in measure["recommendations"]:
            assert f"R{row['number']}{squeeze(french(row['text']))}" in text, row


def test_a_wrong_total_is_printed_as_published_and_said(real_report: RealReport) -> None:
    page = real_report.printed.page(real_report.printed.measure_pages["5"] + 1)
    assert squeeze("Total 201 194 ≠ 229 220 257") in page.squeezed
    assert squeeze("le total imprimé est 194, la somme de ses parties 199") in page.squeezed


def test_part_two_leads_back_to_measures_and_recommendations(real_report: RealReport) -> None:
    links: set[str] = set()
    first = next(
        page for _depth, title, page in real_report.printed.outline if title.startswith("Partie II")
    )
    for page in real_report.printed.reader.pages[first - 1 :]:
        for reference in page.get("/Annots") or []:
            links.add(str(reference.get_object().get("/Dest")))
    assert {"mesure-1", "mesure-20", "r-1", "r-9"} <= links


@pytest.mark.parametrize("which", ["real_report", "report_before", "report_of_collective"])
def test_no_page_is_nearly_empty(which: str, request: pytest.FixtureRequest) -> None:
    for page in request.getfixturevalue(which).printed.pages:
        filled = max(word.bottom for word in page.body) - 26
        assert len(page.body) >= 40, f"page {page.number}: {len(page.body)} words"
        assert filled > 0.15 * (297 - 52), f"page {page.number}: {filled:.0f} mm"


@pytest.mark.parametrize("which", ["real_report", "report_before", "report_of_collective"])
def test_nothing_is_printed_in_the_margins(which: str, request: pytest.FixtureRequest) -> None:
    printed = request.getfixturevalue(which).printed
    for page in printed.pages[1:-1]:
        # The wider margin is on the binding side.
        left, right = (28, 24) if page.number % 2 else (24, 28)
        for word in page.words:
            assert word.left > left - 0.5, (page.number, word)
            assert word.right < 210 - right + 0.5, (page.number, word)
        # Below the text stands the folio, and nothing that overflowed.
        assert page.foot == str(page.number)
        assert min(word.top for word in page.body) > 26 - 0.5


def test_running_heads_name_the_measure_that_is_read(real_report: RealReport) -> None:
    printed = real_report.printed
    starts = {page: number for number, page in printed.measure_pages.items()}
    for start, number in starts.items():
        head = [word.text for word in printed.page(start).words if word.bottom < 25]
        assert head[-2:] == ["Mesure", number] or squeeze("".join(head)).endswith(f"Mesure{number}")


def test_the_outline_holds_priorities_and_their_measures(real_report: RealReport) -> None:
    depths = {
        title.partition(" – ")[0]: depth for depth, title, _page in real_report.printed.outline
    }
    assert depths["Priorité I"] == depths["Priorité III"]
    assert depths["Mesure 1"] == depths["Mesure 23"] == depths["Priorité I"] + 1
    assert list(real_report.printed.measure_pages) == [str(number) for number in range(1, 24)]


def test_the_file_says_what_it_is(real_report: RealReport) -> None:
    reader = real_report.printed.reader
    root: Any = reader.root_object
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == french(real_report.snapshot["evaluation"]["title"])
    assert reader.metadata.author == "Commission nationale consultative des droits de l’homme"
    assert str(reader.metadata["/CreationDate"]).startswith("D:20170706")


@pytest.mark.parametrize("which", ["real_report", "report_before", "report_of_collective"])
def test_an_automated_checker_finds_nothing_against_pdf_ua_1(
    which: str, request: pytest.FixtureRequest
) -> None:
    """What a machine can check of PDF/UA-1. It proves structure, not sense: the words are read by people."""
    report = ua_checker.validate_pdf_bytes(
        request.getfixturevalue(which).printed.content, profile="ua1"
    )
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert report.is_compliant
    assert report.rules.total > 100


def test_before_the_evaluation_no_level_of_it_is_printed(report_before: RealReport) -> None:
    text = "".join(page.squeezed for page in report_before.printed.pages)
    assert squeeze("31 décembre 2016") in text
    assert "2017" not in text.replace("2014-2016", "")
    lines = contents_lines(report_before.printed)
    assert {level for _title, level, _page in lines.values()} == {"non évaluée"}
    assert "R1" not in text


def test_the_same_data_give_the_same_bytes_in_another_process(
    real_report: RealReport, migrated_file: Path, tmp_path: Path
) -> None:
    output = tmp_path / "folder" / "report.pdf"
    script = f"""
from django.core.management import call_command
call_command("load_plan", {str(DATA)!r}, verbosity=0)
call_command("export_evaluation", "traite-2014-2016", "--output", {str(output)!r})
"""
    database = tmp_path / "vigie.sqlite3"
    shutil.copyfile(migrated_file, database)
    environment = {
        "DATABASE_URL": f"sqlite:///{database}",
        "VIGIE_VAR_DIR": str(tmp_path),
        "PYTHONHASHSEED": "7",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "--command", script],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        capture_output=True,
        check=True,
    )
    assert output.read_bytes() == real_report.printed.content
    assert f"{len(real_report.printed.pages)} pages" in done.stdout.decode()
    assert "194" in done.stderr.decode()

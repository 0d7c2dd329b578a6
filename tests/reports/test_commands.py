"""`export_evaluation`: a whole file or none, and words when something is wrong."""

from __future__ import annotations

import io
import stat
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from pypdf import PdfReader

from common.pdf import PdfError
from plan.enums import Meaning
from reports import services
from tests.factories import make_assessment, make_institution, make_plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from plan.models import Plan


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def export(plan: str, output: Path, **options: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("export_evaluation", plan, output=output, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_the_folder_is_made_and_the_file_described(
    plan_with_measures: Plan, tmp_path: Path
) -> None:
    output = tmp_path / "a" / "b" / "report.pdf"
    out, err = export(plan_with_measures.slug, output)
    assert f"{len(PdfReader(output).pages)} pages" in out
    assert "SHA-256" in out
    assert "Measures 3, 4 bis: Nothing had been published" in err
    assert [path.name for path in output.parent.iterdir()] == ["report.pdf"]
    assert stat.S_IMODE(output.stat().st_mode) == 0o644


def test_an_assessor_and_a_day_can_be_chosen(plan_with_measures: Plan, tmp_path: Path) -> None:
    other = make_institution(name="Le Collectif des associations")
    plan_with_measures.assessors.add(other)
    make_assessment(plan_with_measures.measures.get(number="1"), Meaning.NONE, assessor=other)
    export(plan_with_measures.slug, tmp_path / "r.pdf", par=other.key, le="2017-12-24")
    text = PdfReader(tmp_path / "r.pdf").pages[0].extract_text()
    assert "Le Collectif des associations" in text
    assert "24 décembre 2017" in text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"plan": "nowhere"}, "There is no plan “nowhere”. Known plans: plan-"),
        ({"par": "nobody"}, "“nobody” does not assess this plan. Its assessors: institution-"),
        ({"le": "tomorrow"}, "“tomorrow” is not a day"),
    ],
)
def test_wrong_wishes_are_said_in_words(
    plan_with_measures: Plan, tmp_path: Path, options: dict[str, str], words: str
) -> None:
    plan = options.pop("plan", plan_with_measures.slug)
    with pytest.raises(CommandError, match=words):
        export(plan, tmp_path / "report.pdf", **options)
    assert not list(tmp_path.glob("*.pdf"))


def test_without_any_plan_it_says_so(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Known plans: none"):
        export("nowhere", tmp_path / "report.pdf")


def test_what_blocks_stops_it(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="This plan has no measure yet"):
        export(make_plan().slug, tmp_path / "report.pdf")
    assert not list(tmp_path.glob("*.pdf"))


def test_a_failure_leaves_the_former_file(
    plan_with_measures: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(html: str, **options: Any) -> bytes:
        raise PdfError("Le papier manque.")

    monkeypatch.setattr(services, "render_pdf", fail)
    output = tmp_path / "report.pdf"
    output.write_bytes(b"former")
    with pytest.raises(CommandError, match="Le papier manque"):
        export(plan_with_measures.slug, output)
    assert output.read_bytes() == b"former"


def test_a_folder_or_a_place_that_cannot_be_written_is_said_in_words(
    plan_with_measures: Plan, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="is a folder"):
        export(plan_with_measures.slug, tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(CommandError, match="cannot be written"):
        export(plan_with_measures.slug, tmp_path / "file" / "report.pdf")

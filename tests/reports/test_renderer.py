"""The process that lays out pages: what it may reach, how much it may use, and what is said when it dies."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from common import pdf, pdf_child
from common.pdf import PdfError, render_pdf
from common.pdf_child import RefusedAddressError, find_asset
from tests.worker import renderers

ROOT = Path(settings.STATICFILES_DIRS[0])
PAGE = (
    '<!doctype html><html lang="fr"><head><title>T</title></head><body><h1>T</h1>{}</body></html>'
)
LONG = PAGE.format("<p>Une phrase assez courte.</p>" * 6_000)


def children() -> list[int]:
    tasks = Path("/proc/self/task").glob("*/children")
    return [int(pid) for task in tasks for pid in task.read_text().split()]


@pytest.mark.parametrize(
    "address",
    [
        "asset:css/report.css",
        "asset:img/marks/full.svg",
        "asset:fonts/pdf/SourceSerif4-Regular.ttf",
    ],
)
def test_our_own_assets_are_found(address: str) -> None:
    assert find_asset(address, ROOT) == ROOT / address.removeprefix("asset:")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x.css",
        "https://example.org/x.png",
        "//example.org/x.png",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "data:text/html,x",
        "asset:css/../../manage.py",
        "asset:css/%2e%2e/%2e%2e/manage.py",
        "asset:../config/settings.py",
        "asset:/etc/passwd",
        "asset:css//etc/passwd",
        "asset:css\\..\\x",
        "asset:js/vigie.js",
        "asset:css",
        "asset:css/",
        "asset:css/.hidden",
        "asset:css/missing.css",
        "asset:css/report.css\n",
        "asset:css/report.css?x",
        "ASSET:css/report.css",
        "css/report.css",
        "",
    ],
)
def test_nothing_else_is(address: str) -> None:
    with pytest.raises(RefusedAddressError):
        find_asset(address, ROOT)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "root" / "css").mkdir(parents=True)
    (tmp_path / "root" / "css" / "out.css").symlink_to(tmp_path / "secret")
    with pytest.raises(RefusedAddressError):
        find_asset("asset:css/out.css", tmp_path / "root")


@pytest.mark.parametrize(
    "html",
    [
        '<img src="http://127.0.0.1:9/x.png" alt="x">',
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="asset:img/../../manage.py" alt="x">',
        '<img src="data:text/plain,x" alt="x">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<style>@import "http://127.0.0.1:9/x.css";</style>',
        '<style>@import "file:///etc/passwd";</style>',
        "<style>p { background: url(http://127.0.0.1:9/x.png) }</style><p>x</p>",
        '<style>@font-face { font-family: x; src: url("http://127.0.0.1:9/x.ttf") }</style>',
        (
            "<img alt='x' src='data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%229%22"
            " height=%229%22%3E%3Cimage href=%22file:///etc/passwd%22 width=%229%22 height=%229%22/%3E%3C/svg%3E'>"
        ),
    ],
)
def test_a_document_that_reaches_out_is_refused(html: str) -> None:
    """Within this process: each of its own would load the layout program anew."""
    documents = pdf_child.render(
        [PAGE.format(html)],
        root=ROOT,
        stylesheets=[],
        variant="pdf/ua-1",
    )
    with pytest.raises(RefusedAddressError):
        next(documents)


def test_that_is_said_in_words() -> None:
    html = PAGE.format('<img src="file:///etc/passwd" alt="x">')
    with translation.override("en"), pytest.raises(PdfError, match="does not belong to it"):
        render_pdf(html, stylesheets=[])


def test_a_stylesheet_that_is_not_ours_is_refused() -> None:
    with translation.override("en"), pytest.raises(PdfError, match="does not belong to it"):
        render_pdf(PAGE.format(""), stylesheets=["../config/settings.py"])


def test_drawings_and_our_pictures_are_laid_out() -> None:
    svg = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"
    html = f'<img src="{svg}" alt="x"><img src="asset:img/marks/full.svg" alt="x">'
    assert render_pdf(PAGE.format(html), stylesheets=["css/report.css"]).startswith(b"%PDF")


def test_the_same_document_gives_the_same_bytes() -> None:
    html = PAGE.format('<meta name="dcterms.created" content="2017-07-06"><p>Été</p>')
    first, second = (render_pdf(html, stylesheets=["css/report.css"]) for _time in range(2))
    assert first == second
    assert first != render_pdf(html + "<p>x</p>", stylesheets=["css/report.css"])


def test_nothing_of_ours_is_given_to_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_SECRET_KEY", "secret")
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert "secret" not in str(pdf._environment())
    assert "HTTPS_PROXY" not in pdf._environment()


def test_too_little_memory_is_said_in_words() -> None:
    with translation.override("en"), pytest.raises(PdfError, match="more memory than allowed"):
        render_pdf(LONG, stylesheets=[], memory_limit_mb=140)


def test_too_little_time_is_said_in_words_and_the_process_is_gone() -> None:
    before, start = children(), time.monotonic()
    with translation.override("en"), pytest.raises(PdfError, match="took too long"):
        render_pdf(LONG, stylesheets=[], time_limit_s=1)
    assert time.monotonic() - start < 10
    assert children() == before


def test_a_killed_process_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "TICK", 0.1)

    def kill() -> None:
        for pid in renderers(os.getpid()):
            os.kill(pid, signal.SIGKILL)

    with translation.override("en"), pytest.raises(PdfError, match="stopped from outside"):
        render_pdf(LONG, stylesheets=[], on_tick=kill)


def test_whoever_follows_the_work_gets_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "TICK", 0.1)
    ticks: list[int] = []
    render_pdf(PAGE.format(""), stylesheets=[], on_tick=lambda: ticks.append(1))
    assert ticks


def test_an_error_of_whoever_follows_ends_the_process_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "TICK", 0.1)

    before = children()

    def lose() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        render_pdf(LONG, stylesheets=[], on_tick=lose)
    assert children() == before


def test_the_module_of_the_process_knows_nothing_of_the_site() -> None:
    source = Path(pdf_child.__file__).read_text(encoding="utf-8")
    assert "import django" not in source
    assert "from django" not in source

"""What a report costs, compared with the renderer alone on the same document."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from common import pdf_child
from common.pdf import _environment as child_environment
from reports.compose import STYLESHEETS

TIMES = 3

# What anyone would write: the library, the document, the style, the same kind of PDF.
PLAIN = """
import pathlib, sys
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

html, root, out, *sheets = sys.argv[1:]
root = pathlib.Path(root)
fonts = FontConfiguration()

class Fetcher(URLFetcher):
    def fetch(self, url, headers=None):
        if not url.startswith("asset:"):
            return super().fetch(url, headers)
        path = root / url.removeprefix("asset:")
        kind = "image/svg+xml" if path.suffix == ".svg" else "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

fetcher = Fetcher()
HTML(string=pathlib.Path(html).read_text("utf-8"), base_url="", url_fetcher=fetcher).write_pdf(
    out, pdf_variant="pdf/ua-1", font_config=fonts,
    stylesheets=[
        CSS(string=(root / sheet).read_text("utf-8"), base_url="asset:" + sheet, url_fetcher=fetcher,
            font_config=fonts)
        for sheet in sheets
    ],
)
"""


@dataclass(frozen=True)
class Report:
    """Medians. CPU in seconds, memory in MiB; `child_peak` is the most that the child ever held."""

    measures: int
    pages: int
    seconds: float
    job_cpu: float
    plain_cpu: float
    child_peak: float

    @property
    def ratio(self) -> float:
        return self.job_cpu / self.plain_cpu

    @property
    def cpu_per_page(self) -> float:
        return self.job_cpu / self.pages


def measure_report(slug: str, measures: int, folder: Path, times: int = TIMES) -> Report:
    """Make a report several times, alternating with the renderer alone, so that a busy moment weighs on both."""
    html = folder / f"{slug}.html"
    # As it is given to the child.
    document = folder / f"{slug}.json"
    # Other fonts would be another document. What the library keeps about them is there already, as on any machine.
    (folder / "fonts").mkdir(exist_ok=True)
    pdf_child.use_our_fonts_only(Path(settings.STATICFILES_DIRS[0]), folder / "fonts")
    same_fonts = dict(os.environ)
    del os.environ["FONTCONFIG_FILE"]
    jobs, plains, peaks = [], [], []
    for _time in range(times):
        job = subprocess.run(
            [sys.executable, "-m", "tests.bench.pdf_job", slug, str(html)],
            check=True,
            capture_output=True,
        )
        jobs.append(json.loads(job.stdout.splitlines()[-1]))
        plains.append(_run(_plain(html, folder), same_fonts)[0])
        document.write_text(json.dumps([html.read_text(encoding="utf-8")]), encoding="utf-8")
        peaks.append(_run(_child(), child_environment(), stdin=document)[1])
    return Report(
        measures=measures,
        pages=jobs[0]["pages"],
        seconds=statistics.median(job["seconds"] for job in jobs),
        job_cpu=statistics.median(job["own_cpu"] + job["child_cpu"] for job in jobs),
        plain_cpu=statistics.median(plains),
        child_peak=statistics.median(peaks),
    )


def _plain(html: Path, folder: Path) -> list[str]:
    root = str(settings.STATICFILES_DIRS[0])
    return [sys.executable, "-c", PLAIN, str(html), root, str(folder / "plain.pdf"), *STYLESHEETS]


def _child() -> list[str]:
    """The child as `common.pdf.render_pdf` starts it."""
    root = str(settings.STATICFILES_DIRS[0])
    command = [sys.executable, "-m", pdf_child.__name__, "--root", root]
    command += [
        "--memory-mb",
        str(settings.PDF_MEMORY_LIMIT_MB),
        "--time-s",
        str(settings.PDF_TIME_LIMIT_S),
    ]
    for name in STYLESHEETS:
        command += ["--stylesheet", name]
    return command


# Forks and measures from a process that holds nothing itself: after an `exec`, the system counts the memory of the
# process that was left as the new one's own.
LAUNCHER = """
import json, os, sys
pid = os.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
_pid, status, used = os.wait4(pid, 0)
os.write(2, json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]).encode() + b"\\n")
sys.exit(os.waitstatus_to_exitcode(status))
"""


def _run(
    command: list[str], environment: dict[str, str], stdin: Path | None = None
) -> tuple[float, float]:
    """Run a program; its CPU in seconds and its peak of memory in MiB."""
    with open(stdin or os.devnull, "rb") as source:
        done = subprocess.run(
            [sys.executable, "-S", "-E", "-c", LAUNCHER, *command],
            stdin=source,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=settings.BASE_DIR,
            env=environment,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    cpu, peak = json.loads(done.stderr.splitlines()[-1])
    return cpu, peak

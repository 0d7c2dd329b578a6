"""Makes one report in a process of its own and says what it cost: `python -m tests.bench.pdf_job SLUG HTML`.

The HTML is written to a file, for the plain renderer to be measured on the same document.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import django
from django.core.checks import run_checks


def cpu(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def main(slug: str, html_file: Path) -> dict[str, Any]:
    django.setup()
    # The worker has read the whole site before its first report: Django checks it when a command starts.
    run_checks()
    from common.pdf import render_pdf
    from plan.models import Plan
    from reports import services
    from reports.snapshot import default_day

    plan = Plan.objects.for_page().get(slug=slug)
    on = default_day(plan, plan.lead_assessor)

    # The document on its way to the renderer.
    def keep(html: str, **options: Any) -> bytes:
        html_file.write_text(html, encoding="utf-8")
        return render_pdf(html, **options)

    vars(services)["render_pdf"] = keep
    own, children, start = (
        cpu(resource.RUSAGE_SELF),
        cpu(resource.RUSAGE_CHILDREN),
        time.monotonic(),
    )
    report = services.make_report(plan=plan, on=on, assessor=plan.lead_assessor)
    return {
        "pages": report.pages,
        "own_cpu": cpu(resource.RUSAGE_SELF) - own,
        "child_cpu": cpu(resource.RUSAGE_CHILDREN) - children,
        "seconds": time.monotonic() - start,
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))

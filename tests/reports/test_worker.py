"""The worker as a process: it does what waits, stops when asked, and what it leaves when killed is taken up."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

from tests.worker import PATIENCE, catches_term, is_alive

if TYPE_CHECKING:
    from tests.members.processes import House
    from tests.worker import Site

ASK = """
from members.enums import Role
from plan.enums import Meaning
from reports.services import request_export
from reports.snapshot import default_day
from tests.factories import *
plan = make_plan()
make_assessment(make_measure(plan), Meaning.FULL)
on = default_day(plan, plan.lead_assessor)
request_export(plan=plan, assessor=plan.lead_assessor, on=on, by=make_user(Role.COORDINATOR))
print("null")
"""
DO_WHAT_WAITS = """
from django.core.management import call_command
call_command("run_worker", "--once")
print("null")
"""
STEP = "SELECT step FROM reports_export"
STATUS = "SELECT status FROM reports_export"


def test_work_killed_in_the_middle_is_taken_up_and_ends_in_one_result(
    house: House, site: Site
) -> None:
    house.run(ASK)
    worker = site.start_worker()
    renderer = site.pause_renderer(worker.pid)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert site.query(STEP) == [("rendering",)]
    # The renderer, which goes no further by itself, dies with whoever asked: it would work for nobody.
    deadline = time.monotonic() + PATIENCE
    while is_alive(renderer) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(renderer)
    assert site.query(STATUS) == [("running",)]
    assert site.files == []

    # Its last sign of life is fresh: it could still be alive.
    house.run(DO_WHAT_WAITS)
    assert site.query(STATUS) == [("running",)]

    site.make_old("reports_export")
    site.start_worker()
    site.wait_for(STATUS, "done", "failed")
    ((status, attempts, file, error),) = site.query(
        "SELECT status, attempts, file, error FROM reports_export"
    )
    assert (status, attempts, error) == ("done", 2, "")
    assert [f"exports/{name}" for name in site.files] == [file]
    site.wait_for("SELECT status FROM django_tasks_database_dbtaskresult", "SUCCESSFUL")
    assert site.query("SELECT count(*) FROM django_tasks_database_dbtaskresult") == [(1,)]


def test_a_worker_asked_to_stop_ends_its_work_first(house: House, site: Site) -> None:
    house.run(ASK)
    worker = site.start_worker()
    renderer = site.pause_renderer(worker.pid)
    worker.terminate()
    os.kill(renderer, signal.SIGCONT)
    assert worker.wait(timeout=PATIENCE) == 0
    assert site.query(STATUS) == [("done",)]
    assert len(site.files) == 1


def test_an_idle_worker_stops_at_once(site: Site) -> None:
    worker = site.start_worker()
    deadline = time.monotonic() + PATIENCE
    while not catches_term(worker.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    start = time.monotonic()
    worker.terminate()
    assert worker.wait(timeout=PATIENCE) == 0
    assert time.monotonic() - start < 5

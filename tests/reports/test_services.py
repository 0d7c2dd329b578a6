"""Having a report made: one work for two clicks, one result, words when it fails, and nothing half done."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone, translation
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pikepdf import Pdf
from pypdf import PdfReader

from common.claims import (
    DEAD_AFTER,
    MOST_ATTEMPTS,
    ORPHAN_AFTER,
    Claim,
    LostClaimError,
    one_view_of_the_data,
    recover_work,
    sweep_files,
)
from common.pdf import PdfError
from common.work import WorkStatus
from members.enums import Role
from reports import services
from reports.enums import ExportStep
from reports.models import Export
from reports.services import (
    Report,
    make_report,
    publish_export,
    request_export,
    run_export,
    withdraw_export,
)
from reports.tasks import make_export as make_export_task
from tests.factories import FOUND_ON, make_export, make_institution, make_plan, make_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from plan.models import Plan

NOTHING_YET = {"file": "", "pages": None, "size": None, "sha256": "", "data_sha256": ""}


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def ask(plan: Plan, **fields: Any) -> Export:
    fields.setdefault("assessor", plan.lead_assessor)
    fields.setdefault("on", FOUND_ON)
    fields.setdefault("by", make_user(Role.COORDINATOR))
    return request_export(plan=plan, **fields)


def stored_files() -> list[str]:
    return default_storage.listdir("exports")[1] if default_storage.exists("exports") else []


def files_of(*exports: Export) -> list[str]:
    return sorted(str(export.file.name).removeprefix("exports/") for export in exports)


def fake_report(pdf: bytes = b"%PDF-1.7\n%%EOF\n") -> Report:
    return Report(pdf=pdf, pages=3, sha256="a" * 64, data_sha256="b" * 64, findings=[])


@pytest.fixture
def fake_work(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Report]], None]:
    def replace(work: Callable[..., Report]) -> None:
        monkeypatch.setattr(services, "make_report", work)

    return replace


# --- Asking -----------------------------------------------------------------------------------------------------------


def test_asking_waits_and_queues_once_it_is_committed(
    plan_with_measures: Plan, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        export = ask(plan_with_measures)
        assert not DBTaskResult.objects.exists()
    assert (export.status, export.step) == (WorkStatus.WAITING, ExportStep.WAITING)
    task = DBTaskResult.objects.get()
    assert task.args_kwargs["args"] == [export.pk]
    assert task.status == TaskResultStatus.READY


def test_asking_for_what_is_under_way_joins_it(
    plan_with_measures: Plan, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first, second = ask(plan_with_measures), ask(plan_with_measures)
    assert first == second
    assert Export.objects.count() == DBTaskResult.objects.count() == 1


@pytest.mark.parametrize("status", [WorkStatus.DONE, WorkStatus.FAILED])
def test_asking_again_for_what_has_ended_makes_a_new_one(
    plan_with_measures: Plan, status: WorkStatus
) -> None:
    former = make_export(plan_with_measures, status=status)
    assert ask(plan_with_measures) != former


@pytest.mark.parametrize("role", [Role.MEMBER, Role.SECRETARIAT, Role.ADMINISTRATOR])
def test_only_the_coordinator_asks_publishes_and_withdraws(
    plan_with_measures: Plan, role: Role
) -> None:
    person, export = make_user(role), make_export(plan_with_measures)
    with pytest.raises(PermissionDenied):
        ask(plan_with_measures, by=person)
    with pytest.raises(PermissionDenied):
        publish_export(export=export, by=person)
    with pytest.raises(PermissionDenied):
        withdraw_export(export=export, by=person)
    assert Export.objects.count() == 1


def test_an_institution_that_does_not_assess_the_plan_is_refused(plan_with_measures: Plan) -> None:
    with pytest.raises(ValidationError):
        ask(plan_with_measures, assessor=make_institution())
    assert not Export.objects.exists()


# --- Making -----------------------------------------------------------------------------------------------------------


def test_a_report_is_made_kept_and_described(plan_with_measures: Plan) -> None:
    export = ask(plan_with_measures)
    run_export(export.pk)
    export.refresh_from_db()
    assert (export.status, export.step) == (WorkStatus.DONE, ExportStep.FINISHED)
    with export.file.open() as file:
        content = file.read()
    assert len(PdfReader(io.BytesIO(content)).pages) == export.pages
    assert export.size == len(content)
    assert len(export.sha256) == len(export.data_sha256) == 64
    assert export.finished_at is not None
    assert export.attempts == 1
    # The name says nothing of what is inside.
    assert plan_with_measures.slug not in str(export.file.name)
    assert stored_files() == files_of(export)


def test_every_step_is_said_in_its_order(plan_with_measures: Plan) -> None:
    steps: list[ExportStep] = []
    make_report(
        plan=plan_with_measures,
        on=FOUND_ON,
        assessor=plan_with_measures.lead_assessor,
        on_step=steps.append,
    )
    assert steps == [
        ExportStep.READING, ExportStep.COMPOSING, ExportStep.RENDERING, ExportStep.CHECKING,
    ]  # fmt: skip


@pytest.mark.one_database(
    "how the layout of one page is repeated; test_snapshot.py compares the data"
)
def test_the_same_plan_gives_the_same_report_twice(plan_with_measures: Plan) -> None:
    first, second = (
        make_report(plan=plan_with_measures, on=FOUND_ON, assessor=plan_with_measures.lead_assessor)
        for _time in range(2)
    )
    assert (first.sha256, first.data_sha256) == (second.sha256, second.data_sha256)


def test_a_failure_is_said_in_words_and_leaves_no_file(
    plan_with_measures: Plan, fake_work: Callable[..., None]
) -> None:
    former = make_export(plan_with_measures)

    def fail(**options: Any) -> Report:
        raise PdfError("Le papier manque.")

    fake_work(fail)
    export = ask(plan_with_measures)
    run_export(export.pk)
    export.refresh_from_db()
    assert (export.status, export.error) == (WorkStatus.FAILED, "Le papier manque.")
    assert {name: getattr(export, name) for name in NOTHING_YET} == NOTHING_YET
    assert stored_files() == files_of(former)
    former.refresh_from_db()
    assert former.status == WorkStatus.DONE


def test_an_unforeseen_error_is_said_in_words_and_logged(
    plan_with_measures: Plan, fake_work: Callable[..., None]
) -> None:
    def break_down(**options: Any) -> Report:
        raise ZeroDivisionError

    fake_work(break_down)
    export = ask(plan_with_measures)
    with pytest.raises(ZeroDivisionError):
        run_export(export.pk)
    export.refresh_from_db()
    assert export.status == WorkStatus.FAILED
    assert "ZeroDivision" not in export.error
    assert export.error


def test_what_blocks_stops_the_work(db: None) -> None:
    export = ask(make_plan())
    run_export(export.pk)
    export.refresh_from_db()
    assert export.status == WorkStatus.FAILED
    assert "mesure" in export.error


def test_the_rights_that_count_are_those_of_the_moment(plan_with_measures: Plan) -> None:
    """A job runs with its requester's rights when it runs."""
    person = make_user(Role.COORDINATOR)
    export = ask(plan_with_measures, by=person)
    person.role = Role.MEMBER
    person.save()
    run_export(export.pk)
    export.refresh_from_db()
    assert export.status == WorkStatus.FAILED
    assert not stored_files()


def test_a_file_that_lacks_a_measure_is_thrown_away(
    plan_with_measures: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = (
        "<!doctype html><html lang='fr'><head><title>x</title></head><body><h1>x</h1></body></html>"
    )
    monkeypatch.setattr(services, "compose", lambda snapshot: empty)
    with pytest.raises(PdfError, match="not whole"):
        make_report(plan=plan_with_measures, on=FOUND_ON, assessor=plan_with_measures.lead_assessor)


def damaged_pdf() -> bytes:
    """Readers guess what such a file holds."""
    whole = io.BytesIO()
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(whole)
    return whole.getvalue().replace(b"startxref", b"startxxxx")


@pytest.mark.parametrize("content", [b"%PDF-1.7 nothing more", damaged_pdf()])
def test_a_file_that_cannot_be_opened_is_thrown_away(
    plan_with_measures: Plan, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.setattr(services, "render_pdf", lambda html, **options: content)
    with pytest.raises(PdfError, match="cannot be opened"):
        make_report(plan=plan_with_measures, on=FOUND_ON, assessor=plan_with_measures.lead_assessor)


def test_running_twice_works_once(plan_with_measures: Plan, fake_work: Callable[..., None]) -> None:
    fake_work(lambda **options: fake_report())
    export = ask(plan_with_measures)
    run_export(export.pk)
    run_export(export.pk)
    export.refresh_from_db()
    assert export.attempts == 1
    assert len(stored_files()) == 1


def test_a_worker_that_lost_its_claim_changes_nothing(
    plan_with_measures: Plan, fake_work: Callable[..., None]
) -> None:
    """A worker thought dead, that wakes up after another has taken its work over."""
    export = ask(plan_with_measures)

    def sleep_too_long(**options: Any) -> Report:
        Export.objects.filter(pk=export.pk).update(attempts=2)
        with pytest.raises(LostClaimError):
            options["on_tick"]()
        return fake_report()

    fake_work(sleep_too_long)
    run_export(export.pk)
    export.refresh_from_db()
    assert (export.status, export.attempts, export.file.name) == (WorkStatus.RUNNING, 2, "")
    assert stored_files() == []


@pytest.mark.django_db(transaction=True)
def test_the_data_are_read_in_one_view(plan_with_measures: Plan) -> None:
    with one_view_of_the_data(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW transaction_isolation")
            assert cursor.fetchone() == ("repeatable read",)
        assert transaction.get_connection().in_atomic_block


# --- Publishing -------------------------------------------------------------------------------------------------------


def test_publishing_and_withdrawing(plan_with_measures: Plan) -> None:
    person, export = make_user(Role.COORDINATOR), make_export(plan_with_measures)
    published = publish_export(export=export, by=person)
    assert published.published_by == person
    assert list(Export.objects.published()) == [export]
    again = publish_export(export=export, by=make_user(Role.COORDINATOR))
    assert (again.published_at, again.published_by) == (published.published_at, person)
    withdraw_export(export=export, by=person)
    assert not Export.objects.published().exists()
    export.refresh_from_db()
    assert export.published_by is None


@pytest.mark.parametrize("status", [WorkStatus.WAITING, WorkStatus.RUNNING, WorkStatus.FAILED])
def test_only_what_is_ready_can_be_published(plan_with_measures: Plan, status: WorkStatus) -> None:
    export = make_export(plan_with_measures, status=status)
    with pytest.raises(ValidationError):
        publish_export(export=export, by=make_user(Role.COORDINATOR))
    assert not Export.objects.published().exists()


# --- After a crash ----------------------------------------------------------------------------------------------------


def start_and_die(plan: Plan) -> Export:
    """An export claimed by a worker that then gives no sign of life."""
    export = ask(plan)
    make_export_task.enqueue(export.pk)
    DBTaskResult.objects.get().claim("worker")
    assert Claim.of(Export, export.pk) is not None
    return export


def later(seconds: float = DEAD_AFTER.total_seconds() + 5) -> time_machine.travel:
    return time_machine.travel(timezone.now() + dt.timedelta(seconds=seconds), tick=True)


def test_work_without_a_sign_of_life_goes_back_to_the_queue(plan_with_measures: Plan) -> None:
    export = start_and_die(plan_with_measures)
    with later():
        assert recover_work() == 1
    export.refresh_from_db()
    assert (export.status, export.step) == (WorkStatus.WAITING, ExportStep.WAITING)
    assert DBTaskResult.objects.get().status == TaskResultStatus.READY


def test_work_that_lives_is_left_alone(plan_with_measures: Plan) -> None:
    export = start_and_die(plan_with_measures)
    with later():
        Claim(Export, export.pk, 1).beat()
        assert recover_work() == 0
    export.refresh_from_db()
    assert export.status == WorkStatus.RUNNING
    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING


def test_after_three_attempts_it_is_given_up_in_words(plan_with_measures: Plan) -> None:
    export = start_and_die(plan_with_measures)
    Export.objects.filter(pk=export.pk).update(attempts=MOST_ATTEMPTS)
    with later():
        assert recover_work() == 1
        assert recover_work() == 0
    export.refresh_from_db()
    assert export.status == WorkStatus.FAILED
    assert "3" in export.error
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL


def test_a_task_claimed_by_a_worker_that_died_before_beginning_is_run(
    plan_with_measures: Plan,
) -> None:
    export = ask(plan_with_measures)
    make_export_task.enqueue(export.pk)
    DBTaskResult.objects.get().claim("worker")
    with later():
        recover_work()
    assert DBTaskResult.objects.get().status == TaskResultStatus.READY


def test_an_export_whose_task_was_lost_is_queued_again(plan_with_measures: Plan) -> None:
    """The process died between the commit and the queue."""
    export = ask(plan_with_measures)
    assert not DBTaskResult.objects.exists()
    recover_work()
    assert not DBTaskResult.objects.exists()
    with later():
        recover_work()
        recover_work()
    assert DBTaskResult.objects.get().args_kwargs["args"] == [export.pk]


def test_a_worker_that_died_after_the_work_leaves_a_task_that_is_closed(
    plan_with_measures: Plan,
) -> None:
    export = start_and_die(plan_with_measures)
    Claim(Export, export.pk, 1).finish(b"%PDF-1.7\n%%EOF\n", pages=3, sha256="a" * 64)
    with later():
        assert recover_work() == 0
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL
    export.refresh_from_db()
    assert export.status == WorkStatus.DONE


def test_recovered_work_ends_in_one_result(
    plan_with_measures: Plan, fake_work: Callable[..., None]
) -> None:
    fake_work(lambda **options: fake_report())
    export = start_and_die(plan_with_measures)
    with later():
        recover_work()
        run_export(export.pk)
        assert recover_work() == 0
    export.refresh_from_db()
    assert (export.status, export.attempts) == (WorkStatus.DONE, 2)
    assert len(stored_files()) == 1


def test_files_that_no_export_names_are_swept_in_time(plan_with_measures: Plan) -> None:
    kept = make_export(plan_with_measures)
    default_storage.save("exports/orphan.pdf", ContentFile(b"x"))
    assert sweep_files() == 0
    with later(ORPHAN_AFTER.total_seconds() + 5):
        assert sweep_files() == 1
    assert stored_files() == files_of(kept)

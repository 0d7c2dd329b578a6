"""The work of the worker, whatever file it makes: claiming it, giving signs of life, and taking it up after a crash.

A room says in its `AppConfig.ready` which rows its task makes files for (`register`).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from common.work import WorkStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from common.work import Work

# A living worker gives a sign every other second; one that has given none for so long is dead.
DEAD_AFTER = dt.timedelta(seconds=30)
MOST_ATTEMPTS = 3
FOLDER = "exports"
# A file that no row names and that is older than this was left by a worker that died.
ORPHAN_AFTER = dt.timedelta(hours=1)

# What each kind of row is made by.
_tasks: dict[type[Work], Any] = {}


def register(kind: type[Work], task: Any) -> None:
    """Take up the rows of a kind that a worker left: `task` is given the key of one."""
    _tasks[kind] = task


class LostClaimError(Exception):
    """Another worker has taken this work over: whatever this one makes is not wanted."""


@contextlib.contextmanager
def one_view_of_the_data() -> Iterator[None]:
    """Every query of a document sees the same rows, even if somebody publishes meanwhile."""
    begins_here = not connection.in_atomic_block
    with transaction.atomic():
        if begins_here and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@dataclass(frozen=True)
class Claim:
    """The right of one attempt to speak for a row. It ends when the row is given to another attempt."""

    kind: type[Work]
    pk: int
    attempt: int

    @classmethod
    def of(cls, kind: type[Work], pk: int) -> Claim | None:
        now = timezone.now()
        rows = kind._default_manager.filter(pk=pk)
        claimed = rows.filter(status=WorkStatus.WAITING).update(
            **kind.as_it_is(WorkStatus.RUNNING),
            started_at=now,
            heartbeat_at=now,
            attempts=F("attempts") + 1,
        )
        if not claimed:
            return None
        return cls(kind, pk, rows.values_list("attempts", flat=True).get())

    def tell(self, **values: object) -> None:
        """Write what is known of the work, which is a sign of life. Raises LostClaimError."""
        self._update(**values, heartbeat_at=timezone.now())

    def beat(self) -> None:
        """Give a sign of life. Raises LostClaimError."""
        self.tell()

    def finish(self, pdf: bytes, **found: object) -> None:
        """Keep the file and say so in one go, with what was found of it; a file whose claim was lost is thrown away."""
        name = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}.pdf", ContentFile(pdf))
        try:
            self._update(
                **self.kind.as_it_is(WorkStatus.DONE),
                file=name,
                size=len(pdf),
                error="",
                finished_at=timezone.now(),
                **found,
            )
        except BaseException:
            default_storage.delete(name)
            raise

    def fail(self, words: str) -> None:
        with contextlib.suppress(LostClaimError):
            self._update(status=WorkStatus.FAILED, error=words, finished_at=timezone.now())

    def _update(self, **values: object) -> None:
        mine = self.kind._default_manager.filter(
            pk=self.pk, status=WorkStatus.RUNNING, attempts=self.attempt
        )
        if not mine.update(**values):
            raise LostClaimError


# --- After a crash ----------------------------------------------------------------------------------------------------


def recover_work() -> int:
    """Give back to the queue the work of workers that died, or say in words that it failed; returns how many.

    Safe to run at any time and by several workers: every change is made only if the row is still as it was read.
    """
    recovered = 0
    for kind, task in _tasks.items():
        recovered += sum(_recover(row) for row in _dead(kind))
        _recover_tasks(kind, task)
    return recovered


def _dead(kind: type[Work]) -> list[Work]:
    limit = timezone.now() - DEAD_AFTER
    return list(
        kind._default_manager.filter(status=WorkStatus.RUNNING).filter(
            Q(heartbeat_at=None) | Q(heartbeat_at__lt=limit)
        )
    )


def _recover(row: Work) -> bool:
    as_read = type(row)._default_manager.filter(
        pk=row.pk,
        status=WorkStatus.RUNNING,
        attempts=row.attempts,
        heartbeat_at=row.heartbeat_at,
    )
    if row.attempts < MOST_ATTEMPTS:
        return bool(as_read.update(**row.as_it_is(WorkStatus.WAITING), heartbeat_at=None))
    with translation.override(settings.LANGUAGE_CODE):
        words = _("The work stopped without a word %(times)s times: it was given up.") % {
            "times": MOST_ATTEMPTS
        }
    return bool(as_read.update(status=WorkStatus.FAILED, error=words, finished_at=timezone.now()))


def _recover_tasks(kind: type[Work], task: Any) -> None:
    """Bring the queue in line with the rows: a waiting one has one task to run it, an ended one has none."""
    limit = timezone.now() - DEAD_AFTER
    open_tasks = DBTaskResult.objects.filter(
        task_path=task.module_path,
        status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING],
    )
    by_row = {queued.args_kwargs["args"][0]: queued for queued in open_tasks}
    rows = kind._default_manager
    status_of = dict(rows.filter(pk__in=by_row).values_list("pk", "status"))
    for pk, queued in by_row.items():
        status = status_of.get(pk)
        as_read = DBTaskResult.objects.filter(
            pk=queued.pk, status=TaskResultStatus.RUNNING, started_at=queued.started_at
        )
        if (
            queued.status != TaskResultStatus.RUNNING
            or queued.started_at is None
            or queued.started_at > limit
        ):
            continue
        if status == WorkStatus.WAITING:
            as_read.update(status=TaskResultStatus.READY, started_at=None)
        elif status != WorkStatus.RUNNING:
            as_read.update(status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now())
    waiting = rows.filter(status=WorkStatus.WAITING, requested_at__lt=limit)
    for row in waiting.exclude(pk__in=by_row):
        task.enqueue(row.pk)


def sweep_files() -> int:
    """Delete files that no row names, left by workers that died between writing and saying so."""
    if not default_storage.exists(FOLDER):
        return 0
    named: set[str] = set()
    for kind in _tasks:
        named.update(kind._default_manager.exclude(file="").values_list("file", flat=True))
    limit = timezone.now() - ORPHAN_AFTER
    names = [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]]
    orphans = [
        name
        for name in names
        if name not in named and default_storage.get_modified_time(name) < limit
    ]
    for name in orphans:
        default_storage.delete(name)
    return len(orphans)

"""The process that does what web requests must not wait for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils.crypto import get_random_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from common.claims import recover_work, sweep_files
from common.uploads import sweep
from reports.minutes_files import forget_old_minutes

if TYPE_CHECKING:
    from argparse import ArgumentParser

# Seconds between two looks for work whose worker died.
RECOVERY_INTERVAL = 5.0


class Command(BaseCommand):
    help = "Makes the reports and letters that were asked for, and takes up the work of a worker that died."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--interval", type=float, default=1.0, help="seconds between two looks at the queue"
        )
        parser.add_argument("--once", action="store_true", help="do what is waiting, then stop")

    def handle(self, *, interval: float, once: bool, **options: Any) -> None:
        worker = Worker(
            queue_names=[DEFAULT_TASK_QUEUE_NAME],
            interval=interval,
            # It gives back control when the queue is empty: that is when the dead are looked for.
            batch=True,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        # The first TERM or Ctrl-C lets the task under way end; a second one does not, and the work is taken up later.
        worker.configure_signals()
        sweep_files()
        sweep()
        last_recovery = float("-inf")
        while worker.running:
            close_old_connections()
            if time.monotonic() - last_recovery >= RECOVERY_INTERVAL:
                recovered = recover_work()
                if recovered:
                    self.stderr.write(f"{recovered} document(s) taken up after a worker that died.")
                forget_old_minutes()
                last_recovery = time.monotonic()
            if DBTaskResult.objects.ready().exists():
                worker.run()
            if once:
                break
            if worker.running:
                time.sleep(interval)

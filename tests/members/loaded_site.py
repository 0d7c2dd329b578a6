"""The site, loaded once in a process of its own, for scripts that run in copies of it: see `processes.py`.

Each line that comes in names a script; one line goes out when all its copies have ended: whether all ended well. It
opens no database: its copies do, each for itself.
"""

from __future__ import annotations

import contextlib
import gc
import json
import sys
import threading
import time
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

import django
from django.conf import settings
from django.utils import translation

PATIENCE = 300.0
# True processes, whose site is loaded already.
FORK = get_context("fork")


def load_site() -> None:
    django.setup()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.ALLOWED_HOSTS = ["testserver"]
    # What every copy would otherwise read for itself.
    import_module(settings.ROOT_URLCONF)
    import_module("tests.factories")
    with translation.override(settings.LANGUAGE_CODE):
        translation.gettext("")
    # Memory that nobody looks through stays common to the copies.
    gc.freeze()


def run(*, script: str, processes: int, folder: str) -> bool:
    """Run a script in so many copies of this process, each writing what it prints to a file; whether all went well."""
    code = compile(script, "script", "exec")
    meeting = FORK.Barrier(processes, timeout=PATIENCE)

    def work(number: int) -> None:
        names = {"json": json, "threading": threading, "number": number, "count": processes}
        said = Path(folder) / f"said-{number}"
        try:
            with said.open("w") as output, contextlib.redirect_stdout(output):
                exec(code, {**names, "meet": meeting.wait})  # noqa: S102 (a script of ours)
        except BaseException:
            # Nobody waits for one who does not come.
            meeting.abort()
            raise

    deadline = time.monotonic() + PATIENCE
    copies = [FORK.Process(target=work, args=[number]) for number in range(processes)]
    for copy in copies:
        copy.start()
    for copy in copies:
        copy.join(max(0.0, deadline - time.monotonic()))
        copy.kill()
        copy.join()
    return all(copy.exitcode == 0 for copy in copies)


if __name__ == "__main__":
    load_site()
    for line in sys.stdin:
        print(json.dumps(run(**json.loads(line))), flush=True)

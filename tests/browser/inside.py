"""What tests do behind the site's back, in one process: starting another for each command takes longer than the command.

It reads the words of a management command, as JSON on one line, and answers with what was printed and what went wrong.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import traceback

import django
from django.conf import settings
from django.core.management import call_command


def answer(words: list[str]) -> list[str]:
    printed = io.StringIO()
    wrong = ""
    try:
        with contextlib.redirect_stdout(printed):
            call_command(*words)
    except Exception:
        wrong = traceback.format_exc()
    return [printed.getvalue(), wrong]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # Compressing the static files takes ten seconds, and a browser on the same machine gains nothing by it.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    }
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()

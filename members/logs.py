"""What a log may not keep: the secret of a link opens an account to whoever reads the log."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus

# Invitations, links to choose a password anew, and what a calendar program reads. The rest of the line stays: it tells
# what happened.
SECRETS = re.compile(r"(/invitation/|/mot-de-passe/oublie/|(?<!/reunions)/calendrier/)[^/\s\"'?#]+")


def without_secrets(text: str) -> str:
    return SECRETS.sub(r"\1…", text)


class DiscreetFormatter(logging.Formatter):
    """Cleans the finished line, so that nothing passes by its arguments or by a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class RefusalFilter(logging.Filter):
    """Leaves the traceback of a refusal out of its line: it is an answer like another, and hundreds of them hide an error."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
            record.exc_info = record.exc_text = None
        return True

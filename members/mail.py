"""Mail of the house: plain text, to one person at a time, with the site's own address."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import override

from members.adapters import SITE_NAME


def send_text(*, template: str, to: str, language: str, **context: Any) -> None:
    """Send a template whose first line is the subject. Raises OSError when the server refuses."""
    with override(language):
        text = render_to_string(template, {**context, "site": SITE_NAME})
    subject, _blank, body = text.strip().partition("\n")
    EmailMessage(f"[{SITE_NAME}] {subject.strip()}", f"{body.strip()}\n", to=[to]).send()


def site_address(path: str) -> str:
    """The whole address of one of our pages: from the settings, never from a request."""
    return f"{settings.SITE_URL}{path}"

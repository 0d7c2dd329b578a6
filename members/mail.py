"""Mail of the house: plain text, to one person at a time, with the site's own address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import override

from members.adapters import SITE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable


def send_text(
    *,
    template: str,
    to: str,
    language: str,
    attachments: Iterable[tuple[str, bytes, str]] = (),
    **context: Any,
) -> None:
    """Send a template whose first line is the subject. Raises OSError when the server refuses.

    An attachment is its name, its content, and its type.
    """
    with override(language):
        text = render_to_string(template, {**context, "site": SITE_NAME})
    subject, _blank, body = text.strip().partition("\n")
    mail = EmailMessage(f"[{SITE_NAME}] {subject.strip()}", f"{body.strip()}\n", to=[to])
    for name, content, kind in attachments:
        mail.attach(name, content, kind)
    mail.send()


def site_address(path: str) -> str:
    """The whole address of one of our pages: from the settings, never from a request."""
    return f"{settings.SITE_URL}{path}"

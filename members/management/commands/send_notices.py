"""Mails what people are to be told, to those whose turn it is."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from members.services.notices import send_due_notices


class Command(BaseCommand):
    help = "Mail the news to whoever is to be told today. Can be run at any time, and again: nobody is told twice."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{send_due_notices()}")

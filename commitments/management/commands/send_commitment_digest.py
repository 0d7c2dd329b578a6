"""Mails the weekly list of promises that wait, to those who follow them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from commitments.services.digests import send_digests


class Command(BaseCommand):
    help = "Mail this week's list of promises to whoever follows them. Can be run at any time, and again: nobody is sent it twice."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{send_digests()}")

"""Minutes as a PDF file, as one person may read them: `manage.py export_minutes SLUG --as EMAIL --output FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from common.pdf import PdfError
from meetings.models import Minutes
from members.models import User
from members.services.papers import record_reading
from reports.minutes_files import NothingToReadError, make_minutes_file
from reports.output import prepare, write

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Writes the minutes of a meeting as a PDF, as one person may read them on this day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="address of the meeting, such as reunion-2014-01-31")
        parser.add_argument(
            "--as", required=True, metavar="EMAIL", dest="email", help="whose rights are used"
        )
        parser.add_argument(
            "--output", required=True, type=Path, metavar="FILE", help="where to write the PDF"
        )

    def handle(self, *, slug: str, email: str, output: Path, **options: Any) -> None:
        people = User.objects.who_may_come_in(timezone.localdate())
        reader = people.filter(email__iexact=email).first()
        if reader is None:
            raise CommandError(
                _("Nobody who may come in has the address %(email)s.") % {"email": email}
            )
        # Whatever does not exist and whatever this person may not read are told alike.
        nothing = CommandError(
            _("There are no minutes of “%(slug)s” for this person.") % {"slug": slug}
        )
        minutes = (
            Minutes.objects.visible_to(reader)
            .select_related("meeting")
            .filter(meeting__slug=slug)
            .first()
        )
        if minutes is None:
            raise nothing
        prepare(output)
        try:
            made = make_minutes_file(minutes=minutes, reader=reader)
        except NothingToReadError as error:
            raise nothing from error
        except PdfError as error:
            raise CommandError(str(error)) from error
        # For nobody else on the machine: it is one reader's copy.
        write(output, made.pdf, mode=0o600)
        if made.is_personal:
            record_reading(person=reader, row=minutes)
        self.stdout.write(
            _("%(file)s: %(pages)s pages, SHA-256 %(sha256)s")
            % {"file": output, "pages": made.pages, "sha256": made.sha256}
        )

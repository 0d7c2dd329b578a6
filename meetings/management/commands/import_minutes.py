"""Import minutes from a file, as understood: to correct them first, import them on the site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from common.uploads import LIMIT, WrongContentError, check_type
from meetings.importer.blocks import UnreadableMinutesError
from meetings.importer.reading import prepare, read_document
from meetings.importer.understanding import understand
from meetings.services.imports import facts_as_found, import_minutes
from members.models import Association
from plan.models import Institution, Plan

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from meetings.importer.understanding import Understanding


class Command(BaseCommand):
    help = "Imports minutes from a .docx, .odt, .md or .txt file, as a draft."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--plan", default="", help="the plan whose measures it speaks of")
        parser.add_argument("--dry-run", action="store_true", help="say what it would do, no more")

    def handle(self, *, file: Path, plan: str, dry_run: bool, **options: Any) -> None:
        with override("fr"):
            self.take(file, _plan(plan), dry_run=dry_run)

    def take(self, file: Path, plan: Plan | None, *, dry_run: bool) -> None:
        try:
            content = prepare(file.name, file.read_bytes())
            if len(content) > LIMIT:
                raise CommandError(f"{file}: larger than {LIMIT // 1024 // 1024} MB")
            check_type(file.name, ContentFile(content))
            document = read_document(file.name, content)
        except (OSError, WrongContentError, UnreadableMinutesError) as error:
            raise CommandError(f"{file}: {error}") from error
        found = understand(
            document,
            plan=plan,
            associations=Association.objects.all(),
            institutions=Institution.objects.all(),
        )
        self._tell(file, found)
        if found.differences:
            raise CommandError(f"{file}: words would be lost, nothing was written")
        if dry_run:
            self.stdout.write("Nothing was written.")
            return
        facts = facts_as_found(found)
        # Whether the next meeting is entered already is for a person to see.
        facts.next_session = None
        try:
            minutes = import_minutes(
                by=None, plan=plan, facts=facts, original=ContentFile(content, name=file.name)
            )
        except ValidationError as error:
            raise CommandError(f"{file}: {'; '.join(error.messages)}") from error
        self.stdout.write(f"Written: {minutes.meeting.get_absolute_url()}")

    def _tell(self, file: Path, found: Understanding) -> None:
        say = self.stdout.write
        say(f"{file.name}: {found.word_count} words")
        say(f"title: {found.title}")
        say(f"days: {', '.join(map(str, found.days)) or 'none found'}")
        say(f"sections: {len(found.sections)}")
        for draft in found.sections:
            tied = [f"measures {', '.join(draft.measures)}"] if draft.measures else []
            tied += [f"proposes {draft.proposes}"] if draft.proposes else []
            tied += ["taken already, no section"] if found.is_said_twice(draft) else []
            say(
                f"{'  ' * draft.level}{draft.title[:100] or '(no heading)'} {'; '.join(tied)}".rstrip()
            )
        matched = [one for one in found.participants if one.row is not None]
        say(f"participants: {len(found.participants)}, {len(matched)} matched")
        for one in found.participants:
            if one.row is None:
                fate = "left out: a person" if one.is_person else "kept as written"
                say(f"  not matched: {one.label} ({fate})")
        say(f"points of the agenda: {len(found.agenda)}")
        if found.next_meeting is not None:
            say(f"next meeting: {found.next_meeting.on} (not entered)")
        if found.kept_back_words:
            say("not to be circulated, it says: kept for the secretariat until readers are named")
        for words in found.left_out:
            say(f"left out: {words}")
        for difference in found.differences:
            say(f"differs after “{difference.after}”: -{difference.missing} +{difference.added}")


def _plan(slug: str) -> Plan | None:
    """The plan of that address; without one, the only plan there is."""
    if slug:
        plan = Plan.objects.filter(slug=slug).first()
        if plan is None:
            raise CommandError(f"no plan is called {slug}")
        return plan
    plans = list(Plan.objects.order_by("-starts_on")[:2])
    if len(plans) > 1:
        raise CommandError("there are several plans: choose one with --plan")
    return plans[0] if plans else None

"""What the files of commitments say wrong beyond their form: unknown names, deadlines that tell no day, doubles.

Entries may be malformed here, since every mistake is to be told at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.enums import EventKind, Origin
from commitments.loader.entries import commitments_of
from common.deadlines import read_deadline
from common.typography import long_date
from measures.importer.files import Item
from measures.importer.problems import Problem
from measures.importer.schema import suggestion
from measures.importer.values import day_of, entries, text_of, words_of
from meetings.loader.checks import UNKNOWN as UNKNOWN_TO_MEETINGS
from members.enums import Audience

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.utils.functional import _StrPromise

    from commitments.loader.entries import Entry
    from commitments.loader.known import Known
    from measures.importer.files import PlanFiles
    from measures.importer.problems import Place

UNKNOWN: dict[str, _StrPromise] = {
    **UNKNOWN_TO_MEETINGS,
    "meeting": gettext_lazy(
        "The meeting “%(key)s” is not on the site: load it first, or correct its address."
    ),
    "source": gettext_lazy("The source “%(key)s” is not on the site: correct its key."),
    "commitment": gettext_lazy(
        "The commitment “%(key)s” is neither in the files nor on the site: correct its address."
    ),
    "section": gettext_lazy(
        "The minutes of that meeting have no section “%(key)s”: correct its heading."
    ),
}


def check_commitments(files: PlanFiles, known: Known) -> list[Problem]:
    checks = _Checks(known)
    own = list(commitments_of(files))
    for root in files.roots:
        plan = text_of(root, "plan")
        if plan is not None:
            checks.refer(root.at("plan"), "plan", plan, known.measures)
    for entry in own:
        checks.commitment(entry)
    slugs = {slug for entry in own if (slug := text_of(entry.item, "slug"))}
    for letter in files.items("letters"):
        checks.letter(letter, slugs | known.commitments.keys())
    return checks.problems


class _Checks:
    def __init__(self, known: Known) -> None:
        self.known = known
        self.problems: list[Problem] = []
        self.first: dict[str, Place] = {}

    def add(self, place: Place, message: str) -> None:
        self.problems.append(Problem(place, message))

    def refer(self, place: Place, kind: str, key: str, held: Collection[str]) -> None:
        if key not in held:
            self.add(place, UNKNOWN[kind] % {"key": key} + suggestion(key, held))

    def commitment(self, entry: Entry) -> None:
        item = entry.item
        self._slug(item)
        self._institution(entry)
        self._names(item)
        self._readers(item)
        self._measures(entry)
        meeting = entry.get("meeting")
        if (entry.get("origin") or Origin.MEETING) == Origin.MEETING and meeting is None:
            self.add(item.at(), _("Say in which “meeting” it was made, or give its “origin”."))
        self._section(item, meeting)
        for made in _single(item, "made"):
            self._deadline(made)
        for event in entries(item, "events"):
            self._names(event)
            self._section(event, text_of(event, "meeting") or meeting)
            self._deadline(event)

    def letter(self, item: Item, commitments: Collection[str]) -> None:
        self._names(item)
        self._readers(item)
        for slug, place in words_of(item, "commitments"):
            self.refer(place, "commitment", slug, commitments)
        for copy in entries(item, "copies"):
            self._names(copy)
        for enclosure in entries(item, "enclosures"):
            self._names(enclosure)
            self._paper(enclosure)
        self._life(item)

    def _life(self, letter: Item) -> None:
        """Written, sent, answered: in that order."""
        dated_on = day_of(letter, "dated_on")
        sent_on = dated_on
        for sent in _single(letter, "sent"):
            sent_on = day_of(sent, "on")
            if dated_on and sent_on and sent_on < dated_on:
                self.add(
                    sent.at("on"),
                    _("The letter is of %(day)s: correct one of the days.")
                    % {"day": long_date(dated_on)},
                )
        for name in ("replies", "silent"):
            if name in letter and "sent" not in letter:
                self.add(letter.at(name), _("A letter is “sent” before anything comes of it."))
        for outcome in (*entries(letter, "replies"), *_single(letter, "silent")):
            on = day_of(outcome, "on")
            if on and sent_on and on < sent_on:
                self.add(
                    outcome.at("on"),
                    _("The letter was sent on %(day)s: correct one of the days.")
                    % {"day": long_date(sent_on)},
                )

    def _slug(self, item: Item) -> None:
        slug = text_of(item, "slug")
        if slug is None:
            return
        if slug in self.first:
            self.add(
                item.at("slug"),
                _("“%(slug)s” is already the address of a commitment, at %(place)s.")
                % {"slug": slug, "place": self.first[slug]},
            )
        self.first.setdefault(slug, item.at("slug"))

    def _institution(self, entry: Entry) -> None:
        if entry.get("institution") is None:
            self.add(entry.item.at(), _("Say whose commitment it is: give its “institution”."))

    def _names(self, item: Item) -> None:
        singles: dict[str, Collection[str]] = {
            "institution": self.known.institutions,
            "source": self.known.sources,
            "meeting": self.known.meetings,
        }
        for name, held in singles.items():
            if key := text_of(item, name):
                self.refer(item.at(name), name, key, held)

    def _readers(self, item: Item) -> None:
        for key, place in words_of(item, "groups"):
            self.refer(place, "group", key, self.known.groups)
        is_named = text_of(item, "audience") == Audience.NAMED
        if is_named and "groups" not in item:
            self.add(item.at("audience"), _("Name at least one group with “groups”."))
        elif "groups" in item and not is_named:
            self.add(
                item.at("groups"),
                _("Groups are named for the audience “named” only: take them away, or change it."),
            )

    def _measures(self, entry: Entry) -> None:
        numbers = list(words_of(entry.item, "measures"))
        if numbers and entry.plan is None:
            self.add(
                entry.item.at("measures"),
                _("Say whose measures these are: give the “plan” at the top of the file."),
            )
        elif entry.plan in self.known.measures:
            for number, place in numbers:
                self.refer(place, "measure", number, self.known.measures[entry.plan])

    def _section(self, item: Item, meeting: str | None) -> None:
        heading = text_of(item, "section")
        if heading is None or (meeting is not None and meeting not in self.known.meetings):
            return
        if meeting is None:
            self.add(item.at("section"), _("Say of which “meeting” this is a section."))
            return
        held = self.known.sections[meeting]
        self.refer(item.at("section"), "section", heading, held)
        if len(held.get(heading, ())) > 1:
            self.add(
                item.at("section"),
                _("Several sections of these minutes have this heading: leave it out."),
            )

    def _paper(self, item: Item) -> None:
        meeting, title = text_of(item, "meeting"), text_of(item, "paper")
        if meeting not in self.known.meetings or title is None:
            return
        if title not in self.known.papers[meeting] and "summary" not in item:
            self.add(
                item.at("paper"),
                _(
                    "That meeting has no paper “%(title)s”: correct its title, or give the “summary” with which to add it."
                )
                % {"title": title}
                + suggestion(title, self.known.papers[meeting]),
            )

    def _deadline(self, item: Item) -> None:
        """Of a promise that is made (it has no kind) or postponed."""
        words, late_from = text_of(item, "deadline_words"), day_of(item, "late_from")
        kind, on = item.get("kind", EventKind.MADE), day_of(item, "on")
        given = next((name for name in ("deadline_words", "late_from") if name in item), None)
        if kind not in {EventKind.MADE, EventKind.POSTPONED}:
            if given is not None:
                self.add(
                    item.at(given),
                    _("Only a promise that is made or postponed gives a deadline."),
                )
            return
        if on is None:
            return
        if words is None:
            if late_from is not None:
                self.add(item.at("late_from"), _("Write the deadline as it was said."))
            return
        late_from = late_from or read_deadline(words, on)
        if late_from is None and "late_from" not in item:
            self.add(
                item.at("deadline_words"),
                _("“%(words)s” tells no day: give “late_from”, the first day on which it is late.")
                % {"words": words},
            )
        elif late_from is not None and late_from <= on:
            self.add(
                item.at("late_from" if "late_from" in item else "deadline_words"),
                _("The deadline is before the promise: it was made on %(day)s.")
                % {"day": long_date(on)},
            )


def _single(item: Item, name: str) -> Iterator[Item]:
    value = item.get(name)
    if isinstance(value, Item):
        yield value

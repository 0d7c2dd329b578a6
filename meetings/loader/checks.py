"""What the files of meetings say wrong beyond their form: unknown names, days in the wrong order, doubles.

Entries may be malformed here, since every mistake is to be told at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.typography import long_date
from measures.importer.files import Item
from measures.importer.problems import Place, Problem
from measures.importer.schema import suggestion
from measures.importer.values import day_of, entries, text_of, words_of
from members.enums import Audience

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator

    from django.utils.functional import _StrPromise

    from measures.importer.files import PlanFiles
    from meetings.loader.known import Known

UNKNOWN: dict[str, _StrPromise] = {
    "association": gettext_lazy("The association “%(key)s” is not on the site: correct its key."),
    "institution": gettext_lazy("The institution “%(key)s” is not on the site: correct its key."),
    "group": gettext_lazy("The group “%(key)s” is not on the site: correct its key."),
    "measure": gettext_lazy("The plan has no measure “%(key)s”: correct its number."),
    "meeting": gettext_lazy(
        "The meeting “%(key)s” is neither in the files nor on the site: correct its address."
    ),
    "plan": gettext_lazy(
        "The plan “%(key)s” is not on the site: load it first, or correct its address."
    ),
}
# Where entries name one row, by the name of the field.
SINGLES = {
    "association": "association",
    "represented_by": "association",
    "institution": "institution",
    "host": "institution",
    "group": "group",
    "previous": "meeting",
    "adopted_at": "meeting",
}
LISTS = {"institutions": "institution", "groups": "group"}


def check_meetings(files: PlanFiles, known: Known) -> list[Problem]:
    checks = _Checks(files, known)
    for root in files.roots:
        plan = text_of(root, "plan")
        if plan is not None:
            checks.refer(root.at("plan"), "plan", plan, known.measures)
        for meeting in entries(root, "meetings"):
            checks.meeting(meeting, plan)
    return checks.problems


def days_of(meeting: Item) -> list[dt.date]:
    """The days of the sessions of an entry, those that can be read."""
    return [on for session in entries(meeting, "sessions") if (on := day_of(session, "on"))]


class _Checks:
    def __init__(self, files: PlanFiles, known: Known) -> None:
        self.known = known
        self.problems: list[Problem] = []
        self.first: dict[str, Place] = {}
        # The days of each meeting, of the files and of the site; the site's stay as they are.
        self.days: dict[str, list[dt.date]] = {}
        for meeting in files.items("meetings"):
            if slug := text_of(meeting, "slug"):
                self.days.setdefault(slug, days_of(meeting))
        self.days |= known.days
        self.days |= {slug: self.days.get(slug, []) for slug in known.meetings}

    def add(self, place: Place, message: str) -> None:
        self.problems.append(Problem(place, message))

    def refer(self, place: Place, kind: str, key: str, held: Collection[str]) -> None:
        if key not in held:
            self.add(place, UNKNOWN[kind] % {"key": key} + suggestion(key, held))

    def meeting(self, meeting: Item, plan: str | None) -> None:
        slug = text_of(meeting, "slug")
        if slug is not None and slug in self.first:
            self.add(
                meeting.at("slug"),
                _("“%(slug)s” is already the address of a meeting, at %(place)s.")
                % {"slug": slug, "place": self.first[slug]},
            )
        elif slug is not None:
            self.first[slug] = meeting.at("slug")
        for session in entries(meeting, "sessions"):
            self._hours(session)
        own = days_of(meeting)
        for item in _all_items(meeting):
            self._names(item, plan)
            self._readers(item)
            self._session(item, own)
        self._somebody(meeting)
        self._previous(meeting, own)
        for minutes in _single(meeting, "minutes"):
            self._life(minutes, slug, own)

    def _hours(self, session: Item) -> None:
        start, end = text_of(session, "starts_at"), text_of(session, "ends_at")
        if end is not None and start is None:
            self.add(session.at("ends_at"), _("Give the hour at which it begins too."))
        elif end is not None and start is not None and end <= start:
            self.add(
                session.at("ends_at"),
                _("It would end at %(end)s and begin at %(start)s: correct one of them.")
                % {"end": end, "start": start},
            )

    def _names(self, item: Item, plan: str | None) -> None:
        held: dict[str, Collection[str]] = {
            "association": self.known.associations,
            "institution": self.known.institutions,
            "group": self.known.groups,
            "meeting": self.days,
        }
        for name, kind in SINGLES.items():
            if key := text_of(item, name):
                self.refer(item.at(name), kind, key, held[kind])
        for name, kind in LISTS.items():
            for key, place in words_of(item, name):
                self.refer(place, kind, key, held[kind])
        numbers = list(words_of(item, "measures"))
        if numbers and plan is None:
            self.add(
                item.at("measures"),
                _("Say whose measures these are: give the “plan” at the top of the file."),
            )
        elif plan in self.known.measures:
            for number, place in numbers:
                self.refer(place, "measure", number, self.known.measures[plan])

    def _readers(self, item: Item) -> None:
        is_named = text_of(item, "audience") == Audience.NAMED
        if is_named and "groups" not in item:
            self.add(item.at("audience"), _("Name at least one group with “groups”."))
        elif "groups" in item and not is_named:
            self.add(
                item.at("groups"),
                _("Groups are named for the audience “named” only: take them away, or change it."),
            )

    def _session(self, item: Item, days: list[dt.date]) -> None:
        on = day_of(item, "session")
        if on is not None and on not in days:
            self.add(
                item.at("session"),
                _("The meeting has no session on %(day)s: correct the day.")
                % {"day": long_date(on)},
            )

    def _somebody(self, meeting: Item) -> None:
        for line in entries(meeting, "attendance"):
            if sum(name in line for name in ("association", "institution", "label")) != 1:
                self.add(
                    line.at(),
                    _("Give one of “association”, “institution” and “label”, and one only."),
                )

    def _previous(self, meeting: Item, own: list[dt.date]) -> None:
        before = self.days.get(text_of(meeting, "previous") or "", [])
        if own and before and min(own) <= min(before):
            self.add(
                meeting.at("previous"),
                _("The meeting that it follows is not before it: it was on %(day)s.")
                % {"day": long_date(min(before))},
            )

    def _life(self, minutes: Item, slug: str | None, own: list[dt.date]) -> None:
        adopted_at = text_of(minutes, "adopted_at")
        if adopted_at is None:
            return
        if "circulated_on" not in minutes:
            self.add(minutes.at("adopted_at"), _("Minutes are circulated before they are adopted."))
        days = self.days.get(adopted_at, [])
        if adopted_at == slug or (own and days and max(days) <= max(own)):
            self.add(
                minutes.at("adopted_at"),
                _("Minutes are adopted at a later meeting: “%(slug)s” is not one.")
                % {"slug": adopted_at},
            )


def _single(item: Item, name: str) -> Iterator[Item]:
    value = item.get(name)
    if isinstance(value, Item):
        yield value


def _all_items(item: Item) -> Iterator[Item]:
    """An entry and every entry within it."""
    yield item
    for name, value in item.items():
        if isinstance(value, Item):
            yield from _all_items(value)
        else:
            for child in entries(item, name):
                yield from _all_items(child)

"""Copies and enclosures of a letter as they are typed: a list that buttons lengthen, shorten and reorder.

The same buttons serve with JavaScript and without: the whole form is sent, the list comes back changed, nothing is saved.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from commitments.enclosures import Seen
from commitments.services.letters import CopyFacts, EnclosureFacts
from common.typography import long_date
from meetings.models import MeetingPaper, Minutes
from members.enums import Audience
from members.models import Paper
from plan.models import Institution

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from commitments.models import Letter
    from members.models import User

MOST_LINES = 60
WORDING_LIMIT = 300
UP, DOWN, REMOVE, ADD = "up", "down", "remove", "add"


@dataclass(frozen=True)
class Thing:
    """What a line may be about: its key in the form, its name, and how it is printed unless somebody says otherwise."""

    key: str
    name: str
    printed: str
    row: Any
    # Why it cannot be chosen here.
    refusal: str = ""


@dataclass
class Line:
    thing: Thing
    wording: str
    errors: list[str] = field(default_factory=list)
    has_focus: bool = False


class Lines:
    """One list of a letter. `add` is what was chosen to be put at its end."""

    prefix: ClassVar[str]

    def __init__(self, groups: Sequence[tuple[str, Sequence[Thing]]]) -> None:
        self.groups = groups
        self.known = {thing.key: thing for _words, things in groups for thing in things}
        self.lines: list[Line] = []
        self.errors: list[str] = []
        self.was_whole = True
        self.has_focus = False

    def read(self, data: Mapping[str, Any]) -> None:
        """Take up what was typed. What is no longer there, or was never offered, is left out and said."""
        self.lines = []
        for number in range(self._count(data)):
            thing = self.known.get(str(data.get(f"{self.prefix}-{number}-what", "")))
            if thing is None:
                self.errors.append(_("One of them is no longer there: it was taken off the list."))
                continue
            wording = str(data.get(f"{self.prefix}-{number}-wording", "")).strip()
            self.lines.append(Line(thing, wording))
        self.was_whole = not self.errors
        self.add(str(data.get(f"{self.prefix}-add", "")))

    def add(self, key: str) -> None:
        """Put one more at the end, printed as its name says."""
        thing = self.known.get(key)
        if thing is None:
            if key:
                self.errors.append(_("This is no longer there: choose another one."))
                self.was_whole = False
            return
        if len(self.lines) >= MOST_LINES:
            self.errors.append(_("A letter has at most %(limit)d.") % {"limit": MOST_LINES})
            self.was_whole = False
            return
        self.lines.append(Line(thing, thing.printed))

    def act(self, action: str) -> bool:
        """Do what a button of the list says: “copies-up-2”. False when it is no button of this list."""
        name, _dash, rest = action.partition("-")
        if name != self.prefix:
            return False
        verb, _dash, number = rest.partition("-")
        place = int(number) if number.isdecimal() and len(number) < 4 else -1
        if verb == ADD:
            self.has_focus = True
        elif 0 <= place < len(self.lines):
            line = self.lines.pop(place)
            if verb == REMOVE:
                self.has_focus = True
            else:
                place += 1 if verb == DOWN else -1
                line.has_focus = True
                self.lines.insert(max(place, 0), line)
        return True

    def is_valid(self) -> bool:
        """Say at each line what is wrong with it."""
        seen: Counter[tuple[str, str]] = Counter()
        for line in self.lines:
            seen[line.thing.key, line.wording] += 1
            if not line.wording:
                line.errors.append(_("Write it as it is to be printed."))
            elif len(line.wording) > WORDING_LIMIT:
                line.errors.append(
                    _("At most %(limit)d signs are printed here.") % {"limit": WORDING_LIMIT}
                )
            elif seen[line.thing.key, line.wording] > 1:
                line.errors.append(_("This is already in the list above."))
        return self.was_whole and not any(line.errors for line in self.lines)

    @property
    def words(self) -> str:
        """The list as somebody reads it, to be compared."""
        return "\n".join(line.wording for line in self.lines)

    def _count(self, data: Mapping[str, Any]) -> int:
        count = str(data.get(f"{self.prefix}-count", ""))
        return min(int(count), MOST_LINES) if count.isdecimal() and len(count) < 4 else 0


class CopyLines(Lines):
    prefix = "copies"

    def __init__(self, user: User, letter: Letter) -> None:
        rows = Institution.objects.visible_to(user)
        things = [Thing(str(row.pk), _name_of(row), row.name, row) for row in rows]
        super().__init__([("", things)])
        copies: Any = letter.copies.all()
        self.lines = [Line(self.known[str(row.institution_id)], row.wording) for row in copies]

    def facts(self) -> list[CopyFacts]:
        return [CopyFacts(institution=line.thing.row, wording=line.wording) for line in self.lines]


class EnclosureLines(Lines):
    """Papers and minutes. What the addressee may not see is told last, with the reason, and is not to be chosen."""

    prefix = "enclosures"

    def __init__(self, user: User, letter: Letter, addressee: Institution) -> None:
        minutes = Minutes.objects.visible_to(user).select_related("meeting")
        meeting_papers: Any = MeetingPaper.objects.visible_to(user)
        papers: Any = Paper.objects.visible_to(user)
        groups = [
            (_("Minutes"), [_of_minutes(row) for row in _with_days(minutes)]),
            (
                _("Papers of meetings"),
                [
                    Thing(f"meeting_paper-{row.pk}", _name(row, row.meeting), row.title, row)
                    for row in meeting_papers.select_related("meeting").order_by("-pk")
                ],
            ),
            (
                _("Papers of the collective"),
                [Thing(f"paper-{row.pk}", _name(row), row.title, row) for row in papers],
            ),
        ]
        super().__init__(_refused_last(groups, Seen(addressee)))
        enclosures: Any = letter.enclosures.all()
        self.lines = [
            Line(thing, enclosure.label)
            for enclosure in enclosures
            if (thing := self.known.get(_key(enclosure))) is not None
        ]

    def facts(self) -> list[EnclosureFacts]:
        return [_facts(line.thing, line.wording) for line in self.lines]


def _facts(thing: Thing, label: str) -> EnclosureFacts:
    return EnclosureFacts(label=label, **{thing.key.partition("-")[0]: thing.row})


def _refused_last(
    groups: Iterable[tuple[str, Sequence[Thing]]], seen: Seen
) -> list[tuple[str, Sequence[Thing]]]:
    """The same groups without what the addressee may not see, then that."""
    told, refused = [], []
    for words, things in groups:
        checked = [replace(thing, refusal=seen.refusal(_facts(thing, ""))) for thing in things]
        told.append((words, [thing for thing in checked if not thing.refusal]))
        refused += [thing for thing in checked if thing.refusal]
    last = _("The addressee may not read these")
    return [(words, things) for words, things in (*told, (last, refused)) if things]


def _name_of(row: Institution) -> str:
    return f"{row.name} ({row.acronym})" if row.acronym else row.name


def _key(enclosure: Any) -> str:
    for name in ("paper", "meeting_paper", "minutes"):
        pk = getattr(enclosure, f"{name}_id")
        if pk is not None:
            return f"{name}-{pk}"
    return ""


def _with_days(minutes: Any) -> Iterable[Minutes]:
    """The latest first, with the day of each."""
    return sorted(
        minutes.prefetch_related("meeting__sessions"),
        key=lambda row: max((one.on.isoformat() for one in row.meeting.sessions.all()), default=""),
        reverse=True,
    )


def _of_minutes(row: Minutes) -> Thing:
    days = sorted(session.on for session in row.meeting.sessions.all())
    # Letters are in French, whatever the language of the page.
    with translation.override("fr"):
        when = f" du {long_date(days[0])}" if days else ""
        printed = f"Compte rendu de la réunion{when}"
    name = f"{days[0]:%d/%m/%Y} – {row.meeting.title}" if days else row.meeting.title
    return Thing(f"minutes-{row.pk}", Truncator(name).chars(100), printed, row)


def _name(row: Any, meeting: Any = None) -> str:
    """With whom it is for when that is not everyone: it decides to whom it may be sent."""
    words = f"{row.title} ({meeting.title})" if meeting else row.title
    name = Truncator(words).chars(100)
    return name if row.audience == Audience.PUBLIC else f"{name} – {row.get_audience_display()}"

"""The page of minutes, made of what was read for it and of nothing else: see `meetings.reading`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.cache import caches
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.fragments import hole
from common.markdown import Part, render, render_part
from common.typography import french, long_date
from measures.citations import page_notes
from meetings.enums import Capacity, DecisionMeans, MinutesStatus, Presence
from meetings.reading import fingerprint
from members.enums import Audience

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.utils.safestring import SafeString

    from common.markdown import Note
    from meetings.reading import Told

TITLE = 1
# The wider audiences are what a member expects: only what fewer people read is marked.
NARROW = {Audience.NAMED, Audience.SECRETARIAT}


@dataclass(frozen=True)
class Tag:
    words: str
    title: str
    address: str


@dataclass(frozen=True)
class ShownDecision:
    pk: int
    html: SafeString
    how: str

    @property
    def new(self) -> str:
        return hole(f"newd{self.pk}")


@dataclass(frozen=True)
class ShownFollowUp:
    pk: int
    html: SafeString
    who: str
    by_when: str
    done: str

    @property
    def new(self) -> str:
        return hole(f"newf{self.pk}")


@dataclass(frozen=True)
class ShownErratum:
    pk: int
    on: dt.date
    html: SafeString

    @property
    def new(self) -> str:
        return hole(f"newe{self.pk}")


@dataclass(frozen=True)
class ShownSection:
    pk: int
    number: str
    heading: str
    depth: int
    sitting: str
    """Said once, where another session begins."""
    audience: str
    """In words, where fewer than all members read it."""
    proposes_measure: str
    html: SafeString
    measures: Sequence[Tag]
    institutions: Sequence[Tag]
    decisions: Sequence[ShownDecision]
    follow_ups: Sequence[ShownFollowUp]
    errata: Sequence[ShownErratum]

    @property
    def new(self) -> str:
        """Whether it is new is the reader's own."""
        return hole(f"new{self.pk}")

    @property
    def remarks(self) -> str:
        """What members say of it is read by who may."""
        return hole(f"remarks{self.pk}")


@dataclass(frozen=True)
class Sitting:
    """A session, with its day and hours in words."""

    day: str
    hours: str
    where: str
    title: str


@dataclass(frozen=True)
class Point:
    title: str
    note: str
    depth: int


class MinutesPage:
    """What the template prints."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.head = told.head
        self.is_draft = told.head.status == MinutesStatus.DRAFT
        self.is_adopted = told.head.status == MinutesStatus.ADOPTED
        self.circulated_on = _read_day(told.head.circulated_on)
        self.remarks_until = _read_day(told.head.remarks_until)
        self.adopted_on = _read_day(told.head.adopted_on)
        self._notes = page_notes(told.texts())
        self.characters = sum(len(row[-1]) for row in told.sections)
        # At once: notes are numbered in the order of the page.
        self.sections = self._sections()

    @property
    def notes(self) -> Sequence[Note]:
        return self._notes.notes

    @cached_property
    def contents(self) -> list[ShownSection]:
        return [section for section in self.sections if section.heading or section.number]

    @cached_property
    def sittings(self) -> list[Sitting]:
        return [_sitting(row) for row in self.told.sessions]

    @cached_property
    def days(self) -> str:
        days = sorted({dt.date.fromisoformat(row[1]) for row in self.told.sessions})
        return _enumerated([long_date(day) for day in days])

    @cached_property
    def agenda(self) -> list[Point]:
        """In the order of the paper, each point before those that stand under it."""
        under: dict[int | None, list[Any]] = defaultdict(list)
        for row in self.told.agenda:
            under[row[1]].append(row)
        points: list[Point] = []

        def walk(parent: int | None, depth: int) -> None:
            for pk, _parent, title, note, _outcome in under[parent]:
                points.append(Point(french(title), french(note), depth))
                walk(pk, depth + 1)

        walk(None, 1)
        return points

    @cached_property
    def participants(self) -> list[tuple[str, list[str]]]:
        """Lines as minutes print them: who was there, for whom, who was excused; of one session alone, with its day."""
        words = {
            Capacity.MEMBER: _("Present"),
            Capacity.COORDINATION: _("For the coordination"),
            Capacity.SECRETARIAT: _("For the secretariat"),
            Capacity.INTERLOCUTOR: _("For the institutions"),
            Capacity.GUEST: _("Guests"),
            Presence.REPRESENTED: _("Represented"),
            Presence.EXCUSED: _("Excused"),
        }
        lines: dict[tuple[int | None, str], list[str]] = defaultdict(list)
        for session, presence, capacity, *who in self.told.attendances:
            key = capacity if presence == Presence.PRESENT else presence
            lines[session, key].append(french(_participant(*who)))
        days = {None: ""} | {row[0]: f", {_long_day(row[1])}" for row in self.told.sessions}
        return [
            (f"{words[key]}{days[session]}", lines[session, key])
            for session in days
            for key in words
            if (session, key) in lines
        ]

    def _sections(self) -> list[ShownSection]:
        told = self.told
        tags, bodies = _by_section(told.measures), _by_section(told.institutions)
        decisions, follow_ups = _by_section(told.decisions), _by_section(told.follow_ups)
        errata = _by_section(told.errata)
        sessions = {row[0]: row for row in told.sessions}
        shown: list[ShownSection] = []
        depth, sitting = TITLE, None
        for pk, session, level, number, heading, audience, proposed, text in told.sections:
            # The section above may be one that this reader does not have: levels follow one another all the same.
            if heading or number:
                depth = min(level + TITLE, depth + 1)
            is_other = session is not None and session != sitting and len(sessions) > 1
            sitting = session or sitting
            shown.append(
                ShownSection(
                    pk=pk,
                    number=number,
                    heading=french(heading),
                    depth=depth,
                    sitting=_said_at(sessions[session]) if is_other else "",
                    audience=str(Audience(audience).label) if audience in NARROW else "",
                    proposes_measure=proposed,
                    html=kept_part(text, under=depth).placed(self._notes, _marks(pk)),
                    measures=[_measure(row) for row in tags[pk]],
                    institutions=[_institution(row) for row in bodies[pk]],
                    decisions=[self._decision(row) for row in decisions[pk]],
                    follow_ups=[self._follow_up(row) for row in follow_ups[pk]],
                    errata=[
                        ShownErratum(row[1], dt.date.fromisoformat(row[2]), self._render(row[3]))
                        for row in errata[pk]
                    ],
                )
            )
        return shown

    def _render(self, text: str) -> SafeString:
        return render(text, self._notes)

    def _decision(self, row: tuple[Any, ...]) -> ShownDecision:
        _section, pk, text, means, *votes = row
        return ShownDecision(pk, self._render(text), how_decided(means, *votes))

    def _follow_up(self, row: tuple[Any, ...]) -> ShownFollowUp:
        _section, pk, text, *names, who, due_words, due_on, done_on, done_note = row
        association, acronym, institution, institution_acronym = names
        return ShownFollowUp(
            pk=pk,
            html=self._render(text),
            who=french(acronym or association or institution_acronym or institution or who),
            by_when=due_words or (_long_day(due_on) if due_on else ""),
            done=done_words(done_on and dt.date.fromisoformat(done_on), done_note),
        )


def kept_part(text: str, *, under: int) -> Part:
    """A text rendered, kept under the text itself."""
    shelf = caches["sections"]
    name = f"{under}/{fingerprint(text)}"
    part: Part | None = shelf.get(name)
    if part is None:
        part = render_part(text, under=under)
        shelf.set(name, part)
    return part


def how_decided(
    means: str, votes_for: int | None, against: int | None, abstentions: int | None
) -> str:
    """“by consensus”, or the count of the votes."""
    if means != DecisionMeans.VOTE:
        return str(DecisionMeans(means).label)
    counts = [ngettext("%(n)s vote for", "%(n)s votes for", votes_for or 0) % {"n": votes_for}]
    if against is not None:
        counts.append(_("%(n)s against") % {"n": against})
    if abstentions is not None:
        counts.append(
            ngettext("%(n)s abstention", "%(n)s abstentions", abstentions) % {"n": abstentions}
        )
    return ", ".join(counts)


def done_words(on: dt.date | None, note: str) -> str:
    """When it was done, and what came of it. Empty: not yet."""
    if on is None:
        return ""
    words = _("done on %(day)s") % {"day": long_date(on)}
    return french(f"{words} : {note}") if note else words


def _marks(section: int) -> Any:
    """What gives each paragraph of a section an address: its place in it, so the same as long as the text is."""
    words = _("Link to this paragraph")
    start = f'<a class="para" id="s{section}-p'
    middle = f'" href="#s{section}-p'
    end = format_html('" aria-label="{}"></a>', words)

    def mark(number: int) -> str:
        return f"{start}{number}{middle}{number}{end}"

    return mark


def _read_day(words: str) -> dt.date | None:
    return dt.date.fromisoformat(words) if words else None


def _by_section(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _measure(row: tuple[Any, ...]) -> Tag:
    _section, number, title, plan = row
    words = _("Measure %(number)s") % {"number": number}
    return Tag(words, french(title), reverse("measures:detail", args=[plan, number]))


def _institution(row: tuple[Any, ...]) -> Tag:
    _section, key, name, acronym = row
    return Tag(french(acronym or name), name, reverse("measures:institution-detail", args=[key]))


def _sitting(row: tuple[Any, ...]) -> Sitting:
    _pk, on, starts, ends, title, place, room, _host, host_name = row
    where = ", ".join(french(words) for words in (place, room) if words)
    if host_name and host_name not in place:
        where = f"{where} ({french(host_name)})" if where else french(host_name)
    hours = "–".join(_hour(each) for each in (starts, ends) if each)
    return Sitting(_long_day(on), hours, where, french(title))


def _said_at(row: tuple[Any, ...]) -> str:
    sitting = _sitting(row)
    return ", ".join(words for words in (sitting.day, sitting.title or sitting.where) if words)


def _hour(text: str) -> str:
    """“14 h 30” for the clock’s 14:30:00."""
    hour, minute = text.split(":")[:2]
    return f"{int(hour)}\u00a0h" + ("" if minute == "00" else f"\u00a0{minute}")


def _participant(*row: str | None) -> str:
    (label, name, function, association, acronym, institution, institution_acronym, other,
     other_acronym) = row  # fmt: skip
    whole = association or institution or label
    short = acronym or institution_acronym
    words = f"{whole} ({short})" if short and short != whole else whole
    if other:
        words = _("%(who)s, represented by %(other)s") % {
            "who": words,
            "other": other_acronym or other,
        }
    return ", ".join(each for each in (words, name, function) if each)


def _long_day(words: str) -> str:
    return long_date(dt.date.fromisoformat(words))


def _enumerated(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def new_mark() -> SafeString:
    """For a hole beside what was added since the reader’s last visit."""
    return format_html(' <span class="new-mark">{}</span>', _("new"))

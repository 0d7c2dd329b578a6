"""The thread of one commitment, as one reader may follow it, and as it stood on a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from commitments.drawing import draw
from commitments.models import Commitment, CommitmentCitation, CommitmentEvent, Letter
from commitments.paragraphs import address_of, quoted_in
from commitments.perms import can_edit_commitments
from commitments.standing import effective, standing
from measures.models import Assessment, Measure
from meetings.models import Meeting, MinutesSection

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from django.contrib.auth.models import AnonymousUser

    from commitments.drawing import Drawing
    from commitments.standing import Standing
    from measures.models import Source
    from members.models import User

    Reader = User | AnonymousUser


@dataclass(frozen=True)
class Place:
    """Where something was said, as far as this reader may know."""

    meeting: Meeting | None
    section: str
    """Its number and its heading; empty where they may not read it."""
    address: str


@dataclass(frozen=True)
class ShownEvent:
    event: CommitmentEvent
    place: Place
    letter: Letter | None
    key: str
    """By which it can be cited, once it is in the library."""
    mistake: CommitmentEvent | None
    """What says that it was recorded by mistake: shown to the secretariat alone."""


@dataclass(frozen=True)
class Thread:
    commitment: Commitment
    standing: Standing | None
    quote: str
    place: Place
    events: Sequence[ShownEvent]
    drawing: Drawing | None
    days: Sequence[dt.date]
    """All the days on which something happened, those to come as well."""
    previous_on: dt.date | None
    next_on: dt.date | None
    parts: Sequence[Any]
    parent: Any
    measures: Sequence[Measure]
    letters: Sequence[Letter]
    key: str
    assessments: Sequence[Assessment]


def read_thread(commitment: Commitment, user: Reader, on: dt.date) -> Thread:
    """Everything that the page of a commitment shows. A constant number of queries."""
    all_events = list(
        commitment.events.select_related("source", "recorded_by").order_by("on", "pk")
    )
    may_edit = can_edit_commitments(user)
    counted = effective(all_events)
    mistakes = {event.retracts_id: event for event in all_events if event.retracts_id}
    letters = _letters(commitment, user)
    places = _Places(user, commitment, all_events)
    keys = _keys(commitment)
    shown = [
        ShownEvent(
            event=event,
            place=places.of(event, quoted_in(event.text)),
            letter=next((each for each in letters if each.pk == event.letter_id), None),
            key=keys[event.pk].key if event.pk in keys else "",
            mistake=mistakes.get(event.pk),
        )
        for event in all_events
        if event.on <= on and event.retracts_id is None and (event.pk not in mistakes or may_edit)
    ]
    days = sorted({event.on for event in counted})
    quote = commitment.quote if places.may_read(commitment.section_id) else ""
    return Thread(
        commitment=commitment,
        standing=standing(all_events, on),
        quote=quote,
        place=places.of(commitment, quote),
        events=shown,
        drawing=draw(counted, on),
        days=days,
        previous_on=max((day for day in days if day < on), default=None),
        next_on=min((day for day in days if day > on), default=None),
        parts=_related(user, on, Q(parent=commitment)),
        parent=next(iter(_related(user, on, Q(pk=commitment.parent_id or 0))), None),
        measures=list(
            Measure.objects.visible_to(user)
            .filter(commitments=commitment)
            .select_related("plan")
            .order_by("plan", "number_key", "pk")
        ),
        letters=[each for each in letters if each.dated_on is None or each.dated_on <= on],
        key=keys[None].key if None in keys else "",
        assessments=_citing(keys.values(), user, on),
    )


class _Places:
    """What a reader may know of the meetings and of the sections that a thread names. Two queries."""

    def __init__(
        self, user: Reader, commitment: Commitment, events: Sequence[CommitmentEvent]
    ) -> None:
        rows: list[Commitment | CommitmentEvent] = [commitment, *events]
        visible: Any = MinutesSection.objects.visible_to(user)
        self._sections = visible.select_related("minutes__meeting").in_bulk(
            {row.section_id for row in rows if row.section_id}
        )
        self._meetings = Meeting.objects.visible_to(user).in_bulk(
            {row.meeting_id for row in rows if row.meeting_id}
        )

    def may_read(self, section: int | None) -> bool:
        return section is None or section in self._sections

    def of(self, row: Commitment | CommitmentEvent, words: str = "") -> Place:
        section = self._sections.get(row.section_id)
        meeting = self._meetings.get(row.meeting_id) if row.meeting_id else None
        if section is not None:
            return Place(section.minutes.meeting, str(section), address_of(section, words))
        return Place(meeting, "", meeting.get_absolute_url() if meeting is not None else "")


def _letters(commitment: Commitment, user: Reader) -> list[Letter]:
    """About it, or named by an event of it; those that this reader may read."""
    about: Any = Letter.objects.visible_to(user)
    about = about.filter(Q(commitments=commitment) | Q(events__commitment=commitment))
    return list(about.select_related("institution").distinct().order_by("dated_on", "pk"))


def _related(user: Reader, on: dt.date, condition: Q) -> list[Any]:
    rows: Any = Commitment.objects.visible_to(user).standing_on(on)
    return list(rows.filter(condition).select_related("institution").order_by("position", "pk"))


def _keys(commitment: Commitment) -> dict[int | None, Source]:
    """The sources that stand for it (None) and for its events."""
    rows = CommitmentCitation.objects.filter(commitment=commitment).select_related("source")
    return {row.event_id: row.source for row in rows}


def _citing(sources: Collection[Source], user: Reader, on: dt.date) -> list[Assessment]:
    """Assessments by then that rest on one of these sources, or call a note of it."""
    if not sources:
        return []
    cites = Q(citations__source__in=[source.pk for source in sources])
    for source in sources:
        for field in ("reason", "state_actions", "observations"):
            # The key may be the beginning of another one.
            cites |= Q(**{f"{field}__contains": f"[@{source.key}]"})
            cites |= Q(**{f"{field}__contains": f"[@{source.key},"})
            cites |= Q(**{f"{field}__contains": f"[@{source.key} :"})
    rows = Assessment.objects.visible_to(user).filter(cites, assessed_on__lte=on)
    return list(
        rows.select_related("measure__plan", "assessor", "level")
        .distinct()
        .order_by("-assessed_on", "-pk")
    )

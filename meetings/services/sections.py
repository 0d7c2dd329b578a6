"""Writing minutes: their sections, from the first word to the last save before they are adopted.

The text is saved in two ways. An explicit save writes the history; one that the editor makes by itself, every second or
two, does not: a page of minutes would leave hundreds of rows. What was saved that way joins the history as soon as
another hand, or another sitting, is about to change it, so that no acknowledged text is ever lost.
"""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.search import forget, index
from measures.models import Measure
from meetings.enums import MinutesStatus
from meetings.models import Meeting, Minutes, MinutesSection
from meetings.perms import can_publish_sections, can_write_minutes
from members.enums import Audience

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from meetings.models import AgendaItem, Session
    from members.models import User, WorkingGroup
    from plan.models import Institution

DEEPEST_LEVEL = 4
# Words untouched for so long were left as they should be: the next change keeps them in the history.
SITTING = dt.timedelta(minutes=30)
# What locked minutes keep for ever (meetings/migrations/0002_adopted_minutes_are_locked.py).
LOCKED_FIELDS = ("session_id", "level", "number", "heading", "text")
TYPED_FIELDS = ("number", "heading", "text")


@transaction.atomic
def start_minutes(*, meeting: Meeting, by: User | None, dated_on: dt.date | None = None) -> Minutes:
    """Begin the minutes of a meeting, without a section. Raises ValidationError when they are begun already."""
    check_may_write(by)
    # Two people may begin at once: the second one is told, by `full_clean`.
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    minutes = Minutes(meeting=meeting, dated_on=dated_on)
    minutes.full_clean()
    minutes.save()
    return minutes


@transaction.atomic
def date_minutes(
    *, minutes: Minutes, version: int, by: User | None, dated_on: dt.date | None
) -> Minutes:
    """Say which day the minutes bear. Raises StaleRowError, ValidationError when they are adopted."""
    check_may_write(by)
    current = Minutes.lock_version(minutes.pk, version)
    check_unlocked(current)
    current.dated_on = dated_on
    current.full_clean()
    current.save()
    return current


@transaction.atomic
def take_agenda(*, minutes: Minutes, by: User | None) -> list[MinutesSection]:
    """One section for each point of the agenda, with its measures, numbered as the points stand under each other.

    Raises ValidationError where there are sections already: they would come twice.
    """
    check_may_write(by)
    current = lock_minutes(minutes)
    if current.sections.exists():
        raise ValidationError(_("These minutes already have sections."))
    points: dict[int | None, list[AgendaItem]] = {}
    for item in current.meeting.agenda.order_by("position", "pk").prefetch_related("measures"):
        points.setdefault(item.parent_id, []).append(item)
    return [
        add_section(
            minutes=current,
            by=by,
            heading=item.title,
            number=".".join(map(str, place)),
            level=min(len(place), DEEPEST_LEVEL),
            measures=item.measures.all(),
        )
        for item, place in _outline(points, None, ())
    ]


@transaction.atomic
def add_section(
    *,
    minutes: Minutes,
    by: User | None,
    heading: str = "",
    number: str = "",
    level: int = 1,
    text: str = "",
    session: Session | None = None,
    audience: str = Audience.MEMBERS,
    people: Collection[User] = (),
    groups: Collection[WorkingGroup] = (),
    measures: Collection[Measure] = (),
    institutions: Collection[Institution] = (),
    proposes_measure: str = "",
    after: MinutesSection | None = None,
) -> MinutesSection:
    """Put a section after another one, or at the end. Raises ValidationError by field."""
    check_may_write(by)
    current = lock_minutes(minutes)
    if audience == Audience.PUBLIC:
        _check_may_publish(by)
    section = MinutesSection(
        minutes=current,
        heading=heading,
        number=number,
        level=level,
        text=_lines(text),
        session=session,
        audience=audience,
        proposes_measure=proposes_measure,
        written_by=by,
        written_at=timezone.now(),
    )
    _check(section, people=people, groups=groups, measures=measures)
    section.position = _make_room(current, after)
    section.full_clean()
    section.save()
    _tie(section, people=people, groups=groups, measures=measures, institutions=institutions)
    index(section)
    return section


@transaction.atomic
def edit_section(
    *,
    section: MinutesSection,
    version: int,
    by: User | None,
    heading: str,
    number: str,
    level: int,
    text: str,
    session: Session | None,
    audience: str,
    people: Collection[User],
    groups: Collection[WorkingGroup],
    measures: Collection[Measure],
    institutions: Collection[Institution],
    proposes_measure: str,
) -> MinutesSection:
    """Save a section, with its history. Of adopted minutes, only who may read it and what it is about can be changed.

    Raises StaleRowError, ValidationError by field.
    """
    check_may_write(by)
    current = _lock(section, version, by)
    if Audience.PUBLIC in {audience, current.audience} and audience != current.audience:
        _check_may_publish(by)
    before = _words(current)
    current.heading, current.number, current.level = heading, number, level
    current.text = _lines(text)
    current.session, current.audience = session, audience
    current.proposes_measure = proposes_measure
    is_written = before != _words(current)
    if is_written:
        check_unlocked(current)
        _sign(current, by)
    _check(current, people=people, groups=groups, measures=measures)
    current.full_clean()
    current.save()
    _tie(current, people=people, groups=groups, measures=measures, institutions=institutions)
    index(current)
    return current


@transaction.atomic
def autosave_section(
    *,
    section: MinutesSection,
    version: int,
    by: User | None,
    heading: str,
    number: str,
    text: str,
    measures: Collection[Measure] = (),
    institutions: Collection[Institution] = (),
) -> MinutesSection:
    """Save what is being typed, and tie the section to what the text was just linked to. Writes the history only of what another hand, or another sitting, had left.

    Called every second or two by whoever writes: it asks the database as little as it can, and checks only the
    fields that it changes. Raises StaleRowError, ValidationError by field.
    """
    check_may_write(by)
    current = _lock(section, version, by)
    check_unlocked(current)
    current.heading, current.number, current.text = heading, number, _lines(text)
    _sign(current, by)
    others = {field.name for field in current._meta.fields} - set(TYPED_FIELDS)
    current.clean_fields(exclude=others)
    with _silently(current):
        current.save(update_fields=[*TYPED_FIELDS, "version", "written_by", "written_at"])
    if measures:
        _check_plan(current, measures)
        current.measures.add(*measures)
    if institutions:
        current.institutions.add(*institutions)
    # A draft is searched by those alone who write it: its explicit saves and its circulation index it. Doing so at
    # every other word would take longer than all the rest.
    if Minutes.objects.filter(pk=current.minutes_id).exclude(status=MinutesStatus.DRAFT).exists():
        index(current)
    return current


@transaction.atomic
def rename_section(
    *, section: MinutesSection, version: int, by: User | None, number: str, heading: str, level: int
) -> MinutesSection:
    """Change the number, the heading and its level, from the list. Raises StaleRowError, ValidationError by field."""
    check_may_write(by)
    current = _lock(section, version, by)
    check_unlocked(current)
    current.number, current.heading, current.level = number, heading, level
    current.full_clean()
    current.save()
    index(current)
    return current


@transaction.atomic
def move_section(*, section: MinutesSection, by: User | None, places: int) -> MinutesSection:
    """Move a section so many places down, or up. Raises ValidationError when the minutes are adopted.

    It asks for no version and raises none: no form holds the place, and whoever is writing there must not be stopped.
    """
    check_may_write(by)
    current = lock_minutes(section.minutes)
    rows = _in_order(current)
    place = next(place for place, row in enumerate(rows) if row.pk == section.pk)
    row = rows.pop(place)
    rows.insert(max(0, min(place + places, len(rows))), row)
    _renumber(rows)
    return row


@transaction.atomic
def delete_section(
    *, section: MinutesSection, version: int, by: User | None, with_parts: bool = False
) -> None:
    """Delete a section; its history keeps the words. Raises StaleRowError.

    Raises ValidationError when it holds decisions, follow-ups, corrections or annotations, unless they go with it.
    """
    check_may_write(by)
    minutes = lock_minutes(section.minutes)
    current = _lock(section, version, by)
    if not with_parts and any(parts_of(current).values()):
        raise ValidationError(_("Confirm that what this section holds is deleted with it."))
    forget(current)
    current.delete()
    _renumber(_in_order(minutes))


def parts_of(section: MinutesSection) -> dict[str, int]:
    """How many decisions, follow-ups, corrections and annotations would go with a section. Four queries."""
    return {
        "decisions": section.decisions.count(),
        "follow_ups": section.follow_ups.count(),
        "corrections": section.corrections.count(),
        "annotations": section.annotations.count(),
    }


def check_may_write(by: User | None) -> None:
    """The secretariat, or the program when it loads a file (None). Raises PermissionDenied."""
    if by is not None and not can_write_minutes(by):
        raise PermissionDenied


def check_unlocked(row: Any) -> None:
    """For minutes, a section or a decision. Raises ValidationError with the code `locked`."""
    if row.is_locked:
        raise ValidationError(
            _("These minutes are adopted: their text is locked. Add a dated erratum instead."),
            code="locked",
        )


def lock_minutes(minutes: Minutes) -> Minutes:
    """The minutes as they stand, held until the transaction ends. Raises ValidationError when they are adopted."""
    rows = Minutes.objects.select_related("meeting").select_for_update(of=("self",))
    current = rows.get(pk=minutes.pk)
    check_unlocked(current)
    return current


def _outline(
    points: dict[int | None, list[AgendaItem]], parent: int | None, above: tuple[int, ...]
) -> Iterator[tuple[AgendaItem, tuple[int, ...]]]:
    """The points of an agenda in reading order, each with its number."""
    for rank, item in enumerate(points.get(parent, ()), start=1):
        place = (*above, rank)
        yield item, place
        yield from _outline(points, item.pk, place)


def _lock(section: MinutesSection, version: int, by: User | None) -> MinutesSection:
    """The row to be changed, its version raised, once what it holds is safe. Raises StaleRowError."""
    current = MinutesSection.lock_version(section.pk, version)
    is_left = current.written_at is None or timezone.now() - current.written_at > SITTING
    if is_left or current.written_by_id != (by.pk if by else None):
        _keep_words(current, version)
    return current


def _keep_words(section: Any, version: int) -> None:
    """Add to the history the words that a row holds, unless it has them: as of their hour, and by their hand."""
    if section.history.filter(version=version).exists():
        return
    raised, section.version = section.version, version
    section._history_user = section.written_by
    section._history_date = section.written_at or timezone.now()
    section.save()
    del section._history_user, section._history_date
    section.version = raised


def _lines(text: str) -> str:
    """Browsers send two signs where a line ends: versions are compared on one."""
    return text.replace("\r\n", "\n")


def _words(section: MinutesSection) -> list[Any]:
    return [getattr(section, name) for name in LOCKED_FIELDS]


def _sign(section: MinutesSection, by: User | None) -> None:
    section.written_by, section.written_at = by, timezone.now()


def _check_may_publish(by: User | None) -> None:
    """Opening a section to anyone, or closing it, is for who publishes."""
    if by is not None and not can_publish_sections(by):
        raise PermissionDenied


def _check(
    section: MinutesSection,
    *,
    people: Collection[User],
    groups: Collection[WorkingGroup],
    measures: Collection[Measure],
) -> None:
    """What the fields alone do not tell. Raises ValidationError by field."""
    wrong = {}
    if section.audience == Audience.NAMED and not people and not groups:
        wrong["audience"] = _("Name at least one person or one group.")
    if section.session is not None and section.session.meeting_id != section.minutes.meeting_id:
        wrong["session"] = _("This session is another meeting’s.")
    if wrong:
        raise ValidationError(wrong)
    _check_plan(section, measures)


def _check_plan(section: MinutesSection, measures: Collection[Measure]) -> None:
    """One meeting’s minutes speak of one plan. Raises ValidationError."""
    plans = {measure.plan_id for measure in measures}
    if measures:
        others = section.minutes.sections.exclude(pk=section.pk).values("pk")
        theirs = Measure.objects.filter(minutes_sections__in=others)
        plans |= set(theirs.order_by().values_list("plan", flat=True).distinct())
    if len(plans) > 1:
        message = _("The measures of one meeting’s minutes are those of one plan.")
        raise ValidationError({"measures": message})


def _tie(
    section: MinutesSection,
    *,
    people: Collection[User],
    groups: Collection[WorkingGroup],
    measures: Collection[Measure],
    institutions: Collection[Institution],
) -> None:
    """Names of a list that is not read are not kept: a later change of audience must not revive them."""
    is_read = section.audience == Audience.NAMED
    section.named_people.set(people if is_read else [])
    section.named_groups.set(groups if is_read else [])
    section.measures.set(measures)
    section.institutions.set(institutions)


def _in_order(minutes: Minutes) -> list[MinutesSection]:
    """The sections as they stand, locked."""
    # The queryset of every room's restricted rows does not know which row it is of.
    rows: Any = minutes.sections.select_for_update().order_by("position", "pk")
    return list(rows)


def _make_room(minutes: Minutes, after: MinutesSection | None) -> int:
    """The place of a new section; those that follow are moved by one."""
    rows = _in_order(minutes)
    place = len(rows)
    if after is not None:
        found = [place for place, row in enumerate(rows, start=1) if row.pk == after.pk]
        if not found:
            raise ValidationError(_("The section to put it after is not in these minutes."))
        place = found[0]
    _renumber(rows[:place])
    _renumber(rows[place:], start=place + 2)
    return place + 1


def _renumber(rows: Iterable[MinutesSection], start: int = 1) -> None:
    """Places without a hole, each change with its history: versions of the minutes are read in their own order."""
    for place, row in enumerate(rows, start=start):
        if row.position != place:
            _keep_words(row, row.version)
            row.position = place
            row.save(update_fields=["position"])


@contextmanager
def _silently(section: Any) -> Iterator[None]:
    """Saves inside write no history."""
    section.skip_history_when_saving = True
    try:
        yield
    finally:
        del section.skip_history_when_saving

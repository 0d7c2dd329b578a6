"""The agenda: points in order, one under another, and what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from common.search import index
from common.text import fold
from common.versions import StaleRowError
from meetings.models import AgendaItem, Meeting
from meetings.services.meetings import check_may_edit

if TYPE_CHECKING:
    from collections.abc import Collection

    from measures.models import Measure
    from meetings.models import FollowUp, Minutes
    from members.models import MembershipApplication, User

MOST_POINTS = 200
DEEPEST = 4


@transaction.atomic
def add_item(
    *,
    meeting: Meeting,
    by: User | None,
    title: str,
    parent: AgendaItem | None = None,
    note: str = "",
    length: int | None = None,
    measures: Collection[Measure] = (),
    position: int | None = None,
    carried_from: AgendaItem | None = None,
    minutes: Minutes | None = None,
    follow_up: FollowUp | None = None,
    application: MembershipApplication | None = None,
) -> AgendaItem:
    """Add a point, last among those under the same one unless a place is given.

    `by` is None only for commands. Raises PermissionDenied, ValidationError by field.
    """
    check_may_edit(by)
    lock_agenda(meeting)
    if meeting.agenda.count() >= MOST_POINTS:
        raise ValidationError(
            _("An agenda has at most %(number)s points.") % {"number": MOST_POINTS}
        )
    item = AgendaItem(
        meeting=meeting,
        parent=parent,
        position=_last_place(meeting, parent) + 1 if position is None else position,
        title=title,
        note=note,
        length=length,
        carried_from=carried_from,
        minutes=minutes,
        follow_up=follow_up,
        application=application,
    )
    _save(item)
    item.measures.set(measures)
    index(meeting)
    return item


@transaction.atomic
def edit_item(
    *,
    item: AgendaItem,
    by: User,
    title: str,
    parent: AgendaItem | None = None,
    note: str = "",
    length: int | None = None,
    measures: Collection[Measure] = (),
    outcome: str = "",
    stamp: int | None = None,
) -> AgendaItem:
    """Change what is said of a point; put under another one, it comes last there.

    `stamp` is the change that was read (`stamp_of`). Raises StaleRowError when there is a later one, ValidationError by
    field.
    """
    check_may_edit(by)
    meeting = lock_agenda(item.meeting)
    current = AgendaItem.objects.get(pk=item.pk)
    if stamp is not None and stamp != stamp_of(current):
        raise StaleRowError(current)
    if current.parent_id != (parent.pk if parent else None):
        current.position = _last_place(meeting, parent) + 1
    current.parent, current.title, current.note = parent, title, note
    current.length, current.outcome = length, outcome
    _save(current)
    current.measures.set(measures)
    index(meeting)
    return current


@transaction.atomic
def move_item(*, item: AgendaItem, by: User, steps: int) -> AgendaItem:
    """Move a point up (less than 0) or down among those under the same one; at the end it stays where it is."""
    check_may_edit(by)
    lock_agenda(item.meeting)
    current = AgendaItem.objects.get(pk=item.pk)
    rows = list(
        AgendaItem.objects.filter(meeting=current.meeting_id, parent=current.parent_id).order_by(
            "position", "pk"
        )
    )
    place = rows.index(current)
    rows.insert(max(0, min(place + steps, len(rows) - 1)), rows.pop(place))
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            row.position = position
            row.save()
    current.refresh_from_db()
    return current


@transaction.atomic
def set_outcome(*, item: AgendaItem, by: User, outcome: str) -> AgendaItem:
    """Say what became of a point: dealt with, put off, or not known. Raises ValidationError."""
    check_may_edit(by)
    current = AgendaItem.objects.select_for_update().get(pk=item.pk)
    current.outcome = outcome
    current.full_clean()
    current.save()
    return current


@transaction.atomic
def delete_item(*, item: AgendaItem, by: User) -> None:
    """Take a point off with those under it; its history says that there was one."""
    check_may_edit(by)
    meeting = lock_agenda(item.meeting)
    AgendaItem.objects.get(pk=item.pk).delete()
    index(meeting)


def stamp_of(item: AgendaItem) -> int:
    """The number of the last change that its history tells of."""
    last = item.history.order_by("-history_id").first()
    return last.history_id if last else 0


def lock_agenda(meeting: Meeting) -> Meeting:
    """Wait for another who changes the same agenda: places and nesting are told by several rows."""
    return Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)


def _save(item: AgendaItem) -> None:
    _check_secret(item)
    item.full_clean()
    _check_depth(item)
    item.save()


def _check_secret(item: AgendaItem) -> None:
    """An application is not known to those who read the agenda: its point may not name it."""
    if item.application is None:
        return
    words = fold(f"{item.title} {item.note}")
    names = (item.application.name, item.application.acronym)
    if any(fold(name) in words for name in names if name):
        raise ValidationError(
            {"title": _("The agenda is read by those who do not know of the application: no name.")}
        )


def _check_depth(item: AgendaItem) -> None:
    """With all that stands under it. Called after the circles were refused."""
    depth, above = 1, item.parent
    while above is not None:
        depth, above = depth + 1, above.parent
    below = [item.pk] if item.pk else []
    while below := list(AgendaItem.objects.filter(parent__in=below).values_list("pk", flat=True)):
        depth += 1
    if depth > DEEPEST:
        raise ValidationError(
            {"parent": _("Points stand at most %(number)s levels deep.") % {"number": DEEPEST}}
        )


def _last_place(meeting: Meeting, parent: AgendaItem | None) -> int:
    last = meeting.agenda.filter(parent=parent).order_by("-position").first()
    return last.position if last else 0

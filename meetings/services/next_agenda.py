"""What is open, proposed for the agenda of the next meeting: whoever prepares it chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from meetings.enums import MinutesStatus, Outcome
from meetings.models import AgendaItem, FollowUp, Meeting, Minutes
from meetings.open_things import OTHERS, Proposal
from meetings.services.agenda import add_item, lock_agenda
from meetings.services.attendance import day_of
from meetings.services.meetings import check_may_edit
from members.enums import ApplicationState
from members.models import MembershipApplication

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator

    from members.models import User


def proposals_for(meeting: Meeting, by: User) -> list[Proposal]:
    """What is open on the meeting's day and is not on its agenda yet, as far as `by` may see it.

    At most nine queries, and those of higher rooms.
    """
    on = day_of(meeting)
    with override(settings.LANGUAGE_CODE):
        titles = {
            "minutes": _("Adoption of minutes"),
            "follow_up": _("Follow-up"),
            "application": _("Application to examine"),
        }
    return [
        *_minutes(meeting, by, on, titles["minutes"]),
        *_points(meeting, by, on),
        *_follow_ups(meeting, by, on, titles["follow_up"]),
        *_applications(meeting, by, titles["application"]),
        *(proposal for things in OTHERS for proposal in things.propose(meeting, by, on)),
    ]


@transaction.atomic
def add_proposed(*, meeting: Meeting, by: User, keys: Collection[str]) -> list[AgendaItem]:
    """Add the proposals chosen, in the order in which they are proposed. What is no longer open is left out.

    Raises PermissionDenied, ValidationError.
    """
    check_may_edit(by)
    # Two clicks: the second waits, then finds its proposals on the agenda.
    lock_agenda(meeting)
    chosen = [proposal for proposal in proposals_for(meeting, by) if proposal.key in set(keys)]
    added = []
    for proposal in chosen:
        item = add_item(meeting=meeting, by=by, title=proposal.title, **proposal.origin)
        if proposal.tie is not None:
            proposal.tie(item)
        added.append(item)
    return added


def _earlier(meeting: Meeting, by: User, on: dt.date) -> Any:
    """Meetings of the same group, or of the whole collective, before that day; and the one that this one follows."""
    same = (
        Q(group=meeting.group_id, last_on__lt=on)
        if meeting.group_id
        else Q(group=None, last_on__lt=on)
    )
    rows = Meeting.objects.visible_to(by).with_days()
    return rows.filter(same | Q(pk=meeting.previous_id)).exclude(pk=meeting.pk)


def _minutes(meeting: Meeting, by: User, on: dt.date, title: str) -> Iterator[Proposal]:
    earlier = _earlier(meeting, by, on).values("pk")
    rows = Minutes.objects.visible_to(by).filter(
        status=MinutesStatus.CIRCULATED, meeting__in=earlier
    )
    for row in rows.exclude(agenda_items__meeting=meeting).select_related("meeting").order_by("pk"):
        yield Proposal(
            key=f"minutes-{row.pk}",
            kind="minutes",
            title=title,
            detail=row.meeting.title,
            is_checked=True,
            origin={"minutes": row},
        )


def _points(meeting: Meeting, by: User, on: dt.date) -> Iterator[Proposal]:
    """Put off and taken up nowhere since; and of the meeting just before, those whose outcome nobody has told."""
    earlier = _earlier(meeting, by, on).values("pk")
    left = Q(outcome=Outcome.POSTPONED) | Q(outcome="", meeting=meeting.previous_id)
    # A point made from something that is still open is proposed as that, below and above.
    rows = AgendaItem.objects.filter(
        left,
        meeting__in=earlier,
        carried_to=None,
        minutes=None,
        follow_up=None,
        application=None,
    )
    rows = rows.select_related("meeting").prefetch_related("measures")
    for row in rows.order_by("meeting", "position", "pk"):
        yield Proposal(
            key=f"point-{row.pk}",
            kind="point",
            title=row.title,
            detail=row.meeting.title,
            is_checked=row.outcome == Outcome.POSTPONED,
            origin={
                "carried_from": row,
                "note": row.note,
                "length": row.length,
                "measures": list(row.measures.all()),
            },
        )


def _follow_ups(meeting: Meeting, by: User, on: dt.date, title: str) -> Iterator[Proposal]:
    """Not done, and due by the day of the meeting."""
    visible: Any = FollowUp.objects.visible_to(by)
    rows = visible.open().filter(due_on__lte=on).exclude(agenda_items__meeting=meeting)
    rows = rows.select_related("association", "institution")
    for row in rows.order_by("due_on", "pk"):
        yield Proposal(
            key=f"follow-up-{row.pk}",
            kind="follow_up",
            title=title,
            detail=f"{row.text} – {row.whose}",
            is_checked=True,
            origin={"follow_up": row},
        )


def _applications(meeting: Meeting, by: User, title: str) -> Iterator[Proposal]:
    visible: Any = MembershipApplication.objects.visible_to(by)
    rows = visible.filter(state=ApplicationState.TO_BE_HEARD)
    for row in rows.exclude(agenda_items__meeting=meeting).order_by("received_on", "pk"):
        yield Proposal(
            key=f"application-{row.pk}",
            kind="application",
            title=title,
            detail=row.name,
            is_checked=True,
            origin={"application": row},
        )

"""Working groups and their members, by dates: nothing is deleted, old papers were read by the group of their day."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import resolve, reverse
from django.utils.text import slugify

from common.changes import explain
from members.models import Association, GroupMembership, User, WorkingGroup

if TYPE_CHECKING:
    import datetime as dt


@transaction.atomic
def add_group(*, slug: str = "", why: str = "", **content: Any) -> WorkingGroup:
    """Create a group, its key made from its name when none is given. Raises ValidationError by field."""
    group = WorkingGroup(slug=slug or _free_slug(content.get("name", "")), **content)
    explain(group, why)
    group.full_clean()
    group.save()
    return group


@transaction.atomic
def revise_group(
    *, group: WorkingGroup, version: int, why: str = "", **content: Any
) -> WorkingGroup:
    """Save over the version that was read. Raises `StaleRowError`, ValidationError by field."""
    current = WorkingGroup.lock_version(group.pk, version)
    for name, value in content.items():
        setattr(current, name, value)
    explain(current, why)
    current.full_clean()
    current.save()
    return current


@transaction.atomic
def add_group_member(
    *,
    group: WorkingGroup,
    since: dt.date,
    until: dt.date | None = None,
    association: Association | None = None,
    person: User | None = None,
    why: str = "",
) -> GroupMembership:
    """Put an association, or a person, in a group from a day on. Raises ValidationError."""
    row = GroupMembership(
        group=group, association=association, person=person, since=since, until=until
    )
    explain(row, why)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def change_group_member(
    *, membership: GroupMembership, since: dt.date, until: dt.date | None, why: str = ""
) -> GroupMembership:
    """Say when a membership began and ended. Raises ValidationError."""
    row = GroupMembership.objects.select_for_update().get(pk=membership.pk)
    row.since, row.until = since, until
    explain(row, why)
    row.full_clean()
    row.save()
    return row


def end_group_member(*, membership: GroupMembership, until: dt.date) -> GroupMembership:
    """From that day on, no longer in the group. Raises ValidationError."""
    return change_group_member(membership=membership, since=membership.since, until=until)


def _free_slug(name: str) -> str:
    """A key that is neither another group's nor one of our own addresses."""
    stem = slugify(name)[:50].strip("-") or "groupe"
    taken = set(WorkingGroup.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    names = chain([stem], (f"{stem}-{rank}" for rank in count(2)))
    return next(slug for slug in names if slug not in taken and _is_free_address(slug))


def _is_free_address(slug: str) -> bool:
    return resolve(reverse("members:group-detail", args=[slug])).url_name == "group-detail"

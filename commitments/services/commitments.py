"""What was promised: recorded with the event that made it, put right, kept for whom it is for."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import resolve
from django.utils.text import slugify
from django.utils.translation import gettext as _

from commitments.enums import EventKind, Origin
from commitments.models import Commitment
from commitments.perms import can_edit_commitments, can_publish_commitments
from commitments.services.events import append
from common.search import index
from common.text import fold
from members.enums import Audience

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from measures.models import Measure, Source
    from meetings.models import Meeting, MinutesSection
    from members.models import User, WorkingGroup
    from plan.models import Institution

SLUG_LIMIT = 60


@transaction.atomic
def create_commitment(
    *,
    by: User | None,
    institution: Institution,
    wording: str,
    made_on: dt.date,
    slug: str = "",
    function: str = "",
    quote: str = "",
    origin: str = Origin.MEETING,
    meeting: Meeting | None = None,
    section: MinutesSection | None = None,
    source: Source | None = None,
    locator: str = "",
    measures: Collection[Measure] = (),
    parent: Commitment | None = None,
    position: int = 0,
    remark: str = "",
    text: str = "",
    deadline_words: str = "",
    late_from: dt.date | None = None,
    audience: str = Audience.MEMBERS,
    people: Collection[User] = (),
    groups: Collection[WorkingGroup] = (),
) -> Commitment:
    """Record a commitment and the event that made it; without a slug, one is made from its wording.

    `text` tells how it was made. `late_from` is asked for when it cannot be told from the deadline's words. `by` is
    None only for commands. Raises PermissionDenied, ValidationError by field.
    """
    check_may_edit(by, audience)
    commitment = Commitment(
        slug=slug or _free_slug(wording),
        institution=institution,
        wording=wording,
        function=function,
        quote=quote,
        origin=origin,
        meeting=meeting,
        section=section,
        source=source,
        locator=locator,
        parent=parent,
        position=position,
        remark=remark,
        audience=audience,
        recorded_by=by,
    )
    _save(commitment, measures, people, groups)
    append(
        commitment,
        by=by,
        kind=EventKind.MADE,
        on=made_on,
        text=text,
        deadline_words=deadline_words,
        late_from=late_from,
        meeting=meeting,
        section=section,
        source=source,
        locator=locator,
    )
    index(commitment)
    return commitment


@transaction.atomic
def edit_commitment(
    *,
    commitment: Commitment,
    version: int,
    by: User | None,
    institution: Institution,
    wording: str,
    function: str,
    quote: str,
    origin: str,
    meeting: Meeting | None,
    section: MinutesSection | None,
    source: Source | None,
    locator: str,
    measures: Collection[Measure],
    parent: Commitment | None,
    position: int,
    remark: str,
    audience: str,
    people: Collection[User] = (),
    groups: Collection[WorkingGroup] = (),
) -> Commitment:
    """Save over the version that was read. When it was made, and for when, is told by its events.

    Raises PermissionDenied, StaleRowError, ValidationError by field.
    """
    current = Commitment.lock_version(commitment.pk, version)
    check_may_edit(by, audience, current.audience)
    if audience != Audience.PUBLIC and current.citations.exists():
        raise ValidationError(
            {
                "audience": _(
                    "It is in the library of sources, which anyone may read: it stays public."
                )
            }
        )
    current.institution, current.wording, current.function = institution, wording, function
    current.quote, current.origin, current.remark = quote, origin, remark
    current.meeting, current.section = meeting, section
    current.source, current.locator = source, locator
    current.parent, current.position, current.audience = parent, position, audience
    _save(current, measures, people, groups)
    index(current)
    return current


def check_may_edit(by: User | None, audience: str = "", before: str = "") -> None:
    """Only the coordinator makes a commitment public, or takes that back. Raises PermissionDenied."""
    if by is None:
        return
    if not can_edit_commitments(by):
        raise PermissionDenied
    is_publishing = audience != before and Audience.PUBLIC in {audience, before}
    if is_publishing and not can_publish_commitments(by):
        raise PermissionDenied


def _save(
    commitment: Commitment,
    measures: Collection[Measure],
    people: Collection[User],
    groups: Collection[WorkingGroup],
) -> None:
    _check(commitment, people, groups)
    commitment.full_clean()
    _check_address(commitment)
    commitment.save()
    commitment.measures.set(measures)
    # Names of a list that is not read are not kept: a later change of audience must not revive them.
    is_read = commitment.audience == Audience.NAMED
    commitment.named_people.set(people if is_read else [])
    commitment.named_groups.set(groups if is_read else [])


def _check(
    commitment: Commitment, people: Collection[User], groups: Collection[WorkingGroup]
) -> None:
    """Rules that need other rows: they name the field concerned."""
    errors: dict[str, str] = {}
    section, meeting = commitment.section, commitment.meeting
    if commitment.origin == Origin.MEETING and meeting is None:
        errors["meeting"] = _("Say in which meeting it was made.")
    if section is not None and (meeting is None or section.minutes.meeting_id != meeting.pk):
        errors["section"] = _("This section is in the minutes of another meeting.")
    if commitment.parent is not None and _is_within(commitment, commitment.parent):
        errors["parent"] = _("These commitments would be part of each other.")
    if commitment.audience == Audience.NAMED and not people and not groups:
        errors["audience"] = _("Name at least one person or one group.")
    if errors:
        raise ValidationError(errors)


def _is_within(commitment: Commitment, ancestor: Commitment | None) -> bool:
    while ancestor is not None:
        if ancestor.pk == commitment.pk:
            return True
        ancestor = ancestor.parent
    return False


def _free_slug(wording: str) -> str:
    stem = slugify(fold(wording))[:SLUG_LIMIT].strip("-") or "engagement"
    taken = set(Commitment.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    names = chain([stem], (f"{stem}-{rank}" for rank in count(2)))
    return next(slug for slug in names if slug not in taken and not _is_ours(slug))


def _is_ours(slug: str) -> bool:
    address = Commitment(slug=slug).get_absolute_url()
    return resolve(address).view_name != "commitments:detail"


def _check_address(commitment: Commitment) -> None:
    """A slug that is one of our own addresses would hide the commitment."""
    if _is_ours(commitment.slug):
        raise ValidationError({"slug": _("This address is one of the site’s own.")})

"""Papers of a meeting: who may read each, its file when it is kept here, its text when it is sent for comment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.search import forget, index
from common.uploads import atomic_with_files, delete_with_file, store
from meetings.models import MeetingPaper
from meetings.perms import can_edit_meeting_papers, can_publish_meeting_papers
from members.enums import Audience
from members.services.notices import tell
from members.services.papers import readers_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from django.core.files import File

    from measures.models import Measure
    from meetings.models import Meeting, Question
    from members.models import User, WorkingGroup
    from plan.models import Institution


def add_meeting_paper(
    *,
    meeting: Meeting,
    by: User | None,
    title: str,
    uploaded: File[Any] | None = None,
    dated_on: dt.date | None = None,
    summary: str = "",
    text: str = "",
    comments_until: dt.date | None = None,
    audience: str = Audience.MEMBERS,
    people: Collection[User] = (),
    groups: Collection[WorkingGroup] = (),
    measures: Collection[Measure] = (),
    institutions: Collection[Institution] = (),
    is_original: bool = False,
) -> MeetingPaper:
    """Add a paper to a meeting, with or without its file; those whom it is for are told.

    `by` is None only for commands, which tell nobody. Raises PermissionDenied, ValidationError, and then keeps nothing.
    """
    _check_may_edit(by, audience)
    with atomic_with_files():
        paper = MeetingPaper(
            meeting=meeting,
            title=title,
            dated_on=dated_on,
            summary=summary,
            text=text,
            comments_until=comments_until,
            audience=audience,
            is_original=is_original,
            added_by=by,
        )
        if uploaded is not None:
            _store(paper, uploaded)
        _save(paper, people, groups, measures, institutions)
        if by is not None and not is_original:
            _tell_readers(paper, by)
    return paper


@transaction.atomic
def edit_meeting_paper(
    *,
    paper: MeetingPaper,
    version: int,
    by: User,
    title: str,
    dated_on: dt.date | None,
    summary: str,
    text: str,
    comments_until: dt.date | None,
    audience: str,
    people: Collection[User] = (),
    groups: Collection[WorkingGroup] = (),
    measures: Collection[Measure] = (),
    institutions: Collection[Institution] = (),
) -> MeetingPaper:
    """Change what is said of a paper and who may read it. Raises PermissionDenied, StaleRowError, ValidationError."""
    current = MeetingPaper.lock_version(paper.pk, version)
    _check_may_edit(by, audience, current.audience)
    current.title, current.dated_on, current.summary = title, dated_on, summary
    current.text, current.comments_until, current.audience = text, comments_until, audience
    _save(current, people, groups, measures, institutions)
    return current


def replace_meeting_file(
    *, paper: MeetingPaper, version: int, by: User, uploaded: File[Any]
) -> MeetingPaper:
    """Give a paper its file, or another in the place of the one kept, which is deleted. Raises StaleRowError."""
    _check_may_edit(by)
    with atomic_with_files():
        current = MeetingPaper.lock_version(paper.pk, version)
        _store(current, uploaded)
        current.full_clean()
        current.save()
    return current


@transaction.atomic
def delete_meeting_paper(*, paper: MeetingPaper, version: int, by: User) -> None:
    """Delete a paper and its file; its history says that there was one. Raises StaleRowError, ValidationError."""
    _check_may_edit(by)
    current = MeetingPaper.lock_version(paper.pk, version)
    if current.is_original:
        raise ValidationError(_("The original of imported minutes is kept with them."))
    forget(current)
    delete_with_file(_as_file(current))


def check_names(
    row: MeetingPaper | Question, people: Collection[User], groups: Collection[WorkingGroup]
) -> None:
    """Raises ValidationError when a row for named readers names nobody."""
    if row.audience == Audience.NAMED and not people and not groups:
        raise ValidationError({"audience": _("Name at least one person or one group.")})


def set_names(
    row: MeetingPaper | Question, people: Collection[User], groups: Collection[WorkingGroup]
) -> None:
    """Names of a list that is not read are not kept: a later change of audience must not revive them."""
    is_read = row.audience == Audience.NAMED
    row.named_people.set(people if is_read else [])
    row.named_groups.set(groups if is_read else [])


def _check_may_edit(by: User | None, audience: str = "", before: str = "") -> None:
    """Only the coordinator makes a paper public, or takes that back."""
    if by is None:
        return
    if not can_edit_meeting_papers(by):
        raise PermissionDenied
    is_publishing = audience != before and Audience.PUBLIC in {audience, before}
    if is_publishing and not can_publish_meeting_papers(by):
        raise PermissionDenied


def _store(paper: MeetingPaper, uploaded: File[Any]) -> None:
    store(_as_file(paper), uploaded)


def _as_file(paper: MeetingPaper) -> Any:
    """It has the four fields of a private file; only, it may have none."""
    return paper


def _save(
    paper: MeetingPaper,
    people: Collection[User],
    groups: Collection[WorkingGroup],
    measures: Collection[Measure],
    institutions: Collection[Institution],
) -> None:
    check_names(paper, people, groups)
    paper.full_clean()
    paper.save()
    set_names(paper, people, groups)
    paper.measures.set(measures)
    paper.institutions.set(institutions)
    index(paper)


def _tell_readers(paper: MeetingPaper, by: User) -> None:
    """Without its title, and at the address of the meeting: the line stays when the right to read has gone."""
    tell(
        people=readers_of(paper).exclude(pk=by.pk),
        words=gettext_noop("A paper of a meeting was added that is for you."),
        path=paper.meeting.get_absolute_url(),
    )

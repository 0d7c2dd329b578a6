"""Papers with an audience: adding, changing, replacing and deleting them, and who took those for named readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.search import forget, index
from common.uploads import atomic_with_files, delete_with_file, store
from members.enums import Audience, Role
from members.models import FileReading, GroupMembership, Mandate, Paper, User
from members.perms import can_add_own_papers, can_add_papers, can_edit_own_papers, can_edit_papers
from members.services.notices import tell

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from django.contrib.auth.models import AnonymousUser
    from django.core.files import File
    from django.db.models import Model

    from members.models import Association, RestrictedModel, WorkingGroup
    from members.models.users import UserQuerySet


@dataclass(frozen=True)
class AssociationPapers:
    """What the page of an association shows of its internal papers to one reader (`members/_association_papers.html`)."""

    papers: Sequence[Paper]
    can_edit: bool


def papers_of(association: Association, user: User | AnonymousUser) -> AssociationPapers:
    """The internal papers of an association that somebody may see. At most two queries."""
    # The queryset of every room's restricted rows does not know which row it is of.
    visible: Any = Paper.objects.visible_to(user).filter(association=association)
    return AssociationPapers(list(visible), may_add_to(user, association))


def may_add_to(user: User | AnonymousUser, association: Association) -> bool:
    """Whether somebody may add internal papers of an association: the secretariat, and who represents it today."""
    return can_add_papers(user) or (
        can_add_own_papers(user) and association.pk in own_associations(user)
    )


def may_edit(user: User | AnonymousUser, paper: Paper) -> bool:
    """The secretariat, and for an association's internal papers who represents it today."""
    return can_edit_papers(user) or (
        paper.association_id is not None
        and can_edit_own_papers(user)
        and paper.association_id in own_associations(user)
    )


def own_associations(user: User | AnonymousUser) -> set[int]:
    """Those that somebody represents today."""
    mandates = Mandate.objects.visible_to(user).live_on(timezone.localdate())
    return set(mandates.filter(person=user.pk).values_list("association", flat=True))


def add_paper(
    *,
    by: User,
    title: str,
    uploaded: File[Any],
    audience: str = Audience.SECRETARIAT,
    people: Collection[User] = (),
    groups: Collection[WorkingGroup] = (),
    association: Association | None = None,
) -> Paper:
    """Keep a file for those of an audience. Raises ValidationError, and then keeps nothing."""
    is_allowed = can_add_papers(by) if association is None else may_add_to(by, association)
    if not is_allowed:
        raise PermissionDenied
    with atomic_with_files():
        paper = Paper(title=title, audience=audience, association=association, added_by=by)
        _check_names(paper, people, groups)
        store(paper, uploaded)
        paper.full_clean()
        paper.save()
        _set_names(paper, people, groups)
        index(paper)
        _tell_readers(paper, by)
    return paper


@transaction.atomic
def edit_paper(
    *,
    paper: Paper,
    version: int,
    by: User,
    title: str,
    audience: str | None = None,
    people: Collection[User] = (),
    groups: Collection[WorkingGroup] = (),
) -> Paper:
    """Change what is said of a file and, for the secretariat, who may read it. Raises StaleRowError, ValidationError."""
    _check_may_edit(by, paper)
    current = Paper.lock_version(paper.pk, version)
    current.title = title
    if audience is not None and can_edit_papers(by):
        current.audience = audience
        _check_names(current, people, groups)
        _set_names(current, people, groups)
    current.full_clean()
    current.save()
    index(current)
    return current


def replace_file(*, paper: Paper, version: int, by: User, uploaded: File[Any]) -> Paper:
    """Put another file in the place of the one kept, which is deleted. Raises StaleRowError."""
    _check_may_edit(by, paper)
    with atomic_with_files():
        current = Paper.lock_version(paper.pk, version)
        store(current, uploaded)
        current.full_clean()
        current.save()
    return current


@transaction.atomic
def delete_paper(*, paper: Paper, version: int, by: User) -> None:
    """Delete a paper and its file; its history says that there was one. Raises StaleRowError."""
    _check_may_edit(by, paper)
    current = Paper.lock_version(paper.pk, version)
    forget(current)
    delete_with_file(current)


def record_reading(*, person: User, row: Model) -> FileReading:
    """Write down who takes a file that is for named readers."""
    reading = FileReading(
        person=person, kind=row._meta.label_lower, row=row.pk, title=str(row)[:200]
    )
    reading.full_clean()
    reading.save()
    return reading


def _check_may_edit(by: User, paper: Paper) -> None:
    if not may_edit(by, paper):
        raise PermissionDenied


def _check_names(paper: Paper, people: Collection[User], groups: Collection[WorkingGroup]) -> None:
    is_for_nobody = paper.audience == Audience.NAMED and not people and not groups
    if is_for_nobody and paper.association is None:
        raise ValidationError({"audience": _("Name at least one person or one group.")})


def _set_names(paper: Paper, people: Collection[User], groups: Collection[WorkingGroup]) -> None:
    """Names of a list that is not read are not kept: a later change of audience must not revive them."""
    is_read = paper.audience == Audience.NAMED
    paper.named_people.set(people if is_read else [])
    paper.named_groups.set(groups if is_read else [])


def readers_of(row: RestrictedModel) -> UserQuerySet:
    """Those who may come in today and whom a restricted row is for: the members, or those named. Of others, nobody:
    anyone sees them where they are.
    """
    today = timezone.localdate()
    people = User.objects.who_may_come_in(today)
    if row.audience == Audience.MEMBERS:
        return people.filter(role=Role.MEMBER)
    if row.audience != Audience.NAMED:
        return people.none()
    groups = GroupMembership.objects.live_on(today).filter(group__in=row.named_groups.all())
    mandates = Mandate.objects.live_on(today).filter(association__in=groups.values("association"))
    return people.filter(
        Q(pk__in=row.named_people.all())
        | Q(pk__in=groups.values("person"))
        | Q(pk__in=mandates.values("person"))
    )


def _tell_readers(paper: Paper, by: User) -> None:
    """Without its title: the line stays when the right to read has gone."""
    people = readers_of(paper)
    if paper.audience == Audience.NAMED and paper.association is not None:
        own = Mandate.objects.live_on(timezone.localdate()).filter(association=paper.association)
        people = people | User.objects.who_may_come_in(timezone.localdate()).filter(
            pk__in=own.values("person")
        )
    tell(
        people=people.exclude(pk=by.pk),
        words=gettext_noop("A paper was added that is for you."),
        path=reverse("members:paper-list"),
    )

"""Who somebody is, and who may do what in this room: the bricks of every other room's own perms.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.utils import timezone

from members.access import Relation, Verb, kind_of, may
from members.enums import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import Association, User


def _is_one_of(user: User | AnonymousUser, *roles: Role) -> bool:
    return kind_of(user) in roles


@rules.predicate
def is_reader_of_papers(user: User | AnonymousUser) -> bool:
    """Whoever takes part in the collective's work. The administrator runs the machine and is not one of them."""
    return _is_one_of(user, Role.MEMBER, Role.SECRETARIAT, Role.COORDINATOR)


@rules.predicate
def is_guest(user: User | AnonymousUser) -> bool:
    return _is_one_of(user, Role.GUEST)


@rules.predicate
def is_secretariat(user: User | AnonymousUser) -> bool:
    """The secretariat, or the coordinator, who may do all that it does."""
    return _is_one_of(user, Role.SECRETARIAT, Role.COORDINATOR)


@rules.predicate
def is_coordinator(user: User | AnonymousUser) -> bool:
    return _is_one_of(user, Role.COORDINATOR)


@rules.predicate
def needs_second_factor(user: User | AnonymousUser) -> bool:
    """Whoever can change the record or the accounts proves it twice."""
    return _is_one_of(user, Role.SECRETARIAT, Role.COORDINATOR, Role.ADMINISTRATOR)


can_edit_associations = may(Verb.EDIT, "association")
can_edit_own_association = may(Verb.EDIT, "association", Relation.OWN)
can_add_associations = may(Verb.CREATE, "association")
can_see_card_histories = may(Verb.VIEW, "association-history")
can_see_own_card_history = may(Verb.VIEW, "association-history", Relation.OWN)
can_see_directory = may(Verb.LIST, "directory")
can_export_directory = may(Verb.EXPORT, "directory")
can_import = may(Verb.CREATE, "association-import")
can_edit_groups = may(Verb.EDIT, "group")
can_call_for_reports = may(Verb.CREATE, "yearly-report")
can_export_reports = may(Verb.EXPORT, "yearly-report")
can_answer_calls = may(Verb.CREATE, "yearly-report", Relation.OWN)
can_add_papers = may(Verb.CREATE, "paper-members")
can_edit_papers = may(Verb.EDIT, "paper-members")
can_add_own_papers = may(Verb.CREATE, "association-paper", Relation.OWN)
can_edit_own_papers = may(Verb.EDIT, "association-paper", Relation.OWN)
can_edit_applications = may(Verb.EDIT, "application")
can_edit_own_application = may(Verb.EDIT, "application", Relation.OWN)
can_decide_applications = may(Verb.PUBLISH, "application")
can_see_people = may(Verb.LIST, "person")
can_manage_people = may(Verb.EDIT, "person")
can_see_mandates = may(Verb.LIST, "mandate")
can_end_mandates = may(Verb.EDIT, "mandate")
can_invite = may(Verb.CREATE, "invitation")
can_invite_own = may(Verb.CREATE, "invitation", Relation.OWN)
can_see_audit = may(Verb.LIST, "audit-outline")
can_see_audit_content = may(Verb.LIST, "audit")


def represents(user: User | AnonymousUser, association: Association) -> bool:
    """Whether somebody holds a mandate for an association today. One query."""
    if not user.is_authenticated:
        return False
    return association.mandates.live_on(timezone.localdate()).filter(person=user.pk).exists()


def may_edit_card(user: User | AnonymousUser, association: Association) -> bool:
    """Of any association, or of one’s own."""
    return can_edit_associations(user) or (
        can_edit_own_association(user) and represents(user, association)
    )


def may_see_card_history(user: User | AnonymousUser, association: Association) -> bool:
    return can_see_card_histories(user) or (
        can_see_own_card_history(user) and represents(user, association)
    )

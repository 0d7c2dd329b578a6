"""Who somebody is, as predicates: the bricks of every room's own perms.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from members.enums import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import User


def _has_role(user: User | AnonymousUser, *roles: Role) -> bool:
    return user.is_authenticated and user.is_active and user.role in roles


@rules.predicate
def is_reader_of_papers(user: User | AnonymousUser) -> bool:
    """Whoever takes part in the collective's work. The administrator runs the machine and is not one of them."""
    return _has_role(user, Role.MEMBER, Role.SECRETARIAT, Role.COORDINATOR)


@rules.predicate
def is_secretariat(user: User | AnonymousUser) -> bool:
    """The secretariat, or the coordinator, who may do all that it does."""
    return _has_role(user, Role.SECRETARIAT, Role.COORDINATOR)


@rules.predicate
def is_coordinator(user: User | AnonymousUser) -> bool:
    return _has_role(user, Role.COORDINATOR)


@rules.predicate
def needs_second_factor(user: User | AnonymousUser) -> bool:
    """Whoever can change the record or the accounts proves it twice."""
    return _has_role(user, Role.SECRETARIAT, Role.COORDINATOR, Role.ADMINISTRATOR)

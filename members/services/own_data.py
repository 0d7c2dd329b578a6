"""Everything that is held about one person, for that person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db.models import Q

from members.models import Invitation, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACCOUNT = (
    "email", "name", "role", "is_active", "joined_at", "last_login", "language", "mail_frequency", "shows_address",
)  # fmt: skip
ACTIONS = {"+": "created", "~": "changed", "-": "deleted"}
# What the other rooms hold about a person, by kind; they say it when the site starts.
_kinds: dict[str, Callable[[User], Any]] = {}


def add_kind(name: str, tell: Callable[[User], Any]) -> None:
    """Let a higher room tell what it holds about a person: lists and dictionaries ready for JSON, in one query."""
    _kinds[name] = tell


def own_data(person: User) -> dict[str, Any]:
    """By kind, ready for JSON. One query a kind, however many rows; no password, no key, no other person's address."""
    return {
        "account": _account(person),
        "mandates": [
            {
                "association": row.association.name,
                "kind": row.kind,
                "function": row.function,
                "since": row.since,
                "until": row.until,
            }
            for row in person.mandates.select_related("association")
        ],
        "groups": [
            {"group": row.group.name, "since": row.since, "until": row.until}
            for row in person.group_memberships.select_related("group")
        ],
        "guest_accesses": [
            {
                "application": row.application.name if row.application else "",
                "since": row.since,
                "until": row.until,
            }
            for row in person.guest_accesses.select_related("application")
        ],
        "invitations_received": [_invitation(row) for row in _received(person)],
        "invitations_sent": [
            {"at": row.created_at, "role": row.role, "withdrawn_at": row.withdrawn_at}
            for row in person.invitations_sent.all()
        ],
        "files_read": [
            {"at": row.at, "kind": row.kind, "row": row.row, "title": row.title}
            for row in person.file_readings.all()
        ],
        "notices": [
            {"at": row.created_at, "words": row.words, "mailed_at": row.mailed_at}
            for row in person.notices.all()
        ],
        "second_factors": [
            {"kind": row.type, "added_at": row.created_at, "last_used_at": row.last_used_at}
            for row in Authenticator.objects.filter(user=person)
        ],
        "sessions": [
            {"since": row.created_at, "ip": row.ip, "browser": row.user_agent}
            for row in UserSession.objects.filter(user=person)
        ],
        **{name: tell(person) for name, tell in _kinds.items()},
        "history_of_account": list(_history(person)),
        "actions": sorted(_actions(person), key=lambda action: action["at"]),
    }


def _account(person: User) -> dict[str, Any]:
    return {name: getattr(person, name) for name in ACCOUNT}


def _history(person: User) -> Iterator[dict[str, Any]]:
    """What the account said, each time that it said something else: a log-in alone is saved too."""
    last: list[Any] = []
    for row in User.history.filter(id=person.pk).order_by("history_date", "history_id"):
        said = {name: getattr(row, name) for name in ACCOUNT if hasattr(row, name)}
        if list(said.values()) != last:
            yield {
                "at": row.history_date,
                "action": ACTIONS[row.history_type],
                **said,
                "reason": row.history_change_reason or "",
            }
        last = list(said.values())


def _received(person: User) -> Any:
    mine = Q(email__iexact=person.email) | Q(accepted_by=person)
    return Invitation.objects.filter(mine).select_related("association", "application")


def _invitation(row: Invitation) -> dict[str, Any]:
    return {
        "sent_at": row.created_at,
        "role": row.role,
        "association": row.association.name if row.association else "",
        "application": row.application.name if row.application else "",
        "expires_at": row.expires_at,
        "accepted_at": row.accepted_at,
        "withdrawn_at": row.withdrawn_at,
    }


def _actions(person: User) -> Iterator[dict[str, Any]]:
    """What they did, without its content: the rows themselves may be for other readers."""
    for model in apps.get_models():
        if not hasattr(model, "history_user_id"):
            continue
        kind = str(model._meta.verbose_name)
        rows = model._default_manager.filter(history_user=person)
        for at, sign, pk in rows.values_list("history_date", "history_type", "id"):
            yield {"at": at, "action": ACTIONS[sign], "kind": kind, "row": pk}

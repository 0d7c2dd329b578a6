"""What every kind of table does: its columns, its lines, and what a line that is wrong says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from common.changes import as_words, label_of
from common.differences import word_differences
from common.text import fold
from members.importer.files import day_of, header_key, text_of
from members.models import (
    Association,
    User,
)
from members.perms import can_import

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.contrib.auth.models import AnonymousUser
    from django.utils.safestring import SafeString

    from members.importer.files import Cell

    Reader = User | AnonymousUser


class Outcome(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Done:
    """What a line came to."""

    outcome: Outcome
    name: str
    differences: Sequence[tuple[str, SafeString]] = ()


class WrongLineError(Exception):
    """A line that cannot be taken; messages by field ("" when they are about the whole line)."""

    def __init__(self, errors: Mapping[str, Iterable[str]]) -> None:
        super().__init__(str(errors))
        self.errors = errors


def errors_of(error: ValidationError, names: Mapping[str, str] | None = None) -> WrongLineError:
    if not hasattr(error, "error_dict"):
        return WrongLineError({"": error.messages})
    names = names or {}
    return WrongLineError(
        {
            names.get(name, "" if name == "__all__" else name): messages
            for name, messages in error.message_dict.items()
        }
    )


def check(form: forms.BaseForm) -> dict[str, Any]:
    if not form.is_valid():
        raise WrongLineError(
            {
                "" if name == NON_FIELD_ERRORS else name: list(map(str, errors))
                for name, errors in form.errors.items()
            }
        )
    return form.cleaned_data


def differences_of(
    model: Any, before: Any, content: Mapping[str, Any]
) -> list[tuple[str, SafeString]]:
    found = []
    for name, value in content.items():
        column = model._meta.get_field(name)
        old, new = as_words(getattr(before, name), column), as_words(value, column)
        if old != new:
            found.append((label_of(column), word_differences(old, new)))
    return found


class Kind:
    """One kind of table. An instance reads one file: it keeps what it looked up."""

    key: ClassVar[str]
    words: ClassVar[Any]
    # Field of a line → header, in the order of the export.
    columns: ClassVar[dict[str, str]]
    days: ClassVar[frozenset[str]] = frozenset()
    may_import: ClassVar[Callable[[Any], bool]] = staticmethod(can_import)
    # Exported for those who read, not looked at when read back.
    for_readers: ClassVar[frozenset[str]] = frozenset()

    def wanted(self) -> dict[str, str]:
        return {name: head for name, head in self.columns.items() if name not in self.for_readers}

    def values(self, cells: Mapping[str, Cell]) -> dict[str, str]:
        """The cells of a line by field, as text."""
        return {
            name: (day_of if name in self.days else text_of)(cells.get(header_key(header)))
            for name, header in self.wanted().items()
        }

    def identity(self, line: Mapping[str, str]) -> tuple[str, ...]:
        """What may be said once in a file."""
        raise NotImplementedError

    def take(self, line: Mapping[str, str], why: str) -> Done:
        """Write a line through the services. Raises WrongLineError."""
        raise NotImplementedError

    def rows(self, user: Reader) -> Iterable[Sequence[Cell]]:
        """The lines of the export: what somebody may see."""
        raise NotImplementedError

    # --- Lookups shared by the kinds ---

    @cached_property
    def _associations(self) -> dict[str, Association]:
        """By key, name and acronym. One query."""
        found: dict[str, Association] = {}
        rows = list(Association.objects.order_by("pk"))
        for names in ("acronym", "name", "slug"):
            found |= {fold(getattr(row, names)): row for row in rows if getattr(row, names)}
        return found

    def _association(self, word: str) -> Association:
        if not word:
            raise WrongLineError({"association": [_("Name the association.")]})
        found = self._associations.get(fold(word))
        if found is None:
            raise WrongLineError(
                {
                    "association": [
                        _("No association has the key or the name “%(word)s”: add it first.")
                        % {"word": word}
                    ]
                }
            )
        return found

    @cached_property
    def _people(self) -> dict[str, User]:
        return {user.email.lower(): user for user in User.objects.order_by("pk")}

    def _person(self, address: str) -> User:
        if not address:
            raise WrongLineError({"email": [_("Give the person’s e-mail address.")]})
        found = self._people.get(address.lower())
        if found is None:
            raise WrongLineError(
                {
                    "email": [
                        _("Nobody has an account with the address %(address)s: invite them first.")
                        % {"address": address}
                    ]
                }
            )
        return found


def place_of(association: Association) -> tuple[str, int]:
    """Names in an order that is the same on every database."""
    return fold(association.name), association.pk

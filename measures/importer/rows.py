"""Writes one row so that it is as the files say, and counts what that took."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, models
from django.utils.translation import gettext as _

from common.versions import VersionedModel
from measures.importer.problems import PlanFilesError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from measures.importer.files import Item
    from measures.importer.report import Report

    Row = TypeVar("Row", bound=models.Model)


def write(
    report: Report,
    item: Item,
    kind: type[Row],
    row: Row | None,
    values: dict[str, Any],
    *,
    parts_differ: bool = False,
) -> Row:
    """Add the row, or save it again where it differs, its version raised by one and its history kept.

    A row whose parts differ is saved again too: whoever has it open must not overwrite them unseen.
    """
    count = report.of(kind)
    if row is None:
        row = kind(**values)
        count.added += 1
    elif parts_differ or differs(row, values):
        if isinstance(row, VersionedModel):
            row = type(row).lock_version(row.pk, row.version)
        for name, value in values.items():
            setattr(row, name, value)
        count.changed += 1
    else:
        count.unchanged += 1
        return row
    with refusals(item):
        check(row)
        row.save()
    return row


def differs(row: models.Model, values: dict[str, Any]) -> bool:
    for name, value in values.items():
        field = row._meta.get_field(name)
        stored = getattr(row, field.attname if isinstance(field, models.Field) else name)
        if stored != (value.pk if isinstance(value, models.Model) else value):
            return True
    return False


def check(row: models.Model) -> None:
    """`full_clean` without the questions that it puts to the database, one a constraint and one a relation.

    The files have answered those for all rows at once; the database still refuses what would go against them.
    """
    # Some fields are made from others by `clean`.
    row.clean()
    row.clean_fields(
        exclude={field.name for field in row._meta.concrete_fields if field.is_relation}
    )


@contextmanager
def refusals(item: Item) -> Iterator[None]:
    """What a model or the database refuses is told where the entry stands, like any other mistake."""
    try:
        yield
    except ValidationError as error:
        raise PlanFilesError(_problems(error, item)) from error
    except DatabaseError as error:
        message = _("The database refuses this entry: %(reason)s") % {"reason": error}
        raise PlanFilesError([Problem(item.at(), message)]) from error


def _problems(error: ValidationError, item: Item) -> list[Problem]:
    if not hasattr(error, "error_dict"):
        return [Problem(item.at(), message) for message in error.messages]
    return [
        Problem(item.at(None if name == NON_FIELD_ERRORS else name), message)
        for name, messages in error.message_dict.items()
        for message in messages
    ]


def snapshot(rows: Iterable[models.Model], names: Sequence[str]) -> list[tuple[Any, ...]]:
    """The values of the parts of a row, to be compared with those that the files want."""
    return [tuple(getattr(row, name) for name in names) for row in rows]


def replace(
    kind: type[models.Model],
    owner: dict[str, models.Model],
    names: Sequence[str],
    wanted: Iterable[tuple[Any, ...]],
) -> None:
    """Write the parts of a row anew. They have no history of their own: that of the row says when they changed."""
    kind._default_manager.filter(**owner).delete()
    kind._default_manager.bulk_create(
        kind(**owner, **dict(zip(names, values, strict=True))) for values in wanted
    )

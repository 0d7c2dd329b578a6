"""The minutes that somebody may read, and those of them that they have not read yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Length

from meetings.models import Erratum, Minutes, MinutesSection, MinutesVisit, Session

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import User


def minutes_to_list(user: User | AnonymousUser) -> QuerySet[Any, Any]:
    """Minutes for a list, the latest meeting first, with `first_on`, `characters` and `is_unread`. One query.

    Unread: never opened, or a section or an erratum that this reader may read was written since. Strangers have read
    nothing and are told nothing.
    """
    sections = MinutesSection.objects.visible_to(user).filter(minutes=OuterRef("pk")).order_by()
    first = (
        Session.objects.filter(meeting=OuterRef("meeting"))
        .order_by()
        .values("meeting")
        .annotate(first=Min("on"))
        .values("first")
    )
    length = sections.values("minutes").annotate(total=Sum(Length("text"))).values("total")
    rows = Minutes.objects.visible_to(user).select_related("meeting", "adopted_at_meeting")
    rows = rows.annotate(
        first_on=Subquery(first),
        characters=Coalesce(Subquery(length, output_field=IntegerField()), Value(0)),
    )
    return _with_unread(rows, user, sections).order_by(F("first_on").desc(nulls_first=True), "-pk")


def _with_unread(
    rows: QuerySet[Any, Any],
    user: User | AnonymousUser,
    sections: QuerySet[Any, Any],
) -> QuerySet[Any, Any]:
    if not user.is_authenticated:
        nobody: QuerySet[Any, Any] = rows.annotate(
            is_unread=Value(value=False, output_field=BooleanField())
        )
        return nobody
    last = MinutesVisit.objects.filter(person=user, minutes=OuterRef("pk")).values("last_at")
    errata = Erratum.objects.visible_to(user).filter(section__minutes=OuterRef("pk"))
    marked: QuerySet[Any, Any] = rows.annotate(read_at=Subquery(last)).annotate(
        is_unread=Case(
            When(
                Q(read_at=None)
                | Exists(sections.filter(written_at__gt=OuterRef("read_at")))
                | Exists(errata.filter(added_at__gt=OuterRef("read_at"))),
                then=Value(value=True),
            ),
            default=Value(value=False),
            output_field=BooleanField(),
        )
    )
    return marked


def unread(rows: QuerySet[Any, Any], user: User | AnonymousUser) -> QuerySet[Any, Any]:
    return rows.filter(is_unread=True) if user.is_authenticated else rows.none()

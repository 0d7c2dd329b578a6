"""Promises that wait, proposed for the agenda of the next meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from commitments.follow_up import LATE, SILENT, line_of, standing_rows
from commitments.models import Commitment
from common.typography import number
from meetings.models import AgendaItem
from meetings.open_things import OTHERS, OpenThings, Proposal
from members.enums import Audience

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from django.contrib.auth.models import AnonymousUser

    from meetings.models import Meeting
    from members.models import User

HEADING = gettext_lazy("Promises late or without an answer")
REMARK = gettext_lazy(
    "The agenda names a promise that is public; of the others it shows the words to those who may read them."
)
# Longer lists are read on the page of the follow-up.
MOST = 50
TITLE_LIMIT: int = AgendaItem._meta.get_field("title").max_length or 0


def register() -> None:
    OTHERS.append(OpenThings(_proposals, _origins))


def _proposals(meeting: Meeting, by: User, on: dt.date) -> Iterator[Proposal]:
    """Late or silent on the day of the meeting; first, and ticked, those of the institutions that are met. Two queries."""
    waiting = Q(LATE.condition(on)) | Q(SILENT.condition(on))
    rows = standing_rows(by, on).filter(waiting).exclude(agenda_items__meeting=meeting)
    met = set(meeting.institutions.values_list("pk", flat=True))
    place = Case(When(institution__in=met, then=Value(0)), default=Value(1))
    for row in rows.order_by(place, F("late_from").asc(nulls_last=True), "last_on", "pk")[:MOST]:
        yield Proposal(
            key=f"commitment-{row.pk}",
            kind="commitment",
            title=_title(row),
            detail=_detail(row, on),
            is_checked=row.institution_id in met,
            origin={},
            heading=HEADING,
            remark=REMARK,
            tie=row.agenda_items.add,
        )


def _title(commitment: Any) -> str:
    """Guests read agendas: only what anybody may read is named."""
    with override(settings.LANGUAGE_CODE):
        if commitment.audience != Audience.PUBLIC:
            return _("A promise to follow up")
        values = {"who": commitment.institution.short_name, "what": commitment.wording}
        title = _("Promise of %(who)s: %(what)s") % values
    return title if len(title) <= TITLE_LIMIT else f"{title[: TITLE_LIMIT - 1]}…"


def _detail(commitment: Any, on: dt.date) -> str:
    days = line_of(commitment, on).days_late
    late = ngettext("%(number)s day late", "%(number)s days late", days) % {"number": number(days)}
    words = [commitment.institution.short_name, commitment.wording]
    return " – ".join([*words, late] if days else [*words, str(SILENT.label)])


def _origins(
    user: User | AnonymousUser, items: Collection[int]
) -> Mapping[int, Sequence[tuple[str, str]]]:
    rows = Commitment.objects.visible_to(user).filter(agenda_items__in=items)
    found: dict[int, list[tuple[str, str]]] = {}
    for item, slug, wording in rows.values_list("agenda_items", "slug", "wording"):
        found.setdefault(item, []).append((wording, Commitment(slug=slug).get_absolute_url()))
    return found

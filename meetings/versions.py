"""The versions of circulated minutes: what their sections said at each step, and the words that changed in between.

A text of the past is shown only to whoever may read the section today *and* could read it then: what was once for the
secretariat alone stays so, whatever the section’s audience became. The lists of names have no history: a text that was
for named people is shown to those named today, on a section that still is for named people, and to nobody else but the
secretariat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from common.differences import word_differences
from meetings.enums import StepKind
from meetings.models import Correction, Decision, FollowUp, MinutesSection, MinutesStep
from members.enums import Audience
from members.perms import is_reader_of_papers, is_secretariat

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from django.contrib.auth.models import AnonymousUser
    from django.utils.safestring import SafeString

    from meetings.models import Minutes
    from members.models import User

NOW = "maintenant"
WIDE = [Audience.PUBLIC, Audience.MEMBERS]


@dataclass(frozen=True)
class Version:
    """What the minutes said at the hour of a step; `step` is None for what they say now."""

    key: str
    step: MinutesStep | None

    @property
    def at(self) -> dt.datetime | None:
        return self.step.at if self.step else None


@dataclass(frozen=True)
class SectionText:
    pk: int
    position: int
    number: str
    heading: str
    text: str
    outcomes: str
    """Its decisions and follow-ups, a line each."""

    @property
    def title(self) -> str:
        return f"{self.number} {self.heading}".strip()


@dataclass(frozen=True)
class SectionDifference:
    """A section that is not the same in two versions. `before` or `after` is None where it is not in one of them."""

    before: SectionText | None
    after: SectionText | None
    title: SafeString
    text: SafeString
    outcomes: SafeString

    @property
    def pk(self) -> int:
        return (self.after or self.before).pk  # type: ignore[union-attr]


@dataclass(frozen=True)
class Comparison:
    changed: Sequence[SectionDifference]
    same: int
    """How many sections are alike in both."""


def steps_of(minutes: Minutes, user: User | AnonymousUser) -> list[MinutesStep]:
    """The steps that somebody may know of: a correction is told to those who may read its section. Two queries."""
    steps = list(
        MinutesStep.objects.filter(minutes=minutes).select_related("by").order_by("at", "pk")
    )
    corrections = Correction.objects.visible_to(user).filter(section__minutes=minutes)
    hours = set(corrections.exclude(decided_at=None).values_list("decided_at", flat=True))
    return [
        step
        for step in steps
        if step.kind != StepKind.CORRECTED or step.at in hours or is_secretariat(user)
    ]


def versions_of(minutes: Minutes, user: User | AnonymousUser) -> list[Version]:
    """From the first circulation to now, the oldest first. Nobody reads here what was being written before it."""
    if not is_reader_of_papers(user):
        return []
    steps = steps_of(minutes, user)
    return [*(Version(str(step.pk), step) for step in steps), Version(NOW, None)] if steps else []


def texts_of(minutes: Minutes, version: Version, user: User | AnonymousUser) -> list[SectionText]:
    """What somebody may read of a version, in its order. Four queries at most."""
    rows = list(_now(minutes, user) if version.at is None else _at(minutes, version.at, user))
    outcomes = _outcomes([row.id for row in rows], version.at)
    return [
        SectionText(
            row.id,
            row.position,
            row.number,
            row.heading,
            row.text,
            "\n".join(outcomes.get(row.id, [])),
        )
        for row in sorted(rows, key=lambda row: (row.position, row.id))
    ]


def compare(before: Sequence[SectionText], after: Sequence[SectionText]) -> Comparison:
    """The sections that differ, in the order of the later version; those it lost stand where they stood."""
    old = {section.pk: section for section in before}
    new = {section.pk: section for section in after}
    order = sorted({**old, **new}.values(), key=lambda section: (section.position, section.pk))
    changed = [
        _difference(old.get(section.pk), new.get(section.pk))
        for section in order
        if _words(old.get(section.pk)) != _words(new.get(section.pk))
    ]
    return Comparison(changed, len(order) - len(changed))


def _now(minutes: Minutes, user: User | AnonymousUser) -> Any:
    # The queryset of every room's restricted rows does not know which row it is of.
    rows: Any = MinutesSection.objects.visible_to(user)
    return rows.filter(minutes=minutes)


def _at(minutes: Minutes, at: dt.datetime, user: User | AnonymousUser) -> Any:
    """The last row of each section’s history at an hour, where both the section and that row are for this reader."""
    history = MinutesSection.history.model._default_manager
    last = (
        history.filter(id=OuterRef("id"), history_date__lte=at)
        .order_by("-history_date", "-history_id")
        .values("history_id")[:1]
    )
    rows = history.filter(minutes=minutes.pk, history_id=Subquery(last)).exclude(history_type="-")
    if is_secretariat(user):
        return rows
    today = _now(minutes, user)
    named = Q(audience=Audience.NAMED, id__in=today.filter(audience=Audience.NAMED).values("pk"))
    return rows.filter(Q(audience__in=WIDE, id__in=today.values("pk")) | named)


def _outcomes(sections: Collection[int], at: dt.datetime | None) -> dict[int, list[str]]:
    """By section, what was decided there and what was to be done: of sections that the reader may read."""
    found: dict[int, list[str]] = {}
    decided, to_do = _("Decision: %(text)s"), _("To follow up: %(text)s")
    for words, model in ((decided, Decision), (to_do, FollowUp)):
        for row in _parts_at(model, sections, at):
            due = getattr(row, "due_words", "") or getattr(row, "due_on", None)
            text = f"{row.text} – {due}" if due else row.text
            found.setdefault(row.section_id, []).append(words % {"text": text})
    return found


def _parts_at(
    model: type[Decision | FollowUp], sections: Collection[int], at: dt.datetime | None
) -> Any:
    if at is None:
        return model._default_manager.filter(section__in=sections).order_by("pk")
    history = model.history.model._default_manager
    last = (
        history.filter(id=OuterRef("id"), history_date__lte=at)
        .order_by("-history_date", "-history_id")
        .values("history_id")[:1]
    )
    rows = history.filter(section__in=sections, history_id=Subquery(last))
    return rows.exclude(history_type="-").order_by("id")


def _words(section: SectionText | None) -> tuple[str, str, str, str] | None:
    return (section.number, section.heading, section.text, section.outcomes) if section else None


def _difference(before: SectionText | None, after: SectionText | None) -> SectionDifference:
    old_title, old_text, old_outcomes = _parts_of(before)
    new_title, new_text, new_outcomes = _parts_of(after)
    return SectionDifference(
        before,
        after,
        word_differences(old_title, new_title),
        word_differences(old_text, new_text),
        word_differences(old_outcomes, new_outcomes),
    )


def _parts_of(section: SectionText | None) -> tuple[str, str, str]:
    return (section.title, section.text, section.outcomes) if section else ("", "", "")

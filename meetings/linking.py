"""Links that the editor offers: mentions of measures in a text, and what “@” completes to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from common.text import fold
from measures.models import Measure
from meetings.mentions import find_among
from plan.models import Institution, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from meetings.mentions import Mention
    from meetings.models import Minutes
    from members.models import User

# Rows that completion shows.
MOST_COMPLETIONS = 8
# A link, or a passage in backquotes: what is there stays as it is written.
_WRITTEN = re.compile(r"\[[^\[\]]{0,500}\]\([^()\s]{0,500}\)|`[^`\n]{1,500}`")
_LONGEST_QUERY = 60


@dataclass(frozen=True)
class Suggestion:
    """Words of a text that could lead to the measures they name. Places count as browsers do, in UTF-16 units."""

    start: int
    end: int
    words: str
    linked: str
    """What to put in their place."""
    numbers: tuple[str, ...]
    measures: tuple[int, ...]


@dataclass(frozen=True)
class Completion:
    """A row that “@22” or “@miprof” may become."""

    kind: str
    pk: int
    words: str
    link: str


def plan_of(minutes: Minutes) -> Plan | None:
    """The plan that minutes speak of: that of their measures, or of the agenda's, else the newest one. One query."""
    sections = Measure.objects.filter(
        minutes_sections__minutes=minutes.pk, plan=OuterRef("pk")
    ).order_by()
    agenda = Measure.objects.filter(
        agenda_items__meeting=minutes.meeting_id, plan=OuterRef("pk")
    ).order_by()
    plans = Plan.objects.annotate(is_told=Exists(sections), is_on_agenda=Exists(agenda))
    return plans.order_by("-is_told", "-is_on_agenda", "-starts_on", "-pk").first()


def measures_of(
    plan: Plan | None, user: User | AnonymousUser, kept: Iterable[int] = ()
) -> QuerySet[Measure]:
    """The measures of a plan, in its order, with what a link to each needs; and those `kept`, whatever their plan."""
    rows = Measure.objects.visible_to(user).filter(Q(plan=plan) | Q(pk__in=list(kept)))
    rows = rows.select_related("plan").only("number", "number_key", "short_title", "plan__slug")
    return rows.order_by("plan", "number_key")


def suggestions_in(text: str, measures: Sequence[Measure]) -> list[Suggestion]:
    """The mentions of measures that lead nowhere yet. No query."""
    by_number = {measure.number: measure for measure in measures}
    return [
        Suggestion(
            start=_in_units(text, mention.start),
            end=_in_units(text, mention.end),
            words=mention.words,
            linked=_linked(mention, by_number),
            numbers=mention.numbers,
            measures=tuple(by_number[number].pk for number in mention.numbers),
        )
        for mention in _free(text, by_number)
    ]


def link_all(text: str, measures: Sequence[Measure]) -> tuple[str, list[Measure]]:
    """The text with every mention made a link, and the measures that it names. No query."""
    by_number = {measure.number: measure for measure in measures}
    named: dict[str, Measure] = {}
    for mention in reversed(list(_free(text, by_number))):
        text = text[: mention.start] + _linked(mention, by_number) + text[mention.end :]
        named |= {number: by_number[number] for number in mention.numbers}
    return text, list(named.values())


def completions_for(
    words: str, measures: Iterable[Measure], user: User | AnonymousUser
) -> list[Completion]:
    """What somebody may mean by these words: numbers first, then names that begin with them, then those that hold them.

    One query.
    """
    wanted = fold(words.strip()[:_LONGEST_QUERY])
    if not wanted:
        return []
    ranked = [
        (rank, place, _measure(measure))
        for place, measure in enumerate(measures)
        if (rank := _rank(wanted, measure.number, [measure.number, measure.short_title]))
        is not None
    ]
    institutions = Institution.objects.visible_to(user).only("key", "name", "acronym")
    ranked += [
        (rank, place, _institution(institution))
        for place, institution in enumerate(institutions)
        if (rank := _rank(wanted, institution.key, [institution.acronym, institution.name]))
        is not None
    ]
    ranked.sort(key=lambda each: each[:2])
    return [row for _rank_, _place, row in ranked[:MOST_COMPLETIONS]]


def _free(text: str, by_number: Mapping[str, Measure]) -> Iterator[Mention]:
    """Mentions of known measures outside of links and code."""
    written = [match.span() for match in _WRITTEN.finditer(text)]
    for mention in find_among(text, by_number):
        is_written = any(start < mention.end and mention.start < end for start, end in written)
        if mention.numbers and not is_written:
            yield mention


def _linked(mention: Mention, by_number: Mapping[str, Measure]) -> str:
    """One number: the words as a link. Several: each number that is written leads to its measure."""
    if len(mention.numbers) == 1 and not mention.proposed:
        return f"[{mention.words}]({by_number[mention.numbers[0]].get_absolute_url()})"
    # The longest first: “4 bis” before “4”.
    longest = sorted(mention.numbers, key=len, reverse=True)
    numbers = "|".join(re.escape(number).replace(r"\ ", r"\s") for number in longest)
    folded = {re.sub(r"\s", " ", number.lower()): by_number[number] for number in mention.numbers}

    def link(match: re.Match[str]) -> str:
        measure = folded[re.sub(r"\s", " ", match[0].lower())]
        return f"[{match[0]}]({measure.get_absolute_url()})"

    return re.sub(rf"(?<![\w.])(?:{numbers})(?!\w| ?(?:bis|ter|quater)\b)", link, mention.words)


def _in_units(text: str, position: int) -> int:
    """A place in a text as JavaScript counts it."""
    return len(text[:position].encode("utf-16-le")) // 2


def _rank(wanted: str, key: str, names: Iterable[str]) -> int | None:
    """How well some words name a row, the best being 0; None when they do not."""
    folded = [fold(name) for name in names if name]
    if wanted in {fold(key), *folded}:
        return 0
    if any(name.startswith(wanted) for name in folded):
        return 1
    if any(f" {wanted}" in name for name in folded):
        return 2
    return 3 if len(wanted) > 2 and any(wanted in name for name in folded) else None


def _measure(measure: Measure) -> Completion:
    return Completion(
        kind="measure",
        pk=measure.pk,
        words=f"{measure.number} – {measure.short_title}",
        link=f"[mesure {measure.number}]({measure.get_absolute_url()})",
    )


def _institution(institution: Any) -> Completion:
    name = institution.short_name
    full = f"{name} – {institution.name}" if name != institution.name else name
    address = reverse("measures:institution-detail", args=[institution.key])
    return Completion("institution", institution.pk, words=full, link=f"[{name}]({address})")

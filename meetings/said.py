"""Everything that was said of a measure, or of an institution, in every meeting, in order, as one reader may know it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.markdown import Notes, render, without_notes
from measures.models import Assessment
from meetings.minutes_page import done_words, how_decided, kept_part
from meetings.models import Decision, FollowUp, Meeting, MeetingPaper, MinutesSection, Session

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet
    from django.utils.safestring import SafeString

    from measures.models import Measure
    from members.models import User
    from plan.models import Institution

PAGE_SIZE = 20
# Characters. Longer sections are read in their minutes.
WHOLE, EXCERPT = 1_500, 700


# The level of the heading above a panel.
PANEL_LEVEL = 2
# In this order on one day.
SECTION, PAPER, FINDING = range(3)


@dataclass(frozen=True)
class Said:
    """One thing said, a paper handed in, or a finding, ready to print."""

    kind: str
    """`section`, `paper` or `finding`."""
    on: dt.date | None
    heading: str
    address: str
    html: SafeString
    is_cut: bool = False
    meeting: Meeting | None = None
    decisions: Sequence[tuple[SafeString, str]] = ()
    follow_ups: Sequence[tuple[SafeString, FollowUp, str]] = ()
    finding: Assessment | None = None


def said_of_measure(measure: Measure, user: User | AnonymousUser, page: str | None) -> Page[Said]:
    """A page of the thread of a measure: sections, papers, and what others than the lead assessor found.

    A constant number of queries.
    """
    findings = (
        Assessment.objects.as_of(timezone.localdate())
        .filter(measure=measure)
        .exclude(assessor=measure.plan.lead_assessor_id)
    )
    return _page(user, page, findings=findings, number=measure.number, measures=measure)


def said_of_institution(
    institution: Institution, user: User | AnonymousUser, page: str | None
) -> Page[Said]:
    """A page of what was said about an institution. A constant number of queries."""
    return _page(user, page, findings=Assessment.objects.none(), institutions=institution)


def meetings_with(institution: Institution, user: User | AnonymousUser) -> QuerySet[Meeting, Any]:
    """Where the collective met an institution, or was its guest: those that the reader may know of."""
    met = Meeting.institutions.through._default_manager.filter(institution=institution)
    hosted = Session.objects.filter(host=institution)
    return (
        Meeting.objects.visible_to(user)
        .filter(Q(pk__in=met.values("meeting")) | Q(pk__in=hosted.values("meeting")))
        .in_order()
    )


def times_met(user: User | AnonymousUser, institutions: Collection[int]) -> Mapping[int, int]:
    """How many meetings with each institution, or at its house, somebody may know of. Two queries."""
    rows = Meeting.objects.visible_to(user).order_by()
    met = rows.filter(institutions__in=institutions).values_list("institutions", "pk")
    hosted = rows.filter(sessions__host__in=institutions).values_list("sessions__host", "pk")
    return Counter(institution for institution, _meeting in {*met, *hosted})


def times_said(user: User | AnonymousUser, institutions: Collection[int]) -> Mapping[int, int]:
    """How many sections about each institution somebody may read. One query."""
    rows = (
        MinutesSection.objects.visible_to(user)
        .filter(institutions__in=institutions)
        .order_by()
        .values("institutions")
        .annotate(times=Count("pk", distinct=True))
    )
    return dict(rows.values_list("institutions", "times"))


def _page(
    user: User | AnonymousUser,
    page: str | None,
    *,
    findings: QuerySet[Assessment, Any],
    number: str = "",
    **about: Any,
) -> Page[Said]:
    sections = MinutesSection.objects.visible_to(user).filter(**about).with_day()
    papers = _with_day(MeetingPaper.objects.visible_to(user).filter(**about))
    mentions = [
        *_mentions(SECTION, sections.order_by().values_list("said_on", "position", "pk")),
        *_mentions(PAPER, papers.order_by().values_list("said_on", "pk", "pk")),
        *_mentions(FINDING, findings.order_by().values_list("assessed_on", "pk", "pk")),
    ]
    mentions.sort(key=lambda each: (each[0] or dt.date.max, *each[1:]))
    pages: Paginator[Any] = Paginator(mentions, PAGE_SIZE)
    chosen = pages.get_page(page)
    here = list(chosen.object_list)
    shown: dict[tuple[int, int], Said] = {
        **_sections(sections.filter(pk__in=_keys(here, SECTION)), number),
        **_papers(papers.filter(pk__in=_keys(here, PAPER))),
        **_findings(findings.filter(pk__in=_keys(here, FINDING))),
    }
    said = [shown[kind, pk] for _on, kind, _order, pk in here if (kind, pk) in shown]
    return Page(said, chosen.number, pages)


def _mentions(kind: int, rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, int, int, int]]:
    return [(on, kind, order, pk) for on, order, pk in rows]


def _keys(mentions: Iterable[tuple[Any, int, int, int]], kind: int) -> list[int]:
    return [each[3] for each in mentions if each[1] == kind]


def _with_day(papers: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    first = (
        Session.objects.filter(meeting=OuterRef("meeting"))
        .order_by()
        .values("meeting")
        .annotate(first=Min("on"))
        .values("first")
    )
    dated: QuerySet[Any, Any] = papers.annotate(said_on=Coalesce("dated_on", Subquery(first)))
    return dated


def _sections(rows: QuerySet[Any, Any], number: str) -> dict[tuple[int, int], Said]:
    found = list(
        rows.select_related("minutes__meeting").prefetch_related(
            "decisions", "follow_ups__association", "follow_ups__institution"
        )
    )
    return {(SECTION, row.pk): _section(row, number) for row in found}


def _section(row: Any, number: str) -> Said:
    words, is_cut = excerpt(row.text, number)
    return Said(
        kind="section",
        on=row.said_on,
        heading=str(row) if row.number or row.heading else "",
        address=row.get_absolute_url(),
        html=_rendered(words),
        is_cut=is_cut,
        meeting=row.minutes.meeting,
        decisions=[(_short(each.text), _how(each)) for each in row.decisions.all()],
        follow_ups=[
            (_short(each.text), each, done_words(each.done_on, each.done_note))
            for each in row.follow_ups.all()
        ],
    )


def _papers(rows: QuerySet[Any, Any]) -> dict[tuple[int, int], Said]:
    return {
        (PAPER, row.pk): Said(
            kind="paper",
            on=row.said_on,
            heading=row.title,
            address=row.meeting.get_absolute_url(),
            html=_short(row.summary),
            meeting=row.meeting,
        )
        for row in rows.select_related("meeting")
    }


def _findings(rows: QuerySet[Assessment, Any]) -> dict[tuple[int, int], Said]:
    found = rows.select_related("assessor", "level", "measure__plan")
    return {(FINDING, row.pk): _finding(row) for row in found}


def _finding(row: Assessment) -> Said:
    words, is_cut = excerpt(row.observations)
    measure = row.measure.get_absolute_url()
    return Said(
        kind="finding",
        on=row.assessed_on,
        heading=row.assessor.name,
        address=f"{measure}?par={row.assessor.key}&le={row.assessed_on:%Y-%m-%d}",
        html=_rendered(f"{without_notes(row.reason)}\n\n{words}"),
        is_cut=is_cut,
        finding=row,
    )


def _rendered(text: str) -> SafeString:
    """Under the head of a panel. What anyone said again and again is rendered once."""
    return kept_part(text, under=PANEL_LEVEL).placed(Notes(), lambda _number: "")


def _short(text: str) -> SafeString:
    return render(without_notes(text))


def _how(decision: Decision) -> str:
    return how_decided(
        decision.means, decision.votes_for, decision.votes_against, decision.abstentions
    )


def excerpt(text: str, number: str = "") -> tuple[str, bool]:
    """The whole of a short text; of a long one its first paragraphs, from where the measure of that number is named.

    With whether something is left out. Notes have no place here.
    """
    text = without_notes(text).strip()
    if len(text) <= WHOLE:
        return text, False
    paragraphs = re.split(r"\n\s*\n", text)
    start = _first_naming(number, paragraphs) if number else 0
    taken: list[str] = []
    for paragraph in paragraphs[start:]:
        if taken and sum(map(len, taken)) + len(paragraph) > EXCERPT:
            break
        taken.append(paragraph)
    words = "\n\n".join(taken)
    if len(words) > WHOLE:
        words = words[:EXCERPT].rsplit(" ", 1)[0] + " …"
    return words, True


def _first_naming(number: str, paragraphs: Sequence[str]) -> int:
    # “22” is not named by “mesure 2”, nor “4” by “4 bis”.
    named = re.compile(
        rf"(?i)\bmesures?\b[^.\n]*?(?<![\w.]){re.escape(number)}(?![\w]|\s(?:bis|ter|quater)\b)"
    )
    return next((place for place, words in enumerate(paragraphs) if named.search(words)), 0)

"""The list of ten thousand commitments with a hundred thousand events, as of any day."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db import connection
from django.utils import timezone

from commitments.enums import EventKind, Origin
from commitments.models import Commitment, CommitmentEvent
from measures.models import Measure
from members.enums import Audience, Role
from plan.models import Institution
from tests.bench import data, load, results, server

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from plan.models import Plan
    from tests.bench.data import Cost
    from tests.bench.load import Page, Round

COMMITMENTS = 10_000
EVENTS = 10
FEW = 30
# Milliseconds.
TARGET_P95 = 100
FIRST_DAY = dt.date(2013, 1, 7)
# Some of every age.
DAYS = ["2014-03-01", "2015-01-22", "2016-06-30", "2017-07-06", "2026-01-01"]
ON_THE_WAY = [
    EventKind.NO_NEWS,
    EventKind.REMINDED,
    EventKind.ANSWERED,
    EventKind.POSTPONED,
    EventKind.REAFFIRMED,
]
AT_LAST = [EventKind.KEPT, EventKind.PARTLY_KEPT, EventKind.BROKEN, EventKind.OVERTAKEN]
PATH = "/engagements/"


def _days() -> Iterator[dt.date]:
    return itertools.cycle(FIRST_DAY + dt.timedelta(days=number) for number in range(500, 3_500))


@dataclass(frozen=True)
class NewDay(load.Page):
    """The list as of another day each time: the order that was kept for the days last asked for is of no use."""

    days: Iterator[dt.date] = field(default_factory=_days)

    def request(self, port: int) -> bytes:
        path = f"{PATH}?{urlencode({'le': next(self.days)})}"
        return load.Page(self.name, path, self.proof, self.cookie).request(port)


def add_commitments(total: int) -> None:
    """Commitments of every audience, each with ten events; one in a hundred was recorded by mistake. Written in bulk."""
    chance = random.Random(5)
    institutions = list(Institution.objects.order_by("pk"))
    measures = list(Measure.objects.order_by("pk").values_list("pk", flat=True))
    first = Commitment.objects.count()
    rows = Commitment.objects.bulk_create(
        Commitment(
            slug=f"bench-{number}",
            institution=chance.choice(institutions),
            wording=f"Publier la circulaire n° {number} sur la protection des victimes",
            origin=Origin.SPEECH,
            audience=chance.choices(
                [Audience.MEMBERS, Audience.PUBLIC, Audience.NAMED, Audience.SECRETARIAT],
                [60, 20, 15, 5],
            )[0],
        )
        for number in range(first, first + total)
    )
    events = [event for row in rows for event in _story(chance, row)]
    # As they come in the life of a collective: those of one commitment lie far apart.
    events.sort(key=lambda event: event.on)
    written = CommitmentEvent.objects.bulk_create(events, batch_size=1_000)
    CommitmentEvent.objects.bulk_create(
        CommitmentEvent(
            commitment=event.commitment,
            kind=EventKind.RETRACTED,
            on=event.on,
            text="Recorded by mistake.",
            retracts=event,
        )
        for event in written
        if event.kind != EventKind.MADE and chance.random() < 0.01
    )
    about = Commitment.measures.through
    about._default_manager.bulk_create(
        about(commitment_id=row.pk, measure_id=chance.choice(measures)) for row in rows
    )
    data.gather_statistics()


def _story(chance: random.Random, row: Commitment) -> Iterator[CommitmentEvent]:
    on = FIRST_DAY + dt.timedelta(days=chance.randrange(1_400))
    for number in range(EVENTS):
        kind = EventKind.MADE if number == 0 else chance.choice(ON_THE_WAY)
        if number == EVENTS - 1 and chance.random() < 0.5:
            kind = chance.choice(AT_LAST)
        has_deadline = kind in {EventKind.MADE, EventKind.POSTPONED}
        yield CommitmentEvent(
            commitment=row,
            kind=kind,
            on=on,
            text="Ce qui en fut dit ce jour-là, en une ou deux phrases du secrétariat.",
            deadline_words="dans six mois" if has_deadline else "",
            late_from=on + dt.timedelta(days=180) if has_deadline else None,
        )
        on += dt.timedelta(days=chance.randrange(60))


def pages(plan: Plan, cookie: str = "") -> Iterator[Page]:
    yield NewDay("as of a new day", PATH, "<main", cookie)
    for day in DAYS:
        yield load.Page(f"as of {day}", f"{PATH}?{urlencode({'le': day})}", "<main", cookie)
    asked = {
        "today": {},
        "late ones": {"retard": "1"},
        "one institution": {"institution": Institution.objects.order_by("pk")[0].key},
        "one measure": {"mesure": f"{plan.slug}/22"},
        "last page": {"page": "50"},
    }
    for name, query in asked.items():
        yield load.Page(name, f"{PATH}?{urlencode(query)}", "<main", cookie)


def measure(options: argparse.Namespace, plan: Plan) -> str:
    """A table of what each list takes, one reader at a time, then `load.CONNECTIONS` at once."""
    bare = load.Page("bare", f"/bench/bare/{plan.pk}/", "</table>")
    asked = {("stranger", page.name): page for page in [bare, *pages(plan)]} | {
        ("member", page.name): page for page in pages(plan, data.cookie_of(Role.MEMBER))
    }
    add_commitments(FEW)
    few = data.count_queries(asked)
    start = timezone.now()
    add_commitments(COMMITMENTS - FEW)
    seconds = (timezone.now() - start).total_seconds()
    many = data.count_queries(asked)
    alone: dict[tuple[str, str], list[Round]] = {key: [] for key in asked}
    together: dict[tuple[str, str], list[Round]] = {key: [] for key in asked}
    with server.site(options.worker) as site:
        for rounds, readers in ((alone, 1), (together, load.CONNECTIONS)):
            asking = load.Load(site.port, site.cpu, readers)
            for page in asked.values():
                asking.check(page)
                asking.ask(page, options.seconds / 4)
            for _number in range(options.rounds):
                for key, page in asked.items():
                    rounds[key].append(asking.ask(page, options.seconds))
            asking.close()
    return "\n\n".join(
        [
            f"{Commitment.objects.count():,} commitments, {CommitmentEvent.objects.count():,} events, written in {seconds:.0f} s. "
            f"gunicorn, {server.WORKERS} {options.worker} workers; {options.rounds} rounds of {options.seconds:g} s a page.",
            _table(alone, together, few, many),
        ]
    )


def _table(
    alone: dict[tuple[str, str], list[Round]],
    together: dict[tuple[str, str], list[Round]],
    few: dict[tuple[str, str], Cost],
    many: dict[tuple[str, str], Cost],
) -> str:
    lines = [
        f"| reader | list | queries, {FEW} / {COMMITMENTS:,} | CPU ms | p50 ms | p95 ms | target | p95 ms, {load.CONNECTIONS} readers at once |",
        "|---|---|---|--:|--:|--:|---|--:|",
    ]
    for (reader, page), own in alone.items():
        cpu = statistics.median(each.cpu for each in own) * 1000
        p50, p95 = (_percentile(own, share) for share in (50, 95))
        target = "" if page == "bare" else results.target(p95 <= TARGET_P95, f"≤ {TARGET_P95} ms")
        lines.append(
            f"| {reader} | {page} | {few[reader, page].again} / {many[reader, page].again} | {cpu:.1f} | {p50:.1f} | {p95:.1f} | {target} "
            f"| {_percentile(together[reader, page], 95):.1f} |"
        )
    lines.append(f"\n{connection.display_name}; CPU is that of the site's workers alone.")
    return "\n".join(lines)


def _percentile(rounds: list[Round], share: int) -> float:
    return statistics.median(results.percentile(each.latencies, share) for each in rounds) * 1000

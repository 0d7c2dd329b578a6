"""Searching a million words in two thousand meetings, as a stranger and as a member."""

from __future__ import annotations

import datetime as dt
import random
import re
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.utils import timezone

from common.models import SearchEntry
from common.search.rebuilding import rebuild
from measures.models import Measure
from meetings.enums import MinutesStatus
from meetings.models import Meeting, Minutes, MinutesSection, Session
from members.enums import Audience, Role
from tests.bench import data, load, results, server

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from plan.models import Plan
    from tests.bench.load import Page, Round

MEETINGS = 2_000
SECTIONS = 10
WORDS = 50
# Milliseconds.
TARGET_P95 = 50
FIRST_DAY = dt.date(2010, 1, 4)
# In five sections of two hundred thousand; in nearly every one; one after another in a tenth of them.
RARE, FREQUENT, PHRASE = "sémaphore", "traite", "fonds dédié"
PATH = "/recherche/"


@dataclass(frozen=True)
class Written:
    """What was put in the index."""

    rows: int
    words: int
    seconds: float


def add_meetings() -> Written:
    """Meetings with their minutes, most of them for members, some public. Written in bulk: only what they say counts."""
    chance = random.Random(4)
    known = vocabulary()
    first = FIRST_DAY
    meetings = Meeting.objects.bulk_create(
        Meeting(slug=f"bench-{n}", title=f"Réunion {n}", is_public=n % 4 == 0)
        for n in range(MEETINGS)
    )
    Session.objects.bulk_create(
        Session(meeting=meeting, on=first + dt.timedelta(days=2 * n))
        for n, meeting in enumerate(meetings)
    )
    minutes = Minutes.objects.bulk_create(
        _minutes(meeting, following)
        for meeting, following in zip(meetings, [*meetings[1:], None], strict=True)
    )
    sections = MinutesSection.objects.bulk_create(
        MinutesSection(
            minutes=each,
            position=number,
            heading=" ".join(chance.choices(known, k=4)),
            text=_text(chance, known),
            audience=chance.choices(
                [Audience.MEMBERS, Audience.PUBLIC, Audience.NAMED, Audience.SECRETARIAT],
                [60, 20, 15, 5],
            )[0],
        )
        for each in minutes
        for number in range(SECTIONS)
    )
    about = MinutesSection.measures.through
    measures = list(Measure.objects.order_by("pk").values_list("pk", flat=True))
    about._default_manager.bulk_create(
        about(minutessection_id=section.pk, measure_id=chance.choice(measures))
        for section in sections
    )
    start = timezone.now()
    for _step in rebuild():
        pass
    seconds = (timezone.now() - start).total_seconds()
    data.gather_statistics()
    words = sum(len(section.text.split()) for section in sections)
    return Written(SearchEntry.objects.count(), words, seconds)


def _minutes(meeting: Meeting, following: Meeting | None) -> Minutes:
    if following is None:
        return Minutes(meeting=meeting)
    return Minutes(
        meeting=meeting,
        status=MinutesStatus.ADOPTED,
        circulated_at=timezone.now(),
        adopted_at_meeting=following,
        adopted_on=FIRST_DAY + dt.timedelta(days=2 * MEETINGS),
    )


def vocabulary() -> list[str]:
    """The words of the real plan, as often as it uses them: no other list has the field's own."""
    texts = (settings.BASE_DIR / data.REAL_PLAN).rglob("*.yaml")
    return [
        word
        for path in sorted(texts)
        for word in re.findall(r"[^\W\d_]{2,}", Path(path).read_text(encoding="utf-8"))
    ]


def _text(chance: random.Random, known: list[str]) -> str:
    words = chance.choices(known, k=WORDS)
    if chance.random() < 0.9:
        words[chance.randrange(WORDS)] = FREQUENT
    if chance.random() < 0.1:
        place = chance.randrange(WORDS - 1)
        words[place : place + 2] = PHRASE.split()
    if chance.random() < 5 / (MEETINGS * SECTIONS):
        words[-1] = RARE
    return " ".join(words)


def pages(plan: Plan, cookie: str = "") -> Iterator[Page]:
    """The bare page, then what people look for."""
    yield load.Page("bare", f"/bench/bare/{plan.pk}/", "</table>", cookie)
    asked = {
        "rare word": {"q": RARE},
        "frequent word": {"q": FREQUENT},
        "frequent word, last page": {"q": FREQUENT, "page": "5"},
        "two frequent words": {"q": f"{FREQUENT} victimes"},
        "phrase": {"q": f"« {PHRASE} »"},
        "frequent word, one measure": {"q": FREQUENT, "mesure": "22"},
        "frequent word, one year": {"q": FREQUENT, "du": "2014-01-01", "au": "2014-12-31"},
        "minutes about one measure": {"genre": "comptes-rendus", "mesure": "22"},
        "nonsense word": {"q": "xyzzyx"},
    }
    for name, query in asked.items():
        yield load.Page(name, f"{PATH}?{urlencode(query)}", 'id="results"', cookie)


def measure(options: argparse.Namespace, plan: Plan) -> str:
    """A table of what each search takes, `load.CONNECTIONS` readers asking at once."""
    written = add_meetings()
    asked = {("stranger", page.name): page for page in pages(plan)}
    asked |= {("member", page.name): page for page in pages(plan, data.cookie_of(Role.MEMBER))}
    rounds: dict[tuple[str, str], list[Round]] = {key: [] for key in asked}
    with server.site(options.worker) as site:
        asking = load.Load(site.port, site.cpu)
        for page in asked.values():
            asking.check(page)
            asking.ask(page, options.seconds / 4)
        for _number in range(options.rounds):
            for key, page in asked.items():
                rounds[key].append(asking.ask(page, options.seconds))
        asking.close()
    return "\n\n".join(
        [
            f"{written.words:,} words in {MEETINGS:,} meetings, {written.rows:,} rows in the index, made in {written.seconds:.0f} s. "
            f"gunicorn, {server.WORKERS} {options.worker} workers; {load.CONNECTIONS} readers; {options.rounds} rounds of {options.seconds:g} s a search.",
            _table(rounds),
        ]
    )


def _table(rounds: dict[tuple[str, str], list[Round]]) -> str:
    lines = [
        "| reader | search | requests/s | CPU ms | p50 ms | p95 ms | target |",
        "|---|---|--:|--:|--:|--:|---|",
    ]
    for (reader, page), own in rounds.items():
        rate = statistics.median(each.rate for each in own)
        cpu = statistics.median(each.cpu for each in own) * 1000
        p50 = statistics.median(results.percentile(each.latencies, 50) for each in own) * 1000
        p95 = statistics.median(results.percentile(each.latencies, 95) for each in own) * 1000
        target = "" if page == "bare" else results.target(p95 <= TARGET_P95, f"≤ {TARGET_P95} ms")
        lines.append(
            f"| {reader} | {page} | {rate:.0f} | {cpu:.2f} | {p50:.1f} | {p95:.1f} | {target} |"
        )
    lines.append(f"\n{connection.display_name}; CPU is that of the site's workers alone.")
    return "\n".join(lines)

"""Reading minutes of thirty thousand words, and twenty people writing others at once."""

from __future__ import annotations

import http.client
import json
import random
import re
import statistics
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from measures.models import Measure
from meetings.enums import MinutesStatus
from meetings.models import Meeting, Minutes, MinutesSection, Session
from members.enums import Audience, Role
from tests.bench import data, load, results, server
from tests.bench.search import FIRST_DAY, vocabulary

if TYPE_CHECKING:
    import argparse

    from plan.models import Plan
    from tests.bench.load import Round

SECTIONS = 60
WORDS = 30_000
# How many times as long as the bare page the page of minutes may take.
TARGET_TIMES = 3
WRITERS = 20
# Seconds between two saves of one writer: the editor waits for a pause in the typing.
PAUSE = 1.0
# Saves that are not counted, while each worker reads the site's code.
WARMING = 2
# Milliseconds.
TARGET_P95 = 100


def add_minutes(slug: str, plan: Plan, *, sections: int, words: int, status: str) -> Minutes:
    """Minutes of so many words: paragraphs, lists and mentions, each section about a measure."""
    chance, known = random.Random(slug), vocabulary()
    meeting = Meeting.objects.create(slug=slug, title="Réunion du banc")
    Session.objects.create(meeting=meeting, on=FIRST_DAY)
    shown = status != MinutesStatus.DRAFT
    minutes = Minutes.objects.create(
        meeting=meeting, status=status, circulated_at=timezone.now() if shown else None
    )
    measures = list(Measure.objects.filter(plan=plan))
    for position in range(sections):
        section = MinutesSection.objects.create(
            minutes=minutes,
            position=position + 1,
            number=f"{position + 1}.",
            heading=" ".join(chance.choices(known, k=6)),
            text=_text(chance, known, words // sections),
            audience=Audience.MEMBERS,
        )
        section.measures.add(chance.choice(measures))
    return minutes


def _text(chance: random.Random, known: list[str], words: int) -> str:
    paragraphs = []
    while words > 0:
        taken = min(words, chance.randrange(40, 120))
        words -= taken
        paragraph = " ".join(chance.choices(known, k=taken)) + "."
        paragraphs.append(f"- {paragraph}" if chance.random() < 0.2 else paragraph)
    return "\n\n".join(paragraphs)


# --- Reading


def measure_reading(options: argparse.Namespace, plan: Plan) -> str:
    """How long the page of long minutes takes beside the bare page, both asked for by a member."""
    minutes = add_minutes(
        "bench-long", plan, sections=SECTIONS, words=WORDS, status=MinutesStatus.CIRCULATED
    )
    cookie = data.cookie_of(Role.MEMBER)
    pages = [
        load.Page("bare", f"/bench/bare/{plan.pk}/", "</table>", cookie),
        load.Page("minutes", minutes.get_absolute_url(), "Réunion du banc", cookie),
    ]
    rounds: dict[str, list[Round]] = {page.name: [] for page in pages}
    with server.site(options.worker) as site:
        asking = load.Load(site.port, site.cpu)
        for page in pages:
            asking.check(page)
            # Every worker makes its own renderings once.
            asking.ask(page, options.seconds)
        for _number in range(options.rounds):
            for page in pages:
                rounds[page.name].append(asking.ask(page, options.seconds))
        asking.close()
    times = statistics.median(
        bare.rate / own.rate for bare, own in zip(rounds["bare"], rounds["minutes"], strict=True)
    )
    p50 = statistics.median(results.percentile(each.latencies, 50) for each in rounds["minutes"])
    return "\n".join(
        [
            "| page | requests/s | CPU ms | p50 ms | times as long as the bare page | target |",
            "|---|--:|--:|--:|--:|---|",
            f"| minutes of {WORDS:,} words, {SECTIONS} sections, a member | {_median_rate(rounds['minutes']):.0f} "
            f"| {statistics.median(each.cpu for each in rounds['minutes']) * 1000:.2f} | {p50 * 1000:.1f} "
            f"| {times:.2f} | {results.target(times <= TARGET_TIMES, f'≤ {TARGET_TIMES}')} |",
        ]
    )


def _median_rate(rounds: list[Round]) -> float:
    return statistics.median(each.rate for each in rounds)


# --- Writing


@dataclass
class Writer:
    """Somebody who types in a section of their own: what was acknowledged last, and how long each save took."""

    path: str
    cookie: str
    section: int
    version: int = 1
    acknowledged: str = ""
    latencies: list[float] = field(default_factory=list)
    refused: int = 0

    def write(self, port: int, text: str, until: float) -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=load.PATIENCE)
        token = re.search(rf"{settings.CSRF_COOKIE_NAME}=(\w+)", self.cookie)
        headers = {
            "Cookie": self.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": token[1] if token else "",
        }
        chance = random.Random(self.section)
        time.sleep(chance.random() * PAUSE)
        number = 0
        while time.monotonic() < until:
            number += 1
            said = f"{text} {self.section} {number}"
            body = urlencode(
                {"version": self.version, "number": "I.", "heading": "Point", "text": said}
            )
            start = time.perf_counter()
            link.request("POST", self.path, body, headers)
            response = link.getresponse()
            answer = response.read()
            if number > WARMING:
                self.latencies.append(time.perf_counter() - start)
            if response.status == http.HTTPStatus.OK:
                self.version, self.acknowledged = json.loads(answer)["version"], said
            else:
                self.refused += 1
            time.sleep(PAUSE * (0.5 + chance.random()))
        link.close()


def measure_writing(options: argparse.Namespace, plan: Plan) -> str:
    """How long an autosave takes while twenty people write, and whether all that was acknowledged is there."""
    minutes = add_minutes(
        "bench-written", plan, sections=WRITERS, words=WRITERS * 300, status=MinutesStatus.DRAFT
    )
    cookie, text = data.cookie_of(Role.SECRETARIAT), " ".join(vocabulary()[:400])
    writers = [
        Writer(f"{minutes.get_absolute_url()}rediger/{section.pk}/enregistrer/", cookie, section.pk)
        for section in minutes.sections.all()
    ]
    seconds = options.rounds * options.seconds
    with server.site(options.worker) as site:
        until = time.monotonic() + seconds
        threads = [
            threading.Thread(target=writer.write, args=(site.port, text, until))
            for writer in writers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    kept = dict(minutes.sections.values_list("pk", "text"))
    lost = sum(kept[writer.section] != writer.acknowledged for writer in writers)
    latencies = [each for writer in writers for each in writer.latencies]
    p50, p95 = (results.percentile(latencies, rank) * 1000 for rank in (50, 95))
    return "\n".join(
        [
            "| writers | saves | refused | p50 ms | p95 ms | target | lost | target |",
            "|--:|--:|--:|--:|--:|---|--:|---|",
            f"| {len(writers)} | {len(latencies)} | {sum(writer.refused for writer in writers)} | {p50:.1f} | {p95:.1f} "
            f"| {results.target(p95 <= TARGET_P95, f'≤ {TARGET_P95} ms')} | {lost} | {results.target(lost == 0, '0')} |",
            "",
            f"Each writes in a section of their own, about once a second, for {seconds:.0f} s; the first {WARMING} of each are not counted.",
        ]
    )

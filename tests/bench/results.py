"""What was measured, as the tables that people read."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.bench.data import Cost
    from tests.bench.documents import Report
    from tests.bench.load import Round

# What a page must reach, in requests a second of the bare page, and how much longer its tail may be.
ANONYMOUS_RATE = 1.0
MEMBER_RATE = 0.7
TAIL = 1.2
PDF_CPU = 1.25
PDF_PEAK_MIB = 200


def machine() -> str:
    system = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, {system}"


def percentile(values: Sequence[float], rank: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[rank - 1]


def tail(rounds: Sequence[Round]) -> float:
    """p99 over p50, round by round, so that a slow minute of the machine is not taken for a slow page."""
    return statistics.median(
        percentile(each.latencies, 99) / percentile(each.latencies, 50) for each in rounds
    )


def speed_table(
    rounds: Mapping[tuple[str, str], Sequence[Round]],
    small: Mapping[tuple[str, str], Cost],
    large: Mapping[tuple[str, str], Cost],
    measures: tuple[int, int],
) -> str:
    """A row for each page and reader. `small` and `large` are the queries for plans of so many `measures`."""
    bare = rounds["anonymous", "bare"]
    lines = [
        "| reader | page | requests/s | × bare | target | × own bare | CPU ms | p50 ms | p99 ms | tail × bare | target "
        f"| queries, {measures[0]:,} measures | queries, {measures[1]:,} measures |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for (reader, page), own in rounds.items():
        rate = statistics.median(each.rate for each in own)
        ratio = _times(own, bare)
        own_ratio = _times(own, rounds[reader, "bare"])
        cpu = statistics.median(each.cpu for each in own)
        p50 = statistics.median(percentile(each.latencies, 50) for each in own)
        p99 = statistics.median(percentile(each.latencies, 99) for each in own)
        longer = tail(own) / tail(bare)
        wanted = ANONYMOUS_RATE if reader == "anonymous" else MEMBER_RATE
        is_compared = page != "bare"
        few, many = small[reader, page], large[reader, page]
        lines.append(
            f"| {reader} | {page} | {rate:.0f} | {ratio:.2f} | {target(ratio >= wanted, f'≥ {wanted}') if is_compared else ''} | {own_ratio:.2f} "
            f"| {cpu * 1000:.2f} | {p50 * 1000:.1f} | {p99 * 1000:.1f} | {longer:.2f} | {target(longer <= TAIL, f'≤ {TAIL}') if is_compared else ''} "
            f"| {_cost(few)} | {_cost(many)}{' **more**' if many.first > few.first or many.again > few.again else ''} |"
        )
    return "\n".join(lines)


def _times(own: Sequence[Round], other: Sequence[Round]) -> float:
    """How many times the requests a second of another page, turn by turn."""
    return statistics.median(mine.rate / its.rate for mine, its in zip(own, other, strict=True))


def target(is_reached: bool, words: str) -> str:
    return f"{words} ✓" if is_reached else f"{words} **missed**"


def _cost(cost: Cost) -> str:
    return f"{cost.first}, then {cost.again}"


def queries_table(counts: Mapping[int, Mapping[tuple[str, str], Cost]]) -> str:
    """A row for each page, a column for each number of associations."""
    few, many = counts.values()
    heads = " | ".join(f"queries, {total:,} associations" for total in counts)
    lines = [f"| page | {heads} | target |", "|---|--:|--:|---|"]
    for key, cost in few.items():
        is_constant = many[key].again <= cost.again
        lines.append(
            f"| {key[1]} | {cost.again} | {many[key].again} | {target(is_constant, 'constant')} |"
        )
    return "\n".join(lines)


def report_table(reports: Sequence[Report]) -> str:
    smallest = reports[0]
    lines = [
        "| measures | pages | time s | CPU s | renderer alone s | ratio | target | peak of the child MiB | target | CPU ms a page | × the smallest |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {each.measures} | {each.pages} | {each.seconds:.1f} | {each.job_cpu:.1f} | {each.plain_cpu:.1f} "
        f"| {each.ratio:.2f} | {target(each.ratio <= PDF_CPU, f'≤ {PDF_CPU}')} "
        f"| {each.child_peak:.0f} | {target(each.child_peak <= PDF_PEAK_MIB, f'≤ {PDF_PEAK_MIB}')} "
        f"| {each.cpu_per_page * 1000:.0f} | {each.cpu_per_page / smallest.cpu_per_page:.2f} |"
        for each in reports
    ]
    return "\n".join(lines)


INTRODUCTION = """# How fast the site is

Written by `python -m tests.bench --write`, which `make bench` runs without `--write` on both databases. The bare page
goes through the same middleware, makes one query on an index and prints a table of 23 rows: it is what this framework
costs at the least. Pages take turns, round after round, so that what slows the machine slows them all alike; “× bare”
is the median over the rounds of a page's requests a second divided by those of the bare page asked for by a stranger,
“× own bare” by the same reader. “CPU” is what the workers use for one answer. The tail is p99 divided by p50. Queries are counted the first time, then when the rendering was kept.
"""


def write_section(path: Path, title: str, text: str) -> None:
    """Put a section in the page, in the place of the one of that title."""
    page = path.read_text(encoding="utf-8") if path.exists() else INTRODUCTION
    sections = dict(re.findall(r"^## (.+?)\n\n(.*?)\s*(?=^## |\Z)", page, re.DOTALL | re.MULTILINE))
    sections[title] = text
    parts = [
        INTRODUCTION.strip(),
        *(f"## {name}\n\n{body.strip()}" for name, body in sections.items()),
    ]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")

"""Measures the site and the report, and prints tables. Takes some ten minutes on two cores."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plan.models import Plan
    from tests.bench.load import Page, Round
    from tests.bench.server import Site

PAGE_OF_RESULTS = Path("docs") / "benchmarks.md"
MANY_MEASURES = 2_300
LONG_REPORT = 230
FEW_ASSOCIATIONS = 25
MANY_ASSOCIATIONS = 2_500


def main() -> None:
    options = _options()
    # Stopped from outside, it still stops its server and throws its folder away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # What is measured must not depend on what the caller's shell has set.
    for name in [name for name in os.environ if name.startswith("VIGIE_")]:
        del os.environ[name]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    from tests.bench.server import empty_database

    with (
        tempfile.TemporaryDirectory(prefix="vigie-bench-") as name,
        empty_database(Path(name)) as environment,
    ):
        os.environ.update(environment)
        django.setup()
        _measure(options, Path(name))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="turns of every page (10)")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a turn (2)")
    parser.add_argument(
        "--worker",
        choices=["sync", "gthread"],
        default="sync",
        help="kind of gunicorn worker (sync, as deploy/ starts it)",
    )
    parser.add_argument(
        "--only",
        choices=["pages", "collective", "minutes", "search", "commitments", "letters", "report"],
        help="leave the rest out",
    )
    parser.add_argument(
        "--write", action="store_true", help=f"write the tables into {PAGE_OF_RESULTS}"
    )
    return parser.parse_args()


def _measure(options: argparse.Namespace, folder: Path) -> None:
    from django.db import connection

    from tests.bench import commitments, data, letters, minutes, results, search

    say("Preparing the database.")
    plan = data.prepare()
    texts = {}
    if options.only in {None, "pages"}:
        texts[connection.display_name] = _pages(options, folder, plan)
    if options.only in {None, "collective"}:
        texts[f"The collective, {connection.display_name}"] = _collective()
    if options.only in {None, "minutes"}:
        say("Writing long minutes.")
        reading = minutes.measure_reading(options, plan)
        say(f"Letting {minutes.WRITERS} people write.")
        writing = minutes.measure_writing(options, plan)
        texts[f"Minutes, {connection.display_name}"] = f"{reading}\n\n{writing}"
    if options.only in {None, "search"}:
        say("Writing two thousand meetings.")
        texts[f"Search, {connection.display_name}"] = search.measure(options, plan)
    if options.only in {None, "commitments"}:
        say(f"Writing {commitments.COMMITMENTS:,} commitments.")
        texts[f"Commitments, {connection.display_name}"] = commitments.measure(options, plan)
    if options.only in {None, "letters"}:
        say(f"Laying out {letters.LETTERS} letters.")
        texts[f"Letters, {connection.display_name}"] = letters.measure()
    # The renderer does not know which database the words come from: once is enough.
    if options.only == "report" or (options.only is None and connection.vendor == "sqlite"):
        texts["Report"] = _reports(folder, plan)
    for title, text in texts.items():
        section = f"{results.machine()}\n\n{text}"
        print(f"## {title}\n\n{section}\n")
        if options.write:
            results.write_section(PAGE_OF_RESULTS, title, section)


def _pages(options: argparse.Namespace, folder: Path, plan: Plan) -> str:
    from members.enums import Role
    from tests.bench import data, load, results, server

    cookie = data.cookie_of(Role.MEMBER)
    small = both_readers(data.pages(plan), cookie)
    few = data.count_queries(small)
    limit = load.own_limit()
    with server.site(options.worker) as site:
        rounds = _load(site, small, options)
    say(f"Loading {MANY_MEASURES} measures.")
    large_plan = data.add_large_plan(folder / "large", MANY_MEASURES)
    large = both_readers(data.pages(large_plan), cookie)
    many = data.count_queries(large)
    busy = max(
        sum(each.own_cpu for each in own) / sum(each.seconds for each in own)
        for own in rounds.values()
    )
    return "\n\n".join(
        [
            f"gunicorn, {server.WORKERS} {options.worker} workers; {load.CONNECTIONS} connections; "
            f"{options.rounds} rounds of {options.seconds:g} s a page. Asking took {busy:.0%} of one core at most; it can "
            f"ask {limit:.0f} times a second.",
            results.speed_table(
                rounds, few, many, (plan.measures.count(), large_plan.measures.count())
            ),
        ]
    )


def _collective() -> str:
    """Queries of the collective's pages, asked for by the coordinator, who sees most."""
    from members.enums import Role
    from tests.bench import data, results

    cookie = data.cookie_of(Role.COORDINATOR)
    counts = {}
    for total in (FEW_ASSOCIATIONS, MANY_ASSOCIATIONS):
        say(f"Bringing the collective to {total} associations.")
        data.add_associations(total)
        asked = {
            ("coordinator", page.name): replace(page, cookie=cookie)
            for page in data.collective_pages()
        }
        counts[total] = data.count_queries(asked)
    return results.queries_table(counts)


def both_readers(pages: Sequence[Page], cookie: str) -> dict[tuple[str, str], Page]:
    asked = {("anonymous", page.name): page for page in pages}
    return asked | {("member", page.name): replace(page, cookie=cookie) for page in pages}


def _load(
    site: Site, pages: Mapping[tuple[str, str], Page], options: argparse.Namespace
) -> dict[tuple[str, str], list[Round]]:
    from tests.bench.load import Load

    rounds: dict[tuple[str, str], list[Round]] = {key: [] for key in pages}
    asking = Load(site.port, site.cpu)
    for page in pages.values():
        asking.check(page)
        # Every worker makes its own renderings once: that is counted in queries, not here.
        asking.ask(page, options.seconds)
    for number in range(options.rounds):
        say(f"Round {number + 1} of {options.rounds}.")
        for key, page in pages.items():
            rounds[key].append(asking.ask(page, options.seconds))
    asking.close()
    return rounds


def _reports(folder: Path, plan: Plan) -> str:
    from tests.bench import data, documents, results

    say("Making the report of the real plan.")
    reports = [documents.measure_report(plan.slug, plan.measures.count(), folder)]
    say(f"Making the report of {LONG_REPORT} measures.")
    long = data.add_large_plan(folder / "long", LONG_REPORT)
    reports.append(documents.measure_report(long.slug, LONG_REPORT, folder))
    return results.report_table(reports)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

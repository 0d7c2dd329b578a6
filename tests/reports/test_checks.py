"""What does not add up is found, and nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.checks import assessment_findings, table_findings
from measures.models import Assessment, Figure, FigureTable, Series
from plan.enums import Meaning
from plan.models import Level
from tests.factories import make_plan
from tests.reports.builders import make_table


def test_a_wrong_total_is_found_with_what_it_should_be(db: None) -> None:
    table = make_table(
        make_plan(),
        {
            "Première": ["5", "14", "2"],
            "Seconde": ["13", "185", "11"],
            "Total": ["18", "194", "13"],
        },
        totals={"Total": ["Première", "Seconde"]},
        periods=["2012", "2013", "2014"],
    )
    (found,) = table_findings(table)
    assert (found.label, found.period) == ("Total", "2013")
    assert (found.printed, found.computed) == (Decimal(194), Decimal(199))


@pytest.mark.parametrize("hole", [None, "n.d."])
def test_a_missing_part_is_not_zero_so_nothing_is_said(db: None, hole: str | None) -> None:
    table = make_table(
        make_plan(),
        {"Première": ["5", "5", "5"], "Seconde": ["13", hole, "13"], "Total": ["18", "5", "18"]},
        totals={"Total": ["Première", "Seconde"]},
    )
    assert table_findings(table) == []


def test_a_missing_total_is_not_wrong(db: None) -> None:
    table = make_table(
        make_plan(),
        {"Part": ["1", "2", "3"], "Total": ["1", None, "n.d."]},
        totals={"Total": ["Part"]},
    )
    assert table_findings(table) == []


def test_totals_of_totals_use_the_printed_figures(db: None) -> None:
    """A wrong sub-total is said once: the grand total that adds it up is right."""
    rows = {"A": ["1", "1", "1"], "Sous-total": ["2", "1", "1"], "Total": ["2", "1", "1"]}
    table = make_table(make_plan(), rows, totals={"Sous-total": ["A"], "Total": ["Sous-total"]})
    assert [found.label for found in table_findings(table)] == ["Sous-total"]


def test_a_table_without_totals_has_nothing_to_check(db: None) -> None:
    assert table_findings(make_table(make_plan(), {"A": ["1", "2", "3"]})) == []


def test_tables_are_checked_without_a_query_once_they_are_read(
    db: None, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    make_table(make_plan(), {"A": ["1", "2", "3"], "B": ["1", "2", "3"]}, totals={"B": ["A"]})
    (table,) = FigureTable.objects.prefetch_related("series__figures", "series__parts")
    with django_assert_num_queries(0):  # type: ignore[operator]
        table_findings(table)


@given(
    parts=st.lists(st.decimals(0, 10**6, places=2), min_size=1, max_size=5),
    printed=st.decimals(0, 10**7, places=2),
)
def test_a_finding_is_made_exactly_when_the_sum_differs(
    parts: list[Decimal], printed: Decimal
) -> None:
    series = [
        Series(pk=index, key=f"s{index}", label=f"S{index}") for index in range(len(parts) + 1)
    ]
    figures = dict(enumerate([*parts, printed]))
    for one in series:
        one._prefetched_objects_cache = {  # type: ignore[attr-defined]
            "figures": [Figure(period="2016", state="number", value=figures[one.pk])],
            "parts": series[:-1] if one.pk == len(parts) else [],
        }
    table = FigureTable(pk=1)
    table._prefetched_objects_cache = {"series": series}  # type: ignore[attr-defined]
    assert bool(table_findings(table)) == (sum(parts) != printed)


@pytest.mark.parametrize(
    ("meaning", "lacking", "is_said"),
    [
        (Meaning.NONE, True, True),
        (Meaning.FULL, True, True),
        (Meaning.UNKNOWN, True, False),
        (Meaning.NONE, False, False),
        (None, True, False),
    ],
)
def test_a_level_over_lacking_information_is_said(
    meaning: Meaning | None, lacking: bool, is_said: bool
) -> None:
    level = None if meaning is None else Level(label="Niveau", meaning=meaning)
    assessment = Assessment(level=level, lacks_information=lacking)
    assert [found.level for found in assessment_findings(assessment)] == (
        ["Niveau"] if is_said else []
    )

"""What “@” completes to, and the mentions that could be links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.enums import MinutesStatus
from meetings.linking import link_all, plan_of, suggestions_in
from meetings.models import AgendaItem, Minutes
from members.enums import Role
from tests.factories import make_institution, make_measure, make_minutes, make_plan, make_section

if TYPE_CHECKING:
    from measures.models import Measure
    from plan.models import Plan
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    return make_plan()


@pytest.fixture
def minutes() -> Minutes:
    return make_minutes(status=MinutesStatus.DRAFT)


def measures_of(plan: Plan, *numbers: str) -> list[Measure]:
    return [make_measure(plan, number=number) for number in numbers]


def ask(client_as: ClientAs, minutes: Minutes, words: str) -> list[dict[str, Any]]:
    address = reverse("meetings:completion", args=[minutes.meeting.slug])
    answer = client_as(Role.SECRETARIAT).get(address, {"q": words})
    assert answer.status_code == 200
    rows: list[dict[str, Any]] = answer.json()["rows"]
    return rows


def test_number_completes_to_its_measure_first(
    client_as: ClientAs, plan: Plan, minutes: Minutes
) -> None:
    one, two, bis, twenty = measures_of(plan, "1", "2", "2 bis", "22")
    rows = ask(client_as, minutes, "2")
    # Then those whose title holds the figure, if any.
    assert [row["pk"] for row in rows][:3] == [two.pk, bis.pk, twenty.pk]
    assert rows[0]["link"] == f"[mesure 2]({two.get_absolute_url()})"
    assert [row["pk"] for row in ask(client_as, minutes, "2 BIS")] == [bis.pk]
    assert ask(client_as, minutes, "1")[0]["pk"] == one.pk


def test_names_are_found_without_accents_and_capitals(
    client_as: ClientAs, plan: Plan, minutes: Minutes
) -> None:
    named = make_measure(plan, number="1", short_title="Hébergement d’urgence")
    body = make_institution(name="Mission interministérielle", acronym="MIPROF", key="mission")
    assert [row["pk"] for row in ask(client_as, minutes, "heberg")] == [named.pk]
    assert [row["pk"] for row in ask(client_as, minutes, "D'URGENCE")] == [named.pk]
    (found,) = ask(client_as, minutes, "miprof")
    assert (found["kind"], found["pk"]) == ("institution", body.pk)
    assert found["link"] == "[MIPROF](/institutions/mission/)"
    assert [row["pk"] for row in ask(client_as, minutes, "interminist")] == [body.pk]


@pytest.mark.parametrize("words", ["", "  ", "zzz", "'", "%", "x" * 10_000, "\0"])
def test_senseless_words_complete_to_nothing(
    client_as: ClientAs, plan: Plan, minutes: Minutes, words: str
) -> None:
    measures_of(plan, "1")
    assert ask(client_as, minutes, words) == []


def test_eight_rows_at_most_and_the_same_queries_for_any_number(
    client_as: ClientAs, plan: Plan, minutes: Minutes
) -> None:
    address = reverse("meetings:completion", args=[minutes.meeting.slug])
    client, counts = client_as(Role.SECRETARIAT), []
    for more in (1, 20):
        measures_of(plan, *(str(100 * more + number) for number in range(more)))
        with CaptureQueriesContext(connection) as queries:
            rows = client.get(address, {"q": "mesure"}).json()["rows"]
        counts.append(len(queries))
    assert len(rows) == 8
    assert counts[0] == counts[1]


def test_plan_is_that_of_the_sections_then_of_the_agenda_then_the_newest(minutes: Minutes) -> None:
    told, on_agenda, newest = (make_plan() for _rank in range(3))
    assert plan_of(minutes) == newest
    item = AgendaItem.objects.create(meeting=minutes.meeting, title="Point")
    item.measures.add(make_measure(on_agenda))
    assert plan_of(minutes) == on_agenda
    make_section(minutes, measures=[make_measure(told)])
    assert plan_of(minutes) == told


def test_mentions_are_offered_as_links(plan: Plan) -> None:
    rows = measures_of(plan, "4", "7", "8", "9", "22")
    text = "🙂 La mesure 22, les mesures 7 à 9, la mesure 4 bis, une [mesure 4](/a/), `mesure 4`."
    single, several = suggestions_in(text, rows)
    four, seven, _eight, nine, last = rows
    assert (single.words, single.linked) == ("mesure 22", f"[mesure 22]({last.get_absolute_url()})")
    # As JavaScript counts: the picture takes two.
    assert single.start == text.index("mesure 22") + 1
    assert several.measures == tuple(row.pk for row in rows[1:4])
    assert several.linked == (
        f"mesures [7]({seven.get_absolute_url()}) à [9]({nine.get_absolute_url()})"
    )
    linked, named = link_all(text, rows)
    assert single.linked in linked
    assert several.linked in linked
    assert "mesure 4 bis" in linked
    assert four not in named
    assert suggestions_in(linked, rows) == []


def test_number_is_not_linked_inside_another(plan: Plan) -> None:
    rows = measures_of(plan, "4", "4 bis", "44")
    linked, named = link_all("Les mesures 4 bis, 44 et 4.", rows)
    four, bis, forty = (row.get_absolute_url() for row in rows)
    assert linked == f"Les mesures [4 bis]({bis}), [44]({forty}) et [4]({four})."
    assert {row.pk for row in named} == {row.pk for row in rows}

"""Promises on the pages of the plan: the panel of a measure, the marks and the list of the board."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commitments.enums import EventKind
from members.enums import Audience, Role
from tests.factories import make_commitment, make_event

if TYPE_CHECKING:
    from django.test import Client

    from measures.models import Measure
    from plan.models import Plan
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

ON = "2015-01-01"
LATE_FROM = dt.date.fromisoformat(ON)
IN_PLACE = {"HX-Request": "true"}


def measures(plan: Plan) -> list[Measure]:
    return list(plan.measures.order_by("number_key", "pk"))


def of_measure(measure: Measure) -> str:
    return reverse("commitments:measure", args=[measure.plan.slug, measure.number])


def of_board(plan: Plan) -> str:
    return reverse("commitments:board", args=[plan.slug])


def marks(client: Client, plan: Plan, on: str = ON) -> dict[int, str]:
    """What is put into tiles, by measure."""
    html = client.get(of_board(plan), {"le": on}, headers=IN_PLACE).content.decode()
    found = re.findall(r'<div hx-swap-oob="innerHTML:#marks-(\d+)">(.*?)</div>', html, re.DOTALL)
    return {int(pk): words for pk, words in found}


# --- The measure ------------------------------------------------------------------------------------------------------


def test_page_of_a_measure_holds_the_panel_of_its_day(
    client: Client, plan_with_measures: Plan
) -> None:
    measure = measures(plan_with_measures)[0]
    address = of_measure(measure)
    page = client.get(measure.get_absolute_url()).content.decode()
    assert f'hx-get="{address}"' in page
    assert f'href="{address}"' in page
    page = client.get(measure.get_absolute_url(), {"le": ON}).content.decode()
    assert f'hx-get="{address}?le={ON}"' in page


def test_panel_shows_the_promises_on_the_measure_late_ones_first(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    measure, other = measures(plan_with_measures)[:2]
    kept = make_commitment(measures=[measure], late_from=LATE_FROM)
    make_event(kept, EventKind.KEPT, LATE_FROM)
    late = make_commitment(measures=[measure, other], late_from=LATE_FROM)
    make_commitment(measures=[other])
    html = client_as(Role.MEMBER).get(of_measure(measure), headers=IN_PLACE).content.decode()
    assert re.findall(r'id="engagement-(\d+)"', html) == [str(late.pk), str(kept.pk)]
    assert "<html" not in html


def test_panel_is_as_of_a_day(client_as: ClientAs, plan_with_measures: Plan) -> None:
    measure = measures(plan_with_measures)[0]
    make_commitment(measures=[measure], late_from=LATE_FROM)
    client = client_as(Role.MEMBER)

    def states(on: str) -> list[str]:
        lines = client.get(of_measure(measure), {"le": on}).context["lines"]
        return [line.commitment.state for line in lines]

    assert states("2014-09-22") == []
    assert states("2014-12-31") == ["promised"]
    assert states(ON) == ["late"]


def test_stranger_sees_public_promises_alone(
    client: Client, client_as: ClientAs, plan_with_measures: Plan
) -> None:
    measure = measures(plan_with_measures)[0]
    for audience in Audience:
        make_commitment(
            measures=[measure], late_from=LATE_FROM, audience=audience, wording=f"Mot-{audience}"
        )

    def words(who: Client) -> set[str]:
        return set(re.findall(r"Mot-(\w+)", who.get(of_measure(measure)).content.decode()))

    assert words(client) == {Audience.PUBLIC}
    assert words(client_as(Role.MEMBER)) == {Audience.PUBLIC, Audience.MEMBERS}
    assert words(client_as(Role.SECRETARIAT)) == set(Audience)
    # Nothing of a former reader stays in the page that is kept.
    assert words(client) == {Audience.PUBLIC}


def test_unknown_measure_has_no_panel(client: Client, plan_with_measures: Plan) -> None:
    slug = plan_with_measures.slug
    assert client.get(reverse("commitments:measure", args=[slug, "999"])).status_code == 404
    assert client.get(reverse("commitments:board", args=["nulle-part"])).status_code == 404


# --- The board --------------------------------------------------------------------------------------------------------


def test_board_asks_for_the_promises_of_its_day_and_has_a_place_in_each_tile(
    client: Client, plan_with_measures: Plan
) -> None:
    plan = plan_with_measures
    board = reverse("measures:board", args=[plan.slug])
    page = client.get(board).content.decode()
    assert f'hx-get="{of_board(plan)}"' in page
    for measure in measures(plan):
        assert f'id="marks-{measure.pk}"' in page
    page = client.get(board, {"le": ON}).content.decode()
    assert f'hx-get="{of_board(plan)}?le={ON}"' in page


def test_tile_is_marked_with_a_shape_and_words_and_how_many(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    one, two, three = measures(plan_with_measures)[:3]
    make_commitment(measures=[one, two], late_from=LATE_FROM)
    make_commitment(measures=[two], late_from=LATE_FROM)
    make_commitment(measures=[three], late_from=LATE_FROM + dt.timedelta(days=1))
    found = marks(client_as(Role.MEMBER), plan_with_measures)
    assert set(found) == {one.pk, two.pk}
    assert "<svg" in found[two.pk]
    words = re.sub(r"<[^>]+>", "", found[two.pk]).split()
    assert words[0] == "2"
    assert f'href="{of_measure(two)}?le={ON}"' in found[two.pk]


def test_marks_are_of_the_day_of_the_board(client_as: ClientAs, plan_with_measures: Plan) -> None:
    measure = measures(plan_with_measures)[0]
    late = make_commitment(measures=[measure], late_from=LATE_FROM)
    make_event(late, EventKind.KEPT, dt.date(2015, 3, 1))
    client = client_as(Role.MEMBER)
    assert set(marks(client, plan_with_measures, "2014-12-31")) == set()
    assert set(marks(client, plan_with_measures, ON)) == {measure.pk}
    assert set(marks(client, plan_with_measures, "2015-03-01")) == set()


def test_marks_are_of_what_the_reader_may_see(
    client: Client, client_as: ClientAs, plan_with_measures: Plan
) -> None:
    public, shared, secret = measures(plan_with_measures)[:3]
    make_commitment(measures=[public], late_from=LATE_FROM, audience=Audience.PUBLIC)
    make_commitment(measures=[shared], late_from=LATE_FROM, audience=Audience.MEMBERS)
    make_commitment(measures=[secret], late_from=LATE_FROM, audience=Audience.SECRETARIAT)
    plan = plan_with_measures
    assert set(marks(client_as(Role.SECRETARIAT), plan)) == {public.pk, shared.pk, secret.pk}
    assert set(marks(client_as(Role.MEMBER), plan)) == {public.pk, shared.pk}
    for who in (None, Role.GUEST, Role.ADMINISTRATOR):
        assert set(marks(client_as(who), plan)) == {public.pk}
    assert set(marks(client, plan)) == {public.pk}


def test_without_a_script_the_board_leads_to_a_list(
    client: Client, plan_with_measures: Plan
) -> None:
    measure = measures(plan_with_measures)[0]
    make_commitment(measures=[measure], late_from=LATE_FROM, audience=Audience.PUBLIC)
    plan = plan_with_measures
    board = client.get(reverse("measures:board", args=[plan.slug]), {"le": ON}).content.decode()
    assert f'href="{of_board(plan)}?le={ON}"' in board
    page = client.get(of_board(plan), {"le": ON}).content.decode()
    assert "<html" in page
    assert "hx-swap-oob" not in page
    assert f'href="{of_measure(measure)}?le={ON}"' in page


def test_secretariat_finds_what_waits_beside_the_board(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    late = make_commitment(late_from=LATE_FROM)
    follow_up = reverse("commitments:follow-up")

    def seen(who: Role | None) -> tuple[bool, bool]:
        response = client_as(who).get(of_board(plan_with_measures), headers=IN_PLACE)
        html = response.content.decode()
        return follow_up in html, late.get_absolute_url() in html

    assert seen(Role.SECRETARIAT) == seen(Role.COORDINATOR) == (True, True)
    assert seen(Role.MEMBER) == seen(None) == (False, False)


def test_marks_ask_as_many_questions_for_one_promise_as_for_twenty(
    client: Client, client_as: ClientAs, plan_with_measures: Plan
) -> None:
    plan, every = plan_with_measures, measures(plan_with_measures)
    secretariat = client_as(Role.SECRETARIAT)

    def questions(who: Client) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert marks(who, plan)
        return len(queries)

    def make() -> None:
        make_commitment(measures=every, late_from=LATE_FROM, audience=Audience.PUBLIC)

    for _number in range(3):
        make()
    few = questions(client), questions(secretariat)
    for _number in range(20):
        make()
    assert (questions(client), questions(secretariat)) == few
    assert few[0] <= 4


def test_panel_asks_as_many_questions_for_one_promise_as_for_twenty(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    client, measure = client_as(Role.MEMBER), measures(plan_with_measures)[0]

    def questions() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(of_measure(measure), headers=IN_PLACE)
        return len(queries)

    make_commitment(measures=[measure])
    one = questions()
    for _number in range(25):
        make_commitment(measures=[measure])
    assert questions() == one

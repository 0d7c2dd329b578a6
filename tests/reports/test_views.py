"""The pages of reports, for the five kinds of people."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from common.work import WorkStatus
from measures.services import Ask
from members.enums import Role
from reports.enums import ExportStep
from reports.models import Export
from tests.factories import (
    FOUND_ON,
    make_assessment,
    make_export,
    make_institution,
    make_measure,
    make_plan,
    make_user,
)

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client
    from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

    from plan.models import Plan
    from tests.conftest import ClientAs
else:
    from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

LIST, CREATE = "/rapports/", "/rapports/demander/"
PDF = b"%PDF-1.7\nhello\n%%EOF\n"


def wanted(plan: Plan, /, **fields: str) -> dict[str, str]:
    return {
        "plan": plan.slug,
        "assessor": plan.lead_assessor.key,
        "on": FOUND_ON.isoformat(),
        **fields,
    }


def downloaded(client: Client, export: Export) -> tuple[HttpResponse, bytes]:
    """The answer to a download, read to its end: that closes the file."""
    response: Any = client.get(reverse("reports:download", args=[export.pk]))
    return response, b"".join(response) if response.streaming else response.content


def test_anyone_finds_the_published_reports_and_only_those(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    hidden = make_export(plan_with_measures)
    shown = make_export(plan_with_measures, publish=True, content=PDF)
    for who in (None, Role.MEMBER, Role.ADMINISTRATOR):
        page = client_as(who).get(LIST)
        assertContains(page, shown.get_absolute_url())
        assertNotContains(page, f'"{hidden.get_absolute_url()}"')
        assertNotContains(page, CREATE)
    assert downloaded(client_as(None), shown)[1] == PDF


def test_without_a_report_the_page_says_where_to_look(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    page = client_as(None).get(LIST)
    assertContains(page, reverse("measures:board", args=[plan_with_measures.slug]))


def test_without_a_plan_every_page_stands(client_as: ClientAs) -> None:
    for who in (None, Role.SECRETARIAT, Role.COORDINATOR):
        assert client_as(who).get(LIST).status_code == 200


def test_the_secretariat_sees_the_work_but_has_no_button(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    export = make_export(plan_with_measures)
    client = client_as(Role.SECRETARIAT)
    page = client.get(LIST)
    assertContains(page, export.get_absolute_url())
    assertNotContains(page, CREATE)
    assertNotContains(
        client.get(export.get_absolute_url()), reverse("reports:publish", args=[export.pk])
    )


def test_the_coordinator_sees_what_the_pre_flight_finds(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    page = client_as(Role.COORDINATOR).get(LIST)
    assertContains(page, CREATE)
    assertContains(page, "3, 4 bis")
    assert page.context["on"] == FOUND_ON
    assert not page.context["is_blocked"]


def test_another_day_and_assessor_can_be_checked(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    other = make_institution()
    plan_with_measures.assessors.add(other)
    query = wanted(plan_with_measures, assessor=other.key, on="2016-12-31")
    page = client_as(Role.COORDINATOR).get(LIST, query)
    assert (page.context["assessor"], page.context["on"]) == (other, dt.date(2016, 12, 31))
    assertContains(page, 'value="2016-12-31"')


def test_what_blocks_takes_the_button_away(client_as: ClientAs, plan_with_measures: Plan) -> None:
    for _time in range(2):
        make_assessment(
            make_measure(plan_with_measures), recommendations=[Ask(text="Faire", number=7)]
        )
    page = client_as(Role.COORDINATOR).get(LIST)
    assert page.context["is_blocked"]
    assertContains(page, "R7")
    assertNotContains(page, CREATE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"plan": "nowhere"},
        {"assessor": "nobody"},
        {"on": "tomorrow"},
        {"on": "2999-01-01"},
        {"on": "1999-01-01"},
    ],
)
def test_wrong_wishes_are_said_at_their_field(
    client_as: ClientAs, plan_with_measures: Plan, wrong: dict[str, str]
) -> None:
    client = client_as(Role.COORDINATOR)
    sent = client.post(CREATE, wanted(plan_with_measures, **wrong))
    assert sent.status_code == 422
    assert list(sent.context["form"].errors) == list(wrong)
    assert client.get(LIST, wanted(plan_with_measures, **wrong)).status_code == 200
    assert not Export.objects.exists()


def test_an_institution_of_another_plan_is_refused(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    elsewhere = make_plan().lead_assessor
    sent = client_as(Role.COORDINATOR).post(
        CREATE, wanted(plan_with_measures, assessor=elsewhere.key)
    )
    assert sent.status_code == 422
    assert "assessor" in sent.context["form"].errors


def test_the_coordinator_asks_and_follows(client_as: ClientAs, plan_with_measures: Plan) -> None:
    client = client_as(Role.COORDINATOR)
    sent = client.post(CREATE, wanted(plan_with_measures))
    export = Export.objects.get()
    assertRedirects(sent, export.get_absolute_url())
    page = client.get(export.get_absolute_url())
    assertContains(page, "<progress")
    assertContains(page, 'hx-trigger="every 2s"')
    assertContains(page, '<noscript><meta http-equiv="refresh"')


def test_asking_twice_leads_to_the_same_work(client_as: ClientAs, plan_with_measures: Plan) -> None:
    first, second = client_as(Role.COORDINATOR), client_as(Role.COORDINATOR)
    first.post(CREATE, wanted(plan_with_measures))
    sent = second.post(CREATE, wanted(plan_with_measures))
    assertRedirects(sent, Export.objects.get().get_absolute_url())


def test_progress_is_said_in_words_and_survives_a_reload(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    export = make_export(plan_with_measures, status=WorkStatus.RUNNING, step=ExportStep.RENDERING)
    for who in (Role.SECRETARIAT, Role.COORDINATOR):
        page = client_as(who).get(export.get_absolute_url())
        assertContains(page, export.get_step_display())
        assertContains(page, 'max="5" value="3"')


def test_htmx_asks_for_the_state_alone(client_as: ClientAs, plan_with_measures: Plan) -> None:
    export = make_export(plan_with_measures, status=WorkStatus.RUNNING, step=ExportStep.READING)
    client = client_as(Role.COORDINATOR)
    page = client.get(export.get_absolute_url(), headers={"HX-Request": "true"})
    assert "<html" not in page.content.decode()
    assert page.content.decode().lstrip().startswith('<div id="state"')
    assert "HX-Request" in page["Vary"]
    Export.objects.filter(pk=export.pk).update(status=WorkStatus.FAILED, error="Plus d’encre")
    page = client.get(export.get_absolute_url(), headers={"HX-Request": "true"})
    assertContains(page, "Plus d’encre")
    assertNotContains(page, "hx-trigger")


def test_meanwhile_the_last_good_file_is_offered(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    other_plan = make_export()
    make_export(plan_with_measures, finished_at=timezone.now() - dt.timedelta(days=9))
    former = make_export(plan_with_measures)
    client = client_as(Role.COORDINATOR)
    for status in (WorkStatus.WAITING, WorkStatus.FAILED):
        export = make_export(
            plan_with_measures,
            status=status,
            step=ExportStep.WAITING,
            on=FOUND_ON + dt.timedelta(days=status == "failed"),
        )
        page = client.get(export.get_absolute_url())
        assertContains(page, reverse("reports:download", args=[former.pk]))
        assertNotContains(page, reverse("reports:download", args=[other_plan.pk]))


def test_work_that_does_not_begin_says_why_perhaps(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    export = make_export(plan_with_measures, status=WorkStatus.WAITING, step=ExportStep.WAITING)
    client = client_as(Role.COORDINATOR)
    assert not client.get(export.get_absolute_url()).context["is_late"]
    Export.objects.filter(pk=export.pk).update(
        requested_at=timezone.now() - dt.timedelta(minutes=2)
    )
    assert client.get(export.get_absolute_url()).context["is_late"]


def test_a_file_is_given_to_be_kept_and_can_do_nothing(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    export = make_export(plan_with_measures, publish=True, content=PDF)
    response, content = downloaded(client_as(None), export)
    assert content == PDF
    name = f"evaluation-{plan_with_measures.slug}-{export.assessor.key}-{FOUND_ON.isoformat()}.pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "script-src 'self'" not in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        (None, 404),
        (Role.MEMBER, 404),
        (Role.ADMINISTRATOR, 404),
        (Role.SECRETARIAT, 200),
        (Role.COORDINATOR, 200),
    ],
)
def test_what_is_not_published_does_not_exist_for_outsiders(
    client_as: ClientAs, plan_with_measures: Plan, who: Role | None, answer: int
) -> None:
    export, client = make_export(plan_with_measures), client_as(who)
    assert client.get(export.get_absolute_url()).status_code == answer
    assert downloaded(client, export)[0].status_code == answer
    assert client.get(reverse("reports:detail", args=[10**6])).status_code == 404


@pytest.mark.parametrize("status", [WorkStatus.WAITING, WorkStatus.RUNNING, WorkStatus.FAILED])
def test_there_is_no_file_before_the_end(
    client_as: ClientAs, plan_with_measures: Plan, status: WorkStatus
) -> None:
    export = make_export(plan_with_measures, status=status, step=ExportStep.WAITING)
    assert downloaded(client_as(Role.COORDINATOR), export)[0].status_code == 404


@pytest.mark.parametrize(
    ("who", "answer"), [(Role.MEMBER, 403), (Role.SECRETARIAT, 403), (Role.ADMINISTRATOR, 403)]
)
def test_others_may_not_ask_publish_or_withdraw(
    client_as: ClientAs, plan_with_measures: Plan, who: Role, answer: int
) -> None:
    export, client = make_export(plan_with_measures, publish=True), client_as(who)
    assert client.post(CREATE, wanted(plan_with_measures)).status_code == answer
    for verb in ("publish", "withdraw"):
        assert client.post(reverse(f"reports:{verb}", args=[export.pk])).status_code == answer
    export.refresh_from_db()
    assert export.published_at is not None


def test_strangers_are_sent_to_log_in(client_as: ClientAs, plan_with_measures: Plan) -> None:
    export = make_export(plan_with_measures, publish=True)
    for address in (CREATE, reverse("reports:publish", args=[export.pk])):
        sent = client_as(None).post(address)
        assert sent.status_code == 302
        assert sent["Location"].startswith(reverse("account_login"))


def test_the_coordinator_publishes_and_withdraws(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    export = make_export(plan_with_measures)
    person = make_user(Role.COORDINATOR)
    client, anyone = client_as(person), client_as(None)
    sent = client.post(reverse("reports:publish", args=[export.pk]))
    assertRedirects(sent, export.get_absolute_url())
    assert anyone.get(export.get_absolute_url()).status_code == 200
    client.post(reverse("reports:withdraw", args=[export.pk]))
    assert anyone.get(export.get_absolute_url()).status_code == 404


def test_publishing_what_is_not_ready_is_refused_in_words(
    client_as: ClientAs, plan_with_measures: Plan
) -> None:
    export = make_export(
        plan_with_measures, status=WorkStatus.FAILED, step=ExportStep.RENDERING, error="x"
    )
    sent = client_as(Role.COORDINATOR).post(
        reverse("reports:publish", args=[export.pk]), follow=True
    )
    assertContains(sent, "notice-error")
    assert not Export.objects.published().exists()


def test_a_long_list_of_work_has_pages(client_as: ClientAs, plan_with_measures: Plan) -> None:
    person = make_user(Role.COORDINATOR)
    for index in range(27):
        make_export(plan_with_measures, requested_by=person, on=FOUND_ON + dt.timedelta(days=index))
    client = client_as(person)
    assert len(client.get(LIST).context["work"]) == 25
    second = client.get(LIST, {"page": "2"})
    assert len(second.context["work"]) == 2
    assertContains(second, CREATE)


def test_the_list_makes_as_many_queries_for_twenty_reports_as_for_one(
    client_as: ClientAs,
    plan_with_measures: Plan,
    django_assert_max_num_queries: pytest.FixtureRequest,
) -> None:
    person = make_user(Role.COORDINATOR)
    client = client_as(person)
    for index in range(20):
        make_export(
            plan_with_measures,
            requested_by=person,
            publish=True,
            on=FOUND_ON + dt.timedelta(days=index),
        )
    with django_assert_max_num_queries(50):  # type: ignore[operator]
        client.get(LIST)

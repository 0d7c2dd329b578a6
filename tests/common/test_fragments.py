from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from members.enums import Role
from tests import factories

if TYPE_CHECKING:
    from plan.models import Plan
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db


def pages(plan: Plan) -> list[str]:
    return [
        reverse("measures:board", args=[plan.slug]),
        reverse("measures:list", args=[plan.slug]),
        reverse("measures:detail", args=[plan.slug, "1"]),
    ]


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_kept_page_is_filled_for_each_reader(plan_with_measures: Plan, client_as: ClientAs) -> None:
    ada, zoe = (factories.make_user(Role.MEMBER, name=name) for name in ("Ada <b>", "Zoé"))
    for path in pages(plan_with_measures):
        # The first one makes what is kept.
        for who, other in ((ada, "Zoé"), (zoe, "Ada")):
            html = text(client_as(who), path)
            assert other not in html
            assert ("Zoé" if who is zoe else "Ada &lt;b&gt;") in html
            assert "\ue000" not in html
        stranger = text(Client(), path)
        assert "Zoé" not in stranger
        assert "\ue000" not in stranger


def test_kept_page_leads_back_to_the_address_asked_for(plan_with_measures: Plan) -> None:
    for path in pages(plan_with_measures):
        for query in ("?junk=one", "?junk=two"):
            assert f'name="next" value="{path}{query}"' in text(Client(), f"{path}{query}")


def test_kept_page_holds_nothing_that_another_reader_typed(plan_with_measures: Plan) -> None:
    for _ in range(60):
        factories.make_measure(plan_with_measures)
    for path in pages(plan_with_measures):
        text(Client(), f"{path}?junk=SOMEBODY-ELSE")
        text(Client(), f"{path}?priorite={'x' * 300}")
        assert "SOMEBODY-ELSE" not in text(Client(), path)


def test_public_pages_set_no_cookie(plan_with_measures: Plan) -> None:
    for path in pages(plan_with_measures):
        assert not Client().get(path).cookies


def test_message_is_said_once_and_to_one_person(
    plan_with_measures: Plan, client_as: ClientAs
) -> None:
    (path, *_) = pages(plan_with_measures)
    text(Client(), path)
    client = Client()
    client = client_as(Role.MEMBER)
    client.post(reverse("account_logout"))
    said = text(client, path)
    assert 'class="notice notice-' in said
    assert 'class="notice notice-' not in text(client, path)
    assert 'class="notice notice-' not in text(Client(), path)


def test_token_of_a_kept_page_is_accepted(plan_with_measures: Plan, client_as: ClientAs) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = client_as(Role.MEMBER).cookies
    for path in pages(plan_with_measures):
        for _ in range(2):
            html = text(client, path)
            token = html.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert (
        client.post(reverse("account_logout"), {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    )
    assert client.post(reverse("account_logout"), {"csrfmiddlewaretoken": token}).status_code == 302

"""What stands in the log of a site that refuses and that fails."""

import logging
import logging.config
from collections.abc import Iterator
from io import StringIO

import pytest
from django.conf import settings
from django.urls import reverse

from members.enums import Role
from plan.models import Plan
from tests.conftest import ClientAs


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the console shows, as the site is set up."""
    logging.config.dictConfig(settings.LOGGING)
    (console,) = [each for each in logging.getLogger().handlers if each.get_name() == "console"]
    assert isinstance(console, logging.StreamHandler)
    shown = StringIO()
    before = console.setStream(shown)
    yield shown
    console.setStream(before)


def test_a_refusal_is_one_line(
    client_as: ClientAs, plan_with_measures: Plan, log: StringIO
) -> None:
    address = reverse("measures:assess", args=[plan_with_measures.slug, "1"])
    assert client_as(Role.MEMBER).get(address).status_code == 403
    assert address in log.getvalue()
    assert "Traceback" not in log.getvalue()


def test_an_error_keeps_its_traceback(log: StringIO) -> None:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("django.request").exception("/fails/", extra={"status_code": 500})
    assert "Traceback" in log.getvalue()

"""The files that were made for a person go into what that person may take away, and nobody else's."""

from __future__ import annotations

import pytest

from members.services.own_data import own_data
from reports.models import MinutesExport
from tests.factories import make_section, make_user

pytestmark = pytest.mark.django_db


def test_person_takes_away_which_files_were_made_for_them() -> None:
    person, other = make_user(), make_user()
    minutes = make_section().minutes
    for somebody in (person, other):
        MinutesExport.objects.create(minutes=minutes, requested_by=somebody)
    [row] = own_data(person)["minutes_files"]
    assert (row["minutes"], row["bears_name"]) == (minutes.meeting.title, False)
    assert own_data(make_user())["minutes_files"] == []

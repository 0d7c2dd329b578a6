"""People who click at the same moment, in processes of their own, on either database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.members.processes import House

PREPARE = """
from tests.factories import *
from members.enums import Role
"""
POST_A_HUNDRED_TIMES = """
from collections import Counter
from django.db import connections
from django.test import Client
given = []

def post(person):
    client = Client(raise_request_exception=False)
    data = {"name": f"Personne {number}-{person}", "way": "password",
            "password": "correct-horse-battery-staple", "password_again": "correct-horse-battery-staple"}
    wait.wait()
    response = client.post("/invitation/the-secret-of-all/", data)
    given.append(f"{response.status_code} {response.headers.get('Location', '')}")
    connections.close_all()

wait = threading.Barrier(25)
threads = [threading.Thread(target=post, args=[person]) for person in range(25)]
meet()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(given))
"""
COUNT = """
from members.models import Invitation, Mandate, User
people = User.objects.filter(email="new@vigie.example")
print(json.dumps([
    people.count(), Mandate.objects.filter(person__in=people).count(),
    Invitation.objects.filter(accepted_by__in=people).count(),
]))
"""


def test_a_hundred_uses_of_one_link_at_once_give_one_account(house: House) -> None:
    house.run(
        f"{PREPARE}\nmake_invitation('the-secret-of-all', email='new@vigie.example')\nprint('null')"
    )
    answers = sorted(
        answer for some in house.run(POST_A_HUNDRED_TIMES, processes=4) for answer in some
    )
    assert len(answers) == 100
    assert answers.count("302 /compte/second-facteur/") == 1
    # Gone; or, for one that looked between the others' account and the end of the invitation, the password of that
    # account.
    refused = [answer.split()[0] for answer in answers if "second-facteur" not in answer]
    assert set(refused) <= {"410", "422", "302"}
    assert refused.count("410") > 90
    assert house.run(COUNT) == [[1, 1, 1]]


DEMOTE_EACH_OTHER = """
from django.core.exceptions import PermissionDenied, ValidationError
from members.enums import Role
from members.models import User
from members.services.people import change_role
told = []
for turn in range(10):
    if number == 0:
        User.objects.all().update(role=Role.COORDINATOR)
    meet()
    both = list(User.objects.order_by("pk"))
    me, other = both[number], both[1 - number]
    meet()
    try:
        change_role(person=other, role=Role.SECRETARIAT, by=me)
        told.append("done")
    except (PermissionDenied, ValidationError):
        told.append("refused")
    meet()
    told.append(User.objects.filter(role=Role.COORDINATOR).count())
    meet()
print(json.dumps(told))
"""


def test_two_coordinators_who_demote_each_other_leave_one(house: House) -> None:
    house.run(f"{PREPARE}\nmake_user(Role.COORDINATOR)\nmake_user(Role.COORDINATOR)\nprint('null')")
    first, second = house.run(DEMOTE_EACH_OTHER, processes=2)
    assert set(first[1::2]) == {1}
    pairs = zip(first[::2], second[::2], strict=True)
    assert all(sorted(pair) == ["done", "refused"] for pair in pairs)


GIVE_TITULARS = """
import datetime as dt
from django.core.exceptions import ValidationError
from members.models import Association, User
from members.services.mandates import give_mandate
told = []
people = list(User.objects.order_by("pk"))
for association in Association.objects.order_by("pk"):
    meet()
    try:
        # Days that overlap without being open-ended: no constraint of the table sees it.
        give_mandate(person=people[number], association=association, kind="titular",
                     since=dt.date(2020, 1, 1 + number), until=dt.date(2021, 1, 1 + number))
        told.append(1)
    except ValidationError:
        told.append(0)
print(json.dumps(told))
"""


def test_two_titulars_given_at_once_are_one(house: House) -> None:
    house.run(
        f"""{PREPARE}
for _number in range(10):
    make_association()
make_stranger()
make_stranger()
print('null')
"""
    )
    first, second = house.run(GIVE_TITULARS, processes=2)
    assert [sum(pair) for pair in zip(first, second, strict=True)] == [1] * 10


SEND = """
from django.core import mail
from members.services.notices import send_due_notices
meet()
send_due_notices()
print(json.dumps(sorted(message.to[0] for message in getattr(mail, "outbox", []))))
"""


def test_news_sent_by_two_runs_at_once_reach_each_person_once(house: House) -> None:
    house.run(
        f"""{PREPARE}
from members.services.notices import tell
people = [make_user(email=f"n{{number:02}}@vigie.example") for number in range(20)]
tell(people=people, words="News", path="/compte/")
print('null')
"""
    )
    sent = [address for some in house.run(SEND, processes=3) for address in some]
    assert sorted(sent) == [f"n{number:02}@vigie.example" for number in range(20)]
    assert house.run(SEND) == [[]]

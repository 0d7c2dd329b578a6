"""Twenty people who save the same card, in processes of their own, on either database: nothing is lost."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.members.processes import House

PEOPLE = 20
# By each. The whole of it, `VIGIE_SAVES=50`, takes more than a minute on two processors.
SAVES = int(os.environ.get("VIGIE_SAVES", "2"))

PREPARE = """
from tests.factories import *
from members.enums import Role
association = make_association(slug="carte", name="Carte")
for number in range(20):
    make_user(Role.SECRETARIAT, email=f"personne-{number}@vigie.example")
print("null")
"""
# Each adds words of their own to the text, through the page; what is refused is not tried again.
SAVE = """
import html, random, re, time
from django.test import Client
from members.models import User
client = Client(raise_request_exception=False)
client.force_login(User.objects.get(email=f"personne-{number}@vigie.example"))
address = "/collectif/carte/modifier/"
REST = {"name": "Carte", "joined_on": "2013-09-13", "is_joining_day_known": "on", "has_link": "unknown",
        **{f"{part}-{field}_FORMS": "0" for part in ("networks", "publications") for field in ("TOTAL", "INITIAL")}}

def value(page, name):
    return re.search(f'name="{name}" value="([^"]*)"', page)[1]

def words(page):
    return html.unescape(re.search('<textarea name="presentation"[^>]*>(.*?)</textarea>', page, re.S)[1]).strip()

meet()
saved, refused, without_both, other = [], 0, 0, []
for turn in range(SAVES):
    line = f"{chr(97 + number)}{turn:02d}"
    page = client.get(address).content.decode()
    data = REST | {"presentation": f"{words(page)} {line}".strip(), "version": value(page, "version")}
    answer = client.post(address, data)
    shown = answer.content.decode()
    if answer.status_code == 302:
        saved.append(line)
    elif answer.status_code != 409:
        other.append(answer.status_code)
    else:
        refused += 1
        # What I typed is put in beside theirs, which is not in mine, and the field keeps it.
        if not ("<ins>" in shown and "<del>" in shown and line in words(shown)):
            without_both += 1
print(json.dumps({"saved": saved, "refused": refused, "without_both": without_both, "other": other}))
"""
READ = """
from members.models import Association
row = Association.objects.get(slug="carte")
print(json.dumps({"text": row.presentation, "version": row.version, "history": row.history.count()}))
"""


def test_twenty_people_on_one_card_lose_nothing(house: House) -> None:
    house.run(PREPARE)
    told = house.run(SAVE.replace("SAVES", str(SAVES)), processes=PEOPLE)
    (card,) = house.run(READ)
    saved = [line for one in told for line in one["saved"]]
    refused = sum(one["refused"] for one in told)
    print(f"{PEOPLE * SAVES} saves: {len(saved)} accepted, {refused} refused")
    assert [one["other"] for one in told] == [[]] * PEOPLE
    assert len(saved) + refused == PEOPLE * SAVES
    assert sum(one["without_both"] for one in told) == 0
    # They did meet.
    assert refused > 0
    # Every accepted line is there, and no other; each made one version and one line of history.
    assert sorted(card["text"].split()) == sorted(saved)
    assert card["version"] == card["history"] == len(saved) + 1

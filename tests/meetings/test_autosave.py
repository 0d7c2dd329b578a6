"""What the editor saves by itself: quick answers, nothing lost between two hands, and nothing lost when the server dies."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.enums import MinutesStatus
from meetings.models import Minutes, MinutesSection
from members.enums import Role
from tests.factories import (
    make_institution,
    make_measure,
    make_minutes,
    make_plan,
    make_section,
    make_user,
)
from tests.worker import PATIENCE

if TYPE_CHECKING:
    from tests.conftest import ClientAs
    from tests.members.processes import House

# Before the server is killed. The whole of it, `VIGIE_AUTOSAVES=500 VIGIE_KILLS=3`, takes longer.
AUTOSAVES = int(os.environ.get("VIGIE_AUTOSAVES", "100"))
KILLS = int(os.environ.get("VIGIE_KILLS", "1"))


def draft() -> Minutes:
    return make_minutes(status=MinutesStatus.DRAFT)


def autosave(section: MinutesSection) -> str:
    return reverse("meetings:section-autosave", args=[section.minutes.meeting.slug, section.pk])


def typed(version: int, text: str, **more: Any) -> dict[str, Any]:
    return {"version": version, "number": "I", "heading": "Accueil", "text": text, **more}


@pytest.mark.django_db
def test_autosave_answers_with_the_version_and_the_hour(client_as: ClientAs) -> None:
    section = make_section(draft())
    answer = client_as(Role.SECRETARIAT).post(autosave(section), typed(1, "Dit.\r\nEt redit. "))
    assert answer.status_code == 200
    assert answer.json()["version"] == 2
    assert answer.json()["message"]
    row = MinutesSection.objects.get()
    assert (row.number, row.heading, row.text) == ("I", "Accueil", "Dit.\nEt redit. ")


@pytest.mark.django_db
def test_autosave_on_an_old_version_answers_with_both_texts(client_as: ClientAs) -> None:
    section = make_section(draft(), text="Avant.")
    other = make_user(Role.SECRETARIAT)
    client_as(other).post(autosave(section), typed(1, "Le texte des autres <b>."))
    answer = client_as(Role.SECRETARIAT).post(autosave(section), typed(1, "Mon texte."))
    assert answer.status_code == 409
    told = answer.json()
    assert (told["version"], told["text"], told["who"]) == (
        2,
        "Le texte des autres <b>.",
        other.name,
    )
    assert "<ins>" in told["differences"]
    # Shown as it is written, never run.
    assert "<b>" not in told["differences"]
    assert MinutesSection.objects.get().text == "Le texte des autres <b>."


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "x" * 100_001},
        {"heading": "x" * 501},
        {"version": ""},
        {"version": "un"},
        {"text": "a\0b"},
        {"measures": "9" * 30},
    ],
)
def test_wrong_autosave_is_refused_in_words(client_as: ClientAs, wrong: dict[str, Any]) -> None:
    section = make_section(draft())
    answer = client_as(Role.SECRETARIAT).post(autosave(section), typed(1, "Dit.") | wrong)
    assert answer.status_code == 422
    assert answer.json()["message"]
    assert MinutesSection.objects.get().version == 1


@pytest.mark.django_db
def test_adopted_section_is_not_autosaved(client_as: ClientAs) -> None:
    section = make_section(make_minutes(status=MinutesStatus.ADOPTED))
    answer = client_as(Role.SECRETARIAT).post(autosave(section), typed(1, "Changé."))
    assert answer.status_code == 422
    assert MinutesSection.objects.get().text == section.text


@pytest.mark.django_db
def test_what_the_text_was_linked_to_is_tied_with_it(client_as: ClientAs) -> None:
    section = make_section(draft())
    measure, institution = make_measure(), make_institution()
    ties = {"measures": [measure.pk], "institutions": [institution.pk]}
    client = client_as(Role.SECRETARIAT)
    assert client.post(autosave(section), typed(1, "Dit.", **ties)).status_code == 200
    assert [*section.measures.all(), *section.institutions.all()] == [measure, institution]
    other = make_measure(make_plan())
    make_section(section.minutes, measures=[measure])
    answer = client.post(autosave(section), typed(2, "Redit.", measures=[other.pk]))
    assert answer.status_code == 422
    row = MinutesSection.objects.get(pk=section.pk)
    assert (row.text, list(row.measures.all())) == ("Dit.", [measure])


@pytest.mark.django_db
def test_autosave_without_the_token_of_the_page_is_refused(client_as: ClientAs) -> None:
    section = make_section(draft())
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(Role.SECRETARIAT))
    assert client.post(autosave(section), typed(1, "Dit.")).status_code == 403
    assert MinutesSection.objects.get().version == 1


@pytest.mark.django_db
def test_autosave_asks_the_same_whatever_the_minutes(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    counts = []
    for sections in (1, 20):
        minutes = draft()
        for _number in range(sections):
            section = make_section(minutes)
        client.post(autosave(section), typed(1, "Un."))
        with CaptureQueriesContext(connection) as queries:
            assert client.post(autosave(section), typed(2, "Un deux.")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


PREPARE = """
from tests.factories import *
from meetings.enums import MinutesStatus
from members.enums import Role
minutes = make_minutes(make_meeting(slug="ensemble"), status=MinutesStatus.DRAFT)
for number in range(4):
    make_section(minutes, heading=f"Point {number}", text="")
    make_user(Role.SECRETARIAT, email=f"personne-{number}@vigie.example")
print("null")
"""
# Each writes a section of their own, word after word; two write the first one together.
WRITE = """
from django.test import Client
from meetings.models import MinutesSection
from members.models import User
client = Client(raise_request_exception=False)
client.force_login(User.objects.get(email=f"personne-{number}@vigie.example"))
own = MinutesSection.objects.order_by("pk")[number]
shared = MinutesSection.objects.order_by("pk")[3]
acknowledged, refused, other = {"own": "", "shared": []}, 0, []

def save(section, version, text):
    address = f"/reunions/ensemble/compte-rendu/rediger/{section.pk}/enregistrer/"
    return client.post(address, {"version": version, "number": "", "heading": section.heading, "text": text})

meet()
version, shared_version, shared_text = 1, 1, ""
for turn in range(15):
    text = acknowledged["own"] + f" mot{number}-{turn}"
    answer = save(own, version, text)
    if answer.status_code == 200:
        version, acknowledged["own"] = answer.json()["version"], text
    else:
        other.append(answer.status_code)
    word = f" commun{number}-{turn}"
    answer = save(shared, shared_version, shared_text + word)
    if answer.status_code == 409:
        refused += 1
        shared_version, shared_text = answer.json()["version"], answer.json()["text"]
    elif answer.status_code == 200:
        shared_version, shared_text = answer.json()["version"], shared_text + word
        acknowledged["shared"].append(word.strip())
    else:
        other.append(answer.status_code)
print(json.dumps([acknowledged, refused, other]))
"""
READ = """
from meetings.models import MinutesSection
rows = MinutesSection.objects.order_by("pk")
print(json.dumps([[row.text, row.version] for row in rows]))
"""


def test_people_who_write_at_the_same_time_lose_nothing(house: House) -> None:
    house.run(PREPARE)
    told = house.run(WRITE, processes=3)
    (rows,) = house.run(READ)
    for number, (acknowledged, _refused, other) in enumerate(told):
        assert other == []
        assert rows[number] == [acknowledged["own"], 16]
        assert f"mot{number}-14" in acknowledged["own"]
    shared = rows[3][0].split()
    # Each word that was acknowledged is there, once; each that was refused was said to be.
    words = [word for acknowledged, _refused, _other in told for word in acknowledged["shared"]]
    assert sorted(shared) == sorted(words)
    assert sum(refused for _acknowledged, refused, _other in told) + len(words) == 45


LOG_IN = """
from django.test import Client
from members.models import User
client = Client()
client.force_login(User.objects.get(email="personne-0@vigie.example"))
client.get("/reunions/ensemble/compte-rendu/rediger/ajouter/")
print(json.dumps({name: cookie.value for name, cookie in client.cookies.items()}))
"""


def test_what_was_acknowledged_is_there_after_the_server_was_killed(house: House) -> None:
    """`kill -9` of the master and its workers, in the middle of autosaves."""
    house.run(PREPARE)
    (cookies,) = house.run(LOG_IN)
    pk = house.run(
        "from meetings.models import MinutesSection\n"
        "print(MinutesSection.objects.order_by('pk').first().pk)"
    )[0]
    version, acknowledged = 1, ""
    for turn in range(KILLS):
        server, port = _serve(house)
        try:
            last = turn * AUTOSAVES + AUTOSAVES
            for number in range(turn * AUTOSAVES, last + 1000):
                if number == last:
                    # While the next one is on its way.
                    os.killpg(server.pid, signal.SIGKILL)
                text = f"{acknowledged} mot{number}"
                saved = _post(port, pk, cookies, version, text)
                if saved is None:
                    break
                version, acknowledged = saved, text
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        text, stored = house.run(READ)[0][0]
        # What was on its way may have been written without being acknowledged; nothing before it is missing.
        assert text.startswith(acknowledged)
        assert len(text.split()) - len(acknowledged.split()) in {0, 1}
        version, acknowledged = stored, text
    assert len(acknowledged.split()) >= KILLS * AUTOSAVES


def _serve(house: House) -> tuple[subprocess.Popen[bytes], int]:
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        port: int = chosen.getsockname()[1]
    # The site is loaded once, before the workers part.
    command = [
        sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--preload",
        "--log-level", "error",
    ]  # fmt: skip
    server = subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=house.environment | {"VIGIE_LOG_LEVEL": "ERROR"},
        # A group of its own: the master and its workers die together.
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return server, port
        except OSError:
            time.sleep(0.2)
    pytest.fail("The server did not start.")


def _post(port: int, pk: int, cookies: dict[str, str], version: int, text: str) -> int | None:
    """The version that the server acknowledged; None when it is gone."""
    body = urllib.parse.urlencode(typed(version, text))
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": cookies["csrftoken"],
    }
    try:
        wire.request(
            "POST", f"/reunions/ensemble/compte-rendu/rediger/{pk}/enregistrer/", body, headers
        )
        answer = wire.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        wire.close()
    assert answer.status == 200, (answer.status, content[:300])
    saved: int = json.loads(content)["version"]
    return saved

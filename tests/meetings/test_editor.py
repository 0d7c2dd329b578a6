"""The pages where minutes are written: who opens them, what they do without JavaScript, what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from meetings.enums import MinutesStatus
from meetings.models import AgendaItem, Decision, Minutes, MinutesSection
from meetings.services.sections import add_section
from members.enums import Audience, Role
from tests.factories import (
    make_institution,
    make_measure,
    make_meeting,
    make_minutes,
    make_plan,
    make_section,
    make_session,
    make_user,
)

if TYPE_CHECKING:
    from django.test import Client

    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db


def draft() -> Minutes:
    return make_minutes(status=MinutesStatus.DRAFT)


def page(name: str, row: Any, *more: int) -> str:
    meeting = getattr(row, "minutes", row).meeting
    pks = [row.pk] if isinstance(row, MinutesSection) else []
    return reverse(f"meetings:{name}", args=[meeting.slug, *pks, *more])


def sent(section: MinutesSection, **changes: Any) -> dict[str, Any]:
    return {
        "version": section.version,
        "number": section.number,
        "heading": section.heading,
        "level": section.level,
        "text": section.text,
        "audience": section.audience,
        **changes,
    }


@pytest.mark.parametrize(
    ("role", "status", "answer"),
    [
        (None, MinutesStatus.CIRCULATED, 302),
        (Role.GUEST, MinutesStatus.CIRCULATED, 404),
        (Role.ADMINISTRATOR, MinutesStatus.CIRCULATED, 404),
        (Role.MEMBER, MinutesStatus.DRAFT, 404),
        (Role.MEMBER, MinutesStatus.CIRCULATED, 403),
        (Role.SECRETARIAT, MinutesStatus.DRAFT, 200),
        (Role.COORDINATOR, MinutesStatus.ADOPTED, 200),
    ],
)
def test_only_the_secretariat_opens_the_editor(
    client_as: ClientAs, role: Role | None, status: str, answer: int
) -> None:
    section = make_section(make_minutes(status=status))
    client = client_as(role)
    for name in ("editor", "editor-section", "section-rename", "section-delete", "completion"):
        row: Any = section if "section" in name else section.minutes
        assert client.get(page(name, row)).status_code == answer
    if answer == 200:
        return
    for name in (
        "editor-section", "section-autosave", "section-preview", "section-move", "section-level", "section-rename",
        "section-delete", "decision-add", "follow-up-add",
    ):  # fmt: skip
        assert client.post(page(name, section), sent(section, text="Autre")).status_code == answer
    for name in ("minutes-start", "minutes-date", "section-add"):
        assert client.post(page(name, section.minutes)).status_code == answer
    row = MinutesSection.objects.get()
    assert (row.version, row.text) == (1, section.text)


def test_section_is_reached_through_its_own_meeting(client_as: ClientAs) -> None:
    section = make_section(draft())
    address = reverse("meetings:editor-section", args=[make_meeting().slug, section.pk])
    assert client_as(Role.SECRETARIAT).get(address).status_code == 404


def test_minutes_begin_with_the_agenda_in_one_click(client_as: ClientAs) -> None:
    meeting = make_meeting()
    AgendaItem.objects.create(meeting=meeting, title="Accueil", position=1)
    client = client_as(Role.SECRETARIAT)
    editor = reverse("meetings:editor", args=[meeting.slug])
    assert 'value="agenda"' in client.get(editor).text
    assert not Minutes.objects.exists()
    start = reverse("meetings:minutes-start", args=[meeting.slug])
    assert client.post(start, {"from": "agenda"}).status_code == 302
    headings = MinutesSection.objects.values_list("heading", flat=True)
    assert list(headings) == ["Accueil"]
    # A second click adds nothing.
    client.post(start, {"from": "agenda"})
    assert MinutesSection.objects.count() == 1
    assert "Accueil" in client.get(editor).text


def test_list_is_moved_by_its_buttons_with_htmx_and_without(client_as: ClientAs) -> None:
    minutes = draft()
    one, two = (make_section(minutes, heading=name) for name in ("Un", "Deux"))
    client = client_as(Role.SECRETARIAT)
    answer = client.post(page("section-move", one), {"places": "1"})
    assert answer["Location"].endswith(f"#down-{one.pk}")
    order = minutes.sections.order_by("position").values_list("heading", flat=True)
    assert list(order) == ["Deux", "Un"]
    answer = client.post(
        page("section-move", one), {"places": "-1"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="sections"')
    assert f'id="up-{one.pk}"' in answer.text
    assert list(order.all()) == ["Un", "Deux"]
    client.post(page("section-level", two), {"step": "1", "version": "1"})
    client.post(page("section-level", two), {"step": "1", "version": "1"})
    two.refresh_from_db()
    assert (two.level, two.version) == (2, 2)


def test_section_is_added_after_another_and_opened(client_as: ClientAs) -> None:
    minutes = draft()
    one, two = (make_section(minutes, heading=name) for name in ("Un", "Deux"))
    client = client_as(Role.SECRETARIAT)
    address = page("section-add", minutes)
    assert f'value="{one.pk}" selected' in client.get(f"{address}?apres={one.pk}").text
    answer = client.post(address, {"heading": "Entre", "number": "I.2", "after": one.pk})
    added = MinutesSection.objects.get(heading="Entre")
    assert answer["Location"] == page("editor-section", added)
    assert [row.pk for row in minutes.sections.order_by("position")] == [one.pk, added.pk, two.pk]
    elsewhere = make_section(draft())
    assert client.post(address, {"after": elsewhere.pk}).status_code == 422


def test_whole_section_is_saved(client_as: ClientAs) -> None:
    section = make_section(draft())
    session, _other = section.minutes.meeting.sessions.get(), make_session(section.minutes.meeting)
    measure, institution, named = make_measure(), make_institution(), make_user()
    content = sent(
        section,
        number="I.1",
        heading="Accueil",
        level=2,
        text="Dit.\r\n\r\nEt redit. ",
        audience=Audience.NAMED,
        named_people=[named.pk],
        measures=[measure.pk],
        institutions=[institution.pk],
        session=session.pk,
        proposes_measure="4 bis",
    )
    answer = client_as(Role.SECRETARIAT).post(page("editor-section", section), content)
    assert answer.status_code == 302, answer.text
    row = MinutesSection.objects.get()
    assert (row.number, row.heading, row.level, row.text) == (
        "I.1",
        "Accueil",
        2,
        "Dit.\n\nEt redit. ",
    )
    assert (row.session, row.proposes_measure, row.audience) == (session, "4 bis", "named")
    assert [*row.measures.all(), *row.institutions.all()] == [measure, institution]
    assert list(row.named_people.all()) == [named]


def test_wrong_section_keeps_what_was_typed(client_as: ClientAs) -> None:
    section = make_section(draft())
    client = client_as(Role.SECRETARIAT)
    for changes in (
        {"text": "x" * 100_001},
        {"audience": "named"},
        {"level": "9"},
        {"audience": "public"},
        {"measures": ["9" * 40]},
        {"text": "a\0b"},
        {"session": make_meeting().sessions.get().pk, "version": "1"},
    ):
        answer = client.post(
            page("editor-section", section), sent(section, heading="Gardé", **changes)
        )
        if "session" in changes:
            # A meeting of one session asks for none.
            continue
        assert answer.status_code == 422, changes
        assert "Gardé" in answer.text
    assert MinutesSection.objects.get().heading in {section.heading, "Gardé"}


def test_other_plans_measure_is_refused_in_place(client_as: ClientAs) -> None:
    minutes = draft()
    make_section(minutes, measures=[make_measure()])
    section = make_section(minutes)
    other = make_measure(make_plan())
    answer = client_as(Role.SECRETARIAT).post(
        page("editor-section", section), sent(section, measures=[other.pk], heading="Gardé")
    )
    assert answer.status_code == 422
    assert "Gardé" in answer.text
    assert not section.measures.exists()


def test_stale_save_shows_both_texts_and_loses_neither(client_as: ClientAs) -> None:
    section = make_section(draft(), text="Le premier texte.")
    client = client_as(Role.SECRETARIAT)
    client.post(page("editor-section", section), sent(section, text="Le texte des autres."))
    answer = client.post(page("editor-section", section), sent(section, text="Mon texte."))
    assert answer.status_code == 409
    assert "<ins>" in answer.text
    assert "<del>" in answer.text
    assert "Mon texte." in answer.text
    assert 'name="version" value="2"' in answer.text
    assert MinutesSection.objects.get().text == "Le texte des autres."
    again = client.post(
        page("editor-section", section), sent(section, text="Mon texte.", version=2)
    )
    assert again.status_code == 302
    assert MinutesSection.objects.get().text == "Mon texte."


def test_adopted_section_shows_its_text_and_opens_its_readers_alone(client_as: ClientAs) -> None:
    section = make_section(make_minutes(status=MinutesStatus.ADOPTED), text="Adopté.")
    client = client_as(Role.COORDINATOR)
    shown = client.get(page("editor-section", section)).text
    assert "data-editor" not in shown
    assert "Adopté." in shown
    content = sent(section, text="Changé.", heading="Changé", audience=Audience.PUBLIC)
    assert client.post(page("editor-section", section), content).status_code == 302
    row = MinutesSection.objects.get()
    assert (row.text, row.heading, row.audience) == ("Adopté.", section.heading, "public")
    assert client.post(page("section-delete", section), {"version": row.version}).status_code == 422
    assert MinutesSection.objects.exists()


def test_secretariat_is_not_offered_to_publish(client_as: ClientAs) -> None:
    section = make_section(draft())
    address = page("editor-section", section)
    assert 'value="public"' not in client_as(Role.SECRETARIAT).get(address).text
    assert 'value="public"' in client_as(Role.COORDINATOR).get(address).text


def test_deletion_says_what_goes_and_deletes_only_that(client_as: ClientAs) -> None:
    section = make_section(draft())
    client = client_as(Role.SECRETARIAT)
    address = page("section-delete", section)
    told = "0.0.0.0"
    assert f'name="parts" value="{told}"' in client.get(address).text
    Decision.objects.create(section=section, text="Écrire")
    # What was told is no longer so.
    assert client.post(address, {"version": "1", "parts": told}).status_code == 422
    assert MinutesSection.objects.exists()
    assert client.post(address, {"version": "9", "parts": "1.0.0.0"}).status_code == 409
    assert client.post(address, {"version": "1", "parts": "1.0.0.0"}).status_code == 302
    assert not MinutesSection.objects.exists()


def test_title_is_changed_from_the_list(client_as: ClientAs) -> None:
    section = make_section(draft())
    client = client_as(Role.SECRETARIAT)
    address = page("section-rename", section)
    content = {"version": "1", "number": "II", "heading": "Suites", "level": "2"}
    assert client.post(address, {**content, "level": "7"}).status_code == 422
    assert client.post(address, content).status_code == 302
    stale = client.post(address, {**content, "heading": "Autres suites"})
    assert stale.status_code == 409
    assert "Autres suites" in stale.text
    section.refresh_from_db()
    assert (section.number, section.heading, section.level) == ("II", "Suites", 2)


def test_minutes_are_dated(client_as: ClientAs) -> None:
    minutes = draft()
    client = client_as(Role.SECRETARIAT)
    address = page("minutes-date", minutes)
    assert client.post(address, {"version": "1", "dated_on": "demain"}).status_code == 422
    assert client.post(address, {"version": "1", "dated_on": "2014-02-10"}).status_code == 302
    assert client.post(address, {"version": "1", "dated_on": "2014-02-11"}).status_code == 409
    assert str(Minutes.objects.get().dated_on) == "2014-02-10"


def test_preview_is_the_page_and_runs_nothing(client_as: ClientAs) -> None:
    section = make_section(draft())
    client = client_as(Role.SECRETARIAT)
    text = "**Gras** <script>alert(1)</script> ![x](https://ailleurs.example/x.png) [la 22](/plans/a/mesures/22/)"
    shown = client.post(page("section-preview", section), {"text": text}).text
    assert "<strong>Gras</strong>" in shown
    assert 'href="/plans/a/mesures/22/"' in shown
    assert "<script" not in shown
    assert "<img" not in shown
    assert client.post(page("section-preview", section), {"text": "x" * 100_001}).status_code == 422
    section.refresh_from_db()
    assert section.text == "Ce qui fut dit."


def test_ten_megabytes_are_refused_with_an_answer(client_as: ClientAs) -> None:
    section = make_section(draft())
    client: Client = client_as(Role.SECRETARIAT)
    client.raise_request_exception = False
    text = "| a | b |\n" * 1_000_000
    for name in ("editor-section", "section-autosave", "section-preview"):
        answer = client.post(page(name, section), sent(section, text=text))
        assert answer.status_code == 413
        assert "<h1>" in answer.text
    section.refresh_from_db()
    assert section.version == 1


def test_mentions_are_linked_all_at_once_without_javascript(client_as: ClientAs) -> None:
    plan = make_plan()
    first, second = make_measure(plan, number="7"), make_measure(plan, number="9")
    section = make_section(
        draft(), text="La mesure 7, puis la [mesure 7](/ailleurs/) et la mesure 9."
    )
    client = client_as(Role.SECRETARIAT)
    assert 'value="link"' in client.get(page("editor-section", section)).text
    client.post(page("editor-section", section), sent(section, action="link"))
    section.refresh_from_db()
    assert section.text == (
        f"La [mesure 7]({first.get_absolute_url()}), puis la [mesure 7](/ailleurs/) "
        f"et la [mesure 9]({second.get_absolute_url()})."
    )
    assert set(section.measures.all()) == {first, second}


def test_list_asks_as_much_for_twenty_sections_as_for_one(
    client_as: ClientAs, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, writer = client_as(Role.SECRETARIAT), make_user(Role.SECRETARIAT)
    counts = []
    for sections in (1, 20):
        minutes = draft()
        plan = make_plan()
        for number in range(sections):
            add_section(
                minutes=minutes,
                by=writer,
                heading=f"Point {number}",
                measures=[make_measure(plan)],
            )
        for address in (page("editor", minutes), page("editor-section", minutes.sections.last())):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]

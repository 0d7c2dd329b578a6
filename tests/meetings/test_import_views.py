"""Importing minutes in the browser: seen and corrected first, then written whole."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.uploads import LIMIT
from meetings.importer.compare import words_of, words_of_sections
from meetings.importer.keeping import keep, take_back
from meetings.models import AgendaItem, Attendance, Meeting, MeetingPaper, Minutes, MinutesSection
from members.enums import Audience, Role
from tests.factories import (
    make_association,
    make_institution,
    make_measure,
    make_meeting,
    make_plan,
    make_user,
)
from tests.word_files import docx, heading, packed, paragraph, word_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponse

    from plan.models import Plan
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

IMPORT, CONFIRM = "/reunions/importer/", "/reunions/importer/confirmer/"
MINUTES = """# Compte-rendu de la réunion du 12 mars 2014 (9h30 – 12h)

Paris, le 20 mars 2014

## Ordre du jour

- Ouverture
- Mesure par mesure

## Prochaine réunion

Lundi 7 avril, 14h, à la Maison Ouverte

## I. Ouverture

Le groupe parle de la mesure 2.

## Mesure 1 : Former

Un **texte**.

## Mesure 4 bis

Elle manque.

## Participants

- Association des Exemples, Membre Un
- Cercle inconnu : Membre Deux
- Membre Trois
"""


@pytest.fixture
def plan() -> Plan:
    plan = make_plan()
    for number in ("1", "2", "4"):
        make_measure(plan=plan, number=number)
    return plan


@pytest.fixture
def secretariat(client_as: ClientAs) -> Any:
    return client_as(Role.SECRETARIAT)


def rows() -> tuple[int, ...]:
    models = (Meeting, Minutes, MinutesSection, AgendaItem, Attendance, MeetingPaper)
    return tuple(model._default_manager.count() for model in models)


def upload(client: Any, content: bytes | str, name: str = "cr.md", **data: Any) -> Any:
    content = content.encode() if isinstance(content, str) else content
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content), **data})


def sent_back(response: HttpResponse, **changes: Any) -> dict[str, Any]:
    """What the browser sends when the preview is confirmed as it stands, but for some fields."""
    context: Any = response.context  # type: ignore[attr-defined]
    data = {"token": context["token"], "fingerprint": context["fingerprint"]}
    for field in context["form"]:
        value = field.value()
        if value in (None, False, "", []):
            continue
        shown = field.field.widget.format_value(value)
        shown = "on" if value is True else shown
        data[field.html_name] = shown[0] if isinstance(shown, list) and len(shown) == 1 else shown
    return {**data, **changes}


def sections_of(minutes: Minutes) -> list[MinutesSection]:
    return list(MinutesSection.objects.filter(minutes=minutes))  # type: ignore[arg-type]


def stored_words(sections: Iterable[MinutesSection]) -> list[str]:
    return words_of_sections((row.number, row.heading, row.text) for row in sections)


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [IMPORT, CONFIRM])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        (None, 302),
        (Role.GUEST, 404),
        (Role.MEMBER, 403),
        (Role.ADMINISTRATOR, 404),
        (Role.SECRETARIAT, 422),
        (Role.COORDINATOR, 422),
    ],
)
def test_only_the_secretariat_imports(
    client_as: ClientAs, who: Role | None, status: int, address: str
) -> None:
    assert client_as(who).post(address).status_code == status


def test_page_of_the_import_opens(secretariat: Any, plan: Plan) -> None:
    response = secretariat.get(IMPORT)
    assert response.status_code == 200
    assert response.context["form"].initial["plan"] == plan


# --- The preview ------------------------------------------------------------------------------------------------------


def test_preview_shows_what_was_understood_and_writes_nothing(secretariat: Any, plan: Plan) -> None:
    association = make_association(name="Association des Exemples")
    response = upload(secretariat, MINUTES, plan=plan.pk)
    assert response.status_code == 200
    assert rows() == (0, 0, 0, 0, 0, 0)
    form, found = response.context["form"], response.context["found"]
    assert form.initial["title"].startswith("Compte-rendu")
    assert form.initial["agenda"] == "Ouverture\nMesure par mesure"
    assert form.initial["next_on"] == dt.date(2014, 4, 7)
    assert [form.initial[f"s{rank}_measures"] for rank in range(7)] == [
        "", "", "", "2", "1", "4 bis", "",
    ]  # fmt: skip
    assert [form.initial[f"p{rank}_who"] for rank in range(3)] == [
        f"a{association.pk}",
        "words",
        "",
    ]
    assert found.differences == []
    assert b'id="word-for-word"' in response.content


def test_preview_warns_of_a_meeting_on_the_same_day(secretariat: Any) -> None:
    meeting = make_meeting(on=dt.date(2014, 3, 12))
    response = upload(secretariat, MINUTES)
    assert meeting.get_absolute_url().encode() in response.content


def test_preview_says_what_is_left_out_and_renders_no_script(secretariat: Any) -> None:
    text = f"{MINUTES}\n\n## Fin\n\n<script>alert(1)</script> ![logo](https://ailleurs.example/a.png)\n"
    response = upload(secretariat, text)
    assert b"https://ailleurs.example/a.png" in response.content
    assert b"<script>alert" not in response.content
    assert b'<img src="https://ailleurs' not in response.content


def test_document_not_to_be_circulated_is_proposed_for_named_readers(secretariat: Any) -> None:
    response = upload(secretariat, f"{MINUTES}\n\nDocument de travail, ne pas diffuser\n")
    assert response.context["form"].initial["audience"] == Audience.NAMED
    assert b'id="kept-back"' in response.content
    refused = secretariat.post(CONFIRM, sent_back(response))
    assert refused.status_code == 422
    assert "audience" in refused.context["form"].errors
    assert rows() == (0, 0, 0, 0, 0, 0)


def test_pasted_text_is_understood_like_a_file(secretariat: Any) -> None:
    response = secretariat.post(IMPORT, {"text": MINUTES})
    assert response.status_code == 200
    assert len(response.context["found"].sections) == 7


def test_preview_asks_as_much_for_twenty_sections_as_for_one(secretariat: Any, plan: Plan) -> None:
    make_association(name="Association des Exemples")
    counts = []
    for number in (1, 20):
        text = MINUTES + "\n".join(
            f"\n## II.{rank}. Point\n\nmesure 1\n\n## Présents\n\n- Cercle {rank}, x\n"
            for rank in range(number)
        )
        with CaptureQueriesContext(connection) as queries:
            assert upload(secretariat, text, plan=plan.pk).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Confirmed --------------------------------------------------------------------------------------------------------


def test_confirmed_import_writes_everything_once(secretariat: Any, plan: Plan) -> None:
    association = make_association(name="Association des Exemples")
    preview = upload(secretariat, MINUTES, plan=plan.pk)
    response = secretariat.post(CONFIRM, sent_back(preview, takes_next="on"))
    minutes = Minutes.objects.get()
    meeting = minutes.meeting
    assert response["Location"] == reverse("meetings:editor", args=[meeting.slug])
    session = meeting.sessions.get()
    assert (session.on, session.starts_at) == (dt.date(2014, 3, 12), dt.time(9, 30))
    assert minutes.dated_on == dt.date(2014, 3, 20)
    assert [item.title for item in meeting.agenda.all()] == ["Ouverture", "Mesure par mesure"]
    sections = sections_of(minutes)
    # The agenda is not kept twice.
    kept = MINUTES.replace("## Ordre du jour\n\n- Ouverture\n- Mesure par mesure\n", "")
    assert stored_words(sections) == words_of(kept)
    assert [[m.number for m in row.measures.all()] for row in sections] == [
        [], [], ["2"], ["1"], [], [],
    ]  # fmt: skip
    assert sections[4].proposes_measure == "4 bis"
    assert {row.audience for row in sections} == {Audience.MEMBERS}
    assert [(row.association, row.label) for row in meeting.attendances.all()] == [
        (association, ""),
        (None, "Cercle inconnu"),
    ]
    paper = meeting.papers.get()
    assert (paper.is_original, paper.audience) == (True, Audience.SECRETARIAT)
    with paper.file.open() as original:
        assert original.read() == MINUTES.encode()
    following = Meeting.objects.get(previous=meeting)
    assert following.sessions.get().on == dt.date(2014, 4, 7)


def test_corrections_are_what_is_written(secretariat: Any, plan: Plan) -> None:
    institution = make_institution()
    preview = upload(secretariat, MINUTES, plan=plan.pk)
    changes = {
        "title": "Réunion de mars",
        "day_0": "2014-03-13",
        "day_1": "2014-03-14",
        "audience": Audience.SECRETARIAT,
        "s3_heading": "Ouverture de la réunion",
        "s3_number": "A",
        "s3_measures": "4, 1; 5 ter",
        "s4_joined": "on",
        "s5_level": "3",
        "p1_who": f"i{institution.pk}",
        "p2_who": "words",
        "p2_presence": "excused",
        "agenda": "Un seul point",
        "s1_taken": "",
    }
    secretariat.post(CONFIRM, sent_back(preview, **changes))
    meeting = Meeting.objects.get()
    assert meeting.title == "Réunion de mars"
    assert [session.on.day for session in meeting.sessions.all()] == [13, 14]
    assert [item.title for item in meeting.agenda.all()] == ["Un seul point"]
    sections = sections_of(meeting.minutes)
    assert len(sections) == 6
    joined = sections[3]
    assert (joined.number, joined.heading) == ("A", "Ouverture de la réunion")
    assert joined.text.endswith("**Mesure 1 Former**\n\nUn **texte**.")
    assert [measure.number for measure in joined.measures.all()] == ["1", "4"]
    assert joined.proposes_measure == "5 ter"
    assert sections[4].level == 3
    assert {row.audience for row in sections} == {Audience.SECRETARIAT}
    assert [(str(a.institution or a.label), a.presence) for a in meeting.attendances.all()] == [
        ("Association des Exemples", "present"),
        (institution.name, "present"),
        ("Membre Trois", "excused"),
    ]


def test_section_taken_above_may_be_kept_all_the_same(secretariat: Any) -> None:
    preview = upload(secretariat, MINUTES)
    form = preview.context["form"]
    assert (form.initial["s1_taken"], form.initial["s6_taken"]) == (True, False)
    assert "s3_taken" not in form.fields
    assert "Membre Un Deux Trois" in preview.content.decode()
    secretariat.post(CONFIRM, sent_back(preview, s1_taken=""))
    sections = sections_of(Minutes.objects.get())
    assert stored_words(sections) == words_of(MINUTES)


def test_words_not_taken_are_left_only_by_whoever_saw_them(secretariat: Any) -> None:
    preview = upload(secretariat, MINUTES)
    secretariat.post(CONFIRM, sent_back(preview, s6_taken="on"))
    assert [row.heading for row in sections_of(Minutes.objects.get())][-1] != "Participants"


@pytest.mark.parametrize(
    "changes",
    [
        {"agenda": "Ouverture"},
        {"s6_taken": "on", "p1_who": ""},
    ],
)
def test_what_is_taken_out_above_and_left_out_below_is_refused(
    secretariat: Any, changes: dict[str, str]
) -> None:
    preview = upload(secretariat, MINUTES)
    response = secretariat.post(CONFIRM, sent_back(preview, **changes))
    assert response.status_code == 422
    assert rows() == (0, 0, 0, 0, 0, 0)
    rank = "s6" if "s6_taken" in changes else "s1"
    assert list(response.context["form"].errors) == [f"{rank}_taken"]
    assert str(response.context["form"].errors[f"{rank}_taken"][0]) in unescape(
        response.content.decode()
    )


def test_labels_are_nobody_and_those_they_list_are_attendance(secretariat: Any) -> None:
    house, port, north = (
        make_association(name=name)
        for name in ("Maison Ouverte", "Amicale du Port", "Cercle du Nord")
    )
    content = docx(
        heading("Compte rendu de la réunion du 12 mars 2015"),
        heading("Participants", 2),
        paragraph("Présents : Maison Ouverte, Association Inconnue"),
        paragraph("Excusés : Amicale du Port"),
        paragraph("Représentés : Cercle du Nord"),
        heading("Suite", 2),
        paragraph("Un texte."),
    )
    preview = upload(secretariat, content, "cr.docx")
    assert preview.context["unmatched"] == 1
    secretariat.post(CONFIRM, sent_back(preview))
    meeting = Meeting.objects.get()
    assert {(row.association, row.label, row.presence) for row in meeting.attendances.all()} == {
        (house, "", "present"),
        (None, "Association Inconnue", "present"),
        (port, "", "excused"),
        (north, "", "represented"),
    }
    headings = [row.heading for row in sections_of(meeting.minutes)]
    assert headings == ["Compte rendu de la réunion du 12 mars 2015", "Suite"]


def test_two_lines_corrected_to_one_association_are_one(secretariat: Any) -> None:
    association = make_association(name="Association des Exemples")
    preview = upload(secretariat, MINUTES)
    secretariat.post(CONFIRM, sent_back(preview, p1_who=f"a{association.pk}"))
    assert Attendance.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"day_0": ""},
        {"day_0": "2014-13-45"},
        {"starts_at": "12:00", "ends_at": "09:00"},
        {"audience": "public"},
        {"audience": "named"},
        {"s3_level": "9"},
        {"s3_measures": "5 bis, 6 ter"},
        {"s3_measures": "abc"},
        {"s3_number": "x" * 31},
        {"s3_heading": "x" * 501},
        {"p0_who": "a999999"},
        {"p0_who": "x"},
        {"p0_presence": "represented"},
        {"takes_next": "on", "next_on": ""},
        {"named_people": "999999999999999999999", "audience": "named"},
    ],
)
def test_wrong_correction_is_refused_and_nothing_written(
    secretariat: Any, changes: dict[str, str]
) -> None:
    preview = upload(secretariat, MINUTES)
    response = secretariat.post(CONFIRM, sent_back(preview, agenda="Ce que je tape", **changes))
    assert response.status_code == 422
    assert rows() == (0, 0, 0, 0, 0, 0)
    assert b"Ce que je tape" in response.content


def test_what_is_read_in_two_ways_must_agree(
    secretariat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meetings.importer.office._WordText.text", lambda _self: "Un autre texte")
    content = docx(heading("Titre du 12 mars 2014"), paragraph("Un texte"), heading("Suite"))
    preview = upload(secretariat, content, "cr.docx")
    assert b'id="differences"' in preview.content
    assert secretariat.post(CONFIRM, sent_back(preview)).status_code == 422
    assert rows() == (0, 0, 0, 0, 0, 0)


# --- The file kept meanwhile ------------------------------------------------------------------------------------------


def test_kept_file_is_taken_by_its_author_alone() -> None:
    author, other = make_user(Role.SECRETARIAT), make_user(Role.SECRETARIAT)
    token = keep(name="cr.md", content=b"texte", plan=None, by=author)
    assert take_back(token, other) is None
    assert take_back(token + "x", author) is None
    assert take_back("", author) is None
    kept = take_back(token, author)
    assert kept is not None
    assert kept.content == b"texte"


def test_kept_file_is_deleted_once_imported(
    secretariat: Any, django_capture_on_commit_callbacks: Any
) -> None:
    preview = upload(secretariat, MINUTES)
    with django_capture_on_commit_callbacks(execute=True):
        secretariat.post(CONFIRM, sent_back(preview))
    folders = default_storage.listdir("")[0]
    stored = [
        f"{folder}/{name}" for folder in folders for name in default_storage.listdir(folder)[1]
    ]
    assert stored == [MeetingPaper.objects.get().file.name]


def test_file_swept_meanwhile_is_asked_again_and_corrections_stay(
    secretariat: Any, plan: Plan
) -> None:
    preview = upload(secretariat, MINUTES, plan=plan.pk)
    data = sent_back(preview, title="Titre corrigé", token="perdu")
    again = secretariat.post(CONFIRM, data)
    assert again.status_code == 422
    carried = dict(again.context["carried"])
    assert carried["title"] == "Titre corrigé"
    back = upload(secretariat, MINUTES, plan=plan.pk, **carried)
    assert b"Titre corrig\xc3\xa9" in back.content
    # Corrections of another file are not this one's.
    other = upload(secretariat, MINUTES + "fin", plan=plan.pk, **carried)
    assert b"Titre corrig\xc3\xa9" not in other.content


# --- Bad files --------------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    held = io.BytesIO(docx(paragraph("x")))
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media.bin", b"\0" * 60_000_000)
    return held.getvalue()


def with_part(name: str) -> bytes:
    held = io.BytesIO(docx(paragraph("x")))
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr(name, "x")
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bombe.docx", bomb()),
        ("macros.docx", with_part("word/vbaProject.bin")),
        ("macros.docm", docx(paragraph("x"))),
        ("archive.docx", with_part("word/autre.zip")),
        ("secret.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100),
        ("ancien.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100),
        ("pdf.docx", b"%PDF-1.7\n%%EOF\n"),
        ("casse.docx", docx(paragraph("x"))[:200]),
        ("sans.docx", packed({"[Content_Types].xml": "<Types/>"})),
        ("vide.docx", docx()),
        ("vide.txt", b""),
        ("blancs.md", b"\n \n"),
        ("octets.txt", b"\x00\x01\x02"),
        ("tableau.docx", docx(word_table(*[["mot " * 40] * 10] * 5_000))),
        ("long.md", b"# Titre\n\n" + b"| mot | mot |\n" * 800_000),
        ("enorme.txt", b"a" * (LIMIT + 1)),
        ("sections.md", b"# Titre\n\nmot\n\n" * 200),
        ("image.png", b"\x89PNG\r\n\x1a\n"),
        ("sans-extension", b"texte"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_file_is_refused_clearly(secretariat: Any, name: str, content: bytes) -> None:
    response = upload(secretariat, content, name)
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert rows() == (0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_text_in_another_encoding_is_read(secretariat: Any, encoding: str) -> None:
    content = MINUTES.replace("–", "-").encode(encoding)
    response = upload(secretariat, content, "cr.txt")
    assert response.status_code == 200
    assert "réunion du 12 mars" in response.context["form"].initial["title"]


def test_text_too_long_for_a_request_is_refused(secretariat: Any) -> None:
    assert secretariat.post(IMPORT, {"text": "mot " * 1_000_000}).status_code in {400, 413, 422}


@pytest.mark.parametrize("data", [{}, {"text": " "}, {"text": "\x00"}, {"plan": "x", "text": "a"}])
def test_nothing_or_nonsense_is_refused(secretariat: Any, data: dict[str, str]) -> None:
    assert secretariat.post(IMPORT, data).status_code == 422


def test_file_and_text_together_are_refused(secretariat: Any) -> None:
    assert upload(secretariat, MINUTES, text="autre").status_code == 422


def test_word_file_of_twenty_pages_goes_through(secretariat: Any, plan: Plan) -> None:
    body = [heading("Compte-rendu du 12 mars 2014")]
    for rank in range(20):
        body.append(heading(f"{rank + 1}. Point", 2))
        body += [paragraph("La mesure 1 est suivie par le groupe. " * 12) for _page in range(5)]
    preview = upload(secretariat, docx(*body), "cr.docx", plan=plan.pk)
    response = secretariat.post(CONFIRM, sent_back(preview))
    assert response.status_code == 302
    assert MinutesSection.objects.count() == 21

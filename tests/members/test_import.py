"""Importing tables: what is read, what is refused at its cell, and that what is exported comes back unchanged."""

from __future__ import annotations

import datetime as dt
import io
import os
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from members.enums import Role
from members.importer import files
from members.importer.files import (
    UnreadableFileError,
    day_of,
    header_key,
    neutral,
    read_table,
    restored,
    text_of,
    write_csv,
    write_xlsx,
)
from members.importer.kinds import KINDS
from members.models import Association, GroupMembership, Mandate, Participation, WorkingGroup
from members.services.associations import (
    NetworkEntry,
    PublicationEntry,
    add_association,
    networks_of,
    publications_of,
)
from members.services.imports import check_import, write_import
from tests.factories import (
    JOINED_ON,
    make_association,
    make_group,
    make_group_membership,
    make_mandate,
    make_stranger,
    make_user,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
IMPORT = "/collectif/import/"
HEADERS = list(KINDS["associations"].columns.values())


def line(**cells: Any) -> list[Any]:
    """A line of the table of associations, by header."""
    named = {"Nom": "Nouvelle", "Membre depuis": "2013-09-13", "Jour d’adhésion connu": "oui"}
    named |= {key.replace("_", " "): value for key, value in cells.items()}
    return [named.get(header, "") for header in HEADERS]


def csv_of(*lines: list[Any]) -> bytes:
    return write_csv(HEADERS, lines)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def send(client: Any, content: bytes, name: str = "table.csv", kind: str = "associations") -> Any:
    return client.post(IMPORT, {"kind": kind, "file": SimpleUploadedFile(name, content)})


def confirm(client: Any, preview: Any) -> Any:
    context = preview.context
    data = {
        "kind": context["kind"].key,
        "text": context["text"],
        "fingerprint": context["report"].fingerprint,
    }
    return client.post(f"{IMPORT}confirmer/", data)


def take(kind: str, content: bytes) -> Any:
    chosen = KINDS[kind]()
    return write_import(kind=chosen, table=read_table(content, chosen.columns.values()))


# --- Reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_every_usual_csv_is_read(encoding: str, delimiter: str) -> None:
    content = delimiter.join(["Nom", "Membre depuis", "Clé"]) + "\r\n"
    content += delimiter.join(["Éclat d’été", "13/09/2013", "eclat"]) + "\r\n"
    table = read_table(content.encode(encoding), HEADERS)
    assert table.lines[0].cells == {
        "nom": "Éclat d’été", "membre depuis": "13/09/2013", "cle": "eclat",
    }  # fmt: skip


def test_headers_are_known_without_accents_capitals_or_spaces() -> None:
    assert header_key("  JOUR  d'adhesion CONNU ") == header_key("Jour d’adhésion connu")


def test_empty_lines_are_skipped_and_lines_keep_their_numbers() -> None:
    table = read_table("\n;;\nNom;Clé\n\nA;a\n;;\nB;b\n\n".encode(), HEADERS)
    assert [row.number for row in table.lines] == [5, 7]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (dt.datetime(2013, 9, 13), "2013-09-13"),
        (dt.date(2013, 9, 13), "2013-09-13"),
        (41530, "2013-09-13"),
        (41530.0, "2013-09-13"),
        ("13/09/2013", "2013-09-13"),
        ("13.9.2013", "2013-09-13"),
        (" 2013-09-13 ", "2013-09-13"),
        ("2013-09-13 00:00:00", "2013-09-13"),
        ("septembre", "septembre"),
        (9_999_999, "9999999"),
        (None, ""),
    ],
)
def test_days_are_understood_as_people_write_them(cell: Any, day: str) -> None:
    assert day_of(cell) == day


@pytest.mark.parametrize("sign", "=+-@\t\r")
def test_a_formula_is_never_written_and_comes_back_as_text(sign: str) -> None:
    for words in (f"{sign}1+1", f"'{sign}1", f"''{sign}"):
        assert neutral(words).startswith("'")
        assert restored(neutral(words)) == words
    assert neutral("L’été = beau") == "L’été = beau"
    assert restored("'simple") == "'simple"
    assert text_of(neutral("=A1")) == "=A1"


def test_no_cell_of_an_export_is_a_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(["Nom"], [["=1+1"], ["+33"]], title="x")))
    cells = [row[0] for row in book.active.iter_rows(min_row=2)]  # type: ignore[union-attr]
    assert [(cell.data_type, cell.value) for cell in cells] == [("s", "'=1+1"), ("s", "'+33")]
    assert b"\n'=1+1\n" in write_csv(["Nom"], [["=1+1"]])


def bomb(padding: int = 0) -> bytes:
    """A spreadsheet of which one part unfolds to forty megabytes; with padding, not by a striking ratio."""
    book, swollen = io.BytesIO(write_xlsx(["Nom"], [["A"]], title="x")), io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(swollen, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part, old.read(part))
        new.writestr("xl/worksheets/sheet2.xml", b" " * 40_000_000)
        new.writestr("xl/media/padding.bin", os.urandom(padding))
    return swollen.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"PK\x03\x04 nonsense",
        b"\xd0\xcf\x11\xe0 old",
        b"%PDF-1.7\n\x00",
        b"Nom;Nom\nA;B",
        b'Nom;Cl\xe9\n"never closed',
        b"Nom\n" + b"A\n" * (files.ROW_LIMIT + 1),
        b"x" * (files.BYTE_LIMIT + 1),
        bomb(),
        bomb(padding=500_000),
    ],
    ids=[
        "empty",
        "binary",
        "zip",
        "xls",
        "pdf",
        "twice",
        "quote",
        "rows",
        "bytes",
        "bomb",
        "padded bomb",
    ],
)
def test_what_is_no_table_is_refused_in_words(client_as: ClientAs, content: bytes) -> None:
    response = send(client_as(Role.SECRETARIAT), content, "table.xlsx")
    assert response.status_code == 422
    # Refused before any line was looked at.
    assert response.context["report"] is None
    assert {"file"} == set(response.context["form"].errors)
    assert not Association.objects.exists()


def test_broken_spreadsheet_is_refused() -> None:
    whole = write_xlsx(["Nom"], [["A"]], title="x")
    for place in range(0, len(whole), 97):
        broken = whole[:place] + b"\xff" + whole[place + 1 :]
        with suppress(UnreadableFileError):
            read_table(broken, HEADERS)


# --- Seeing, then writing -----------------------------------------------------------------------------------------------


def test_nothing_is_written_before_it_is_confirmed(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    preview = send(
        client, csv_of(line(Nom="Nouvelle", Réseaux="Réseau A | https://a.vigie.example/"))
    )
    assert preview.status_code == 200
    assert "Nouvelle" in text(preview)
    assert not Association.objects.exists()
    assert confirm(client, preview).status_code == 302
    association = Association.objects.get()
    assert networks_of(association) == [NetworkEntry("Réseau A", "https://a.vigie.example/")]
    assert association.history.get().history_user is not None


def test_changes_are_shown_word_by_word(client_as: ClientAs) -> None:
    association = make_association(name="Liens", presentation="Ancien texte")
    client = client_as(Role.SECRETARIAT)
    preview = send(
        client, csv_of(line(Clé=association.slug, Nom="Liens", Présentation="Nouveau texte"))
    )
    page = text(preview)
    assert "Ancien</del>" in page
    assert "Nouveau</ins>" in page
    association.refresh_from_db()
    assert association.presentation == "Ancien texte"
    confirm(client, preview)
    association.refresh_from_db()
    assert association.presentation == "Nouveau texte"
    assert association.version == 2


def test_what_changed_since_it_was_shown_is_shown_again(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    preview = send(client, csv_of(line(Nom="Nouvelle")))
    add_association(name="Nouvelle", joined_on=dt.date(2010, 1, 1))
    response = confirm(client, preview)
    assert response.status_code == 409
    assert Association.objects.get().joined_on == dt.date(2010, 1, 1)
    assert confirm(client, response).status_code == 302
    assert Association.objects.get().joined_on == JOINED_ON


def test_confirmation_without_what_was_shown_writes_nothing(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    data = {"kind": "associations", "text": csv_of(line()).decode()}
    assert client.post(f"{IMPORT}confirmer/", data).status_code == 409
    assert client.post(f"{IMPORT}confirmer/", {"kind": "x"}).status_code == 422
    assert not Association.objects.exists()


@pytest.mark.parametrize(
    ("cells", "header"),
    [
        ({"Nom": ""}, "Nom"),
        ({"Membre_depuis": "31/02/2013"}, "Membre depuis"),
        ({"Membre_depuis": ""}, "Membre depuis"),
        ({"Partie_le": "2001-01-01"}, "Partie le"),
        ({"Site": "pas une adresse"}, "Site"),
        ({"Jour_d’adhésion_connu": "peut-être"}, "Jour d’adhésion connu"),
        ({"Lien_vers_le_Collectif": "bof"}, "Lien vers le Collectif"),
        ({"Lien_vers_le_Collectif": "oui"}, "Lien vérifié le"),
        ({"Publications": "Livre | MMXIV"}, "Publications"),
        ({"Réseaux": "A | b | c"}, "Réseaux"),
        ({"Clé": "annuaire"}, "Clé"),
        ({"Clé": "pas une clé"}, "Clé"),
    ],
)
def test_one_wrong_cell_is_told_with_its_place_and_nothing_is_written(
    client_as: ClientAs, cells: dict[str, str], header: str
) -> None:
    client = client_as(Role.SECRETARIAT)
    response = send(client, csv_of(line(Nom="Bonne"), line(**cells)))
    assert response.status_code == 422
    (mistake,) = response.context["report"].mistakes
    assert (mistake.row, mistake.header) == (3, header)
    assert mistake.column == openpyxl.utils.get_column_letter(HEADERS.index(header) + 1)
    assert not Association.objects.exists()


def test_missing_columns_are_named_and_others_left_aside(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    response = client.post(IMPORT, {"kind": "participations", "text": "Association\tNotes\nA\tb"})
    assert response.status_code == 422
    assert "Date, Occasion" in text(response)
    table = read_table("Occasion;notes;DATE;association\nRéunion;x;2014-01-31;A".encode(), HEADERS)
    make_association(name="A")
    report = check_import(kind=KINDS["participations"](), table=table)
    assert report.ignored == ["notes"]
    assert len(report.added) == 1


def test_same_line_twice_is_refused() -> None:
    report, written = take("associations", csv_of(line(Clé="a"), line(Clé="a")))
    assert not written
    assert report.mistakes[0].row == 3


def test_pasted_cells_with_a_mistake_are_kept(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    make_association(name="Liens")
    pasted = (
        "Association\tDate\tOccasion\nLiens \t31/01/2014\tRéunion\nInconnue\t31/01/2014\tRéunion"
    )
    response = client.post(IMPORT, {"kind": "participations", "text": pasted})
    assert response.status_code == 422
    assert "Inconnue\t31/01/2014" in response.content.decode()
    corrected = client.post(
        IMPORT,
        {
            "kind": "participations",
            "text": pasted.replace("Inconnue", "liens").replace("Réunion", "Autre", 1),
        },
    )
    assert corrected.status_code == 200
    confirm(client, corrected)
    assert Participation.objects.count() == 2


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "associations"},
        {"kind": "associations", "text": " \n "},
        {"kind": "x", "text": "Nom"},
    ],
)
def test_neither_file_nor_text_is_said(client_as: ClientAs, data: dict[str, str]) -> None:
    assert client_as(Role.SECRETARIAT).post(IMPORT, data).status_code == 422


def test_file_and_text_together_are_refused(client_as: ClientAs) -> None:
    data = {"kind": "associations", "text": "Nom", "file": SimpleUploadedFile("a.csv", b"Nom")}
    assert client_as(Role.SECRETARIAT).post(IMPORT, data).status_code == 422


# --- Mandates and groups ------------------------------------------------------------------------------------------------


def mandates_csv(*lines: list[Any]) -> bytes:
    return write_csv(list(KINDS["mandats"].columns.values()), lines)


def test_mandates_are_matched_by_address_and_association() -> None:
    person, association = make_stranger(), make_association(name="Liens", acronym="LNS")
    row = [person.email.upper(), "", "lns", "Titulaire", "présidence", "13/09/2013", ""]
    report, written = take("mandats", mandates_csv(row))
    assert written
    assert len(report.added) == 1
    mandate = Mandate.objects.get()
    assert (mandate.person, mandate.association) == (person, association)
    ended = [*row[:6], "2014-06-01"]
    report, written = take("mandats", mandates_csv(ended))
    assert len(report.changed) == 1
    assert Mandate.objects.get().until == dt.date(2014, 6, 1)


def test_unknown_person_is_refused_with_what_to_do() -> None:
    make_association(name="Liens")
    row = ["inconnue@vigie.example", "", "Liens", "titulaire", "", "2013-09-13", ""]
    report, written = take("mandats", mandates_csv(row))
    assert not written
    assert report.mistakes[0].header == "Adresse"
    assert "inconnue@vigie.example" in str(report.mistakes[0])


def test_two_titulars_in_one_file_are_refused_whole() -> None:
    association = make_association(name="Liens")
    rows = [
        [make_stranger().email, "", association.slug, "titulaire", "", "2013-09-13", ""]
        for _number in range(2)
    ]
    report, written = take("mandats", mandates_csv(*rows))
    assert not written
    assert (report.mistakes[0].row, report.mistakes[0].header) == (3, "Type")
    assert not Mandate.objects.exists()


def test_group_that_two_lines_tell_differently_is_refused() -> None:
    make_association(name="A")
    make_association(name="B")
    headers = list(KINDS["groupes"].columns.values())
    rows = [
        ["g", "Groupe", "Objet", "2013-09-13", "", "A", "", "2013-09-13", ""],
        ["g", "Groupe", "Autre objet", "2013-09-13", "", "B", "", "2013-09-13", ""],
    ]
    report, written = take("groupes", write_csv(headers, rows))
    assert not written
    assert report.mistakes[0].row == 3
    assert not WorkingGroup.objects.exists()
    rows[1][2] = "Objet"
    report, written = take("groupes", write_csv(headers, rows))
    assert written
    assert GroupMembership.objects.count() == 2


# --- What is exported comes back ----------------------------------------------------------------------------------------


@pytest.fixture
def full_house() -> None:
    """Rows with everything that could be lost on the way."""
    first = add_association(
        name='=Liens; « d’été », "cités"',
        acronym="+LNS",
        presentation="-Première ligne\n\n  Seconde ; avec\ttabulation\n@fin",
        site="https://liens.vigie.example/?a=1;b=2",
        invited_on=dt.date(2012, 1, 1),
        joined_on=JOINED_ON,
        is_joining_day_known=False,
        has_link=True,
        link_checked_on=dt.date(2015, 1, 2),
        link_url="https://liens.vigie.example/amis",
        networks=[NetworkEntry("@Réseau"), NetworkEntry("B", "https://b.vigie.example/")],
        publications=[
            PublicationEntry("-Livre", 2014),
            PublicationEntry("Sans année", None, "https://c.vigie.example/"),
            PublicationEntry("Rien que le titre"),
        ],
    )
    add_association(name="Invitée", invited_on=JOINED_ON, presentation="2014")
    left = make_association(left_on=dt.date(2014, 1, 1), has_link=False, link_checked_on=JOINED_ON)
    Participation.objects.create(association=first, on=JOINED_ON, occasion="=Réunion")
    make_mandate(association=first, function="+présidence", until=dt.date(2014, 6, 1))
    make_mandate(association=first, kind="alternate")
    make_mandate(association=left, until=dt.date(2013, 12, 1))
    group = make_group(purpose="=Objet\nsur deux lignes")
    make_group_membership(group, association=first, until=dt.date(2014, 1, 1))
    make_group_membership(group, association=first, since=dt.date(2014, 2, 1))
    make_group_membership(group, person=make_user(Role.SECRETARIAT))
    make_group(closed_on=dt.date(2014, 1, 1))


@pytest.mark.usefixtures("full_house")
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_export_imported_again_changes_nothing(client_as: ClientAs, kind: str, form: str) -> None:
    client = client_as(Role.COORDINATOR)
    content = client.get(f"/collectif/export/{kind}.{form}").content
    chosen = KINDS[kind]()
    report = check_import(kind=chosen, table=read_table(content, chosen.columns.values()))
    assert list(map(str, report.mistakes)) == []
    assert [done for _row, done in [*report.added, *report.changed]] == []
    assert len(report.unchanged) >= 1
    # Nor through the page.
    assert send(client, content, f"table.{form}", kind).status_code == 200


@pytest.mark.usefixtures("full_house")
def test_export_imported_elsewhere_says_the_same(client_as: ClientAs) -> None:
    client = client_as(Role.COORDINATOR)
    content = client.get("/collectif/export/associations.csv").content
    told = {row.slug: (networks_of(row), publications_of(row)) for row in Association.objects.all()}
    for model in (GroupMembership, Mandate, Participation):
        model._default_manager.all().delete()
    Association.objects.all().delete()
    _report, written = take("associations", content)
    assert written
    assert client.get("/collectif/export/associations.csv").content == content
    assert told == {
        row.slug: (networks_of(row), publications_of(row)) for row in Association.objects.all()
    }


# --- The command --------------------------------------------------------------------------------------------------------


def test_command_says_then_writes_all_or_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(csv_of(line(Nom="A"), line(Nom="B")))
    call_command("import_members", "associations", str(file), dry_run=True)
    assert "2 added, 0 changed, 0 unchanged" in capsys.readouterr().out
    assert not Association.objects.exists()
    call_command("import_members", "associations", str(file))
    assert Association.objects.count() == 2
    file.write_bytes(csv_of(line(Nom="C"), line(Nom="D", Site="x y")))
    with pytest.raises(CommandError, match=r"3.*\(Site\)"):
        call_command("import_members", "associations", str(file))
    with pytest.raises(CommandError):
        call_command("import_members", "associations", str(tmp_path / "absent.csv"))
    assert Association.objects.count() == 2


def test_mandates_are_imported_by_whoever_may_give_one(client_as: ClientAs) -> None:
    """The secretariat sees mandates, and does not give them."""
    person, association = make_stranger(), make_association()
    row = [person.email, "", association.slug, "titulaire", "", "2015-01-05", ""]
    text = mandates_csv(row).decode("utf-8-sig")
    data = {"kind": "mandats", "text": text}
    for role, status in [(Role.SECRETARIAT, 422), (Role.COORDINATOR, 200)]:
        client = client_as(role)
        assert ("Adresse" in client.get(IMPORT).content.decode()) == (role == Role.COORDINATOR)
        assert client.post(IMPORT, data).status_code == status
        confirm = client.post("/collectif/import/confirmer/", data)
        assert confirm.status_code == (422 if role == Role.SECRETARIAT else 409)
    assert not person.mandates.exists()

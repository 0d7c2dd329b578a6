"""Reading files of minutes: every format as blocks of Markdown, every word kept."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

import pytest

from common.markdown import render
from meetings.importer.blocks import Document, Kind, UnreadableMinutesError
from meetings.importer.compare import Difference, differences, words_of
from meetings.importer.reading import decode, read_document, read_words
from tests.word_files import (
    W,
    docx,
    heading,
    note_call,
    odt,
    packed,
    paragraph,
    run,
    word_table,
)


def written(document: Document) -> list[tuple[Kind, str]]:
    return [(block.kind, block.text) for block in document.blocks]


def read(*body: str, **options: Any) -> Document:
    return read_document("compte-rendu.docx", docx(*body, **options))


# --- Word -------------------------------------------------------------------------------------------------------------


def test_word_headings_lists_tables_and_bold_are_kept() -> None:
    document = read(
        heading("I. Ouverture"),
        paragraph("Le groupe ", run("remercie", bold=True), " les présents."),
        paragraph("un point", numbering=1),
        paragraph("un autre", numbering=1),
        word_table(["Nom", "Nombre"], ["a|b", "2"]),
        heading("Suite", 2),
    )
    assert written(document) == [
        (Kind.HEADING, "I. Ouverture"),
        (Kind.PARAGRAPH, "Le groupe **remercie** les présents."),
        (Kind.LIST, "- un point\n- un autre"),
        (Kind.TABLE, "| Nom | Nombre |\n| --- | --- |\n| a\\|b | 2 |"),
        (Kind.HEADING, "Suite"),
    ]
    assert [block.level for block in document.blocks if block.kind is Kind.HEADING] == [1, 2]
    assert document.left_out == []


def test_word_note_stands_at_its_call() -> None:
    document = read(
        paragraph("Une phrase", note_call(2), " et la suite."), notes={2: "Le texte [de] la note."}
    )
    assert document.blocks[0].text == "Une phrase ^[Le texte [de] la note.] et la suite."
    assert "note-call" in render(document.blocks[0].text)
    assert words_of(document.source) == words_of(document.blocks[0].text)


def test_raised_figures_stay_apart_from_the_word_before_them() -> None:
    raised = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>12</w:t></w:r>'
    document = read(paragraph("La loi de 2017", raised, " et le 1", raised.replace("12", "er")))
    assert document.blocks[0].text == "La loi de 2017¹² et le 1er"
    # The file tells the figures, not where they stand.
    assert words_of(document.source) == words_of(document.blocks[0].text)
    tags = "# Loi\n\nDe 2017<sup>12</sup>, 1<sup>er</sup> avis<sup>3</sup>"
    assert read_words(tags).blocks[1].text == "De 2017¹², 1er avis (3)"


def test_numbers_that_word_gives_to_a_list_are_said() -> None:
    document = read(paragraph("premier", numbering=2), paragraph("second", numbering=2))
    assert document.blocks[0].text == "1. premier\n2. second"
    assert len(document.left_out) == 1


def test_signs_of_markdown_print_as_they_are() -> None:
    document = read(paragraph("2 * 3 * 4, <b>, _un_, ^[x], [@cle] et # fin"))
    html = render(document.blocks[0].text)
    assert "2 * 3 * 4, &lt;b&gt;, _un_, ^[x], [@cle] et # fin" in html


def test_script_in_a_word_file_is_words() -> None:
    document = read(paragraph("<script>alert(1)</script>"))
    assert "<script" not in render(document.blocks[0].text)


def test_deleted_words_are_left_out_and_those_of_a_frame_kept() -> None:
    deleted = "<w:del><w:r><w:delText>barré</w:delText></w:r></w:del>"
    frame = (
        '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>'
        f"{paragraph('À suivre')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    document = read(paragraph("Avant", deleted, frame, " après"))
    stored = [word for block in document.blocks for word in words_of(block.text)]
    assert stored == words_of(document.source) == ["Avant", "après", "À", "suivre"]


def test_heads_of_pages_comments_and_pictures_are_said() -> None:
    picture = (
        '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        '<a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:link="picture"/>'
        "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
    document = read(
        paragraph("Texte", picture),
        picture="https://ailleurs.example/a.png",
        header1=f'<w:hdr xmlns:w="{W}">{paragraph("Ne pas diffuser")}</w:hdr>',
        footer1=f'<w:ftr xmlns:w="{W}">{paragraph("12")}</w:ftr>',
        comments=f'<w:comments xmlns:w="{W}"><w:comment w:id="1">{paragraph("?")}</w:comment></w:comments>',
    )
    assert document.blocks[0].text == "Texte"
    assert len(document.left_out) == 3
    assert any("Ne pas diffuser" in words for words in document.left_out)


def test_paragraphs_that_are_lines_of_a_page_are_put_together() -> None:
    line = "Les membres du groupe ont relu ensemble le projet qui leur a été remis la veille de la"
    body = [paragraph(f"Mesure {number} : titre") + paragraph(line) * 4 for number in range(1, 10)]
    document = read(*body)
    assert len(document.blocks) == 18


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 un PDF qui se dit Word",
        b"PK\x03\x04 abrege",
        packed({"autre.xml": "<a/>"}),
        packed({"word/document.xml": "<a><b></a>"}),
        packed({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        docx("<w:p/>", styles='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        docx(),
        docx(paragraph("  ")),
    ],
)
def test_damaged_or_empty_word_file_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableMinutesError):
        read_document("compte-rendu.docx", content)


def test_ten_megabytes_of_table_are_refused_at_once() -> None:
    content = docx(word_table(*[["mot " * 50] * 10] * 5_000))
    with pytest.raises(UnreadableMinutesError):
        read_document("compte-rendu.docx", content)


# --- OpenDocument -----------------------------------------------------------------------------------------------------

OPEN_BODY = (
    "<text:h>Titre</text:h><text:p>Une<text:note><text:note-citation>1</text:note-citation><text:note-body>"
    "<text:p>Note</text:p></text:note-body></text:note> phrase.</text:p>"
)


def test_open_document_is_refused_clearly_without_pandoc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(UnreadableMinutesError, match=r"pandoc"):
        read_document("compte-rendu.odt", odt(OPEN_BODY))


def test_open_document_is_read_through_pandoc(monkeypatch: pytest.MonkeyPatch) -> None:
    html = (
        '<h1>Titre</h1><p>Une<a href="#fn1" id="fnref1"><sup>1</sup></a> phrase.</p><section><ol>'
        '<li id="fn1"><p>Note<a href="#fnref1">↩</a></p></li></ol></section>'
    )
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/pandoc")
    monkeypatch.setattr(
        subprocess,
        "run",
        lambda command, **_options: subprocess.CompletedProcess(command, 0, html.encode()),
    )
    document = read_document("compte-rendu.odt", odt(OPEN_BODY))
    assert written(document) == [
        (Kind.HEADING, "Titre"),
        (Kind.PARAGRAPH, "Une ^[Note] phrase."),
    ]
    assert words_of(document.source) == ["Titre", "Une", "Note", "phrase"]


def test_open_document_cut_in_lines_is_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    line = "Les membres du groupe ont relu ensemble le projet qui leur a été remis la veille de la"
    lines = [
        words for number in range(1, 10) for words in (f"Mesure {number} : titre", *[line] * 4)
    ]
    # Blanks between paragraphs are the file's own.
    body = "\n  ".join(f"<text:p>{words}</text:p>" for words in lines)
    html = "".join(f"<p>{words}</p>" for words in lines)
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/pandoc")
    monkeypatch.setattr(
        subprocess,
        "run",
        lambda command, **_options: subprocess.CompletedProcess(command, 0, html.encode()),
    )
    document = read_document("compte-rendu.odt", odt(body))
    assert len(document.blocks) == 18
    assert document.source.splitlines() == lines


# --- Markdown ---------------------------------------------------------------------------------------------------------


def test_markdown_headings_of_both_kinds_are_found() -> None:
    document = read_words("# Un\ntexte\n\nDeux\n----\n\n```\n# rien\n```\n\n### Trois ###\n")
    assert [(b.text, b.level) for b in document.blocks if b.kind is Kind.HEADING] == [
        ("Un", 1),
        ("Deux", 2),
        ("Trois", 3),
    ]


def test_markdown_picture_is_left_out_and_said() -> None:
    document = read_words("# Un\n\n![le logo](https://ailleurs.example/a.png) et la suite")
    assert document.blocks[1].text == "le logo et la suite"
    assert "ailleurs.example" in document.left_out[0]


def test_markdown_notes_go_to_their_calls() -> None:
    document = read_words("# Un\n\nUne phrase[^1] longue.\n\n[^1]: Le texte\n  de la note.\n")
    assert document.blocks[1].text == "Une phrase ^[Le texte de la note.] longue."


def test_scripts_in_markdown_are_words() -> None:
    document = read_words("# Un\n\n<script>alert(1)</script> <img src=x onerror=alert(1)>")
    html = render(document.blocks[1].text)
    assert "<script" not in html
    assert "<img" not in html
    assert words_of(document.source)[1:3] == ["script", "alert"]


def test_tags_that_converters_leave_become_markdown() -> None:
    document = read_words("# Un\n\nLe <b>1<sup>er</sup></b> jour<sup>12</sup>")
    assert document.blocks[1].text == "Le **1er** jour (12)"


def test_columns_parted_by_tabulations_become_a_table() -> None:
    document = read_words("# Un\n\nAnnée\tNombre\n2014\t12\n")
    assert document.blocks[1].text == "| Année | Nombre |\n| --- | --- |\n| 2014 | 12 |"


# --- Plain text -------------------------------------------------------------------------------------------------------

LONG = "Les personnes présentes ont d’abord relu ensemble tout le projet qui leur a été remis la"


def test_lines_cut_by_a_page_are_joined() -> None:
    document = read_words(f"{LONG}\n{LONG}\nveille.\nUn autre paragraphe.\n{LONG}\nveille.\n")
    assert [block.text for block in document.blocks] == [
        f"{LONG} {LONG} veille.",
        "Un autre paragraphe.",
        f"{LONG} veille.",
    ]


def test_text_with_a_blank_line_after_every_line_is_joined_too() -> None:
    text = f"{LONG}\n\n{LONG}\n\nveille.\n\n \n\n{LONG}\n\nveille.\n\n \n\n{LONG}\n\nfin.\n"
    assert len(read_words(text).blocks) == 3


def test_sentence_goes_on_over_the_end_of_a_page() -> None:
    document = read_words(f"{LONG}\n{LONG}\nveille.\n{LONG}\n{LONG}\n\fveille.\n")
    assert [block.text for block in document.blocks][-1].endswith("la veille.")


def test_bullets_of_any_kind_are_one_list() -> None:
    document = read_words("Voici :\n- un\n• deux\n\uf0b7 trois\n-quatre\n-5 % de plus\n")
    assert document.blocks[1].text == "- un\n- deux\n- trois\n- quatre"


def test_hyphen_at_the_end_of_a_line_is_kept() -> None:
    words = "Les personnes présentes ont relu ensemble tout le projet qui a été remis à la porte-"
    document = read_words(f"{words}\nparole.\n" * 4)
    assert "porte-parole" in document.blocks[0].text


# --- Encodings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
def test_encoding_is_found(encoding: str) -> None:
    assert decode("Évaluation de l'été".encode(encoding)) == "Évaluation de l'été"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("vide.txt", b""),
        ("blancs.txt", b" \n\f\n "),
        ("octets.txt", b"abc\x00\x01def"),
        ("long.txt", b"mot " * 300_000),
        ("tableau.xlsx", b"PK\x03\x04"),
        ("ancien.doc", b"\xd0\xcf\x11\xe0"),
        ("impair.txt", b"\xff\xfea"),
    ],
)
def test_what_is_no_minutes_is_refused(name: str, content: bytes) -> None:
    if name == "impair.txt":
        # Half a sign of UTF-16 is read as what it may be instead.
        assert decode(content)
        return
    with pytest.raises(UnreadableMinutesError):
        read_document(name, content)


# --- Word for word ----------------------------------------------------------------------------------------------------


def test_equal_words_have_no_difference() -> None:
    assert (
        differences(words_of("Un *deux* [trois](https://a.example)"), ["Un", "deux", "trois"]) == []
    )


def test_every_lost_added_or_moved_word_is_told() -> None:
    assert differences(["a", "b", "c"], ["a", "c"]) == [Difference("a", "b", "")]
    assert differences(["a", "c"], ["a", "b", "c"]) == [Difference("a", "", "b")]
    assert differences(["a", "b"], ["b", "a"]) != []
    assert differences(["a", "a"], ["a"]) != []


def test_words_are_the_same_whatever_the_marks() -> None:
    assert words_of("M**esu**re 4\u00adbis") == ["Mesure", "4bis"]
    assert words_of(r"2 \* 3\*4", is_markdown=True) == ["2", "3", "4"]

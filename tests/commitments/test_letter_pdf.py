"""A letter on paper, read back: the parts of the real letter of 21 April 2015, in the order of French usage."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

import page as ua_checker
import pytest
from django.db import transaction
from django.test import override_settings

from commitments.enums import LetterStatus
from commitments.letter_pdf import STYLESHEETS, compose, file_name, heading
from commitments.models import LetterCopy, LetterEnclosure
from common.pdf import render_pdf, render_pdfs
from tests.factories import make_association, make_institution, make_letter, make_paper
from tests.reports.printed import Printed, squeeze

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

    from commitments.models import Letter

pytestmark = pytest.mark.django_db

ON = dt.date(2015, 4, 21)
BODY = """Vous aviez reçu le Collectif le 23 septembre 2014, et annoncé : « une circulaire aux préfets ».

Nous attendons toujours :

- la circulaire elle-même ;
- la coordination dans chaque département.

Ces consignes sont nécessaires à l'application de la mesure 22 du plan.
"""
# Where a window of 35 × 100 mm shows the sheet however it slides in the envelope, in millimetres.
WINDOW_TOP, WINDOW_BOTTOM, WINDOW_LEFT, WINDOW_RIGHT = 55.0, 79.0, 100.0, 190.0
COPIES = [
    "Madame la secrétaire générale de la MIPROF",
    "Monsieur le coordinateur national",
    "Madame la présidente de la CNCDH",
    "Monsieur le président du GRETA",
    "Madame la coordinatrice pour l'Union européenne",
]


@dataclass(frozen=True)
class Paper:
    heading: str
    file_name: str
    html: str
    printed: Printed

    @property
    def text(self) -> str:
        return "".join(page.squeezed for page in self.printed.pages)


def real_letter(**fields: Any) -> Letter:
    fields = {
        "institution": make_institution(name="Ministère de l’Intérieur"),
        "addressee": "Monsieur le ministre de l'Intérieur",
        "address": "Place Beauvau\n75800 Paris Cedex 08",
        "subject": "Vos engagements dans la lutte contre la traite",
        "body": BODY,
        "signatory": "La présidente du Secours Catholique, pour le Collectif",
        "status": LetterStatus.DRAFT,
        "reference": "",
        **fields,
    }
    status, reference = fields.pop("status"), fields.pop("reference")
    letter = make_letter(**fields)
    # The database refuses parts of a letter that is signed already.
    for position, wording in enumerate(COPIES):
        LetterCopy.objects.create(
            letter=letter, institution=make_institution(), wording=wording, position=position
        )
    LetterEnclosure.objects.create(
        letter=letter,
        label="Synthèse de la rencontre du 23 septembre 2014",
        paper=make_paper(),
    )
    if status != LetterStatus.DRAFT:
        letter.status, letter.is_locked = status, True
        letter.reference, letter.dated_on = reference or "2015-003", ON
        letter.save()
    return letter


@dataclass(frozen=True)
class Papers:
    signed: Paper
    bare: Paper
    short_address: Paper
    full_address: Paper
    long_address: Paper
    long_draft: Paper
    long_signed: Paper
    typed: Paper


def _letters() -> dict[str, Letter]:
    long = "\n\n".join([BODY] * 6)
    city = "75800 Paris Cedex 08"
    return {
        "signed": real_letter(status=LetterStatus.SIGNED),
        "bare": make_letter(lists_members=False),
        "short_address": real_letter(addressee="Première", address="\n".join([city] * 2)),
        "full_address": real_letter(addressee="Première", address="\n".join([city] * 5)),
        "long_address": real_letter(
            addressee=("Monsieur le délégué " * 8).strip(), address="\n".join(["Ligne"] * 5)
        ),
        "long_draft": real_letter(body=long),
        "long_signed": real_letter(status=LetterStatus.SIGNED, reference="2015-004", body=long),
        "typed": make_letter(
            addressee="<b>Monsieur</b>", subject="<i>Objet</i>", body="<script>1</script> & suite"
        ),
    }


@pytest.fixture(scope="module")
def papers(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Papers:
    """Laid out once, in one process: it is what most tests here look at."""
    folder = tmp_path_factory.mktemp("letters")
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=folder, COLLECTIVE_ADDRESS=["1, rue de l'Exemple"]),
        transaction.atomic(),
    ):
        make_association(name="Amicale du Nid")
        make_association(name="Élan")
        make_association(name="Zonta", left_on=dt.date(2015, 1, 1))
        make_association(name="Venue plus tard", joined_on=dt.date(2016, 1, 1))
        letters = _letters()
        documents = compose(list(letters.values()))
        names = {name: (heading(row), file_name(row)) for name, row in letters.items()}
        transaction.set_rollback(True)
    made = render_pdfs(documents, stylesheets=STYLESHEETS)
    papers = {}
    for name, html, pdf in zip(letters, documents, made, strict=True):
        path = folder / f"{name}.pdf"
        path.write_bytes(pdf)
        papers[name] = Paper(*names[name], html, Printed(path))
    return Papers(**papers)


@pytest.fixture
def signed(papers: Papers) -> Paper:
    return papers.signed


def test_the_parts_stand_in_the_order_of_usage(signed: Paper) -> None:
    parts = [
        "Collectif « Ensemble contre la traite des êtres humains »",
        "1, rue de l’Exemple",
        "www.contrelatraite.org",
        "Monsieur le ministre de l’Intérieur",
        "Place Beauvau",
        "75800 Paris Cedex 08",
        "Paris, le 21 avril 2015",
        "Réf. : 2015-003",
        "Objet : Vos engagements dans la lutte contre la traite",
        "Monsieur le ministre,",
        "Vous aviez reçu le Collectif",
        "la circulaire elle-même ;",
        "Veuillez agréer, Monsieur le ministre, nos salutations.",
        "La présidente du Secours Catholique",
        "Pour le Collectif",
        "PJ :",
        "Synthèse de la rencontre du 23 septembre 2014",
        "Copies :",
        *[copy.replace("'", "’") for copy in COPIES],
        "Associations membres du Collectif",
    ]
    places = []
    position = 0
    for part in parts:
        found = signed.text.find(squeeze(part), position)
        assert found >= position, part
        places.append(found)
        position = found + 1
    assert "Projet" not in signed.text


def test_members_of_the_day_are_listed_in_order(signed: Paper) -> None:
    listed = signed.text.partition(squeeze("Associations membres"))[2]
    assert squeeze("au 21 avril 2015 : Amicale du Nid, Élan") in listed
    assert "Zonta" not in listed
    assert squeeze("Venue plus tard") not in listed


def test_no_list_is_printed_when_none_is_asked_for(papers: Papers) -> None:
    assert "Amicale" in papers.typed.text
    assert "Amicale" not in papers.bare.text


@pytest.mark.parametrize(("name", "lines"), [("short_address", 2), ("full_address", 5)])
def test_the_address_stands_in_the_window_of_the_envelope(
    papers: Papers, name: str, lines: int
) -> None:
    words = getattr(papers, name).printed.page(1).words
    first = next(word for word in words if word.text == "Première")
    cities = [word for word in words if word.text in {"75800", "08"}]
    assert first.top >= WINDOW_TOP - 0.5
    assert first.left >= WINDOW_LEFT
    assert len(cities) == 2 * lines
    assert max(word.bottom for word in cities) <= WINDOW_BOTTOM + 0.5
    assert max(word.right for word in cities) <= WINDOW_RIGHT


def test_a_long_address_pushes_what_follows(papers: Papers) -> None:
    words = papers.long_address.printed.page(1).words
    lines = [word for word in words if word.text == "Ligne"]
    assert len(lines) == 5
    date = next(word for word in words if word.text == "Paris,")
    assert date.top > max(word.bottom for word in lines)


@pytest.mark.parametrize("name", ["signed", "long_draft", "typed"])
def test_a_checker_finds_nothing_against_pdf_ua(papers: Papers, name: str) -> None:
    content = getattr(papers, name).printed.content
    report = ua_checker.validate_pdf_bytes(content, profile="ua1")
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert report.is_compliant


def test_the_file_says_what_it_is(signed: Paper) -> None:
    assert signed.printed.outline == [(0, signed.heading, 1)]
    root: Any = signed.printed.reader.root_object
    assert root["/Lang"] == "fr"
    metadata = signed.printed.reader.metadata
    assert metadata is not None
    assert metadata.title == "Vos engagements dans la lutte contre la traite"
    assert signed.file_name == "courrier-2015-003-ministere-de-linterieur.pdf"


def test_french_typography_is_that_of_print(signed: Paper) -> None:
    html = unescape(signed.html)
    assert "«\u00a0une circulaire aux préfets\u00a0»" in html
    assert "l’application de la mesure\u00a022" in html
    assert "Objet\u00a0: Vos" in html
    assert "elle-même\u202f;" in html
    assert "l'" not in html


def test_a_draft_says_so_on_every_page(papers: Papers) -> None:
    printed = papers.long_draft.printed
    assert len(printed.pages) > 1
    for page in printed.pages:
        assert "projet" in page.squeezed.lower()
    assert printed.reader.metadata is not None
    assert str(printed.reader.metadata.title).startswith("Projet")
    assert papers.long_draft.file_name.startswith("courrier-projet-")


def test_pages_are_numbered_from_the_second(papers: Papers) -> None:
    printed = papers.long_signed.printed
    total = len(printed.pages)
    assert total > 1
    assert f"1/{total}" not in printed.page(1).squeezed
    for number in range(2, total + 1):
        assert f"{number}/{total}" in squeeze(printed.page(number).text)
        assert "2015-004" in printed.page(number).squeezed


def test_what_people_type_is_no_html(papers: Papers) -> None:
    assert "<b>Monsieur</b>" in papers.typed.text
    assert "<i>Objet</i>" in papers.typed.text
    assert "<script>1</script>&suite" in papers.typed.text


def test_letters_laid_out_together_are_the_same_files_as_alone() -> None:
    letters = [make_letter(), make_letter(body=BODY)]
    documents = compose(letters)
    together = render_pdfs(documents, stylesheets=STYLESHEETS)
    alone = [render_pdf(html, stylesheets=STYLESHEETS) for html in documents]
    assert together == alone


def test_composing_asks_as_much_for_one_letter_as_for_many(
    django_assert_num_queries: Any,
) -> None:
    letters = [real_letter() for _number in range(4)]
    for row in letters:
        row.dated_on = ON
    with django_assert_num_queries(3):
        compose(letters[:1])
    with django_assert_num_queries(3):
        compose(letters[1:])


def test_a_short_letter_is_one_page_with_its_signature(papers: Papers) -> None:
    assert len(papers.bare.printed.pages) == 1


@pytest.mark.parametrize(("count", "words"), [(1, "Copie\u00a0:"), (2, "Copies\u00a0:")])
def test_copies_are_told_by_their_number(count: int, words: str) -> None:
    letter = make_letter()
    for position in range(count):
        LetterCopy.objects.create(
            letter=letter, institution=make_institution(), wording="Copie", position=position
        )
    assert f">{words}<" in unescape(compose([letter])[0])

"""From data to the document: marks, notes, tables and drawings say what the rows say."""

from __future__ import annotations

import base64
import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import drawings
from measures.services import Ask, Citation
from plan.enums import Meaning
from reports.compose import compose
from reports.snapshot import build_snapshot
from tests.factories import (
    FOUND_ON,
    make_assessment,
    make_evaluation,
    make_institution,
    make_measure,
    make_source,
)
from tests.reports.builders import make_proposal, make_section, make_table
from tests.reports.printed import called_notes

if TYPE_CHECKING:
    from plan.models import Plan

LATER = dt.date(2018, 3, 1)


def composed(plan: Plan, on: dt.date = FOUND_ON) -> str:
    return compose(build_snapshot(plan, on=on, assessor=plan.lead_assessor))


def section_of(html: str, number: str) -> str:
    """The article of a measure."""
    found = re.search(rf'<article[^>]*>\s*<h4 id="mesure-{number}".*?</article>', html, re.DOTALL)
    assert found
    return found[0].replace("\u00a0", " ").replace("\u202f", " ")


def test_the_document_is_french_whatever_the_reader_speaks(plan_with_measures: Plan) -> None:
    html = composed(plan_with_measures)
    assert '<html lang="fr">' in html
    assert "Table des matières" in html
    assert "1er juin 2017" in html.replace("\u00a0", " ")


def test_levels_have_their_mark_and_their_words(plan_with_measures: Plan) -> None:
    html = composed(plan_with_measures)
    for number, mark, words in (
        ("1", "full", "Mise en œuvre"),
        ("2", "part", "Partiellement mise en œuvre"),
        ("3", "unknown", "Non évaluée"),
        ("4-bis", "unknown", "Non évaluée"),
    ):
        section = section_of(html, number)
        assert f"asset:img/marks/{mark}.svg" in section
        assert words in section
    assert 'alt=""' not in html
    assert "<svg" not in html


def test_typed_text_cannot_become_markup(plan_with_measures: Plan) -> None:
    attack = (
        '<script>alert(1)</script> <img src="file:///etc/passwd"> ![x](https://example.org/x.png)'
    )
    make_assessment(
        make_measure(plan_with_measures, number="5", title=f"Titre {attack}"[:300]),
        reason=attack,
        observations=attack,
        recommendations=[Ask(text=attack)],
    )
    html = composed(plan_with_measures)
    assert "<script" not in html
    assert re.findall(r'<img[^>]* src="(?!asset:img/|data:image/svg)', html) == []


def test_headings_in_texts_do_not_disturb_the_outline(plan_with_measures: Plan) -> None:
    make_assessment(make_measure(plan_with_measures, number="5"), observations="### Titre\n\nTexte")
    section = section_of(composed(plan_with_measures), "5")
    assert '<p class="subhead">Titre</p>' in section
    assert "<h3" not in section


def test_notes_are_numbered_through_the_document_and_shortened_when_repeated(
    plan_with_measures: Plan,
) -> None:
    make_source(
        key="loi", citation="Loi du 13 avril 2016, *Journal officiel*.", short="Loi de 2016"
    )
    evaluation = make_evaluation(plan_with_measures)
    make_section(evaluation, "introduction", "Voir[@loi, art. 1].")
    make_assessment(
        make_measure(plan_with_measures, number="5"), observations="Puis[@loi, art. 8] et^[De soi.]"
    )
    assert [note.text for note in called_notes(composed(plan_with_measures))] == [
        "Loidu13avril2016,Journalofficiel,art.1.",
        "Loide2016,art.8.",
        "Desoi.",
    ]


def test_sources_without_a_note_are_named_in_a_line(plan_with_measures: Plan) -> None:
    called = make_source(key="loi", citation="Loi entière", short="Loi brève")
    beside = make_source(key="avis", citation="Avis entier", short="Avis bref")
    for number in ("5", "6"):
        make_assessment(
            make_measure(plan_with_measures, number=number),
            observations="Voir[@loi]" if number == "5" else "Rien",
            citations=[Citation(called, "art. 3"), Citation(beside)],
        )
    html = composed(plan_with_measures)
    assert "Autres sources : Avis entier.</p>" in section_of(html, "5")
    assert "Autres sources : Loi brève, art. 3 ; Avis bref.</p>" in section_of(html, "6")


def test_a_newer_level_brings_its_notes_and_dates_the_text(plan_with_measures: Plan) -> None:
    source = make_source(key="circulaire", citation="Circulaire du 3 mars", short="Circulaire")
    measure = make_measure(plan_with_measures, number="5")
    make_assessment(
        measure, Meaning.NONE, observations="Le texte", recommendations=[Ask(text="A", number=1)]
    )
    make_assessment(
        measure, Meaning.PARTIAL, assessed_on=LATER, reason="Une circulaire est parue.",
        citations=[Citation(source, "p. 2")], recommendations=[Ask(text="B", number=2)],
    )  # fmt: skip
    section = section_of(composed(plan_with_measures, LATER), "5")
    assert 'parue.<span class="footnote">Circulaire du 3 mars, p. 2.</span></p>' in section
    assert "Le texte qui suit date du 1er juin 2017" in section
    assert "auparavant : non mise en œuvre (1er juin 2017)" in section
    assert "Ajoutée le 1er mars 2018" in section
    assert section.count("Ajoutée le") == 1


def test_recommendations_are_numbered_and_addressed(plan_with_measures: Plan) -> None:
    ministry = make_institution(name="Ministère de l’Intérieur")
    make_assessment(
        make_measure(plan_with_measures, number="5"),
        recommendations=[
            Ask(text="- un\n- deux", number=41),
            Ask(text="Agir.", number=42, addressee=ministry),
        ],
    )
    section = section_of(composed(plan_with_measures), "5")
    assert 'id="r-41"' in section
    assert '<p><span class="r-number">R41</span> </p><ul>' in section
    assert (
        '<p><span class="r-number">R42</span> Agir. <span class="r-detail">(Destinataire : Ministère de l’Intérieur)'
        in section
    )


def test_part_two_links_what_is_printed_only(plan_with_measures: Plan) -> None:
    made = make_assessment(
        make_measure(plan_with_measures, number="5"), recommendations=[Ask(text="A", number=1)]
    )
    proposal = make_proposal(make_evaluation(plan_with_measures))
    proposal.measures.add(made.measure)
    proposal.recommendations.set(made.recommendations.all())
    snapshot = build_snapshot(
        plan_with_measures, on=FOUND_ON, assessor=plan_with_measures.lead_assessor
    )
    snapshot["evaluation"]["themes"][0]["proposals"][0]["recommendations"].append(99)
    html = compose(snapshot)
    assert '<a href="#r-1">R1</a>, R99' in html
    assert '<a href="#mesure-5">5</a>' in html


def test_tables_say_provisional_missing_and_wrong(plan_with_measures: Plan) -> None:
    measure = make_measure(plan_with_measures, number="5")
    make_assessment(measure)
    table = make_table(
        plan_with_measures,
        {"A": ["1234.5", None, "3"], "B": ["n.d.", "2", "3"], "T": ["1", "2", "7"]},
        totals={"T": ["A", "B"]},
        measure=measure,
    )
    table.series.get(label="A").figures.filter(period="2016").update(is_provisional=True)
    section = section_of(composed(plan_with_measures), "5")
    assert "<strong>Tableau 1 — Tableau de chiffres" in section
    assert "1 234,5" in section
    assert "<td>–</td>" in section
    assert "<td><abbr>n.d.</abbr></td>" in section
    assert "<td>3*</td>" in section
    assert "<td>7 ≠</td>" in section
    assert "« T », 2016 : le total imprimé est 7, la somme de ses parties 6." in section
    assert 'scope="row"' in section
    assert 'scope="col"' in section


@pytest.mark.parametrize(
    ("values", "is_drawn"),
    [(["1", "2", "3"], True), (["1", None, "3"], False), (["1", "n.d.", "3"], False)],
)
def test_a_curve_is_drawn_from_three_numbers_on(
    plan_with_measures: Plan, values: list[str | None], is_drawn: bool
) -> None:
    measure = make_measure(plan_with_measures, number="5")
    make_assessment(measure)
    make_table(plan_with_measures, {"A": values}, measure=measure)
    assert ("figures-chart" in section_of(composed(plan_with_measures), "5")) is is_drawn


# --- Drawings ---------------------------------------------------------------------------------------------------------


def svg_of(uri: str) -> ET.Element:
    text = base64.b64decode(uri.removeprefix("data:image/svg+xml;base64,")).decode()
    return ET.fromstring(text)  # noqa: S314 (drawn just above)


@given(
    st.lists(
        st.builds(
            drawings.Part,
            st.sampled_from(["full", "partial", "none", "unknown"]),
            st.integers(0, 500),
        ),
        max_size=4,
    )
)
def test_bars_are_drawn_whatever_the_counts(parts: list[drawings.Part]) -> None:
    svg = svg_of(drawings.bar(parts))
    width = float(svg.attrib["width"])
    for rect in svg.iter("{http://www.w3.org/2000/svg}rect"):
        assert float(rect.attrib["x"]) >= 0
        assert (
            float(rect.attrib["x"]) + float(rect.attrib["width"]) <= width + 2.5
            or "stroke" not in rect.attrib
        )


numbers = st.one_of(st.none(), st.decimals(0, 10**9, places=2))


@given(
    st.integers(1, 6).flatmap(
        lambda size: st.lists(
            st.lists(numbers, min_size=size, max_size=size), min_size=1, max_size=6
        )
    )
)
def test_curves_are_drawn_whatever_the_figures(rows: list[list[Decimal | None]]) -> None:
    periods = [str(2010 + index) for index in range(len(rows[0]))]
    lines = [drawings.Curve(f"Série <{index}> & suite", row) for index, row in enumerate(rows)]
    uri = drawings.curves(lines, periods)
    svg_of(uri)
    assert uri == drawings.curves(lines, periods)


def test_curves_differ_without_their_colours() -> None:
    pens = [(dashes, point) for _colour, dashes, point in drawings.PENS]
    assert len(set(pens)) == len(pens)
    assert len({point for _dashes, point in pens}) == len(pens)


@pytest.mark.parametrize(
    ("highest", "top"), [("1", "1"), ("257", "320"), ("901", "1000"), ("0.52", "0.6"), ("0", "4")]
)
def test_the_scale_ends_on_a_round_number(highest: str, top: str) -> None:
    assert drawings._round_up(Decimal(highest)) == Decimal(top)


def test_the_code_leads_to_the_web_edition(plan_with_measures: Plan, settings: Any) -> None:
    settings.SITE_URL = "https://vigie.example.org"
    html = composed(plan_with_measures)
    address = f"https://vigie.example.org/plans/{plan_with_measures.slug}/"
    assert f'<a href="{address}">' in html
    assert drawings.qr_code(address) in html
    assert drawings.qr_code("https://elsewhere.example.org/") not in html

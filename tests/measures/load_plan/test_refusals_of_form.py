"""Files that cannot be read, or whose entries are not of the form that the schema gives, are refused on the line at fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import models
from jsonschema import Draft202012Validator

from measures.importer import Place, PlanFilesError, load_plan
from measures.importer.schema import FORMATS, MESSAGES, PATTERNS, TYPES, plan_schema
from measures.models import (
    Assessment,
    Box,
    Evaluation,
    EvaluationSection,
    FigureTable,
    Measure,
    MeasureSuccession,
    Recommendation,
    Series,
    Source,
    ThematicRecommendation,
    Theme,
)
from measures.models.assessments import TEXT_LIMIT
from plan.models import (
    Institution,
    InstitutionAttachment,
    Level,
    Milestone,
    Plan,
    PlanVersion,
    Priority,
    Scale,
)
from tests.measures.load_plan.builders import (
    FINDINGS,
    LIBRARY,
    MEASURES,
    PLAN,
    Files,
    Mistake,
    assert_is_told_in_place,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.django_db


# --- Entries of another form --------------------------------------------------------------------------------------------
MISTAKES = {
    "unknown key": Mistake(MEASURES, "summary:", "sumary:", "measures[0].sumary", "“summary”"),
    "unknown list": Mistake(FINDINGS, "boxes:", "boxe:", "boxe", "“boxes”"),
    "missing field": Mistake(
        MEASURES,
        '  - number: "2"\n    priority: "I"\n    title: Former\n    short_title: Former\n',
        '  - number: "2"\n    priority: "I"\n    title: Former\n',
        "measures[1].short_title",
        "short_title",
    ),
    "number for a text": Mistake(
        FINDINGS, 'number: "1"\n', "number: 1\n", "evaluations[0].themes[0].number", "1"
    ),
    "text for a truth": Mistake(
        FINDINGS,
        "lacks_information: true",
        "lacks_information: oui",
        "assessments[3].lacks_information",
    ),
    "text for a whole number": Mistake(
        FINDINGS, "- number: 3\n", '- number: "3"\n', "assessments[1].recommendations[0].number"
    ),
    "text for a list": Mistake(MEASURES, "leads: [mission]", "leads: mission", "measures[0].leads"),
    "list for a text": Mistake(MEASURES, "title: Former", "title: [Former]", "measures[1].title"),
    "text for an entry": Mistake(
        MEASURES, "measures:\n", "measures:\n  ¶- toutes\n", "measures[0]"
    ),
    "nothing after a name": Mistake(MEASURES, "title: Former", "title:", "measures[1].title"),
    "empty text": Mistake(
        FINDINGS, "reason: Le réseau existe.", 'reason: "  "', "assessments[2].reason"
    ),
    "day that does not exist": Mistake(
        FINDINGS,
        "adopted_on: 2016-07-06",
        "adopted_on: 2016-02-30",
        "evaluations[0].adopted_on",
        "2016-02-30",
    ),
    "day written otherwise": Mistake(
        LIBRARY,
        "since: 2014-04-09",
        "since: 9 avril 2014",
        "institutions[3].attachments[1].since",
        "9 avril 2014",
    ),
    "day without hyphens": Mistake(
        LIBRARY,
        "since: 2014-04-09",
        'since: "20140409"',
        "institutions[3].attachments[1].since",
        "20140409",
    ),
    "day with an hour": Mistake(
        LIBRARY,
        "since: 2014-04-09",
        "since: 2014-04-09 10:00:00",
        "institutions[3].attachments[1].since",
    ),
    "address that is none": Mistake(
        LIBRARY,
        "website: https://ministere.example",
        "website: le site",
        "institutions[2].website",
        "le site",
    ),
    "choice that is none": Mistake(LIBRARY, "kind: law", "kind: loi", "sources[0].kind", "decree"),
    "key with capitals": Mistake(
        LIBRARY,
        "  - key: collectif",
        "  - key: Musée\n    name: Musée\n    kind: local\n  - key: collectif",
        "institutions[1].key",
        "loi-2016-444",
    ),
    "number that makes no address": Mistake(
        MEASURES,
        '  - number: "2"',
        '  - number: "2/3"\n    priority: "I"\n    title: A\n    short_title: A\n  - number: "2"',
        "measures[1].number",
        "11 bis",
    ),
    "title on two lines": Mistake(
        MEASURES,
        "title: Former",
        "title: |\n      Former\n      et encore",
        "measures[1].title",
        ">-",
    ),
    "title over its limit": Mistake(
        MEASURES, "short_title: Former", f"short_title: {'a' * 61}", "measures[1].short_title", "60"
    ),
    "reason over its limit": Mistake(
        FINDINGS,
        "reason: Le réseau existe.",
        f"reason: {'a' * 2001}",
        "assessments[2].reason",
        "2000",
    ),
    "text over its limit": Mistake(
        FINDINGS,
        "text: Le plan est jeune.",
        f"text: {'a' * 30001}",
        "evaluations[0].sections[0].text",
        "30000",
    ),
    "empty list": Mistake(
        FINDINGS,
        "boxes:\n",
        "  - key: vide\n    caption: A\n    assessor: autorite\n    published_on: 2016-07-06\n    unit: A\n"
        "    source_text: A\n    periods: [A]\n    ¶series: []\nboxes:\n",
        "figures[1].series",
    ),
    "recommendation number 0": Mistake(
        FINDINGS, "- number: 3\n", "- number: 0\n", "assessments[1].recommendations[0].number", "0"
    ),
    "key twice in a list": Mistake(
        MEASURES, "leads: [mission]", "leads: [mission, mission]", "measures[0].leads[1]", "mission"
    ),
    "name twice in an entry": Mistake(
        MEASURES, "    summary:", "    title: Encore\n    summary:", "measures[0].title", "title"
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_told_where_it_stands(files: Files, mistake: Mistake) -> None:
    assert_is_told_in_place(files, mistake)


# --- Files that cannot be read ------------------------------------------------------------------------------------------
UNREADABLE = {
    "tab": (MEASURES, "    summary:", "\tsummary:"),
    "colon in a text": (MEASURES, "title: Former", "title: Former : tous"),
    "quotation mark left open": (
        MEASURES,
        "title: Coopérer en Europe\n    short",
        'title: "Coopérer en Europe\n    short',
    ),
    "at sign": (MEASURES, "title: Former", "title: @Former"),
    "list left open": (MEASURES, "leads: [mission]\n", "leads: [mission\n¶"),
    "line without a name": (
        MEASURES,
        "    title: Former\n",
        "    title: Former\n    et encore\n    ¶",
    ),
    "list interrupted": (MEASURES, '  - number: "2"', '  number: "2"'),
    "second document": (MEASURES, '  - number: "2"', '---\n  - number: "2"'),
    "unknown reference": (MEASURES, "title: Former", "title: *Former"),
    "control character": (MEASURES, "title: Former", "title: For\x08mer"),
}


@pytest.mark.parametrize(("file", "old", "new"), UNREADABLE.values(), ids=UNREADABLE)
def test_mistake_of_syntax_is_told_on_its_line(files: Files, file: str, old: str, new: str) -> None:
    line = files.edit(file, old, new)

    [problem] = files.problems()
    assert problem.place == Place(file, line)


def test_what_can_be_told_beside_an_unreadable_file_is(files: Files) -> None:
    """But nothing of what it may hold: its measures are not missing."""
    line = files.edit(MEASURES, "title: Former", "title: @Former")
    other = files.edit(FINDINGS, "adopted_on: 2016-07-06", "adopted_on: 2016-02-30")

    assert files.places() == [(MEASURES, line, ""), (FINDINGS, other, "evaluations[0].adopted_on")]


def test_file_that_is_not_utf_8_is_told_on_its_line(files: Files) -> None:
    path = files.directory / PLAN
    text = path.read_text(encoding="utf-8")
    line = files.line(PLAN, "title: Protéger")
    head, mark, tail = text.partition("title: Prot")
    path.write_bytes(head.encode() + mark.encode() + tail.encode("latin-1", errors="replace"))

    assert files.places() == [(PLAN, line, "")]


def test_byte_order_mark_and_windows_line_ends_are_read(files: Files) -> None:
    path = files.directory / MEASURES
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert files.load().of(Measure).added == 4


def test_file_that_is_a_list_is_refused(files: Files) -> None:
    (files.directory / "90-liste.yaml").write_text("# Une liste\n- a\n", encoding="utf-8")

    assert files.places() == [("90-liste.yaml", 2, "")]


def test_empty_file_is_nothing(files: Files) -> None:
    (files.directory / "90-vide.yaml").write_text("# À écrire\n", encoding="utf-8")

    assert files.load().has_changes


def test_file_that_would_be_left_out_is_told(files: Files) -> None:
    (files.directory / "90-suite.yml").write_text("measures: []\n", encoding="utf-8")

    assert files.places() == [("90-suite.yml", 0, "")]


def test_nesting_has_an_end(files: Files) -> None:
    line = files.edit(
        PLAN, "summary: Quatre mesures, deux priorités.", "summary: " + "[" * 20 + "]" * 20
    )

    assert {(place[0], place[1]) for place in files.places()} == {(PLAN, line)}


def test_reference_to_a_list_is_refused(files: Files) -> None:
    """One that holds itself would never end, and a few can swell to any size."""
    files.edit(FINDINGS, "values: [5,", "values: &autres [5,")
    line = files.edit(FINDINGS, 'values: [13, "n.d.", 11]', "values: *autres")

    assert files.places() == [(FINDINGS, line, "figures[0].series[1].values")]


def test_directory_without_files_is_refused(tmp_path: Path) -> None:
    for directory in (tmp_path / "nulle-part", tmp_path):
        with pytest.raises(PlanFilesError) as refusal:
            load_plan(directory)
        assert len(refusal.value.problems) >= 1
        assert refusal.value.problems[0].place.line == 0


# --- The schema ---------------------------------------------------------------------------------------------------------
def schema_nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema within the schema: not the names of fields, which are not keywords."""
    if not isinstance(node, dict):
        return
    yield node
    for group in ("properties", "$defs"):
        for child in node.get(group, {}).values():
            yield from schema_nodes(child)
    yield from schema_nodes(node.get("items"))
    for child in node.get("anyOf", []):
        yield from schema_nodes(child)


def test_schema_is_one() -> None:
    Draft202012Validator.check_schema(plan_schema())


def test_schema_refuses_what_it_does_not_know_everywhere() -> None:
    entries = [node for node in schema_nodes(plan_schema()) if node.get("type") == "object"]
    assert len(entries) > 20
    assert all(node["additionalProperties"] is False for node in entries)


def test_every_keyword_of_the_schema_has_our_own_words() -> None:
    """Nobody reads jsonschema's, which are English and name no field."""
    said_elsewhere = {"const"}  # within an “anyOf”, which speaks for it
    silent = {"$schema", "$ref", "$defs", "title", "description", "properties", "items"}
    for node in schema_nodes(plan_schema()):
        assert node.keys() - silent - said_elsewhere <= MESSAGES.keys()
        for keyword, words in (("type", TYPES), ("pattern", PATTERNS), ("format", FORMATS)):
            assert (
                keyword not in node or node[keyword] in words or node[keyword] in {"number", "null"}
            )


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    return {**resolved(plan_schema()["$defs"][name]), **schema} if name else schema


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("plan", Plan),
        ("scale", Scale),
        ("level", Level),
        ("version", PlanVersion),
        ("milestone", Milestone),
        ("priority", Priority),
        ("institution", Institution),
        ("attachment", InstitutionAttachment),
        ("source", Source),
        ("measure", Measure),
        ("succession", MeasureSuccession),
        ("evaluation", Evaluation),
        ("section", EvaluationSection),
        ("theme", Theme),
        ("proposal", ThematicRecommendation),
        ("assessment", Assessment),
        ("recommendation", Recommendation),
        ("figures", FigureTable),
        ("series", Series),
        ("box", Box),
    ],
)
def test_schema_accepts_what_the_site_accepts(name: str, model: type[models.Model]) -> None:
    """The same lengths and choices: otherwise a file passes here and is refused there, or the other way round."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    compared = 0
    for key, property_schema in plan_schema()["$defs"][name]["properties"].items():
        field = fields.get(key)
        if field is None or field.is_relation:
            continue
        schema = resolved(property_schema)
        if field.choices:
            assert schema["enum"] == [value for value, _label in field.choices], key
        elif isinstance(field, models.CharField):
            assert schema["maxLength"] == field.max_length, key
        elif isinstance(field, models.TextField):
            limits = [
                validator.limit_value
                for validator in field.validators
                if hasattr(validator, "limit_value")
            ]
            assert schema["maxLength"] == (limits[0] if limits else TEXT_LIMIT), key
        compared += 1
    assert compared

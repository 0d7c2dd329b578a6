"""Writes whole evaluations: the documents before the assessments that name them, their texts and themes after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from measures.importer.rows import refusals, replace, snapshot, write
from measures.importer.values import day, entries, texts
from measures.models import (
    Assessment,
    Evaluation,
    EvaluationSection,
    Recommendation,
    ThematicRecommendation,
    Theme,
)

if TYPE_CHECKING:
    from measures.importer.context import Context
    from measures.importer.files import Item

SECTION = ("role", "title", "text")

# A theme as (number, position, title, text, proposals), a proposal as (text, keys of measures, keys of recommendations).
_Proposal = tuple[str, frozenset[int], frozenset[int]]
_Theme = tuple[str, int, str, str, list[_Proposal]]


def write_evaluations(context: Context) -> None:
    context.evaluations = rows = {
        row.key: row
        for row in Evaluation.objects.filter(plan=context.plan).prefetch_related(
            "sections", "themes__proposals__measures", "themes__proposals__recommendations"
        )
    }
    items = context.files.items("evaluations")
    context.report.of(Evaluation)  # before the assessments, in the order of reading
    for key in sorted(rows.keys() - {item["key"] for item in items}):
        context.report.notes.append(
            _("The evaluation “%(key)s” is on the site and not in the files: it stays as it is.")
            % {"key": key}
        )
    for item in items:
        if item["key"] not in rows:
            rows[item["key"]] = write(
                context.report, item, Evaluation, None, _values(context, item)
            )


def _values(context: Context, item: Item) -> dict[str, Any]:
    return {
        **texts(item, "key", "kind", "title", "body", "vote"),
        "plan": context.plan,
        "assessor": context.institutions[item["assessor"]],
        "adopted_on": day(item, "adopted_on"),
    }


def write_evaluation_texts(context: Context) -> None:
    """Themes point to recommendations, which come with the assessments."""
    existed = {key for key, plan in context.known.evaluations.items() if plan == context.plan.slug}
    recommendations = _recommendations(context)
    for item in context.files.items("evaluations"):
        row = context.evaluations[item["key"]]
        sections = [
            tuple(section[name] for name in SECTION) for section in entries(item, "sections")
        ]
        themes = _wanted_themes(context, item, recommendations)
        sections_differ = snapshot(row.sections.all(), SECTION) != sections
        themes_differ = _current_themes(row) != themes
        if item["key"] in existed:
            row = write(
                context.report,
                item,
                Evaluation,
                row,
                _values(context, item),
                parts_differ=sections_differ or themes_differ,
            )
        with refusals(item):
            if sections_differ:
                replace(EvaluationSection, {"evaluation": row}, SECTION, sections)
            if themes_differ:
                _write_themes(row, themes)


def _recommendations(context: Context) -> dict[tuple[int, int], int]:
    """The key of each published recommendation, by assessor and number.

    That of an assessment in force comes before that of a corrected one; a correction made on the site may have none.
    """
    corrections = Assessment.objects.published().filter(supersedes=OuterRef("assessment"))
    rows = (
        Recommendation.objects.filter(
            assessment__measure__plan=context.plan,
            assessment__in=Assessment.objects.published(),
        )
        .annotate(is_in_force=~Exists(corrections))
        .order_by("is_in_force", "pk")
        .values_list("assessment__assessor", "number", "pk")
    )
    return {(assessor, number): pk for assessor, number, pk in rows}


def _wanted_themes(
    context: Context, item: Item, recommendations: dict[tuple[int, int], int]
) -> list[_Theme]:
    assessor = context.institutions[item["assessor"]].pk
    return [
        (
            theme["number"],
            position,
            theme["title"],
            theme.get("text", ""),
            [
                (
                    proposal["text"],
                    frozenset(
                        context.measures[number].pk for number in proposal.get("measures", [])
                    ),
                    frozenset(
                        recommendations[assessor, number]
                        for number in proposal.get("recommendations", [])
                    ),
                )
                for proposal in entries(theme, "proposals")
            ],
        )
        for position, theme in enumerate(entries(item, "themes"))
    ]


def _current_themes(evaluation: Evaluation) -> list[_Theme]:
    return [
        (
            theme.number,
            theme.position,
            theme.title,
            theme.text,
            [
                (
                    proposal.text,
                    frozenset(measure.pk for measure in proposal.measures.all()),
                    frozenset(row.pk for row in proposal.recommendations.all()),
                )
                for proposal in theme.proposals.all()
            ],
        )
        for theme in evaluation.themes.all()
    ]


def _write_themes(evaluation: Evaluation, themes: list[_Theme]) -> None:
    Theme.objects.filter(evaluation=evaluation).delete()
    for number, position, title, text, proposals in themes:
        theme = Theme.objects.create(
            evaluation=evaluation, number=number, position=position, title=title, text=text
        )
        for rank, (words, measures, recommendations) in enumerate(proposals):
            proposal = ThematicRecommendation.objects.create(theme=theme, position=rank, text=words)
            proposal.measures.set(measures)
            proposal.recommendations.set(recommendations)

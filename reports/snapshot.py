"""Everything that a report prints, as plain data: one dictionary from which HTML and PDF are made, and made again.

It holds published rows only, as they stood on a day, and no key of the database: the same facts give the same
dictionary, and the same SHA-256, on SQLite and on PostgreSQL, today and in ten years.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects

from common.markdown import cited_keys
from common.text import fold
from measures.checks import assessment_findings, table_findings
from measures.enums import AssessmentStatus, Involvement
from measures.models import (
    Assessment,
    AssessmentSource,
    Box,
    Evaluation,
    FigureTable,
    Measure,
    Recommendation,
    Source,
)
from plan.models import Institution

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from plan.models import Plan

# Raised whenever a change below gives other bytes for the same rows.
FORMAT = 1

# What names a thing to a program; never printed, so never searched for acronyms.
KEYS = {"key", "slug", "website", "url", "meaning", "state", "placement"}


def default_day(plan: Plan, assessor: Institution) -> dt.date:
    """The day of the assessor's last published finding: asking again tomorrow gives the same document."""
    found = Assessment.objects.published().filter(measure__plan=plan, assessor=assessor)
    day = found.order_by("-assessed_on").values_list("assessed_on", flat=True).first()
    return day or plan.adopted_on


def canonical_json(snapshot: dict[str, Any]) -> str:
    return json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def data_sha256(snapshot: dict[str, Any]) -> str:
    return hashlib.sha256(canonical_json(snapshot).encode()).hexdigest()


def build_snapshot(plan: Plan, *, on: dt.date, assessor: Institution) -> dict[str, Any]:
    """What `assessor` had published about `plan` by a day. The number of queries does not depend on the measures."""
    assessments = _Assessments(plan, on, assessor)
    tables = _by_measure(_tables(plan, on, assessor))
    boxes = _by_measure(_boxes(plan, on, assessor))
    measures = defaultdict(list)
    rows = Measure.objects.filter(plan=plan).prefetch_related("involvements__institution")
    for measure in sorted(rows, key=lambda row: row.number_key):
        measures[measure.priority_id].append(
            {
                "number": measure.number,
                "title": measure.title,
                "short_title": measure.short_title,
                "summary": measure.summary,
                "leads": _involved(measure, Involvement.LEAD),
                "partners": _involved(measure, Involvement.PARTNER),
                **assessments.of(measure),
                "tables": tables[measure.pk],
                "boxes": boxes[measure.pk],
            }
        )
    snapshot: dict[str, Any] = {
        "format": FORMAT,
        "on": on.isoformat(),
        "plan": {
            "slug": plan.slug,
            "title": plan.title,
            "short_title": plan.short_title,
            "summary": plan.summary,
            "remark": plan.remark,
            "adopted_on": plan.adopted_on.isoformat(),
            "starts_on": plan.starts_on.isoformat(),
            "ends_on": plan.ends_on.isoformat(),
        },
        "assessor": {
            **_institution(assessor),
            "key": assessor.key,
            "website": assessor.website,
            "about": assessor.about,
        },
        "levels": [
            {
                "key": level.key,
                "label": level.label,
                "short_label": level.short_label,
                "meaning": level.meaning,
            }
            for level in plan.scale.levels.order_by("position")
        ],
        "evaluation": _evaluation(plan, on, assessor),
        "priorities": [
            {
                "number": priority.number,
                "title": priority.title,
                "text": priority.text,
                "measures": measures[priority.pk],
            }
            for priority in plan.priorities.order_by("position")
        ],
        "tables": tables[None],
        "boxes": boxes[None],
    }
    snapshot["sources"] = _sources(snapshot)
    snapshot["acronyms"] = _acronyms(snapshot)
    return snapshot


def _institution(institution: Institution) -> dict[str, str]:
    return {"name": institution.name, "acronym": institution.acronym}


def _involved(measure: Measure, involvement: Involvement) -> list[dict[str, str]]:
    rows = [row for row in measure.involvements.all() if row.involvement == involvement]
    return [_institution(row.institution) for row in sorted(rows, key=lambda row: row.position)]


class _Assessments:
    """The assessor's published assessments as of a day, read once for the whole plan."""

    def __init__(self, plan: Plan, on: dt.date, assessor: Institution) -> None:
        rows = Assessment.objects.as_of(on).filter(measure__plan=plan, assessor=assessor)
        self.findings = self._group(rows.findings().select_related("level"))
        texts = rows.with_narrative().latest()
        self.texts = self._group(
            texts.select_related("measure", "level", "observations_with__measure")
        )
        self.citations: dict[int, list[AssessmentSource]] = defaultdict(list)
        # What was corrected since, or is still a draft, is cited by nobody here: the rows above are not filtered twice.
        shown = [
            row.pk for found in (*self.findings.values(), *self.texts.values()) for row in found[:2]
        ]
        for citation in AssessmentSource.objects.filter(assessment__in=shown).select_related(
            "source"
        ):
            self.citations[citation.assessment_id].append(citation)
        self.recommendations: dict[int, list[Recommendation]] = defaultdict(list)
        made = Recommendation.objects.filter(assessment__in=rows)
        for recommendation in made.select_related("assessment", "addressee"):
            self.recommendations[recommendation.assessment.measure_id].append(recommendation)
        # Who shares whose observations, by number of measure.
        self.shared_by: dict[int, list[Measure]] = defaultdict(list)
        for found in self.texts.values():
            other = found[0].observations_with
            if other is not None and other.measure_id != found[0].measure_id:
                self.shared_by[other.measure_id].append(found[0].measure)

    @staticmethod
    def _group(rows: Iterable[Assessment]) -> dict[int, list[Assessment]]:
        groups: dict[int, list[Assessment]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: (row.assessed_on, row.pk), reverse=True):
            groups[row.measure_id].append(row)
        return groups

    def of(self, measure: Measure) -> dict[str, Any]:
        findings = self.findings.get(measure.pk, [])
        finding = findings[0] if findings else None
        text = self.texts[measure.pk][0] if measure.pk in self.texts else None
        return {
            "finding": finding and self._finding(finding),
            "previous": self._previous(findings),
            "text": text and self._text(text, measure, is_finding=text == finding),
            "recommendations": self._recommended(measure, since=text),
        }

    def _finding(self, row: Assessment) -> dict[str, Any]:
        return {
            "level": row.level and row.level.key,
            "lacks_information": row.lacks_information,
            "contradicts_itself": bool(assessment_findings(row)),
            "assessed_on": row.assessed_on.isoformat(),
            "reason": row.reason,
            "remark": row.remark,
            "sources": self._cited(row),
        }

    def _previous(self, findings: list[Assessment]) -> dict[str, Any] | None:
        """The level that held before, when it was another one."""
        if not findings:
            return None
        now = (findings[0].level_id, findings[0].lacks_information)
        for row in findings[1:]:
            if (row.level_id, row.lacks_information) != now:
                return {
                    "level": row.level and row.level.key,
                    "lacks_information": row.lacks_information,
                    "assessed_on": row.assessed_on.isoformat(),
                }
        return None

    def _text(self, row: Assessment, measure: Measure, *, is_finding: bool) -> dict[str, Any]:
        other = row.observations_with
        shared = sorted(self.shared_by[measure.pk], key=lambda one: one.number_key)
        return {
            "is_finding": is_finding,
            "assessed_on": row.assessed_on.isoformat(),
            "reason": row.reason,
            "remark": row.remark,
            "state_actions": row.state_actions,
            "observations": row.observations,
            "observations_with": "" if other is None else other.measure.number,
            "shared_with": [one.number for one in shared],
            "sources": self._cited(row),
        }

    def _cited(self, row: Assessment) -> list[dict[str, str]]:
        citations = sorted(
            self.citations[row.pk], key=lambda one: (one.position, one.source.key, one.locator)
        )
        return [{"key": one.source.key, "place": one.locator} for one in citations]

    def _recommended(self, measure: Measure, *, since: Assessment | None) -> list[dict[str, Any]]:
        """Those of the text that is printed, and those made since: older ones belong to an older text."""
        rows = [
            row
            for row in self.recommendations[measure.pk]
            if since is None
            or (row.assessment.assessed_on, row.assessment_id) >= (since.assessed_on, since.pk)
        ]
        return [
            {
                "number": row.number,
                "text": row.text,
                "addressee": row.addressee and _institution(row.addressee),
                "is_urgent": row.is_urgent,
                "made_on": row.assessment.assessed_on.isoformat(),
            }
            for row in sorted(rows, key=lambda row: (row.number, row.assessment.assessed_on))
        ]


def _evaluation(plan: Plan, on: dt.date, assessor: Institution) -> dict[str, Any] | None:
    evaluation = Evaluation.objects.in_force(plan=plan, assessor=assessor, on=on)
    if evaluation is None:
        return None
    prefetch_related_objects(
        [evaluation],
        "sections",
        "themes__proposals__measures",
        "themes__proposals__recommendations__assessment",
    )
    return {
        "kind": evaluation.kind,
        "title": evaluation.title,
        "adopted_on": evaluation.adopted_on.isoformat(),
        "body": evaluation.body,
        "vote": evaluation.vote,
        "sections": {
            row.role: {"title": row.title, "text": row.text} for row in evaluation.sections.all()
        },
        "themes": [
            {
                "number": theme.number,
                "title": theme.title,
                "text": theme.text,
                "proposals": [
                    {
                        "text": proposal.text,
                        "measures": [
                            one.number
                            for one in sorted(
                                proposal.measures.all(), key=lambda one: one.number_key
                            )
                        ],
                        "recommendations": sorted(
                            one.number
                            for one in proposal.recommendations.all()
                            # A link to a draft says nothing before that draft is published.
                            if one.assessment.status == AssessmentStatus.PUBLISHED
                            and one.assessment.assessed_on <= on
                        ),
                    }
                    for proposal in sorted(theme.proposals.all(), key=lambda one: one.position)
                ],
            }
            for theme in sorted(evaluation.themes.all(), key=lambda one: one.position)
        ],
    }


def _tables(
    plan: Plan, on: dt.date, assessor: Institution
) -> Iterator[tuple[int | None, dict[str, Any]]]:
    rows = FigureTable.objects.as_of(on).filter(plan=plan, assessor=assessor)
    for table in rows.select_related("source").prefetch_related("series__figures", "series__parts"):
        series = list(table.series.all())
        periods = {figure.period: figure.position for row in series for figure in row.figures.all()}
        yield (
            table.measure_id,
            {
                "key": table.key,
                "caption": table.caption,
                "unit": table.unit,
                "placement": table.placement,
                "source": "" if table.source is None else table.source.key,
                "source_text": table.source_text,
                "note": table.note,
                "remark": table.remark,
                "periods": sorted(periods, key=lambda period: periods[period]),
                "series": [
                    {
                        "key": row.key,
                        "label": row.label,
                        "parts": sorted(part.key for part in row.parts.all()),
                        "figures": {
                            figure.period: {
                                "state": figure.state,
                                "value": None if figure.value is None else _plain(figure.value),
                                "is_provisional": figure.is_provisional,
                            }
                            for figure in row.figures.all()
                        },
                    }
                    for row in series
                ],
                "wrong_totals": [
                    {
                        "series": wrong.series,
                        "label": wrong.label,
                        "period": wrong.period,
                        "printed": _plain(wrong.printed),
                        "computed": _plain(wrong.computed),
                    }
                    for wrong in table_findings(table)
                ],
            },
        )


def _boxes(
    plan: Plan, on: dt.date, assessor: Institution
) -> Iterator[tuple[int | None, dict[str, Any]]]:
    for box in Box.objects.as_of(on).filter(plan=plan, assessor=assessor):
        yield box.measure_id, {"key": box.key, "title": box.title, "text": box.text}


def _by_measure(
    rows: Iterable[tuple[int | None, dict[str, Any]]],
) -> dict[int | None, list[dict[str, Any]]]:
    groups: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for measure, row in rows:
        groups[measure].append(row)
    return groups


def _plain(value: Decimal) -> str:
    """The number without the zeros that one database keeps and the other drops."""
    return f"{value.normalize():f}"


def _sources(snapshot: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The sources that the texts call, and those cited beside them."""
    keys = {key for text in printed_strings(snapshot) for key in cited_keys(text)}
    for measure in all_measures(snapshot):
        for part in (measure["finding"], measure["text"]):
            keys.update(cited["key"] for cited in (part["sources"] if part else ()))
    return {
        source.key: {"citation": source.citation, "short": source.short, "url": source.url}
        for source in Source.objects.filter(key__in=keys)
    }


def _acronyms(snapshot: dict[str, Any]) -> list[dict[str, str]]:
    """The acronyms of institutions that stand in the printed words, for the glossary."""
    text = "\n".join(printed_strings(snapshot))
    found = [
        _institution(one)
        for one in Institution.objects.exclude(acronym="")
        if re.search(rf"(?<!\w){re.escape(one.acronym)}(?!\w)", text)
    ]
    return sorted(found, key=lambda one: (fold(one["acronym"]), one["name"]))


def all_measures(snapshot: dict[str, Any]) -> list[dict[str, Any]]:
    return [measure for priority in snapshot["priorities"] for measure in priority["measures"]]


def printed_strings(value: Any) -> Iterator[str]:
    """Every text of a snapshot, without the names that only programs read."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in KEYS:
                yield from printed_strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from printed_strings(part)

"""Writes checked files: each kind of row after those it refers to, and only what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, prefetch_related_objects

from common.search import index
from measures.enums import Involvement, SuccessionKind
from measures.importer.assessments import write_assessments
from measures.importer.context import Context
from measures.importer.evaluations import write_evaluation_texts, write_evaluations
from measures.importer.rows import refusals, replace, snapshot, write
from measures.importer.tables import write_boxes, write_tables
from measures.importer.values import day, entries, texts
from measures.models import Assessment, Measure, MeasureInstitution, MeasureSuccession, Source
from plan.enums import VersionStatus
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
from plan.services import mark_changed

if TYPE_CHECKING:
    from django.db import models

    from measures.importer.files import Item, PlanFiles
    from measures.importer.known import Known
    from measures.importer.report import Report

# Out of the way of any real position, while rows whose positions are unique change places.
ASIDE = 10_000

ATTACHMENT = ("attached_to_id", "since", "until", "note", "position")
INVOLVEMENT = ("institution_id", "involvement", "position")


def write_plan(files: PlanFiles, known: Known) -> Report:
    """Bring the site to what the files say, inside the caller's transaction."""
    context = Context(files, known)
    _institutions(context)
    _sources(context)
    scale = _scale(context)
    _plan(context, scale)
    _versions(context)
    _milestones(context)
    _priorities(context)
    _measures(context)
    _successions(context)
    write_evaluations(context)
    write_assessments(context)
    write_evaluation_texts(context)
    write_tables(context)
    write_boxes(context)
    report = context.report
    if report.has_changes:
        # Institutions and sources belong to every plan that names them.
        is_shared = report.of(Institution).changed or report.of(Source).changed
        mark_changed(Plan.objects.all() if is_shared else [context.plan])
        index(*context.institutions.values(), *context.measures.values())
    return report


def _institutions(context: Context) -> None:
    items = context.files.items("institutions")
    context.institutions = rows = Institution.objects.prefetch_related("attachments").in_bulk(
        field_name="key"
    )
    existed = set(rows)
    # An institution may be attached to one that comes later in the files: all of them first.
    for item in items:
        if item["key"] not in existed:
            rows[item["key"]] = write(
                context.report, item, Institution, None, _institution_values(item)
            )
    for item in items:
        row = rows[item["key"]]
        wanted = [
            (
                rows[part["to"]].pk,
                day(part, "since"),
                day(part, "until"),
                part.get("note", ""),
                position,
            )
            for position, part in enumerate(entries(item, "attachments"))
        ]
        parts_differ = snapshot(row.attachments.all(), ATTACHMENT) != wanted
        if item["key"] in existed:
            row = write(
                context.report,
                item,
                Institution,
                row,
                _institution_values(item),
                parts_differ=parts_differ,
            )
            rows[item["key"]] = row
        if parts_differ:
            with refusals(item):
                replace(InstitutionAttachment, {"institution": row}, ATTACHMENT, wanted)


def _institution_values(item: Item) -> dict[str, Any]:
    return texts(item, "key", "name", "kind", "acronym", "website", "about", "remark")


def _sources(context: Context) -> None:
    context.sources = rows = Source.objects.in_bulk(field_name="key")
    for item in context.files.items("sources"):
        values = texts(item, "key", "kind", "citation", "short", "author", "url", "remark")
        rows[item["key"]] = write(
            context.report,
            item,
            Source,
            rows.get(item["key"]),
            {**values, "dated_on": day(item, "dated_on")},
        )


def _scale(context: Context) -> Scale:
    [item] = context.files.singles("scale")
    plan = context.known.plan
    scale = write(context.report, item, Scale, plan.scale if plan else None, {"name": item["name"]})
    rows = {level.key: level for level in scale.levels.all()}
    wanted = {level["key"]: level for level in entries(item, "levels")}
    for key in rows.keys() - wanted.keys():
        _remove(context, item, rows.pop(key))
    _set_aside(rows, list(wanted), scale.levels.all())
    for position, (key, level) in enumerate(wanted.items()):
        context.levels[key] = write(
            context.report,
            level,
            Level,
            rows.get(key),
            {
                **texts(level, "key", "label", "short_label", "meaning"),
                "scale": scale,
                "position": position,
            },
        )
    return scale


def _plan(context: Context, scale: Scale) -> None:
    [item] = context.files.singles("plan")
    row = context.known.plan
    values = {
        **texts(item, "slug", "title", "short_title", "summary", "remark"),
        **{name: day(item, name) for name in ("adopted_on", "starts_on", "ends_on")},
        "predecessor": Plan.objects.get(slug=item["predecessor"])
        if "predecessor" in item
        else None,
        "scale": scale,
        "lead_assessor": context.institutions[item["lead_assessor"]],
    }
    keys = [item["lead_assessor"], *item.get("assessors", [])]
    keys += [assessment["assessor"] for assessment in context.files.items("assessments")]
    assessors = {context.institutions[key].pk for key in keys}
    current: set[int] = set()
    if row is not None:
        # Whoever assessed on the site stays one of the viewpoints.
        found = Assessment.objects.filter(measure__plan=row).order_by()
        assessors |= set(found.values_list("assessor", flat=True).distinct())
        current = set(row.assessors.values_list("pk", flat=True))
    context.plan = write(context.report, item, Plan, row, values, parts_differ=assessors != current)
    if assessors != current:
        context.plan.assessors.set(sorted(assessors))


def _versions(context: Context) -> None:
    rows: dict[Any, PlanVersion] = {
        (row.label, row.dated_on): row for row in PlanVersion.objects.filter(plan=context.plan)
    }
    items = context.files.items("versions")
    _remove_others(context, rows, [(item["label"], day(item, "dated_on")) for item in items])
    # Only one may be the adopted text: the one that no longer is comes first.
    for item in sorted(items, key=lambda item: bool(item["status"] == VersionStatus.ADOPTED)):
        values = {
            **texts(item, "label", "status", "note"),
            "dated_on": day(item, "dated_on"),
            "plan": context.plan,
        }
        row = rows.get((item["label"], values["dated_on"]))
        write(context.report, item, PlanVersion, row, values)
    # Every assessment asks since when the plan has been known.
    prefetch_related_objects([context.plan], "versions")


def _milestones(context: Context) -> None:
    rows = {(row.label, row.on): row for row in Milestone.objects.filter(plan=context.plan)}
    items = context.files.items("milestones")
    _remove_others(context, rows, [(item["label"], day(item, "on")) for item in items])
    for item in items:
        values = {"label": item["label"], "on": day(item, "on"), "plan": context.plan}
        write(context.report, item, Milestone, rows.get((item["label"], values["on"])), values)


def _priorities(context: Context) -> None:
    rows = {row.number: row for row in Priority.objects.filter(plan=context.plan)}
    items = {item["number"]: item for item in context.files.items("priorities")}
    _set_aside(rows, list(items), Priority.objects.filter(plan=context.plan))
    for position, (number, item) in enumerate(items.items()):
        context.priorities[number] = write(
            context.report,
            item,
            Priority,
            rows.get(number),
            {**texts(item, "number", "title", "text"), "plan": context.plan, "position": position},
        )


def _measures(context: Context) -> None:
    context.measures = rows = {
        row.number: row
        for row in Measure.objects.filter(plan=context.plan).prefetch_related("involvements")
    }
    for item in context.files.items("measures"):
        row = rows.get(item["number"])
        wanted = [
            (context.institutions[key].pk, involvement, position)
            for involvement, name in (
                (Involvement.LEAD, "leads"),
                (Involvement.PARTNER, "partners"),
            )
            for position, key in enumerate(item.get(name, []))
        ]
        current = snapshot(row.involvements.all(), INVOLVEMENT) if row else []
        parts_differ = sorted(current) != sorted(wanted)
        row = write(
            context.report,
            item,
            Measure,
            row,
            {
                **texts(item, "number", "title", "short_title", "summary"),
                "plan": context.plan,
                "priority": context.priorities[item["priority"]],
            },
            parts_differ=parts_differ,
        )
        # The one plan in memory, whose versions are known.
        row.plan = context.plan
        rows[item["number"]] = row
        if parts_differ:
            with refusals(item):
                replace(MeasureInstitution, {"measure": row}, INVOLVEMENT, wanted)
    # Once no measure is left in them.
    for priority in Priority.objects.filter(plan=context.plan).exclude(
        number__in=context.priorities
    ):
        _remove(context, context.files.roots[0], priority)


def _successions(context: Context) -> None:
    """Where measures come from. A dropped one has no successor: it is the following plan that says so."""
    items = [
        (measure, item)
        for measure in context.files.items("measures")
        for item in entries(measure, "follows")
    ]
    followed = {
        (row.plan.slug, row.number): row.pk
        for row in Measure.objects.filter(
            plan__slug__in={item["plan"] for _measure, item in items}
        ).select_related("plan")
    }
    wanted = {}
    for measure, item in items:
        is_dropped = item["kind"] == SuccessionKind.DROPPED
        successor = None if is_dropped else context.measures[measure["number"]].pk
        wanted[followed[item["plan"], item["number"]], successor, item["kind"]] = item
    own = Q(successor__plan=context.plan)
    if context.plan.predecessor_id is not None:
        own |= Q(successor=None, predecessor__plan=context.plan.predecessor_id)
    rows = {
        (row.predecessor_id, row.successor_id, row.kind): row
        for row in MeasureSuccession.objects.filter(own)
    }
    _remove_others(context, rows, list(wanted))
    for (predecessor, successor, kind), item in wanted.items():
        write(
            context.report,
            item,
            MeasureSuccession,
            rows.get((predecessor, successor, kind)),
            {"predecessor_id": predecessor, "successor_id": successor, "kind": kind},
        )


def _set_aside(rows: dict[str, Any], wanted: list[str], current: models.QuerySet[Any]) -> None:
    """Free the positions of the rows that move, so that two can change places."""
    moving = [
        row.pk
        for key, row in rows.items()
        if key not in wanted or row.position != wanted.index(key)
    ]
    if moving:
        current.filter(pk__in=moving).update(position=F("position") + ASIDE)


def _remove_others(context: Context, rows: dict[Any, Any], wanted: list[Any]) -> None:
    """Take away parts of the plan that the files no longer have."""
    for key in rows.keys() - set(wanted):
        _remove(context, context.files.singles("plan")[0], rows.pop(key))


def _remove(context: Context, item: Item, row: models.Model) -> None:
    with refusals(item):
        row.delete()
    context.report.of(type(row)).removed += 1

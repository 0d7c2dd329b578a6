"""From the data of a report to the HTML that is laid out. Nothing is read here: every word comes from the snapshot.

Notes are numbered as the document is read, so the texts are rendered in that order, and only once.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from common import drawings
from common.markdown import FootNotes, cited_keys, render, render_inline
from common.typography import NO_BREAK, french, long_date, number
from measures.charts import Row, chart
from measures.enums import FigureState, Placement
from plan.enums import Meaning
from plan.models import priority_name
from reports.snapshot import all_measures, data_sha256, printed_strings

STYLESHEETS = ["css/report.css"]

MARKS = {
    Meaning.FULL: "full",
    Meaning.PARTIAL: "part",
    Meaning.NONE: "none",
    Meaning.UNKNOWN: "unknown",
}

# Above this, a table takes the whole width and its drawing stands under it.
MOST_PERIODS_BESIDE = 6
MOST_ROWS_BESIDE = 9
# Characters of a boxed text that stays on one page.
SHORT_BOX = 1_800
# The last recommendations stay with what ends a measure, so that no page holds a single line.
KEPT_TOGETHER = 3


class _Work:
    """A source, as notes want it."""

    def __init__(self, data: dict[str, str]) -> None:
        self.citation, self.short, self.url = data["citation"], data["short"], data["url"]


def compose(snapshot: dict[str, Any]) -> str:
    """The whole document, in French, as one HTML page for `static/css/report.css`."""
    with translation.override("fr"):
        html = str(render_to_string("reports/evaluation.html", _Composer(snapshot).context()))
        # The program's own words follow French typography like those of the texts.
        html = html.replace("&nbsp;", NO_BREAK)
        return re.sub(r">([^<>]+)<", lambda found: f">{french(found[1])}<", html)


class _Composer:
    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.snapshot = snapshot
        self.works = {key: _Work(data) for key, data in snapshot["sources"].items()}
        self.notes = FootNotes(self.works.get)
        self.levels = {level["key"]: level for level in snapshot["levels"]}
        self.tables: list[dict[str, Any]] = []
        self.recommendations = {
            row["number"]
            for measure in all_measures(snapshot)
            for row in measure["recommendations"]
        }
        # What has a note of its own is named in short elsewhere; the others are named whole once.
        self.noted = {key for text in printed_strings(snapshot) for key in cited_keys(text)}
        for measure in all_measures(snapshot):
            if measure["finding"] and not (measure["text"] and measure["text"]["is_finding"]):
                self.noted.update(cited["key"] for cited in measure["finding"]["sources"])
        self.named: set[str] = set()

    # The order of these keys is the order of the document.
    def context(self) -> dict[str, Any]:
        snapshot, evaluation = self.snapshot, self.snapshot["evaluation"] or {}
        on = _day(snapshot["on"])
        adopted_on = _day(evaluation["adopted_on"]) if evaluation else None
        title = evaluation.get("title") or _("Implementation of the plan: %(plan)s") % {
            "plan": snapshot["plan"]["title"]
        }
        address = settings.SITE_URL + reverse("measures:board", args=[snapshot["plan"]["slug"]])
        return {
            "plan": {
                **snapshot["plan"],
                "adopted_on": _day(snapshot["plan"]["adopted_on"]),
                "starts_on": _day(snapshot["plan"]["starts_on"]),
                "ends_on": _day(snapshot["plan"]["ends_on"]),
            },
            "assessor": {**snapshot["assessor"], "short_name": _short(snapshot["assessor"])},
            "on": on,
            "evaluation": evaluation,
            "adopted_on": adopted_on,
            "is_as_adopted": adopted_on == on,
            "kind": evaluation.get("kind") or _("State of findings"),
            "title": title,
            "language": "fr",
            "counts": self._counts(),
            "key_points": self._section("key_points"),
            "introduction": self._section("introduction"),
            "definition": self._definition(),
            "instruments": self._section("instruments"),
            "part_one": self._section("part_one"),
            "priorities": [self._priority(priority) for priority in snapshot["priorities"]],
            "plan_tables": [self._table(table) for table in snapshot["tables"]],
            "plan_boxes": [self._box(box) for box in snapshot["boxes"]],
            "part_two": self._section("part_two"),
            "themes": [self._theme(theme) for theme in evaluation.get("themes", [])],
            "hearings": self._section("hearings"),
            "acronyms": snapshot["acronyms"],
            "tables": self.tables,
            "method": self._section("method"),
            "plan_remark": self._text(snapshot["plan"]["remark"]),
            "credits": self._section("credits"),
            "about": self._section("about")
            or {
                "title": snapshot["assessor"]["name"],
                "html": self._text(snapshot["assessor"]["about"]),
            },
            "address": address,
            "address_in_words": address.split("://", 1)[1].rstrip("/"),
            "qr_code": drawings.qr_code(address),
            "version": str(_version),
            "data_sha256": data_sha256(snapshot),
            "notes_count": SimpleLazyObject(lambda: len(self.notes.notes)),
        }

    # --- Texts --------------------------------------------------------------------------------------------------------
    def _text(self, text: str) -> SafeString:
        """A text and its notes. Headings inside become strong lines: the outline is the document's own."""
        html = str(render(text, self.notes)) if text.strip() else ""
        html = re.sub(r"<h[3-5]>(.*?)</h[3-5]>", r'<p class="subhead">\1</p>', html)
        return mark_safe(html.replace("<th>", '<th scope="col">'))  # noqa: S308 (cleaned by `render`)

    def _section(self, role: str) -> dict[str, Any] | None:
        evaluation = self.snapshot["evaluation"]
        section = evaluation and evaluation["sections"].get(role)
        return section and {"title": section["title"], "html": self._text(section["text"])}

    def _definition(self) -> dict[str, Any] | None:
        """A definition by elements: what stands as a bold line over a list is drawn as columns that add up."""
        section = self._section("definition")
        if section is None:
            return None
        found = list(
            re.finditer(
                r"<p><strong>([^<]+)</strong></p>\s*(<ul>.*?</ul>)\s*", section["html"], re.DOTALL
            )
        )
        if len(found) < 2:
            return section
        html = str(section["html"])
        return {
            "title": section["title"],
            "html": mark_safe(html[: found[0].start()]),  # noqa: S308 (cut from clean HTML)
            "elements": [{"title": one[1], "html": mark_safe(one[2])} for one in found],  # noqa: S308
            "end": mark_safe(html[found[-1].end() :]),  # noqa: S308
        }

    # --- Levels -------------------------------------------------------------------------------------------------------
    def _level(self, finding: dict[str, Any] | None) -> dict[str, Any]:
        """The mark and the words of a finding. No finding, or no level, is a state of its own."""
        level = self.levels.get(finding["level"] or "") if finding else None
        meaning = Meaning(level["meaning"]) if level else Meaning.UNKNOWN
        lacking = bool(finding and finding["lacks_information"])
        label = (
            level["label"]
            if level
            else _("Information lacking")
            if lacking
            else str(Meaning.UNKNOWN.label)
        )
        detail = _("information lacking") if lacking and level else ""
        return {
            "key": level["key"] if level else "",
            "meaning": meaning.value,
            "mark": f"asset:img/marks/{MARKS[meaning]}.svg",
            "mark_words": _mark_words(meaning),
            "label": label,
            "short_label": level["short_label"] if level else label,
            "detail": detail,
            "words": (label[:1].lower() + label[1:]) + (f" ; {detail}" if detail else ""),
        }

    def _counts(self) -> dict[str, Any]:
        """How many measures stand at each level, by priority. A column that would be empty is left out."""
        keys = [level["key"] for level in reversed(self.snapshot["levels"])]
        rows, total = [], dict.fromkeys([*keys, ""], 0)
        for priority in self.snapshot["priorities"]:
            row = dict.fromkeys([*keys, ""], 0)
            for measure in priority["measures"]:
                row[self._level(measure["finding"])["key"]] += 1
            for key, count in row.items():
                total[key] += count
            rows.append((priority, row))
        columns = [self._level({"level": key, "lacks_information": False}) for key in keys]
        if total[""]:
            columns.append(self._level(None))
        lacking = [
            m["number"]
            for m in all_measures(self.snapshot)
            if m["finding"] and m["finding"]["lacks_information"]
        ]

        def parts(row: dict[str, int]) -> list[drawings.Part]:
            return [drawings.Part(column["meaning"], row[column["key"]]) for column in columns]

        def words(row: dict[str, int]) -> str:
            return ", ".join(f"{column['label']} : {row[column['key']]}" for column in columns)

        return {
            "columns": [{**column, "count": total[column["key"]]} for column in columns],
            "rows": [
                {
                    "number": priority["number"],
                    "title": priority["title"],
                    "counts": [row[column["key"]] for column in columns],
                    "total": sum(row.values()),
                    "bar": drawings.bar(parts(row), width=840, height=60, numbers=False),
                    "words": words(row),
                }
                for priority, row in rows
            ],
            "total": sum(total.values()),
            "bar": drawings.bar(parts(total)),
            "words": words(total),
            "lacking": lacking,
        }

    # --- Part I -------------------------------------------------------------------------------------------------------
    def _priority(self, priority: dict[str, Any]) -> dict[str, Any]:
        measures = priority["measures"]
        return {
            "number": priority["number"],
            "name": priority_name(priority["number"]),
            "title": priority["title"],
            "html": self._text(priority["text"]),
            "text": priority["text"],
            "measures": [
                {**self._measure(measure), "continues": index > 0 and _is_silent(measure)}
                for index, measure in enumerate(measures)
            ],
        }

    def _measure(self, measure: dict[str, Any]) -> dict[str, Any]:
        finding, text = measure["finding"], measure["text"]
        is_one = bool(finding and text and text["is_finding"])
        level = self._level(finding)
        reason = self._text(finding["reason"]) if finding else SafeString()
        if finding and not is_one:
            # The text is of another day: what the level rests on is said here, with its notes.
            calls = "".join(
                self.notes.call(self.notes.cite(cited["key"], cited["place"]))
                for cited in finding["sources"]
                if cited["key"] not in cited_keys(finding["reason"])
            )
            reason = _append(reason, calls)
        summary = render_inline(measure["summary"])
        own = "" if text is None or is_one else self._text(text["reason"])
        actions = self._text(text["state_actions"]) if text else ""
        tables = measure["tables"]
        tables_of_actions = [
            self._table(table) for table in tables if table["placement"] == Placement.ACTIONS
        ]
        observations = self._text(text["observations"]) if text else ""
        tables_of_observations = [
            self._table(table) for table in tables if table["placement"] == Placement.OBSERVATIONS
        ]
        recommendations = [
            self._recommendation(row, text["assessed_on"] if text else None)
            for row in measure["recommendations"]
        ]
        return {
            "number": measure["number"],
            "anchor": _anchor(measure["number"]),
            "title": measure["title"],
            "short_title": measure["short_title"],
            "summary": summary,
            "leads": [_short(one) for one in measure["leads"]],
            "partners": [_short(one) for one in measure["partners"]],
            "level": level,
            "found_on": _day(finding["assessed_on"]) if finding else None,
            "reason": reason,
            "previous": measure["previous"]
            and {
                "level": self._level(measure["previous"]),
                "on": _day(measure["previous"]["assessed_on"]),
            },
            "text_on": _day(text["assessed_on"]) if text else None,
            "is_text_older": bool(
                text and finding and not is_one and text["assessed_on"] < finding["assessed_on"]
            ),
            "text_reason": own,
            "actions": actions,
            "tables_of_actions": tables_of_actions,
            "observations": observations,
            "observations_with": text and text["observations_with"],
            "observations_anchor": _anchor(text["observations_with"]) if text else "",
            "shared_with": text["shared_with"] if text else [],
            "has_recommendations": bool(measure["recommendations"]),
            "tables_of_observations": tables_of_observations,
            "recommendations_first": recommendations[:-KEPT_TOGETHER],
            "recommendations_last": recommendations[-KEPT_TOGETHER:],
            "boxes": [self._box(box) for box in measure["boxes"]],
            "remarks": self._remarks(measure, is_one=is_one),
            "other_sources": self._other_sources(measure),
        }

    def _remarks(self, measure: dict[str, Any], *, is_one: bool) -> list[SafeString]:
        parts = [measure["text"], None if is_one else measure["finding"]]
        return [self._text(part["remark"]) for part in parts if part and part["remark"]]

    def _recommendation(self, row: dict[str, Any], text_on: str | None) -> dict[str, Any]:
        details = []
        if row["addressee"]:
            details.append(_("To: %(name)s") % {"name": _short(row["addressee"])})
        if row["is_urgent"]:
            details.append(_("urgent"))
        if text_on and row["made_on"] != text_on:
            # Made since the text that is printed: said, or it would seem part of it.
            details.append(_("Added on %(day)s") % {"day": long_date(_day(row["made_on"]))})
        html = self._text(row["text"])
        if details:
            html = _append(
                html, format_html(' <span class="r-detail">({})</span>', " – ".join(details))
            )
        return {"number": row["number"], "html": _begin(html, f"R{row['number']}")}

    def _box(self, box: dict[str, Any]) -> dict[str, Any]:
        return {
            "title": box["title"],
            "html": self._text(box["text"]),
            "is_short": len(box["text"]) < SHORT_BOX,
        }

    def _other_sources(self, measure: dict[str, Any]) -> SafeString | str:
        """Sources that the printed text rests on without calling a note: named in a line, without numbers."""
        text = measure["text"]
        if text is None:
            return ""
        called = {
            key
            for part in ("reason", "state_actions", "observations")
            for key in cited_keys(text[part])
        }
        names = []
        for cited in text["sources"]:
            key, work = cited["key"], self.works[cited["key"]]
            if key in called:
                continue
            is_short = key in self.noted or key in self.named
            self.named.add(key)
            name = (work.short if is_short else work.citation).rstrip(" .")
            names.append(f"{name}, {cited['place']}" if cited["place"] else name)
        return render_inline(" ; ".join(names) + ".") if names else ""

    # --- Tables -------------------------------------------------------------------------------------------------------
    def _table(self, table: dict[str, Any]) -> dict[str, Any]:
        wrong = {(one["series"], one["period"]): one for one in table["wrong_totals"]}
        rows = [
            {
                "label": row["label"],
                "is_total": bool(row["parts"]),
                "cells": [
                    _cell(row, period, wrong.get((row["key"], period)))
                    for period in table["periods"]
                ],
            }
            for row in table["series"]
        ]
        composed = {
            "number": len(self.tables) + 1,
            "anchor": f"tableau-{len(self.tables) + 1}",
            "caption": table["caption"],
            "unit": table["unit"],
            "source": render_inline(table["source_text"].rstrip(" .") + ".")
            if table["source_text"]
            else "",
            "note": render_inline(table["note"]),
            "remark": render_inline(table["remark"]),
            "periods": table["periods"],
            "rows": rows,
            "has_provisional": any(cell["is_provisional"] for row in rows for cell in row["cells"]),
            "has_not_available": any(
                cell["is_not_available"] for row in rows for cell in row["cells"]
            ),
            "wrong_totals": [
                {**one, "printed": _number(one["printed"]), "computed": _number(one["computed"])}
                for one in table["wrong_totals"]
            ],
            **_chart(table),
        }
        self.tables.append(composed)
        return composed

    # --- Part II ------------------------------------------------------------------------------------------------------
    def _theme(self, theme: dict[str, Any]) -> dict[str, Any]:
        return {
            "number": theme["number"],
            "title": theme["title"],
            "html": self._text(theme["text"]),
            "proposals": [
                {
                    "html": self._text(proposal["text"]),
                    "measures": [
                        {"number": number, "anchor": _anchor(number)}
                        for number in proposal["measures"]
                    ],
                    "recommendations": [
                        {"number": number, "is_printed": number in self.recommendations}
                        for number in proposal["recommendations"]
                    ],
                }
                for proposal in theme["proposals"]
            ],
        }


def _begin(html: SafeString, number: str) -> SafeString:
    """Put the number of a recommendation in its first paragraph, so that nothing reads them apart."""
    label = f'<span class="r-number">{number}</span> '
    if html.startswith("<p>"):
        return mark_safe(f"<p>{label}{html.removeprefix('<p>')}")  # noqa: S308 (both are clean)
    return mark_safe(f"<p>{label}</p>{html}")  # noqa: S308 (both are clean)


def _append(html: SafeString, addition: str) -> SafeString:
    """Put something, already clean, at the end of the last paragraph of a text."""
    text, end, rest = html.rpartition("</p>")
    return mark_safe(f"{text}{addition}{end}{rest}")  # noqa: S308 (both are clean)


def _is_silent(measure: dict[str, Any]) -> bool:
    """Nothing had been published about the measure."""
    return not any(
        measure[part] for part in ("finding", "text", "recommendations", "tables", "boxes")
    )


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _short(institution: dict[str, str]) -> str:
    return institution["acronym"] or institution["name"]


def _anchor(number: str) -> str:
    """“1.1.1” and “11.1” must not lead to the same place."""
    return "mesure-" + re.sub(r"\W+", "-", number.lower()).strip("-")


def _number(value: str) -> str:
    return number(Decimal(value))


def _mark_words(meaning: Meaning) -> str:
    """What the mark looks like, for whoever hears the page: the words beside it say what it means."""
    return {
        Meaning.FULL: _("full disc"),
        Meaning.PARTIAL: _("half disc"),
        Meaning.NONE: _("ring"),
        Meaning.UNKNOWN: _("dotted ring"),
    }[meaning]


def _cell(series: dict[str, Any], period: str, wrong: dict[str, Any] | None) -> dict[str, Any]:
    figure = series["figures"].get(period) or {
        "state": FigureState.EMPTY,
        "value": None,
        "is_provisional": False,
    }
    return {
        "text": "" if figure["value"] is None else _number(figure["value"]),
        "is_not_available": figure["state"] == FigureState.NOT_AVAILABLE,
        "is_provisional": figure["is_provisional"],
        "is_wrong": wrong is not None,
    }


def _chart(table: dict[str, Any]) -> dict[str, Any]:
    """The drawing of a table, beside it where it is small."""
    rows = [
        Row(
            series["key"],
            series["label"],
            series["parts"],
            [_value(series, period) for period in table["periods"]],
        )
        for series in table["series"]
    ]
    drawn = chart(rows, table["periods"])
    return {
        "chart": drawn.uri if drawn else "",
        "chart_words": drawn.words if drawn else "",
        "is_beside": drawn is not None
        and len(table["periods"]) <= MOST_PERIODS_BESIDE
        and len(table["series"]) <= MOST_ROWS_BESIDE,
    }


def _value(series: dict[str, Any], period: str) -> Decimal | None:
    figure = series["figures"].get(period)
    return None if figure is None or figure["value"] is None else Decimal(figure["value"])


def _read_version() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


_version = SimpleLazyObject(_read_version)

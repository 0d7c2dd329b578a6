"""What the writing of one plan passes on from one kind of row to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from measures.importer.report import Report

if TYPE_CHECKING:
    from measures.importer.files import PlanFiles
    from measures.importer.known import Known
    from measures.models import Evaluation, Measure, Source
    from plan.models import Institution, Level, Plan, Priority


@dataclass
class Context:
    """The files, what the site held before, and the rows by the names that the files give them."""

    files: PlanFiles
    known: Known
    plan: Plan = field(init=False)
    report: Report = field(default_factory=Report)
    institutions: dict[str, Institution] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    levels: dict[str, Level] = field(default_factory=dict)
    priorities: dict[str, Priority] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    evaluations: dict[str, Evaluation] = field(default_factory=dict)

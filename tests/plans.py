"""Plans that no one adopted: a large one, made to measure, for the loader, the bench and the browser."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

SLUG = "grand-plan"
AXES = ["Axe 1", "Axe 2", "Axe 3", "Axe 4", "Axe 5"]
# From the lowest: four levels, two of which come down to "partly".
LEVELS = ["aucune-suite", "engagee", "avancee", "realisee"]
MEANINGS = ["none", "partial", "partial", "full"]
LABELS = ["Sans suite", "Engagée", "Avancée", "Réalisée"]

ADOPTED_ON = dt.date(2019, 10, 18)
FOUND_ON = dt.date(2021, 6, 30)
INSTITUTIONS = 40
SOURCES = 100
RANKS = 12

# The C emitter writes 2,300 measures in a second; PyYAML can be built without it.
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def numbers(measures: int = 300) -> list[tuple[str, str]]:
    """The measures in the order in which people read them, each as its axis and its number.

    Ranks go beyond 9, and every seventh measure is followed by an “alter”, so that only a natural order is right.
    """
    found: list[tuple[str, str]] = []
    for index, axis in enumerate(AXES, start=1):
        size = (measures + len(AXES) - index) // len(AXES)
        own: list[tuple[str, str]] = []
        objective, rank = 1, 0
        while len(own) < size:
            rank += 1
            if rank > RANKS:
                objective, rank = objective + 1, 1
            number = f"{index}.{objective}.{rank}"
            own.append((axis, number))
            if rank % 7 == 1:
                own.append((axis, f"{number}alter"))
        found += own[:size]
    return found


def write_large_plan(directory: Path, measures: int = 300, slug: str = SLUG) -> str:
    """Write the files of a plan of five axes, each measure with one assessment, and return the plan's slug.

    The measures are written from the last to the first: their order on the site owes nothing to the files.
    """
    directory.mkdir(parents=True, exist_ok=True)
    listed = numbers(measures)[::-1]
    _dump(directory / "00-plan.yaml", _plan(slug))
    _dump(directory / "10-bibliotheque.yaml", _library())
    _dump(
        directory / "20-mesures.yaml",
        {"measures": [_measure(*pair, i) for i, pair in enumerate(listed)]},
    )
    _dump(
        directory / "30-constats.yaml",
        {
            "evaluations": [_evaluation(listed)],
            "assessments": [_assessment(number, i) for i, (_axis, number) in enumerate(listed)],
        },
    )
    _dump(
        directory / "40-tableaux.yaml",
        {"figures": [_table(number, i) for i, (_axis, number) in enumerate(listed[::20])]},
    )
    return slug


def _dump(path: Path, content: dict[str, Any]) -> None:
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(content, file, Dumper=DUMPER, allow_unicode=True, sort_keys=False, width=110)


def _plan(slug: str) -> dict[str, Any]:
    return {
        "plan": {
            "slug": slug,
            "title": "Grand plan d’action national",
            "short_title": "Grand plan",
            "adopted_on": ADOPTED_ON,
            "starts_on": ADOPTED_ON,
            "ends_on": dt.date(2022, 12, 31),
            "lead_assessor": "institution-0",
        },
        "scale": {
            "name": "Avancement",
            "levels": [
                {"key": key, "label": label, "short_label": label, "meaning": meaning}
                for key, label, meaning in zip(LEVELS, LABELS, MEANINGS, strict=True)
            ],
        },
        "versions": [{"label": "Texte adopté", "dated_on": ADOPTED_ON, "status": "adopted"}],
        "milestones": [{"label": "Adoption", "on": ADOPTED_ON}, {"label": "Bilan", "on": FOUND_ON}],
        "priorities": [
            {"number": axis, "title": f"Objectifs de l’{axis.lower()}"} for axis in AXES
        ],
    }


def _library() -> dict[str, Any]:
    return {
        "institutions": [
            {
                "key": f"institution-{i}",
                "name": f"Institution n° {i}",
                "kind": "authority" if i == 0 else "ministry",
            }
            for i in range(INSTITUTIONS)
        ],
        "sources": [
            {
                "key": f"rapport-{i}",
                "kind": "report",
                "citation": f"Institution n° {i % INSTITUTIONS}, *Rapport annuel*, n° {i}, 2020",
                "short": f"Rapport n° {i}",
            }
            for i in range(SOURCES)
        ],
    }


def _measure(axis: str, number: str, index: int) -> dict[str, Any]:
    return {
        "number": number,
        "priority": axis,
        "title": f"Mettre en place l’action {number} dans tous les territoires",
        "short_title": f"Action {number}",
        "summary": f"L’action {number} vise à mieux repérer et à mieux accompagner les personnes concernées.",
        "leads": [f"institution-{index % INSTITUTIONS}"],
        "partners": [f"institution-{(index + step) % INSTITUTIONS}" for step in (1, 2)],
    }


def _evaluation(listed: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "key": "bilan-2021",
        "assessor": "institution-0",
        "title": "Bilan du grand plan",
        "kind": "Bilan",
        "adopted_on": FOUND_ON,
        "body": "Assemblée plénière",
        "sections": [
            {"role": "introduction", "title": "Introduction", "text": "Le plan est à mi-parcours."}
        ],
        "themes": [
            {
                "number": str(rank),
                "title": f"Thème n° {rank}",
                "proposals": [
                    {"text": f"Poursuivre l’action {number}.", "measures": [number]}
                    for _axis, number in listed[rank * 5 : rank * 5 + 5]
                ],
            }
            for rank in range(4)
        ],
    }


def _assessment(number: str, index: int) -> dict[str, Any]:
    source = f"rapport-{index % SOURCES}"
    return {
        "measure": number,
        "assessor": "institution-0",
        "evaluation": "bilan-2021",
        "assessed_on": FOUND_ON,
        "level": LEVELS[index % len(LEVELS)],
        "reason": f"L’action {number} est engagée dans une partie des départements seulement.",
        "state_actions": f"Un appel à projets a été lancé[@{source}, p. {index + 1}].\n\n"
        + "Il a été reconduit. " * 20,
        "observations": "Les moyens restent à confirmer.\n\n- les postes ;\n- les crédits.\n\n"
        + "Le suivi manque. " * 20,
        "sources": [source],
        "recommendations": [
            {
                "number": index + 1,
                "text": f"Étendre l’action {number}.",
                "addressee": f"institution-{index % INSTITUTIONS}",
            }
        ],
    }


def _table(number: str, index: int) -> dict[str, Any]:
    parts = [[index + year for year in range(3)], [2 * index + year for year in range(3)]]
    return {
        "key": f"tableau-{index}",
        "caption": f"Personnes accompagnées par l’action {number}",
        "assessor": "institution-0",
        "published_on": FOUND_ON,
        "unit": "personnes",
        "source_text": "Rapport annuel",
        "source": f"rapport-{index % SOURCES}",
        "measure": number,
        "periods": ["2019", "2020", "2021"],
        "series": [
            {"key": "femmes", "label": "Femmes", "values": parts[0]},
            {"key": "hommes", "label": "Hommes", "values": parts[1]},
            {
                "key": "total",
                "label": "Total",
                "values": [first + second for first, second in zip(*parts, strict=True)],
                "total_of": ["femmes", "hommes"],
            },
        ],
    }

"""What stands between braces in a template of letters, and the facts that take its place. In French, as letters are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from commitments.audiences import may_quote
from commitments.enclosures import meetings_with
from commitments.enums import EventKind, Origin
from commitments.standing import OPEN, effective, standing
from common.markdown import without_notes
from common.numbers import natural_key
from common.text import fold
from common.typography import french, long_date, number

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.utils.functional import _StrPromise

    from commitments.models import Commitment
    from commitments.standing import Standing
    from plan.models import Institution

# Bounded: people type these texts.
PLACE = re.compile(r"\{([^{}\n]{1,40})\}")

# What is left of a text once its places are taken out, and looks like one.
BROKEN = re.compile(r"\{[^{}\n]{0,40}|[^{}\s]{0,40}\}")
# The quote that ends with a point of its own needs none after it.
POINT_TWICE = re.compile(r"([.!?…][ \u00a0\u202f]?»)\.(?!\.)")

# “de {mesures}”: French makes one word of two.
FILLED = re.compile(rf"(\b(?:de|à) )?{PLACE.pattern}", re.IGNORECASE)
CONTRACTED = {("de", "les"): "des", ("de", "le"): "du", ("à", "les"): "aux", ("à", "le"): "au"}

# As they are typed, accents or not; what each gives, for whoever writes a template.
KNOWN: Mapping[str, _StrPromise] = {
    "appel": _("the salutation, without its comma"),
    "institution": _("the institution that is written to"),
    "jour": _("the day of the letter"),
    "engagements": _("what was promised, when, for when, and how late it is: one line for each"),
    "promesse": _("what was promised, in short"),
    "citation": _("the exact words, where the letter may print them; else what was promised"),
    "date": _("when it was promised"),
    "cadre": _("where it was promised, such as “lors de notre rencontre du 23 septembre 2014”"),
    "auteur": _("who promised, by office"),
    "echeance": _("the deadline, as it was said"),
    "retard": _("how late it is, such as “111 jours”"),
    "situation": _("a sentence on the deadline: to come, or past, and since when"),
    "relances": _("a sentence on the reminders already sent; nothing where there was none"),
    "nombre_relances": _("how many reminders were already sent"),
    "mesures": _("the measures of the plan that it is about"),
}

WHERE = {
    Origin.MEETING: "lors de la réunion du {}",
    Origin.LETTER: "dans un courrier du {}",
    Origin.SPEECH: "dans une intervention du {}",
    Origin.PLAN: "dans le plan ou son projet, le {}",
    Origin.LAW: "dans un texte du {}",
    Origin.REPORT: "dans un rapport ou une réponse du {}",
}
WITH_THEM = "lors de notre rencontre du {}"


@dataclass(frozen=True)
class _Promise:
    commitment: Commitment
    standing: Standing
    reminders: Sequence[dt.date]
    quote: str


def key_of(word: str) -> str:
    """How a word between braces is looked for: “Échéance” and “echeance” are one."""
    return fold(word.strip()).replace(" ", "_")


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with its facts; what has none stays as it is, for whoever reads it to see. Never fails."""

    def fact(found: re.Match[str]) -> str:
        before, word = found[1] or "", facts.get(key_of(found[2]))
        if word is None:
            return found[0]
        article = word.partition(" ")[0]
        contracted = CONTRACTED.get((before.lower().strip(), article))
        return f"{contracted}{word[len(article) :]}" if contracted else f"{before}{word}"

    filled = POINT_TWICE.sub(r"\1", FILLED.sub(fact, text))
    return re.sub(r"\n{3,}", "\n\n", filled).strip()


def unknown_words(*texts: str) -> list[str]:
    """Between braces in these texts, in order, what is no known word."""
    found = [word for text in texts for word in PLACE.findall(text)]
    return list(dict.fromkeys(word for word in found if key_of(word) not in KNOWN))


def broken_braces(*texts: str) -> list[str]:
    """The braces of these texts, in order, that lack the other one, with the word beside them."""
    found = [word for text in texts for word in BROKEN.findall(PLACE.sub(" ", text))]
    return list(dict.fromkeys(word.strip() for word in found))


def left_open(*texts: str) -> list[str]:
    """Known words that still stand between braces."""
    found = [word for text in texts for word in PLACE.findall(text)]
    return list(dict.fromkeys(word for word in found if key_of(word) in KNOWN))


def facts_of(
    commitments: Collection[Commitment],
    institution: Institution,
    on: dt.date,
    audience: str,
) -> dict[str, str]:
    """What each word gives in a letter of that day, which that audience will read; a constant number of queries.

    Words about promises are missing where there is none: they are left for whoever writes.
    """
    with translation.override("fr"):
        facts = {"institution": institution.name, "jour": long_date(on)}
        promises = _promises(commitments, on, audience)
        if promises:
            met = set(meetings_with(institution).values_list("pk", flat=True))
            facts |= _facts_of_promises(promises, institution, met)
        return {word: french(fact) for word, fact in facts.items()}


def _promises(commitments: Collection[Commitment], on: dt.date, audience: str) -> list[_Promise]:
    rows = list(commitments)
    prefetch_related_objects(
        rows,
        "events",
        "measures",
        "institution",
        "section__minutes",
        "meeting",
    )
    promises = []
    for row in rows:
        stands = standing(row.events.all(), on)
        if stands is None:
            continue
        past = [event for event in effective(row.events.all()) if event.on <= on]
        reminders = [event.on for event in past if event.kind == EventKind.REMINDED]
        quote = row.quote if may_quote(row.section, audience) else ""
        promises.append(_Promise(row, stands, reminders, " ".join(without_notes(quote).split())))
    return promises


def _facts_of_promises(
    promises: Sequence[_Promise], institution: Institution, met: Collection[int]
) -> dict[str, str]:
    """`met`: the keys of the meetings in which the institution took part."""
    deadlines = [each.standing.deadline_words for each in promises if each.standing.deadline_words]
    reminders = sorted({day for each in promises for day in each.reminders})
    measures = {measure for each in promises for measure in each.commitment.measures.all()}
    numbers = [measure.number for measure in sorted(measures, key=lambda m: natural_key(m.number))]
    return {
        "engagements": "\n".join(f"- {_line(each, institution, met)}" for each in promises),
        "promesse": " ; ".join(_wording(each) for each in promises),
        "citation": " ; ".join(
            f"« {each.quote} »" if each.quote else _wording(each) for each in promises
        ),
        "date": _joined(f"le {long_date(each.standing.made_on)}" for each in promises),
        "cadre": _joined(_where(each, met) for each in promises),
        "auteur": _joined(_author(each) for each in promises),
        "echeance": _joined(deadlines) or "sans échéance annoncée",
        "retard": _days(max(each.standing.days_late for each in promises)),
        "situation": " ".join(dict.fromkeys(_situation(each) for each in promises)),
        "relances": _reminded(
            reminders, is_addressee=all(_is_by(each, institution) for each in promises)
        ),
        "nombre_relances": str(len(reminders)),
        "mesures": (
            f"{'la mesure' if len(numbers) == 1 else 'les mesures'} {_joined(numbers)}"
            if numbers
            else "le plan d’action national"
        ),
    }


def _line(promise: _Promise, institution: Institution, met: Collection[int]) -> str:
    where = _where(promise, met)
    said = f"« {promise.quote} »" if promise.quote else _wording(promise)
    # Whoever is written to knows who they are.
    is_told = promise.commitment.function or not _is_by(promise, institution)
    author = f" ({_author(promise)})" if is_told else ""
    told = POINT_TWICE.sub(r"\1", f"{said.rstrip('.')}.")
    line = f"{where}{author} : {told} {_situation(promise)}".strip()
    return line[:1].upper() + line[1:]


def _wording(promise: _Promise) -> str:
    """As it stands within a sentence; an acronym keeps its capitals."""
    words = promise.commitment.wording.rstrip(" .")
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _is_by(promise: _Promise, institution: Institution) -> bool:
    return promise.commitment.institution_id == institution.pk


def _author(promise: _Promise) -> str:
    return promise.commitment.function or promise.commitment.institution.name


def _where(promise: _Promise, met: Collection[int]) -> str:
    row = promise.commitment
    was_met = row.origin == Origin.MEETING and row.meeting_id in met
    words = WITH_THEM if was_met else WHERE[Origin(row.origin)]
    return words.format(long_date(promise.standing.made_on))


def _situation(promise: _Promise) -> str:
    stands = promise.standing
    words = f"L’échéance annoncée, « {stands.deadline_words} »,"
    if not stands.deadline_words:
        return "Aucune échéance n’avait été annoncée."
    if stands.late_from is None:
        return f"L’échéance annoncée était « {stands.deadline_words} »."
    if stands.is_late:
        return f"{words} est dépassée depuis {_days(stands.days_late)}."
    return f"{words} n’est pas encore passée." if stands.state in OPEN else ""


def _days(count: int) -> str:
    return f"{number(count)} {'jour' if count < 2 else 'jours'}"


def _reminded(days: Sequence[dt.date], *, is_addressee: bool) -> str:
    """`is_addressee`: it was they who were reminded, and not an institution below them."""
    if not days:
        return ""
    told = _joined(f"le {long_date(day)}" for day in days)
    return f"Nous {'vous ' if is_addressee else ''}avons déjà écrit à ce sujet {told}."


def _joined(parts: Iterable[str]) -> str:
    """“a, b et c”, each once."""
    *first, last = list(dict.fromkeys(parts)) or [""]
    return f"{', '.join(first)} et {last}" if first else last

"""Words that open a list of people: “Présents :”, “Absents excusés –”, “Étaient représentées”, “Pour le Collectif :”."""

from __future__ import annotations

import re
from dataclasses import dataclass

from common.text import fold
from meetings.enums import Capacity, Presence

# “s”, “es”, “(e)s”, “·e·s”, “.e.s”, “e(s)”.
_ENDING = r"[·.(-]?e?[·.)(-]{0,2}s?\)?"
_STATE = (
    rf"(?P<state>pr[ée]sent{_ENDING}|pr[ée]sences?|participant{_ENDING}|absen(?:t{_ENDING}|ces)"
    rf"|excus[ée]{_ENDING}|repr[ée]sent[ée]{_ENDING}|invit[ée]{_ENDING})"
)
# “Absents excusés”, “Présents et représentés”.
_ALSO = (
    rf"(?:(?:\s*[,/]|\s+et|\s+ou|\s)\s*(?:absent|excus[ée]|repr[ée]sent[ée]|invit[ée]){_ENDING})*"
)
_WHO = rf"(?:associations|membres|organisations|personnes|structures|participant{_ENDING})"
_WERE = r"(?:qui\s+)?(?:(?:[ée]taient|sont)\s+)?"
_HEAD = rf"(?:liste\s+des\s+|les\s+)?(?P<who>{_WHO}\s+)?{_WERE}{_STATE}{_ALSO}"
_MEETING = r"(?:\s+[àa]\s+la\s+(?:r[ée]union|rencontre|s[ée]ance))?(?:\s*\(\d+\))?"
_MARK = r"\s*(?::|[-–—](?=\s|$)|\\?$)\s*"
_LABEL = re.compile(rf"{_HEAD}{_MEETING}{_MARK}", re.IGNORECASE)
# “Les associations présentes le 31 janvier étaient les suivantes :”; in a list, “Excusés ce jour :” too.
_SENTENCE = re.compile(rf"{_HEAD}(?=\s)(?P<tail>[^:;,]{{1,120}}):\s*", re.IGNORECASE)
_FOR = re.compile(
    r"pour\s+(?P<whom>(?:les?|la|l['’])\s*[^:;,]{2,120}?)(?::|\s[-–—]\s|$)\s*", re.IGNORECASE
)
_OURS = re.compile(
    r"(?:les? |la |l')\s*(?:collectif|coordination|secretariat|associations|membres|organisations)\b"
)
_MARKED = re.compile(
    rf"(?P<open>\*\*)?(?P<label>{_HEAD}{_MEETING})(?:\*\*)?\s*:\s*(?:\*\*)?\s*(?=\S)", re.IGNORECASE
)


@dataclass(frozen=True)
class Label:
    """What a label says of those whom it lists, and where it ends in its line. `side`: “Pour le ministère :” speaks for it."""

    end: int
    presence: str | None = None
    capacity: str = Capacity.MEMBER
    side: str = ""


def read_label(line: str, *, is_in_a_list: bool = False) -> Label | None:
    """The label with which a line begins, if any. Elsewhere than in a list it must be plain that it is one."""
    match = _LABEL.match(line) or _SENTENCE.match(line)
    if match is not None and (
        is_in_a_list or match.re is _LABEL or (match["who"] and fold(match["state"])[0] == "p")
    ):
        return Label(match.end(), *_said(fold(match["state"])))
    side = _FOR.match(line) if is_in_a_list else None
    if side is None:
        return None
    return Label(side.end(), side="" if _OURS.match(fold(side["whom"])) else side["whom"])


def is_label(words: str) -> bool:
    """Whether words are a label and nothing else."""
    return (match := _LABEL.match(words)) is not None and match.end() == len(words)


def split_label(markdown: str) -> tuple[str, str] | None:
    """“**Présents :** A, B” → (“Présents”, “A, B”), for a paragraph of Markdown that begins so."""
    match = _MARKED.match(markdown)
    if match is None or (match["open"] and markdown.count("**") != 2):
        return None
    return match["label"], markdown[match.end() :]


def _said(state: str) -> tuple[str, str]:
    if state.startswith("rep"):
        return Presence.REPRESENTED, Capacity.MEMBER
    if state.startswith(("abs", "exc")):
        return Presence.EXCUSED, Capacity.MEMBER
    return Presence.PRESENT, Capacity.GUEST if state.startswith("inv") else Capacity.MEMBER

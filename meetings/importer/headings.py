"""Where sections begin: headings that the file marks as such, and those that only look like one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from common.text import fold
from meetings.importer.blocks import ITEM_NUMBER, Block, Kind
from meetings.importer.labels import is_label, read_label, split_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HEADING_LIMIT, NUMBER_LIMIT = 500, 30
DEEPEST = 4
# Beyond this a line is text, whatever it looks like.
_LONGEST_TITLE = 600

_ROMAN = r"(?=[IVX])(?:X{0,3})(?:IX|IV|V?I{0,3})"
_MEASURE_NUMBER = r"\d{1,3}(?:\.\d{1,3})*(?:[^\S\n]?-?(?:bis|ter|quater|quinquies)\b|[a-z]\b)?"
_SEPARATOR = r"\s*[-–—.:/)]+\s*"
_WORD = (
    r"(?:mesures?|priorit[ée]|axe|partie|article|annexe|chapitre|titre|point|fiche|volet|objectif)"
)
# “Mesure 4 bis : …”, “PRIORITE I – …”, “MESURE 1 ALLER…”.
_NAMED_NUMBER = re.compile(
    rf"(?P<number>(?P<word>{_WORD})\s+(?:n°\s*)?(?:{_MEASURE_NUMBER}|{_ROMAN})(?![\w]))(?P<sep>{_SEPARATOR})?(?:\s*)",
    re.IGNORECASE,
)
# “I.1. ”, “III – ”, “1.2) ”, “2/ ”.
_ROMAN_NUMBER = re.compile(
    rf"(?P<number>{_ROMAN}(?:\.\d{{1,2}})*)(?P<sep>{_SEPARATOR})(?=[\"«“(*_]*\s*[\wÀ-Ý])"
)
_PLAIN_NUMBER = re.compile(
    r"(?P<number>\d{1,2}(?:\.\d{1,2})*(?:\s(?:bis|ter)\b)?)(?P<sep>\s*[-–—./)]+\s*)(?=[\"«“(*_]*\s*[A-ZÀ-ÝŒ])"
)
_LABEL = re.compile(
    r"(?:le |la |les )?(?:"
    r"releve (?:des|de) (?:conclusions|decisions)|sommaire|table des matieres"
    r"|(?:a )?l'?\s?ordre du jour.*|ordre du jour.*|prochaines? (?:reunions?|rencontres?|dates?)\b.*"
    r"|(?:liste des )?(?:participants?|presents?|presentes|excuses?|excusees|absents?|personnes presentes)\b.*"
    r"|associations (?:presentes|excusees)\b.*|etaient (?:presents?|excuses?).*"
    r"|introduction|conclusions?|synthese|annexes?|divers|points? divers|questions diverses|informations?(?: diverses| rapides)?"
    r"|calendrier\b.*|pieces? jointes?|objets? (?:de|des) .*|decisions?|copies"
    r")\s*:?"
)
_RUN_IN = re.compile(r"(?P<heading>[AÀ] suivre)\s*:\s+(?=\S)", re.IGNORECASE)
_PEOPLE = re.compile(
    r"(?:liste des )?(?:participants?|presents?|presences?|excuses?|absents?|etaient presents?"
    r"|associations (?:presentes|excusees)|membres presents|personnes presentes)\b"
)
_AGENDA = re.compile(
    r"(?:a )?l'?\s?ordre du jour|ordre du jour|sommaire|releve des conclusions|table des matieres|objets? (?:de|des) (?:ces|la|cette|les)"
    r" (?:rencontres?|reunions?)"
)
# Labels of a part rather than of the whole.
_WITHIN = re.compile(r"(?:introduction|conclusion|a suivre)")
# What no heading ends on: the end of a sentence, or the middle of one.
_SENTENCE_END = re.compile(
    r"(?:[.;,?!…]|\b(?:à|au|aux|avec|ce|dans|de|des|du|en|et|la|le|les|ou|par|pour|que|qui|sur|un|une|vers))$"
)
_LINK = re.compile(r"\[([^\[\]\n]*)\]\(([^()\s]*)\)")


@dataclass
class Draft:
    """A section as it is proposed. `kind` is by what its heading was recognised; `measures` are numbers of the plan.

    `is_taken`: it is the list of who was there, or the agenda, and was read as such.
    """

    number: str = ""
    heading: str = ""
    level: int = 1
    kind: str = ""
    blocks: list[Block] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    proposes: str = ""
    under: Draft | None = None
    is_taken: bool = False

    @property
    def text(self) -> str:
        return "\n\n".join(block.text for block in self.blocks)

    def compared(self, *, counts_items: bool) -> tuple[str, str, str]:
        """What is compared with the words that went in; without the numbers that a program gave to lists."""
        texts = [
            ITEM_NUMBER.sub("", block.text)
            if counts_items and block.kind is Kind.LIST
            else block.text
            for block in self.blocks
        ]
        return self.number, self.heading, "\n\n".join(texts)

    @property
    def title(self) -> str:
        return f"{self.number} {self.heading}".strip()

    @property
    def lists_people(self) -> bool:
        return opens_a_list_of_people(self.heading)

    @property
    def is_agenda(self) -> bool:
        return _AGENDA.match(fold(self.heading)) is not None


def plain(text: str) -> str:
    """Markdown of one line as the words that it prints: a heading is no Markdown."""
    text = re.sub(r"\s+", " ", text.replace("\\\n", " "))
    text = re.sub(r" ?\^\[([^\[\]]*)\]", r" (\1)", text)
    text = _LINK.sub(r"\1", text)
    text = re.sub(r"(?<!\\)(?:\*+|`+)", "", text)
    text = re.sub(r"\\([\\`*_{}\[\]()#+.!|&<>~=-])", r"\1", text)
    return re.sub(r"\s+", " ", text).strip()


def opens_a_list_of_people(line: str) -> bool:
    words = plain(line)
    return _PEOPLE.match(fold(words)) is not None or is_label(words)


def split_number(text: str) -> tuple[str, str]:
    """“I.1. Title” → (“I.1”, “Title”); a heading without a number has an empty one."""
    for pattern in (_NAMED_NUMBER, _ROMAN_NUMBER, _PLAIN_NUMBER):
        match = pattern.match(text)
        if match is None or len(match["number"]) > NUMBER_LIMIT:
            continue
        rest = text[match.end() :]
        # “Mesure 22 du plan” speaks of it; “MESURE 1 ALLER AU-DEVANT…” is its title.
        if pattern is _NAMED_NUMBER and match["sep"] is None and rest and rest[0].islower():
            continue
        return re.sub(r"\s+", " ", match["number"]), rest.strip()
    return "", text


def is_named_number(number: str) -> bool:
    """“Mesure 4 bis” says what it counts; “II.1” and “4 bis” do not."""
    return " " in number and number[0].isalpha()


def looks_numbered(line: str) -> bool:
    """Whether a line of plain text begins as a numbered heading does."""
    return _kind_of_number(line) != ""


def _kind_of_number(line: str) -> str:
    named = _NAMED_NUMBER.match(line)
    if named is not None:
        rest = line[named.end() :]
        if named["word"][0].isupper() and (named["sep"] is not None or not rest):
            return "measure" if fold(named["word"]).startswith("mesure") else "priority"
        return ""
    if _ROMAN_NUMBER.match(line):
        return "part"
    return "number" if _PLAIN_NUMBER.match(line) else ""


def drafts_of(blocks: Sequence[Block], *, left_out: list[str]) -> list[Draft]:
    """The sections of a document, in order, every block in one of them. What precedes the first heading has none."""
    marked = sum(block.kind is Kind.HEADING for block in blocks)
    drafts = [Draft(kind="front")]
    agenda: set[str] | None = None
    for place, block in enumerate(blocks):
        kind, text, rest = _recognise(block, blocks, place, has_marked=marked > 1, drafts=drafts)
        if agenda is not None and (numbering := _numbering(block)):
            number = fold(split_number(plain(block.text))[0])
            if number in agenda:
                # Right after the list it is in a row with, and a heading all the same.
                text = plain(block.text)
                is_heading = marked < 2 and len(text) <= HEADING_LIMIT
                kind = kind or (numbering if is_heading else "")
            else:
                # A line of the list of contents: the heading itself comes later, with the same number.
                agenda.add(number)
                kind = ""
        if not kind and drafts[-1].kind == "people" and not _lists_people(block):
            # What follows “Présents : A, B” is not about them any more.
            drafts.append(Draft(kind="front"))
        if not kind:
            if agenda and not looks_numbered(plain(block.text)):
                agenda = None
            drafts[-1].blocks.append(block)
            continue
        drafts.append(_draft(block, kind, text, left_out))
        if rest:
            drafts[-1].blocks.append(Block(Kind.PARAGRAPH, rest))
        is_first = not any(draft.is_agenda for draft in drafts[:-1])
        agenda = set() if drafts[-1].is_agenda and is_first and kind != "marked" else None
    _give_levels(drafts, has_marked=marked > 1)
    return list(_merged(draft for draft in drafts if draft.title or draft.blocks))


def _numbering(block: Block) -> str:
    """How a paragraph that looks like a heading is numbered."""
    text = plain(block.text) if block.kind is Kind.PARAGRAPH else ""
    kind = _kind_of_number(text)
    return kind if kind in {"part", "number"} and len(text) <= _LONGEST_TITLE else ""


def _lists_people(block: Block) -> bool:
    return block.kind is Kind.LIST or read_label(plain(block.text), is_in_a_list=True) is not None


def _draft(block: Block, kind: str, text: str, left_out: list[str]) -> Draft:
    for words, address in _LINK.findall(block.text):
        if re.sub(r"^https?://|/$", "", address) not in words:
            left_out.append(address)
    number, heading = split_number(text)
    return Draft(number, heading.strip(), block.level, kind)


def _recognise(
    block: Block, blocks: Sequence[Block], place: int, *, has_marked: bool, drafts: list[Draft]
) -> tuple[str, str, str]:
    """By what a block is a heading, its words, and what it says after them; all empty for one that is none."""
    text = plain(block.text)
    if block.kind is Kind.HEADING and len(split_number(text)[1]) <= HEADING_LIMIT:
        return "marked", text, ""
    if block.kind not in {Kind.PARAGRAPH, Kind.HEADING} or "\n" in block.text.strip():
        return "", "", ""
    run_in = _RUN_IN.match(text)
    if run_in is not None and not has_marked and block.text.startswith(run_in[0][:3]):
        return "label", run_in["heading"], block.text[run_in.end() :]
    people = split_label(block.text) if not has_marked else None
    if people is not None:
        return "people", *people
    if len(text) > _LONGEST_TITLE:
        return "", "", ""
    is_bold = re.fullmatch(r"\*\*(?:(?!\*\*).)+\*\*\s*:?", block.text.strip()) is not None
    kind = _kind_of_number(text)
    if kind == "measure" and len(text) <= 300:
        return kind, text, ""
    is_weak = has_marked and not is_bold
    if kind == "priority" and len(text) <= 300 and not has_marked:
        return kind, text, ""
    if kind == "part" and len(split_number(text)[1]) <= HEADING_LIMIT and not has_marked:
        return kind, text, ""
    if kind == "number" and len(text) <= 200 and not has_marked and not _in_a_row(blocks, place):
        return kind, text, ""
    if (
        len(text) <= 150
        and _LABEL.fullmatch(fold(text))
        and not text.endswith(".")
        and not (is_weak and not text.endswith(":"))
    ):
        return "label", text.rstrip(" :"), ""
    if has_marked or len(drafts) == 1 or not text or _SENTENCE_END.search(text) or len(text) > 170:
        return "", "", ""
    if re.fullmatch(r"[^a-zà-ÿ]{4,100}", text) and re.search(r"[A-ZÀ-Ý]{4}", text):
        return "capitals", text, ""
    is_title = is_bold or (block.stands_apart and not re.match(r"\S+(?: \S+)? :", text))
    if is_title and text[0].isupper() and place + 1 < len(blocks) and not text.endswith(":"):
        return "theme", text, ""
    return "", "", ""


def _in_a_row(blocks: Sequence[Block], place: int) -> bool:
    """Numbered lines that follow one another without any text between are a list."""
    return any(
        0 <= near < len(blocks)
        and blocks[near].kind is Kind.PARAGRAPH
        and _kind_of_number(plain(blocks[near].text)) == "number"
        for near in (place - 1, place + 1)
    )


def _give_levels(drafts: list[Draft], *, has_marked: bool) -> None:
    kinds = {draft.kind for draft in drafts}
    marked = sorted({draft.level for draft in drafts if draft.kind == "marked"})
    above = part = 0
    has_part, has_priority = "part" in kinds, "priority" in kinds
    step = {
        "front": 1,
        "label": 1,
        "people": 1,
        "priority": 1 + has_part,
        "capitals": 1 + has_part,
        "theme": 1 + has_part + has_priority,
        "measure": 1 + has_part + has_priority + ("theme" in kinds),
    }
    for draft in drafts:
        if draft.kind == "marked":
            above = marked.index(draft.level) + 1
            level = above
        elif has_marked:
            level = above + 1
        elif draft.kind == "part":
            level = 1 + draft.number.count(".")
        elif draft.kind == "label" and _WITHIN.match(fold(draft.heading)):
            level = part + 1
        elif draft.kind == "number":
            level = above + 1 + draft.number.count(".")
        else:
            level = step[draft.kind]
        if draft.kind in {"part", "theme", "measure", "priority"}:
            above = level
        if draft.kind == "part":
            part = level
        draft.level = level
    if has_marked:
        _even_out(drafts)
    _tell_what_is_under(drafts)
    for draft in drafts:
        draft.level = min(draft.level, DEEPEST)


def _even_out(drafts: list[Draft]) -> None:
    """Converters guess levels by the size of letters: headings of one series are made to stand at one.

    A series numbered alike stands at its highest; the same words repeated, under each of a series, at their lowest.
    """
    series: dict[str, list[Draft]] = {}
    repeated: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.number:
            word = draft.number.split()[0] if " " in draft.number else ""
            series.setdefault(fold(word), []).append(draft)
        elif draft.kind == "marked":
            repeated.setdefault(fold(draft.heading), []).append(draft)
    for alike in series.values():
        highest = min(one.level for one in alike)
        for draft in alike:
            draft.level = highest + draft.number.count(".")
    for alike in repeated.values():
        if len(alike) > 2:
            lowest = max(one.level for one in alike)
            for draft in alike:
                draft.level = lowest


def _tell_what_is_under(drafts: list[Draft]) -> None:
    """Parts of what is said of a measure are about it too."""
    measure: Draft | None = None
    for draft in drafts:
        if fold(draft.number).startswith("mesure"):
            measure = draft
        elif measure is not None and draft.level > measure.level:
            draft.under = measure
        elif draft.title:
            measure = None


def _merged(drafts: Iterator[Draft]) -> Iterator[Draft]:
    """“## MESURE 2” and the heading under it that says its title are one section."""
    held: Draft | None = None
    for draft in drafts:
        if held is None:
            held = draft
        elif (
            held.kind == draft.kind == "marked"
            and held.number
            and not held.heading
            and not held.blocks
            and not draft.number
        ):
            held.heading, held.blocks = draft.heading, draft.blocks
        else:
            yield held
            held = draft
    if held is not None:
        yield held

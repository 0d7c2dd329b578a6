"""Reads the YAML files of a plan, keeping the line of every value so that a mistake can be shown where it stands.

Only what the format needs of YAML: mappings, lists, texts, numbers, true, false and null. Dates stay texts, the schema
says which ones they are. `on`, `yes` and `no` are texts too: YAML 1.1 takes them for booleans, nobody else does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from measures.importer.problems import Place, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from django.utils.functional import _StrPromise

# The C parser reads a large plan ten times faster; it is not in every build of PyYAML.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
WHOLE_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
DECIMAL_NUMBER = re.compile(r"[-+]?[0-9]+\.[0-9]+")
CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
# Deeper than any entry of the format: a file that goes further is not one of ours.
DEPTH_LIMIT = 12

# What the parser says, by its own words, and what it means for whoever wrote the file. The first that fits is taken.
SYNTAX: list[tuple[str, _StrPromise]] = [
    ("tab character", gettext_lazy("indent with spaces, not with a tab.")),
    (
        "cannot start any token",
        gettext_lazy("a value cannot begin with such a sign (a tab, @ or `): put it between quotes."),
    ),
    (
        "mapping values are not allowed",
        gettext_lazy(
            "a colon followed by a space stands in the text, or the indentation is wrong: put the text between quotes."
        ),
    ),
    ("unexpected end of stream", gettext_lazy("a quotation mark is opened and never closed.")),
    ("could not find expected ':'", gettext_lazy("a line has no “name: value”, or the text above it is not indented.")),
    ("expected ',' or ']'", gettext_lazy("a list between brackets lacks a comma or its closing bracket.")),
    ("expected ',' or '}'", gettext_lazy("a list between braces lacks a comma or its closing brace.")),
    ("'-' indicator", gettext_lazy("a list is interrupted: begin each element with a hyphen, all in the same column.")),
    ("sequence entries are not allowed", gettext_lazy("a list begins on the line after its name, not beside it.")),
    ("escape character", gettext_lazy("a backslash stands between double quotes: write it twice, or use single quotes.")),
    ("single document", gettext_lazy("a line of three hyphens begins a second document: keep one a file.")),
    ("undefined alias", gettext_lazy("a value that begins with a star stands between quotes.")),
    ("duplicate anchor", gettext_lazy("a value that begins with & stands between quotes.")),
    ("", gettext_lazy("this cannot be read as YAML: look at the indentation and the quotes of this line and the one above.")),
]  # fmt: skip


class Item(dict[str, Any]):
    """An entry of a file, which knows where it and each of its values stand."""

    def __init__(self, source: SourceFile, line: int, path: str) -> None:
        super().__init__()
        self.source = source
        self.path = path
        self.line = line
        # The line of each name, and the last one of its value.
        self.spans: dict[str, tuple[int, int]] = {}

    def at(self, name: str | None = None) -> Place:
        """Where a name stands; where the entry begins when it has no such name."""
        if name is None:
            return Place(self.source.name, self.line, self.path)
        line = self.spans.get(name, (self.line, 0))[0]
        return Place(self.source.name, line, f"{self.path}.{name}" if self.path else name)

    def at_words(self, name: str, words: str) -> Place:
        """The line of a text on which some words stand, not followed by more of the same word."""
        place = self.at(name)
        first, last = self.spans[name]
        whole = re.compile(re.escape(words) + r"(?![\w-])")
        for number in range(first, last + 1):
            if whole.search(self.source.line(number)):
                return Place(place.file, number, place.field)
        return place


class Rows(list[Any]):
    """A list of a file, which knows where each of its elements stands."""

    def __init__(self, source: SourceFile, path: str) -> None:
        super().__init__()
        self.source = source
        self.path = path
        self.lines: list[int] = []

    def at(self, index: int) -> Place:
        return Place(self.source.name, self.lines[index], f"{self.path}[{index}]")


@dataclass
class SourceFile:
    """One file: what it holds, or what makes it unreadable."""

    name: str
    problems: list[Problem] = field(default_factory=list)
    root: Item | None = None
    _lines: list[str] = field(default_factory=list)

    def line(self, number: int) -> str:
        return self._lines[number - 1] if number <= len(self._lines) else ""

    def read(self, content: bytes) -> None:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self._refuse(line, _("this is not UTF-8: save the file in that encoding."))
            return
        self._lines = BREAK.split(text)
        if found := yaml.reader.Reader.NON_PRINTABLE.search(text):
            line = len(BREAK.findall(text, 0, found.start())) + 1
            self._refuse(line, _("an invisible control character stands here: delete it."))
            return
        try:
            node = yaml.compose(text, Loader=LOADER)
        except yaml.MarkedYAMLError as error:
            self._refuse(*_syntax(error))
            return
        if node is None:
            self.root = Item(self, 1, "")
        elif not isinstance(node, yaml.MappingNode):
            self._refuse(
                node.start_mark.line + 1,
                _("a file begins with the name of a list, such as “measures:”, at the left."),
            )
        else:
            self.root = _Reading(self).mapping(node, "", depth=1)

    def _refuse(self, line: int, message: str) -> None:
        self.problems.append(Problem(Place(self.name, line), message))


def _syntax(error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """The line and the reason of a mistake of syntax, in our own words."""
    words = f"{error.context or ''} {error.problem or ''}"
    # A quotation mark left open is shown where it opens; the parser notices at the end of the file.
    mark = (
        error.context_mark
        if "end of stream" in words and error.context_mark
        else error.problem_mark
    )
    reason = next(reason for sign, reason in SYNTAX if sign in words)
    return (mark.line + 1 if mark else 0), str(reason)


class _Reading:
    """Turns the nodes of one file into values."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self._seen: set[int] = set()

    def _problem(self, line: int, path: str, message: str) -> None:
        self.source.problems.append(Problem(Place(self.source.name, line, path), message))

    def mapping(self, node: yaml.MappingNode, path: str, *, depth: int) -> Item:
        item = Item(self.source, node.start_mark.line + 1, path)
        for key, child in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self._problem(line, path, _("a name was expected here, such as “title:”."))
                continue
            name = key.value
            where = f"{path}.{name}" if path else name
            if name in item:
                self._problem(
                    line,
                    where,
                    _("“%(name)s” is already given on line %(line)s: keep one of them.")
                    % {"name": name, "line": item.at(name).line},
                )
                continue
            item.spans[name] = (line, self._last_line(child, line))
            item[name] = self._value(child, where, line, depth=depth + 1)
        return item

    def _rows(self, node: yaml.SequenceNode, path: str, *, depth: int) -> Rows:
        rows = Rows(self.source, path)
        line = node.start_mark.line + 1
        for index, child in enumerate(node.value):
            # A reference has the lines of what it refers to: it is shown with the element before it.
            line = line if id(child) in self._seen else child.start_mark.line + 1
            rows.lines.append(line)
            rows.append(self._value(child, f"{path}[{index}]", line, depth=depth + 1))
        return rows

    def _last_line(self, node: yaml.Node, line: int) -> int:
        return line if id(node) in self._seen else max(line, node.end_mark.line + 1)

    def _value(self, node: yaml.Node, path: str, line: int, *, depth: int) -> Any:
        is_reference = id(node) in self._seen
        self._seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if is_reference:
            # A reference comes as the very node it refers to: it could hold itself, or swell to any size.
            self._problem(
                line, path, _("a reference (*) to a list or an entry is refused: write it again.")
            )
        elif depth > DEPTH_LIMIT:
            self._problem(line, path, _("this is nested too deep for a plan."))
        elif isinstance(node, yaml.MappingNode):
            return self.mapping(node, path, depth=depth)
        elif isinstance(node, yaml.SequenceNode):
            return self._rows(node, path, depth=depth)
        return None


def _scalar(node: yaml.ScalarNode) -> str | int | Decimal | bool | None:
    # Forms strip what people type: a text ends the same whether it was written with “|” or with “>-”.
    text: str = node.value.strip()
    if node.style or node.tag == "tag:yaml.org,2002:str":
        return text
    if text.lower() in CONSTANTS:
        return CONSTANTS[text.lower()]
    if WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if DECIMAL_NUMBER.fullmatch(text):
        return Decimal(text)
    return text


@dataclass
class PlanFiles:
    """The files of one plan, read in the order of their names."""

    files: list[SourceFile]

    @property
    def problems(self) -> list[Problem]:
        return [problem for file in self.files for problem in file.problems]

    @property
    def roots(self) -> list[Item]:
        return [file.root for file in self.files if file.root is not None]

    def are_whole(self) -> bool:
        """Whether every file could be read: what one refers to may stand in another."""
        return all(file.root is not None for file in self.files)

    def items(self, name: str) -> list[Item]:
        """The entries of all the lists of a name, in order; what is no entry is the schema's business."""
        lists = [root[name] for root in self.roots if isinstance(root.get(name), Rows)]
        return [item for rows in lists for item in rows if isinstance(item, Item)]

    def singles(self, name: str) -> list[Item]:
        """What stands under a name that may be given once; checked files have one."""
        return [root[name] for root in self.roots if isinstance(root.get(name), Item)]


def read_directory(directory: Path) -> PlanFiles:
    """Read the `*.yaml` files of a directory. What is wrong in them is in `problems`."""
    files = []
    if not directory.is_dir():
        message = _("there is no such directory.")
        return PlanFiles([SourceFile(str(directory), [Problem(Place(str(directory)), message)])])
    for path in sorted(directory.iterdir()):
        if path.suffix == ".yaml":
            file = SourceFile(path.name)
            file.read(path.read_bytes())
            files.append(file)
        elif path.suffix in {".yml", ".YAML", ".YML"}:
            # Leaving out a file that somebody wrote would lose what it says without a word.
            message = _("only *.yaml files are read: rename this one.")
            files.append(SourceFile(path.name, [Problem(Place(path.name), message)]))
    if not files:
        message = _("this directory holds no *.yaml file.")
        files.append(SourceFile(directory.name, [Problem(Place(directory.name), message)]))
    return PlanFiles(files)

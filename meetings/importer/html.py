"""The HTML that `mammoth` and `pandoc` make of a document, as blocks of Markdown.

A mapping of our own rather than a library: both converters write some twenty tags, and what matters here is not what a
general one does: notes go to their call as `^[…]`, emphasis never holds a space at its ends, and no link but those that
our pages show is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from meetings.importer.blocks import Block, Kind, escape, raised, table

HEADINGS = {f"h{level}": level for level in range(1, 7)}
VOID = {"br", "hr", "img", "col", "input", "wbr", "meta", "link"}
EMPHASIS = {"strong": "**", "b": "**", "em": "*", "i": "*"}
CONTAINERS = {"section", "div", "article", "body", "main", "aside", "figure", "blockquote", "dl"}
ITEMS = {"li", "dt", "dd"}
# Deeper than any document: what comes lower is read at that depth.
DEEPEST = 60
_SHOWN_LINK = re.compile(r"(?:https://|mailto:)[^\s()<>]+")


@dataclass
class Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def every(self, tag: str) -> list[Node]:
        """The nodes of that tag below this one, in reading order."""
        found = []
        for child in self.children:
            if isinstance(child, Node):
                if child.tag == tag:
                    found.append(child)
                found += child.every(tag)
        return found


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID and len(self.open) < DEEPEST:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def blocks_of(html: str) -> list[Block]:
    """The document as blocks, its notes at their calls."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    return _Writer(tree.root).blocks()


class _Writer:
    def __init__(self, root: Node) -> None:
        self.root = root
        called = {
            link.attributes["href"][1:]
            for link in root.every("a")
            if link.attributes.get("href", "").startswith("#")
        }
        self.notes = {
            item.attributes["id"]: item
            for item in root.every("li")
            if item.attributes.get("id") in called
        }

    def blocks(self) -> list[Block]:
        return self._blocks(self.root)

    def _blocks(self, parent: Node) -> list[Block]:
        found: list[Block] = []
        loose: list[Node | str] = []

        def close() -> None:
            words = self._inline(Node("p", {}, list(loose))).strip()
            loose.clear()
            if words:
                found.append(Block(Kind.PARAGRAPH, words))

        for child in parent.children:
            if isinstance(child, str) or not self._is_block(child):
                loose.append(child)
                continue
            close()
            found += self._block(child)
        close()
        return found

    @staticmethod
    def _is_block(node: Node) -> bool:
        return node.tag in {"p", "ul", "ol", "table", "pre", "hr", *HEADINGS, *CONTAINERS, *ITEMS}

    def _block(self, node: Node) -> list[Block]:
        if node.tag in HEADINGS:
            words = re.sub(r"\s+", " ", self._inline(node)).strip()
            return [Block(Kind.HEADING, words, HEADINGS[node.tag])] if words else []
        if node.tag in {"ul", "ol"}:
            text = "\n".join(self._items(node, ""))
            return [Block(Kind.LIST, text)] if text else []
        if node.tag == "table":
            return self._table(node)
        if node.tag in CONTAINERS | ITEMS:
            return self._blocks(node)
        words = self._inline(node).strip()
        return [Block(Kind.PARAGRAPH, words)] if words else []

    def _items(self, node: Node, indent: str) -> list[str]:
        lines: list[str] = []
        number = 0
        for item in node.children:
            if isinstance(item, str) or item.tag != "li":
                continue
            if item.attributes.get("id") in self.notes:
                continue
            number += 1
            mark = f"{number}. " if node.tag == "ol" else "- "
            inner = indent + " " * len(mark)
            words: list[Node | str] = []
            below: list[str] = []
            for child in item.children:
                if isinstance(child, Node) and child.tag in {"ul", "ol"}:
                    below += self._items(child, inner)
                elif isinstance(child, Node) and child.tag == "table":
                    words.append(" ".join(self._inline(part) for part in self._cells(child)))
                else:
                    words += (
                        [child, " "] if isinstance(child, Node) and child.tag == "p" else [child]
                    )
            text = re.sub(r"\s*\n\s*", " ", self._inline(Node("p", {}, words))).strip()
            if text or below:
                lines += [f"{indent}{mark}{text}".rstrip(), *below]
        return lines

    @staticmethod
    def _cells(node: Node) -> list[Node]:
        return [part for row in node.every("tr") for part in row.children if isinstance(part, Node)]

    def _table(self, node: Node) -> list[Block]:
        rows = []
        for line in node.every("tr"):
            row: list[str] = []
            for part in line.children:
                if isinstance(part, Node) and part.tag in {"td", "th"}:
                    span = part.attributes.get("colspan", "1")
                    row.append(self._flat(part))
                    row += [""] * (min(int(span), 50) - 1 if span.isdigit() else 0)
            if row:
                rows.append(row)
        # A frame around text is no table.
        if len(rows) == 1 and len(rows[0]) == 1:
            return [block for cell in self._cells(node) for block in self._blocks(cell)]
        return [Block(Kind.TABLE, table(rows))] if any(map(any, rows)) else []

    def _flat(self, node: Node) -> str:
        """What a cell holds, on one line."""
        return " ".join(
            re.sub(r"^\s*(?:-|\d+\.) ", "", line)
            for block in self._blocks(node)
            for line in block.text.splitlines()
        )

    def _inline(self, node: Node) -> str:
        return "".join(
            escape(child.replace("\n", " ")) if isinstance(child, str) else self._tag(child)
            for child in node.children
        )

    def _tag(self, node: Node) -> str:
        if node.tag == "br":
            return "\\\n"
        if node.tag == "img":
            return escape(node.attributes.get("alt", ""))
        href = node.attributes.get("href", "")
        if node.tag == "a" and href[1:] in self.notes and href.startswith("#"):
            return f" ^[{self._note(self.notes[href[1:]])}]"
        words = self._inline(node)
        if node.tag == "p":
            return words + " "
        if node.tag == "sup" and words.isdecimal():
            return raised(words)
        if node.tag in EMPHASIS:
            return _emphasis(words, EMPHASIS[node.tag])
        if node.tag == "a" and words.strip() and _SHOWN_LINK.fullmatch(href):
            return f"[{words}]({href})"
        return words

    def _note(self, item: Node) -> str:
        """The text of a note without the arrow that leads back to its call."""
        kept = _without_way_back(item)
        words = re.sub(r"[\\\n\s]*\n\s*", " ", self._inline(kept)).strip()
        # A note ends at the bracket that closes it.
        return words if _is_balanced(words) else words.replace("[", "(").replace("]", ")")


def _is_balanced(words: str) -> bool:
    depth = 0
    for sign in words:
        depth += {"[": 1, "]": -1}.get(sign, 0)
        if depth < 0:
            return False
    return depth == 0


def _without_way_back(node: Node) -> Node:
    kept: list[Node | str] = []
    for child in node.children:
        if isinstance(child, str):
            kept.append(child)
        elif not (child.tag == "a" and child.attributes.get("href", "").startswith("#")):
            kept.append(_without_way_back(child))
    return Node(node.tag, node.attributes, kept)


def _emphasis(words: str, mark: str) -> str:
    """Marks against the words: Markdown does not take “** words **”."""
    inner = words.strip()
    if not inner or inner.startswith("^["):
        return words
    before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    # One mark does not go over an end of line.
    lines = [f"{mark}{line.strip()}{mark}" if line.strip() else "" for line in inner.split("\\\n")]
    return before + "\\\n".join(lines) + after

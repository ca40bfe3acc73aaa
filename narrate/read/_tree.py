"""A parsed tree of HTML or XHTML → blocks, in reading order and with nothing taken for boilerplate.

Namespaces and the case of names do not matter. The walk is not recursive, so nesting has no limit.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.entities import html5
from typing import TYPE_CHECKING

from narrate.base.model import Block, Span
from narrate.read._block_builder import BlockBuilder
from narrate.read._elements import (
    ElementTag,
    classes_of,
    is_same_language,
    language_of,
    name_of,
)
from narrate.read._notes import Notes, find_notes
from narrate.read._shown import is_left_out
from narrate.read._tables import TABLE_PARTS, find_layout_tables
from narrate.read._tags import BLOCKS

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

CAPTION_CLASSES = frozenset({"caption", "wp-caption-text"})
"""Classes of paragraphs under pictures, from before there was an element for them."""

_LABEL_FIRST = r"[\[(^]?\s*{}\s*[\])]?[.:)]?\s*"
_ANY_LABEL_FIRST = re.compile(r"(?:[\[(]?(?:\d{1,4}|[*†‡])[\])]?[.:]?)\s+|\^\s+|[.:)\]]\s+")


def read_tree(
    root: "Element", *, language: str = "", base: str = "", notes: Notes | None = None
) -> Iterator[Block]:
    """Give the blocks of the page, or part of one, that `root` holds.

    `language` is the article's (BCP 47; that of `root` where it is empty): blocks and spans in
    another one say so. `base` is the address against which those of links and pictures are
    resolved. `notes` are those of all pages of the article where there are several (`find_notes`);
    else they are looked for here. Notes come last, in the order in which they are first met.
    Hidden elements, scripts and controls are left out, as are captions that repeat a picture's
    description.
    """
    walker = _Walker(root, language, base, notes or find_notes([("", root)]))
    before: Block | None = None
    for block in walker.walk():
        if block.kind == "note":
            walker.found.setdefault(block.marker, []).append(block)
            continue
        for label in block.notes:
            walker.found.setdefault(label, [])
        if before and before.kind == "break":  # it parts what it stands between, not the notes
            yield before
        if not (before and _says_the_same(before, block)) and block.kind != "break":
            yield block
        before = block
    for label, blocks in walker.found.items():
        if blocks:
            yield _without_label(blocks[0], label)
            yield from blocks[1:]


class _Walker:
    """Where in the tree the walk is."""

    def __init__(self, root: "Element", language: str, base: str, notes: Notes) -> None:
        self._root = root
        self._base = base
        self._notes = notes
        self._layout = find_layout_tables(root)
        self._builders = [BlockBuilder()]
        self._languages = [language or language_of(root) or ""]
        self._stack: list[tuple[Element, str, Iterator[Element]]] = []
        self._in_heading = self._in_code = 0
        self.found: dict[str, list[Block]] = {}

    def walk(self) -> Iterator[Block]:
        """Give the blocks as they come, notes among them."""
        yield from self._start(self._root, name_of(self._root))
        while self._stack:
            element, name, children = self._stack[-1]
            child = next(children, None)
            if child is None:
                self._stack.pop()
                yield from self._end(element, name)
                if self._stack:
                    self._write(element.tail)
                continue
            child_name = name_of(child)
            if child in self._notes.marks:
                self._mark(child)
            elif child_name and not self._is_left_out(child, child_name):
                yield from self._start(child, child_name)
                continue
            elif not child_name:
                self._write(_entity(child))
            self._write(child.tail)
        yield from self._builders[-1].finish()

    def _write(self, text: str | None) -> None:
        if text:
            self._builders[-1].write(text)

    def _mark(self, mark: "Element") -> None:
        for label in self._notes.marks[mark]:
            self._builders[-1].mark_note(label)

    def _start(self, element: "Element", name: str) -> Iterator[Block]:
        """Go into an element."""
        name = self._shown_as(element, name)
        language = self._enter_language(element)
        note = self._notes.bodies.get(element)
        if element in self._notes.sides:
            note = self._notes.sides[element]
            self._builders[-1].mark_note(note)
            self._builders.append(BlockBuilder())
            name, language = "div", None
        tag = ElementTag(element, name, base=self._base)
        if name in BLOCKS:
            yield from self._builders[-1].enter(tag, language, note)
        else:
            yield from self._builders[-1].mark(tag)
            if language is not None:
                self._builders[-1].set_language(self._languages[-1])
            if name == "q":
                self._write("“")
        self._in_heading += name[:1] == "h" and name[1:].isdigit()
        self._in_code += name == "pre"
        self._stack.append((element, name, iter(element)))
        self._write(element.text)

    def _end(self, element: "Element", name: str) -> Iterator[Block]:
        """Come out of an element."""
        tag = ElementTag(element, name, is_end=True)
        builder = self._builders[-1]
        if name in BLOCKS:
            if name != "hr":
                yield from builder.enter(tag)
        else:
            if name == "q":
                self._write("”")
            if self._leaves_language(element):
                builder.set_language("", is_end=True)
            if name not in ("br", "img"):
                yield from builder.mark(tag)
        if element in self._notes.sides:
            yield from builder.finish()
            self._builders.pop()
        self._in_heading -= name[:1] == "h" and name[1:].isdigit()
        self._in_code -= name == "pre"
        if language_of(element) is not None and element is not self._root:
            self._languages.pop()

    def _shown_as(self, element: "Element", name: str) -> str:
        """Give the name under which the builder is to know an element."""
        if name == "image":  # of a drawing
            return "img"
        if name in ("optgroup", "search"):
            return "div"
        if name in ("p", "div") and CAPTION_CLASSES & classes_of(element):
            return "figcaption"
        if name in TABLE_PARTS and self._is_layout(element, name):
            return "div"
        return name

    def _is_layout(self, element: "Element", name: str) -> bool:
        if name == "table":
            return element in self._layout
        for around, around_name, _ in reversed(self._stack[-4:]):
            if name_of(around) == "table":
                return around in self._layout
            if around_name not in TABLE_PARTS and around_name != "div":
                break
        return True

    def _is_left_out(self, element: "Element", name: str) -> bool:
        return element in self._notes.back or is_left_out(
            element, name, in_heading=self._in_heading > 0, in_code=self._in_code > 0
        )

    def _enter_language(self, element: "Element") -> str | None:
        """Give the language that a block is marked with; None where it says nothing."""
        language = language_of(element)
        if language is None or element is self._root:
            return None
        self._languages.append(language or self._languages[0])
        return "" if is_same_language(self._languages[-1], self._languages[0]) else language

    def _leaves_language(self, element: "Element") -> bool:
        return language_of(element) is not None and element is not self._root


def _says_the_same(picture: Block, caption: Block) -> bool:
    """Tell whether a caption is the picture's description once more."""
    return picture.kind == "image" and caption.kind == "caption" and picture.text == caption.text


def _entity(node: "Element") -> str:
    """Give the character of an entity that the parser left as it was."""
    name = getattr(node, "name", None)
    if name is None or not str(node).startswith("&"):
        return ""
    return html5.get(f"{name};", f"&{name};")


def _without_label(block: Block, label: str) -> Block:
    """Give the beginning of a note without the label that stands before its text."""
    found = re.match(_LABEL_FIRST.format(re.escape(label.partition(" (")[0])), block.text)
    if found is None or found.end() == len(block.text) or block.text[found.end() - 1].isalnum():
        found = _ANY_LABEL_FIRST.match(block.text)
    if found is None or found.end() == len(block.text):
        return block
    cut = found.end()
    spans = tuple(
        Span(max(0, span.start - cut), span.end - cut, span.kind, span.value)
        for span in block.spans
        if span.end > cut
    )
    return replace(block, text=block.text[cut:], spans=spans)

"""Which lines of a page are its article: trafilatura says, and what it lost is found again.

A line is what stands between two edges of blocks. trafilatura looks at the page and gives a tree
of its own, in which captions, pictures, languages, numbers of lists and much of the structure are
gone. So every line is given a mark before, and the marks that come out again say which lines of
the page itself belong to the article. These are then read with all their structure.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, NamedTuple

from narrate.read._elements import name_of
from narrate.read._shown import DROPPED
from narrate.read._tags import BLOCKS

if TYPE_CHECKING:
    from lxml.etree import _Element as Element
    from lxml.html import HtmlElement

FIRST_DIGIT = 0x2800
"""The marks are written in Braille patterns, which no step of the extraction drops as symbols or
counts as letters."""
DIGITS = 256
MARK_LENGTH = 3
FLAT = ("span", "font", "b", "strong", "i", "em", "u", "s", "small", "big", "mark", "sup", "sub")
MOST_PIECES = 300
"""Of a line; prose has far fewer."""

LONG_TEXT = 20
"""Characters of a piece of text that is marked wherever in its line it stands."""

_MARK = re.compile(f"[{chr(FIRST_DIGIT)}-{chr(FIRST_DIGIT + DIGITS - 1)}]{{{MARK_LENGTH}}}")
_OTHER_MARKS = re.compile(f"[{chr(FIRST_DIGIT)}-{chr(FIRST_DIGIT + DIGITS - 1)}]+")


class Piece(NamedTuple):
    """A text node."""

    element: "Element"
    is_tail: bool
    """Whether it stands after the element, not at its beginning."""
    length: int
    """Characters but white space at its ends."""

    @property
    def text(self) -> str:
        """Give what is written."""
        return (self.element.tail if self.is_tail else self.element.text) or ""


class Line:
    """The text between two edges of blocks."""

    __slots__ = ("holder", "is_kept", "marked", "pieces")

    def __init__(self, holder: "Element") -> None:
        self.holder = holder
        self.pieces: list[Piece] = []
        self.marked = 0
        self.is_kept = False

    @property
    def length(self) -> int:
        """Count the characters."""
        return sum(piece.length for piece in self.pieces)

    @property
    def text(self) -> str:
        """Give what is written."""
        return " ".join("".join(piece.text for piece in self.pieces).split())


def split_lines(root: "Element") -> tuple[list[Line], list[tuple["Element", int]]]:
    """Give the lines of a page that have text, in order, and its pictures and rules.

    Each of the latter comes with the number of the line that follows it.
    """
    from lxml import etree

    lines: list[Line] = []
    marks: list[tuple[Element, int]] = []
    line = Line(root)
    walk = etree.iterwalk(root, events=("start", "end"))
    skipped: Element | None = None
    for event, element in walk:
        name = name_of(element)
        if name in BLOCKS or name == "br":
            line = _end_line(lines, line, element if event == "start" else element.getparent())
        if event == "start" and name in DROPPED:
            walk.skip_subtree()
            skipped = element
        if event == "start" and name in ("img", "image", "hr"):
            marks.append((element, len(lines) + bool(line.pieces)))
        is_tail = event == "end"
        if is_tail or element is not skipped:
            text = element.tail if is_tail else element.text
            if text and not text.isspace() and (element is not root or not is_tail):
                line.pieces.append(Piece(element, is_tail, len(text.strip())))
    _end_line(lines, line, root)
    return lines, marks


def _end_line(lines: list[Line], line: Line, holder: "Element | None") -> Line:
    if line.pieces:
        lines.append(line)
        return Line(line.holder if holder is None else holder)
    if holder is not None:
        line.holder = holder
    return line


def extract(
    root: "HtmlElement", lines: Sequence[Line], url: str | None, *, recall: bool = False
) -> "Element | None":
    """Mark as kept those lines that trafilatura takes for the article.

    Gives its own tree where it found an article that is not in the page's text but in a script.
    """
    from lxml.etree import LxmlError
    from trafilatura import bare_extraction

    _quiet()
    copy = deepcopy(root)
    copies: dict[Element, Element] = dict(zip(root.iter("*"), copy.iter("*"), strict=True))
    pieces = _set_marks(copies, lines)
    _flatten(copy, lines, copies)
    try:
        found = bare_extraction(
            copy,
            url=url,
            include_links=True,
            include_comments=False,
            favor_recall=recall,
        )
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError, LxmlError):
        return None  # on a tree that it was not made for
    body: Element | None = getattr(found, "body", None)
    if body is None:
        return None
    text = "".join(map(str, body.itertext()))
    kept = {_number(mark[0]) for mark in _MARK.finditer(text)}
    if not kept:
        return body
    for line, first, last in pieces:
        weight = sum(
            piece.length
            for number, piece in zip(range(first, last), _marked(line), strict=True)
            if number in kept
        )
        line.is_kept = weight * 2 >= line.marked
    return None


def _marked(line: Line) -> Iterator[Piece]:
    """Give the pieces of a line that are marked: the first, and the long ones."""
    for at, piece in enumerate(line.pieces):
        if at == 0 or piece.length >= LONG_TEXT:
            yield piece


def _set_marks(
    copies: dict["Element", "Element"], lines: Sequence[Line]
) -> list[tuple[Line, int, int]]:
    """Write the marks into the copy; gives each line with the numbers of its marks."""
    spans = []
    number = 0
    for line in lines:
        first = number
        line.marked = 0
        for piece in _marked(line):
            twin = copies[piece.element]
            text = piece.text
            body = _OTHER_MARKS.sub("-", text.lstrip())
            marked = text[: len(text) - len(text.lstrip())] + _mark(number) + body
            if piece.is_tail:
                twin.tail = marked
            else:
                twin.text = marked
            line.marked += piece.length
            number += 1
        spans.append((line, first, number))
    return spans


def _mark(number: int) -> str:
    digits = ""
    for _ in range(MARK_LENGTH):
        number, digit = divmod(number, DIGITS)
        digits += chr(FIRST_DIGIT + digit)
    return digits


def _number(mark: str) -> int:
    return sum((ord(digit) - FIRST_DIGIT) * DIGITS**place for place, digit in enumerate(mark))


def _flatten(root: "Element", lines: Sequence[Line], copies: dict["Element", "Element"]) -> None:
    """Take tags within lines out of a copy: the extractor needs quadratic time in them.

    Links stay, for it counts them, as do spans whose names may say what they are.
    """
    from lxml import etree

    for element in root.iter(*FLAT):
        if element.tag != "span" or not (element.get("class") or element.get("id")):
            element.tag = "flat"
    for line in lines:
        if len(line.pieces) > MOST_PIECES:
            for piece in line.pieces:
                if name_of(piece.element) not in BLOCKS:
                    copies[piece.element].tag = "flat"
    etree.strip_tags(root, "flat")
    for element in root.iter("*"):  # one text node each where there are many now
        if element.text:
            element.text = str(element.text)
        if element.tail:
            element.tail = str(element.tail)


def _quiet() -> None:
    """Keep the libraries' warnings off the terminal, where nobody has asked for them."""
    for name in ("trafilatura", "htmldate", "courlan", "justext"):
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())

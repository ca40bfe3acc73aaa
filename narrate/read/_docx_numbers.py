"""The numbers of a DOCX document's lists, which are nowhere in its text.

A list goes on counting where it stopped, whatever stands between two of its items (ISO/IEC
29500-1, 17.9). Each numbered paragraph gets a bookmark with its number, which is still there when
the document has become HTML.
"""

from typing import TYPE_CHECKING, NamedTuple

from narrate.read._docx_styles import attribute, child, qualify
from narrate.read._xml import find_all, local

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MARK = "narrate-number-"
TYPES = {
    "decimal": "1",
    "decimalZero": "1",
    "lowerLetter": "a",
    "upperLetter": "A",
    "lowerRoman": "i",
    "upperRoman": "I",
}
"""Formats of numbers, and HTML's types of lists."""


class Level(NamedTuple):
    """How one level of a list counts."""

    start: int
    form: str


class Numbering(NamedTuple):
    """The lists of a document."""

    lists: dict[str, str]
    """The abstract list of each list."""
    levels: dict[tuple[str, int], Level]
    """By abstract list and level."""
    overrides: dict[tuple[str, int], int]
    """Where a list begins otherwise than its abstract list says."""


def read_numbering(root: "HtmlElement | None") -> Numbering:
    """Read the numbering part; there are no lists in a document without one."""
    numbering = Numbering({}, {}, {})
    for element in () if root is None else root.iterchildren():
        if local(element) == "abstractNum":
            key = attribute(element, "abstractNumId")
            for level in find_all(element, "lvl"):
                first = _number(attribute(child(level, "start"), "val"), 1)
                form = attribute(child(level, "numFmt"), "val")
                numbering.levels[key, _number(attribute(level, "ilvl"))] = Level(first, form)
        elif local(element) == "num":
            key = attribute(element, "numId")
            numbering.lists[key] = attribute(child(element, "abstractNumId"), "val")
            for override in find_all(element, "lvlOverride"):
                start = attribute(child(override, "startOverride"), "val")
                if start:
                    at = _number(attribute(override, "ilvl"))
                    numbering.overrides[key, at] = _number(start, 1)
    return numbering


def mark_numbers(root: "HtmlElement", numbering: Numbering) -> None:
    """Put a bookmark with its number and type at the beginning of each numbered paragraph."""
    counts: dict[tuple[str, int], int] = {}
    begun: set[tuple[str, int]] = set()
    for paragraph in find_all(root, "p"):
        properties = child(paragraph, "pPr", "numPr")
        key = attribute(child(properties, "numId"), "val")
        at = _number(attribute(child(properties, "ilvl"), "val"))
        abstract = numbering.lists.get(key, "")
        level = numbering.levels.get((abstract, at))
        if level is None or level.form not in TYPES:
            continue
        place = (abstract, at)
        if (key, at) in numbering.overrides and (key, at) not in begun:
            counts[place] = numbering.overrides[key, at] - 1
        begun.add((key, at))
        counts[place] = counts.get(place, level.start - 1) + 1
        for deeper in [inner for inner in counts if inner[0] == abstract and inner[1] > at]:
            del counts[deeper]
        mark = paragraph.makeelement(qualify(paragraph, "bookmarkStart"))
        mark.set(qualify(paragraph, "name"), f"{MARK}{counts[place]}-{TYPES[level.form]}")
        paragraph.insert(1, mark)


def put_numbers(page: "HtmlElement") -> None:
    """Make the numbers in a page's bookmarks those of its items."""
    for anchor in list(page.iter("a")):
        name = anchor.get("id", "").rpartition(MARK)[2] if MARK in anchor.get("id", "") else ""
        item = next(anchor.iterancestors("li"), None)
        if not name or item is None:
            continue
        number, _, form = name.partition("-")
        item.set("value", number)
        around = item.getparent()
        if around is not None and around.tag == "ol":
            around.set("type", form)
        anchor.drop_tag()


def _number(text: str, default: int = 0) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default

"""The table of contents put into the text: each of its entries becomes one heading there.

Books write "IV" over a chapter that their table of contents calls "The Harbour", set the name of a
chapter as a paragraph in large letters, or as two headings, or not at all. Whatever there is at the
place of an entry, and the entry itself, become one heading, and nothing is said twice.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from narrate.read._epub_parts import empty
from narrate.read._notes import Notes
from narrate.read._tags import BLOCKS
from narrate.read._words import is_chapter_line, words_of
from narrate.read._xml import has_text, text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
DEEPEST = 6
MOST_LINES = 4
"""Lines that the name of a chapter is set in."""
CONTAINERS = ("table", "ul", "ol", "dl")
"""A heading stands before these, not in them."""


class Target(NamedTuple):
    """An entry of the table of contents, and where in the book it leads."""

    title: str
    level: int
    element: "HtmlElement"


class _Line(NamedTuple):
    """The lowest block with text in it: a paragraph, a heading, an item."""

    order: int
    element: "HtmlElement"
    notes: Notes

    @property
    def text(self) -> str:
        """What is written in it, without marks of notes."""
        return text_of(self.element, self.notes.marks)


def name_chapters(book: "HtmlElement", targets: Sequence[Target], notes: Notes) -> None:
    """Make one heading of each entry and what stands at its place, and set all levels by them.

    An entry that leads to a picture without a description, or to notes, makes none, unless others
    are below it.
    """
    order = {element: at for at, element in enumerate(book.iter())}
    placed = sorted(
        ((_start(target, order), target) for target in targets if target.element in order),
        key=lambda pair: pair[0],
    )
    if not placed:
        return
    lines = _find_lines(order, notes)
    places = [line.order for line in lines]
    ends = [*(start for start, _ in placed[1:]), len(order)]
    chapters: list[tuple[Target, list[_Line]]] = []
    below = 0  # level of the entry after this one that makes a heading
    for (start, target), end in zip(reversed(placed), reversed(ends), strict=True):
        first, last = bisect_left(places, start), bisect_left(places, end)
        if first < last or below > target.level:
            chapters.append((target, _group(target, lines[first : min(last, first + MOST_LINES)])))
            below = target.level
    claimed: dict[HtmlElement, tuple[int, int]] = {}  # headings: level, and their tag's
    for target, group in reversed(chapters):
        tag_level = min(filter(None, (_tag_level(line.element) for line in group)), default=0)
        claimed[_make_heading(target, group)] = (target.level, tag_level)
    _set_levels(book, claimed)


def _start(target: Target, order: dict["HtmlElement", int]) -> int:
    """Give where the block begins that the target is at the start of, else the target's place."""
    element = target.element
    while (
        element.tag not in BLOCKS
        and (parent := element.getparent()) is not None
        and not (parent.text or "").strip()
        and parent[0] is element
        and parent.tag != "section"
    ):
        element = parent
    return order[element]


def _find_lines(order: dict["HtmlElement", int], notes: Notes) -> list[_Line]:
    """Give the blocks that hold no other block and have text, in their order; no notes."""
    outer: set[HtmlElement] = set()
    inside: set[HtmlElement | None] = set()
    blocks = []
    for element in order:
        if element in notes.bodies or element.getparent() in inside:
            inside.add(element)
        elif element.tag in BLOCKS:
            blocks.append(element)
        else:
            continue
        parent = element.getparent()
        while parent is not None and parent not in outer:
            outer.add(parent)
            parent = parent.getparent()
    return [
        _Line(order[element], element, notes)
        for element in blocks
        if element not in outer and has_text(element)
    ]


def _group(target: Target, lines: Sequence[_Line]) -> list[_Line]:
    """Give the lines at the beginning of a chapter that its name is set in."""
    named = words_of(target.title)
    group: list[_Line] = []
    has_heading = is_found = False
    for line in lines:
        text = line.text
        is_heading = _tag_level(line.element) > 0
        said = _holds(named, words_of(text)) or (is_heading and _holds(words_of(text), named))
        number_only = is_chapter_line(text) and len(text) < 40
        follows = is_heading and not is_found and (not has_heading or _are_numbers(group))
        if not (said or number_only or follows) or (is_found and not said):
            break
        group.append(line)
        has_heading = has_heading or is_heading
        is_found = is_found or words_of(_joined(group)) == named or (is_heading and not number_only)
    while group and not has_heading and not _holds(named, words_of(group[-1].text)):
        group.pop()
    return group


def _are_numbers(group: Sequence[_Line]) -> bool:
    return all(is_chapter_line(line.text) for line in group)


def _make_heading(target: Target, group: Sequence[_Line]) -> "HtmlElement":
    """Put the heading in its place; what it stands for goes."""
    from lxml.html import Element

    if len(group) == 1 and _tag_level(group[0].element):
        heading = group[0].element
        if _choose(target.title, group[0].text) == group[0].text:
            return heading
    title = _choose(target.title, _joined(group)) if group else target.title
    heading = Element("h1")
    heading.text = title
    before = group[0].element if group else target.element
    _insert_before(before, heading)
    for line in group:
        empty(line.element)
    return heading


def _joined(group: Sequence[_Line]) -> str:
    """Give the lines as one text; what another of them says too is left out."""
    texts = [line.text for line in group]
    words = [words_of(text) for text in texts]
    kept = [
        text
        for at, text in enumerate(texts)
        if not any(
            _holds(other, words[at]) and (other != words[at] or before < at)
            for before, other in enumerate(words)
            if before != at
        )
    ]
    return _join(kept)


def _join(texts: Sequence[str]) -> str:
    """Join with full stops where the texts have no marks of their own at the end."""
    ended = [text if not text[-1:].isalnum() else f"{text}." for text in texts[:-1]]
    return " ".join([*ended, *texts[-1:]])


def _choose(named: str, written: str) -> str:
    """Give the fuller of two names of a chapter; both, where one of them is only its number."""
    names, words = words_of(named), words_of(written)
    if _holds(words, names):
        return written
    if _holds(names, words):
        return named
    if is_chapter_line(written) and len(written) < len(named) + 20:
        return _join([written, named])
    if is_chapter_line(named):
        return _join([named, written])
    return written


def _insert_before(place: "HtmlElement", heading: "HtmlElement") -> None:
    """Insert before the block that `place` is in; its parts keep together."""
    block = place
    while block.tag not in BLOCKS and (parent := block.getparent()) is not None:
        if parent.tag == "section" and parent.getparent() is None:
            break
        block = parent
    for outer in place.iterancestors(*CONTAINERS):
        block = outer
    if block.getparent() is None or block.tag == "section":
        block.insert(0, heading)
        heading.tail, block.text = block.text, None
    else:
        block.addprevious(heading)


def _set_levels(book: "HtmlElement", claimed: dict["HtmlElement", tuple[int, int]]) -> None:
    """Set the level of each heading: an entry's own, and below it for those that are none."""
    level = base = 0
    for element in list(book.iter(*HEADINGS)):
        tag_level = _tag_level(element)
        if element in claimed:
            level, base = claimed[element]
        elif not base:
            base = tag_level - 1
        found = level if element in claimed else level + max(0, tag_level - base)
        element.tag = f"h{min(max(1, found), DEEPEST)}"


def _tag_level(element: "HtmlElement") -> int:
    return int(element.tag[1]) if element.tag in HEADINGS else 0


def _holds(words: Sequence[str], part: Sequence[str]) -> bool:
    """Tell whether `part` stands in `words` as it is."""
    size = len(part)
    return size > 0 and any(
        list(words[at : at + size]) == list(part) for at in range(len(words) - size + 1)
    )

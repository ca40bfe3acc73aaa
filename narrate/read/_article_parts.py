"""What belongs to an article though the extractor left it out: captions, pictures, code, notes."""

import re
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from narrate.read._article_lines import Line
from narrate.read._elements import ancestors, name_of, text_of
from narrate.read._notes import Notes
from narrate.read._tables import find_layout_tables

if TYPE_CHECKING:
    from lxml.etree import _Element as Element
    from lxml.html import HtmlElement

LEAD = 12
"""Lines before the article's first one in which a caption is that of its lead picture."""

DEEPEST = 10
"""Elements around a line in which its caption, list or table is looked for."""

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LISTS = ("ul", "ol", "dl")
SECTIONS = ("section", "div", "article")
LEAST_SECTION = 500
LONG = 80
"""Characters of a section, and of a line in it that is prose."""

_SURROUNDINGS = re.compile(
    r"(?!(?:has|no|with|is|show|hide|open|without)[-_])(?:[\w-]+[-_])?"
    r"(?:comments?|commentlist|comentarios?|kommentare?|commentaires?|commenti|disqus|respond|related"
    r"|recommended|recirc|newsletter|signup|share|sharing|sharedaddy|outbrain|taboola|jp-relatedposts)"
    r"(?:[-_][\w-]+)?"
)
"""Names of what stands around and after articles."""

SIDE = ("nav", "footer", "aside", "form", "menu")
"""Elements from which nothing is taken back."""


def complete(root: "HtmlElement", lines: Sequence[Line], notes: Notes) -> None:
    """Mark as kept, or as not, what goes with the lines that are kept."""
    _drop_surroundings(lines)
    kept = [at for at, line in enumerate(lines) if line.is_kept]
    if not kept:
        return
    first, last = kept[0], kept[-1]
    holders = {line.holder.getparent() for line in lines if line.is_kept}
    for at in range(max(0, first - LEAD), last + 1):
        line = lines[at]
        if not line.is_kept and not _is_aside(line):
            line.is_kept = _goes_with(line, holders, is_inside=at > first)
    _take_back_sections(lines, holders, (first, last))
    _settle_lists(lines, holders, (first, last))
    _settle_tables(root, lines)
    _settle_notes(lines, notes)


def _drop_surroundings(lines: Sequence[Line]) -> None:
    """Leave out what is called comments or the like, and is not where the article begins."""
    kept = [line for line in lines if line.is_kept]
    begin = next((line for line in kept if line.length >= LONG), None)
    if begin is None:
        return
    article = {begin.holder, *begin.holder.iterancestors()}
    named: dict[Element, bool] = {}
    for line in kept:
        for element in (line.holder, *ancestors(line.holder, DEEPEST)):
            if element in article:
                break
            if element not in named:
                names = f"{element.get('class', '')} {element.get('id', '')}".lower().split()
                named[element] = any(map(_SURROUNDINGS.fullmatch, names))
            if named[element]:
                line.is_kept = False
                break


def _goes_with(line: Line, holders: set["Element | None"], *, is_inside: bool) -> bool:
    """Tell whether a line that was left out is a caption, code or a heading of the article."""
    around = [line.holder, *ancestors(line.holder, DEEPEST)]
    names = [name_of(element) for element in around]
    if "figcaption" in names:
        figure = around[names.index("figcaption")].getparent()
        return figure is not None and any(
            element in holders for element in (figure, *ancestors(figure, 4))
        )
    if not is_inside:
        return False
    if "pre" in names:
        return any(element in holders for element in around)
    at = next((at for at, name in enumerate(names) if name in HEADINGS), None)
    return at is not None and around[at].getparent() in holders


def _is_aside(line: Line) -> bool:
    return any(
        name_of(element) in SIDE for element in (line.holder, *ancestors(line.holder, DEEPEST))
    )


def _take_back_sections(
    lines: Sequence[Line], holders: set["Element | None"], ends: tuple[int, int]
) -> None:
    """Keep a part of the text that was left out whole, for its name in all likelihood.

    It is prose, of some length, and stands among paragraphs that are kept.
    """
    sections: dict[Element, list[Line]] = {}
    for line in lines[ends[0] : ends[1]]:
        if line.is_kept:
            continue
        around = [line.holder, *ancestors(line.holder, DEEPEST)]
        inner = next((e for e, outer in pairwise(around) if outer in holders), None)
        if inner is not None and inner not in holders and name_of(inner) in SECTIONS:
            sections.setdefault(inner, []).append(line)
    for element, held in sections.items():
        length = sum(line.length for line in held)
        long = sum(line.length for line in held if line.length >= LONG)
        is_prose = length >= LEAST_SECTION and long * 2 >= length
        if is_prose and not _is_aside(held[0]) and _length_of_links(element) * 4 < length:
            for line in held:
                line.is_kept = True


def _settle_lists(
    lines: Sequence[Line], holders: set["Element | None"], ends: tuple[int, int]
) -> None:
    """Keep a list whole if half of it is kept, or if it stands among kept lines and is no menu."""
    lists: dict[Element, list[Line]] = {}
    for line in lines[ends[0] : ends[1] + 1]:
        around = [line.holder, *ancestors(line.holder, DEEPEST)]
        outermost = [element for element in around if name_of(element) in LISTS]
        if outermost and not _is_aside(line):
            lists.setdefault(outermost[-1], []).append(line)
    for element, held in lists.items():
        length = sum(line.length for line in held)
        kept = sum(line.length for line in held if line.is_kept)
        is_among = element.getparent() in holders and _length_of_links(element) * 2 < length
        if kept * 2 >= length or is_among:
            for line in held:
                line.is_kept = True


def _length_of_links(element: "Element") -> int:
    return sum(len(text_of(link)) for link in element.iter("a"))


def _settle_tables(root: "HtmlElement", lines: Sequence[Line]) -> None:
    """Keep tables of data whole or not at all."""
    layout = find_layout_tables(root)
    tables: dict[Element, list[Line]] = {}
    for line in lines:
        for element in (line.holder, *ancestors(line.holder, DEEPEST)):
            if name_of(element) == "table":
                if element not in layout:
                    tables.setdefault(element, []).append(line)
                break
    for held in tables.values():
        share = sum(line.length for line in held if line.is_kept)
        is_kept = share * 2 >= sum(line.length for line in held)
        for line in held:
            line.is_kept = is_kept


def _settle_notes(lines: Sequence[Line], notes: Notes) -> None:
    """Keep the notes whose marks are in lines that are kept, and no others."""
    owners: dict[Element, Line] = {}
    in_note: dict[str, list[Line]] = {}
    for line in lines:
        for element in (line.holder, *ancestors(line.holder, DEEPEST)):
            if element in notes.bodies:
                in_note.setdefault(notes.bodies[element], []).append(line)
                break
        for piece in line.pieces:
            owners.setdefault(piece.element, line)
    met: set[str] = set()
    for mark, labels in notes.marks.items():
        owner = next(
            (owners[e] for e in chain((mark,), mark.iterdescendants("*")) if e in owners), None
        )
        if owner is not None and owner.is_kept:
            met.update(labels)
    for label, held in in_note.items():
        for line in held:
            line.is_kept = label in met


def prune(lines: Sequence[Line], marks: Sequence[tuple["Element", int]]) -> None:
    """Take out of the tree the text that is not kept, and pictures and rules that are not in it."""
    kept = [line.is_kept for line in lines]
    holders = {line.holder.getparent() for line in lines if line.is_kept} | {
        line.holder for line in lines if line.is_kept
    }
    for line in lines:
        if not line.is_kept:
            for piece in line.pieces:
                if piece.is_tail:
                    piece.element.tail = " "
                else:
                    piece.element.text = None
    for element, at in marks:
        before = at > 0 and kept[at - 1]
        after = at < len(kept) and kept[at]
        if not (before and after) and not ((before or after) and _is_among(element, holders)):
            _drop(element)


def _is_among(element: "Element", holders: set["Element | None"]) -> bool:
    return any(around in holders for around in ancestors(element, 3))


def _drop(element: "Element") -> None:
    """Take out an element that has no text, what follows it stays."""
    tail, parent, before = element.tail or "", element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    parent.remove(element)

"""Notes of a parsed page: their marks in the text, and what they say.

A mark is a link with a label for its text ("1", "[12]", "*") that is raised or in brackets, or
says by its type that it is one. A note is what such a link leads to. Types are those of EPUB 3
(Structural Semantics Vocabulary) and of DPUB-ARIA; class names are those of common programs.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

from narrate.read._clean import clean_text
from narrate.read._elements import ancestors, classes_of, name_of, text_of, types_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MARK_TYPES = frozenset({"noteref", "doc-noteref"})
BODY_TYPES = frozenset({"footnote", "endnote", "rearnote", "doc-footnote", "doc-endnote"})
MARK_CLASSES = frozenset(
    {
        "footnote-ref",
        "footnoteref",
        "footnote-reference",
        "footnote-anchor",
        "footnote-link",
        "noteref",
        "fnref",
        "fn-ref",
        "see-footnote",
    }
)
LIST_CLASSES = frozenset({"footnotes", "wp-block-footnotes", "endnotes"})
"""Classes of lists each of whose items is a note."""

SIDE_CLASSES = frozenset({"sidenote", "marginnote", "inline-footnote"})
"""Classes of notes that stand in the middle of the text they belong to."""

BACK_CLASSES = frozenset(
    {
        "footnote-back",
        "footnote-backref",
        "footnote-return",
        "footnotebackref",
        "reversefootnote",
        "mw-cite-backlink",
        "fn-backref",
        "backlink",
        "footnote-number",
    }
)
BACK_SIGNS = "↩↑⤴⏎↵^\ufe0e\ufe0f"
"""Signs that links from a note back to its mark are made of."""

INLINE = frozenset({"a", "span", "sup", "b", "strong", "small", "cite", "em", "i", "label"})
HOLDERS = frozenset({"p", "li", "dd", "dt", "div", "aside", "td"})
"""Elements that are a note when their beginning is what a mark leads to."""

NO_NOTE = ("h1", "h2", "h3", "h4", "h5", "h6", "article", "main", "nav")
LONGEST_LABEL = 12
LONGEST_NOTE = 20
"""Blocks; what has more is a part of the text that a link leads to."""

DEEPEST = 8
"""Elements that are looked at around a link; notes are shallow."""

_LABEL = r"(?:\d{1,4}|[a-zA-Z]{1,2}|[ivxlc]{1,6}|[*†‡§¶#]{1,4}|(?i:note|n|fn|nb)\.? ?\d{1,4})"
_BARE = re.compile(_LABEL)
_BRACKETED = re.compile(rf"[\[(【]\s*(?P<label>{_LABEL})\s*[\])】]")
_NUMBER_IN_BRACKETS = re.compile(rf"\[\s*(?P<label>{_LABEL})\s*\]")
_BETWEEN_MARKS = re.compile(r"[\s,;:.\[\]()–—-]*")


@dataclass(slots=True)
class Notes:
    """The notes of one or more pages."""

    marks: dict["Element", tuple[str, ...]] = field(default_factory=dict)
    """Elements that are marks and nothing else, with the labels of their notes."""
    bodies: dict["Element", str] = field(default_factory=dict)
    """Elements that are notes, with their labels."""
    back: set["Element"] = field(default_factory=set)
    """Links from a note to its mark."""
    sides: dict["Element", str] = field(default_factory=dict)
    """Elements that are notes and stand where their marks would."""


def find_notes(pages: Iterable[tuple[str, "Element"]]) -> Notes:
    """Give the notes of the pages of one article, each with its address ("" for a single page).

    Links may lead from one page to another. Labels are made unique: where each chapter counts
    from 1, the second note called 1 becomes "1 (2)".
    """
    finder = _Finder()
    pages = list(pages)
    for address, root in pages:
        finder.take_targets(address, root)
    for address, root in pages:
        finder.take_links(address, root)
    for _, root in pages:
        finder.take_typed(root)
    return finder.notes


class _Finder:
    def __init__(self) -> None:
        self.notes = Notes()
        self._targets: dict[str, Element] = {}
        self._labels: dict[Element, str] = {}  # labels that are given, by the target
        self._taken: set[str] = set()
        self._mark_keys: set[str] = set()  # where links back lead

    def take_targets(self, address: str, root: "Element") -> None:
        """Note every place that a link can lead to."""
        for element in root.iter("*"):
            for name in ("id", "name"):
                value = element.get(name)
                if value and (name == "id" or name_of(element) == "a"):
                    self._targets.setdefault(f"{address}#{value}", element)

    def take_links(self, address: str, root: "Element") -> None:
        """Find marks, and the notes they lead to, in the order of the text."""
        for element in root.iter("{*}a", "{*}A", "{*}sup", "{*}SUP"):
            if name_of(element) == "a":
                self._take_link(address, element)
            elif _NUMBER_IN_BRACKETS.fullmatch(text_of(element, LONGEST_LABEL)):
                self._take_unlinked(element)
        for mark in list(self.notes.marks):
            self._widen(mark)

    def take_typed(self, root: "Element") -> None:
        """Find notes that no mark led to, by what they say they are."""
        for element in root.iter("*"):
            if SIDE_CLASSES & classes_of(element) and element not in self.notes.bodies:
                if name_of(element) in ("span", "small", "aside", "label"):
                    self.notes.sides[element] = self._free_label()
            elif BODY_TYPES & types_of(element) or _is_listed(element):
                self._take_body(element)

    def _take_body(self, element: "Element") -> None:
        if any(around in self.notes.bodies for around in (element, *ancestors(element, DEEPEST))):
            return
        if any(child in self.notes.bodies for child in element.iterdescendants("*")):
            return
        if "label" not in name_of(element):
            self.notes.bodies[element] = self._free_label()

    def _take_link(self, address: str, link: "Element") -> None:
        key = _resolve(address, link.get("href", ""))
        if key is None:
            return
        if _is_back(link) or (key in self._mark_keys and self._is_in_note(link)):
            self.notes.back.add(link)
            return
        label = _label_of(link)
        if label is None or self._is_in_note(link):
            return
        target = self._targets.get(key, self._targets.get(f"{address}#{key.partition('#')[2]}"))
        bodies = _find_bodies(target, link) if target is not None else []
        if not bodies and not _is_typed_mark(link):
            return
        label = self._label(label, bodies)
        for body in bodies:
            self.notes.bodies.setdefault(body, label)
        self.notes.marks[link] = (label,)
        for element in (link, *ancestors(link, 2), *link.iterdescendants("*")):
            for name in ("id", "name"):
                if element.get(name):
                    self._mark_keys.add(f"{address}#{element.get(name)}")

    def _take_unlinked(self, raised: "Element") -> None:
        if not any(name_of(child) == "a" for child in raised.iterdescendants("*")):
            found = _NUMBER_IN_BRACKETS.fullmatch(text_of(raised))
            if found and not self._is_in_note(raised):
                self.notes.marks[raised] = (clean_text(found["label"]),)

    def _label(self, label: str, bodies: list["Element"]) -> str:
        """Give the label of a note: as written, or made unique."""
        if not bodies:
            return label
        if bodies[0] not in self._labels:
            unique, count = label, 1
            while unique in self._taken:
                count += 1
                unique = f"{label} ({count})"
            self._taken.add(unique)
            self._labels[bodies[0]] = unique
        return self._labels[bodies[0]]

    def _free_label(self) -> str:
        number = len(self._taken) + 1
        while str(number) in self._taken:
            number += 1
        self._taken.add(str(number))
        return str(number)

    def _is_in_note(self, element: "Element") -> bool:
        return any(around in self.notes.bodies for around in ancestors(element, DEEPEST))

    def _widen(self, mark: "Element") -> None:
        """Take what is around a mark and has no other text for the mark: the raised element."""
        around = mark.getparent()
        if around is None or name_of(around) not in ("sup", "cite") or around in self.notes.marks:
            return
        labels: list[str] = []
        left = [around.text or ""]
        for child in around:
            if child in self.notes.marks:
                labels += self.notes.marks[child]
            elif name_of(child):
                left.append(text_of(child, LONGEST_LABEL))
            left.append(child.tail or "")
        if _BETWEEN_MARKS.fullmatch("".join(left)):
            self.notes.marks[around] = tuple(labels)


def _resolve(address: str, href: str) -> str | None:
    """Give the place that a link leads to; None where it names none."""
    path, hash_sign, fragment = href.strip().partition("#")
    if not hash_sign or not fragment:
        return None
    try:
        return f"{urljoin(address, path) if path else address}#{unquote(fragment)}"
    except ValueError:  # an address that is none
        return None


def _is_typed_mark(link: "Element") -> bool:
    around = link.getparent()
    elements = (link,) if around is None else (link, around)
    return any(
        MARK_TYPES & types_of(element) or MARK_CLASSES & classes_of(element) for element in elements
    )


def _label_of(link: "Element") -> str | None:
    """Give the label that a link shows; None where it is not written as marks are."""
    text = clean_text(text_of(link, LONGEST_LABEL))
    if len(text) > LONGEST_LABEL or not text:
        return None
    found = _BRACKETED.fullmatch(text)
    if found:
        return found["label"]
    if _is_typed_mark(link):
        return text.strip("[]() ") or None
    is_raised = any(name_of(around) == "sup" for around in ancestors(link, 3)) or any(
        name_of(child) == "sup" for child in link
    )
    return text if is_raised and _BARE.fullmatch(text) else None


def _is_back(link: "Element") -> bool:
    """Tell whether a link says itself that it leads from a note to its mark."""
    around = link.getparent()
    elements = (link,) if around is None else (link, around)
    return any(
        {"doc-backlink", "backlink"} & types_of(element) or BACK_CLASSES & classes_of(element)
        for element in elements
    ) or not text_of(link, LONGEST_LABEL).strip(BACK_SIGNS + " ")


def _find_bodies(target: "Element", link: "Element") -> list["Element"]:
    """Give the elements that are the note which `target` is, or is the beginning of."""
    if name_of(target) in INLINE:
        holder = next((e for e in ancestors(target, 4) if name_of(e) in HOLDERS), None)
        if holder is None or not _begins_with(holder, target):
            return []
        target = holder
    if any(around is target for around in ancestors(link, DEEPEST)) or not _is_small(target):
        return []
    bodies = [target]
    if name_of(target) == "dt":
        after = target.getnext()
        while after is not None and name_of(after) == "dd":
            bodies.append(after)
            after = after.getnext()
    return bodies


def _begins_with(holder: "Element", part: "Element") -> bool:
    """Tell whether nothing but a sign stands before `part` in `holder`."""
    before = holder.text or ""
    for element in holder.iterdescendants():
        if element is part:
            return len(before.strip()) < 4
        before += element.text or ""
    return False


def _is_small(target: "Element") -> bool:
    """Tell whether an element is a note by what is in it: no heading, not much."""
    if name_of(target) in (*NO_NOTE, "body", "html", "section", "table", "figure"):
        return bool(BODY_TYPES & types_of(target))
    blocks = 0
    for element in target.iterdescendants("*"):
        name = name_of(element)
        if name in NO_NOTE:
            return False
        blocks += name in HOLDERS
        if blocks > LONGEST_NOTE:
            return False
    return True


def _is_listed(element: "Element") -> bool:
    """Tell whether an element is an item of a list of notes."""
    if name_of(element) != "li":
        return False
    return any(_is_notes_list(around) for around in ancestors(element, 2))


def _is_notes_list(element: "Element") -> bool:
    types = {"footnotes", "endnotes", "rearnotes", "doc-endnotes", "doc-footnotes"}
    return bool(LIST_CLASSES & classes_of(element) or types & types_of(element))

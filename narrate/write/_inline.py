"""A line of text with what is marked in it, as HTML that is XHTML as well."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from narrate.base.model import Span
from narrate.write._address import safe_address
from narrate.write._direction import lang_attributes

# As `clean_text` drops; here a character stands for each, so that places in the text stay right.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_TAGS = {
    "emphasis": "em",
    "strong": "strong",
    "strikethrough": "s",
    "code": "code",
    "superscript": "sup",
    "subscript": "sub",
}


class Mark(NamedTuple):
    """A stretch of a block's text with an anchor: a sentence, a word, or what is not spoken."""

    start: int
    end: int
    id: str
    classes: str = "u"
    """u for an utterance, w for a word, o for an omission, block for a whole block."""


class _Element(NamedTuple):
    """An element around a stretch of text."""

    start: int
    end: int
    rank: int
    """Which of two of the same length is outside: the lower."""
    tag: str
    attributes: str = ""


def clean(text: str) -> str:
    """`text` with one character for each that HTML or XML cannot hold."""
    return _UNSAFE.sub(lambda match: " " if match[0] == "\r" else "\ufffd", text)


def attribute(text: str) -> str:
    """`text` as the value of an attribute, without its quotes."""
    return escape(clean(text)).replace("\n", "&#10;").replace("\t", "&#9;")


def open_mark(mark: Mark, more: str = "") -> str:
    """The attributes of the element that is `mark`."""
    classes = f"{more} {mark.classes}".strip()
    name = f' id="{attribute(mark.id)}"' if mark.id else ""
    return f'{name} class="{attribute(classes)}"'


class InlineWriter:
    """Writes stretches of one block's text, each mark's anchor once."""

    def __init__(
        self,
        text: str,
        marks: Sequence[Mark],
        spans: Sequence[Span],
        *,
        base: str,
        refer: Callable[[str], str],
        xml: bool,
    ) -> None:
        """`refer` writes the mark of a note, given its label; `base` is the article's address."""
        self._text = clean(text)
        self._elements = sorted(
            [
                *(_of_mark(mark) for mark in marks),
                *_cut_all(_of_spans(spans, base=base, xml=xml), marks),
            ],
            key=lambda element: element.start,
        )
        self._starts = [element.start for element in self._elements]
        self._reach = _reach(self._elements)
        self._notes = sorted((s.start, s.value) for s in spans if s.kind == "note")
        self._refer = refer
        self._anchored: set[int] = set()

    def write(self, start: int, end: int) -> str:
        """The HTML of the text from `start` to `end`."""
        active = self._inside(start, end)
        notes = [note for note in self._notes if start <= note[0] <= end]
        places = {start, end, *(place for place, _ in notes)}
        for number in active:
            element = self._elements[number]
            places |= {max(start, element.start), min(end, element.end)}
        parts: list[str] = []
        stack: list[int] = []
        order = sorted(places)
        begins = _by_start(active, self._elements, start)
        open_now: set[int] = set()
        waiting = iter([*notes, (end + 1, "")])
        note = next(waiting)
        for place, following in zip(order, [*order[1:], end], strict=True):
            open_now = {n for n in open_now if self._elements[n].end > place}
            parts += self._close_to(stack, [n for n in stack if n in open_now])
            while note[0] == place:
                parts.append(self._refer(note[1]))
                note = next(waiting)
            open_now |= begins.get(place, set()) if place < end else set()
            wanted = sorted(open_now, key=self._nesting)
            parts += self._close_to(stack, wanted)
            parts += self._open(stack, wanted)
            parts.append(escape(self._text[place:following], quote=False))
        parts += self._close_to(stack, [])
        return "".join(parts)

    def _inside(self, start: int, end: int) -> list[int]:
        """The elements that have a part between `start` and `end`."""
        last = bisect_right(self._starts, end)
        first = bisect_right(self._reach, start)
        return [n for n in range(first, last) if self._elements[n].end > start]

    def _nesting(self, number: int) -> tuple[int, int, int]:
        element = self._elements[number]
        return element.start - element.end, element.rank, number

    def _close_to(self, stack: list[int], wanted: Sequence[int]) -> Iterator[str]:
        """Close what is not open in the same way in `wanted`."""
        same = 0
        while same < min(len(stack), len(wanted)) and stack[same] == wanted[same]:
            same += 1
        while len(stack) > same:
            yield f"</{self._elements[stack.pop()].tag}>"

    def _open(self, stack: list[int], wanted: Sequence[int]) -> Iterator[str]:
        for number in wanted[len(stack) :]:
            element = self._elements[number]
            attributes = element.attributes
            if number in self._anchored:
                attributes = re.sub(r' id="[^"]*"', "", attributes)
            self._anchored.add(number)
            stack.append(number)
            yield f"<{element.tag}{attributes}>"


def _reach(elements: Sequence[_Element]) -> list[int]:
    """For each element how far it and those before it reach; never falling."""
    reach, furthest = [], 0
    for element in elements:
        furthest = max(furthest, element.end)
        reach.append(furthest)
    return reach


def _by_start(
    numbers: Sequence[int], elements: Sequence[_Element], start: int
) -> Mapping[int, set[int]]:
    begins: dict[int, set[int]] = {}
    for number in numbers:
        begins.setdefault(max(start, elements[number].start), set()).add(number)
    return begins


def _of_mark(mark: Mark) -> _Element:
    rank = 0 if mark.classes == "u" else 4
    return _Element(mark.start, mark.end, rank, "span", open_mark(mark))


def _of_spans(spans: Sequence[Span], *, base: str, xml: bool) -> Iterator[_Element]:
    for span in (*(span for span in spans if span.kind != "link"), *_part_links(spans)):
        if span.end <= span.start:
            continue
        place = span.start, span.end
        if span.kind in _TAGS:
            yield _Element(*place, 3, _TAGS[span.kind])
        elif span.kind == "image":
            yield _Element(*place, 3, "span", ' class="alt"')
        elif span.kind == "language":
            yield _Element(*place, 2, "span", lang_attributes(span.value, xml=xml))
        elif span.kind == "link":
            address = safe_address(span.value, base)
            if address:
                yield _Element(*place, 1, "a", f' href="{attribute(address)}"')


def _part_links(spans: Sequence[Span]) -> Iterator[Span]:
    """The links among `spans`, none inside another, nor around the mark of a note: that is one."""
    notes = sorted(span.start for span in spans if span.kind == "note")
    reached = 0
    for link in sorted(span for span in spans if span.kind == "link"):
        start = max(link.start, reached)
        inside = notes[bisect_right(notes, start) : bisect_left(notes, link.end)]
        for first, last in pairwise((start, *inside, link.end)):
            yield link._replace(start=first, end=last)
        reached = max(reached, link.end)


def _cut_all(elements: Iterator[_Element], marks: Sequence[Mark]) -> Iterator[_Element]:
    """`elements`, cut where they would cross the border of a mark, which stays whole."""
    kinds: dict[str, list[Mark]] = {}
    for mark in sorted(marks):
        kinds.setdefault(mark.classes, []).append(mark)
    tables = [([mark.start for mark in same], same) for same in kinds.values()]
    for element in elements:
        places = {element.start, element.end}
        for starts, same in tables:
            head, tail = _at(starts, same, element.start), _at(starts, same, element.end)
            if head and head.start < element.start < head.end < element.end:
                places.add(head.end)
            if tail and element.start < tail.start < element.end < tail.end:
                places.add(tail.start)
        order = sorted(places)
        for start, end in pairwise(order):
            yield element._replace(start=start, end=end)


def _at(starts: Sequence[int], marks: Sequence[Mark], place: int) -> Mark | None:
    """The last of `marks` that begins at or before `place`."""
    number = bisect_right(starts, place)
    return marks[number - 1] if number else None

"""Tags and text of HTML, one after the other → blocks.

It is fed by two roads: the tags found in a string (`_html`), which may be ill-formed, and the
elements of a parsed tree (`_tree`). Nothing here is recursive, and time grows linearly.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from narrate.base.model import Block, Kind
from narrate.read._clean import clean_text
from narrate.read._list_numbers import Numbering
from narrate.read._rich import RichText, TextBuilder, make_blocks, make_table
from narrate.read._tags import BLOCKS, SPANS, HtmlTag, write_tag

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CELLS = ("td", "th")
LISTS = ("ul", "ol", "menu", "dl")
ITEMS = ("li", "dt")
"""A term and its definitions are read as an item and the paragraphs in it."""

CLOSED_BY = {
    "p": BLOCKS,
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
}
"""Elements whose end tag may be left out, and what begins after it (HTML Standard, 13.1.2.4)."""

SAY = ("image", "note")
"""Spans that say something though they have no text."""

DEEPEST_INLINE = 20
"""Spans that go on in the next block when one ends within them."""

LONG_LINE = 100
"""Characters on average: lines that were broken on purpose and are as long are no verse."""


@dataclass(slots=True)
class _Item:
    """A list item that is open."""

    marker: str
    begun: bool = False
    """Whether its first paragraph has come; those after it are paragraphs like any other."""


@dataclass(frozen=True, slots=True)
class _Place:
    """What holds the text at one point: an open element and what it has from those around it."""

    tag: str = ""
    kind: Kind = "para"
    level: int = 0
    item: _Item | None = None
    quotes: int = 0
    lists: int = 0
    numbering: Numbering | None = None
    language: str = ""
    note: str | None = None


class BlockBuilder:
    """Puts blocks together; each call gives those that it finishes."""

    def __init__(self) -> None:
        self._line = TextBuilder()
        self._inline: list[tuple[str, str]] = []  # kinds and values of the spans that are open
        self._broken = False  # whether the line has just been broken
        self._places = [_Place()]
        self._open: Counter[str] = Counter()
        self._code: list[str] | None = None
        self._code_language = ""
        self._rows: list[list[RichText]] | None = None
        self._tables = 0
        self._captions: list[RichText] = []

    def write(self, text: str) -> None:
        """Take text, its entities resolved."""
        if self._code is not None:
            self._code.append(text)
        elif text:
            self._line.add(text)
            self._broken = self._broken and not text.strip()

    def mark_note(self, label: str) -> None:
        """Take the mark of a note."""
        if self._code is None:
            self._line.mark(label)
            self._broken = False

    def mark(self, tag: HtmlTag) -> Iterator[Block]:
        """Take a tag inside a line. Two line breaks part paragraphs."""
        if self._code is not None:
            if tag.name == "br":
                self._code.append("\n")
            return
        if tag.name == "br":
            if self._broken and self._rows is None:
                yield from self._flush()
            else:
                self._line.break_line()
            self._broken = True
            return
        write_tag(self._line, tag)
        self._broken = self._broken and tag.name != "img"
        if tag.name in SPANS:
            self._note_inline(SPANS[tag.name], tag.get("href"), is_end=tag.is_end)

    def set_language(self, language: str, *, is_end: bool = False) -> None:
        """Begin or end a stretch of a line that is in another language."""
        if self._code is None:
            if is_end:
                self._line.close("language")
            else:
                self._line.open("language", language)
            self._note_inline("language", language, is_end=is_end)

    def enter(
        self, tag: HtmlTag, language: str | None = None, note: str | None = None
    ) -> Iterator[Block]:
        """Take the start or end tag of a block.

        `language` is that of the block where it differs from the one around it, `note` the label
        of the note that the block is.
        """
        if self._rows is not None:
            yield from self._enter_cell(tag)
        elif self._code is not None and tag.name != "pre":
            self._part_code()
        elif tag.is_end:
            yield from self._leave(tag.name)
        else:
            yield from self._begin(tag, language, note)

    def finish(self) -> Iterator[Block]:
        """Give what has been put together and has no end."""
        yield from self._end_table()
        yield from self._flush()

    def _begin(self, tag: HtmlTag, language: str | None, note: str | None) -> Iterator[Block]:
        yield from self._part()
        top = self._places[-1]
        if tag.name in CLOSED_BY.get(top.tag, ()):
            self._pop()
            top = self._places[-1]
        if tag.name == "hr":
            yield self._finish(Block("break"))
        elif tag.name == "table":
            self._rows, self._tables = [], 1
        else:
            place = replace(_place(tag, top), tag=tag.name)
            if language is not None:
                place = replace(place, language=language)
            if note is not None:
                place = replace(place, note=note)
            self._places.append(place)
            self._open[tag.name] += 1
            if tag.name == "pre":
                self._code, self._code_language = [], tag.get("data-language")

    def _leave(self, name: str) -> Iterator[Block]:
        if not self._open[name]:
            yield from self._part()
            return
        while True:
            place = self._places[-1]
            outer = self._places[-2]
            if place.kind == "heading" and outer.kind != "heading":
                yield from self._flush()
            else:
                yield from self._part()
            self._pop()
            if place.tag == name:
                return

    def _pop(self) -> None:
        self._open[self._places.pop().tag] -= 1

    def _part(self) -> Iterator[Block]:
        """End a line at the edge of a block; a heading is one line whatever is in it."""
        if self._places[-1].kind == "heading" and self._code is None:
            self._line.add(" ")
        else:
            yield from self._flush()

    def _flush(self) -> Iterator[Block]:
        """Give the block that has been put together."""
        if self._code is not None:
            text = clean_text("".join(self._code)).strip("\n")
            self._code = None
            if text.strip():
                yield self._finish(Block("code", text, marker=self._code_language))
            return
        rich, self._line = self._line.build(), TextBuilder()
        for name, value in self._inline[:DEEPEST_INLINE]:
            self._line.open(name, value)
        self._broken = False
        if not rich.text.strip() and not any(span.kind in SAY for span in rich.spans):
            return  # no-break spaces that keep lines apart
        place = self._places[-1]
        kind: Kind = place.kind
        level, marker = place.level, ""
        if place.item:
            if place.item.begun:
                kind, level = ("quote", place.quotes) if place.quotes else ("para", 0)
            else:
                marker = place.item.marker
                place.item.begun = bool(rich.text)
        for piece in _lines(rich) if kind in ("para", "quote") else (rich,):
            for block in make_blocks(piece, kind, level, marker):
                yield self._finish(block)

    def _finish(self, block: Block) -> Block:
        """Give `block` with what its place says."""
        place = self._places[-1]
        if place.note is not None and block.text:
            block = replace(block, kind="note", level=0, marker=place.note)
        return replace(block, language=place.language) if place.language else block

    def _note_inline(self, kind: str, value: str, *, is_end: bool) -> None:
        """Remember which spans are open."""
        if not is_end:
            self._inline.append((kind, value))
            return
        for at in range(len(self._inline) - 1, max(-1, len(self._inline) - DEEPEST_INLINE), -1):
            if self._inline[at][0] == kind:
                del self._inline[at]
                return

    def _part_code(self) -> None:
        """A block within code is a line of it."""
        assert self._code is not None
        if self._code and not self._code[-1].endswith("\n"):
            self._code.append("\n")

    def _enter_cell(self, tag: HtmlTag) -> Iterator[Block]:
        """Part cells and rows; any other block in a cell is a line of its text."""
        assert self._rows is not None
        if tag.name == "table":
            self._tables += -1 if tag.is_end else 1
            if not self._tables:
                yield from self._end_table()
        elif tag.name == "caption":
            if tag.is_end:
                rich, self._line = self._line.build(), TextBuilder()
                for block in make_blocks(rich, "caption"):
                    yield self._finish(block)
            else:
                self._end_cell()
        elif tag.name == "tr" or tag.name in CELLS:
            self._end_cell(is_cell=tag.is_end and tag.name != "tr")
            if tag.name == "tr" and not tag.is_end:
                self._rows.append([])
        else:
            self._line.add(" ")

    def _end_cell(self, *, is_cell: bool = False) -> None:
        """Put the text so far into a cell; `is_cell` says that there is one, though empty."""
        assert self._rows is not None
        rich, self._line = self._line.build(), TextBuilder()
        if rich.text or is_cell:
            if not self._rows:
                self._rows.append([])
            self._rows[-1].append(rich)

    def _end_table(self) -> Iterator[Block]:
        """Give the table that has been put together, if there is one."""
        if self._rows is not None:
            self._end_cell()
            rows, self._rows = self._rows, None
            for block in make_table([row for row in rows if row]):
                yield self._finish(block)


def _place(tag: HtmlTag, around: _Place) -> _Place:
    """Say what the text in an element will be."""
    if tag.name in LISTS:
        numbering = Numbering.of(tag) if tag.name == "ol" else None
        return replace(around, lists=around.lists + 1, numbering=numbering)
    if tag.name in ITEMS:
        marker = around.numbering.next(tag.get("value")) if around.numbering else ""
        item = _Item(marker)
        return replace(around, kind="item", level=max(1, around.lists), item=item)
    if tag.name == "blockquote":
        quotes = around.quotes + 1
        return replace(around, kind="quote", level=quotes, quotes=quotes, item=None)
    if tag.name in ("figcaption", "caption"):
        return replace(around, kind="caption", level=0, item=None)
    if tag.name in HEADINGS:
        return replace(around, kind="heading", level=int(tag.name[1]), item=None)
    return around


def _lines(rich: RichText) -> Iterator[RichText]:
    """Give the lines of a text one by one where they are too long for verse."""
    breaks = rich.text.count("\n")
    if not breaks or len(rich.text) < LONG_LINE * (breaks + 1):
        yield rich
        return
    start = 0
    for line in rich.text.split("\n"):
        yield rich.cut(start, start + len(line))
        start += len(line) + 1

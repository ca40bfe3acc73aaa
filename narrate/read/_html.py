"""A fragment of a page of HTML, as other formats embed it → blocks.

Text is kept whatever the tags around it are; comments, scripts and styles are no text.
"""

from collections.abc import Iterator
from html import unescape

from narrate.base.model import Block, Kind
from narrate.read._clean import clean_text
from narrate.read._rich import RichText, TextBuilder, make_blocks, make_table
from narrate.read._tags import BLOCKS, Tag, split_tags, write_tag


def read_fragment(html: str) -> Iterator[Block]:
    """Give the blocks of a fragment of a page."""
    fragment = _Fragment()
    for piece in split_tags(html):
        if isinstance(piece, str):
            fragment.write(piece)
        elif piece.name in BLOCKS:
            yield from fragment.enter(piece)
        else:
            fragment.mark(piece)
    yield from fragment.end_table()
    yield from fragment.flush()


class _Fragment:
    """Where in a page the walk is, and the line that is being put together."""

    def __init__(self) -> None:
        self._line = TextBuilder()
        self._code: list[str] | None = None
        self._rows: list[list[RichText]] | None = None
        self._quotes = 0
        self._lists: list[int | None] = []  # the number before the next item; None for bullets
        self._kind: Kind = "para"
        self._level = 0
        self._marker = ""

    def write(self, text: str) -> None:
        if self._code is None:
            self._line.add(unescape(text))
        else:
            self._code.append(text)

    def mark(self, tag: Tag) -> None:
        if self._code is None:
            write_tag(self._line, tag)

    def enter(self, tag: Tag) -> Iterator[Block]:
        """Take note of the beginning or end of a block."""
        if self._rows is not None:
            if tag.name == "table" and tag.is_end:
                yield from self.end_table()
            else:
                self._enter_cell(tag)
            return
        yield from self.flush()
        if tag.name == "hr":
            yield Block("break")
        elif tag.name == "table" and not tag.is_end:
            self._rows = []
        elif tag.name == "pre":
            self._code = None if tag.is_end else []
        elif tag.name == "blockquote":
            self._quotes = max(0, self._quotes + (-1 if tag.is_end else 1))
        elif tag.name in ("ul", "ol", "menu"):
            self._enter_list(tag)
        else:
            self._enter_text(tag)

    def flush(self) -> Iterator[Block]:
        """Give the block that has been put together."""
        if self._code is not None:
            text = clean_text(unescape("".join(self._code))).strip("\n")
            if text.strip():
                yield Block("code", text)
            self._code = None
            return
        rich, self._line = self._line.build(), TextBuilder()
        kind, level = self._kind, self._level
        if kind == "para" and self._quotes:
            kind, level = "quote", self._quotes
        yield from make_blocks(rich, kind, level, self._marker)
        if rich.text:
            self._reset()

    def end_table(self) -> Iterator[Block]:
        """Give the table that has been put together, if the walk is in one."""
        if self._rows is not None:
            self._end_cell()
            rows, self._rows = self._rows, None
            yield from make_table([row for row in rows if row])

    def _enter_cell(self, tag: Tag) -> None:
        """Part cells and rows; any other block in a cell is a line of its text."""
        assert self._rows is not None
        if tag.name not in ("tr", "td", "th"):
            self._line.add(" ")
            return
        self._end_cell(is_cell=tag.is_end and tag.name != "tr")
        if tag.name == "tr" and not tag.is_end:
            self._rows.append([])

    def _end_cell(self, *, is_cell: bool = False) -> None:
        """Put the text so far into a cell; `is_cell` says that there is one, though empty."""
        assert self._rows is not None
        rich, self._line = self._line.build(), TextBuilder()
        if rich.text or is_cell:
            if not self._rows:
                self._rows.append([])
            self._rows[-1].append(rich)

    def _enter_list(self, tag: Tag) -> None:
        self._reset()
        if not tag.is_end:
            start = tag.get("start")
            first = int(start) if start.isdecimal() and len(start) < 10 else 1
            self._lists.append(first - 1 if tag.name == "ol" else None)
        elif self._lists:
            self._lists.pop()

    def _enter_text(self, tag: Tag) -> None:
        """Say what the text after a tag will be."""
        if tag.is_end or tag.name != "p":  # the paragraph in an item is the item
            self._reset()
        if tag.is_end:
            return
        if tag.name == "li":
            number = self._lists[-1] if self._lists else None
            if number is not None:
                self._lists[-1] = number + 1
                self._marker = f"{number + 1}."
            self._kind, self._level = "item", max(1, len(self._lists))
        elif tag.name in ("figcaption", "caption"):
            self._kind = "caption"
        elif tag.name[0] == "h" and tag.name[1:].isdigit():
            self._kind, self._level = "heading", int(tag.name[1])

    def _reset(self) -> None:
        self._kind, self._level, self._marker = "para", 0, ""

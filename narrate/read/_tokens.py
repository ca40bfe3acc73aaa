"""Tokens of a Markdown parser → blocks, without a detour through HTML text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from narrate.base.model import Block
from narrate.read._clean import clean_text
from narrate.read._commonmark import Parsed
from narrate.read._html import read_fragment
from narrate.read._rich import RichText, TextBuilder, make_blocks, make_table
from narrate.read._tags import SILENT, Tag, match_tag, write_tag

if TYPE_CHECKING:
    from markdown_it.token import Token

SPANS = {"em": "emphasis", "strong": "strong", "s": "strikethrough", "link": "link"}
"""Names of tokens that come in pairs inside a line, and the kind of span they make."""


@dataclass(slots=True)
class _Item:
    """A list item that is open."""

    marker: str
    begun: bool = False
    """Whether its first paragraph has come; those after it are paragraphs like any other."""


@dataclass(slots=True)
class _List:
    """A list that is open."""

    number: int | None
    """Of the next item; None for bullets."""
    items: list[_Item] = field(default_factory=list)
    """The one that is open, if any."""


def walk(parsed: Parsed) -> Iterator[Block]:
    """Give the blocks of a document in reading order, the notes at its end.

    Notes stand in the order in which they are first met, be it as a mark or as a note. The box
    of a task is dropped, as the bullet of an item is.
    """
    walker = _Walker(parsed)
    for token in parsed.tokens:
        for block in walker.take(token):
            if walker.note is None:
                yield block
            elif block.text:
                walker.notes[walker.note].append(_as_note(block, walker.note))
    for blocks in walker.notes.values():
        yield from blocks


def _as_note(block: Block, label: str) -> Block:
    """Give `block` as a part of the note called `label`."""
    return replace(block, kind="note", level=0, marker=label)


class _Walker:
    """Where in the document the walk is."""

    def __init__(self, parsed: Parsed) -> None:
        self._inline_notes = parsed.notes["list"]
        self._labels = {clean_text(label[1:]) for label in parsed.notes["refs"]}
        self._numbers = map(str, count(1))
        self._places: list[_List | None] = []  # open lists and quotes (None), outermost first
        self._heading = 0
        self._rows: list[list[RichText]] | None = None
        self.note: str | None = None
        self.notes: dict[str, list[Block]] = {}

    def take(self, token: "Token") -> Iterator[Block]:
        """Give the blocks that are finished by `token`."""
        kind = token.type
        if kind == "inline":
            yield from self._read_line(token.children or ())
        elif kind in ("fence", "code_block"):
            text = clean_text(token.content).rstrip("\n")
            if text.strip():
                yield Block("code", text, marker=clean_text(token.info).strip())
        elif kind == "html_block":
            for block in read_fragment(token.content):
                yield self._place(block)
        elif kind == "hr":
            yield Block("break")
        elif kind == "table_close":
            rows, self._rows = self._rows, None
            yield from make_table(rows or ())
        else:
            self._enter(token)

    def _enter(self, token: "Token") -> None:
        """Take note of the beginning or end of what holds text."""
        kind = token.type
        if kind == "heading_open":
            self._heading = int(token.tag[1])
        elif kind in ("bullet_list_open", "ordered_list_open"):
            first = int(token.attrs.get("start", 1)) if kind.startswith("ordered") else None
            self._places.append(_List(first))
        elif kind in ("blockquote_open", "alert_open"):
            self._places.append(None)
        elif kind in ("bullet_list_close", "ordered_list_close", "blockquote_close", "alert_close"):
            self._places.pop()
        elif kind == "list_item_open":
            self._enter_item(token)
        elif kind == "table_open":
            self._rows = []
        elif kind == "tr_open" and self._rows is not None:
            self._rows.append([])
        elif kind == "footnote_reference_open":
            self.note = clean_text(token.meta["label"])
            self.notes.setdefault(self.note, [])
        elif kind == "footnote_reference_close":
            self.note = None

    def _enter_item(self, token: "Token") -> None:
        place = self._places[-1]
        assert place is not None
        marker = ""
        if place.number is not None:
            marker = f"{place.number}{token.markup}"
            place.number += 1
        place.items = [_Item(marker)]

    def _read_line(self, tokens: Sequence["Token"]) -> Iterator[Block]:
        rich = self._write(tokens)
        if self._rows is not None:
            self._rows[-1].append(rich)
        elif self._heading:
            yield from make_blocks(rich, "heading", self._heading)
            self._heading = 0
        else:
            for block in make_blocks(rich):
                yield self._place(block)

    def _write(self, tokens: Sequence["Token"]) -> RichText:
        """Put the text of a line together."""
        builder = TextBuilder()
        for token in _without_silent(tokens):
            if token.type == "footnote_ref":
                builder.mark(self._mark(token))
            else:
                _write_token(builder, token)
        return builder.build()

    def _mark(self, token: "Token") -> str:
        """Give the label of a note that is referred to; one written inside a line gets a number."""
        if "label" in token.meta:
            label = clean_text(token.meta["label"])
            self.notes.setdefault(label, [])
            return label
        label = next(label for label in self._numbers if label not in self._labels)
        self.notes[label] = []
        rich = self._write(self._inline_notes[token.meta["id"]]["tokens"])
        self.notes[label] = [_as_note(block, label) for block in make_blocks(rich) if block.text]
        return label

    def _place(self, block: Block) -> Block:
        """Give a paragraph as what it is by its place: the text of an item or of a quote."""
        if block.kind not in ("para", "verse") or not self._places:
            return block
        place = self._places[-1]
        if place is not None and place.items and not place.items[0].begun:
            item = place.items[0]
            item.begun = True
            level = sum(place is not None for place in self._places)
            text = block.text.replace("\n", " ")
            return replace(block, kind="item", text=text, level=level, marker=item.marker)
        quotes = self._places.count(None)
        if quotes and block.kind == "para":
            return replace(block, kind="quote", level=quotes)
        return block


def _without_silent(tokens: Sequence["Token"]) -> Iterator["Token"]:
    """Leave out scripts and the like, from their start tags to their end tags."""
    last = {_silent_tag(token): at for at, token in enumerate(tokens)}
    if last.keys() == {None}:
        yield from tokens
        return
    until: Tag | None = None
    for at, token in enumerate(tokens):
        tag = _silent_tag(token)
        if until:
            until = None if tag == until else until
        elif tag and last.get(Tag(tag.name, is_end=True), -1) > at:
            until = Tag(tag.name, is_end=True)
        else:
            yield token


def _silent_tag(token: "Token") -> Tag | None:
    """Give the tag that `token` is, without its attributes, if its element is silent."""
    if token.type != "html_inline":
        return None
    tag = match_tag(token.content)
    return Tag(tag.name, tag.is_end) if tag and tag.name in SILENT else None


def _write_token(builder: TextBuilder, token: "Token") -> None:
    """Do to a line of text what a token inside it says."""
    match token.type:
        case "text" | "text_special":
            builder.add(token.content)
        case "softbreak":
            builder.wrap()
        case "hardbreak":
            builder.break_line()
        case "code_inline":
            builder.open("code")
            builder.add(token.content)
            builder.close("code")
        case "image":
            builder.open("image", str(token.attrs.get("src", "")))
            for child in token.children or ():
                _write_token(builder, child)
            builder.close("image")
        case "html_inline":
            tag = match_tag(token.content)
            if tag:
                write_tag(builder, tag)
        case _:
            _write_span(builder, token)


def _write_span(builder: TextBuilder, token: "Token") -> None:
    """Begin or end a span of text."""
    kind = SPANS.get(token.type.rpartition("_")[0])
    if kind and token.nesting > 0:
        builder.open(kind, str(token.attrs.get("href", "")))
    elif kind:
        builder.close(kind)

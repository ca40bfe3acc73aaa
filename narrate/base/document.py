"""What is read: a document as an article of blocks. Part of `narrate.base.model`.

Text counts code points; what is not the article's own is listed, not lost.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal[
    "heading",
    "para",
    "item",
    "quote",
    "code",
    "table",
    "caption",
    "image",
    "break",
    "verse",
    "note",
]


class Span(NamedTuple):
    """A stretch of a block's text that is more than plain: emphasis, a link, a note's mark."""

    start: int
    """First character, counted in `Block.text`."""
    end: int
    """One past the last character."""
    kind: str
    """emphasis, strong, strikethrough, code, link, superscript, subscript, image, note or
    language."""
    value: str = ""
    """The link's address, the note's marker or the language's tag."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that an article shows."""

    alt: str = ""
    """What its author says it shows; empty where it is decoration."""
    source: str = ""
    """Its address or file name, as written."""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of an article's structure, with its text as written."""

    kind: Kind
    text: str = ""
    """What is written. A table's cells are parted by tabs and its rows by line feeds."""
    level: int = 0
    """Depth: 1 to 6 for a heading, 1 and up for a list item or a quote, else 0."""
    language: str = ""
    """BCP 47 tag; empty where it is the article's."""
    spans: tuple[Span, ...] = ()
    marker: str = ""
    """A numbered item's number ("3."), or the label of a note."""
    rows: tuple[tuple[str, ...], ...] = ()
    """A table's cells, header row first."""
    picture: Picture | None = None
    notes: tuple[str, ...] = ()
    """Markers of the notes that this block refers to, in the order of their marks."""


class LeftOut(NamedTuple):
    """A part of a document that is none of the article's text, and is listed instead."""

    reason: str
    """What it is: table of contents, copyright page, page numbers…"""
    text: str
    """Its text on one line, or the name of what cannot be read."""


@dataclass(frozen=True, slots=True)
class Article:
    """A document as a person reads it: what it is, and its blocks in reading order."""

    title: str
    blocks: tuple[Block, ...]
    author: str = ""
    language: str = ""
    """BCP 47 tag; empty where it is not declared, until the script finds it."""
    published: str = ""
    """ISO 8601 calendar date (2026-03-17), or empty."""
    source: str = ""
    """The canonical URL, else the file's own name without its folder."""
    source_key: str = ""
    """Which document this is, whatever it says today: a hash of its URL or full path."""
    site: str = ""
    summary: str = ""
    cover: bytes = b""
    """A JPEG or PNG file's bytes, or empty."""
    left_out: tuple[LeftOut, ...] = ()
    """What its reader found around the text, in the order of the document."""
    remarks: tuple[str, ...] = ()
    """What a person should know about how it was read, a sentence each."""
    lexicon: str = ""
    """Path of the pronunciations that are this document's own; empty for none."""

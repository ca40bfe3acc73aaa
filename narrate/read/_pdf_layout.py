"""Pages of a document → its chunks in reading order, its notes, and what was left out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from narrate.base.model import LeftOut
from narrate.read._clean import clean_text
from narrate.read._pdf_chunks import LEADERS, Chunk, make_chunks
from narrate.read._pdf_columns import order_columns
from narrate.read._pdf_flow import join_chunks
from narrate.read._pdf_join import Words, learn_words
from narrate.read._pdf_lines import (
    Column,
    Measures,
    body_size,
    is_right_to_left,
    make_lines,
    measure,
    split_notes,
    superscripts,
)
from narrate.read._pdf_margins import drop_margins
from narrate.read._pdf_notes import Note, Notes, set_marks
from narrate.read._pdf_types import Line, Page

LEAST_CONTENTS = 3
"""Lines with leaders on a page of a table of contents, at least."""


class Layout(NamedTuple):
    """A document as its pages show it."""

    chunks: list[Chunk]
    first: list[Chunk]
    """Those of the first page with text."""
    notes: list[Note]
    measures: Measures
    words: Words
    left_out: list[LeftOut]


def lay_out(pages: Sequence[Page]) -> Layout:
    """Find the reading order and the paragraphs of `pages`."""
    body = body_size(pages)
    pages, left_out = drop_margins(pages, body)
    for page in pages:
        left_out += [LeftOut("turned text", " ".join(text.split())) for text in page.turned]
    rtl = is_right_to_left("".join(p.text for page in pages for p in page.pieces))
    if rtl:
        pages = [_mirror(page) for page in pages]
    notes = Notes()
    columns: list[Column] = []
    for page in pages:
        columns += _read_page(page, body, notes)
    measures = measure(columns, body)
    words = learn_words([column.lines for column in columns])
    parted = [make_chunks(column, measures) for column in columns]
    contents = _drop_contents(parted)
    if contents:
        left_out.append(LeftOut("table of contents", contents))
    number = columns[0].page if columns else 0
    first = [chunk for chunks in parted for chunk in chunks if chunk.column.page == number]
    left_out = list(dict.fromkeys(left_out))
    return Layout(join_chunks(parted, body), first, notes.all, measures, words, left_out)


def _mirror(page: Page) -> Page:
    """Turn a page that is written to the left over, so that its lines begin at the left."""
    width = page.width
    pieces = (replace(p, left=width - p.right, right=width - p.left) for p in page.pieces)
    return replace(page, pieces=tuple(pieces))


def _read_page(page: Page, body: float, notes: Notes) -> list[Column]:
    """Give the columns of a page without the notes at its foot, which go to `notes`."""
    columns = [make_lines(pieces) for pieces in order_columns(page.pieces)]
    referred = superscripts([line for lines in columns for line in lines])
    texts: list[list[Line]] = []
    labels: dict[str, str] = {}
    behind: list[list[Line]] = []
    for lines in columns:
        text, foot = split_notes(lines, body, referred)
        texts.append(text)
        found, rest = notes.add(page.number, foot, referred)
        labels |= found
        behind.append(rest)
    texts += behind
    return [
        Column(page.number, [set_marks(line, labels) for line in text]) for text in texts if text
    ]


def _drop_contents(parted: list[list[Chunk]]) -> str:
    """Drop the printed table of contents, whose lines lead to page numbers; give its text."""
    dropped: list[str] = []
    by_page: Counter[int] = Counter(
        chunk.column.page for chunks in parted for chunk in chunks if chunk.kind == "contents"
    )
    for chunks in parted:
        for chunk in list(chunks):
            if chunk.kind != "contents":
                continue
            if by_page[chunk.column.page] < LEAST_CONTENTS:
                chunk.kind = "para"
                continue
            dropped += [LEADERS.sub("", line.text).strip() for line in chunk.lines]
            chunks.remove(chunk)
    return clean_text("; ".join(dropped))

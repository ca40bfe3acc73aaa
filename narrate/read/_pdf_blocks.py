"""Chunks of a document → blocks."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from narrate.base.model import Block, Span
from narrate.read._clean import clean_text
from narrate.read._pdf_chunks import BULLETS, SAME_EDGE, Chunk
from narrate.read._pdf_flow import is_caption
from narrate.read._pdf_headings import Outline, find_levels, heading_text, is_heading
from narrate.read._pdf_join import Text, Words, join_lines
from narrate.read._pdf_layout import Layout
from narrate.read._pdf_lines import Measures
from narrate.read._pdf_notes import Note

QUOTE_INDENT = 1.0
"""Ems by which a block quote stands in on both sides, at least."""


def make_blocks(layout: Layout, title: Sequence[Chunk], outline: Outline) -> Iterator[Block]:
    """Give the blocks of a document; the chunks of its `title` become a heading of level 1."""
    chunks, measures, words = layout.chunks, layout.measures, layout.words
    named = [
        chunk for chunk in chunks if chunk not in title and is_heading(chunk, measures, outline)
    ]
    named = [chunk for chunk in named if not _is_byline(chunk, named, chunks, title, outline)]
    levels = dict(zip(map(id, named), find_levels(named, outline), strict=True))
    lefts: list[float] = []
    for chunk in chunks:
        if chunk.kind != "item" or id(chunk) in levels:
            lefts = []
        if title and chunk is title[0]:
            yield _block("heading", _join(title, words), level=1)
        elif chunk in title:
            continue
        elif id(chunk) in levels:
            yield _block("heading", join_lines(chunk.lines, words), level=levels[id(chunk)])
        elif chunk.kind == "item":
            yield _item(chunk, lefts, words)
        elif chunk.kind == "table":
            yield _table(chunk)
        elif chunk.kind == "code":
            yield Block("code", clean_text("\n".join(_code(chunk))))
        elif chunk.kind != "contents":
            yield _prose(chunk, measures, words)


def _is_byline(
    chunk: Chunk,
    named: Sequence[Chunk],
    chunks: Sequence[Chunk],
    title: Sequence[Chunk],
    outline: Outline,
) -> bool:
    """Tell whether a name stands right under the title and looks like no other heading."""
    if not title or chunk is not chunks[min(chunks.index(title[-1]) + 1, len(chunks) - 1)]:
        return False
    text = heading_text(chunk)
    style = chunk.lines[0].style
    others = sum(other.lines[0].style == style for other in named)
    is_name = len(text.split()) > 1 and text.replace(" and ", " ").istitle()
    return is_name and others == 1 and outline.level(text) is None


def make_notes(notes: Iterable[Note], words: Words) -> Iterator[Block]:
    """Give the blocks of the notes."""
    for note in notes:
        yield _block("note", join_lines(note.lines, words), marker=note.marker)


def _join(chunks: Sequence[Chunk], words: Words) -> Text:
    return join_lines([line for chunk in chunks for line in chunk.lines], words)


def _block(kind: str, joined: Text, *, level: int = 0, marker: str = "") -> Block:
    """Make a block of joined lines, its text cleaned and its spans in step with it."""
    text, spans = _clean_spans(joined)
    notes = tuple(dict.fromkeys(span.value for span in spans if span.kind == "note"))
    plain = kind == "heading"
    kept = tuple(s for s in spans if not (plain and s.kind in ("strong", "emphasis")))
    return Block(kind, text, level=level, marker=marker, spans=kept, notes=notes)  # type: ignore[arg-type]  # one of Kind


def _clean_spans(joined: Text) -> tuple[str, list[Span]]:
    """Clean the text piece by piece between the ends of its marks, so that the spans still fit."""
    ends = sorted({0, len(joined.text), *(e for m in joined.marks for e in (m.start, m.end))})
    parts, at = [], {0: 0}
    length = 0
    for start, end in pairwise(ends):
        part = clean_text(joined.text[start:end])
        parts.append(part)
        length += len(part)
        at[end] = length
    text = "".join(parts)
    lead = len(text) - len(text.lstrip())
    text = text.strip()
    spans = []
    for mark in joined.marks:
        start = min(max(at[mark.start] - lead, 0), len(text))
        end = min(max(at[mark.end] - lead, 0), len(text))
        if end > start or mark.kind == "note":
            spans.append(Span(start, end, mark.kind, mark.value))
    return text, spans


def _item(chunk: Chunk, lefts: list[float], words: Words) -> Block:
    """Make a list item; `lefts` are the indents of the lists that are open."""
    left = chunk.lines[0].left
    while lefts and left < lefts[-1] - SAME_EDGE:
        lefts.pop()
    if not lefts or left > lefts[-1] + SAME_EDGE:
        lefts.append(left)
    is_bullet = chunk.marker in BULLETS or chunk.marker == "o"
    joined = join_lines(chunk.lines, words, skip=len(chunk.marker))
    return _block("item", joined, level=len(lefts), marker="" if is_bullet else chunk.marker)


def _table(chunk: Chunk) -> Block:
    width = max(len(line.pieces) for line in chunk.lines)
    rows = []
    for line in chunk.lines:
        cells = [" ".join(clean_text(piece.text).split()) for piece in line.pieces]
        rows.append(tuple(cells + [""] * (width - len(cells))))
    text = "\n".join("\t".join(row) for row in rows)
    return Block("table", text, rows=tuple(rows))


def _code(chunk: Chunk) -> Iterator[str]:
    """Give the lines of a program, indented as they stand."""
    left = min(line.left for line in chunk.lines)
    for line in chunk.lines:
        letter = (line.right - line.left) / max(len(line.text), 1)
        yield " " * round((line.left - left) / max(letter, 1)) + line.text


def _prose(chunk: Chunk, measures: Measures, words: Words) -> Block:
    joined = join_lines(chunk.lines, words)
    if is_caption(chunk, measures.body):
        return _block("caption", joined)
    if _is_quote(chunk):
        return _block("quote", joined, level=1)
    return _block("para", joined)


def _is_quote(chunk: Chunk) -> bool:
    """Tell whether all lines stand in on the left, and none reaches the right edge."""
    column = chunk.column
    em = chunk.lines[0].style.size
    if len(chunk.lines) < 2 or len(heading_text(chunk)) < 60:
        return False
    left = min(line.left for line in chunk.lines)
    right = max(line.right for line in chunk.lines)
    starts = [round(line.left) for line in chunk.lines[1:]]
    aligned = max(starts) - min(starts) <= SAME_EDGE
    insets = (left - column.left, column.right - right)
    even = len(chunk.lines) > 2 or abs(insets[0] - insets[1]) < 1.5 * em
    return aligned and even and min(insets) > QUOTE_INDENT * em

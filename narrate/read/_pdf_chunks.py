"""Lines of a column → chunks: paragraphs, items, headings, tables and code, still without names.

A paragraph ends where the leading widens, the style changes, a line is indented, a list's mark
stands, or a line ends early though the next word would have fitted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from narrate.read._pdf_lines import Column, Measures
from narrate.read._pdf_types import Line
from narrate.read._words import ends_open, ends_sentence, is_cjk

WIDE_LEADING = 1.25
"""Leading to the usual one that parts two paragraphs, at least."""
INDENT, WIDEST_INDENT = 0.8, 6.0
"""Ems by which the first line of a paragraph can be indented."""
SAME_SIZE = 0.08
"""Share by which the letters of a paragraph's lines may differ in size."""
SAME_EDGE = 3.0
"""Points by which aligned text may differ."""
TITLE_SIZE = 1.12
"""Size of letters to the text's from which on lines are a heading's, wherever they end."""
TABLE_ROWS = 3
"""Rows of cells that make a table, at least."""

BULLETS = "•◦▪▫■□●○‣⁃∙·▶►▸➢➤✓✔✗❖◆◇★☆❑❒➔→\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf02d\u2212–—*-"
_BULLET = re.compile(rf"[{re.escape(BULLETS)}](?=\s)|o(?=\s)")
_NUMBER = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)](?=\s)|\[\d{1,3}\](?=\s)")
_SECTION = re.compile(r"(?:\d{1,2}|[A-Z])(?:\.\d{1,2})+\.?\s")
LEADERS = re.compile(r"(?:\.\s?){5,}\s*[\divxlc]*$|…{2,}\s*\d*$")
_FIRST_WORD = re.compile(r"\S+")


@dataclass(slots=True)
class Chunk:
    """Lines that belong together."""

    lines: list[Line]
    column: Column
    kind: str = "para"
    """para, item, table, code or contents (a line of a table of contents)."""
    marker: str = ""
    """An item's bullet or number."""
    indented: bool = False
    """Whether its first line is indented."""
    text_left: float = 0.0
    """Where the text of an item begins."""
    full: bool = field(default=False)
    """Whether the last line reaches the column's edge, so that the text may go on elsewhere."""

    @property
    def last(self) -> Line:
        """The last line."""
        return self.lines[-1]


def make_chunks(column: Column, measures: Measures) -> list[Chunk]:
    """Part the lines of a column into chunks."""
    chunks: list[Chunk] = []
    lines = column.lines
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end > at:
            chunks.append(Chunk(lines[at:end], column, "table"))
            at = end
            continue
        line = lines[at]
        after = lines[at + 1] if at + 1 < len(lines) else None
        if (
            chunks
            and chunks[-1].kind not in ("table", "contents")
            and not _begins(chunks[-1], line, after, measures)
        ):
            chunks[-1].lines.append(line)
        else:
            chunks.append(_open(line, column))
        at += 1
    for chunk in chunks:
        chunk.full = not _ends_early(chunk.last, None, chunk.column.right)
    return chunks


def _open(line: Line, column: Column) -> Chunk:
    if LEADERS.search(line.text):
        return Chunk([line], column, "contents")
    if line.style.mono:
        return Chunk([line], column, "code")
    marker = item_marker(line)
    indented = INDENT * line.style.size < line.left - column.left
    if not marker:
        return Chunk([line], column, indented=indented)
    letter = (line.right - line.left) / max(len(line.text), 1)
    text_left = line.left + (len(marker) + 0.5) * letter
    if len(line.pieces) > 1 and line.pieces[0].text.strip() == marker:
        text_left = line.pieces[1].left
    return Chunk([line], column, "item", marker, indented, text_left)


def item_marker(line: Line) -> str:
    """Give the bullet or number that a line begins with, or ""."""
    match = _BULLET.match(line.text) or _NUMBER.match(line.text)
    if not match or (match[0] in "–—o" and len(line.pieces) == 1 and match[0] != "–"):
        return ""
    return match[0]


def _begins(chunk: Chunk, line: Line, after: Line | None, measures: Measures) -> bool:
    """Tell whether `line` begins a new chunk behind `chunk`."""
    before = chunk.last
    if _is_apart(chunk, line, measures) or LEADERS.search(line.text):
        return True
    if chunk.kind == "code" or (line.style.mono and len(line.text.split()) > 1):
        return line.style.mono != before.style.mono
    centred = _is_centred(before, chunk.column), _is_centred(line, chunk.column)
    if all(centred):
        return False
    if item_marker(line) and _may_be_item(chunk, line):
        return True
    if before.style.size > TITLE_SIZE * measures.body or (before.style.bold and not measures.bold):
        return any(centred) or _SECTION.match(line.text) is not None
    return _is_moved(chunk, line, after)


def _is_moved(chunk: Chunk, line: Line, after: Line | None) -> bool:
    """Tell whether an indent, or a line that ends early, parts two lines."""
    before = chunk.last
    size = before.style.size
    early = _ends_early(before, line, chunk.column.right)
    shift = line.left - before.left
    if chunk.kind == "item":
        if line.left < chunk.text_left - INDENT * size:
            hangs_out = line.left < chunk.lines[0].left - SAME_EDGE
            return hangs_out or early or not _goes_on(line)
        shift = line.left - (chunk.text_left if len(chunk.lines) == 1 else before.left)
    if shift < -INDENT * size:
        return len(chunk.lines) > 1
    if shift > INDENT * size:
        return _is_indent(chunk, line, after)
    closed = ends_sentence(before.text) or before.text.endswith((";", ":"))
    return early and (closed or not _goes_on(line))


def _is_apart(chunk: Chunk, line: Line, measures: Measures) -> bool:
    """Tell whether the leading or the style parts two lines."""
    before = chunk.last
    size = before.style.size
    gap = before.base - line.base
    usual = measures.leading.get(line.style.size, 1.35 * line.style.size)
    if gap > WIDE_LEADING * usual + 0.5 or gap < 0:
        return True
    if abs(line.style.size - size) > SAME_SIZE * size:
        return True
    if line.style.bold == before.style.bold or min(len(line.text), len(before.text)) <= 3:
        return False
    return gap > 1.1 * usual or _ends_early(before, line, chunk.column.right)


def _is_centred(line: Line, column: Column) -> bool:
    middle = (column.left + column.right) / 2
    off = abs((line.left + line.right) / 2 - middle)
    return off < 2 * SAME_EDGE and line.left - column.left > line.style.size


def _may_be_item(chunk: Chunk, line: Line) -> bool:
    """Tell whether a number at the start of a line can be a list's, and not a sentence's."""
    before = chunk.last
    if chunk.kind == "item" and abs(line.left - chunk.lines[0].left) < SAME_EDGE:
        return True
    if abs(line.left - before.left) > SAME_EDGE:
        return True
    return ends_sentence(before.text) or ends_open(before.text) or line.text[:1] in BULLETS


def _is_indent(chunk: Chunk, line: Line, after: Line | None) -> bool:
    """Tell whether an indented line begins a paragraph, and is no second line of a hanging one."""
    size = line.style.size
    if len(chunk.lines) > 1:
        return True
    hangs = after is not None and abs(after.left - line.left) < SAME_EDGE
    if hangs and not _ends_early(chunk.last, line, chunk.column.right):
        return False
    return line.left - chunk.last.left < WIDEST_INDENT * size or not _goes_on(line)


def _goes_on(line: Line) -> bool:
    first = line.text.lstrip("\"'“‘«(")[:1]
    return first.islower() or is_cjk(first or " ")


def _ends_early(line: Line, after: Line | None, right: float) -> bool:
    """Tell whether the first word of the next line would have fitted into this one."""
    word = _FIRST_WORD.match(after.text) if after else None
    letter = (line.right - line.left) / max(len(line.text), 1)
    need = (len(word[0]) + 1 if word else 3) * letter
    if after and is_cjk(after.text[:1]):
        need = 2 * letter
    return line.right + need + 0.5 * line.style.size < right


def _table_end(lines: Sequence[Line], start: int) -> int:
    """Give the end of the rows of cells that begin at `start`; `start` itself if there are none."""
    end = start
    while end < len(lines) and len(lines[end].pieces) > 1 and not item_marker(lines[end]):
        if end > start and not _is_aligned(lines[end - 1], lines[end]):
            break
        if LEADERS.search(lines[end].text):
            break
        end += 1
    rows = end - start
    return end if rows >= TABLE_ROWS else start


def _is_aligned(above: Line, line: Line) -> bool:
    """Tell whether the cells of two rows stand under each other, but for the first column."""
    if line.base < above.base - 4 * line.style.size:
        return False
    hits = 0
    for piece in line.pieces[1:]:
        for other in above.pieces[1:]:
            left = abs(piece.left - other.left)
            right = abs(piece.right - other.right)
            middle = abs(piece.left + piece.right - other.left - other.right) / 2
            if min(left, right, middle) <= SAME_EDGE:
                hits += 1
                break
    return hits * 2 >= min(len(line.pieces), len(above.pieces)) - 1 and hits > 0

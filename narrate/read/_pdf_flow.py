"""Chunks of columns → chunks of the document: text that runs over a column or a page is joined."""

import re
from collections.abc import Iterable, Sequence

from narrate.read._pdf_chunks import SAME_SIZE, Chunk
from narrate.read._pdf_join import HYPHENS
from narrate.read._pdf_types import Line
from narrate.read._words import ends_open, ends_sentence

MOST_BETWEEN = 4
"""Captions, tables and the like that may stand between the halves of a paragraph."""

CAPTION = re.compile(
    r"(?:fig(?:ure|\.|s\.)?|table|tab\.|listing|algorithm|scheme|chart|box|plate|exhibit"
    r"|abb(?:ildung|\.)|tabelle|tableau|figura|tabla|tabela|tabella|afbeelding|figuur|рис(?:унок|\.)"
    r"|таблица|図|表|图|圖)\s*[A-Z]?\d+(?:[.-]\d+)*[a-z]?",
    re.IGNORECASE,
)
"""How a caption begins; what follows decides."""


def is_caption(chunk: Chunk, body: float) -> bool:
    """Tell whether a chunk is the caption of a figure or a table, and no sentence about it."""
    first = chunk.lines[0]
    match = CAPTION.match(first.text)
    if chunk.kind != "para" or not match:
        return False
    after = first.text[match.end() :]
    if after[:1] in (".", ":", "|", "—", "–", "：") or after[:2] in (" –", " —", " |"):
        return True
    if not after.strip():
        return True
    small = first.style.size < 0.97 * body
    return small or any(m.start == 0 and m.kind in ("strong", "emphasis") for m in first.marks)


def join_chunks(columns: Iterable[Sequence[Chunk]], body: float) -> list[Chunk]:
    """Give the chunks of all columns, the halves of parted paragraphs joined."""
    flowing: list[Chunk] = []
    indents = 0
    for chunks in columns:
        rest = list(chunks)
        open_at = _find_open(flowing, body)
        if open_at is not None:
            half = _find_rest(flowing[open_at], rest, body, indents=indents > len(flowing) // 4)
            if half is not None:
                found = rest.pop(half)
                flowing[open_at].lines += found.lines
                flowing[open_at].full = found.full
        indents += sum(chunk.indented for chunk in rest if chunk.kind == "para")
        flowing += rest
    return flowing


def _find_open(chunks: Sequence[Chunk], body: float) -> int | None:
    """Give the last chunk of text, if it may go on in the next column."""
    for at in range(len(chunks) - 1, max(-1, len(chunks) - 2 - MOST_BETWEEN), -1):
        chunk = chunks[at]
        if chunk.kind in ("table", "contents", "code") or is_caption(chunk, body):
            continue
        size = chunk.last.style.size
        if abs(size - body) <= SAME_SIZE * body or len(chunk.lines) > 2:
            return at
        return None
    return None


def _find_rest(chunk: Chunk, rest: Sequence[Chunk], body: float, *, indents: bool) -> int | None:
    """Give the chunk that goes on with `chunk`, if there is one among the first of a column."""
    for at, other in enumerate(rest[: MOST_BETWEEN + 1]):
        if other.kind == "table" or is_caption(other, body):
            continue
        return at if _goes_on(chunk, other, near=at == 0, indents=indents) else None
    return None


def _goes_on(chunk: Chunk, other: Chunk, *, near: bool, indents: bool) -> bool:
    last, first = chunk.last, other.lines[0]
    if other.kind != "para" or not first.text or not _look_alike(last, first):
        return False
    opening = first.text.lstrip("\"'“‘«([")[:1]
    ended = ends_sentence(last.text)
    if opening.islower():
        return last.text[-1:] in HYPHENS or not ended
    if not near or not chunk.full or (other.indented and chunk.kind != "item"):
        return False
    return indents if ended else not ends_open(last.text)


def _look_alike(last: Line, first: Line) -> bool:
    """Tell whether two lines are set alike."""
    one, two = last.style, first.style
    same_size = abs(one.size - two.size) <= SAME_SIZE * one.size
    return same_size and one.mono == two.mono and one.bold == two.bold
